// https://tukaani.org/xz/xz-file-format.txt and https://www.7-zip.org/sdk.html (LZMA)

import CLZMA

extension Layer {
  /// xz: streams with a checksum each and zero bytes between them.
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

  /// LZMA's older file format (`.lzma`): no magic number and no checksum, but a header that hardly
  /// anything else has.
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
  /// What a decoder needs for a dictionary as large as our limit; see `LZMADictionary`.
  static let memory: UInt64 = 66 << 20

  enum Kind {
    case xz, alone
  }

  /// The header: properties, Dictionary Size, Uncompressed Size; then the range coder's first byte,
  /// which is zero.
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
    let bytes =
      kind == .xz
      ? LZMADictionary.shrunkInStream(bytes, from: start, limit: limit)
      : LZMADictionary.shrunkAlone(bytes, limit: limit)
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

/// The size of the dictionary, reduced to the largest possible output: `xz -9` always asks for 64
/// MiB, and the library would allocate them. Nothing can refer further back than the first byte of
/// the output.
private enum LZMADictionary {
  /// Dictionary Size in the header of the older format, after the properties.
  static func shrunkAlone(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    // The library allocates when it has read the header, even if nothing follows.
    guard bytes.count >= 13 else { return bytes }
    let size = bytes[1..<5].reversed().reduce(0) { $0 << 8 | Int($1) }
    if size <= enough(limit) { return bytes }
    var bytes = bytes
    for i in 0..<4 { bytes[1 + i] = UInt8(truncatingIfNeeded: enough(limit) >> (8 * i)) }
    return bytes
  }

  /// The property of LZMA2 in the header of a stream's first block, and the CRC-32 of that header.
  /// The library reports a broken header; `LZMA.memory` limits the other blocks.
  static func shrunkInStream(_ bytes: [UInt8], from start: Int, limit: Int) -> [UInt8] {
    guard let block = try? BlockHead(bytes, at: start + 12),
      block.checksum == crc(bytes, block), BlockHead.size(block.bits) > enough(limit)
    else { return bytes }
    let bits = (0...40).first { BlockHead.size($0) >= enough(limit) } ?? block.bits
    var bytes = bytes
    bytes[block.property] = bits
    let checksum = crc(bytes, block)
    for i in 0..<4 {
      bytes[block.end - 4 + i] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(i)))
    }
    return bytes
  }

  /// The library has a smallest size.
  private static func enough(_ limit: Int) -> Int { max(limit, 4096) }

  private static func crc(_ bytes: [UInt8], _ block: BlockHead) -> UInt32 {
    bytes[block.start..<(block.end - 4)].withUnsafeBufferPointer { covered in
      lzma_crc32(covered.baseAddress, covered.count, 0)
    }
  }

  /// Block Header: its size, Block Flags, Compressed Size and Uncompressed Size if flagged, Filter
  /// Flags, padding, CRC32.
  private struct BlockHead {
    let start: Int
    let end: Int
    /// The offset of LZMA2's property, and its value: the size of the dictionary.
    let property: Int
    let bits: UInt8
    let checksum: UInt32

    init(_ bytes: [UInt8], at start: Int) throws(PayloadError) {
      var reader = ByteReader(bytes)
      try reader.skip(start)
      let size = (Int(try reader.byte()) + 1) * 4
      let flags = try reader.byte()
      if flags & 0x40 != 0 { _ = try BlockHead.integer(&reader) }
      if flags & 0x80 != 0 { _ = try BlockHead.integer(&reader) }
      var property: Int?
      for _ in 0...(flags & 3) {
        let filter = try BlockHead.integer(&reader)
        let properties = try reader.range(try BlockHead.integer(&reader))
        if filter == 0x21 && properties.count == 1 { property = properties.lowerBound }
      }
      guard let property, reader.offset <= start + size - 4 else {
        throw reader.error("no LZMA2")
      }
      try reader.skip(start + size - 4 - reader.offset)
      checksum = try reader.little(UInt32.self)
      bits = bytes[property] & 0x3F
      self.property = property
      self.start = start
      end = start + size
    }

    /// "Multibyte Integer": 7 bits per byte, the lowest first.
    private static func integer(_ reader: inout ByteReader) throws(PayloadError) -> UInt64 {
      var value: UInt64 = 0
      for position in 0..<9 as Range<UInt64> {
        let byte = try reader.byte()
        value |= UInt64(byte & 0x7F) << (7 * position)
        if byte & 0x80 == 0 { return value }
      }
      throw reader.error("a long integer")
    }

    /// 2 or 3, shifted.
    static func size(_ bits: UInt8) -> Int { (2 | Int(bits & 1)) << (Int(bits / 2) + 11) }
  }
}
