/// The table of nodes to an output: a value, JSON or an outline.
extension RubyMachine {
  mutating func value(_ index: Int) throws(PayloadError) -> Value {
    var output = TreeOutput()
    return try emit(index, to: &output)
  }

  mutating func emit<Output: PayloadOutput>(
    _ index: Int, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    if Output.keepsPlaces { output.open(at: Int(nodes[index].offset)) }
    let item = try linked(index, to: &output)
    if Output.keepsPlaces { output.close(at: endOffset(of: index)) }
    return item
  }

  /// Nodes follow one another as values do, so that a value ends where the next node begins.
  private func endOffset(of index: Int) -> Int {
    let next = Int(nodes[index].end)
    return next < nodes.count ? Int(nodes[next].offset) : end
  }

  // MARK: - Links

  @inline(__always)
  private mutating func linked<Output: PayloadOutput>(
    _ index: Int, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    if nodes[index].kind == .link {
      let target = Int(nodes[index].a)
      if isAtom(target) { return try bare(target, to: &output) }
      return try output.value(shared(target, core: target))
    }
    let core = core(of: index)
    if nodes[core].flags.contains(.isLinked), core != index || !isAtom(core) {
      return try output.value(shared(index, core: core))
    }
    return try bare(index, to: &output)
  }

  private func isAtom(_ index: Int) -> Bool {
    switch nodes[index].kind {
    case .null, .true, .false, .integer, .big, .float, .symbol, .class, .module: true
    case .string, .regexp: Int(nodes[index].end) == index + 1
    default: false
    }
  }

  /// A value that is linked to, perhaps in wrappings: whole the first time, then by its number.
  private mutating func shared(_ index: Int, core: Int) throws(PayloadError) -> Value {
    var output = TreeOutput()
    switch sharing.appearance(of: core) {
    case .again(let number):
      try count()
      return .reference(number)
    case .atom: return try bare(index, to: &output)
    case .first(let number):
      let value = try bare(index, to: &output)
      return sharing.value(value, of: core, number, isAtom: !Self.isContainer(value))
    }
  }

  private static func isContainer(_ value: Value) -> Bool {
    switch value {
    case .list, .map, .object: true
    case .tagged(let tag, _): tag == .set
    default: false
    }
  }

  // MARK: - Values

  /// A value without regard to links that lead to it.
  private mutating func bare<Output: PayloadOutput>(
    _ index: Int, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    try count()
    let node = nodes[index]
    switch node.kind {
    case .null: return try output.null()
    case .true: return try output.bool(true)
    case .false: return try output.bool(false)
    case .integer: return try output.integer(Int64(node.a))
    case .float: return try output.double(double(node))
    case .symbol: return try symbol(node.a, to: &output)
    case .string where Int(node.end) == index + 1 && node.encoding.isBytes:
      return try string(node, to: &output)
    case .array: return try list(index, to: &output)
    case .hash where !node.flags.contains(.isByIdentity): return try map(index, to: &output)
    case .subclass where isMap(index): return try map(index + 1, to: &output)
    default:
      let value = try unusual(index)
      // Its entries would have no place.
      if Output.keepsPlaces, case .map = value { throw .declined }
      return try output.value(value)
    }
  }

  /// Whether a subclass is shown as the map that a plain hash is.
  private mutating func isMap(_ index: Int) -> Bool {
    let hash = nodes[index + 1]
    return hash.kind == .hash && !hash.flags.contains(.isByIdentity) && known(index) == .hash
  }

  @inline(__always)
  private mutating func string<Output: PayloadOutput>(
    _ node: RubyNode, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    let range = node.range
    try charge(range.count)
    if isText(node), let text = try output.text(bytes, range) { return text }
    return try output.binary(bytes, range)
  }

  /// Whether a string is text as its bytes are, if they are UTF-8.
  @inline(__always)
  private func isText(_ node: RubyNode) -> Bool {
    switch node.encoding {
    case .utf8, .ascii: true
    case .binary: !bytes[node.range].contains(where: RubyText.isControl)
    default: false
    }
  }

