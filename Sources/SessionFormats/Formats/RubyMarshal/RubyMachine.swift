/// The second half of reading: the table of nodes to a `Value`. Checks depth, cycles and totals; knows the common
/// classes, and calls none.
struct RubyMachine {
  let bytes: [UInt8]
  let nodes: [RubyNode]
  /// One past the last byte of the value.
  let end: Int
  var symbols: [RubySymbol]
  private let valueLimit: Int
  /// Bytes of text copied, against links that repeat a long one.
  private var copied = 0
  private var values = 0
  private var depth = 0
  var sharing = SharedValues()
  var notes: [String] = []

  init(_ parser: RubyParser) {
    bytes = parser.reader.bytes
    nodes = parser.nodes
    end = parser.reader.offset
    symbols = parser.symbols
    valueLimit = parser.reader.nodeLimit
  }

  /// The value of the whole payload.
  mutating func result() throws(PayloadError) -> Value {
    let value = try value(0)
    return sharing.renumbered(value)
  }

  // MARK: - Limits

  /// What links may repeat of texts, beside twice the payload.
  private static let copies = 4 << 20

  mutating func charge(_ count: Int) throws(PayloadError) {
    copied &+= count
    if copied > 2 &* bytes.count &+ Self.copies {
      throw limit("links repeat more than \(Self.copies) bytes of text")
    }
  }

  /// Counts text that is copied without being charged, and says whether it may be.
  mutating func canCopy(_ count: Int) -> Bool {
    copied &+= count
    return copied <= 2 &* bytes.count &+ Self.copies
  }

  @inline(__always)
  mutating func count() throws(PayloadError) {
    values &+= 1
    if values > valueLimit { throw limit("more than \(valueLimit) values") }
  }

  @inline(__always)
  mutating func enter() throws(PayloadError) {
    depth &+= 1
    if depth > Limits.depth { throw limit("nested more than \(Limits.depth) deep") }
  }

  @inline(__always)
  mutating func leave() { depth &-= 1 }

  @inline(never)
  private func limit(_ reason: String) -> PayloadError {
    PayloadError(at: bytes.count, reason, isLimit: true)
  }

  mutating func note(_ text: String) {
    if notes.count < Limits.notes, !notes.contains(text) { notes.append(text) }
  }

  // MARK: - Parts

  /// The first part of each pair of names and values among the parts from `first` on.
  func pairs(of index: Int, from first: Int? = nil) -> [Int] {
    var places: [Int] = []
    var at = first ?? index + 1
    let end = Int(nodes[index].end)
    while at < end {
      places.append(at)
      at = Int(nodes[Int(nodes[at].end)].end)
    }
    return places
  }

  /// The places of all parts.
  func parts(of index: Int) -> [Int] {
    var places: [Int] = []
    var at = index + 1
    let end = Int(nodes[index].end)
    while at < end {
      places.append(at)
      at = Int(nodes[at].end)
    }
    return places
  }

  /// The value that belongs to a name or key.
  func partner(of place: Int) -> Int { Int(nodes[place].end) }

  /// What a link leads to, and else the node itself.
  func resolved(_ index: Int) -> Int {
    nodes[index].kind == .link ? Int(nodes[index].a) : index
  }

  /// The value in all its wrappings, which is what links lead to.
  func core(of index: Int) -> Int {
    var index = index
    while true {
      switch nodes[index].kind {
      case .subclass, .extended, .withVariables: index += 1
      default: return index
      }
    }
  }

  func symbolText(_ symbol: Int32) -> String {
    String(decoding: bytes[symbols[Int(symbol)].range], as: UTF8.self)
  }

  /// The name of the class or module that a node names.
  func className(_ index: Int) -> String { symbolText(nodes[index].a) }

  mutating func known(_ index: Int) -> RubyKnown {
    let symbol = Int(nodes[index].a)
    if let known = symbols[symbol].known { return known }
    let known = RubyKnown(name: symbolText(nodes[index].a))
    symbols[symbol].known = known
    return known
  }

  /// The short text of a symbol, or of a string, for comparing.
  func shortText(_ index: Int) -> String? {
    let index = resolved(index)
    let range: Range<Int>
    switch nodes[index].kind {
    case .symbol: range = symbols[Int(nodes[index].a)].range
    case .string: range = nodes[index].range
    default: return nil
    }
    return range.count > 256 ? nil : String(validating: bytes[range], as: UTF8.self)
  }

  // MARK: - Values

  private mutating func items(of index: Int) throws(PayloadError) -> [Value] {
    var items: [Value] = []
    // So many there are: each is a node.
    items.reserveCapacity(Int(nodes[index].a))
    var at = index + 1
    let end = Int(nodes[index].end)
    while at < end {
      items.append(try value(at))
      at = Int(nodes[at].end)
    }
    return items
  }

