/// The objects of a payload by their classes, for the note about them: PHP loads each class and
/// runs code of it.
struct PHPClasses {
  private(set) var names: [String] = []
  private var seen: Set<String> = []
  private var objects = 0

  /// Names that are listed; the reader has got the message.
  private static let listed = 6

  /// Nobody's code runs for a stdClass.
  mutating func add(_ name: String) {
    if name == "stdClass" { return }
    objects += 1
    if seen.count < 1000, seen.insert(name).inserted { names.append(name) }
  }

  /// The objects in a string that is serialized itself.
  mutating func add(_ inner: PHPClasses) {
    for name in inner.names { add(name) }
    objects += inner.objects - inner.names.count
  }

  var isEmpty: Bool { objects == 0 }

  /// How many there are, to come back to.
  struct Mark {
    fileprivate let names: Int
    fileprivate let objects: Int
  }

  var mark: Mark { Mark(names: names.count, objects: objects) }

  mutating func forget(since mark: Mark) {
    while names.count > mark.names { seen.remove(names.removeLast()) }
    objects = mark.objects
  }

  /// "3 objects of App\User, App\Cart: loading them runs their __wakeup, __unserialize and
  /// __destruct".
  var notes: [String] {
    if isEmpty { return [] }
    let shown = names.prefix(Self.listed).map(className).joined(separator: ", ")
    let more = names.count > Self.listed ? " and \(names.count - Self.listed) more classes" : ""
    return [
      objects == 1
        ? "1 object of \(shown): loading it runs its __wakeup, __unserialize and __destruct"
        : "\(objects) objects of \(shown)\(more): loading them runs their __wakeup, "
          + "__unserialize and __destruct"
    ]
  }

  /// A class's name as notes show it. Only letters, digits and `_\` are possible, and bytes beyond
  /// ASCII.
  private func className(_ name: String) -> String {
    name.utf8.allSatisfy { $0 < 0x80 } && name.utf8.count <= 120 ? name : legible(name)
  }
}

extension PHPDecoder {
  /// An object after its letter. Its members follow one by one if it is of a harmless class; what
  /// else it may be shown as is known at its end only.
  @inline(never)
  mutating func object(_ slot: Int, _ start: Int) throws(PayloadError) -> Output.Item {
    if !Output.keepsValues, reader.bytes[start] == UInt8(ascii: "O") {
      let before = reader
      let name = try className()
      let count = try openBrace()
      if isListing || isUsual(name, count) {
        if Output.showsReferences { record.slots.setObject(slot) }
        return try members(count, of: name)
      }
      reader = before
    }
    let slot = Output.showsReferences ? slot : record.slots.add()
    var whole = PHPDecoder<TreeOutput>(reader, TreeOutput())
    whole.nesting = nesting
    whole.declinesReferences = declinesReferences
    swap(&whole.record, &record)
    defer {
      swap(&whole.record, &record)
      reader = whole.reader
    }
    return try output.value(whole.wholeObject(slot, start))
  }

  /// The range of the name in `:8:"App\User"`, of the characters that names have.
  fileprivate mutating func className() throws(PayloadError) -> Range<Int> {
    let range = try quotedBytes()
    for at in range where !PHPInstance.isNameByte(reader.bytes[at]) {
      throw PayloadError(at: at, "\(found(at: at)) in the name of a class")
    }
    if range.isEmpty { throw reader.error("a class without a name") }
    return range
  }

  // MARK: - Members

  /// Whether an object is shown by its members: of a class on no list of gadgets, and no date or
  /// container as far as its first member says.
  private func isUsual(_ name: Range<Int>, _ count: Int) -> Bool {
    guard reader.bytes[name].allSatisfy({ $0 < 0x80 }), !isInterval(name),
      PHPGadgets.chain(of: String(decoding: reader.bytes[name], as: UTF8.self)) == nil
    else { return false }
    if count == 0 { return true }
    let rest = reader.bytes[reader.offset...]
    return rest.first == UInt8(ascii: "s") && !rest.starts(with: "s:4:\"date\"".utf8)
      && !rest.starts(with: "s:13:\"timezone_type\"".utf8)
  }

  private func isInterval(_ className: Range<Int>) -> Bool {
    className.count >= 8 && reader.bytes[className].suffix(8).elementsEqual("Interval".utf8)
  }

  private mutating func members(
    _ count: Int, of className: Range<Int>
  ) throws(PayloadError) -> Output.Item {
    try reader.enter()
    let name = String(decoding: reader.bytes[className], as: UTF8.self)
    var map = try output.beginObject(name)
    for _ in 0..<count {
      let name = isListing ? try key(in: &map) : try property(of: className, in: &map)
      output.add(name, try value(), to: &map)
    }
    try expect(UInt8(ascii: "}"), "'}' after \(count) properties")
    reader.leave()
    return try output.end(object: map, name)
  }

