/// The second phase: the table of nodes to an output, as a value or as JSON.
///
/// Depth, the number of values and the bytes copied are checked here. In a `Value`, a container that
/// appears more than once is `shared` and then a reference, so that the result is never larger than
/// the payload says.
extension PickleMachine {
  /// The value of the payload's result.
  mutating func result(_ root: Int) throws(PayloadError) -> Value {
    judge()
    let value = try value(root)
    return sharing.renumbered(value)
  }

  /// Writes the payload's result as JSON.
  mutating func write(_ root: Int, to writer: inout JSONWriter) throws(PayloadError) {
    judge()
    // Which of two appearances is the first one is known only when all were seen.
    if !hasShared {
      let start = writer.buffer.count
      var output = JSONOutput(writer)
      do throws(PayloadError) {
        return try emit(root, to: &output)
      } catch {
        if error != .declined { throw error }
      }
      writer.buffer.truncate(to: start)
      (depth, values, copied) = (0, 0, 0)
    }
    let value = try value(root)
    writer.write(sharing.renumbered(value))
  }

  mutating func value(_ index: Int) throws(PayloadError) -> Value {
    var output = TreeOutput()
    return try emit(index, to: &output)
  }

  private mutating func emit<Output: PayloadOutput>(
    _ index: Int, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    try count()
    let node = nodes[index]
    switch node.kind {
    case .none: return try output.null()
    case .bool: return try output.bool(node.a != 0)
    case .integer: return try output.integer(Int64(node.a))
    case .double:
      return try output.double(Double(bitPattern: UInt64(bitPattern: Int64(node.a))))
    case .text: return try text(node, to: &output)
    case .bytes:
      try charge(node.b - node.a)
      return node.flags.contains(.inScratch)
        ? try output.binary(scratch, node.a..<node.b)
        : try output.binary(reader.bytes, node.a..<node.b)
    case .list, .dict, .set, .frozenset, .tuple, .call, .persistent:
      if node.flags.contains(.isShared) { return try output.value(shared(index)) }
      return try container(index, to: &output)
    default: return try output.value(atom(node, index))
    }
  }

  @inline(__always)
  private mutating func count() throws(PayloadError) {
    values += 1
    if values > valueLimit { throw limit("more than \(valueLimit) values") }
  }

  /// A value of the kinds that sessions hardly have.
  private mutating func atom(_ node: PickleNode, _ index: Int) throws(PayloadError) -> Value {
    switch node.kind {
    case .bigInteger: .number(try text(node))
    case .bytearray: .tagged(.bytearray, .bytes(try bytes(node)))
    case .global: .tagged(.global, .string(try name(charged: index)))
    case .ext: .tagged(.ext, .list([.integer(Int64(node.a)), .bytes([])]))
    default: .tagged(.persistent, .string("out-of-band buffer \(node.a)"))
    }
  }

  @inline(__always)
  private mutating func text<Output: PayloadOutput>(
    _ node: PickleNode, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    try charge(node.b - node.a)
    if node.flags.contains(.hasSurrogates) {
      return try output.value(.tagged(.surrogates, .bytes(raw(node))))
    }
    let text =
      node.flags.contains(.inScratch)
      ? try output.text(scratch, node.a..<node.b)
      : try output.text(reader.bytes, node.a..<node.b)
    guard let text else { throw limit("text that is not UTF-8") }
    return text
  }

  /// A container that was pushed more than once.
  private mutating func shared(_ index: Int) throws(PayloadError) -> Value {
    var output = TreeOutput()
    switch sharing.appearance(of: index) {
    case .again(let number): return .reference(number)
    case .atom: return try container(index, to: &output)
    case .first(let number):
      let value = try container(index, to: &output)
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

  private mutating func container<Output: PayloadOutput>(
    _ index: Int, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    depth += 1
    if depth > Limits.depth { throw limit("nested more than \(Limits.depth) deep") }
    let node = nodes[index]
    let item: Output.Item
    switch node.kind {
    case .list: item = try output.end(list(node, to: &output))
    case .tuple: item = try output.end(list(node, to: &output), as: .tuple)
    case .set: item = try output.end(list(node, to: &output), as: .set)
    case .frozenset: item = try output.end(list(node, to: &output), as: .frozenset)
    case .dict: item = try dict(node, to: &output)
    case .persistent: item = try output.value(.tagged(.persistent, value(node.a)))
    default:
      if let time = try plainDateTime(node, to: &output) {
        item = time
      } else {
        item = try output.value(called(node.a))
      }
    }
    depth -= 1
    return item
  }

  private mutating func list<Output: PayloadOutput>(
    _ node: PickleNode, to output: inout Output
  ) throws(PayloadError) -> Output.List {
    var list = try output.beginList(Int(node.count))
    var segment = node.a
    while segment >= 0 {
      for place in segment + 2..<segment + 2 + Int(pool[segment]) {
        try output.nextElement(of: &list)
        output.add(try emit(Int(pool[place]), to: &output), to: &list)
      }
      segment = Int(pool[segment + 1])
    }
    return list
  }

  private mutating func dict<Output: PayloadOutput>(
    _ node: PickleNode, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    // JSON has a list of pairs for a dict with other keys, which has to be begun as one.
    if !Output.keepsValues, !hasTextKeys(node) {
      return try output.value(.map(pairs(node.children)))
    }
    var map = try output.beginMap(Int(node.count) / 2)
    var segment = node.a
    while segment >= 0 {
      for place in stride(from: segment + 2, to: segment + 1 + Int(pool[segment]), by: 2) {
        let key = try key(Int(pool[place]), in: &map, of: &output)
        output.add(key, try emit(Int(pool[place + 1]), to: &output), to: &map)
      }
      segment = Int(pool[segment + 1])
    }
    return try output.end(map)
  }

  @inline(__always)
  private mutating func key<Output: PayloadOutput>(
    _ index: Int, in map: inout Output.Map, of output: inout Output
  ) throws(PayloadError) -> Output.Item {
    let node = nodes[index]
    if node.kind == .text, !node.flags.contains(.hasSurrogates) {
      try count()
      try charge(node.b - node.a)
      let key =
        node.flags.contains(.inScratch)
        ? try output.key(scratch, node.a..<node.b, in: &map)
        : try output.key(reader.bytes, node.a..<node.b, in: &map)
      guard let key else { throw limit("text that is not UTF-8") }
      return key
    }
    try output.beginKey(in: &map)
    let key = try emit(index, to: &output)
    try output.endKey(in: &map)
    return key
  }

  private mutating func hasTextKeys(_ node: PickleNode) -> Bool {
    var segment = node.a
    while segment >= 0 {
      for place in stride(from: segment + 2, to: segment + 1 + Int(pool[segment]), by: 2) {
        let key = nodes[Int(pool[place])]
        guard key.kind == .text, !key.flags.contains(.hasSurrogates) else { return false }
      }
      segment = Int(pool[segment + 1])
    }
    return true
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
