// https://www.rfc-editor.org/rfc/rfc7932

import CBrotli

extension Layer {
  /// Brotli has neither a magic number nor a checksum. Its window is at most 16 MiB (the "large
  /// window" extension is off), and only the part that is written takes memory.
  static let brotli = Layer(
    name: "brotli",
    summary: "Brotli",
    isSelfEvident: false, isUnmarked: true,
    recognizes: { $0.count > 1 },
    unwrap: { bytes, _, limit throws(PayloadError) in
      guard let decoder = BrotliDecoderCreateInstance(nil, nil, nil) else {
        throw PayloadError(at: 0, "brotli has no memory")
      }
      defer { BrotliDecoderDestroyInstance(decoder) }
      var inside: [UInt8] = []
      let end = try decompress(bytes, from: 0, into: &inside, limit: limit) { input, room in
        var available = input.count
        var next = input.baseAddress
        var space = room.count
        var target = room.baseAddress
        let status = BrotliDecoderDecompressStream(
          decoder, &available, &next, &space, &target, nil)
        return DecompressionStep(
          read: input.count - available, written: room.count - space,
          outcome: outcome(status, decoder))
      }
      if end < bytes.count { throw trailing(bytes.count - end, at: end) }
      return Unwrapped(inside, label: "brotli")
    })

  private static func outcome(
    _ status: BrotliDecoderResult, _ decoder: OpaquePointer
  ) -> DecompressionStep.Outcome {
    switch status {
    case BROTLI_DECODER_RESULT_SUCCESS: return .end
    case BROTLI_DECODER_RESULT_ERROR:
      let message = String(cString: BrotliDecoderErrorString(BrotliDecoderGetErrorCode(decoder)))
      let words = message.lowercased().replacing("_", with: " ").split(separator: " ")
      return .failed("corrupt (\(words.joined(separator: " ")))")
    default: return .more
    }
  }
}