  /// A property's name as `PHPShape.propertyName` has it.
  private mutating func property(
    of className: Range<Int>, in map: inout Output.Map
  ) throws(PayloadError) -> Output.Item {
    guard reader.peek() == UInt8(ascii: "s") else { throw .declined }
    try reader.skip(1)
    let range = try string()
    // Dates are shown in another way.
    if range.count == 13, reader.bytes[range].elementsEqual("timezone_type".utf8) {
      throw .declined
    }
    let key: Output.Item?
    if !range.isEmpty, reader.bytes[range.lowerBound] == 0 {
      let name = try hidden(range, of: className)
      key = try output.key(name, name.indices, in: &map)
    } else {
      key = try output.key(reader.bytes, range, in: &map)
    }
    guard let key else { throw .declined }
    return key
  }

  /// The name of a property that is protected or private, and how it is so.
  private func hidden(
    _ range: Range<Int>, of className: Range<Int>
  ) throws(PayloadError) -> [UInt8] {
    guard let end = reader.bytes[range].lastIndex(of: 0), end > range.lowerBound else {
      throw .declined
    }
    let owner = reader.bytes[range.lowerBound + 1..<end]
    var name = Array(reader.bytes[end + 1..<range.upperBound])
    if owner.elementsEqual("*".utf8) {
      name += ":protected".utf8
    } else if owner.elementsEqual(reader.bytes[className]) {
      name += ":private".utf8
    } else {
      throw .declined
    }
    return name
  }

  // MARK: - Enumerations

  /// `E:11:"Suit:Hearts"`: a case of an enumeration, which is shown as PHP names it,
  /// `Suit::Hearts`.
  mutating func enumCase() throws(PayloadError) -> Value {
    let range = try quotedBytes()
    try expect(UInt8(ascii: ";"), "';' after an enumeration's case")
    let parts = reader.bytes[range].split(
      separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(PHPInstance.isNameByte) })
    else {
      throw PayloadError(at: range.lowerBound, "expected an enumeration and its case, Suit:Hearts")
    }
    let names = parts.map { String(decoding: $0, as: UTF8.self) }
    return .tagged(.global, .string("\(names[0])::\(names[1])"))
  }

}

/// Objects as values: their properties by name, what `__serialize` returns, or a body of their own.
extension PHPDecoder<TreeOutput> {
  /// `O:8:"App\User":2:{s:2:"id";i:7;...}`.
  fileprivate mutating func wholeObject(
    _ slot: Int, _ start: Int
  ) throws(PayloadError) -> Value {
    if reader.bytes[start] == UInt8(ascii: "C") { return try customObject(slot, start) }
    record.slots.setObject(slot)
    try reader.enter()
    let name: String
    let count: Int
    if reader.bytes[start] == UInt8(ascii: "o") {
      note("byte \(start): an object written as o:, which PHP does not write since PHP 3")
    }
    if reader.bytes[start] == UInt8(ascii: "o"), hasNoClassName() {
      // PHP 3: `o:2:"` and the properties of a stdClass. PHP read it up to 7.3.
      name = "stdClass"
      count = try length()
      try expect(UInt8(ascii: "\""), "'\"'")
    } else {
      name = try nameOfClass()
      count = try openBrace()
    }
    var object = PHPInstance.make(name, start, &record.classes, &record.findings)
    var members: [Pair] = []
    var hasIntegers = false
    members.reserveCapacity(min(count, 32))
    for _ in 0..<count {
      let key = try memberKey()
      // What has integers for keys becomes a list or a map inside the object: one level more.
      if case .integer = key, !hasIntegers {
        hasIntegers = true
        try reader.enter()
      }
      members.append(Pair(key, try value()))
    }
    try expect(UInt8(ascii: "}"), "'}' after \(count) properties")
    if hasIntegers { reader.leave() }
    reader.leave()
    noteRepeated(JSONKeys.repeated(members), "property")
    PHPShape.fill(&object, members)
    return .object(object)
  }

  private mutating func nameOfClass() throws(PayloadError) -> String {
    String(decoding: reader.bytes[try className()], as: UTF8.self)
  }

  /// Text if it is UTF-8. PHP's strings are bytes.
  private func text(_ range: Range<Int>) -> Value {
    if let text = try? reader.text(range) { return .string(text) }
    return .bytes(Array(reader.bytes[range]))
  }

  /// A key takes no slot.
  private mutating func memberKey() throws(PayloadError) -> Value {
    let start = reader.offset
    switch try reader.byte() {
    case UInt8(ascii: "i"):
      let integer = try integer()
      if let number = integer.number { return .integer(number) }
      return .number(integer.literal(in: reader.bytes))
    case UInt8(ascii: "s"): return text(try string())
    case UInt8(ascii: "S"):
      let bytes = try escapedBytes()
      return String(validating: bytes, as: UTF8.self).map(Value.string) ?? .bytes(bytes)
    default: throw noKey(start)
    }
  }

