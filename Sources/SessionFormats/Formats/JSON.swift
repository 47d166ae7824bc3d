// https://www.rfc-editor.org/rfc/rfc8259

extension Format {
  /// JSON, and Flask's tagged JSON, which is JSON in which some objects stand for a tuple, a date or the like.
  static let json = Format(
    name: "json", labels: ["tagged-json", "jackson-json"],
    summary: "JSON of any producer, and Flask's tagged JSON",
    recognizes: { bytes in
      let first = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
      guard let start = first.firstIndex(where: { !isWhitespace($0) }) else { return false }
      // In a text there may be JSON once more; any other is as likely a quoted word of plain text.
      var byte: UInt8? = bytes[start]
      if byte == UInt8(ascii: "\"") {
        byte = bytes[start...].first { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
      }
      return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    },
    read: { reader throws(PayloadError) in
      var decoder = JSONDecoder(reader)
      let reading = try decoder.document()
      let typed = JacksonTypes.reading(reading, of: reader.bytes, sawType: decoder.sawType)
      do throws(PayloadError) {
        try decoder.reader.expectEnd()
      } catch {
        throw error.finding(typed.findings)
      }
      return typed
    },
    isPlausible: { value in
      // A bare string, number or name is as likely a word of plain text.
      switch value {
      case .map, .list, .tagged, .object: true
      default: false
      }
    },
    isConvincing: { value in
      switch value {
      case .map(let pairs): !pairs.isEmpty
      case .list(let items): !items.isEmpty
      case .tagged, .object: true
      default: false
      }
    },
    transcode: { reader, writer throws(PayloadError) in
      JSONRewriter.rewrite(reader, to: &writer)
    })
}

private let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

@inline(__always)
private func isWhitespace(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
}

@inline(__always)
private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

/// Reads RFC 8259's grammar and nothing else, but for what Python writes beyond it: NaN, Infinity, -Infinity.
private struct JSONDecoder {
  var reader: ByteReader
  var notes: [String] = []
  var sawTag = false
  /// Whether there is a class in the way of Jackson; see `JacksonTypes`.
  var sawType = false

  init(_ reader: ByteReader) { self.reader = reader }

  /// The document; what follows is for the caller to look at.
  mutating func document() throws(PayloadError) -> Reading {
    if reader.bytes.starts(with: byteOrderMark) {
      try reader.skip(3)
      note("a byte order mark stands before the JSON")
    }
    skipWhitespace()
    let root = try value()
    skipWhitespace()
    return Reading(root, label: sawTag ? "tagged JSON" : "JSON", notes: notes)
  }

  private mutating func note(_ text: String) {
    if notes.count < Limits.notes && !notes.contains(text) { notes.append(text) }
  }

  @inline(__always)
  private mutating func skipWhitespace() { _ = reader.prefix(while: isWhitespace) }

  private mutating func value() throws(PayloadError) -> Value {
    try reader.count()
    switch reader.peek() {
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
    case UInt8(ascii: "t"): return try name("true", .bool(true))
    case UInt8(ascii: "f"): return try name("false", .bool(false))
    case UInt8(ascii: "n"): return try name("null", .null)
    case UInt8(ascii: "N"): return try pythonName("NaN", .nan)
    case UInt8(ascii: "I"): return try pythonName("Infinity", .infinity)
    default: throw expected("a value")
    }
  }

  /// "expected X, found Y" at the cursor.
  private func expected(_ what: String) -> PayloadError {
    let found =
      switch reader.peek() {
      case nil: "the end"
      case .some(let byte) where byte > 0x20 && byte < 0x7F:
        "'\(Unicode.Scalar(byte))'"
      case .some(let byte): "byte \(hexByte(byte))"
      }
    return reader.error("expected \(what), found \(found)")
  }

  private mutating func name(_ name: String, _ value: Value) throws(PayloadError) -> Value {
    for (at, byte) in name.utf8.enumerated() {
      guard reader.peek(ahead: at) == byte else { throw expected("'\(name)'") }
    }
    try reader.skip(name.utf8.count)
    return value
  }

  private mutating func pythonName(
    _ text: String, _ value: Double
  ) throws(PayloadError) -> Value {
    let value = try name(text, .double(value))
    note("\(text) is not JSON; Python writes it")
    return value
  }

