/// Reads exactly RFC 8259's grammar, plus what Python writes beyond it: NaN, Infinity, -Infinity.
struct JSONDecoder<Output: PayloadOutput> {
  var reader: ByteReader
  var output: Output
  private(set) var notes: [String] = []
  /// Whether there is a value tagged in Flask's way.
  private(set) var sawTag = false
  /// Whether there is a class in Jackson's way; see `JacksonTypes`.
  private(set) var sawType = false
  /// A string with its escapes resolved.
  private var scratch: [UInt8] = []

  init(_ reader: ByteReader, _ output: Output) {
    self.reader = reader
    self.output = output
  }

  /// The document; the caller looks at what follows.
  mutating func document() throws(PayloadError) -> Output.Item {
    if reader.bytes.starts(with: JSON.byteOrderMark) {
      try reader.skip(3)
      note("a byte order mark stands before the JSON")
    }
    skipWhitespace()
    let root = try value()
    skipWhitespace()
    return root
  }

  /// Reads a document for an output that keeps no values; false if there is more to report than the
  /// output can express.
  mutating func container() throws(PayloadError) -> Bool {
    skipWhitespace()
    let first = reader.peek()
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return false }
    _ = try value()
    skipWhitespace()
    return reader.isAtEnd && !sawType && notes.isEmpty
  }

  private mutating func note(_ text: String) {
    if notes.count < Limits.notes && !notes.contains(text) { notes.append(text) }
  }

  @inline(__always)
  private mutating func skipWhitespace() {
    if let byte = reader.peek(), byte <= 0x20 { _ = reader.prefix(while: JSON.isWhitespace) }
  }

  private mutating func value() throws(PayloadError) -> Output.Item {
    try reader.count()
    output.open(at: reader.offset)
    let item: Output.Item
    // No value begins with a 0 byte, so it stands for the end here.
    switch reader.peek() ?? 0 {
    case UInt8(ascii: "\""): item = try text()
    case UInt8(ascii: "{"): item = try object()
    case UInt8(ascii: "["): item = try array()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): item = try number()
    case UInt8(ascii: "t"):
      try name("true")
      item = try output.bool(true)
    case UInt8(ascii: "f"):
      try name("false")
      item = try output.bool(false)
    case UInt8(ascii: "n"):
      try name("null")
      item = try output.null()
    case UInt8(ascii: "N"): item = try pythonName("NaN", .nan)
    case UInt8(ascii: "I"): item = try pythonName("Infinity", .infinity)
    default: throw expected("a value")
    }
    output.close(at: reader.offset)
    return item
  }

  /// "expected X, found Y" at the cursor.
  @inline(never)
  private func expected(_ what: String) -> PayloadError {
    let found =
      switch reader.peek() {
      case nil: "the end"
      case .some(let byte) where byte > 0x20 && byte < 0x7F: "'\(Unicode.Scalar(byte))'"
      case .some(let byte): "byte \(hexByte(byte))"
      }
    return reader.error("expected \(what), found \(found)")
  }

  private mutating func name(_ name: StaticString) throws(PayloadError) {
    for at in 0..<name.utf8CodeUnitCount where reader.peek(ahead: at) != name.utf8Start[at] {
      throw expected("'\(name)'")
    }
    try reader.skip(name.utf8CodeUnitCount)
  }

  private mutating func pythonName(
    _ text: StaticString, _ value: Double
  ) throws(PayloadError) -> Output.Item {
    try name(text)
    note("\(text) is not JSON; Python writes it")
    return try output.double(value)
  }

  // MARK: - Containers

  private mutating func array() throws(PayloadError) -> Output.Item {
    try reader.enter()
    try reader.skip(1)
    skipWhitespace()
    let first = reader.offset
    // A pair of a class and its value may mean something other than a list.
    let isClass = reader.peek() == UInt8(ascii: "\"") && mayBeClass(at: first)
    if isClass, !Output.keepsValues { throw .declined }
    var list = try output.beginList(0)
    var count = 0
    if reader.peek() != UInt8(ascii: "]") {
      while true {
        try output.nextElement(of: &list)
        output.add(try value(), to: &list)
        count &+= 1
        skipWhitespace()
        if reader.peek() == UInt8(ascii: "]") { break }
        guard reader.peek() == UInt8(ascii: ",") else { throw expected("',' or ']'") }
        try reader.skip(1)
        skipWhitespace()
      }
    }
    try reader.skip(1)
    reader.leave()
    if isClass, count == 2 { noteClass(at: first) }
    return try output.end(list)
  }

  /// Whether the text at an offset could be a class name with its package.
  private func mayBeClass(at start: Int) -> Bool {
    for byte in reader.bytes[(start + 1)...] {
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "\\") { return true }
      if byte <= 0x20 || byte == UInt8(ascii: "\"") { return false }
    }
    return false
  }

  /// Checks whether an array of two begins with a gadget's name, in Jackson's form.
  private mutating func noteClass(at start: Int) {
    var name = JSONDecoder<TreeOutput>(ByteReader(reader.bytes), TreeOutput())
    guard (try? name.reader.skip(start)) != nil, case .string(let text)? = try? name.value() else {
      return
    }
    if JacksonTypes.isGadget(text) { sawType = true }
  }

  private mutating func object() throws(PayloadError) -> Output.Item {
    try reader.enter()
    try reader.skip(1)
    skipWhitespace()
    var map = try output.beginMap(0)
    var count = 0
    var isTag = false
    if reader.peek() != UInt8(ascii: "}") {
      while true {
        guard reader.peek() == UInt8(ascii: "\"") else { throw expected("a key in quotes") }
        let key = try key(&map, &isTag)
        skipWhitespace()
        guard reader.peek() == UInt8(ascii: ":") else { throw expected("':' after a key") }
        try reader.skip(1)
        skipWhitespace()
        output.add(key, try value(), to: &map)
        count &+= 1
        skipWhitespace()
        if reader.peek() == UInt8(ascii: "}") { break }
        guard reader.peek() == UInt8(ascii: ",") else { throw expected("',' or '}'") }
        try reader.skip(1)
        skipWhitespace()
      }
    }
    try reader.skip(1)
    reader.leave()
    if count == 1, isTag {
      guard let pair = output.onlyEntry(of: map) else { throw .declined }
      if let tagged = FlaskTag.untagged(pair) {
        sawTag = true
        return try output.value(tagged)
      }
    }
    if count > 1 {
      for key in output.repeatedKeys(of: map) {
        note(
          "duplicate key \"\(legible(key, limit: 40))\"; all are shown, most readers keep the last")
      }
    }
    return try output.end(map)
  }

  /// - Parameter isTag: set to whether it begins with a space, as all of Flask's tags do.
  @inline(__always)
  private mutating func key(
    _ map: inout Output.Map, _ isTag: inout Bool
  ) throws(PayloadError) -> Output.Item {
    let string = try string()
    switch string {
    case .plain(let range), .other(let range):
      let bytes = reader.bytes
      isTag = !range.isEmpty && bytes[range.lowerBound] == 0x20
      if range.count > 4, bytes[range.lowerBound] == UInt8(ascii: "@") {
        noteType(bytes[range])
      }
      guard let key = try output.key(bytes, range, in: &map) else { throw notText(range) }
      return key
    case .unescaped: return try unescapedKey(&map, &isTag)
    case .surrogates:
      try output.beginKey(in: &map)
      let key = try output.value(.tagged(.surrogates, .bytes(scratch)))
      try output.endKey(in: &map)
      return key
    }
  }

  private mutating func unescapedKey(
    _ map: inout Output.Map, _ isTag: inout Bool
  ) throws(PayloadError) -> Output.Item {
    isTag = scratch.first == 0x20
    noteType(scratch[...])
    guard let key = try output.key(scratch, scratch.indices, in: &map) else {
      throw notText(reader.offset..<reader.offset)
    }
    return key
  }

  /// Jackson's and fastjson's keys for the class of an object.
  private mutating func noteType(_ key: ArraySlice<UInt8>) {
    if key.elementsEqual("@class".utf8) || key.elementsEqual("@type".utf8) { sawType = true }
  }

  // MARK: - Numbers

  private mutating func number() throws(PayloadError) -> Output.Item {
    let start = reader.offset
    if reader.peek() == UInt8(ascii: "-") {
      try reader.skip(1)
      if reader.peek() == UInt8(ascii: "I") { return try pythonName("Infinity", -.infinity) }
    }
    if reader.peek() == UInt8(ascii: "0") {
      try reader.skip(1)
      if let next = reader.peek(), JSON.isDigit(next) {
        throw reader.error("a number with a leading 0")
      }
    } else {
      try digits("a digit")
    }
    if reader.peek() == UInt8(ascii: ".") {
      try reader.skip(1)
      try digits("a digit after the decimal point")
    }
    if let next = reader.peek(), next | 0x20 == UInt8(ascii: "e") {
      try reader.skip(1)
      if let sign = reader.peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        try reader.skip(1)
      }
      try digits("a digit of the exponent")
    }
    return try output.number(reader.bytes, start..<reader.offset)
  }

  @inline(__always)
  private mutating func digits(_ what: StaticString) throws(PayloadError) {
    if reader.prefix(while: JSON.isDigit).isEmpty { throw expected("\(what)") }
  }

  // MARK: - Strings

  /// Where the text of a string is.
  private enum Text {
    /// In the payload, as it is in JSON.
    case plain(Range<Int>)
    /// In the payload, with characters beyond ASCII.
    case other(Range<Int>)
    /// In `scratch`.
    case unescaped
    /// In `scratch`, with lone surrogates in generalised UTF-8.
    case surrogates
  }

  private mutating func text() throws(PayloadError) -> Output.Item {
    switch try string() {
    case .plain(let range), .other(let range):
      guard let text = try output.text(reader.bytes, range) else { throw notText(range) }
      return text
    case .unescaped:
      guard let text = try output.text(scratch, scratch.indices) else {
        throw notText(reader.offset..<reader.offset)
      }
      return text
    case .surrogates: return try output.value(.tagged(.surrogates, .bytes(scratch)))
    }
  }

  private func notText(_ range: Range<Int>) -> PayloadError {
    reader.error("invalid UTF-8", at: range.lowerBound)
  }

  @inline(__always)
  private mutating func string() throws(PayloadError) -> Text {
    let start = reader.offset
    try reader.skip(1)
    let plain = reader.plainText()
    if reader.peek() == UInt8(ascii: "\"") {
      try reader.skip(1)
      return .plain(plain)
    }
    return try unusualString(start)
  }

  @inline(never)
  private mutating func unusualString(_ start: Int) throws(PayloadError) -> Text {
    _ = reader.prefix(while: JSON.isInString)
    let first = start + 1..<reader.offset
    if reader.peek() == UInt8(ascii: "\"") {
      try reader.skip(1)
      return .other(first)
    }
    try reader.expectText(first)
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: reader.bytes[first])
    var hasSurrogates = false
    while true {
      switch reader.peek() {
      case UInt8(ascii: "\""):
        try reader.skip(1)
        if !hasSurrogates { return .unescaped }
        note("a string with a lone surrogate, which no Unicode text has")
        return .surrogates
      case UInt8(ascii: "\\"):
        switch try escape() {
        case .scalar(let scalar): scratch.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
        case .surrogate(let unit):
          hasSurrogates = true
          scratch.append(contentsOf: JSON.generalizedUTF8(unit))
        }
      case nil:
        throw reader.error("a string without its closing quote (it opens at byte \(start))")
      case .some(let byte) where byte < 0x20:
        throw reader.error("control character \(hexByte(byte)) in a string must be escaped")
      default:
        let range = reader.prefix(while: JSON.isInString)
        try reader.expectText(range)
        scratch.append(contentsOf: reader.bytes[range])
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
