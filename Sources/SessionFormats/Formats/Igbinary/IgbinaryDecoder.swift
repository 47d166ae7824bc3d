/// Reads igbinary one value after the other, as `igbinary_unserialize_zval` does.
///
/// Two tables grow on the way. Each string that stands in the payload, key, value or name of a class, gets the next
/// number of the first; each array, object and PHP reference that of the second, when it begins.
struct IgbinaryDecoder {
  var reader: ByteReader
  private(set) var version = 0
  var classes = PHPClasses()
  var findings: [Finding] = []
  var notes: [String] = []

  private var strings: [Text] = []
  /// Bytes of strings that were named again by number.
  private var repeated = 0

  /// Arrays, objects and references so far.
  private var slots = 0
  /// Empty arrays. PHP keeps one for all that are equal, so that each but the first is a reference to it.
  private var empty: Set<Int> = []
  /// Slots that were referred to, in this reading.
  private(set) var referenced: Set<Int> = []
  /// The numbers that shared values get, counted in the order of appearance.
  private let numbers: [Int: Int]

  /// A string of the first table.
  private struct Text {
    let range: Range<Int>
    /// Made at the first use and kept: copies share its memory.
    var value: Value?
  }

  /// - Parameter referenced: the slots that an earlier reading found to be referred to.
  init(_ reader: ByteReader, sharing referenced: Set<Int> = []) {
    self.reader = reader
    var numbers: [Int: Int] = [:]
    for (index, slot) in referenced.sorted().enumerated() { numbers[slot] = index + 1 }
    self.numbers = numbers
  }

  /// The version, one value, and nothing behind it.
  mutating func document() throws(PayloadError) -> Value {
    let number = try reader.big(UInt32.self)
    guard number == 1 || number == 2 else {
      throw reader.error("version \(number); 1 and 2 are known", at: 0)
    }
    version = Int(number)
    let value = try value()
    try reader.expectEnd()
    return value
  }

  private mutating func note(_ text: @autoclosure () -> String) {
    if notes.count < Limits.notes { notes.append(text()) }
  }

  // MARK: - Values

  private mutating func type() throws(PayloadError) -> IgbinaryType {
    let byte = try reader.byte()
    guard let type = IgbinaryType(rawValue: byte) else {
      throw reader.error("\(hexByte(byte)) is no type of igbinary", at: reader.offset - 1)
    }
    return type
  }

  private mutating func value(isVariable: Bool = false) throws(PayloadError) -> Value {
    let start = reader.offset
    try reader.count()
    let type = try type()
    switch type {
    case .null: return .null
    case .boolFalse: return .bool(false)
    case .boolTrue: return .bool(true)
    case .double: return .double(Double(bitPattern: try reader.big(UInt64.self)))
    case .array8, .array16, .array32:
      let slot = newSlot()
      let value = try array(type)
      if !isVariable, case .list(let items) = value, items.isEmpty { empty.insert(slot) }
      return shared(value, slot)
    case .object8, .object16, .object32, .objectID8, .objectID16, .objectID32:
      return try object(type, start)
    case .ref8, .objref8: return try reference(Int(reader.byte()), start, isVariable)
    case .ref16, .objref16: return try reference(Int(reader.big(UInt16.self)), start, isVariable)
    case .ref32, .objref32: return try reference(Int(reader.big(UInt32.self)), start, isVariable)
    case .ref: return try variable()
    case .objectSer8, .objectSer16, .objectSer32, .enumCase:
      throw reader.error(
        "\(hexByte(type.rawValue)) stands behind the name of a class only", at: start)
    default:
      if let number = try integer(type) { return number }
      return try string(type, start)
    }
  }

  /// A value that PHP's reference variables share (`&$a`). Arrays and objects have their slot by themselves.
  private mutating func variable() throws(PayloadError) -> Value {
    while reader.peek() == IgbinaryType.ref.rawValue {
      try reader.count()
      try reader.skip(1)
    }
    let type = reader.peek().flatMap(IgbinaryType.init(rawValue:))
    let value = try value(isVariable: true)
    return type?.isScalar ?? false ? shared(value, newSlot()) : value
  }

