/// Reads PHP's `serialize` one value after the other, as `var_unserializer.re` does.
///
/// Everything that PHP takes is taken, and what only older versions took is taken with a note: a payload that
/// tries to hide from a filter by `O:+8:` shall be seen.
struct PHPDecoder {
  var reader: ByteReader
  var slots: PHPSlots
  var classes = PHPClasses()
  var findings: [Finding] = []
  var notes: [String] = []

  /// How many strings around this reading's bytes were serialized themselves.
  let nesting: Int

  init(_ reader: ByteReader, sharing referenced: Set<Int> = [], nesting: Int = 0) {
    self.reader = reader
    self.nesting = nesting
    slots = PHPSlots(sharing: referenced)
  }

  mutating func note(_ text: String) {
    if notes.count < Limits.notes { notes.append(text) }
  }

  // MARK: - Documents

  /// One value and nothing behind it.
  mutating func root() throws(PayloadError) -> Value {
    let value = try value()
    try reader.expectEnd()
    return value
  }

  /// The handler `php`. One table of slots is used across the variables, and the array that they make is not in it.
  mutating func session() throws(PayloadError) -> Value {
    var variables: [Pair] = []
    try reader.enter()
    repeat {
      try reader.count()
      let start = reader.offset
      let range = reader.prefix { $0 != UInt8(ascii: "|") }
      if reader.isAtEnd { throw reader.error("a variable's name without its '|'", at: start) }
      try reader.skip(1)
      // PS_UNDEF_MARKER, which PHP wrote until 7.0.
      let isUndefined =
        !range.isEmpty && reader.bytes[start] == UInt8(ascii: "!")
        && !PHP.isHead(reader.bytes, at: reader.offset)
      variables.append(try variable(isUndefined ? range.dropFirst() : range, isUndefined))
    } while !reader.isAtEnd
    reader.leave()
    noteDuplicates(variables, "variable")
    return .map(variables)
  }

  /// The handler `php_binary`.
  mutating func binarySession() throws(PayloadError) -> Value {
    var variables: [Pair] = []
    try reader.enter()
    repeat {
      try reader.count()
      let start = reader.offset
      let length = try reader.byte()
      if length & 0x7F == 0 { throw reader.error("a variable's name of no bytes", at: start) }
      let name = try reader.range(Int(length & 0x7F))
      // PS_BIN_UNDEF.
      variables.append(try variable(name, length & 0x80 != 0))
    } while !reader.isAtEnd
    reader.leave()
    noteDuplicates(variables, "variable")
    return .map(variables)
  }

  /// A variable of a session, after its name.
  ///
  /// - Parameter isUndefined: whether it was registered and not set, and has no value.
  private mutating func variable(
    _ name: Range<Int>, _ isUndefined: Bool
  ) throws(PayloadError) -> Pair {
    guard isUndefined else { return Pair(text(name), try value()) }
    note("variable \(quoted(name)) was registered and not set")
    return Pair(text(name), .null)
  }

  // MARK: - Values

  mutating func value() throws(PayloadError) -> Value {
    try reader.count()
    let start = reader.offset
    let letter = try reader.byte()
    // A reference proper is the one kind of value that takes no slot.
    if letter == UInt8(ascii: "R") { return try reference(start) }
    let slot = slots.add()
    let value: Value
    switch letter {
    case UInt8(ascii: "N"):
      try expect(UInt8(ascii: ";"), "';' after N")
      value = .null
    case UInt8(ascii: "b"): value = try bool()
    case UInt8(ascii: "i"): value = try integer()
    case UInt8(ascii: "d"): value = try double()
    case UInt8(ascii: "s"):
      let range = try string()
      // A payload that is one string is looked into as a layer.
      if reader.depth > 0, PHP.mayHoldObjects(reader.bytes[range]) { inspect(range) }
      value = text(range)
    case UInt8(ascii: "S"): value = try escapedText()
    case UInt8(ascii: "a"): value = try array()
    case UInt8(ascii: "O"), UInt8(ascii: "o"): value = try object(slot, start)
    case UInt8(ascii: "C"): value = try customObject(slot, start)
    case UInt8(ascii: "E"): value = try enumCase(slot)
    case UInt8(ascii: "r"): return try objectReference(slot, start)
    default:
      throw PayloadError(at: start, "expected a value, found \(found(at: start))")
    }
    return slots.shared(value, slot)
  }

  /// The byte at an offset as error texts show it.
  func found(at offset: Int) -> String {
    guard offset < reader.end else { return "the end" }
    let byte = reader.bytes[offset]
    return byte > 0x20 && byte < 0x7F ? "'\(Unicode.Scalar(byte))'" : "byte \(hexByte(byte))"
  }

  @inline(__always)
  mutating func expect(
    _ byte: UInt8, _ what: @autoclosure () -> String
  ) throws(PayloadError) {
    guard reader.peek() == byte else { throw missing(what()) }
    try reader.skip(1)
  }

