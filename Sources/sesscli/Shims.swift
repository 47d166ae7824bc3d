import SessionFormats

enum DemoData { static var commands: [[[UInt8]]] { [] } }
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
