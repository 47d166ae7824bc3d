import SessionFormats

enum CommandTable {
  static func mayWrite(_ words: [[UInt8]]) -> Bool { true }
}
struct JSONTranscoder {
  mutating func transcode(_ bytes: UnsafeRawBufferPointer, into: inout [UInt8]) -> [Finding]? {
    nil
  }
}
struct Framework {
  let name: String
  let facts: [Fact]
  static func recognizing(_ decoded: Decoded, key: [UInt8]) -> Framework? { nil }
}
