/// Calls of classes that are containers, and objects with their data.
extension PickleMachine {
  /// OrderedDict and Counter: entries put in, a dict, or (Python 2) a list of pairs.
  mutating func dictionary(
    _ arguments: [Int], _ call: PickleCall
  ) throws(PayloadError) -> Value? {
    guard call.states.count == 0, call.items.count == 0, arguments.count <= 1 else { return nil }
    guard let first = arguments.first else { return .map(try pairs(call.entries)) }
    guard call.entries.count == 0 else { return nil }
    if nodes[first].kind == .dict { return .map(try pairs(nodes[first].children)) }
    guard nodes[first].kind == .list else { return nil }
    try countWalk(first)
    let items = list(nodes[first].children)
    // A pair is a list in the pickles of Python 2.
    for item in items {
      guard nodes[item].kind == .tuple || nodes[item].kind == .list, nodes[item].count == 2
      else { return nil }
    }
    var entries: [Pair] = []
    for item in items {
      let pair = list(nodes[item].children)
      let key = try value(pair[0])
      entries.append(Pair(key, try value(pair[1])))
    }
    return .map(entries)
  }

  mutating func deque(
    _ arguments: [Int], _ call: PickleCall
  ) throws(PayloadError) -> Value? {
    guard call.states.count == 0, call.entries.count == 0, arguments.count <= 2 else { return nil }
    var children = call.items
    if let first = arguments.first {
      switch nodes[first].kind {
      case .tuple, .list:
        if nodes[first].count > 0 {
          if children.count > 0 { return nil }
          children = nodes[first].children
        }
      default: return nil
      }
    }
    guard arguments.count == 2, nodes[arguments[1]].kind != .none else {
      return .tagged(.deque, .list(try valueList(children)))
    }
    var object = Object(name: "collections.deque")
    object.fields = [Pair(.string("maxlen"), try value(arguments[1]))]
    object.items = try valueList(children)
    return .object(object)
  }

  /// `set([items])`, as protocols below 4 write sets.
  mutating func set(
    _ arguments: [Int], _ call: PickleCall, _ tag: Tag
  ) throws(PayloadError) -> Value? {
    guard isBare(call), arguments.count <= 1 else { return nil }
    guard let first = arguments.first else { return .tagged(tag, .list([])) }
    switch nodes[first].kind {
    case .list, .tuple, .set, .frozenset:
      return .tagged(tag, .list(try valueList(nodes[first].children)))
    default: return nil
    }
  }

  /// Classes that are made empty and told what they are by BUILD.
  mutating func stateful(
    _ known: PickleKnown, _ arguments: [Int], state: Int
  ) throws(PayloadError) -> Value? {
    switch known {
    case .uuid:
      guard nodes[state].kind == .dict, nodes[state].count <= 4 else { return nil }
      let children = list(nodes[state].children)
      for index in stride(from: 0, to: children.count - 1, by: 2)
      where shortText(children[index]) == "int" {
        guard let digits = try digits(children[index + 1]), let number = UInt128(digits)
        else { return nil }
        return .tagged(.uuid, .string(Self.uuid(number)))
      }
      return nil
    case .objectID:
      let node = nodes[state]
      guard node.kind == .bytes || node.kind == .text, let bytes = try rawBytes(state),
        bytes.count == 12
      else { return nil }
      var object = Object(name: "bson.objectid.ObjectId")
      object.arguments = [.string(hexText(bytes))]
      return .object(object)
    default: return try numpyArray(state: state)
    }
  }

  private static func uuid(_ number: UInt128) -> String {
    let digits = String(number, radix: 16)
    let all = Array((String(repeating: "0", count: 32 - digits.count) + digits).utf8)
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return parts.map { String(decoding: all[$0], as: UTF8.self) }.joined(separator: "-")
  }

  /// Counts the children of a shared container as values before they are looked at: many calls may have the same one for
  /// their argument or state.
  private mutating func countWalk(_ node: Int) throws(PayloadError) {
    guard nodes[node].flags.contains(.isShared) else { return }
    values += Int(nodes[node].count)
    if values > valueLimit { throw limit("more than \(valueLimit) values") }
  }

  // MARK: - Objects

  /// A call as an object with its data.
  mutating func object(_ call: PickleCall) throws(PayloadError) -> Object {
    var object = Object(name: try name(charged: call.callee))
    object.isDangerous = call.isDangerous
    let known = nodes[call.callee].kind == .global ? globals[nodes[call.callee].a].known : .other
    let isDescribed = call.isDangerous ? false : try describe(known, call, &object)
    if !isDescribed {
      object.arguments = try arguments(call.arguments)
    }
    if nodes[call.callee].kind != .global {
      // What is called is itself computed, and is shown in front of its arguments.
      object.arguments.insert(try value(call.callee), at: 0)
    }
    if call.keywords >= 0 { try addState(call.keywords, to: &object) }
    var states: [Value] = []
    for state in list(call.states) {
      if !(try addAttributes(state, to: &object)) { states.append(try value(state)) }
    }
    if !states.isEmpty { object.state = states.count == 1 ? states[0] : .list(states) }
    object.items += try valueList(call.items)
    object.entries += try pairs(call.entries)
    return object
  }

