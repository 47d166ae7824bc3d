/// The second phase: the table of nodes as a `Value`.
///
/// Depth, the number of values and the bytes copied are checked here. A container that appears more than once is
/// a `shared` value and then references, so that the result is never larger than the payload says.
extension PickleMachine {
  /// The value of the payload's result.
  mutating func result(_ root: Int) throws(PayloadError) -> Value {
    judge()
    let value = try value(root)
    return sharing.renumbered(value)
  }

  mutating func value(_ index: Int) throws(PayloadError) -> Value {
    values += 1
    if values > valueLimit { throw limit("more than \(valueLimit) values") }
    let node = nodes[index]
    switch node.kind {
    case .none: return .null
    case .bool: return .bool(node.a != 0)
    case .integer: return .integer(Int64(node.a))
    case .bigInteger: return .number(try text(node))
    case .double: return .double(Double(bitPattern: UInt64(bitPattern: Int64(node.a))))
    case .text:
      if node.flags.contains(.hasSurrogates) {
        return .tagged(.surrogates, .bytes(try bytes(node)))
      }
      return .string(try text(node))
    case .bytes: return .bytes(try bytes(node))
    case .bytearray: return .tagged(.bytearray, .bytes(try bytes(node)))
    case .global: return .tagged(.global, .string(try name(charged: index)))
    case .ext: return .tagged(.ext, .list([.integer(Int64(node.a)), .bytes([])]))
    case .buffer: return .tagged(.persistent, .string("out-of-band buffer \(node.a)"))
    case .list, .dict, .set, .frozenset, .tuple, .call, .persistent:
      if node.flags.contains(.isShared) { return try shared(index) }
      return try container(index)
    }
  }

  /// A container that was pushed more than once.
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
    case .tagged(.tuple, let inner), .tagged(.set, let inner), .tagged(.frozenset, let inner),
      .tagged(.deque, let inner), .tagged(.persistent, let inner):
      isAtom(inner)
    case .object, .shared, .reference: false
    default: true
    }
  }

  private mutating func container(_ index: Int) throws(PayloadError) -> Value {
    depth += 1
    if depth > Limits.depth { throw limit("nested more than \(Limits.depth) deep") }
    let node = nodes[index]
    let value: Value
    switch node.kind {
    case .list: value = .list(try valueList(node.children))
    case .dict: value = .map(try pairs(node.children))
    case .tuple: value = .tagged(.tuple, .list(try valueList(node.children)))
    case .set: value = .tagged(.set, .list(try valueList(node.children)))
    case .frozenset: value = .tagged(.frozenset, .list(try valueList(node.children)))
    case .persistent: value = .tagged(.persistent, try self.value(node.a))
    default: value = try called(node.a)
    }
    depth -= 1
    return value
  }

  mutating func limit(_ reason: String) -> PayloadError {
    PayloadError(at: at, "the value is \(reason)", isLimit: true)
  }

  /// The values of children, in order.
  mutating func valueList(_ children: PickleChildren) throws(PayloadError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(children.count)
    var segment = children.first
    while segment >= 0 {
      for index in 0..<Int(pool[segment]) {
        result.append(try value(Int(pool[segment + 2 + index])))
      }
      segment = Int(pool[segment + 1])
    }
    return result
  }

  /// The values of children that are keys and values in turn.
  mutating func pairs(_ children: PickleChildren) throws(PayloadError) -> [Pair] {
    var result: [Pair] = []
    result.reserveCapacity(children.count / 2)
    var segment = children.first
    while segment >= 0 {
      for index in stride(from: 0, to: Int(pool[segment]) - 1, by: 2) {
        let key = try value(Int(pool[segment + 2 + index]))
        result.append(Pair(key, try value(Int(pool[segment + 3 + index]))))
      }
      segment = Int(pool[segment + 1])
    }
    return result
  }

  // MARK: - Text and bytes

  /// Counts bytes that are copied out of the payload: a text that is pushed again costs two bytes there.
  mutating func charge(_ count: Int) throws(PayloadError) {
    copied += count
    if copied > 2 * reader.end + Limits.output {
      throw limit("more than \(2 * reader.end + Limits.output) bytes of text")
    }
  }

  /// The text of a node that has valid UTF-8 in its range.
  mutating func text(_ node: PickleNode) throws(PayloadError) -> String {
    try charge(node.b - node.a)
    if node.flags.contains(.inScratch) {
      return String(decoding: scratch[node.a..<node.b], as: UTF8.self)
    }
    return String(decoding: reader.bytes[node.a..<node.b], as: UTF8.self)
  }

  mutating func bytes(_ node: PickleNode) throws(PayloadError) -> [UInt8] {
    try charge(node.b - node.a)
    return raw(node)
  }

  mutating func raw(_ node: PickleNode) -> [UInt8] {
    node.flags.contains(.inScratch)
      ? Array(scratch[node.a..<node.b]) : Array(reader.bytes[node.a..<node.b])
  }

  /// A text of at most 64 bytes, long enough for any word that has a meaning here.
  mutating func shortText(_ index: Int) -> String? {
    let node = nodes[index]
    guard node.kind == .text, node.b - node.a <= 64, !node.flags.contains(.hasSurrogates)
    else { return nil }
    return String(decoding: raw(node), as: UTF8.self)
  }

  // MARK: - Names

  /// As `name(of:)`, counted: one global of a long name may be called by any number of instructions.
  mutating func name(charged index: Int) throws(PayloadError) -> String {
    let name = name(of: index)
    try charge(name.utf8.count)
    return name
  }

  /// The full name of a class or function, modules of Python 2 by their names in Python 3.
  mutating func name(_ global: PickleGlobal) -> String {
    let full = String(decoding: scratch[global.start..<global.end], as: UTF8.self)
    if let renamed = PickleNames.renamed[full] { return renamed }
    let end = global.start + global.module
    let module = String(decoding: scratch[global.start..<end], as: UTF8.self)
    guard let python3 = PickleNames.python3[module] else { return full }
    return python3 + "." + String(decoding: scratch[end + 1..<global.end], as: UTF8.self)
  }

  /// What a call would call, in words.
  mutating func name(of callee: Int) -> String {
    let node = nodes[callee]
    switch node.kind {
    case .global: return name(globals[node.a])
    case .call:
      let inner = calls[node.a].callee
      return nodes[inner].kind == .global
        ? "the result of \(name(globals[nodes[inner].a]))" : "the result of a call"
    case .persistent: return "a persistent object"
    case .ext: return "extension \(node.a)"
    default: return node.noun
    }
  }
}
