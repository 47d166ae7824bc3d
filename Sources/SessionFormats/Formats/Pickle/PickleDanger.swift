/// Which calls of a pickle are harmless.
///
/// The harmless ones are listed (`PickleKnown`) and looked at in the form in which they are used. Beyond them, an
/// instance of an application's class is data; everything else that a loader would call is a finding. This
/// says what a pickle asks for, and never that a pickle is safe: an application's class may do anything.
extension PickleMachine {
  /// Whether there are findings, after `judge`.
  var hasDanger: Bool {
    !exposed.isEmpty || hasDangerousCall
  }

  var hasDangerousCall: Bool {
    for index in 0..<calls.count where calls[index].isDangerous { return true }
    return false
  }

  /// Marks the calls that are not harmless, and then finds the functions that the others get hold of.
  mutating func judge() {
    for index in 0..<calls.count { calls[index].isDangerous = isDangerous(calls[index]) }
    expose()
  }

  private mutating func isDangerous(_ call: PickleCall) -> Bool {
    if call.style == .change { return true }
    if setsSpecialMethod(call) { return true }
    switch nodes[call.callee].kind {
    case .global:
      let known = globals[nodes[call.callee].a].known
      guard known == .other else { return !isHarmless(known, call) }
      return isPowerful(nodes[call.callee].a, call.style)
    case .call:
      // The functions that an honest pickle computes.
      return !isZoneInfoUnpickle(call.callee) && !isConstructor(call.callee, call)
    default: return true
    }
  }

  /// Whether a call of something unknown may run code at once: whatever is not a class of an application.
  private mutating func isPowerful(_ global: Int, _ style: PickleCall.Style) -> Bool {
    switch power(global) {
    case .data: false
    case .function: style != .new
    case .powerful: true
    }
  }

  /// The verdict on a name, found once however often the name is called.
  private mutating func power(_ index: Int) -> PicklePower {
    if let power = globals[index].power { return power }
    let power = judgedByName(globals[index])
    globals[index].power = power
    return power
  }

  mutating func judgedByName(_ global: PickleGlobal) -> PicklePower {
    let module = String(
      decoding: scratch[global.start..<global.start + global.module], as: UTF8.self)
    let name = String(
      decoding: scratch[global.start + global.module + 1..<global.end], as: UTF8.self)
    let top = module.prefix { $0 != "." }
    if PickleNames.powerful.contains(String(top)) { return .powerful }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if let last = parts.last, PickleNames.powerfulClasses.contains(String(last)) {
      return .powerful
    }
    // A dotted name reaches through a module's globals (`app.os.system`) unless each part is a class.
    if parts.allSatisfy(Self.isClassLike) { return .data }
    return parts.count == 1 && !name.hasPrefix("__") ? .function : .powerful
  }

  /// Whether a name is written as classes are: `User`, `_Private`.
  private static func isClassLike(_ name: Substring) -> Bool {
    guard let first = name.drop(while: { $0 == "_" }).first else { return false }
    return first.asciiValue.map { 0x41...0x5A ~= $0 } ?? first.isUppercase
  }

  /// Whether a known function is used as picklers use it.
  private mutating func isHarmless(_ known: PickleKnown, _ call: PickleCall) -> Bool {
    switch known {
    case .getattr: return isZoneInfoGetattr(call) || isNewGetattr(call)
    case .partial: return isNewPartial(call)
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
    case .lazyNumber:
      guard let arguments = tuple(call.arguments, of: 4) else { return false }
      return isTranslation(arguments[0]) && isHarmlessClass(arguments[1])
    case .loadField:
      guard let arguments = tuple(call.arguments, of: 3) else { return false }
      return arguments.allSatisfy { nodes[$0].kind == .text }
    case .defaultdict:
      // A lookup calls the first argument, and `dict` of a ChainMap is one.
      guard nodes[call.arguments].kind == .tuple else { return false }
      guard let factory = firstItem(call.arguments) else { return true }
      return isHarmlessFactory(factory)
    case .model:
      // Django up to 1.9 calls a third argument.
      guard let arguments = tuple(call.arguments, of: 1), let names = tuple(arguments[0], of: 2)
      else { return false }
      return nodes[names[0]].kind == .text && nodes[names[1]].kind == .text
    default: return true
    }
  }

