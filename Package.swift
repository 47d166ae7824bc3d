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
    // The two libraries know nothing of each other, so that both are built at once.
    .target(
      name: "SessionFormats",
      dependencies: ["CCompression", "COpenSSL"],
      swiftSettings: settings),
    .target(
      name: "RedisClient",
      dependencies: ["CHiredis", "COpenSSL"],
      swiftSettings: settings),
    .executableTarget(
      name: "sesscli",
      dependencies: ["CProcess", "CReadline", "RedisClient", "SessionFormats"],
      swiftSettings: settings),
    .testTarget(
      name: "SessionFormatsTests", dependencies: ["SessionFormats"], swiftSettings: settings),
    .testTarget(name: "RedisClientTests", dependencies: ["RedisClient"], swiftSettings: settings),
    .systemLibrary(name: "CHarness", path: "Tests/CHarness"),
    .testTarget(
      name: "sesscliTests", dependencies: ["CHarness", "RedisClient", "sesscli"],
      swiftSettings: settings),
  ]
)
