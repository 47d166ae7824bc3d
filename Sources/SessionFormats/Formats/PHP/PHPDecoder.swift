/// What a payload of PHP's is as a whole.
enum PHPDocument {
  case value
  /// A session of the handler `php` or `php_binary`.
  case session, binarySession
}

/// What is kept of a payload beside its values.
struct PHPRecord {
  var slots = PHPSlots()
  var classes = PHPClasses()
  var findings: [Finding] = []
  var notes: [String] = []

  mutating func note(_ text: String) {
    if notes.count < Limits.notes { notes.append(text) }
  }
}

/// Reads PHP's `serialize` one value after the other, as `var_unserializer.re` does.
///
/// Everything that PHP takes is taken, and what only older versions took is taken with a note: a
/// payload that tries to hide from a filter by `O:+8:` shall be seen.
struct PHPDecoder<Output: PayloadOutput> {
  var reader: ByteReader
  var output: Output
  var record = PHPRecord()
  /// How many strings around this reading's bytes were serialized themselves.
  var nesting = 0
  /// Whether everything is listed as it stands, for `--explain`: all objects by their members.
  var isListing = false
  /// Whether the values are for an output that shows no references.
  var declinesReferences = !Output.showsReferences

  init(_ reader: ByteReader, _ output: Output) {
    self.reader = reader
    self.output = output
  }

  mutating func note(_ text: String) { record.note(text) }

  // MARK: - Documents

  mutating func document(_ document: PHPDocument) throws(PayloadError) -> Output.Item {
    if document == .value { return try root() }
    output.open(at: 0)
    var variables = try output.beginMap(0)
    try reader.enter()
    var start = 0
    var isOnly = true
    while true {
      try reader.count()
      if document == .session {
        start = try variable(in: &variables)
      } else {
        start = try binaryVariable(in: &variables)
      }
      if reader.isAtEnd { break }
      isOnly = false
    }
    // A single null is two letters, which may be anything.
    if !Output.keepsValues, !isListing, isOnly, start + 2 == reader.end { throw .declined }
    reader.leave()
    if Output.keepsValues { noteRepeated(output.repeatedKeys(of: variables), "variable") }
    let item = try output.end(variables)
    output.close(at: reader.offset)
    return item
  }

  /// One value and nothing after it.
  private mutating func root() throws(PayloadError) -> Output.Item {
    // What a text may hold is for others to see.
    if !Output.keepsValues, reader.peek() != UInt8(ascii: "a"), !isListing { throw .declined }
    let value = try value()
    try reader.expectEnd()
    return value
  }

  /// A variable of the handler `php`. One table of slots is used across the variables, and the
  /// array that they make is not in it.
  @inline(__always)
  private mutating func variable(in map: inout Output.Map) throws(PayloadError) -> Int {
    let start = reader.offset
    let name = reader.prefix(upTo: UInt8(ascii: "|"))
    if reader.isAtEnd { throw reader.error("a variable's name without its '|'", at: start) }
    try reader.skip(1)
    // PS_UNDEF_MARKER, which PHP wrote until 7.0.
    let isUndefined =
      !name.isEmpty && reader.bytes[start] == UInt8(ascii: "!")
      && !PHP.isHead(reader.bytes, at: reader.offset)
    if !Output.keepsValues, !isListing, !PHP.isName(reader.bytes.span.extracting(name)) {
      throw .declined
    }
    return try variable(isUndefined ? name.dropFirst() : name, isUndefined, in: &map)
  }

  @inline(__always)
  private mutating func binaryVariable(in map: inout Output.Map) throws(PayloadError) -> Int {
    let start = reader.offset
    let length = try reader.byte()
    if length & 0x7F == 0 { throw reader.error("a variable's name of no bytes", at: start) }
    let name = try reader.range(Int(length & 0x7F))
    if !Output.keepsValues, !isListing, !PHP.isName(reader.bytes.span.extracting(name)) {
      throw .declined
    }
    // PS_BIN_UNDEF.
    return try variable(name, length & 0x80 != 0, in: &map)
  }

  /// A variable of a session, after its name; where its value begins.
  ///
  /// - Parameter isUndefined: whether it was registered and not set, and has no value.
  @inline(__always)
  private mutating func variable(
    _ name: Range<Int>, _ isUndefined: Bool, in map: inout Output.Map
  ) throws(PayloadError) -> Int {
    let key = try key(reader.bytes, name, in: &map)
    let start = reader.offset
    if isUndefined {
      if record.notes.count < Limits.notes {
        note("variable \(quoted(name)) was registered and not set")
      }
      output.open(at: start)
      output.add(key, try output.null(), to: &map)
      output.close(at: start)
    } else {
      output.add(key, try value(), to: &map)
    }
    return start
  }

  // MARK: - Values

  mutating func value() throws(PayloadError) -> Output.Item {
    let start = reader.offset
    output.open(at: start)
    let item = try bare(start)
    output.close(at: reader.offset)
    return item
  }

