/// The second phase: the table of nodes as a `Value`.
///
/// Depth, the number of values and the bytes copied are checked here. An object that appears more than once is a
/// `shared` value and then references, so that the result is never larger than the payload says.
extension JavaMachine {
  /// The values at the stream's top level: the value, or all of them as a list.
  mutating func result(_ roots: [Int]) throws(PayloadError) -> Value {
    if roots.count == 1 {
      let value = try value(roots[0])
      return sharing.renumbered(value)
    }
    depth += 1
    var list: [Value] = []
    for root in roots { list.append(try value(root)) }
    depth -= 1
    return sharing.renumbered(.list(list))
  }

  mutating func value(_ index: Int) throws(PayloadError) -> Value {
    try countValue()
    let node = nodes[index]
    switch node.kind {
    case .null: return .null
    case .bool: return .bool(node.a != 0)
    case .integer: return .integer(Int64(node.a))
    case .float: return .double(Self.float(node.a))
    case .double: return .double(Double(bitPattern: UInt64(bitPattern: Int64(node.a))))
    case .character: return Self.text(units: [UInt16(truncatingIfNeeded: node.a)])
    case .text: return try text(node)
    case .block:
      try charge(node.b - node.a)
      return .bytes(Array(reader.bytes[node.a..<node.b]))
    case .classObject: return .tagged(.global, .string(try className(node.a)))
    case .constant: return .tagged(.global, .string(try constantName(node)))
    case .description:
      var object = Object(name: "java.io.ObjectStreamClass")
      object.arguments = [.tagged(.global, .string(try className(node.a)))]
      return .object(object)
    case .annotation: return .list(try contents(contents(of: node)))
    case .object, .array, .primitives:
      if node.flags.contains(.isShared) { return try shared(index) }
      return try container(index)
    }
  }

  @inline(__always)
  mutating func countValue() throws(PayloadError) {
    values += 1
    if values > reader.nodeLimit { throw limit("more than \(reader.nodeLimit) values") }
  }

  func limit(_ reason: String) -> PayloadError {
    PayloadError(at: reader.end, "the value is \(reason)", isLimit: true)
  }

  /// Counts bytes that are copied out of the payload: a text, or a name, that appears again costs 5 bytes there.
  @inline(__always)
  mutating func charge(_ count: Int) throws(PayloadError) {
    copied += count
    if copied > copyLimit { throw limit("more than \(copyLimit) bytes of text") }
  }

  private var copyLimit: Int { Limits.output(stored: reader.end) }

  private mutating func text(_ node: JavaNode) throws(PayloadError) -> Value {
    try charge(node.b - node.a)
    let name = name(of: node)
    if node.flags.contains(.hasSurrogates) { return .tagged(.surrogates, .bytes(raw(name))) }
    return .string(string(name))
  }

  /// The double that prints as the shortest text of a float: 0.75, 0.1 and not 0.10000000149011612.
  static func float(_ bits: Int) -> Double {
    let float = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    return float.isFinite ? Double(float.description) ?? Double(float) : Double(float)
  }

  /// Code units of UTF-16 as text.
  static func text(units: [UInt16]) -> Value {
    let text = String(decoding: units, as: UTF16.self)
    if text.utf16.elementsEqual(units) { return .string(text) }
    var bytes: [UInt8] = []
    var at = 0
    while at < units.count {
      var scalar = UInt32(units[at])
      at += 1
      if 0xD800..<0xDC00 ~= scalar, at < units.count, 0xDC00..<0xE000 ~= units[at] {
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (UInt32(units[at]) - 0xDC00)
        at += 1
      }
      GeneralizedUTF8.append(scalar, to: &bytes)
    }
    return .tagged(.surrogates, .bytes(bytes))
  }

  /// Where in the pool the elements of an array, or the contents of an annotation, stand.
  private func contents(of node: JavaNode) -> Range<Int> {
    node.b + 1..<node.b + 1 + Int(pool[node.b])
  }

  /// The values of contents in the pool.
  mutating func contents(_ range: Range<Int>) throws(PayloadError) -> [Value] {
    var list: [Value] = []
    list.reserveCapacity(min(range.count, 32))
    for place in range { list.append(try value(Int(pool[place]))) }
    return list
  }

  /// The values of keys and values in turn.
  mutating func pairs(_ range: Range<Int>) throws(PayloadError) -> [Pair] {
    var list: [Pair] = []
    list.reserveCapacity(min(range.count / 2, 32))
    for place in stride(from: range.lowerBound, to: range.upperBound - 1, by: 2) {
      let key = try value(Int(pool[place]))
      list.append(Pair(key, try value(Int(pool[place + 1]))))
    }
    return list
  }