  /// The magnitude and its sign; nil if the type is no integer's.
  private mutating func integer(_ type: IgbinaryType) throws(PayloadError) -> Value? {
    switch type {
    case .long8p: return .integer(Int64(try reader.byte()))
    case .long8n: return .integer(-Int64(try reader.byte()))
    case .long16p: return .integer(Int64(try reader.big(UInt16.self)))
    case .long16n: return .integer(-Int64(try reader.big(UInt16.self)))
    case .long32p: return .integer(Int64(try reader.big(UInt32.self)))
    case .long32n: return .integer(-Int64(try reader.big(UInt32.self)))
    case .long64p, .long64n:
      let magnitude = try reader.big(UInt64.self)
      let number =
        type == .long64n ? Int64(exactly: 0 - Int128(magnitude)) : Int64(exactly: magnitude)
      if let number { return .integer(number) }
      let start = reader.offset - 9
      note("byte \(start): an integer beyond 64 bits, which PHP reads as 0")
      return .number((type == .long64n ? "-" : "") + String(magnitude))
    default: return nil
    }
  }

  // MARK: - Strings

  private mutating func string(_ type: IgbinaryType, _ start: Int) throws(PayloadError) -> Value {
    guard let number = try stringNumber(type, start) else { return .string("") }
    return text(number)
  }

  /// A string's number, nil for the empty one, which has none.
  private mutating func stringNumber(
    _ type: IgbinaryType, _ start: Int
  ) throws(PayloadError) -> Int? {
    switch type {
    case .stringEmpty: return nil
    case .string8: return try newString(UInt64(reader.byte()))
    case .string16: return try newString(UInt64(reader.big(UInt16.self)))
    case .string32: return try newString(UInt64(reader.big(UInt32.self)))
    case .string64: return try newString(reader.big(UInt64.self))
    case .stringID8: return try known(Int(reader.byte()), start)
    case .stringID16: return try known(Int(reader.big(UInt16.self)), start)
    case .stringID32: return try known(Int(reader.big(UInt32.self)), start)
    default:
      throw reader.error("expected a string, found \(hexByte(type.rawValue))", at: start)
    }
  }

  /// The number of a string that stands here.
  private mutating func newString(_ count: UInt64) throws(PayloadError) -> Int {
    strings.append(Text(range: try reader.range(count)))
    return strings.count - 1
  }

  /// The number of a string that stood before.
  private mutating func known(_ number: Int, _ start: Int) throws(PayloadError) -> Int {
    guard number < strings.count else {
      throw reader.error("string \(number); there are \(strings.count) before it", at: start)
    }
    // A name in 2 bytes may stand for a megabyte.
    repeated += strings[number].range.count
    if repeated > Limits.output(stored: reader.end) {
      throw reader.exceeded(
        "more than \(Limits.output(stored: reader.end)) bytes of strings that are named again")
    }
    return number
  }

  /// Text if it is UTF-8. PHP's strings are bytes.
  private mutating func text(_ number: Int) -> Value {
    if let value = strings[number].value { return value }
    let range = strings[number].range
    let value: Value
    if let text = try? reader.text(range) {
      value = .string(text)
    } else {
      value = .bytes(Array(reader.bytes[range]))
    }
    strings[number].value = value
    return value
  }

  // MARK: - Arrays

  private mutating func count(_ type: IgbinaryType) throws(PayloadError) -> Int {
    let start = reader.offset - 1
    let count: Int
    switch type {
    case .array8: count = Int(try reader.byte())
    case .array16: count = Int(try reader.big(UInt16.self))
    case .array32: count = Int(try reader.big(UInt32.self))
    default: throw reader.error("expected an array, found \(hexByte(type.rawValue))", at: start)
    }
    // A key that is null has no value; every other element takes two bytes or more.
    guard count <= reader.remaining else {
      throw reader.error(
        "an array of \(count) elements needs as many bytes, \(reader.remaining) left", at: start)
    }
    return count
  }

  private mutating func array(_ type: IgbinaryType) throws(PayloadError) -> Value {
    try reader.enter()
    let count = try count(type)
    var array = PHPArray(count: count)
    for _ in 0..<count {
      guard let key = try key() else { continue }
      array.append(key, try value())
    }
    reader.leave()
    return array.value
  }

  /// A key; nil for null, which stands for an element that the writer left out, and has no value.
  private mutating func key() throws(PayloadError) -> Value? {
    let start = reader.offset
    let type = try type()
    if type == .null {
      try reader.count()
      return nil
    }
    if let number = try integer(type) { return number }
    return try string(type, start)
  }

