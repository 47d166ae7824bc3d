// https://www.erlang.org/doc/apps/erts/erl_ext_dist.html

/// Skims the structure of an Erlang term: every byte must be part of it.
enum ErlangSkim {
  @Sendable static func check(_ reader: inout ByteReader) throws(PayloadError) -> [Fact] {
    try reader.skip(1)
    let root = reader.peek() ?? 0
    if root == 80 {
      // COMPRESSED: the uncompressed size, then a zlib stream.
      try reader.skip(1)
      let size = try reader.big(UInt32.self)
      let head = try reader.big(UInt16.self)
      guard head & 0x0F00 == 0x0800, head % 31 == 0, reader.remaining > 6 else {
        throw reader.error("expected a zlib stream", at: 6)
      }
      return [Fact("compressed", "\(size) bytes inside")]
    }
    // Sessions are maps, lists and tuples; chance writes the small terms.
    guard [104, 105, 108, 116].contains(root), reader.remaining > 3 else {
      throw reader.error("neither a map nor a list nor a tuple")
    }
    try term(&reader)
    try reader.expectEnd()
    return []
  }

  private static func term(_ reader: inout ByteReader) throws(PayloadError) {
    try reader.count()
    let at = reader.offset
    let tag = try reader.byte()
    switch tag {
    case 70: try reader.skip(8)
    case 77:
      let size = try reader.big(UInt32.self)
      try reader.skip(1)
      _ = try reader.range(UInt64(size))
    case 97: try reader.skip(1)
    case 98: try reader.skip(4)
    case 99: try reader.skip(31)
    case 100, 107, 118: try reader.skip(Int(reader.big(UInt16.self)))
    case 115, 119: try reader.skip(Int(reader.byte()))
    case 106: break
    case 109: _ = try reader.range(UInt64(reader.big(UInt32.self)))
    case 110: try reader.skip(1 + Int(reader.byte()))
    case 111: _ = try reader.range(1 + UInt64(reader.big(UInt32.self)))
    case 104: try terms(UInt64(reader.byte()), &reader)
    case 105: try terms(UInt64(reader.big(UInt32.self)), &reader)
    case 108: try terms(1 + UInt64(reader.big(UInt32.self)), &reader)
    case 116: try terms(2 * UInt64(reader.big(UInt32.self)), &reader)
    case 113: try terms(3, &reader)
    case 112:
      let size = UInt64(try reader.big(UInt32.self))
      if size < 4 { throw reader.error("a function of \(size) bytes", at: at) }
      _ = try reader.range(size - 4)
    case 117: try terms(4 + UInt64(reader.big(UInt32.self)), &reader)
    case 101, 102, 103, 88, 89, 120:
      try terms(1, &reader)
      try reader.skip([101: 5, 102: 5, 103: 9, 88: 12, 89: 8, 120: 12][tag] ?? 0)
    case 90, 114:
      let words = Int(try reader.big(UInt16.self))
      try terms(1, &reader)
      try reader.skip((tag == 90 ? 4 : 1) + 4 * words)
    default: throw reader.error("\(hexByte(tag)) is no tag of a term", at: at)
    }
  }

  private static func terms(_ count: UInt64, _ reader: inout ByteReader) throws(PayloadError) {
    if count > UInt64(reader.remaining) {
      throw reader.error("\(count) terms, \(reader.remaining) bytes left")
    }
    try reader.enter()
    for _ in 0..<count { try term(&reader) }
    reader.leave()
  }
}
