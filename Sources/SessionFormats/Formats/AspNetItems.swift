// https://referencesource.microsoft.com/#System.Web/State/SessionStateItemCollection.cs, and
// AltSerialization.cs next to it. Numbers are little-endian, as .NET's BinaryWriter writes them.

extension Format {
  /// What ASP.NET's session state stores through RedisSessionStateProvider 5.
  static let aspNetItems = Format(
    name: "aspnet-items", labels: ["asp.net-session-items"],
    summary: "ASP.NET session state items; objects of BinaryFormatter inside stay bytes",
    recognizes: { bytes in
      // A count below 64 Ki other than 0, and the place of the item without a name, of which there
      // is none.
      bytes.count >= 14 && (bytes[0] > 0 || bytes[1] > 0) && bytes[2] == 0 && bytes[3] == 0
        && bytes[4...].starts(with: [0xFF, 0xFF, 0xFF, 0xFF])
    },
    read: { reader throws(PayloadError) in
      var items = ItemsDecoder(reader: reader)
      return try items.read()
    })
}

private struct ItemsDecoder {
  var reader: ByteReader
  private var notes: [String] = []

  init(reader: ByteReader) { self.reader = reader }

  mutating func read() throws(PayloadError) -> Reading {
    let count = Int(try reader.little(Int32.self))
    // A name takes at least one byte, an end four, a value one.
    guard count > 0, count <= reader.remaining / 6 else {
      throw reader.error("\(count) items, \(reader.remaining) bytes left", at: 0)
    }
    let unnamed = try reader.little(Int32.self)
    if unnamed != -1 { throw reader.error("an item without a name", at: 4) }
    var names: [String] = []
    for _ in 0..<count {
      try reader.count(2)
      names.append(try reader.dotNetText())
    }
    let ends = reader.offset
    try reader.skip(4 * count)
    let start = reader.offset
    var entries: [Pair] = []
    for (at, name) in names.enumerated() {
      let end = start + self.end(at, ends)
      guard end > reader.offset, end <= reader.end else {
        throw reader.error("a value that ends at \(end)", at: ends + 4 * at)
      }
      let first = reader.offset
      entries.append(Pair(.string(name), try value(to: end, of: name)))
      if reader.offset != end {
        throw reader.error("a value that ends at \(reader.offset), not \(end)", at: first)
      }
    }
    try reader.expectEnd()
    return Reading(.map(entries), label: "ASP.NET session items", notes: notes)
  }

  private func end(_ at: Int, _ ends: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(reader.bytes[ends + 4 * at + $1]) << (8 * $1) }
  }

  private mutating func value(to end: Int, of name: String) throws(PayloadError) -> Value {
    let at = reader.offset
    switch try reader.byte() {
    case 1: return .string(try reader.dotNetText())
    case 2: return .integer(Int64(try reader.little(Int32.self)))
    case 3:
      let flag = try reader.byte()
      if flag > 1 { throw reader.error("expected 0 or 1, found \(hexByte(flag))", at: at + 1) }
      return .bool(flag == 1)
    case 4:
      guard let time = DotNetTicks.time(try reader.little(Int64.self)) else {
        throw reader.error("ticks beyond the calendar", at: at + 1)
      }
      return .tagged(.datetime, .string(time))
    case 5: return .tagged(.decimal, .string(try decimal()))
    case 6: return .integer(Int64(try reader.byte()))
    case 7:
      let text = try reader.text(reader.range(end - reader.offset))
      return .string(text)
    case 8:
      let float = Float(bitPattern: try reader.little(UInt32.self))
      return .double(float.isFinite ? Double(float.description) ?? Double(float) : Double(float))
    case 9: return .double(Double(bitPattern: try reader.little(UInt64.self)))
    case 10: return .integer(Int64(Int8(bitPattern: try reader.byte())))
    case 11: return .integer(Int64(try reader.little(Int16.self)))
    case 12: return .integer(try reader.little(Int64.self))
    case 13: return .integer(Int64(try reader.little(UInt16.self)))
    case 14: return .integer(Int64(try reader.little(UInt32.self)))
    case 15:
      let number = try reader.little(UInt64.self)
      return Int64(exactly: number).map(Value.integer) ?? .number(String(number))
    case 16: return .tagged(.timedelta, .string(DotNetTicks.span(try reader.little(Int64.self))))
    case 17: return .tagged(.uuid, .string(dotNetGUID(try reader.slice(16))))
    case 18, 19: return .bytes(try reader.slice(end - reader.offset))
    case 20:
      if notes.count < Limits.notes {
        notes.append("\"\(legible(name))\" is an object of .NET's BinaryFormatter")
      }
      return .bytes(try reader.slice(end - reader.offset))
    case 21: return .null
    case let type: throw reader.error("\(type) is no type of an item", at: at)
    }
  }

  /// 96 bits and the position of the decimal point.
  private mutating func decimal() throws(PayloadError) -> String {
    let low = try reader.little(UInt32.self)
    let middle = try reader.little(UInt32.self)
    let high = try reader.little(UInt32.self)
    let flags = try reader.little(UInt32.self)
    let scale = Int(flags >> 16 & 0xFF)
    if flags & 0x7F00_FFFF != 0 || scale > 28 {
      throw reader.error("a decimal of scale \(scale)", at: reader.offset - 4)
    }
    let number = UInt128(high) << 64 | UInt128(middle) << 32 | UInt128(low)
    var digits = String(number)
    if digits.utf8.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.utf8.count) + digits
    }
    if scale > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale)) }
    return flags >> 31 == 1 ? "-" + digits : digits
  }
}