  private mutating func isHarmlessClass(_ node: Int) -> Bool {
    guard nodes[node].kind == .global else { return false }
    let known = globals[nodes[node].a].known
    return known == .other ? !isPowerful(nodes[node].a, .new) : !known.isFunction
  }

  /// Whether a node is None or a class whose empty call is an empty container, text or zero.
  private mutating func isHarmlessFactory(_ node: Int) -> Bool {
    if nodes[node].kind == .none { return true }
    guard nodes[node].kind == .global else { return false }
    switch globals[nodes[node].a].known {
    case .plain, .orderedDict, .counter, .defaultdict, .deque, .set, .frozenset, .bytes, .bytearray,
      .str, .complex, .decimal, .fraction:
      return true
    default: return false
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

  /// `getattr(C, '__new__')`.
  private mutating func isNewGetattr(_ call: PickleCall) -> Bool {
    guard let arguments = tuple(call.arguments, of: 2), shortText(arguments[1]) == "__new__" else {
      return false
    }
    return isHarmlessClass(arguments[0])
  }

  private mutating func isNew(_ node: Int) -> Bool {
    guard nodes[node].kind == .call else { return false }
    let call = calls[nodes[node].a]
    return nodes[call.callee].kind == .global && globals[nodes[call.callee].a].known == .getattr
      && call.states.count == 0 && isNewGetattr(call)
  }

  /// `partial(C.__new__)` with the state `(C.__new__, (C, ...), {...}, None)`: how protocols 2 and 3 write an object that is
  /// made with keywords, which NEWOBJ_EX does since.
  private mutating func isNewPartial(_ call: PickleCall) -> Bool {
    guard call.items.count == 0, call.entries.count == 0,
      let arguments = tuple(call.arguments, of: 1), isNew(arguments[0]),
      call.states.count == 1, let state = tuple(list(call.states)[0], of: 4), isNew(state[0]),
      nodes[state[1]].kind == .tuple, let first = firstItem(state[1]), isHarmlessClass(first)
    else { return false }
    return nodes[state[2]].kind == .dict
      && (nodes[state[3]].kind == .none || nodes[state[3]].kind == .dict)
  }

  /// Whether a call without arguments calls what `isNewPartial` describes.
  private mutating func isConstructor(_ node: Int, _ call: PickleCall) -> Bool {
    guard nodes[node].kind == .call, nodes[call.arguments].kind == .tuple,
      nodes[call.arguments].count == 0
    else { return false }
    let partial = calls[nodes[node].a]
    return nodes[partial.callee].kind == .global
      && globals[nodes[partial.callee].a].known == .partial && isNewPartial(partial)
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

  // MARK: - States

  /// Whether a state replaces a method that the loader calls, or may do so unseen.
  mutating func setsSpecialMethod(_ call: PickleCall) -> Bool {
    if call.states.count == 0 { return false }
    for state in list(call.states) {
      if hasSpecialKey(state) { return true }
      for part in tuple(state, of: 2) ?? [] where hasSpecialKey(part) { return true }
    }
    return false
  }

  /// Looks at a shared state once only, however many objects have it.
  private mutating func hasSpecialKey(_ node: Int) -> Bool {
    guard nodes[node].kind == .dict || nodes[node].kind == .call else { return false }
    guard nodes[node].flags.contains(.isShared) else { return searchSpecialKey(node) }
    if let found = specialStates[node] { return found }
    let found = searchSpecialKey(node)
    specialStates[node] = found
    return found
  }

  private mutating func searchSpecialKey(_ node: Int) -> Bool {
    if nodes[node].kind == .dict { return hasSpecialKey(among: nodes[node].children) }
    let call = calls[nodes[node].a]
    switch known(of: node) {
    // Unknown classes may be kinds of dict, and the entries of a dict that is made of arguments are not seen here.
    case .other, .lazyObject, .model, .chainMap, .newObj, .newObjEx, .reconstructor, .partial,
      .loadField:
      return true
    case .orderedDict, .counter, .plain, .pairs, .multiDict:
      return nodes[call.arguments].kind != .tuple || nodes[call.arguments].count > 0
        || hasSpecialKey(among: call.entries)
    case .defaultdict:
      return nodes[call.arguments].count > 1 || hasSpecialKey(among: call.entries)
    default: return false
    }
  }

  private mutating func hasSpecialKey(among children: PickleChildren) -> Bool {
    let children = list(children)
    for index in stride(from: 0, to: children.count - 1, by: 2) {
      guard let key = shortText(children[index]) else {
        if isComputedText(children[index]) { return true }
        continue
      }
      if key == "__setstate__" || key == "__class__" { return true }
      let isCalled = Self.calledByName.contains(key) || key.hasPrefix("__") && key.hasSuffix("__")
      if isCalled && isCallable(children[index + 1]) { return true }
    }
    return false
  }

  /// Methods that APPEND, APPENDS and ADDITEMS call, which an instance may have for itself.
  private static let calledByName: Set<String> = ["append", "extend", "add"]

  /// What a call calls, if it is known.
  private mutating func known(of node: Int) -> PickleKnown {
    let callee = calls[nodes[node].a].callee
    return nodes[callee].kind == .global ? globals[nodes[callee].a].known : .other
  }

  /// Whether a key may be any text: what a call of `str` or of something unknown returns.
  private mutating func isComputedText(_ node: Int) -> Bool {
    switch nodes[node].kind {
    case .call:
      switch known(of: node) {
      case .other, .str, .html, .plain, .lazyProxy, .lazyNumber, .lazyObject, .newObj, .newObjEx,
        .reconstructor, .partial, .loadField:
        return true
      default: return false
      }
    case .persistent, .ext: return true
    default: return false
    }
  }

  /// Whether a value could be called: a class or function, or what a call returns unless that is known data.
  private mutating func isCallable(_ node: Int) -> Bool {
    switch nodes[node].kind {
    case .global, .persistent, .ext: return true
    case .call:
      switch known(of: node) {
      case .other, .getattr, .type, .lazyProxy, .lazyNumber, .lazyObject, .newObj, .newObjEx,
        .reconstructor, .model, .partial, .loadField:
        return true
      default: return false
      }
    default: return false
    }
  }

  // MARK: - Functions as values

  /// Finds the functions that stand in the arguments, states, items or entries of calls: whoever gets hold of one may call
  /// it, as a `defaultdict` does its factory. The calls that are findings themselves show theirs. Each
  /// container is walked once.
  private mutating func expose() {
    exposed = []
    var areSome = false
    for index in 0..<globals.count where isFunction(index) { areSome = true }
    if !areSome { return }
    var seen = [Bool](repeating: false, count: nodes.count)
    var seenArguments: Set<[Int]> = []
    var pending: [Int] = []
    for index in 0..<calls.count where !calls[index].isDangerous {
      let call = calls[index]
      let classes = judgedArguments(call)
      if classes == 0 {
        pending.append(call.arguments)
      } else if seenArguments.insert([call.arguments, classes]).inserted {
        pending += list(nodes[call.arguments].children).dropFirst(classes)
      }
      if call.keywords >= 0 { pending.append(call.keywords) }
      pending += list(call.states) + list(call.items) + list(call.entries)
      while let node = pending.popLast() {
        if seen[node] { continue }
        seen[node] = true
        switch nodes[node].kind {
        case .global: if isFunction(nodes[node].a) { exposed.append(node) }
        case .list, .dict, .set, .frozenset, .tuple: pending += list(nodes[node].children)
        case .persistent: pending.append(nodes[node].a)
        default: break
        }
      }
    }
    exposed.sort()
  }

  /// How many of the first arguments `isHarmless` has looked at: classes, or the function of a lazy text.
  mutating func judgedArguments(_ call: PickleCall) -> Int {
    guard nodes[call.callee].kind == .global, nodes[call.arguments].kind == .tuple else { return 0 }
    switch globals[nodes[call.callee].a].known {
    case .reconstructor: return 2
    case .lazyNumber: return 2
    case .newObj, .newObjEx, .array, .numpyReconstruct, .tzfileUnpickle, .lazyProxy: return 1
    default: return 0
    }
  }

  /// Whether a name could be one that does something when it is called: anything but a harmless class.
  mutating func isFunction(_ global: Int) -> Bool {
    let known = globals[global].known
    return known == .other ? power(global) != .data : known.isFunction || known == .tzfile
  }
}
