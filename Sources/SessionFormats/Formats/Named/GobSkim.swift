// https://pkg.go.dev/encoding/gob

/// The messages of a gob: definitions of types and parts of a value, which make up all bytes.
enum GobSkim {
  /// A length below 128, then the negative number of a type being defined, then its kind.
  static func hasHead(_ bytes: [UInt8]) -> Bool {
    bytes[0] < 0x80
      && (bytes[1] == 0xFF && bytes[2] > 0x80 && bytes[2] & 1 == 1 && kind(bytes[3])
        || bytes[1] == 0x7F && kind(bytes[2]))
  }

  /// wireType's fields: array, slice, struct, map, and three that encode themselves.
  private static func kind(_ byte: UInt8) -> Bool { 1...7 ~= byte }

  @Sendable static func check(_ reader: inout ByteReader) throws(PayloadError) -> [Fact] {
    var types = 0
    var values = 0
    while !reader.isAtEnd {
      try reader.count()
      let start = reader.offset
      let size = try unsigned(&reader)
      var message = reader
      let body = try reader.range(size)
      let type = try signed(&message)
      guard message.offset <= body.upperBound else {
        throw reader.error("a message of \(size) bytes", at: start)
      }
      if type >= 0 {
        if types == 0 || type < 16 { throw reader.error("a value of no type", at: start) }
        values += 1
        continue
      }
      // Ends the structure of the kind, then that of wireType.
      guard let first = message.peek(), kind(first), body.count >= 5,
        reader.bytes[body.upperBound - 1] == 0, reader.bytes[body.upperBound - 2] == 0
      else { throw reader.error("expected the definition of a type", at: start) }
      types += 1
    }
    if values == 0 { throw reader.error("types, and no value") }
    return []
  }

  /// One byte below 128; otherwise the negated number of bytes, then the bytes in big-endian order.
  private static func unsigned(_ reader: inout ByteReader) throws(PayloadError) -> UInt64 {
    let first = try reader.byte()
    if first < 0x80 { return UInt64(first) }
    let count = 256 - Int(first)
    if count > 8 { throw reader.error("a number of \(count) bytes", at: reader.offset - 1) }
    var number: UInt64 = 0
    for _ in 0..<count { number = number << 8 | UInt64(try reader.byte()) }
    return number
  }

  /// Bit 0 says that the others are inverted.
  private static func signed(_ reader: inout ByteReader) throws(PayloadError) -> Int64 {
    let number = try unsigned(&reader)
    return Int64(bitPattern: number & 1 == 1 ? ~(number >> 1) : number >> 1)
  }
}