  mutating func entries(of index: Int) throws(PayloadError) -> [Pair] {
    var entries: [Pair] = []
    entries.reserveCapacity(Int(nodes[index].a))
    var at = index + 1
    for _ in 0..<nodes[index].a {
      let key = try value(at)
      let other = partner(of: at)
      entries.append(Pair(key, try value(other)))
      at = Int(nodes[other].end)
    }
    return entries
  }

  /// A hash that is more than its entries.
  mutating func hash(_ index: Int, _ entries: [Pair]) throws(PayloadError) -> Object {
    var object = Object(name: "Hash")
    object.entries = entries
    if nodes[index].flags.contains(.isByIdentity) {
      object.fields.append(Pair(.string("compare_by_identity"), .bool(true)))
    }
    if nodes[index].kind == .hashWithDefault, let last = parts(of: index).last {
      object.fields.append(Pair(.string("default"), try value(last)))
    }
    return object
  }

  /// An instance of a class that has no meaning here.
  mutating func object(_ index: Int) throws(PayloadError) -> Object {
    var object = Object(name: try name(index))
    object.isDangerous = isDangerous(index)
    switch nodes[index].kind {
    case .object, .structure: object.fields = try fields(of: index, from: index + 1)
    case .userDefined:
      let content = index + 1
      object.fields = try fields(of: index, from: Int(nodes[content].end), hidesEncoding: true)
      object.state = try value(content)
    default: object.state = try value(index + 1)
    }
    return object
  }

  /// A class's name as text of the result.
  mutating func name(_ index: Int) throws(PayloadError) -> String {
    try charge(symbols[Int(nodes[index].a)].range.count)
    return className(index)
  }

  /// Names and values. Instance variables are shown without their `@`, if all have one.
  mutating func fields(
    of index: Int, from first: Int, hidesEncoding: Bool = false
  ) throws(PayloadError) -> [Pair] {
    if first >= Int(nodes[index].end) { return [] }
    var places = pairs(of: index, from: first)
    if hidesEncoding {
      places.removeAll { place in
        bytes[symbols[Int(nodes[place].a)].range].elementsEqual("encoding".utf8)
      }
    }
    let haveSigns = places.allSatisfy { place in
      let range = symbols[Int(nodes[place].a)].range
      return range.count > 1 && bytes[range.lowerBound] == UInt8(ascii: "@")
    }
    var fields: [Pair] = []
    for place in places {
      var range = symbols[Int(nodes[place].a)].range
      if haveSigns { range = range.lowerBound + 1..<range.upperBound }
      let name = try legibleText(range)
      fields.append(Pair(.string(name), try value(partner(of: place))))
    }
    return fields
  }

  /// Values in wrappings: `C` a subclass, `e` modules that extend it, `I` instance variables.
  mutating func wrapped(_ index: Int) throws(PayloadError) -> Value {
    var at = index
    var subclass: Int?
    var modules: [Value] = []
    var fields: [Pair] = []
    var variables: Int?
    while true {
      let node = nodes[at]
      if node.kind == .withVariables {
        variables = variables ?? at
      } else if node.kind == .extended {
        modules.append(.tagged(.global, .string(try self.name(at))))
      } else if node.kind == .subclass {
        // The plain Hash that `compare_by_identity` is written as.
        if !nodes[at + 1].flags.contains(.isByIdentity) { subclass = subclass ?? at }
      } else {
        break
      }
      at += 1
    }
    if let variables {
      fields = try self.fields(
        of: variables, from: Int(nodes[variables + 1].end), hidesEncoding: true)
    }
    if modules.isEmpty, let subclass,
      let meaning = try subclassMeaning(known(subclass), at, fields)
    {
      return meaning
    }
    var object: Object
    switch nodes[at].kind {
    case .hash, .hashWithDefault: object = try hash(at, try entries(of: at))
    case .array:
      object = Object(name: "Array")
      object.items = try items(of: at)
    case .object, .structure, .userDefined, .userMarshal, .data: object = try self.object(at)
    case .string:
      object = Object(name: "String")
      object.state = try string(nodes[at])
    case .regexp:
      object = Object(name: "Regexp")
      object.state = try regexp(nodes[at])
    default:
      object = Object(name: "Object")
      object.state = try value(at)
    }
    if let subclass {
      object.name = try name(subclass)
      object.isDangerous = object.isDangerous || known(subclass) == .gadget
    }
    object.fields += fields
    if !modules.isEmpty { object.fields.append(Pair(.string("extended by"), .list(modules))) }
    return .object(object)
  }

  /// What a subclass of String or Hash means.
  private mutating func subclassMeaning(
    _ known: RubyKnown, _ at: Int, _ fields: [Pair]
  ) throws(PayloadError) -> Value? {
    switch known {
    case .hash where nodes[at].kind == .hash && fields.isEmpty: return .map(try entries(of: at))
    case .safeBuffer where nodes[at].kind == .string:
      guard fields.count <= 1, case .string(let text) = try string(nodes[at]) else { return nil }
      if let field = fields.first, field != Pair(.string("html_safe"), .bool(true)) { return nil }
      return .tagged(.html, .string(text))
    default: return nil
    }
  }
}
