/// The first half of reading: bytes to a table of nodes. Checks the grammar and resolves links; knows no class.
struct RubyParser {
  var reader: ByteReader
  var nodes: [RubyNode] = []
  var symbols: [RubySymbol] = []
  /// The node of each object in the order in which Ruby counts them; negative while there is none yet.
  var objects: [Int32] = []
  /// Whether anything but an atom is linked to.
  var hasSharedContainers = false
  /// Whether the value was read whole, whatever follows it.
  var isComplete = false
  /// Whether a class is named.
  var hasClasses = false
  /// Where links and symbols stand, for `RubySlice`; kept only when asked for.
  var marks: [RubyMark] = []
  let keepsMarks: Bool

  init(_ reader: ByteReader, keepsMarks: Bool = false) {
    self.reader = reader
    self.keepsMarks = keepsMarks
    // An estimate from real sessions: a value takes about 8 bytes.
    let likely = min(reader.end / 8, 256) + 8
    nodes.reserveCapacity(likely)
    objects.reserveCapacity(likely)
    symbols.reserveCapacity(16)
  }

  /// Reads the whole payload; its root is node 0.
  mutating func run() throws(PayloadError) {
    if reader.end > Int(Int32.max) { throw reader.error("a payload of more than 2 GiB") }
    let major = try reader.byte()
    let minor = try reader.byte()
    if major != 4 || minor > 8 {
      throw reader.error("expected Marshal's version 4.8, found \(major).\(minor)", at: 0)
    }
    _ = try value()
    isComplete = true
    try reader.expectEnd()
  }

  // MARK: - Values

  /// Reads a value; the result is its node.
  mutating func value() throws(PayloadError) -> Int {
    try reader.count()
    let start = reader.offset
    let type = try reader.byte()
    switch type {
    case UInt8(ascii: "I"): return try withVariables(start)
    case UInt8(ascii: "\""): return try string(start, hasVariables: false)
    case UInt8(ascii: ":"): return try symbolValue(start)
    case UInt8(ascii: ";"):
      return leaf(.symbol, start, a: Int32(truncatingIfNeeded: try symbolLink()))
    case UInt8(ascii: "i"):
      return leaf(.integer, start, a: Int32(truncatingIfNeeded: try long()))
    case UInt8(ascii: "0"): return leaf(.null, start)
    case UInt8(ascii: "T"): return leaf(.true, start)
    case UInt8(ascii: "F"): return leaf(.false, start)
    case UInt8(ascii: "@"): return try link(start)
    case UInt8(ascii: "{"): return try hash(.hash, start)
    case UInt8(ascii: "}"): return try hash(.hashWithDefault, start)
    case UInt8(ascii: "["): return try array(start)
    case UInt8(ascii: "f"): return try bytes(.float, start)
    case UInt8(ascii: "l"): return try big(start)
    case UInt8(ascii: "o"): return try members(.object, start)
    case UInt8(ascii: "S"): return try members(.structure, start)
    case UInt8(ascii: "u"): return try userDefined(start, hasVariables: false)
    case UInt8(ascii: "U"): return try wrapped(.userMarshal, start)
    case UInt8(ascii: "d"): return try wrapped(.data, start)
    case UInt8(ascii: "C"): return try subclass(start)
    case UInt8(ascii: "e"): return try wrapped(.extended, start)
    case UInt8(ascii: "/"): return try regexp(start, hasVariables: false)
    case UInt8(ascii: "c"): return try bytes(.class, start)
    case UInt8(ascii: "m"), UInt8(ascii: "M"): return try bytes(.module, start)
    default: throw reader.error("no type of Marshal begins with \(hexByte(type))", at: start)
    }
  }

  @inline(__always)
  mutating func open(
    _ kind: RubyNode.Kind, _ start: Int, a: Int32 = 0, b: Int32 = 0
  ) -> Int {
    let index = nodes.count
    nodes.append(
      RubyNode(
        kind: kind, a: a, b: b, end: Int32(truncatingIfNeeded: index &+ 1),
        offset: Int32(truncatingIfNeeded: start)))
    return index
  }

  @inline(__always)
  mutating func leaf(_ kind: RubyNode.Kind, _ start: Int, a: Int32 = 0) -> Int {
    open(kind, start, a: a)
  }

  /// Ends a node: its parts are those added since.
  @inline(__always)
  mutating func close(_ index: Int) -> Int {
    nodes[index].end = Int32(truncatingIfNeeded: nodes.count)
    return index
  }