  // MARK: Containers

  private mutating func array() throws(PayloadError) -> Value {
    try reader.enter()
    try reader.skip(1)
    skipWhitespace()
    var items: [Value] = []
    if reader.peek() != UInt8(ascii: "]") {
      while true {
        items.append(try value())
        skipWhitespace()
        if reader.peek() == UInt8(ascii: "]") { break }
        guard reader.peek() == UInt8(ascii: ",") else { throw expected("',' or ']'") }
        try reader.skip(1)
        skipWhitespace()
      }
    }
    try reader.skip(1)
    reader.leave()
    if items.count == 2, case .string(let name) = items[0], JacksonTypes.isGadget(name) {
      sawType = true
    }
    return .list(items)
  }

  private mutating func object() throws(PayloadError) -> Value {
    try reader.enter()
    try reader.skip(1)
    skipWhitespace()
    var pairs: [Pair] = []
    if reader.peek() != UInt8(ascii: "}") {
      while true {
        guard reader.peek() == UInt8(ascii: "\"") else { throw expected("a key in quotes") }
        let key = try string()
        if case .string(let name) = key, name.utf8.first == UInt8(ascii: "@"),
          name == "@class" || name == "@type"
        {
          sawType = true
        }
        skipWhitespace()
        guard reader.peek() == UInt8(ascii: ":") else { throw expected("':' after a key") }
        try reader.skip(1)
        skipWhitespace()
        pairs.append(Pair(key, try value()))
        skipWhitespace()
        if reader.peek() == UInt8(ascii: "}") { break }
        guard reader.peek() == UInt8(ascii: ",") else { throw expected("',' or '}'") }
        try reader.skip(1)
        skipWhitespace()
      }
    }
    try reader.skip(1)
    reader.leave()
    if pairs.count == 1, let tagged = FlaskTag.untagged(pairs[0]) {
      sawTag = true
      return tagged
    }
    noteDuplicateKeys(pairs)
    return .map(pairs)
  }

  private mutating func noteDuplicateKeys(_ pairs: [Pair]) {
    if pairs.count < 2 { return }
    // Keys are compared by their bytes: String's == takes two ways to write an accent for the same.
    // Up to 16, comparing each with each is faster than hashing, and still linear in the payload.
    if pairs.count <= 16 {
      for later in 1..<pairs.count {
        guard case .string(let key) = pairs[later].key else { continue }
        for earlier in 0..<later {
          if case .string(let other) = pairs[earlier].key, key.utf8.count == other.utf8.count,
            key.utf8.elementsEqual(other.utf8)
          {
            noteDuplicate(key)
          }
        }
      }
      return
    }
    var seen = Set<[UInt8]>(minimumCapacity: pairs.count)
    for pair in pairs {
      if case .string(let key) = pair.key, !seen.insert(Array(key.utf8)).inserted {
        noteDuplicate(key)
      }
    }
  }

  private mutating func noteDuplicate(_ key: String) {
    note("duplicate key \"\(legible(key, limit: 40))\"; all are shown, most readers keep the last")
  }

  // MARK: Numbers

