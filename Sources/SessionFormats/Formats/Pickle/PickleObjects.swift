/// Calls as values: what a class with a known meaning stands for, and otherwise an object with its data.
extension PickleMachine {
  mutating func called(_ index: Int) throws(PayloadError) -> Value {
    let call = calls[index]
    if !call.isDangerous, let value = try meaning(call) { return value }
    return .object(try object(call))
  }

  /// The value that a call of a known class stands for, or nil if its arguments have not the form that picklers
  /// write, or if there is no better form than an object.
  private mutating func meaning(_ call: PickleCall) throws(PayloadError) -> Value? {
    var known: PickleKnown
    switch nodes[call.callee].kind {
    case .global: known = globals[nodes[call.callee].a].known
    case .call: known = isZoneInfoUnpickle(call.callee) ? .zoneInfoUnpickle : .other
    default: return nil
    }
    if known == .other || known == .plain || call.keywords >= 0 { return nil }
    guard nodes[call.arguments].count <= Self.meaningfulArguments,
      var arguments = tuple(call.arguments)
    else { return nil }
    // The ways in which protocols 0 and 1 write NEWOBJ.
    if known == .newObj || known == .reconstructor {
      guard let first = arguments.first, nodes[first].kind == .global else { return nil }
      if known == .newObj {
        arguments.removeFirst()
      } else {
        guard arguments.count == 3 else { return nil }
        arguments = nodes[arguments[2]].kind == .none ? [] : [arguments[2]]
      }
      known = globals[nodes[first].a].known
    }
    return try meaning(known, arguments, call)
  }

  private mutating func meaning(
    _ known: PickleKnown, _ arguments: [Int], _ call: PickleCall
  ) throws(PayloadError) -> Value? {
    switch known {
    case .orderedDict, .counter: return try dictionary(arguments, call)
    case .deque: return try deque(arguments, call)
    case .set: return try set(arguments, call, .set)
    case .frozenset: return try set(arguments, call, .frozenset)
    case .lazyObject: return isBare(call) && arguments.count == 1 ? try value(arguments[0]) : nil
    case .numpyScalar: return isBare(call) ? try numpyScalar(arguments) : nil
    case .numpyFromBuffer: return isBare(call) ? try numpyBuffer(arguments) : nil
    default: break
    }
    if call.items.count > 0 || call.entries.count > 0 { return nil }
    switch known {
    case .uuid, .objectID, .numpyReconstruct:
      guard call.states.count == 1 else { return nil }
      return try stateful(known, arguments, state: list(call.states)[0])
    case .timedelta, .date, .time, .datetime, .timezone, .zoneInfo, .zoneInfoUnpickle, .pytzZone,
      .utcZone, .fixedOffset, .tzoffset, .tzfile, .tzfileUnpickle, .tzlocal,
      .pendulumDateTime:
      return try temporal(known, arguments)
    case .posixPath, .windowsPath: return isBare(call) ? try path(known, arguments) : nil
    default: return isBare(call) ? try atom(known, arguments) : nil
    }
  }

  /// The most arguments that any of the known classes takes: the parts of a path.
  static let meaningfulArguments = 64

  /// Whether nothing was done to what the call returns.
  mutating func isBare(_ call: PickleCall) -> Bool {
    call.states.count == 0 && call.items.count == 0 && call.entries.count == 0
      && call.keywords < 0
  }

  private mutating func atom(
    _ known: PickleKnown, _ arguments: [Int]
  ) throws(PayloadError) -> Value? {
    switch (known, arguments.count) {
    case (.decimal, 1), (.str, 1), (.html, 1), (.ipText, 1):
      let tag: Tag = known == .decimal ? .decimal : known == .html ? .html : .ip
      guard let text = try string(arguments[0]) else { return nil }
      return known == .str ? .string(text) : .tagged(tag, .string(text))
    case (.html, 0), (.str, 0): return known == .str ? .string("") : .tagged(.html, .string(""))
    case (.fraction, 1):
      guard let text = try string(arguments[0]) else { return nil }
      return .tagged(.fraction, .string(text))
    case (.fraction, 2):
      guard let top = try digits(arguments[0]), let bottom = try digits(arguments[1])
      else { return nil }
      return .tagged(.fraction, .string("\(top)/\(bottom)"))
    case (.complex, 2):
      guard nodes[arguments[0]].kind == .double, nodes[arguments[1]].kind == .double
      else { return nil }
      return .tagged(.complex, .list([try value(arguments[0]), try value(arguments[1])]))
    case (.bytes, 0): return .bytes([])
    case (.bytes, 1), (.encode, 1), (.encode, 2):
      guard let bytes = try encoded(known, arguments) else { return nil }
      return .bytes(bytes)
    case (.bytearray, 0): return .tagged(.bytearray, .bytes([]))
    case (.bytearray, 1), (.bytearray, 2):
      guard let bytes = try encoded(known, arguments) else { return nil }
      return .tagged(.bytearray, .bytes(bytes))
    case (.ipv4, 1), (.ipv6, 1):
      guard let address = try address(arguments[0], isVersion4: known == .ipv4) else { return nil }
      return .tagged(.ip, .string(address))
    case (.regex, 2):
      guard let pattern = try string(arguments[0]), nodes[arguments[1]].kind == .integer
      else { return nil }
      return .tagged(
        .regex, .list([.string(pattern), .string(Self.regexFlags(nodes[arguments[1]].a))]))
    case (.type, 1): return .tagged(.global, .string("types.NoneType"))
    default: return nil
    }
  }

