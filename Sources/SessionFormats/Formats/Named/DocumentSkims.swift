/// https://bsonspec.org/spec.html: the length of a document, its elements, a zero.
enum BSONSkim {
  /// The first four bytes are the total length, and there is an element.
  static func hasHead(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8, bytes.last == 0 else { return false }
    let length = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    return length == bytes.count && bytes[4] != 0
  }

  @Sendable static func check(_ reader: inout ByteReader) throws(PayloadError) -> [Fact] {
    try document(&reader)
    try reader.expectEnd()
    return []
  }

  private static func document(_ reader: inout ByteReader) throws(PayloadError) {
    try reader.enter()
    let start = reader.offset
    let length = Int(try reader.little(Int32.self))
    while true {
      try reader.count()
      let at = reader.offset
      let type = try reader.byte()
      if type == 0 { break }
      try name(&reader)
      switch type {
      case 0x01, 0x09, 0x11, 0x12: try reader.skip(8)
      case 0x02, 0x0D, 0x0E: try text(&reader)
      case 0x03, 0x04: try document(&reader)
      case 0x05: try reader.skip(1 + Int(reader.little(Int32.self)))
      case 0x06, 0x0A, 0x7F, 0xFF: break
      case 0x07: try reader.skip(12)
      case 0x08: try reader.skip(1)
      case 0x0B:
        try name(&reader)
        try name(&reader)
      case 0x0C:
        try text(&reader)
        try reader.skip(12)
      case 0x0F: try reader.skip(Int(reader.little(Int32.self)) - 4)
      case 0x10: try reader.skip(4)
      case 0x13: try reader.skip(16)
      default: throw reader.error("\(hexByte(type)) is no type of an element", at: at)
      }
    }
    if reader.offset - start != length {
      throw reader.error("a document of \(reader.offset - start) bytes, not \(length)", at: start)
    }
    reader.leave()
  }

  private static func name(_ reader: inout ByteReader) throws(PayloadError) {
    _ = try reader.text(reader.prefix { $0 != 0 })
    try reader.skip(1)
  }

  private static func text(_ reader: inout ByteReader) throws(PayloadError) {
    try reader.skip(Int(reader.little(Int32.self)))
    if reader.bytes[reader.offset - 1] != 0 { throw reader.error("a text without its zero") }
  }
}

/// https://www.rfc-editor.org/rfc/rfc8949: items, each with its type and argument in the first
/// bytes.
enum CBORSkim {
  @Sendable static func check(_ reader: inout ByteReader) throws(PayloadError) -> [Fact] {
    _ = try item(&reader)
    try reader.expectEnd()
    return []
  }

  /// Whether it was an item, rather than the end of one of indefinite length.
  private static func item(_ reader: inout ByteReader) throws(PayloadError) -> Bool {
    try reader.count()
    let at = reader.offset
    let first = try reader.byte()
    let (type, short) = (first >> 5, first & 0x1F)
    var argument = UInt64(short)
    switch short {
    case 24: argument = UInt64(try reader.byte())
    case 25: argument = UInt64(try reader.big(UInt16.self))
    case 26: argument = UInt64(try reader.big(UInt32.self))
    case 27: argument = try reader.big(UInt64.self)
    case 28...30: throw reader.error("\(hexByte(first)) is reserved", at: at)
    case 31:
      if type == 7 { return false }
      guard 2...5 ~= type else { throw reader.error("\(hexByte(first)) has no length", at: at) }
      try reader.enter()
      while try item(&reader) {}
      reader.leave()
      return true
    default: break
    }
    switch type {
    case 2, 3: _ = try reader.range(argument)
    case 4, 5, 6:
      let items = type == 4 ? argument : type == 5 ? argument &* 2 : 1
      if items > UInt64(reader.remaining) {
        throw reader.error("\(items) items, \(reader.remaining) bytes left", at: at)
      }
      try reader.enter()
      for _ in 0..<items {
        let start = reader.offset
        if try !item(&reader) { throw reader.error("an end that ends nothing", at: start) }
      }
      reader.leave()
    default: break
    }
    return true
  }
}
