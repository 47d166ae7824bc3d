// https://www.rfc-editor.org/rfc/rfc8878

import CZstd

extension Layer {
  /// Zstandard frames, including skippable ones. The checksum is optional; the header is strict
  /// enough.
  static let zstd = Layer(
    name: "zstd",
    summary: "Zstandard, of one or several frames",
    isSelfEvident: true,
    recognizes: { bytes in
      guard let at = endOfSkippableFrames(bytes) else { return false }
      return bytes[at...].starts(with: Zstd.magic)
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      guard let context = ZSTD_createDCtx() else { throw PayloadError(at: 0, "zstd has no memory") }
      defer { ZSTD_freeDCtx(context) }
      ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Zstd.windowLog)
      var frames = StreamsInARow(bytes, limit: limit)
      try frames.read(isHead: Zstd.isHead) { at, output, limit throws(PayloadError) in
        guard let start = endOfSkippableFrames(bytes, from: at) else {
          throw endsEarly(bytes.count)
        }
        if start > at && start == bytes.count { return start }
        let bytes = Zstd.withSmallerWindow(bytes, at: start, limit: limit)
        try Zstd.checkHead(bytes, at: start)
        return try Zstd.decompress(context, bytes, from: start, into: &output, limit: limit)
      }
      return frames.unwrapped("zstd", unit: "frames")
    })
}

private enum Zstd {
  static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
  /// The largest window that a frame may ask for, 16 MiB. RFC 8878 recommends 8; levels up to 19
  /// need no more.
  static let windowLog: Int32 = 24

  static func isHead(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.starts(with: magic) || isSkippableFrame(bytes)
  }

  /// Errors that the library would also report, but with the numbers that it leaves out.
  static func checkHead(_ bytes: [UInt8], at start: Int) throws(PayloadError) {
    if !bytes[start...].starts(with: magic) {
      let isCut = magic.starts(with: bytes[start...])
      throw isCut ? endsEarly(bytes.count) : PayloadError(at: start, "no frame of zstd begins here")
    }
    guard bytes.count - start > 5 else { throw endsEarly(bytes.count) }
    var reader = ByteReader(bytes)
    try reader.skip(start + 4)
    // Frame_Header_Descriptor: Frame_Content_Size_flag, Single_Segment_flag, Unused, Reserved,
    // Content_Checksum_flag, Dictionary_ID_flag.
    let descriptor = try reader.byte()
    let isSingleSegment = descriptor & 0x20 != 0
    if descriptor & 0x08 != 0 { throw reader.error("a reserved bit is set", at: start + 4) }
    do throws(PayloadError) {
      if !isSingleSegment {
        let window = try reader.byte()
        let base = UInt64(1) << (10 + UInt64(window >> 3))
        try checkWindow(base + base / 8 * UInt64(window & 7), at: start + 5)
      }
      let size = try reader.range([0, 1, 2, 4][Int(descriptor & 3)])
      let dictionary = bytes[size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
      if dictionary != 0 {
        throw PayloadError(at: size.lowerBound, "the frame needs dictionary \(dictionary)")
      }
      if isSingleSegment {
        let size = try reader.range([1, 2, 4, 8][Int(descriptor >> 6)])
        // Counts in 2 bytes begin at 256.
        let content = bytes[size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        try checkWindow(content, at: size.lowerBound)
      }
    } catch {
      throw error.reason.hasPrefix("need ") ? endsEarly(bytes.count) : error
    }
  }

  /// The bytes, with the window in the frame's header reduced to the largest possible output, if it
  /// exceeds our limit: `zstd --ultra -22` asks for 128 MiB unless it knows the size. Nothing can
  /// refer further back than that.
  static func withSmallerWindow(_ bytes: [UInt8], at start: Int, limit: Int) -> [UInt8] {
    guard bytes.count - start > 5, bytes[start + 4] & 0x20 == 0,
      bytes[start + 5] >> 3 >= UInt8(windowLog - 10), limit < 1 << Int(windowLog)
    else { return bytes }
    var bytes = bytes
    bytes[start + 5] = UInt8(windowLog - 10) << 3
    return bytes
  }

  private static func checkWindow(_ size: UInt64, at offset: Int) throws(PayloadError) {
    if size > 1 << UInt64(windowLog) {
      throw PayloadError(
        at: offset, "a window of \(size) bytes, \(1 << windowLog) at most", isLimit: true)
    }
  }

  static func decompress(
    _ context: OpaquePointer, _ bytes: [UInt8], from start: Int, into output: inout [UInt8],
    limit: Int
  ) throws(PayloadError) -> Int {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    // The library says how many bytes it wants next: the header, then block by block. Given no more
    // than that, it stops at the faulty block.
    var wanted = 5
    return try SessionFormats.decompress(bytes, from: start, into: &output, limit: limit) {
      input, room in
      var source = ZSTD_inBuffer(
        src: input.baseAddress, size: min(wanted, input.count), pos: 0)
      var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
      let status = ZSTD_decompressStream(context, &target, &source)
      if ZSTD_isError(status) != 0 {
        let reason = lowercasedStart(String(cString: ZSTD_getErrorName(status)))
        return DecompressionStep(read: 0, written: 0, outcome: .failed(reason))
      }
      wanted = status
      return DecompressionStep(
        read: source.pos, written: target.pos, outcome: status == 0 ? .end : .more)
    }
  }
}
