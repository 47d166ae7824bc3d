// https://tukaani.org/xz/xz-file-format.txt and https://www.7-zip.org/sdk.html (LZMA)

import CLZMA

extension Layer {
  /// xz: streams with a checksum each, zero bytes between them.
  static let xz = Layer(
    name: "xz",
    summary: "xz, of one or several streams",
    isSelfEvident: true,
    recognizes: { $0.starts(with: LZMA.magic) },
    unwrap: { bytes, _, limit throws(PayloadError) in
      var streams = StreamsInARow(bytes, limit: limit)
      try streams.read(isHead: { $0.starts(with: LZMA.magic) }) {
        at, output, limit throws(PayloadError) in
        let end = try LZMA.decompress(.xz, bytes, from: at, into: &output, limit: limit)
        // Stream Padding: zero bytes, a multiple of four.
        let padding = bytes[end...].prefix { $0 == 0 }.count
        return padding % 4 == 0 ? end + padding : end
      }
      return streams.unwrapped("xz", unit: "streams")
    })

  /// LZMA's older file format (`.lzma`): no magic number and no checksum, but a head that hardly anything else has.
  static let lzma = Layer(
    name: "lzma",
    summary: "LZMA, the older format of xz",
    isSelfEvident: true,
    recognizes: LZMA.isAlone,
    unwrap: { bytes, _, limit throws(PayloadError) in
      var inside: [UInt8] = []
      let end = try LZMA.decompress(.alone, bytes, from: 0, into: &inside, limit: limit)
      if end < bytes.count { throw trailing(bytes.count - end, at: end) }
      return Unwrapped(inside, label: "lzma")
    })
}

private enum LZMA {
  static let magic: [UInt8] = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
  /// What a decoder may ask for. `xz -9` names a dictionary of 64 MiB whatever it compresses; of that only as much is
  /// ever written, and so taken, as comes out.
  static let memory: UInt64 = 66 << 20

  enum Kind {
    case xz, alone
  }

  /// The head: properties, Dictionary Size, Uncompressed Size; then the range coder's first byte, which is zero.
  static func isAlone(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 13, bytes[0] == 0x5D, bytes[13] == 0 else { return false }
    let dictionary = bytes[1..<5].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    // 2^n or 2^n + 2^(n-1), as every encoder chooses it.
    let rest = dictionary & (dictionary &- 1)
    guard dictionary >= 1 << 12, rest == 0 || dictionary == rest | rest >> 1 else { return false }
    return bytes[5..<13].allSatisfy { $0 == 0xFF } || bytes[10..<13].allSatisfy { $0 == 0 }
  }

  static func decompress(
    _ kind: Kind, _ bytes: [UInt8], from start: Int, into output: inout [UInt8], limit: Int
  ) throws(PayloadError) -> Int {
    var stream = lzma_stream()
    let status =
      switch kind {
      case .xz: lzma_stream_decoder(&stream, memory, 0)
      case .alone: lzma_alone_decoder(&stream, memory)
      }
    guard status == LZMA_OK else { throw PayloadError(at: start, "lzma has no memory") }
    defer { lzma_end(&stream) }
    return try SessionFormats.decompress(bytes, from: start, into: &output, limit: limit) {
      input, room in
      stream.next_in = input.baseAddress
      stream.avail_in = input.count
      stream.next_out = room.baseAddress
      stream.avail_out = room.count
      let status = lzma_code(&stream, LZMA_RUN)
      return DecompressionStep(
        read: input.count - stream.avail_in, written: room.count - stream.avail_out,
        outcome: outcome(status, &stream))
    }
  }

  private static func outcome(
    _ status: lzma_ret, _ stream: inout lzma_stream
  ) -> DecompressionStep.Outcome {
    switch status {
    case LZMA_OK, LZMA_BUF_ERROR: .more
    case LZMA_STREAM_END: .end
    case LZMA_MEMLIMIT_ERROR:
      .failed(
        "needs \(lzma_memusage(&stream)) bytes of memory, \(memory) at most", isLimit: true)
    case LZMA_FORMAT_ERROR: .failed("not the head of such a stream")
    case LZMA_OPTIONS_ERROR: .failed("a filter or an option that is not known")
    case LZMA_DATA_ERROR: .failed("corrupt, or a checksum is wrong")
    default: .failed("lzma error \(status.rawValue)")
    }
  }
}
