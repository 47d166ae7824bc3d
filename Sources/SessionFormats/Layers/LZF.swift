// http://oldhome.schmorp.de/marc/liblzf.html

extension Layer {
  /// LZF: bare blocks as phpredis and Cm_RedisSession store them, or the stream of liblzf's own
  /// program, whose blocks have headers.
  static let lzf = Layer(
    name: "lzf",
    summary: "LZF block, or stream of liblzf",
    isSelfEvident: false, isUnmarked: true,
    recognizes: { bytes in
      // A block begins with literals: there is nothing to refer to yet.
      bytes.count > 2 && (bytes[0] < 32 || LZF.isStream(bytes))
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      if LZF.isStream(bytes) {
        return Unwrapped(
          try LZF.stream(bytes, limit: limit), label: "lzf", facts: [Fact("framing", "liblzf")])
      }
      var inside: [UInt8] = []
      try LZF.block(bytes[...], into: &inside, limit: limit)
      return Unwrapped(inside, label: "lzf")
    })
}

enum LZF {
  /// `ZV`, then 0 for a stored block or 1 for a compressed one.
  static func isStream(_ bytes: [UInt8]) -> Bool {
    bytes.count > 5 && bytes[0] == 0x5A && bytes[1] == 0x56 && bytes[2] < 2
  }

  /// `ZV 0 size data` and `ZV 1 compressed-size size data`, with sizes in 16 bits, big-endian. A
  /// zero byte may end them.
  static func stream(_ bytes: [UInt8], limit: Int) throws(PayloadError) -> [UInt8] {
    var reader = ByteReader(bytes)
    var inside: [UInt8] = []
    do throws(PayloadError) {
      while !reader.isAtEnd {
        let start = reader.offset
        let magic = try reader.range(2)
        let type = try reader.byte()
        guard bytes[magic] == [0x5A, 0x56], type < 2 else {
          throw trailing(bytes.count - start, at: start)
        }
        let stored = Int(try reader.big(UInt16.self))
        let size = type == 0 ? stored : Int(try reader.big(UInt16.self))
        let body = try reader.range(stored)
        if inside.count + size > limit { throw Limits.outputExceeded(limit, at: start) }
        if type == 0 {
          inside += bytes[body]
          continue
        }
        var block: [UInt8] = []
        try LZF.block(bytes[body], into: &block, limit: limit - inside.count)
        if block.count != size {
          throw reader.error(
            "the head of the block says \(size) bytes, it makes \(block.count)", at: start)
        }
        inside += block
      }
    } catch {
      throw error.reason.hasPrefix("need ") ? endsEarly(bytes.count) : error
    }
    return inside
  }

  /// Appends the content of a block to `output`, which may grow to `limit` bytes.
  static func block(
    _ bytes: ArraySlice<UInt8>, into output: inout [UInt8], limit: Int
  ) throws(PayloadError) {
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let start = at
      let control = bytes[at]
      at += 1
      if control < 32 {
        let length = Int(control) + 1
        if length > bytes.endIndex - at { throw endsEarly(bytes.endIndex) }
        output += bytes[at..<(at + length)]
        at += length
      } else {
        // 3 bits of length, where 7 means that another byte follows; 13 bits of offset.
        var length = Int(control >> 5)
        let extra = length == 7 ? 2 : 1
        guard bytes.endIndex - at >= extra else { throw endsEarly(bytes.endIndex) }
        if extra == 2 { length += Int(bytes[at]) }
        at += extra
        let back = (Int(control & 31) << 8 | Int(bytes[at - 1])) + 1
        if back > output.count {
          throw PayloadError(
            at: start, "refers \(back) bytes back, \(output.count) are there")
        }
        // A copy may overlap what it writes.
        let from = output.count - back
        for i in 0..<(length + 2) { output.append(output[from + i]) }
      }
      if output.count > limit { throw Limits.outputExceeded(limit, at: at) }
    }
  }
}
