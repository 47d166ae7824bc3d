// https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md

extension Layer {
  /// An LZ4 block after its size: 4 bytes, little-endian from php-lz4 (and so Cm_RedisSession),
  /// big-endian from Redisson. When asked for by name, also a block alone.
  static let lz4Block = Layer(
    name: "lz4-block",
    summary: "LZ4 block behind its size, as Redisson and php-lz4 write it",
    isSelfEvident: false, isUnmarked: true,
    recognizes: { bytes in
      LZ4Framing.allCases.contains { framing in
        guard let claimed = framing.size(bytes) else { return false }
        return (try? LZ4Framing.measure(bytes[4...], limit: claimed)) == claimed
      }
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      var failure: PayloadError?
      for framing in LZ4Framing.allCases where framing.size(bytes) != nil {
        do throws(PayloadError) {
          let inside = try framing.unwrap(bytes[...], limit: limit)
          return Unwrapped(inside, label: "LZ4 block", facts: [Fact("framing", framing.rawValue)])
        } catch {
          if error.isLimit { throw error }
          failure = failure ?? error
        }
      }
      if let failure { throw failure }
      let size = try LZ4Framing.measure(bytes[...], limit: limit)
      let inside = try LZ4.block(bytes[...], size: size)
      return Unwrapped(inside, label: "LZ4 block", facts: [Fact("framing", "none")])
    })

  /// What phpredis' `OPT_COMPRESSION` and `redis.session.compression` write for `lz4`: CRC-8 of the
  /// size, the size, a block.
  static let phpredisLZ4 = Layer(
    name: "phpredis-lz4",
    summary: "LZ4 block of phpredis, with a checksum of its size",
    isSelfEvident: true,
    recognizes: { bytes in
      bytes.count > 5 && crc8(bytes[1..<5]) == bytes[0]
        && LZ4Framing.php.size(Array(bytes[1...])) != nil
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      guard bytes.count > 5 else { throw endsEarly(bytes.count) }
      let checksum = crc8(bytes[1..<5])
      if checksum != bytes[0] {
        throw PayloadError(
          at: 0, "a CRC-8 of \(hexByte(bytes[0])), the size has \(hexByte(checksum))")
      }
      let inside = try LZ4Framing.php.unwrap(bytes[1...], limit: limit)
      return Unwrapped(inside, label: "phpredis LZ4")
    })
}

/// The byte order of the size before a block, by producer.
enum LZ4Framing: String, CaseIterable {
  case php = "php-lz4"
  case redisson = "Redisson"

  /// The size that stands before a block; nil when it is not a size, or when the block cannot hold
  /// that many bytes.
  func size(_ bytes: [UInt8]) -> Int? {
    let size = claim(bytes[...])
    // One byte stands for at most 255.
    return bytes.count > 4 && size > 0 && size / 255 < bytes.count ? size : nil
  }

  private func claim(_ bytes: ArraySlice<UInt8>) -> Int {
    let head = Array(bytes.prefix(4))
    return (self == .php ? head.reversed() : head).reduce(0) { $0 << 8 | Int($1) }
  }

  func unwrap(_ bytes: ArraySlice<UInt8>, limit: Int) throws(PayloadError) -> [UInt8] {
    guard bytes.count > 4 else { throw endsEarly(bytes.endIndex) }
    let claimed = claim(bytes)
    let found = try LZ4Framing.measure(bytes.dropFirst(4), limit: limit)
    if found != claimed { throw differentSize(found, claimed: claimed) }
    return try LZ4.block(bytes.dropFirst(4), size: found)
  }

  /// How many bytes a block makes. Walks its sequences and writes nothing.
  static func measure(_ bytes: ArraySlice<UInt8>, limit: Int) throws(PayloadError) -> Int {
    var at = bytes.startIndex
    var size = 0
    func length(_ nibble: UInt8) throws(PayloadError) -> Int {
      var length = Int(nibble)
      if nibble < 15 { return length }
      while true {
        guard at < bytes.endIndex else { throw endsEarly(bytes.endIndex) }
        let more = bytes[at]
        at += 1
        length += Int(more)
        if more < 255 { return length }
      }
    }
    while true {
      guard at < bytes.endIndex else { throw endsEarly(bytes.endIndex) }
      let token = bytes[at]
      at += 1
      let literals = try length(token >> 4)
      if literals > bytes.endIndex - at { throw endsEarly(bytes.endIndex) }
      at += literals
      size += literals
      if size > limit { throw Limits.outputExceeded(limit, at: at) }
      // The last sequence has only literals.
      if at == bytes.endIndex { return size }
      guard bytes.endIndex - at >= 2 else { throw endsEarly(bytes.endIndex) }
      let offset = Int(bytes[at]) | Int(bytes[at + 1]) << 8
      if offset == 0 || offset > size {
        throw PayloadError(at: at, "refers \(offset) bytes back, \(size) are there")
      }
      at += 2
      size += try length(token & 0xF) + 4
      if size > limit { throw Limits.outputExceeded(limit, at: at) }
    }
  }
}

/// CRC-8 as phpredis computes it: polynomial 0x31, from 0xFF, the highest bit first.
private func crc8(_ bytes: ArraySlice<UInt8>) -> UInt8 {
  var crc: UInt8 = 0xFF
  for byte in bytes {
    crc ^= byte
    for _ in 0..<8 { crc = crc & 0x80 != 0 ? crc << 1 ^ 0x31 : crc << 1 }
  }
  return crc
}