  private mutating func number() throws(PayloadError) -> Value {
    let start = reader.offset
    if reader.peek() == UInt8(ascii: "-") {
      try reader.skip(1)
      if reader.peek() == UInt8(ascii: "I") { return try pythonName("Infinity", -.infinity) }
    }
    if reader.peek() == UInt8(ascii: "0") {
      try reader.skip(1)
      if let next = reader.peek(), isDigit(next) { throw reader.error("a number with a leading 0") }
    } else {
      try digits("a digit")
    }
    var isInteger = true
    if reader.peek() == UInt8(ascii: ".") {
      isInteger = false
      try reader.skip(1)
      try digits("a digit after the decimal point")
    }
    if let next = reader.peek(), next | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      try reader.skip(1)
      if let sign = reader.peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        try reader.skip(1)
      }
      try digits("a digit of the exponent")
    }
    let literal = try reader.text(start..<reader.offset)
    // -0 has a sign that no integer holds.
    if isInteger, literal != "-0", let integer = Int64(literal) { return .integer(integer) }
    // The longest shortest text of a double has 24 characters. A double stands for its literal only when it prints
    // as the same text: 1.50, 1e5 and 0.1000000000000000055 stay as they were written.
    if !isInteger, literal.utf8.count <= 24, let double = Double(literal),
      double.description == literal
    {
      return .double(double)
    }
    return .number(literal)
  }

  private mutating func digits(_ what: String) throws(PayloadError) {
    if reader.prefix(while: isDigit).isEmpty { throw expected(what) }
  }

  // MARK: Strings

  private mutating func string() throws(PayloadError) -> Value {
    let start = reader.offset
    try reader.skip(1)
    let plain = reader.prefix(while: isPlain)
    if reader.peek() == UInt8(ascii: "\"") {
      try reader.skip(1)
      return .string(try reader.text(plain))
    }
    var text = try reader.text(plain)
    // Set from the first lone surrogate on: what was read so far and what follows, in generalised UTF-8.
    var generalized: [UInt8]?
    while true {
      switch reader.peek() {
      case UInt8(ascii: "\""):
        try reader.skip(1)
        guard let generalized else { return .string(text) }
        note("a string with a lone surrogate, which no Unicode text has")
        return .tagged(.surrogates, .bytes(generalized + text.utf8))
      case UInt8(ascii: "\\"):
        switch try escape() {
        case .scalar(let scalar): text.unicodeScalars.append(scalar)
        case .surrogate(let unit):
          generalized = generalized ?? []
          generalized?.append(contentsOf: text.utf8)
          generalized?.append(contentsOf: generalizedUTF8(unit))
          text = ""
        }
      case nil:
        throw reader.error("a string without its closing quote (it opens at byte \(start))")
      case .some(let byte) where byte < 0x20:
        throw reader.error("control character \(hexByte(byte)) in a string must be escaped")
      default:
        text += try reader.text(reader.prefix(while: isPlain))
      }
    }
  }

  private enum Escape {
    case scalar(Unicode.Scalar)
    case surrogate(UInt16)
  }

  /// The escape sequence at the cursor; two that make a surrogate pair are one.
  private mutating func escape() throws(PayloadError) -> Escape {
    try reader.skip(1)
    let scalar: Unicode.Scalar
    switch reader.peek() {
    case UInt8(ascii: "\""): scalar = "\""
    case UInt8(ascii: "\\"): scalar = "\\"
    case UInt8(ascii: "/"): scalar = "/"
    case UInt8(ascii: "b"): scalar = "\u{8}"
    case UInt8(ascii: "f"): scalar = "\u{C}"
    case UInt8(ascii: "n"): scalar = "\n"
    case UInt8(ascii: "r"): scalar = "\r"
    case UInt8(ascii: "t"): scalar = "\t"
    case UInt8(ascii: "u"):
      let unit = try hexUnit(ahead: 1)
      try reader.skip(5)
      if let scalar = Unicode.Scalar(unit) { return .scalar(scalar) }
      guard unit < 0xDC00, reader.peek() == UInt8(ascii: "\\"),
        reader.peek(ahead: 1) == UInt8(ascii: "u")
      else { return .surrogate(unit) }
      let next = try hexUnit(ahead: 2)
      guard next >= 0xDC00, next < 0xE000,
        let scalar = Unicode.Scalar(
          0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(next) - 0xDC00))
      else { return .surrogate(unit) }
      try reader.skip(6)
      return .scalar(scalar)
    default: throw expected("one of \"\\/bfnrtu after a backslash")
    }
    try reader.skip(1)
    return .scalar(scalar)
  }

  private func hexUnit(ahead: Int) throws(PayloadError) -> UInt16 {
    var unit: UInt16 = 0
    for at in ahead..<ahead + 4 {
      guard let byte = reader.peek(ahead: at), let digit = hexDigit(byte) else {
        throw reader.error("expected 4 hexadecimal digits after \\u")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}

@inline(__always)
private func isPlain(_ byte: UInt8) -> Bool {
  byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
}

/// The three bytes that UTF-8's scheme gives for a surrogate, which UTF-8 itself excludes.
private func generalizedUTF8(_ surrogate: UInt16) -> [UInt8] {
  [
    0xE0 | UInt8(truncatingIfNeeded: surrogate >> 12),
    0x80 | UInt8(truncatingIfNeeded: surrogate >> 6) & 0x3F,
    0x80 | UInt8(truncatingIfNeeded: surrogate) & 0x3F,
  ]
}