  @inline(__always)
  private mutating func symbol<Output: PayloadOutput>(
    _ number: Int32, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    let range = symbols[Int(number)].range
    try charge(range.count)
    if let text = try output.text(bytes, range, as: .symbol) { return text }
    return try output.value(.tagged(.symbol, .bytes(Array(bytes[range]))))
  }

  private mutating func list<Output: PayloadOutput>(
    _ index: Int, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    try enter()
    var list = try output.beginList(Int(nodes[index].a))
    var at = index + 1
    let end = Int(nodes[index].end)
    while at < end {
      try output.nextElement(of: &list)
      output.add(try emit(at, to: &output), to: &list)
      at = Int(nodes[at].end)
    }
    leave()
    return try output.end(list)
  }

  private mutating func map<Output: PayloadOutput>(
    _ index: Int, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    if !Output.keepsValues, !Output.keepsPlaces, !hasTextKeys(index) {
      var tree = TreeOutput()
      return try output.value(map(index, to: &tree))
    }
    try enter()
    var map = try output.beginMap(Int(nodes[index].a))
    var at = index + 1
    for _ in 0..<nodes[index].a {
      let key = try key(at, of: &map, to: &output)
      let other = partner(of: at)
      output.add(key, try emit(other, to: &output), to: &map)
      at = Int(nodes[other].end)
    }
    leave()
    return try output.end(map)
  }

  @inline(__always)
  private mutating func key<Output: PayloadOutput>(
    _ place: Int, of map: inout Output.Map, to output: inout Output
  ) throws(PayloadError) -> Output.Item {
    if !Output.keepsValues, let range = keyRange(place) {
      if let key = try output.key(bytes, range, in: &map) {
        try count()
        try charge(range.count)
        return key
      }
    }
    // It may be text, which is not known until it is read.
    if Output.keepsPlaces, nodes[resolved(place)].kind == .string { throw .declined }
    try output.beginKey(in: &map)
    let key = try emit(place, to: &output)
    try output.endKey(in: &map)
    return key
  }

  /// The bytes of a key that is text and is written as its bytes.
  @inline(__always)
  private func keyRange(_ place: Int) -> Range<Int>? {
    let place = resolved(place)
    let node = nodes[place]
    switch node.kind {
    case .symbol: return symbols[Int(node.a)].range
    case .string where Int(node.end) == place + 1 && isText(node): return node.range
    default: return nil
    }
  }

  private func hasTextKeys(_ index: Int) -> Bool {
    var at = index + 1
    for _ in 0..<nodes[index].a {
      if keyRange(at) == nil { return false }
      at = Int(nodes[partner(of: at)].end)
    }
    return true
  }

  /// Values for which the outputs have no words of their own.
  @inline(never)
  private mutating func unusual(_ index: Int) throws(PayloadError) -> Value {
    let node = nodes[index]
    switch node.kind {
    case .big: return big(node)
    case .class, .module: return .tagged(.global, .string(try legibleText(node.range)))
    case .string, .regexp:
      let atom = node.kind == .string ? try string(node) : try regexp(node)
      let fields = try self.fields(of: index, from: index + 1, hidesEncoding: true)
      if fields.isEmpty { return atom }
      var object = Object(name: node.kind == .string ? "String" : "Regexp")
      object.fields = fields
      object.state = atom
      return .object(object)
    default: break
    }
    try enter()
    defer { leave() }
    switch node.kind {
    case .hash, .hashWithDefault: return .object(try hash(index, try entries(of: index)))
    case .object, .structure, .userDefined, .userMarshal, .data:
      if let meaning = try meaning(of: index) { return meaning }
      return .object(try object(index))
    default: return try wrapped(index)
    }
  }
}

extension RubyEncoding {
  /// Whether text in it is shown as its bytes are.
  var isBytes: Bool { self == .utf8 || self == .ascii || self == .binary }
}
