/// Which calls of a pickle are harmless.
///
/// The harmless ones are listed (`PickleKnown`) and looked at in the form in which they are used. Beyond them, an
/// instance of an application's class is data; everything else that a loader would call is a finding. This
/// says what a pickle asks for, and never that a pickle is safe: an application's class may do anything.
extension PickleMachine {
  /// Whether any of the calls is not harmless, after `judge`.
  var hasDanger: Bool {
    for index in 0..<calls.count where calls[index].isDangerous { return true }
    return false
  }

  /// Marks the calls that are not harmless.
  mutating func judge() {
    for index in 0..<calls.count { calls[index].isDangerous = isDangerous(calls[index]) }
  }

  private mutating func isDangerous(_ call: PickleCall) -> Bool {
    if call.style == .change { return true }
    if setsSpecialMethod(call) { return true }
    switch nodes[call.callee].kind {
    case .global:
      let global = globals[nodes[call.callee].a]
      return global.known == .other
        ? isPowerful(global, call.style) : !isHarmless(global.known, call)
    case .call:
      // `getattr(ZoneInfo, '_unpickle')(...)` is the one function that an honest pickle computes.
      return !isZoneInfoUnpickle(call.callee)
    default: return true
    }
  }

  /// Whether a call of something unknown may run code at once: whatever is not a class of an application.
  private mutating func isPowerful(_ global: PickleGlobal, _ style: PickleCall.Style) -> Bool {
    let module = String(
      decoding: scratch[global.start..<global.start + global.module], as: UTF8.self)
    let name = String(
      decoding: scratch[global.start + global.module + 1..<global.end], as: UTF8.self)
    let top = module.prefix { $0 != "." }
    if PickleNames.powerful.contains(String(top)) { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if let last = parts.last, PickleNames.powerfulClasses.contains(String(last)) { return true }
    // A dotted name reaches through a module's globals (`app.os.system`) unless each part is a class.
    if parts.count == 1 && style == .new && !name.hasPrefix("__") { return false }
    return !parts.allSatisfy(Self.isClassLike)
  }

  /// Whether a name is written as classes are: `User`, `_Private`.
  private static func isClassLike(_ name: Substring) -> Bool {
    guard let first = name.drop(while: { $0 == "_" }).first else { return false }
    return first.isUppercase
  }

  /// Whether a known function is used as picklers use it.
  private mutating func isHarmless(_ known: PickleKnown, _ call: PickleCall) -> Bool {
    switch known {
    case .getattr: return isZoneInfoGetattr(call)
    case .type:
      guard let arguments = tuple(call.arguments, of: 1) else { return false }
      return nodes[arguments[0]].kind == .none
    case .encode:
      if nodes[call.arguments].count == 1 { return true }
      guard let arguments = tuple(call.arguments, of: 2) else { return false }
      return isEncodingName(arguments[1])
    case .reconstructor:
      guard let arguments = tuple(call.arguments, of: 3) else { return false }
      return isHarmlessClass(arguments[0]) && isHarmlessClass(arguments[1])
    case .newObj, .newObjEx, .array, .numpyReconstruct:
      guard let first = firstItem(call.arguments) else { return false }
      return isHarmlessClass(first)
    case .tzfile:
      // Any other form opens the file that it names.
      guard let arguments = tuple(call.arguments, of: 2) else { return false }
      return nodes[arguments[0]].kind == .none
    case .tzfileUnpickle:
      guard let first = firstItem(call.arguments), nodes[first].kind == .global else {
        return false
      }
      return globals[nodes[first].a].known == .tzfile
    case .lazyProxy:
      guard let function = firstItem(call.arguments) else { return false }
      return isTranslation(function)
    default: return true
    }
  }

  private mutating func isHarmlessClass(_ node: Int) -> Bool {
    guard nodes[node].kind == .global else { return false }
    let global = globals[nodes[node].a]
    switch global.known {
    case .other: return !isPowerful(global, .new)
    case .getattr, .encode, .reconstructor, .newObj, .newObjEx, .lazyProxy, .tzfileUnpickle:
      return false
    default: return true
    }
  }

  private mutating func isEncodingName(_ node: Int) -> Bool {
    guard let name = shortText(node) else { return false }
    return ["latin1", "latin-1", "utf-8", "utf8", "ascii"].contains(name)
  }

  /// Django's lazy texts hold the function that translates them.
  private mutating func isTranslation(_ node: Int) -> Bool {
    guard nodes[node].kind == .global else { return false }
    let name = name(of: node)
    let functions = ["gettext", "ugettext", "ngettext", "ungettext", "pgettext", "npgettext"]
    return functions.contains { name == "django.utils.translation.\($0)" }
  }

  private mutating func isZoneInfoGetattr(_ call: PickleCall) -> Bool {
    guard let arguments = tuple(call.arguments, of: 2), nodes[arguments[0]].kind == .global,
      shortText(arguments[1]) == "_unpickle"
    else { return false }
    return globals[nodes[arguments[0]].a].known == .zoneInfo
  }

  /// Whether a node is ZoneInfo's own constructor for pickles, in either spelling.
  mutating func isZoneInfoUnpickle(_ node: Int) -> Bool {
    switch nodes[node].kind {
    case .global: return globals[nodes[node].a].known == .zoneInfoUnpickle
    case .call:
      let call = calls[nodes[node].a]
      return nodes[call.callee].kind == .global && globals[nodes[call.callee].a].known == .getattr
        && isZoneInfoGetattr(call)
    default: return false
    }
  }

  /// Whether a state replaces a method that BUILD itself or the loader calls.
  mutating func setsSpecialMethod(_ call: PickleCall) -> Bool {
    if call.states.count == 0 { return false }
    for state in list(call.states) {
      if hasSpecialKey(state) { return true }
      for part in tuple(state, of: 2) ?? [] where hasSpecialKey(part) { return true }
    }
    return false
  }

  /// Looks at a shared dict once only, however many objects have it for their state.
  private mutating func hasSpecialKey(_ node: Int) -> Bool {
    guard nodes[node].kind == .dict else { return false }
    guard nodes[node].flags.contains(.isShared) else { return searchSpecialKey(node) }
    if let found = specialStates[node] { return found }
    let found = searchSpecialKey(node)
    specialStates[node] = found
    return found
  }

  private mutating func searchSpecialKey(_ node: Int) -> Bool {
    let children = list(nodes[node].children)
    for index in stride(from: 0, to: children.count - 1, by: 2) {
      guard let key = shortText(children[index]), key.hasPrefix("__"), key.hasSuffix("__")
      else { continue }
      if key == "__setstate__" || key == "__class__" || isCallable(children[index + 1]) {
        return true
      }
    }
    return false
  }

  /// Whether a value could be called: a class or function, or what a call returns unless that is a known container.
  private mutating func isCallable(_ node: Int) -> Bool {
    switch nodes[node].kind {
    case .global: return true
    case .call:
      let callee = calls[nodes[node].a].callee
      guard nodes[callee].kind == .global else { return true }
      switch globals[nodes[callee].a].known {
      case .set, .frozenset, .orderedDict, .defaultdict, .counter, .deque: return false
      default: return true
      }
    default: return false
    }
  }

  // MARK: - Findings

  /// The most findings that are listed one by one, and values shown of each: more does not help a reader.
  private static let findings = 100
  private static let findingValues = 1_000

  /// The calls that are not harmless, in the order in which a loader would make them, whether or not they
  /// are part of the result.
  mutating func findings() -> [Finding] {
    var findings: [Finding] = []
    var more = 0
    for index in 0..<calls.count where calls[index].isDangerous {
      if findings.count == Self.findings {
        more += 1
        continue
      }
      findings.append(finding(calls[index]))
    }
    if more > 0 { notes.append("\(more) more calls") }
    return findings
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
    identities.removeAll()
    references.removeAll()
    depth = 0
    let limit = valueLimit
    valueLimit = min(values + Self.findingValues, limit)
    defer { valueLimit = limit }
    do {
      var shown: [Value] = []
      for argument in arguments { shown.append(try value(argument)) }
      let list = unshared(.list(shown))
      if case .list(let elements) = list { return elements }
    } catch {
      notes.append("arguments of a call are not shown: \(error)")
    }
    return []
  }

  /// Names of powerful functions and classes that the pickle refers to and does not call.
  mutating func mentions() -> [String] {
    var called: Set<Int> = []
    for index in 0..<calls.count where nodes[calls[index].callee].kind == .global {
      called.insert(nodes[calls[index].callee].a)
    }
    var names: [String] = []
    for index in 0..<globals.count where !called.contains(index) && globals[index].known == .other {
      if names.count == Self.findings { break }
      if isPowerful(globals[index], .new) {
        names.append("refers to \(name(globals[index])) at byte \(globals[index].offset)")
      }
    }
    return names
  }
}