  // MARK: - References

  private mutating func newSlot() -> Int {
    slots += 1
    return slots - 1
  }

  /// The value, marked if it is referred to.
  private func shared(_ value: Value, _ slot: Int) -> Value {
    if numbers.isEmpty { return value }
    guard let number = numbers[slot] else { return value }
    return .shared(number, value)
  }

  private mutating func reference(
    _ slot: Int, _ start: Int, _ isVariable: Bool
  ) throws(PayloadError) -> Value {
    guard slot < slots else {
      throw reader.error("a reference to value \(slot); there are \(slots) before it", at: start)
    }
    if !isVariable && empty.contains(slot) { return .list([]) }
    referenced.insert(slot)
    return .reference(numbers[slot] ?? 0)
  }

  // MARK: - Objects

  /// A class's name, in place or by number, and what the class wrote: its properties or what `__serialize` returned as an
  /// array, a body of its own (`Serializable`), or the case of an enumeration.
  private mutating func object(_ type: IgbinaryType, _ start: Int) throws(PayloadError) -> Value {
    try reader.enter()
    let name = try className(type, start)
    let slot = newSlot()
    let inner = try self.type()
    if inner == .enumCase {
      reader.leave()
      return shared(try enumCase(of: name), slot)
    }
    var object = PHPInstance.make(name, start, &classes, &findings)
    switch inner {
    case .objectSer8: try readBody(&object, Int(reader.byte()))
    case .objectSer16: try readBody(&object, Int(reader.big(UInt16.self)))
    case .objectSer32: try readBody(&object, Int(reader.big(UInt32.self)))
    default: try readMembers(&object, inner)
    }
    reader.leave()
    return shared(.object(object), slot)
  }

  private mutating func className(
    _ type: IgbinaryType, _ start: Int
  ) throws(PayloadError) -> String {
    let number: Int
    switch type {
    case .object8: number = try newString(UInt64(reader.byte()))
    case .object16: number = try newString(UInt64(reader.big(UInt16.self)))
    case .object32: number = try newString(UInt64(reader.big(UInt32.self)))
    case .objectID8: number = try known(Int(reader.byte()), start)
    case .objectID16: number = try known(Int(reader.big(UInt16.self)), start)
    default: number = try known(Int(reader.big(UInt32.self)), start)
    }
    return try PHPInstance.name(reader, strings[number].range, "class")
  }

  private mutating func readMembers(
    _ object: inout Object, _ type: IgbinaryType
  ) throws(PayloadError) {
    let count = try count(type)
    var members: [Pair] = []
    members.reserveCapacity(min(count, 32))
    var hasIntegers = false
    for _ in 0..<count {
      guard let key = try key() else { continue }
      // What has integers for keys becomes a list or a map inside the object: one level more.
      if case .integer = key, !hasIntegers {
        hasIntegers = true
        try reader.enter()
      }
      members.append(Pair(key, try value()))
    }
    if hasIntegers { reader.leave() }
    PHPShape.fill(&object, members)
  }

  /// What `serialize()` of a class returned; mostly that of values by PHP's own `serialize`.
  private mutating func readBody(_ object: inout Object, _ count: Int) throws(PayloadError) {
    var ahead = reader
    let body = try ahead.range(count)
    if body.isEmpty { return }
    var decoder = PHPDecoder(reader, TreeOutput())
    decoder.record.classes = classes
    decoder.record.findings = findings
    do throws(PayloadError) {
      let value = try decoder.value()
      if decoder.reader.offset == body.upperBound, decoder.record.slots.referenced.isEmpty {
        object.state = value
        classes = decoder.record.classes
        findings = decoder.record.findings
        reader = decoder.reader
        return
      }
    } catch {
      if error.isLimit { throw error }
    }
    if let text = try? reader.text(body) {
      object.state = .string(text)
    } else {
      object.state = .bytes(Array(reader.bytes[body]))
    }
    try reader.skip(count)
  }

  /// A case of an enumeration, which is shown as PHP names it, `Suit::Hearts`.
  private mutating func enumCase(of name: String) throws(PayloadError) -> Value {
    let start = reader.offset
    guard let number = try stringNumber(type(), start) else {
      throw reader.error("a case without a name", at: start)
    }
    let text = try PHPInstance.name(reader, strings[number].range, "case")
    return .tagged(.global, .string("\(name)::\(text)"))
  }
}