  @inline(__always)
  private mutating func bare(_ start: Int) throws(PayloadError) -> Output.Item {
    try reader.count()
    let letter = try reader.byte()
    // A reference proper is the one kind of value that takes no slot.
    if letter == UInt8(ascii: "R") { return try reference(from: nil, start) }
    let slot = Output.showsReferences ? record.slots.add() : 0
    let item: Output.Item
    switch letter {
    case UInt8(ascii: "s"): item = try text()
    case UInt8(ascii: "i"): item = try integerValue()
    case UInt8(ascii: "a"): item = try array()
    case UInt8(ascii: "N"):
      try expect(UInt8(ascii: ";"), "';' after N")
      item = try output.null()
    case UInt8(ascii: "b"): item = try bool()
    case UInt8(ascii: "d"): item = try double()
    case UInt8(ascii: "S"):
      let bytes = try escapedBytes()
      item = try text(bytes, bytes.indices)
    case UInt8(ascii: "O"), UInt8(ascii: "o"), UInt8(ascii: "C"): item = try object(slot, start)
    case UInt8(ascii: "E"):
      if Output.showsReferences { record.slots.setObject(slot) }
      item = try output.value(enumCase())
    case UInt8(ascii: "r"): return try reference(from: slot, start)
    default:
      throw PayloadError(at: start, "expected a value, found \(found(at: start))")
    }
    guard Output.keepsValues, let number = record.slots.number(of: slot) else { return item }
    return output.shared(item, number)
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
  func missing(_ what: String) -> PayloadError {
    reader.error("expected \(what), found \(found(at: reader.offset))")
  }

  @inline(__always)
  mutating func colon() throws(PayloadError) {
    try expect(UInt8(ascii: ":"), "':'")
  }

  private mutating func bool() throws(PayloadError) -> Output.Item {
    try colon()
    let at = reader.offset
    let digit = try reader.byte()
    guard digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") else {
      throw PayloadError(at: at, "expected 0 or 1, found \(found(at: at))")
    }
    try expect(UInt8(ascii: ";"), "';' after a boolean")
    return try output.bool(digit == UInt8(ascii: "1"))
  }

  @inline(__always)
  private mutating func integerValue() throws(PayloadError) -> Output.Item {
    let integer = try integer()
    // Its text costs less than its digits.
    if !Output.keepsValues, integer.isPlain(in: reader.bytes) {
      return try output.number(reader.bytes, integer.text)
    }
    if let number = integer.number { return try output.integer(number) }
    return try output.value(.number(integer.literal(in: reader.bytes)))
  }

  @inline(__always)
  mutating func integer() throws(PayloadError) -> PHPInteger {
    try colon()
    let start = reader.offset
    let sign = reader.peek()
    let isNegative = sign == UInt8(ascii: "-")
    if isNegative || sign == UInt8(ascii: "+") { try reader.skip(1) }
    var value: Int64 = 0
    let digits = reader.prefix { byte in
      let digit = byte &- 0x30
      if digit < 10 { value = value &* 10 &+ Int64(digit) }
      return digit < 10
    }
    if digits.isEmpty { throw missing("a digit") }
    try expect(UInt8(ascii: ";"), "';' after an integer")
    guard digits.count <= 18 else { return try long(start, digits, isNegative) }
    return PHPInteger(
      number: isNegative ? 0 &- value : value, isNegative: isNegative,
      text: start..<digits.upperBound, digits: digits)
  }

  /// An integer of more digits than are safe to add up.
  @inline(never)
  private mutating func long(
    _ start: Int, _ digits: Range<Int>, _ isNegative: Bool
  ) throws(PayloadError) -> PHPInteger {
    // The literal must be one of JSON's: no plus sign, no zeros before it.
    let significant = digits.drop { reader.bytes[$0] == UInt8(ascii: "0") }
    let value = PHPNumber.integer(reader.bytes[digits], isNegative)
    if value == nil {
      note("byte \(start): an integer beyond 64 bits, which PHP cuts off")
      // Longer ones are no numbers.
      guard significant.count <= 1000 else {
        throw PayloadError(at: start, "an integer of \(significant.count) digits", isLimit: true)
      }
    }
    return PHPInteger(
      number: value, isNegative: isNegative, text: start..<digits.upperBound,
      digits: value == nil ? significant : digits)
  }

  /// What PHP writes has at most 17 digits; longer than this is not a number.
  private static var doubleBytes: Int { 1000 }

  private mutating func double() throws(PayloadError) -> Output.Item {
    try colon()
    let range = reader.prefix { $0 != UInt8(ascii: ";") }
    if !Output.keepsValues, !reader.isAtEnd, PHPNumber.isShortest(reader.bytes, range) {
      try reader.skip(1)
      return try output.number(reader.bytes, range)
    }
    guard range.count <= Self.doubleBytes,
      let number = PHPNumber.double(reader.bytes[range])
    else {
      throw PayloadError(at: range.lowerBound, "expected a decimal number, INF or NAN, and ';'")
    }
    try expect(UInt8(ascii: ";"), "';' after a number")
    return try output.double(number)
  }
}
