/// Symbols, which also are the names of classes, and instance variables.
extension RubyParser {
  // MARK: - Instance variables

  /// A value behind `I`, and the variables that follow it.
  mutating func withVariables(_ start: Int) throws(PayloadError) -> Int {
    switch reader.peek() {
    case UInt8(ascii: "\""):
      try reader.skip(1)
      return try string(start, hasVariables: true)
    case UInt8(ascii: "/"):
      try reader.skip(1)
      return try regexp(start, hasVariables: true)
    case UInt8(ascii: "u"):
      try reader.skip(1)
      return try userDefined(start, hasVariables: true)
    case UInt8(ascii: ":"):
      try reader.skip(1)
      return try symbolValue(start, isEncoded: true)
    default: break
    }
    let index = open(.withVariables, start)
    try reader.enter()
    var inner = try value()
    // `IC:\x06S"`: the encoding is the string's inside.
    while nodes[inner].kind == .subclass || nodes[inner].kind == .extended { inner += 1 }
    reader.leave()
    try variables(of: index, encoding: inner)
    return close(index)
  }

  /// Reads instance variables as parts of a node. Those that tell an encoding are no parts, but where a string names the
  /// encoding that string can be linked to and so is one.
  mutating func variables(
    of index: Int, encoding target: Int? = nil
  ) throws(PayloadError) {
    let count = try count(of: 2, "instance variables")
    try reader.enter()
    let target = target ?? index
    for _ in 0..<count {
      let before = nodes.count
      let linkable = objects.count
      let name = try nameNode()
      let value = try value()
      guard nodes[target].kind == .string || nodes[target].kind == .regexp else { continue }
      if isE(name) && (nodes[value].kind == .true || nodes[value].kind == .false) {
        nodes[target].encoding = nodes[value].kind == .true ? .utf8 : .ascii
        if objects.count == linkable { nodes.removeLast(nodes.count - before) }
      } else if isEncodingName(name) {
        let named = nodes[value].kind == .link ? Int(nodes[value].a) : value
        if nodes[named].kind == .string {
          nodes[target].encoding = RubyEncoding(name: reader.bytes[nodes[named].range])
        }
      }
    }
    reader.leave()
  }

  // MARK: - Symbols

  @discardableResult
  mutating func nameNode() throws(PayloadError) -> Int {
    let index = open(.symbol, reader.offset)
    let symbol = try symbol()
    nodes[index].a = Int32(truncatingIfNeeded: symbol)
    _ = close(index)
    return symbol
  }

  mutating func className() throws(PayloadError) -> Int32 {
    hasClasses = true
    let before = nodes.count
    let start = reader.offset
    let symbol = try symbol()
    // Its string would stand among the parts of the object.
    if nodes.count > before {
      throw reader.error("a class name that names its encoding is not supported", at: start)
    }
    return Int32(truncatingIfNeeded: symbol)
  }

  /// A symbol where only one may stand.
  private mutating func symbol() throws(PayloadError) -> Int {
    let start = reader.offset
    switch try reader.byte() {
    case UInt8(ascii: ";"): return try symbolLink()
    case UInt8(ascii: ":"): return try symbolDefinition(start, isEncoded: false)
    case UInt8(ascii: "I"):
      let next = try reader.byte()
      if next == UInt8(ascii: ":") { return try symbolDefinition(start, isEncoded: true) }
      throw reader.error("expected a symbol, found \(hexByte(next))", at: start + 1)
    case let other:
      throw reader.error("expected a symbol, found \(hexByte(other))", at: start)
    }
  }

  mutating func symbolValue(
    _ start: Int, isEncoded: Bool = false
  ) throws(PayloadError) -> Int {
    let index = open(.symbol, start)
    nodes[index].a = Int32(
      truncatingIfNeeded: try symbolDefinition(start, isEncoded: isEncoded))
    return close(index)
  }

  @inline(__always)
  mutating func symbolLink() throws(PayloadError) -> Int {
    let start = reader.offset &- 1
    let number = try long()
    guard number >= 0, number < symbols.count else {
      throw reader.error(
        "a link to symbol \(number), of which there are \(symbols.count)", at: start)
    }
    if keepsMarks { marks.append(RubyMark(.symbolLink(number), start, reader.offset)) }
    return number
  }

  private mutating func symbolDefinition(
    _ start: Int, isEncoded: Bool
  ) throws(PayloadError) -> Int {
    let range = try byteRange()
    let number = symbols.count
    symbols.append(
      RubySymbol(
        start: Int32(truncatingIfNeeded: range.lowerBound),
        end: Int32(truncatingIfNeeded: range.upperBound), isEncoded: isEncoded))
    if keepsMarks { marks.append(RubyMark(.symbol(number), start, range.upperBound)) }
    if isEncoded {
      // The encoding is either UTF-8 or one whose bytes are shown as they are.
      let count = try count(of: 2, "instance variables")
      try reader.enter()
      let before = nodes.count
      let linkable = objects.count
      for _ in 0..<count {
        _ = try symbol()
        _ = try value()
      }
      reader.leave()
      // A string that names an encoding stays, as it may be linked to.
      if objects.count == linkable { nodes.removeLast(nodes.count - before) }
    }
    return number
  }
}
