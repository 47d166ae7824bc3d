// There is no specification; the markers are those of https://github.com/msgpack/msgpack-php:
// msgpack_pack.c.

/// PHP's dialect of MessagePack (`msgpack.php_only`, the default). A map whose first key is nil
/// stands for something that MessagePack cannot express.
///
///     nil: 1, ...               an array or object that is a PHP reference (`&$a`), such as the
///                               root of each session
///     nil: 2, 0: id             that array again
///     nil: 3, "Class": "body"   an object with a body of its own (`Serializable`)
///     nil: 4, 0: id             an object again
///     nil: 5, 0: id             an object again, as a reference
///     nil: 6, "Class": "Case"   a case of an enumeration
///     nil: "Class", ...         an object and its properties
///     nil: "Class", nil: [...]  an object and what its `__serialize` returned
///
/// Each of these could be another producer's map with a nil key. So a payload is PHP's only if all
/// of its maps fit, and one of them cannot be anyone else's.
struct PHPMessagePack {
  /// What the payload holds in PHP's terms; nil if it is not certain that PHP wrote it.
  static func read(_ value: Value, _ decoder: MessagePackDecoder<TreeOutput>) -> Reading? {
    if decoder.marked.isEmpty { return nil }
    var survey = PHPMessagePackSurvey()
    guard survey.fits(value), survey.isCertain || isSession(value) else { return nil }
    var converter = PHPMessagePack(decoder, sharing: [])
    guard var result = converter.convert(value) else { return nil }
    if !converter.referenced.isEmpty {
      converter = PHPMessagePack(decoder, sharing: converter.referenced)
      guard let again = converter.convert(value) else { return nil }
      result = again
    }
    return Reading(
      result, label: "PHP MessagePack", findings: converter.findings,
      notes: decoder.notes + converter.classes.notes)
  }

  /// The handler's root is an array that is a reference, `$_SESSION` itself.
  private static func isSession(_ value: Value) -> Bool {
    guard case .map(let pairs) = value, pairs.count > 1 else { return false }
    return pairs[0].value == .integer(1) && pairs[1].key != .null
  }

  private let nodeLimit: Int
  /// Where the maps with markers begin, in order, and how many were converted.
  private let offsets: [Int]
  private var marked = 0
  private var depth = 0
  private var classes = PHPClasses()
  private var findings: [Finding] = []

  /// Whether each array or object so far is an object. The writer numbers them from 1; a repeated
  /// object also takes a number, a repeated reference does not. (`msgpack_unpack` counts both, and
  /// so returns the wrong value after a repeated reference.)
  private var areObjects: [Bool] = []
  private var referenced: Set<Int> = []
  private let numbers: [Int: Int]

  private init(_ decoder: MessagePackDecoder<TreeOutput>, sharing referenced: Set<Int>) {
    nodeLimit = decoder.reader.nodeLimit
    offsets = decoder.marked
    var numbers: [Int: Int] = [:]
    for (index, id) in referenced.sorted().enumerated() { numbers[id] = index + 1 }
    self.numbers = numbers
  }

  private mutating func newID(isObject: Bool) -> Int {
    areObjects.append(isObject)
    return areObjects.count
  }

  private func shared(_ value: Value, _ id: Int) -> Value {
    numbers[id].map { .shared($0, value) } ?? value
  }

  // MARK: - Values

  /// Nil if the payload refers to something that is not there, and so is not PHP's.
  private mutating func convert(_ value: Value) -> Value? {
    switch value {
    case .list, .map: break
    default: return value
    }
    depth += 1
    defer { depth -= 1 }
    if depth > Limits.depth { return nil }
    switch value {
    case .list(let items):
      let id = newID(isObject: false)
      guard let converted = converted(items) else { return nil }
      return shared(.list(converted), id)
    case .map(let pairs):
      guard let first = pairs.first, first.key == .null else {
        let id = newID(isObject: false)
        return array(pairs[...], id)
      }
      return convert(marked: pairs)
    default: return value
    }
  }

  private mutating func converted(_ items: [Value]) -> [Value]? {
    var result: [Value] = []
    result.reserveCapacity(items.count)
    for item in items {
      guard let value = convert(item) else { return nil }
      result.append(value)
    }
    return result
  }

  private mutating func converted(_ pairs: ArraySlice<Pair>) -> [Pair]? {
    var result: [Pair] = []
    result.reserveCapacity(pairs.count)
    for pair in pairs {
      guard let value = convert(pair.value) else { return nil }
      result.append(Pair(pair.key, value))
    }
    return result
  }

  private mutating func array(_ pairs: ArraySlice<Pair>, _ id: Int) -> Value? {
    guard let members = converted(pairs) else { return nil }
    // PHP does not write an empty array as an empty map of MessagePack's.
    return shared(members.isEmpty ? .map([]) : PHPArray(members).value, id)
  }

  // MARK: - Markers

  private mutating func convert(marked pairs: [Pair]) -> Value? {
    let start = marked < offsets.count ? offsets[marked] : 0
    marked += 1
    let marker = pairs[0].value
    if case .string(let name) = marker { return object(name, pairs[1...], start) }
    guard case .integer(let number) = marker, pairs.count > 1 else { return nil }
    if number == 1 {
      if case .string(let name) = pairs[1].value, pairs[1].key == .null {
        return object(name, pairs[2...], start)
      }
      return array(pairs[1...], newID(isObject: false))
    }
    switch (number, pairs[1].key, pairs[1].value) {
    case (3, .string(let name), let body): return customObject(name, body, start)
    case (6, .string(let name), .string(let text)):
      return shared(.tagged(.global, .string("\(name)::\(text)")), newID(isObject: true))
    case (_, _, .integer(let id)):
      let isObject = number != 2
      guard id > 0, id <= areObjects.count, areObjects[Int(id) - 1] == isObject else { return nil }
      if number == 4 { _ = newID(isObject: true) }
      referenced.insert(Int(id))
      return .reference(numbers[Int(id)] ?? 0)
    default: return nil
    }
  }

