import Foundation

/// Where things are in the working copy.
enum Project {
  /// The repository's root: this file is Tests/sesscliTests/Harness/Project.swift.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static let fixtures = root + "/Tests/Fixtures"
  static let transcripts = root + "/Tests/Transcripts"

  /// The sesscli under test: `SESSCLI`, as `make test` sets it to the static release binary, else
  /// the newest build.
  static let sesscli: String = {
    if let named = ProcessInfo.processInfo.environment["SESSCLI"] {
      return named.hasPrefix("/") ? named : root + "/" + named
    }
    let built = ["debug", "release"].map { "\(root)/.build/\($0)/sesscli" }
    func modified(_ path: String) -> Date {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return attributes?[.modificationDate] as? Date ?? .distantPast
    }
    return built.max { modified($0) < modified($1) } ?? built[0]
  }()

  /// The first executable of that name on PATH.
  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The bytes of a file in Tests/Fixtures.
  static func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "\(fixtures)/\(name)")))
  }
}

/// A folder that exists as long as this object.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/sesscli-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessError("mkdtemp: \(lastError())") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The harness itself could not do its work.
struct HarnessError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func lastError() -> String { String(cString: strerror(errno)) }

/// A moment after which waiting is over.
struct Deadline {
  private let end: ContinuousClock.Instant
  init(after duration: Duration) { end = .now + duration }

  var isOver: Bool { end <= .now }

  /// What poll() takes: never negative, which would mean for ever.
  var milliseconds: Int32 {
    let left = ContinuousClock.now.duration(to: end)
    guard left > .zero else { return 0 }
    let (seconds, attoseconds) = left.components
    return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }
}