  // MARK: - Names

  /// A class as Java's source writes it: `java.lang.String[]`, `byte[][]`.
  mutating func className(_ index: Int) throws(PayloadError) -> String {
    let type = classes[index]
    if type.flags.contains(.proxy) { return "java.lang.reflect.Proxy" }
    let name = try string(charged: type.name)
    guard let code = elementCode(type.name) else { return name }
    let dimensions = name.prefix { $0 == "[" }.count
    let element: String
    switch code {
    case UInt8(ascii: "["): element = Self.elementName(name.dropFirst(dimensions))
    default: element = Self.elementName(name.dropFirst())
    }
    return element + String(repeating: "[]", count: dimensions)
  }

  /// `Ljava.lang.String;` is `java.lang.String`, `B` is `byte`.
  private static func elementName(_ code: Substring) -> String {
    switch code {
    case "B": return "byte"
    case "C": return "char"
    case "D": return "double"
    case "F": return "float"
    case "I": return "int"
    case "J": return "long"
    case "S": return "short"
    case "Z": return "boolean"
    default: break
    }
    return code.hasPrefix("L") && code.hasSuffix(";")
      ? String(code.dropFirst().dropLast()) : String(code)
  }

  private mutating func constantName(_ node: JavaNode) throws(PayloadError) -> String {
    try className(node.a) + "." + string(charged: name(of: nodes[node.b]))
  }

  // MARK: - Containers

  private mutating func container(_ index: Int) throws(PayloadError) -> Value {
    depth += 1
    if depth > Limits.depth { throw limit("nested more than \(Limits.depth) deep") }
    let node = nodes[index]
    let value: Value
    switch node.kind {
    case .array: value = .list(try contents(contents(of: node)))
    case .primitives: value = try primitives(node)
    default: value = try object(index)
    }
    depth -= 1
    return value
  }

  private mutating func primitives(_ node: JavaNode) throws(PayloadError) -> Value {
    let range = Int(pool[node.b])..<Int(pool[node.b + 1])
    let code = elementCode(classes[node.a].name) ?? UInt8(ascii: "B")
    if code == UInt8(ascii: "B") {
      try charge(range.count)
      return .bytes(Array(reader.bytes[range]))
    }
    let width = Self.width(code)
    if code == UInt8(ascii: "C") {
      try charge(range.count)
      return Self.text(
        units: stride(from: range.lowerBound, to: range.upperBound, by: 2).map {
          UInt16(truncatingIfNeeded: bits($0, 2))
        })
    }
    var list: [Value] = []
    for at in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      try countValue()
      let bits = bits(at, width)
      switch code {
      case UInt8(ascii: "Z"): list.append(.bool(bits != 0))
      case UInt8(ascii: "S"): list.append(.integer(Int64(Int16(truncatingIfNeeded: bits))))
      case UInt8(ascii: "I"): list.append(.integer(Int64(Int32(truncatingIfNeeded: bits))))
      case UInt8(ascii: "F"): list.append(.double(Self.float(Int(truncatingIfNeeded: bits))))
      case UInt8(ascii: "D"): list.append(.double(Double(bitPattern: bits)))
      default: list.append(.integer(Int64(bitPattern: bits)))
      }
    }
    return .list(list)
  }

  /// An integer of the payload in network order, at a place that is known to be there.
  func bits(_ at: Int, _ width: Int) -> UInt64 {
    var bits: UInt64 = 0
    for place in at..<at + width { bits = bits << 8 | UInt64(reader.bytes[place]) }
    return bits
  }

  // MARK: - Shared values

  /// An object that a handle refers to again.
  private mutating func shared(_ index: Int) throws(PayloadError) -> Value {
    switch sharing.appearance(of: index) {
    case .again(let number): return .reference(number)
    case .atom: return try container(index)
    case .first(let number):
      let value = try container(index)
      return sharing.value(value, of: index, number, isAtom: Self.isAtom(value))
    }
  }

  private static func isAtom(_ value: Value) -> Bool {
    switch value {
    case .list(let elements): elements.isEmpty
    case .map(let pairs): pairs.isEmpty
    case .tagged(.set, let inner), .tagged(.deque, let inner), .tagged(.tuple, let inner):
      isAtom(inner)
    case .object(let object):
      object.fields.isEmpty && object.items.isEmpty && object.entries.isEmpty && object.state == nil
        && object.arguments.allSatisfy { if case .string = $0 { true } else { false } }
    case .shared, .reference: false
    // Bytes that are copied are counted.
    default: true
    }
  }
}