  /// The arguments of a call; those that the pickle computes are one argument.
  private mutating func arguments(_ node: Int) throws(PayloadError) -> [Value] {
    if nodes[node].kind == .tuple { return try valueList(nodes[node].children) }
    return [try value(node)]
  }

  /// Describes a call of a function that makes objects of a class among its arguments. False if it is not one.
  private mutating func describe(
    _ known: PickleKnown, _ call: PickleCall, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    switch known {
    case .reconstructor:
      guard let arguments = tuple(call.arguments, of: 3), nodes[arguments[0]].kind == .global
      else { return false }
      object.name = try name(charged: arguments[0])
      switch nodes[arguments[2]].kind {
      case .none: break
      case .dict: object.entries = try pairs(nodes[arguments[2]].children)
      case .list: object.items = try valueList(nodes[arguments[2]].children)
      // A named tuple: NEWOBJ passes its fields one by one.
      case .tuple: object.arguments = try valueList(nodes[arguments[2]].children)
      default: object.arguments = [try value(arguments[2])]
      }
      return true
    case .newObj, .newObjEx:
      guard known == .newObj || nodes[call.arguments].count == 3,
        let arguments = tuple(call.arguments), let first = arguments.first,
        nodes[first].kind == .global
      else { return false }
      object.name = try name(charged: first)
      if known == .newObj {
        for argument in arguments.dropFirst() { object.arguments.append(try value(argument)) }
        return true
      }
      object.arguments = try self.arguments(arguments[1])
      try addState(arguments[2], to: &object)
      return true
    case .lazyProxy:
      guard nodes[call.arguments].count <= Self.meaningfulArguments,
        let arguments = tuple(call.arguments), arguments.count >= 3,
        nodes[arguments[0]].kind == .global
      else { return false }
      object.name = try name(charged: arguments[0])
      object.arguments = try self.arguments(arguments[1])
      try addState(arguments[2], to: &object)
      return true
    case .model:
      guard let first = firstItem(call.arguments), let parts = tuple(first, of: 2),
        let app = try string(parts[0]),
        let model = try string(parts[1])
      else { return false }
      object.name = "\(app).\(model)"
      return true
    case .structTime: return try describeTime(call, &object)
    case .array: return try describeArray(call, &object)
    case .arrayOfList:
      guard let arguments = tuple(call.arguments, of: 2), nodes[arguments[1]].kind == .list
      else { return false }
      object.arguments = [try value(arguments[0])]
      object.items = try valueList(nodes[arguments[1]].children)
      return true
    default: return false
    }
  }

  /// `time.struct_time` with the names of its fields.
  private mutating func describeTime(
    _ call: PickleCall, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    let names = [
      "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday",
      "tm_isdst",
    ]
    guard let arguments = tuple(call.arguments, of: 2),
      let fields = tuple(arguments[0], of: names.count)
    else { return false }
    for (name, field) in zip(names, fields) {
      object.fields.append(Pair(.string(name), try value(field)))
    }
    try addState(arguments[1], to: &object)
    return true
  }

  /// Adds the attributes of a state that is a dict of them or a pair of such dicts (the second one for slots).
  /// False if the state is anything else.
  private mutating func addAttributes(
    _ state: Int, to object: inout Object
  ) throws(PayloadError) -> Bool {
    if try isAttributes(state) {
      object.fields += try pairs(nodes[state].children)
      return true
    }
    guard let parts = tuple(state, of: 2) else { return false }
    for part in parts {
      let isNone = nodes[part].kind == .none
      let areAttributes = isNone ? true : try isAttributes(part)
      if !areAttributes { return false }
    }
    for part in parts where nodes[part].kind == .dict {
      object.fields += try pairs(nodes[part].children)
    }
    return true
  }

  /// Adds keyword arguments.
  private mutating func addState(_ keywords: Int, to object: inout Object) throws(PayloadError) {
    if !(try addAttributes(keywords, to: &object)) { object.arguments.append(try value(keywords)) }
  }

  /// Whether a node is a dict whose keys are all text.
  private mutating func isAttributes(_ node: Int) throws(PayloadError) -> Bool {
    guard nodes[node].kind == .dict else { return false }
    try countWalk(node)
    var segment = nodes[node].a
    while segment >= 0 {
      for index in stride(from: 0, to: Int(pool[segment]), by: 2)
      where nodes[Int(pool[segment + 2 + index])].kind != .text {
        return false
      }
      segment = Int(pool[segment + 1])
    }
    return true
  }
}
