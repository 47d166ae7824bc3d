import Foundation

@testable import SessionFormats

/// Files under Tests/Fixtures.
enum Fixture {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  static func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: path)))
  }

  /// Names of the files in a folder, sorted.
  static func names(in path: String, suffix: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)
      .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.sorted()
  }
}

/// SplitMix64: the same numbers on every run, so that a failure can be repeated.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}

/// The bytes that hexadecimal digits stand for; blanks are skipped.
func hex(_ digits: String) -> [UInt8] {
  let digits = digits.utf8.compactMap(hexDigit)
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The error that `body` throws, nil when it throws none.
func failure(_ body: () throws(PayloadError) -> Void) -> PayloadError? {
  do throws(PayloadError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// An entry with a text as its key.
func entry(_ key: String, _ value: Value) -> Pair { Pair(.string(key), value) }

extension Pickle {
  static func read(_ bytes: [UInt8]) throws(PayloadError) -> Reading { try read(ByteReader(bytes)) }
}

extension PickleTranscoder {
  /// Appends the JSON to the output, and nothing if it throws.
  func transcode(_ payload: [UInt8], into output: inout [UInt8]) throws(PayloadError) -> Bool {
    var writer = JSONWriter(.plain)
    let isDangerous = try transcode(ByteReader(payload), into: &writer)
    output += writer.bytes
    return isDangerous
  }
}
