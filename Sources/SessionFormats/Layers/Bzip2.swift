// https://sourceware.org/bzip2/

import CBzip2

extension Layer {
  /// bzip2, with a CRC-32 for each block and one for the whole.
  static let bzip2 = Layer(
    name: "bzip2",
    summary: "bzip2, of one or several streams",
    isSelfEvident: true,
    recognizes: { Bzip2.isHead($0[...]) },
    unwrap: { bytes, _, limit throws(PayloadError) in
      var streams = StreamsInARow(bytes, limit: limit)
      try streams.read(isHead: Bzip2.isHead) { at, output, limit throws(PayloadError) in
        try Bzip2.decompress(bytes, from: at, into: &output, limit: limit)
      }
      return streams.unwrapped("bzip2", unit: "streams")
    })
}

private enum Bzip2 {
  /// `BZh`, the block size in units of 100,000 bytes, then a block or the end of the stream.
  static func isHead(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= 10, bytes.starts(with: Array("BZh".utf8)) else { return false }
    let rest = bytes.dropFirst(4)
    return (0x31...0x39).contains(bytes[bytes.startIndex + 3])
      && (rest.starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
        || rest.starts(with: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]))
  }

  static func decompress(
    _ bytes: [UInt8], from start: Int, into output: inout [UInt8], limit: Int
  ) throws(PayloadError) -> Int {
    var stream = bz_stream()
    guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else {
      throw PayloadError(at: start, "bzip2 has no memory")
    }
    defer { BZ2_bzDecompressEnd(&stream) }
    return try SessionFormats.decompress(bytes, from: start, into: &output, limit: limit) {
      input, room in
      // The library only reads there. It counts in 32 bits; values in Redis are at most 512 MiB.
      let available = UInt32(clamping: input.count)
      return input.withMemoryRebound(to: CChar.self) { input in
        room.withMemoryRebound(to: CChar.self) { room in
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
          stream.avail_in = available
          stream.next_out = room.baseAddress
          stream.avail_out = UInt32(room.count)
          let status = BZ2_bzDecompress(&stream)
          return DecompressionStep(
            read: Int(available - stream.avail_in), written: room.count - Int(stream.avail_out),
            outcome: outcome(status))
        }
      }
    }
  }

  private static func outcome(_ status: Int32) -> DecompressionStep.Outcome {
    switch status {
    case BZ_OK: .more
    case BZ_STREAM_END: .end
    case BZ_DATA_ERROR: .failed("corrupt, or a checksum is wrong")
    case BZ_DATA_ERROR_MAGIC: .failed("not the head of a bzip2 stream")
    case BZ_MEM_ERROR: .failed("bzip2 has no memory")
    default: .failed("bzip2 error \(status)")
    }
  }
}