  /// Gives the node the next number for links.
  @inline(__always)
  mutating func enter(_ index: Int) { objects.append(Int32(truncatingIfNeeded: index)) }

  /// A packed integer, in 1 to 5 bytes.
  @inline(__always)
  mutating func long() throws(PayloadError) -> Int {
    let first = Int(Int8(bitPattern: try reader.byte()))
    switch first {
    case 0: return 0
    case 5...: return first - 5
    case ...(-5): return first + 5
    case 1...:
      var value = 0
      for place in 0..<first { value |= Int(try reader.byte()) << (8 * place) }
      return value
    default:
      var value = -1
      for place in 0..<(-first) {
        value &= ~(0xFF << (8 * place))
        value |= Int(try reader.byte()) << (8 * place)
      }
      return value
    }
  }

  /// A count of things that take at least `size` bytes each.
  @inline(__always)
  mutating func count(of size: Int, _ what: StaticString) throws(PayloadError) -> Int {
    let start = reader.offset
    let count = try long()
    if count < 0 || count > reader.remaining / size { throw unfit(count, size, what, start) }
    return count
  }

  @inline(never)
  private func unfit(_ count: Int, _ size: Int, _ what: StaticString, _ start: Int) -> PayloadError
  {
    count < 0
      ? reader.error("a negative count of \(what), \(count)", at: start)
      : reader.error("\(count) \(what) need \(count * size) bytes, \(reader.remaining) left")
  }

  @inline(__always)
  mutating func byteRange() throws(PayloadError) -> Range<Int> {
    try reader.range(try long())
  }

  private mutating func bytes(_ kind: RubyNode.Kind, _ start: Int) throws(PayloadError) -> Int {
    let range = try byteRange()
    let index = open(
      kind, start, a: Int32(truncatingIfNeeded: range.lowerBound),
      b: Int32(truncatingIfNeeded: range.upperBound))
    enter(index)
    return index
  }

