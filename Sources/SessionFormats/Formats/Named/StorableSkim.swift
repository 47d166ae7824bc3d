// https://github.com/Perl/perl5/blob/blead/dist/Storable/Storable.xs

/// Skims the structure of Perl's Storable.
struct StorableSkim {
  private var reader: ByteReader
  /// Whether numbers are in network order; otherwise they are in the machine's order.
  private let isNetwork: Bool
  /// A hook of a class has its own structure, and what follows it is not examined.
  private var hasHook = false

  /// A file begins with a mark.
  @Sendable static func checkFile(_ reader: inout ByteReader) throws(PayloadError) -> [Fact] {
    try reader.skip(4)
    return try check(&reader)
  }

  @Sendable static func check(_ reader: inout ByteReader) throws(PayloadError) -> [Fact] {
    let start = reader.offset
    let first = try reader.byte()
    guard first >> 1 == 2 else { throw reader.error("major version \(first >> 1), not 2") }
    let minor = try reader.byte()
    guard 2...15 ~= minor else { throw reader.error("minor version \(minor)", at: start + 1) }
    if first & 1 == 0 {
      // The byte order of numbers, then the sizes of int, long, pointer and float.
      let order = try reader.slice(Int(reader.byte()))
      guard order == Array("12345678".utf8) || order == Array("1234".utf8) else {
        throw reader.error("expected the order of bytes, 1234 or 12345678", at: start + 3)
      }
      for size in try reader.slice(minor >= 2 ? 4 : 3) where ![4, 8, 12, 16].contains(size) {
        throw reader.error("a number of \(size) bytes")
      }
    } else {
      // Two bytes are no signature: sessions are hashes, and rarely arrays or objects.
      guard let root = reader.peek(), [2, 3, 17, 25].contains(root) else {
        throw reader.error("neither a hash nor an array")
      }
    }
    var skim = StorableSkim(reader: reader, isNetwork: first & 1 == 1)
    try skim.object()
    if !skim.hasHook { try skim.reader.expectEnd() }
    return []
  }

  private init(reader: ByteReader, isNetwork: Bool) {
    self.reader = reader
    self.isNetwork = isNetwork
  }

  private mutating func length() throws(PayloadError) -> UInt64 {
    let length = try isNetwork ? reader.big(UInt32.self) : reader.little(UInt32.self)
    return UInt64(length)
  }

  private mutating func object() throws(PayloadError) {
    if hasHook { return }
    try reader.count()
    let at = reader.offset
    let tag = try reader.byte()
    switch tag {
    case 0: try reader.skip(4)
    case 1, 24: _ = try reader.range(length())
    case 10, 23: try reader.skip(Int(reader.byte()))
    case 2: try objects(length(), least: 1)
    case 3: try hash(keyFlags: false)
    case 25:
      try reader.skip(1)
      try hash(keyFlags: true)
    case 4, 11, 12, 13, 20, 26, 27, 28: try objects(1, least: 1)
    case 5, 14, 15, 16, 31, 34, 35: break
    case 6, 7: try reader.skip(8)
    case 8: try reader.skip(1)
    case 9: try reader.skip(4)
    case 17, 18:
      let count = try reader.byte()
      // Long names and long numbers of names.
      if tag == 17 {
        _ = try reader.range(count & 0x80 == 0 ? UInt64(count) : length())
      } else if count & 0x80 != 0 {
        try reader.skip(4)
      }
      try objects(1, least: 1)
    case 29, 30:
      _ = try reader.range(tag == 29 ? UInt64(reader.byte()) : length())
      try objects(1, least: 1)
    case 21: try objects(2, least: 1)
    case 22:
      try objects(1, least: 1)
      try reader.skip(4)
    // A hook and a regular expression; no session has a list or hash of more than 4 GiB.
    case 19, 32: hasHook = true
    default: throw reader.error("\(hexByte(tag)) is no tag of Storable", at: at)
    }
  }

  private mutating func objects(_ count: UInt64, least: UInt64) throws(PayloadError) {
    if count > UInt64(reader.remaining) / least {
      throw reader.error("\(count) elements, \(reader.remaining) bytes left")
    }
    try reader.enter()
    for _ in 0..<count where !hasHook { try object() }
    reader.leave()
  }

  /// Values, each before its key.
  private mutating func hash(keyFlags: Bool) throws(PayloadError) {
    let count = try length()
    if count > UInt64(reader.remaining) / 5 {
      throw reader.error("\(count) entries, \(reader.remaining) bytes left")
    }
    try reader.enter()
    for _ in 0..<count {
      try object()
      if hasHook { return }
      if keyFlags { try reader.skip(1) }
      _ = try reader.range(length())
    }
    reader.leave()
  }
}
