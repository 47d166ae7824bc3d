import SessionFormats

final class JSONTranscoder {
  func transcode(_ payload: [UInt8], into output: inout [UInt8]) throws(PayloadError) -> Bool {
    throw PayloadError(at: 0, "")
  }
}
