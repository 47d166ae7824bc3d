// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md

import CLZ4

extension Layer {
  /// LZ4 frames, including skippable ones. The header has its own checksum.
  static let lz4 = Layer(
    name: "lz4",
    summary: "LZ4, of one or several frames",
    isSelfEvident: true,
    recognizes: { bytes in
      guard let at = endOfSkippableFrames(bytes) else { return false }
      return LZ4.isFrame(bytes[at...]) || LZ4.isLegacy(bytes[at...])
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      var frames = StreamsInARow(bytes, limit: limit)
      try frames.read(isHead: LZ4.isHead) { at, output, limit throws(PayloadError) in
        guard let start = endOfSkippableFrames(bytes, from: at) else {
          throw endsEarly(bytes.count)
        }
        if start > at && start == bytes.count { return start }
        try LZ4.checkHead(bytes, at: start)
        return try LZ4.frame(bytes, from: start, into: &output, limit: limit)
      }
      return frames.unwrapped("lz4", unit: "frames")
    })
}

/// The parts of liblz4 that the layers use.
enum LZ4 {
  private static let magic: [UInt8] = [0x04, 0x22, 0x4D, 0x18]

  static func isFrame(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: magic) }

  /// The format of `lz4 -l` and the Linux kernel.
  static func isLegacy(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.starts(with: [0x02, 0x21, 0x4C, 0x18])
  }

  static func isHead(_ bytes: ArraySlice<UInt8>) -> Bool {
    isFrame(bytes) || isLegacy(bytes) || isSkippableFrame(bytes)
  }

  /// Errors that the library would explain less well, or accept.
  static func checkHead(_ bytes: [UInt8], at start: Int) throws(PayloadError) {
    if isLegacy(bytes[start...]) {
      throw PayloadError(at: start, "a frame of LZ4's legacy format, which no session store writes")
    }
    if !isFrame(bytes[start...]) {
      let isCut = magic.starts(with: bytes[start...])
      throw isCut ? endsEarly(bytes.count) : PayloadError(at: start, "no frame of LZ4 begins here")
    }
    guard bytes.count - start > 5 else { throw endsEarly(bytes.count) }
    // FLG: Version, B.Indep, B.Checksum, C.Size, C.Checksum, Reserved, DictID.
    let flags = bytes[start + 4]
    if flags & 0x01 == 0 { return }
    let at = start + (flags & 0x08 == 0 ? 6 : 14)
    guard bytes.count - at >= 4 else { throw endsEarly(bytes.count) }
    let dictionary = bytes[at..<(at + 4)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    throw PayloadError(at: at, "the frame needs dictionary \(dictionary)")
  }

  static func frame(
    _ bytes: [UInt8], from start: Int, into output: inout [UInt8], limit: Int
  ) throws(PayloadError) -> Int {
    var context: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else {
      throw PayloadError(at: start, "lz4 has no memory")
    }
    defer { LZ4F_freeDecompressionContext(context) }
    // As with zstd: pass no more than the library asks for, so that an error is reported at its
    // block.
    var wanted = Int(LZ4F_HEADER_SIZE_MIN)
    return try decompress(bytes, from: start, into: &output, limit: limit) { input, room in
      var read = min(wanted, input.count)
      var written = room.count
      let status = LZ4F_decompress(
        context, room.baseAddress, &written, input.baseAddress, &read, nil)
      if LZ4F_isError(status) != 0 {
        let name = String(cString: LZ4F_getErrorName(status))
        return DecompressionStep(read: 0, written: 0, outcome: .failed(reasons[name] ?? name))
      }
      wanted = status
      return DecompressionStep(read: read, written: written, outcome: status == 0 ? .end : .more)
    }
  }

  private static let reasons = [
    "ERROR_maxBlockSize_invalid": "an unknown maximum size of blocks",
    "ERROR_blockMode_invalid": "an unknown mode of blocks",
    "ERROR_headerVersion_wrong": "an unknown version of the frame",
    "ERROR_reservedFlag_set": "a reserved bit is set",
    "ERROR_headerChecksum_invalid": "the checksum of the frame's head is wrong",
    "ERROR_blockChecksum_invalid": "the checksum of a block is wrong",
    "ERROR_contentChecksum_invalid": "the checksum of the content is wrong",
    "ERROR_frameSize_wrong": "the content has another size than the frame's head says",
    "ERROR_decompressionFailed": "corrupt block",
  ]

  /// The bytes in a block that makes exactly `size` of them, which the caller has checked.
  static func block(_ bytes: ArraySlice<UInt8>, size: Int) throws(PayloadError) -> [UInt8] {
    var status: Int32 = 0
    let inside = [UInt8](unsafeUninitializedCapacity: size) { room, count in
      count = 0
      bytes.withUnsafeBytes { input in
        // The library needs an address even for an empty buffer.
        var nothing: CChar = 0
        status = withUnsafeMutablePointer(to: &nothing) { nothing in
          LZ4_decompress_safe(
            input.baseAddress?.assumingMemoryBound(to: CChar.self) ?? UnsafePointer(nothing),
            room.baseAddress.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: CChar.self) }
              ?? nothing,
            Int32(clamping: input.count), Int32(clamping: size))
        }
      }
      if status > 0 { count = min(Int(status), size) }
    }
    // A negative status is the position of the error, counted from -1.
    if status < 0 {
      throw PayloadError(at: bytes.startIndex + Int(-(status + 1)), "corrupt LZ4 block")
    }
    if inside.count != size { throw differentSize(inside.count, claimed: size) }
    return inside
  }
}
