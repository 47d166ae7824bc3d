/// A line for each value of a payload, for `decode --explain`: where it stands, its type, and the numbers by which
/// strings (`s0`) and values (`#0`) are named again.
///
///        4  array8 3  #0
///        6    string8 "user"  s0
struct IgbinaryOutline {
  private var reader: ByteReader
  private var lines: [String] = []
  private var strings = 0
  private var slots = 0

  /// Lines that are shown; more than a reader reads.
  private static let limit = 2_000

  static func lines(_ bytes: [UInt8]) -> [String] {
    var outline = IgbinaryOutline(reader: ByteReader(bytes))
    do throws(PayloadError) {
      outline.line(0, 0, "version \(try outline.reader.big(UInt32.self))")
      try outline.value(0)
      if !outline.reader.isAtEnd, outline.lines.count <= limit { try outline.reader.expectEnd() }
    } catch {
      outline.lines.append("\(error)")
    }
    return outline.lines
  }

  private init(reader: ByteReader) { self.reader = reader }

  private mutating func line(_ start: Int, _ indent: Int, _ text: String) {
    if lines.count == Self.limit { lines.append("... more") }
    if lines.count > Self.limit { return }
    let offset = String(start)
    let blanks = String(repeating: " ", count: max(0, 8 - offset.utf8.count))
    lines.append(blanks + offset + "  " + String(repeating: "  ", count: indent) + text)
  }

  /// The operand behind a type: a count, a length or a number.
  private mutating func operand(_ bits: Int) throws(PayloadError) -> UInt64 {
    switch bits {
    case 8: UInt64(try reader.byte())
    case 16: UInt64(try reader.big(UInt16.self))
    case 32: UInt64(try reader.big(UInt32.self))
    default: try reader.big(UInt64.self)
    }
  }

  private mutating func text(_ count: UInt64) throws(PayloadError) -> String {
    let range = try reader.range(count)
    return "\"\(legible(String(decoding: reader.bytes[range], as: UTF8.self), limit: 60))\""
  }

  /// The types come in threes, with operands of 8, 16 and 32 bits.
  private static func bits(_ type: IgbinaryType, from first: IgbinaryType) -> Int {
    8 << Int(type.rawValue - first.rawValue)
  }

  private mutating func value(_ indent: Int) throws(PayloadError) {
    let start = reader.offset
    let byte = try reader.byte()
    guard let type = IgbinaryType(rawValue: byte) else {
      throw reader.error("\(hexByte(byte)) is no type of igbinary", at: start)
    }
    if lines.count > Self.limit { return }
    switch type {
    case .null, .boolFalse, .boolTrue, .stringEmpty: line(start, indent, "\(type)")
    case .ref:
      line(start, indent, "ref")
      let inner = reader.peek().flatMap(IgbinaryType.init(rawValue:))
      try value(indent)
      // Arrays and objects have their number by themselves.
      if let inner, inner.isScalar {
        slots += 1
      }
    case .long8p, .long16p, .long32p, .long64p, .long8n, .long16n, .long32n, .long64n:
      let bits =
        type == .long64p || type == .long64n
        ? 64 : 8 << (Int(type.rawValue - IgbinaryType.long8p.rawValue) / 2)
      let isNegative = (type.rawValue - IgbinaryType.long8p.rawValue) % 2 == 1
      line(start, indent, "\(type) \(isNegative ? "-" : "")\(try operand(bits))")
    case .double:
      line(start, indent, "double \(Double(bitPattern: try operand(64)))")
    case .string8, .string16, .string32, .string64:
      let bits = type == .string64 ? 64 : Self.bits(type, from: .string8)
      line(start, indent, "\(type) \(try text(operand(bits)))  s\(strings)")
      strings += 1
    case .stringID8, .stringID16, .stringID32:
      line(start, indent, "\(type) s\(try operand(Self.bits(type, from: .stringID8)))")
    case .ref8, .ref16, .ref32:
      line(start, indent, "\(type) #\(try operand(Self.bits(type, from: .ref8)))")
    case .objref8, .objref16, .objref32:
      line(start, indent, "\(type) #\(try operand(Self.bits(type, from: .objref8)))")
    case .array8, .array16, .array32:
      let count = try operand(Self.bits(type, from: .array8))
      line(start, indent, "\(type) \(count)  #\(slots)")
      slots += 1
      try members(count, indent + 1)
    case .object8, .object16, .object32:
      let name = try text(operand(Self.bits(type, from: .object8)))
      line(start, indent, "\(type) \(name)  s\(strings) #\(slots)")
      strings += 1
      try object(indent + 1)
    case .objectID8, .objectID16, .objectID32:
      let number = try operand(Self.bits(type, from: .objectID8))
      line(start, indent, "\(type) s\(number)  #\(slots)")
      try object(indent + 1)
    case .objectSer8, .objectSer16, .objectSer32, .enumCase:
      throw reader.error("\(hexByte(byte)) stands behind the name of a class only", at: start)
    }
  }

  /// What stands behind the name of a class.
  private mutating func object(_ indent: Int) throws(PayloadError) {
    slots += 1
    let start = reader.offset
    let byte = try reader.byte()
    guard let type = IgbinaryType(rawValue: byte) else {
      throw reader.error("\(hexByte(byte)) is no type of igbinary", at: start)
    }
    switch type {
    case .array8, .array16, .array32:
      let count = try operand(Self.bits(type, from: .array8))
      line(start, indent, "\(type) \(count)")
      try members(count, indent + 1)
    case .objectSer8, .objectSer16, .objectSer32:
      line(start, indent, "\(type) \(try text(operand(Self.bits(type, from: .objectSer8))))")
    case .enumCase:
      line(start, indent, "\(type)")
      try value(indent + 1)
    default: throw reader.error("expected an array, found \(hexByte(byte))", at: start)
    }
  }

  private mutating func members(_ count: UInt64, _ indent: Int) throws(PayloadError) {
    try reader.enter()
    // A count is claimed by the payload, and no line more is shown once there are enough.
    for _ in 0..<count {
      if lines.count > Self.limit { break }
      let isNull = reader.peek() == IgbinaryType.null.rawValue
      try value(indent)
      if !isNull { try value(indent + 1) }
    }
    reader.leave()
  }
}
