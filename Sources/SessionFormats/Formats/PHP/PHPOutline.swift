/// A line for each value of a payload, for `decode --explain`: where it stands, what it is, and the number by which
/// references name it.
///
///        0  a:2             #1
///        9    "user"
///       19    O:4 User:1    #2
struct PHPOutline {
  enum Kind { case value, session, binary }

  private var reader: ByteReader
  private var lines: [String] = []
  private var slots = 0

  /// Lines that are shown; more than a reader reads.
  private static let limit = 2_000

  static func lines(_ bytes: [UInt8], _ kind: Kind) -> [String] {
    var outline = PHPOutline(reader: ByteReader(bytes))
    do throws(PayloadError) {
      try outline.document(kind)
    } catch {
      outline.lines.append("\(error)")
    }
    return outline.lines
  }

  private init(reader: ByteReader) { self.reader = reader }

  private mutating func document(_ kind: Kind) throws(PayloadError) {
    if kind == .value { return try value(0) }
    while !reader.isAtEnd, lines.count < Self.limit {
      let start = reader.offset
      var isDefined = true
      let name: Range<Int>
      if kind == .session {
        name = reader.prefix { $0 != UInt8(ascii: "|") }
        try reader.skip(1)
        isDefined = PHP.isHead(reader.bytes, at: reader.offset)
      } else {
        let length = try reader.byte()
        name = try reader.range(Int(length & 0x7F))
        isDefined = length & 0x80 == 0
      }
      line(start, 0, "variable \(text(name))")
      if isDefined { try value(1) }
    }
  }

  private func text(_ range: Range<Int>) -> String {
    "\"\(legible(String(decoding: reader.bytes[range], as: UTF8.self), limit: 60))\""
  }

  private mutating func line(_ start: Int, _ indent: Int, _ text: String) {
    if lines.count == Self.limit { lines.append("... more") }
    if lines.count > Self.limit { return }
    let offset = String(start)
    let blanks = String(repeating: " ", count: max(0, 8 - offset.utf8.count))
    lines.append(blanks + offset + "  " + String(repeating: "  ", count: indent) + text)
  }

  /// The text up to a byte, which is skipped.
  private mutating func word(_ end: UInt8) throws(PayloadError) -> String {
    let range = reader.prefix { $0 != end }
    try reader.skip(1)
    return legible(String(decoding: reader.bytes[range], as: UTF8.self), limit: 40)
  }

  /// A length and the bytes in quotes.
  private mutating func quoted() throws(PayloadError) -> Range<Int> {
    try reader.skip(1)
    let length = Int(try word(UInt8(ascii: ":"))) ?? 0
    try reader.skip(1)
    let range = try reader.range(length)
    try reader.skip(1)
    return range
  }

  private mutating func value(_ indent: Int, isKey: Bool = false) throws(PayloadError) {
    let start = reader.offset
    let letter = try reader.byte()
    let name = String(Unicode.Scalar(letter))
    var number = ""
    if letter != UInt8(ascii: "R"), !isKey {
      slots += 1
      number = "  #\(slots)"
    }
    switch letter {
    case UInt8(ascii: "N"):
      try reader.skip(1)
      line(start, indent, "N" + number)
    case UInt8(ascii: "s"):
      let range = try quoted()
      try reader.skip(1)
      line(start, indent, (isKey ? "" : "s ") + text(range) + number)
    case UInt8(ascii: "E"):
      let range = try quoted()
      try reader.skip(1)
      line(start, indent, "E \(text(range))\(number)")
    case UInt8(ascii: "a"):
      try reader.skip(1)
      let count = try word(UInt8(ascii: ":"))
      try reader.skip(1)
      line(start, indent, "a:\(count)\(number)")
      try members(indent)
    case UInt8(ascii: "O"):
      let range = try quoted()
      try reader.skip(1)
      let count = try word(UInt8(ascii: ":"))
      try reader.skip(1)
      line(start, indent, "O \(text(range)):\(count)\(number)")
      try members(indent)
    case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "d"), UInt8(ascii: "r"),
      UInt8(ascii: "R"):
      try reader.skip(1)
      line(start, indent, "\(name) \(try word(UInt8(ascii: ";")))\(number)")
    default:
      // Bodies of their own, and what PHP does not write.
      line(start, indent, name + number)
      throw reader.error("the rest is not listed", at: start)
    }
  }

  private mutating func members(_ indent: Int) throws(PayloadError) {
    try reader.enter()
    while reader.peek() != UInt8(ascii: "}"), lines.count <= Self.limit {
      try value(indent + 1, isKey: true)
      try value(indent + 2)
    }
    if lines.count <= Self.limit { try reader.skip(1) }
    reader.leave()
  }
}
