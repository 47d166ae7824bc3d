// swift-tools-version:6.2
import PackageDescription

// How another package uses the library. There, the dependency is the repository's address and a version.
let package = Package(
  name: "ReadSession",
  dependencies: [.package(name: "sesscli", path: "../..")],
  targets: [
    .executableTarget(
      name: "ReadSession",
      dependencies: [.product(name: "SessionFormats", package: "sesscli")])
  ]
)
