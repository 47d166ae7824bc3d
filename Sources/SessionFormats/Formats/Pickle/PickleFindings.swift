/// What is said of the calls that are not harmless.
extension PickleMachine {
  /// The most findings that are listed one by one, and values shown of each: more does not help a reader.
  private static let findings = 100
  private static let findingValues = 1_000

  /// The findings and the notes on a payload, after `judge`: the calls that are not harmless, in the order in which a loader
  /// would make them and whether or not they are part of the result, and then the functions that other calls get
  /// hold of.
  mutating func remarks() -> (findings: [Finding], notes: [String]) {
    let before = notes
    var findings: [Finding] = []
    var more = 0
    for index in 0..<calls.count where calls[index].isDangerous {
      if findings.count == Self.findings {
        more += 1
        continue
      }
      findings.append(finding(calls[index]))
    }
    for node in exposed {
      if findings.count == Self.findings {
        more += 1
        continue
      }
      findings.append(
        Finding(name: name(of: node), arguments: [], offset: globals[nodes[node].a].offset))
    }
    if more > 0 { notes.append("\(more) more calls") }
    let all = notes + mentions()
    notes = before
    return (findings, all)
  }

  /// Powerful functions that a loader would look up behind the instruction at which the machine gave up, or before, if it
  /// makes a call behind it.
  ///
  /// - Parameter known: what the machine found itself.
  mutating func rest(but known: [Finding]) -> [Finding] {
    let scan = PickleScan(reader.bytes)
    guard scan.lastCall >= at else { return [] }
    var seen = Set(known.map(\.name))
    var findings: [Finding] = []
    for name in scan.names where findings.count < Self.findings {
      var text = "a computed name"
      if let (module, function) = name.parts {
        guard let full = powerfulName(module, function, name.offset) else { continue }
        text = full
      }
      if seen.insert(text).inserted {
        findings.append(Finding(name: text, arguments: [], offset: name.offset))
      }
    }
    return findings
  }

  /// The full name of a function, if a call of it runs code at once.
  private mutating func powerfulName(
    _ module: Range<Int>, _ function: Range<Int>, _ offset: Int
  ) -> String? {
    guard module.count + function.count <= Self.nameBytes else { return nil }
    let start = scratch.count
    defer { scratch.removeLast(scratch.count - start) }
    scratch += reader.bytes[module]
    scratch.append(UInt8(ascii: "."))
    scratch += reader.bytes[function]
    guard PickleKnown.table.find(scratch, start) == .other else { return nil }
    let global = PickleGlobal(
      start: start, end: scratch.count, module: module.count, known: .other, offset: offset)
    return judgedByName(global) == .powerful ? name(global) : nil
  }

  /// Whether a full name is made of a module's and another identifier.
  static func isFullName(_ name: String) -> Bool {
    name.utf8.contains(UInt8(ascii: "."))
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
          true
        default: false
        }
      }
  }

  private mutating func finding(_ call: PickleCall) -> Finding {
    var name = name(of: call.callee)
    var arguments = [call.arguments]
    var isTuple = nodes[call.arguments].kind == .tuple
    if call.style == .change {
      name += changeName(call.opcode)
    } else if setsSpecialMethod(call) {
      name += ".__setstate__"
      arguments = list(call.states)
      isTuple = false
    } else if nodes[call.callee].kind == .global,
      globals[nodes[call.callee].a].known == .lazyProxy,
      let lazy = tuple(call.arguments), lazy.count >= 2,
      nodes[lazy[0]].kind == .global
    {
      name = self.name(of: lazy[0])
      arguments = [lazy[1]]
      isTuple = nodes[lazy[1]].kind == .tuple
    }
    if isTuple { arguments = tuple(arguments[0]) ?? [] }
    return Finding(name: name, arguments: shown(arguments), offset: call.offset)
  }

  private func changeName(_ opcode: PickleOpcode) -> String {
    switch opcode {
    case .append: ".append"
    case .appends: ".extend"
    case .addItems: ".update"
    case .build: ".__setstate__"
    default: ".__setitem__"
    }
  }

  /// Arguments rendered apart from the result, with shared nodes of their own; none when they are too much.
  private mutating func shown(_ arguments: [Int]) -> [Value] {
    sharing.removeAll()
    depth = 0
    let limit = valueLimit
    valueLimit = min(values + Self.findingValues, limit)
    defer { valueLimit = limit }
    do {
      var shown: [Value] = []
      for argument in arguments { shown.append(try value(argument)) }
      let list = sharing.renumbered(.list(shown))
      if case .list(let elements) = list { return elements }
    } catch {
      notes.append("arguments of a call are not shown: \(error)")
    }
    return []
  }

  /// Names of functions and powerful classes that the pickle refers to, and so imports, but hands to no call.
  private mutating func mentions() -> [String] {
    var named = Set(exposed.map { nodes[$0].a })
    for index in 0..<calls.count {
      let call = calls[index]
      if nodes[call.callee].kind == .global { named.insert(nodes[call.callee].a) }
      if let first = firstItem(call.arguments), nodes[first].kind == .global,
        judgedArguments(call) > 0
      {
        named.insert(nodes[first].a)
      }
    }
    var names: [String] = []
    for index in 0..<globals.count where !named.contains(index) && isFunction(index) {
      if names.count == Self.findings { break }
      names.append("refers to \(legible(name(globals[index]))) at byte \(globals[index].offset)")
    }
    return names
  }
}