  private mutating func big(_ start: Int) throws(PayloadError) -> Int {
    let sign = try reader.byte()
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      throw reader.error("expected a big integer's sign, found \(hexByte(sign))", at: start + 1)
    }
    // "The length of the bignum body in words of two bytes".
    let words = try count(of: 2, "words")
    if words * 2 > Limits.integerBytes {
      throw reader.exceeded("an integer of \(words * 2) bytes, \(Limits.integerBytes) at most")
    }
    let range = try reader.range(words * 2)
    let index = open(
      .big, start, a: Int32(truncatingIfNeeded: range.lowerBound),
      b: Int32(truncatingIfNeeded: range.upperBound))
    if sign == UInt8(ascii: "-") { nodes[index].flags.insert(.isNegative) }
    enter(index)
    return index
  }

  mutating func string(_ start: Int, hasVariables: Bool) throws(PayloadError) -> Int {
    let range = try byteRange()
    let index = open(
      .string, start, a: Int32(truncatingIfNeeded: range.lowerBound),
      b: Int32(truncatingIfNeeded: range.upperBound))
    enter(index)
    if !hasVariables { return index }
    // Nearly every string: one variable, E, true.
    if reader.peek() == 6, let encoding = try shortEncoding() {
      nodes[index].encoding = encoding
      return index
    }
    try variables(of: index)
    // A variable may lead back to its string, which so is no atom.
    if nodes.count > index + 1, nodes[index].flags.contains(.isLinked) {
      hasSharedContainers = true
    }
    return close(index)
  }

  /// The encoding, if it is all that a string's instance variables say, and they need one symbol link or definition.
  @inline(__always)
  private mutating func shortEncoding() throws(PayloadError) -> RubyEncoding? {
    guard let first = reader.peek(ahead: 1) else { return nil }
    if first == UInt8(ascii: ";"), !keepsMarks, let packed = reader.peek(ahead: 2),
      packed == 0 || packed > 5 && packed < 0x80, let flag = reader.peek(ahead: 3),
      flag == UInt8(ascii: "T") || flag == UInt8(ascii: "F")
    {
      let place = packed == 0 ? 0 : Int(packed) - 5
      guard place < symbols.count, isE(place) else { return nil }
      try reader.skip(4)
      return flag == UInt8(ascii: "T") ? .utf8 : .ascii
    }
    return nil
  }

  @inline(__always)
  func isE(_ symbol: Int) -> Bool {
    let symbol = symbols[symbol]
    return symbol.end &- symbol.start == 1
      && reader.bytes[Int(symbol.start)] == UInt8(ascii: "E")
  }

  func isEncodingName(_ symbol: Int) -> Bool {
    reader.bytes[symbols[symbol].range].elementsEqual("encoding".utf8)
  }

  mutating func regexp(_ start: Int, hasVariables: Bool) throws(PayloadError) -> Int {
    let range = try byteRange()
    let index = open(
      .regexp, start, a: Int32(truncatingIfNeeded: range.lowerBound),
      b: Int32(truncatingIfNeeded: range.upperBound))
    nodes[index].extra = try reader.byte()
    // It is created when its variables are known.
    let number = objects.count
    objects.append(-1)
    if hasVariables { try variables(of: index) }
    objects[number] = Int32(truncatingIfNeeded: index)
    return close(index)
  }

  private mutating func array(_ start: Int) throws(PayloadError) -> Int {
    let index = open(.array, start)
    enter(index)
    let count = try count(of: 1, "elements")
    nodes[index].a = Int32(truncatingIfNeeded: count)
    try reader.enter()
    for _ in 0..<count { _ = try value() }
    reader.leave()
    return close(index)
  }

  private mutating func hash(_ kind: RubyNode.Kind, _ start: Int) throws(PayloadError) -> Int {
    let index = open(kind, start)
    enter(index)
    let count = try count(of: 2, "entries")
    nodes[index].a = Int32(truncatingIfNeeded: count)
    try reader.enter()
    for _ in 0..<count {
      _ = try value()
      _ = try value()
    }
    if kind == .hashWithDefault { _ = try value() }
    reader.leave()
    return close(index)
  }

  /// An object or a structure: its class, and names with values.
  private mutating func members(_ kind: RubyNode.Kind, _ start: Int) throws(PayloadError) -> Int {
    let index = open(kind, start)
    enter(index)
    nodes[index].a = try className()
    let count = try count(of: 2, kind == .object ? "instance variables" : "members")
    try reader.enter()
    for _ in 0..<count {
      try nameNode()
      _ = try value()
    }
    reader.leave()
    return close(index)
  }

  mutating func userDefined(
    _ start: Int, hasVariables: Bool
  ) throws(PayloadError) -> Int {
    let index = open(.userDefined, start)
    nodes[index].a = try className()
    let at = reader.offset
    let range = try byteRange()
    let content = open(
      .string, at, a: Int32(truncatingIfNeeded: range.lowerBound),
      b: Int32(truncatingIfNeeded: range.upperBound))
    if hasVariables { try variables(of: index, encoding: content) }
    // It is created out of the bytes and their variables, and so counted behind them.
    enter(index)
    return close(index)
  }

  /// A class or module and one value that belongs to it.
  private mutating func wrapped(_ kind: RubyNode.Kind, _ start: Int) throws(PayloadError) -> Int {
    let index = open(kind, start)
    // An extended value is counted itself.
    if kind != .extended { enter(index) }
    nodes[index].a = try className()
    try reader.enter()
    _ = try value()
    reader.leave()
    return close(index)
  }

  private mutating func subclass(_ start: Int) throws(PayloadError) -> Int {
    let index = open(.subclass, start)
    let name = try className()
    nodes[index].a = name
    let at = reader.offset
    try reader.enter()
    let inner = try value()
    reader.leave()
    switch nodes[inner].kind {
    case .string, .regexp, .array, .subclass, .extended, .withVariables: break
    case .hash, .hashWithDefault:
      // "C" around a plain Hash is how `compare_by_identity` is written.
      if reader.bytes[symbols[Int(name)].range].elementsEqual("Hash".utf8) {
        nodes[inner].flags.insert(.isByIdentity)
      }
    default: throw reader.error("a subclass of neither String, Regexp, Array nor Hash", at: at)
    }
    return close(index)
  }

  private mutating func link(_ start: Int) throws(PayloadError) -> Int {
    let number = try long()
    guard number >= 0, number < objects.count else {
      throw reader.error(
        "a link to object \(number), of which there are \(objects.count)", at: start)
    }
    let target = objects[number]
    if target < 0 { throw reader.error("a link to an object that is not finished", at: start) }
    if keepsMarks { marks.append(RubyMark(.link(number), start, reader.offset)) }
    switch nodes[Int(target)].kind {
    case .float, .big, .class, .module: break
    case .string where Int(nodes[Int(target)].end) == Int(target) + 1: break
    default: hasSharedContainers = true
    }
    nodes[Int(target)].flags.insert(.isLinked)
    return leaf(.link, start, a: target)
  }
}