  private mutating func object(_ name: String, _ pairs: ArraySlice<Pair>, _ start: Int) -> Value? {
    let id = newID(isObject: true)
    var object = PHPInstance.make(name, start, &classes, &findings)
    var members: [Pair]
    if let first = pairs.first, first.key == .null {
      // The result of __serialize is an array with its own number.
      guard let returned = convert(first.value) else { return nil }
      switch returned.unshared {
      case .map(let pairs): members = pairs.map { Pair(Self.key($0.key), $0.value) }
      case .list(let items): members = items.enumerated().map { Pair(.integer(Int64($0)), $1) }
      default: return nil
      }
    } else {
      // Entries with integers for keys become a list or a map inside the object: one level more.
      let hasIntegers = pairs.contains { if case .integer = $0.key { true } else { false } }
      depth += hasIntegers ? 1 : 0
      defer { depth -= hasIntegers ? 1 : 0 }
      if depth > Limits.depth { return nil }
      guard let properties = converted(pairs) else { return nil }
      members = properties
    }
    PHPShape.fill(&object, members)
    return shared(.object(object), id)
  }

  /// A key that is an integer in PHP.
  private static func key(_ key: Value) -> Value {
    guard case .string(let text) = key, let number = Int64(text), String(number) == text else {
      return key
    }
    return .integer(number)
  }

  private mutating func customObject(_ name: String, _ body: Value, _ start: Int) -> Value? {
    let id = newID(isObject: true)
    var object = PHPInstance.make(name, start, &classes, &findings)
    let bytes: [UInt8]
    switch body {
    case .string(let text): bytes = Array(text.utf8)
    case .bytes(let data): bytes = data
    default: return nil
    }
    if bytes.isEmpty { return shared(.object(object), id) }
    object.state =
      PHPInstance.body(
        bytes, start, depth: depth, nodeLimit: nodeLimit, &classes, &findings) ?? body
    return shared(.object(object), id)
  }
}

/// Checks whether every map with a nil key is one that PHP writes.
struct PHPMessagePackSurvey {
  /// Whether there is one that only PHP would write.
  private(set) var isCertain = false

  mutating func fits(_ value: Value) -> Bool {
    switch value {
    case .list(let items):
      for item in items where !fits(item) { return false }
      return true
    case .map(let pairs):
      guard let first = pairs.first, first.key == .null else { return areMembers(pairs[...]) }
      return fits(marked: pairs)
    // PHP has no extensions, and cannot express what they mean.
    case .tagged: return false
    default: return true
    }
  }

  /// Whether all keys are PHP's, integers and strings.
  private mutating func areMembers(_ pairs: ArraySlice<Pair>) -> Bool {
    for pair in pairs {
      switch pair.key {
      case .integer, .string, .bytes: break
      default: return false
      }
      guard fits(pair.value) else { return false }
    }
    return true
  }

  private mutating func fits(marked pairs: [Pair]) -> Bool {
    switch pairs[0].value {
    case .string(let name): return isObject(name, pairs[1...])
    case .integer(1):
      if pairs.count < 2 { return false }
      guard pairs[1].key == .null else { return areMembers(pairs[1...]) }
      guard case .string(let name) = pairs[1].value else { return false }
      isCertain = true
      return isObject(name, pairs[2...])
    case .integer(2), .integer(4), .integer(5):
      guard pairs.count == 2, pairs[1].key == .integer(0), case .integer = pairs[1].value else {
        return false
      }
      isCertain = true
      return true
    case .integer(3), .integer(6):
      guard pairs.count == 2, case .string(let name) = pairs[1].key, isName(name) else {
        return false
      }
      switch pairs[1].value {
      case .string, .bytes: break
      default: return false
      }
      isCertain = true
      return true
    default: return false
    }
  }

  private mutating func isObject(_ name: String, _ pairs: ArraySlice<Pair>) -> Bool {
    guard isName(name) else { return false }
    if name.utf8.contains(UInt8(ascii: "\\")) || Self.known.contains(name) { isCertain = true }
    if let first = pairs.first, first.key == .null {
      guard pairs.count == 1 else { return false }
      switch first.value {
      case .list, .map: break
      default: return false
      }
      isCertain = true
      return fits(first.value)
    }
    for pair in pairs {
      // `\0*\0name`, `\0Class\0name`.
      if case .string(let key) = pair.key, key.utf8.first == 0 { isCertain = true }
    }
    return areMembers(pairs)
  }

  private func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first &- 0x30 >= 10 else { return false }
    return text.utf8.allSatisfy(PHPInstance.isNameByte)
  }

  /// PHP's own classes, which are enough to show that PHP wrote the payload.
  private static let known: Set<String> = [
    "stdClass", "DateTime", "DateTimeImmutable", "DateTimeZone", "DateInterval", "ArrayObject",
    "ArrayIterator", "SplObjectStorage", "SplFixedArray", "SplDoublyLinkedList", "SplQueue",
    "SplStack", "__PHP_Incomplete_Class",
  ]
}
