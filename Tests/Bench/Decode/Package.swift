// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that building sesscli does not build it.
let package = Package(
  name: "decode-bench",
  dependencies: [.package(name: "sesscli", path: "../../..")],
  targets: [
    .executableTarget(
      name: "decode-bench",
      dependencies: [.product(name: "SessionFormats", package: "sesscli")])
  ]
)