  @inline(never)
  private func missing(_ what: String) -> PayloadError {
    reader.error("expected \(what), found \(found(at: reader.offset))")
  }

  @inline(__always)
  private mutating func colon() throws(PayloadError) {
    try expect(UInt8(ascii: ":"), "':'")
  }

  private mutating func bool() throws(PayloadError) -> Value {
    try colon()
    let at = reader.offset
    let digit = try reader.byte()
    guard digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") else {
      throw PayloadError(at: at, "expected 0 or 1, found \(found(at: at))")
    }
    try expect(UInt8(ascii: ";"), "';' after a boolean")
    return .bool(digit == UInt8(ascii: "1"))
  }

  private mutating func integer() throws(PayloadError) -> Value {
    try colon()
    let start = reader.offset
    let sign = reader.peek()
    let isNegative = sign == UInt8(ascii: "-")
    if isNegative || sign == UInt8(ascii: "+") { try reader.skip(1) }
    let digits = reader.prefix { $0 &- 0x30 < 10 }
    if digits.isEmpty { throw missing("a digit") }
    try expect(UInt8(ascii: ";"), "';' after an integer")
    var value: Int64 = 0
    var overflows = false
    for at in digits {
      let digit = Int64(reader.bytes[at] &- 0x30)
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(isNegative ? -digit : digit)
      value = sum
      overflows = overflows || first || second
    }
    guard overflows else { return .integer(value) }
    note("byte \(start): an integer beyond 64 bits, which PHP cuts off")
    // The literal must be one of JSON's: no plus sign, no zeros before it. Longer ones are no number of anybody's.
    let significant = digits.drop { reader.bytes[$0] == UInt8(ascii: "0") }
    guard significant.count <= 1000 else {
      throw PayloadError(at: start, "an integer of \(significant.count) digits", isLimit: true)
    }
    let text = String(decoding: reader.bytes[significant], as: UTF8.self)
    return .number((isNegative ? "-" : "") + text)
  }

  /// What PHP writes has at most 17 digits; longer than this is not a number.
  private static let doubleBytes = 1000

  private mutating func double() throws(PayloadError) -> Value {
    try colon()
    let range = reader.prefix { $0 != UInt8(ascii: ";") }
    guard range.count <= Self.doubleBytes,
      let number = PHPNumber.double(reader.bytes[range])
    else {
      throw PayloadError(at: range.lowerBound, "expected a decimal number, INF or NAN, and ';'")
    }
    try expect(UInt8(ascii: ";"), "';' after a number")
    return .double(number)
  }

  // MARK: - Strings

  /// A length between colons. PHP took a plus sign up to 7.1; those who write it hide something.
  mutating func length() throws(PayloadError) -> Int {
    try colon()
    let start = reader.offset
    if reader.peek() == UInt8(ascii: "+") {
      try reader.skip(1)
      note("byte \(start): a length with a plus sign, which PHP never writes")
    }
    let digits = reader.prefix { $0 &- 0x30 < 10 }
    if digits.isEmpty { throw missing("a length") }
    try colon()
    var value = 0
    for at in digits {
      let digit = Int(reader.bytes[at] &- 0x30)
      // Nothing is longer than the payload, so that the value may stop growing there.
      value = value > reader.end ? value : value &* 10 &+ digit
    }
    if value > reader.end {
      let text = legible(String(decoding: reader.bytes[digits], as: UTF8.self), limit: 24)
      throw PayloadError(at: start, "a length of \(text), \(reader.remaining) bytes left")
    }
    return value
  }

  /// The range of a string's bytes, `:5:"hello"` and what `end` asks for.
  private mutating func string() throws(PayloadError) -> Range<Int> {
    let range = try quotedBytes()
    try expect(UInt8(ascii: ";"), "';' after a string")
    return range
  }

  mutating func quotedBytes() throws(PayloadError) -> Range<Int> {
    let start = reader.offset
    let length = try length()
    try expect(UInt8(ascii: "\""), "'\"'")
    let range = try reader.range(length)
    guard reader.peek() == UInt8(ascii: "\"") else {
      throw PayloadError(
        at: reader.offset,
        "expected '\"' behind the \(length) bytes that byte \(start + 1) says, "
          + "found \(found(at: reader.offset))")
    }
    try reader.skip(1)
    return range
  }

  /// `S:`, where `\41` is a byte: what PHP 6 was to write, and every version reads.
  private mutating func escapedText() throws(PayloadError) -> Value {
    let bytes = try escapedBytes()
    return String(validating: bytes, as: UTF8.self).map(Value.string) ?? .bytes(bytes)
  }

  private mutating func escapedBytes() throws(PayloadError) -> [UInt8] {
    note("byte \(reader.offset - 1): an escaped string (S:), which PHP never writes")
    let length = try length()
    try expect(UInt8(ascii: "\""), "'\"'")
    var bytes: [UInt8] = []
    for _ in 0..<length {
      let byte = try reader.byte()
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let high = reader.peek().flatMap(hexDigit),
        let low = reader.peek(ahead: 1).flatMap(hexDigit)
      else { throw missing("two hexadecimal digits after a backslash") }
      try reader.skip(2)
      bytes.append(high << 4 | low)
    }
    try expect(UInt8(ascii: "\""), "'\"' after \(length) bytes")
    try expect(UInt8(ascii: ";"), "';' after a string")
    return bytes
  }

  /// Text if it is UTF-8. PHP's strings are bytes.
  func text(_ range: Range<Int>) -> Value {
    if let text = try? reader.text(range) { return .string(text) }
    return .bytes(Array(reader.bytes[range]))
  }

  /// Looks into a string that is serialized itself, as Symfony keeps its security token: whoever keeps it so will
  /// unserialize it. The string stays a string.
  private mutating func inspect(_ range: Range<Int>) {
    // The deepest that is known is a token of Symfony 4 in an attribute of a session in a cache.
    guard nesting < 3 else { return }
    var inner = PHPDecoder(
      ByteReader(Array(reader.bytes[range]), nodeLimit: reader.nodeLimit - reader.nodes),
      nesting: nesting + 1)
    do throws(PayloadError) {
      for _ in 0..<reader.depth { try inner.reader.enter() }
      _ = try inner.root()
    } catch {
      return
    }
    guard !inner.classes.isEmpty else { return }
    classes.add(inner.classes)
    for finding in inner.findings where findings.count < PHPInstance.findingsListed {
      findings.append(
        Finding(
          finding.effect, name: finding.name, offset: range.lowerBound + finding.offset,
          remark: finding.remark.map { "\($0), in a string" }))
    }
  }

  func quoted(_ range: Range<Int>) -> String {
    "\"\(legible(String(decoding: reader.bytes[range], as: UTF8.self), limit: 40))\""
  }

  // MARK: - Arrays

  /// `:3:{` and room for as many elements: one takes six bytes or more, `i:0;N;`.
  mutating func openBrace() throws(PayloadError) -> Int {
    let start = reader.offset + 1
    let count = try length()
    try expect(UInt8(ascii: "{"), "'{'")
    if count > reader.remaining / 6 {
      throw PayloadError(
        at: start, "\(count) elements need \(count * 6) bytes or more, \(reader.remaining) left")
    }
    return count
  }

  mutating func array() throws(PayloadError) -> Value {
    try reader.enter()
    let count = try openBrace()
    let value = try elements(count)
    try expect(UInt8(ascii: "}"), "'}' after \(count) elements")
    reader.leave()
    return value
  }

  private mutating func elements(_ count: Int) throws(PayloadError) -> Value {
    var array = PHPArray(count: count)
    for _ in 0..<count {
      let key = try key()
      array.append(key, try value())
    }
    noteDuplicates(array.pairs, "key")
    return array.value
  }

  /// A key takes no slot.
  mutating func key() throws(PayloadError) -> Value {
    let start = reader.offset
    switch try reader.byte() {
    case UInt8(ascii: "i"): return try integer()
    case UInt8(ascii: "s"): return text(try string())
    case UInt8(ascii: "S"): return try escapedText()
    default:
      throw PayloadError(at: start, "expected a key (i: or s:), found \(found(at: start))")
    }
  }

  /// Up to 16 are compared each with each.
  mutating func noteDuplicates(_ pairs: [Pair], _ what: String) {
    if pairs.count < 2 { return }
    if pairs.count <= 16 {
      for later in 1..<pairs.count {
        for earlier in 0..<later where Self.isSame(pairs[later].key, pairs[earlier].key) {
          noteDuplicate(pairs[later].key, what)
          break
        }
      }
      return
    }
    var seen = Set<[UInt8]>(minimumCapacity: pairs.count)
    for pair in pairs where !seen.insert(Self.bytes(pair.key)).inserted {
      noteDuplicate(pair.key, what)
    }
  }

  private static func isSame(_ one: Value, _ other: Value) -> Bool {
    guard case .string(let one) = one, case .string(let other) = other else { return one == other }
    // Not by ==, for which two ways to write an accent are the same.
    return one.utf8.count == other.utf8.count && one.utf8.elementsEqual(other.utf8)
  }

  private static func bytes(_ key: Value) -> [UInt8] {
    switch key {
    case .string(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    case .integer(let number): Array(String(number).utf8)
    default: []
    }
  }

  private mutating func noteDuplicate(_ key: Value, _ what: String) {
    let text = String(decoding: Self.bytes(key), as: UTF8.self)
    note("duplicate \(what) \"\(legible(text, limit: 40))\"; all are shown, PHP keeps the last")
  }
}