  /// The flags of a pattern as letters; Unicode is every `str` pattern's default.
  private static func regexFlags(_ bits: Int) -> String {
    let letters: [(Int, String)] = [(256, "a"), (2, "i"), (4, "L"), (8, "m"), (16, "s"), (64, "x")]
    return letters.filter { bits & $0.0 != 0 }.map(\.1).joined()
  }

  // MARK: - Parts

  /// The text of a node that is a text, or nil.
  mutating func string(_ index: Int) throws(PayloadError) -> String? {
    let node = nodes[index]
    guard node.kind == .text, !node.flags.contains(.hasSurrogates) else { return nil }
    return try text(node)
  }

  /// The digits of an integer, or nil.
  mutating func digits(_ index: Int) throws(PayloadError) -> String? {
    let node = nodes[index]
    switch node.kind {
    case .integer: return String(node.a)
    case .bigInteger: return try text(node)
    default: return nil
    }
  }

  /// The bytes that a node stands for: bytes, a Python 2 `str`, text as Latin-1, or protocol 2's `_codecs.encode` of
  /// such a text.
  mutating func rawBytes(_ index: Int) throws(PayloadError) -> [UInt8]? {
    let node = nodes[index]
    switch node.kind {
    case .bytes, .bytearray: return try bytes(node)
    case .text: return node.flags.contains(.isPython2) ? try bytes(node) : try latin1(node)
    case .call:
      let call = calls[node.a]
      guard nodes[call.callee].kind == .global, isBare(call), nodes[call.arguments].count <= 2
      else { return nil }
      let known = globals[nodes[call.callee].a].known
      guard known == .encode || known == .bytes, let arguments = tuple(call.arguments)
      else { return nil }
      if known == .bytes && arguments.isEmpty { return [] }
      // One level: what a pickler encodes is a text.
      guard let first = arguments.first, nodes[first].kind == .text else { return nil }
      return try encoded(known, arguments)
    default: return nil
    }
  }

  private mutating func latin1(_ node: PickleNode) throws(PayloadError) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in try text(node).unicodeScalars {
      guard scalar.value < 256 else { return nil }
      result.append(UInt8(truncatingIfNeeded: scalar.value))
    }
    return result
  }

  /// The bytes of `_codecs.encode(text, encoding)`, `bytes(bytes)`, `bytearray(bytes)` or `bytearray(text, encoding)`.
  private mutating func encoded(
    _ known: PickleKnown, _ arguments: [Int]
  ) throws(PayloadError) -> [UInt8]? {
    let node = nodes[arguments[0]]
    guard arguments.count == 2 else {
      return known == .encode ? nil : try rawBytes(arguments[0])
    }
    guard node.kind == .text, !node.flags.contains(.hasSurrogates) else { return nil }
    switch shortText(arguments[1]) {
    case "latin1", "latin-1": return try latin1(node)
    case "utf-8", "utf8": return try bytes(node)
    default: return nil
    }
  }

  private mutating func address(
    _ index: Int, isVersion4: Bool
  ) throws(PayloadError) -> String? {
    if let text = try string(index) { return text }
    guard let digits = try digits(index), let number = UInt128(digits) else { return nil }
    if isVersion4 {
      guard number <= 0xFFFF_FFFF else { return nil }
      return [24, 16, 8, 0].map { String(number >> UInt128($0) & 0xFF) }.joined(separator: ".")
    }
    return Self.address6(number)
  }

  /// An IPv6 address in the form of RFC 5952: the longest run of zero groups is `::`.
  private static func address6(_ number: UInt128) -> String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: number >> UInt128(112 - 16 * $0)) }
    var best = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || groups[index] != 0 {
      if index - start > max(best.count, 1) { best = start..<index }
      start = index + 1
    }
    func text(_ groups: ArraySlice<UInt16>) -> String {
      groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if best.isEmpty { return text(groups[...]) }
    return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }

  private mutating func path(
    _ known: PickleKnown, _ arguments: [Int]
  ) throws(PayloadError) -> Value? {
    let separator = known == .posixPath ? "/" : "\\"
    var path = ""
    for argument in arguments {
      guard let part = try string(argument) else { return nil }
      if !path.isEmpty && !path.hasSuffix(separator) { path += separator }
      path += part
    }
    return .tagged(.path, .string(path.isEmpty ? "." : path))
  }
}
