import SessionFormats

final class DemoServer {
  static func start() throws -> DemoServer { throw CommandError("no demo yet") }
  var socketPath: String { "" }
  func stop() {}
}
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
extension Decoded {
  init(detecting: [UInt8], context: Context, tracing: Bool) throws(PayloadError) {
    throw PayloadError(at: 0, "")
  }
  init(reading: [UInt8], as chain: String, context: Context) throws(PayloadError) {
    throw PayloadError(at: 0, "")
  }
}
extension PayloadError { var bytes: [UInt8]? { nil } }
enum LayerShim {}