  /// Whether what follows `o` is a count and then a property, not a class's name.
  private func hasNoClassName() -> Bool {
    var ahead = 1
    while let byte = reader.peek(ahead: ahead), byte &- 0x30 < 10 { ahead += 1 }
    guard reader.peek(ahead: ahead) == UInt8(ascii: ":"),
      reader.peek(ahead: ahead + 1) == UInt8(ascii: "\"")
    else { return false }
    let next = reader.peek(ahead: ahead + 2)
    return next == UInt8(ascii: "}")
      || (next == UInt8(ascii: "s") || next == UInt8(ascii: "i"))
        && reader.peek(ahead: ahead + 3) == UInt8(ascii: ":")
  }

  // MARK: - Custom bodies

  /// `C:11:"ArrayObject":21:{x:i:0;a:0:{};m:a:0:{}}`: an object of an interface Serializable, whose
  /// class alone knows what the body means. PHP's own classes wrote their values with the payload's
  /// slots; so does a body that is one value as a whole.
  private mutating func customObject(_ slot: Int, _ start: Int) throws(PayloadError) -> Value {
    record.slots.setObject(slot)
    try reader.enter()
    let name = try nameOfClass()
    let length = try length()
    try expect(UInt8(ascii: "{"), "'{'")
    var ahead = reader
    let body = try ahead.range(length)
    guard ahead.peek() == UInt8(ascii: "}") else {
      throw PayloadError(
        at: body.upperBound,
        "expected '}' after a body of \(length) bytes, "
          + "found \(found(at: body.upperBound))")
    }
    var object = PHPInstance.make(name, start, &record.classes, &record.findings)
    // Not all of `self`: copies of what grows would take time quadratic in the number of such
    // objects.
    let before = (reader, record.slots.mark, record.notes.count, record.classes.mark)
    let empty = object
    do throws(PayloadError) {
      try readBody(&object, body)
    } catch {
      if error.isLimit || error == .declined { throw error }
      // A body of its own, which may be anything. Findings stay: whoever unserializes it all the
      // same meets them, for PHP reads up to what it does not understand.
      reader = before.0
      record.slots.forget(since: before.1)
      record.notes.removeLast(record.notes.count - before.2)
      record.classes.forget(since: before.3)
      object = empty
      record.slots.isUncertain = true
      object.state = text(body)
      try reader.skip(length)
    }
    try expect(UInt8(ascii: "}"), "'}'")
    reader.leave()
    return .object(object)
  }

  /// Reads a body that is made of values, up to its end.
  private mutating func readBody(
    _ object: inout Object, _ body: Range<Int>
  ) throws(PayloadError) {
    switch reader.peek() {
    case UInt8(ascii: "x") where reader.peek(ahead: 1) == UInt8(ascii: ":"):
      try reader.skip(2)
      try readStorage(&object)
    case UInt8(ascii: "i") where body.contains(reader.offset):
      let flags = try value()
      if reader.offset == body.upperBound {
        object.state = flags
      } else {
        // SplDoublyLinkedList: `i:6;:value:value`.
        if flags != .integer(0) { object.arguments.append(flags) }
        while reader.offset < body.upperBound {
          try expect(UInt8(ascii: ":"), "':' between the elements of a list")
          object.items.append(try value())
        }
      }
    default:
      if body.isEmpty { return }
      object.state = try value()
    }
    if reader.offset != body.upperBound {
      throw reader.error("a body that ends before or behind its values")
    }
  }

  /// ArrayObject's `x:i:0;a:1:{...};m:a:0:{}` and SplObjectStorage's `x:i:1;O:...,i:5;;m:a:0:{}`.
  private mutating func readStorage(_ object: inout Object) throws(PayloadError) {
    let first = try value()
    let next = reader.peek()
    if case .integer(let count) = first,
      next == UInt8(ascii: "O") || next == UInt8(ascii: "C")
        || next == UInt8(ascii: "r") || next == UInt8(ascii: ";")
    {
      guard count >= 0, count <= Int64(reader.remaining / 6) else {
        throw reader.error("\(count) objects in \(reader.remaining) bytes")
      }
      var pairs: [Pair] = []
      for _ in 0..<count {
        let key = try value()
        var data = Value.null
        if reader.peek() == UInt8(ascii: ",") {
          try reader.skip(1)
          data = try value()
        }
        try expect(UInt8(ascii: ";"), "';' after an object of a storage")
        pairs.append(Pair(key, data))
      }
      PHPShape.setStorage(&object, pairs)
      if count == 0 { try expect(UInt8(ascii: ";"), "';'") }
    } else {
      if first != .integer(0) { object.arguments.append(first) }
      // 16 777 216 is ARRAY_IS_SELF: no storage but the object itself.
      if next == UInt8(ascii: "a") || next == UInt8(ascii: "R") {
        PHPShape.setElements(&object, try value())
      }
      try expect(UInt8(ascii: ";"), "';' after a storage")
    }
    guard reader.peek() == UInt8(ascii: "m"), reader.peek(ahead: 1) == UInt8(ascii: ":") else {
      throw reader.error("expected 'm:' and members")
    }
    try reader.skip(2)
    PHPShape.setMembers(&object, try value())
  }
}
