// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "sesscli",
  products: [
    .executable(name: "sesscli", targets: ["sesscli"]),
    .library(name: "SessionFormats", targets: ["SessionFormats"]),
  ],
  targets: [
    .systemLibrary(name: "CHiredis"),
    .systemLibrary(name: "CReadline"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CCompression"),
    .systemLibrary(name: "CProcess"),
    .target(
      name: "SessionFormats",
      dependencies: ["CCompression", "COpenSSL"],
      swiftSettings: settings),
    .executableTarget(
      name: "sesscli",
      dependencies: ["CHiredis", "COpenSSL", "CProcess", "CReadline", "SessionFormats"],
      swiftSettings: settings),
    .testTarget(
      name: "SessionFormatsTests", dependencies: ["SessionFormats"], swiftSettings: settings),
    .systemLibrary(name: "CHarness", path: "Tests/CHarness"),
    .testTarget(
      name: "sesscliTests", dependencies: ["CHarness", "sesscli"], swiftSettings: settings),
  ]
)
