/// What is shown of an instance of a known class, found without a look into the values that it holds.
enum JavaShape {
  case value(Value)
  /// The value of another node, of which it is a view.
  case same(Int)
  /// Elements in the pool.
  case list(Range<Int>)
  case set(Range<Int>)
  /// Keys and values in turn in the pool.
  case map(Range<Int>)
  /// Single nodes.
  case listOf(Int)
  case setOf(Int)
  case mapOf(Int, Int)
  case tuple(Int, Int)
  /// The keys of the map, or the elements of the list, that a node is.
  case keys(Int)
  /// An object that a value and a node say.
  case pair(String, Value, Int)
}

/// Instances as values: what is known as what it is, anything else as an object with its fields.
///
/// Few frames and small ones lie between a value and one inside it: 128 levels must fit on a small stack.
extension JavaMachine {
  mutating func object(_ index: Int) throws(PayloadError) -> Value {
    if let shape = try shape(index) { return try value(of: shape) }
    return try composed(index)
  }

  private mutating func value(of shape: JavaShape) throws(PayloadError) -> Value {
    switch shape {
    case .value(let value): return value
    case .same(let node): return try value(node)
    case .list(let range): return .list(try contents(range))
    case .set(let range): return .tagged(.set, .list(try contents(range)))
    case .map(let range): return .map(try pairs(range))
    case .listOf(let node): return .list([try value(node)])
    case .setOf(let node): return .tagged(.set, .list([try value(node)]))
    default: return try rare(shape)
    }
  }

  private mutating func rare(_ shape: JavaShape) throws(PayloadError) -> Value {
    switch shape {
    case .mapOf(let key, let element):
      let name = try value(key)
      return .map([Pair(name, try value(element))])
    case .tuple(let key, let element):
      let name = try value(key)
      return .tagged(.tuple, .list([name, try value(element)]))
    case .keys(let node):
      let value = try value(node)
      switch value {
      case .map(let pairs): return .tagged(.set, .list(pairs.map(\.key)))
      case .list: return .tagged(.set, value)
      default:
        var object = Object(name: "java.util.Collections$SetFromMap")
        object.fields = [Pair(.string("m"), value)]
        return .object(object)
      }
    case .pair(let name, let first, let second):
      var object = Object(name: name)
      object.arguments = [first, try value(second)]
      return .object(object)
    default: return .null
    }
  }

  /// An instance, class by class from the topmost one down: what a known collection keeps, and fields.
  private mutating func composed(_ index: Int) throws(PayloadError) -> Value {
    let node = nodes[index]
    var object = Object(name: try className(node.a))
    object.isDangerous = node.flags.contains(.isDangerous)
    let base = stackClasses(of: node.a)
    var slot = node.b
    while chain.count > base {
      let level = Int(chain.removeLast())
      try add(level, slot, to: &object)
      slot += classes[level].slots
    }
    return finished(object, classes[node.a].known.form)
  }

  /// What one class of an instance holds.
  private mutating func add(
    _ level: Int, _ slot: Int, to object: inout Object
  ) throws(PayloadError) {
    guard let held = collection(level, slot) else {
      try addFields(level, slot, to: &object)
      return
    }
    if let (name, node) = held.significant {
      object.fields.append(Pair(.string("\(name)"), try value(node)))
    }
    if !held.entries.isEmpty { object.entries += try pairs(held.entries) }
    if !held.items.isEmpty { object.items += try contents(held.items) }
    for (name, field) in held.fields {
      let value = if let node = field.node { try value(node) } else { field.value }
      object.fields.append(Pair(.string(name), value))
    }
    if let argument = held.argument { object.arguments.append(argument) }
  }

  /// A collection that holds nothing but its elements is shown as these.
  private func finished(_ object: Object, _ form: JavaKnown.Form) -> Value {
    if object.isDangerous || !object.fields.isEmpty || object.state != nil {
      return .object(object)
    }
    switch form {
    case .map: return .map(object.entries)
    case .list: return .list(object.items)
    case .set: return .tagged(.set, .list(object.items))
    case .deque: return .tagged(.deque, .list(object.items))
    case .object: return .object(object)
    }
  }

  /// The fields of one class, and what it wrote beside them.
  private mutating func addFields(
    _ level: Int, _ slot: Int, to object: inout Object
  ) throws(PayloadError) {
    let first = classes[level].firstField
    let count = classes[level].fieldCount
    if classes[level].flags.contains(.proxy) {
      // What a proxy does is in its handler, a field of java.lang.reflect.Proxy.
      for place in first..<first + count {
        try countValue()
        object.arguments.append(
          .tagged(.global, .string(try string(charged: fields[place].name))))
      }
      return
    }
    let hasAnnotation = classes[level].hasAnnotation
    let written = classes[level].slots - (hasAnnotation ? 1 : 0)
    for place in 0..<written where pool[slot + place] != Self.absent {
      let name = try string(charged: fields[first + place].name)
      object.fields.append(Pair(.string(name), try value(Int(pool[slot + place]))))
    }
    if hasAnnotation { try addState(Int(pool[slot + written]), to: &object) }
  }

  /// What `writeObject` or `writeExternal` wrote, block data in one piece.
  private mutating func addState(_ index: Int, to object: inout Object) throws(PayloadError) {
    guard nodes[index].kind == .annotation else { return }
    var list: [Value] = []
    if case .list(let before) = object.state { list = before }
    let start = nodes[index].b + 1
    var bytes: [UInt8]?
    for place in start..<start + Int(pool[start - 1]) {
      let value = try value(Int(pool[place]))
      if case .bytes(let more) = value, nodes[Int(pool[place])].kind == .block {
        bytes = (bytes ?? []) + more
        continue
      }
      if let block = bytes { list.append(.bytes(block)) }
      bytes = nil
      list.append(value)
    }
    if let bytes { list.append(.bytes(bytes)) }
    object.state = .list(list)
  }

  // MARK: - Single values

  /// The shape of an instance of a known class; nil if it is not one value, or not in the form that Java writes.
  private mutating func shape(_ index: Int) throws(PayloadError) -> JavaShape? {
    let known = classes[nodes[index].a].known
    if known == .other || nodes[index].flags.contains(.isDangerous) { return nil }
    switch known {
    case .view, .arraysList, .enumSet, .mapSet, .emptyList, .emptySet, .emptyMap, .singleton,
      .singletonSet, .singletonMap, .entry, .collectionSerial:
      return view(index, known)
    case .calendar: return try calendar(index)
    default: return try simple(index, known).map(JavaShape.value)
    }
  }

  /// An instance of a known class that is one value.
  private mutating func simple(
    _ index: Int, _ known: JavaKnown
  ) throws(PayloadError) -> Value? {
    switch known {
    case .boxed, .boolean, .character, .atomic:
      guard let field = field(index, "value"), nodes[field].isPrimitive else { return nil }
      return try value(field)
    case .atomicBoolean:
      guard let number = integer(index, "value") else { return nil }
      return .bool(number != 0)
    case .date, .timestamp: return moment(index, known)
    case .time: return javaTime(index)
    case .timeZone:
      guard let id = try word(index, "ID") else { return nil }
      return .tagged(.timezone, .string(id))
    case .uuid:
      guard let high = integer(index, "mostSigBits"), let low = integer(index, "leastSigBits")
      else { return nil }
      return .tagged(.uuid, .string(Self.uuid(high, low)))
    case .bigInteger:
      guard let digits = digits(index) else { return nil }
      return Int64(digits).map(Value.integer) ?? .number(digits)
    case .bigDecimal:
      guard let number = field(index, "intVal"), let digits = digits(number),
        let scale = integer(index, "scale")
      else { return nil }
      return .tagged(.decimal, .string(Self.decimal(digits, scale: scale)))
    case .locale, .url, .uri, .currency: return try named(index, known)
    case .file:
      guard let path = try word(index, "path") else { return nil }
      return .tagged(.path, .string(path))
    case .pattern:
      guard let pattern = try word(index, "pattern"), let flags = integer(index, "flags")
      else { return nil }
      return .tagged(.regex, .list([.string(pattern), .string(Self.patternFlags(flags))]))
    case .inetAddress, .inet6Address: return try address(index, known)
    case .stringBuilder:
      guard let annotation = annotation(of: index, known), let contents = contents(annotation),
        contents.count == 2
      else { return nil }
      let array = Int(pool[contents.lowerBound + 1])
      guard nodes[array].kind == .primitives else { return nil }
      return try characters(array, Int(pool[contents.lowerBound]))
    case .stringBuffer:
      guard let array = field(index, "value"), nodes[array].kind == .primitives,
        let count = integer(index, "count"), case .string(let text) = try value(array)
      else { return nil }
      return .string(String(decoding: Array(text.utf16.prefix(max(0, count))), as: UTF16.self))
    case .bitSet: return bitSet(index)
    default: return nil
    }
  }

  /// An integer in a field.
  mutating func integer(_ index: Int, _ name: StaticString) -> Int? {
    guard let field = field(index, name), nodes[field].kind == .integer else { return nil }
    return nodes[field].a
  }

  /// A text in a field.
  mutating func word(_ index: Int, _ name: StaticString) throws(PayloadError) -> String? {
    guard let field = field(index, name), nodes[field].kind == .text else { return nil }
    return try string(charged: self.name(of: nodes[field]))
  }

  /// Where in the pool the contents of an annotation stand; nil when there is none.
  func contents(_ annotation: Int) -> Range<Int>? {
    guard nodes[annotation].kind == .annotation else { return nil }
    let start = nodes[annotation].b + 1
    return start..<start + Int(pool[start - 1])
  }

  /// The text of a StringBuilder: a number of characters in block data and an array that may have more.
  private mutating func characters(_ array: Int, _ block: Int) throws(PayloadError) -> Value? {
    let block = nodes[block]
    guard block.kind == .block, block.b - block.a == 4, case .string(let text) = try value(array)
    else { return nil }
    let count = Int(Int32(truncatingIfNeeded: bits(block.a, 4)))
    return .string(String(decoding: Array(text.utf16.prefix(max(0, count))), as: UTF16.self))
  }

  /// What a text says best, under the name of its class.
  private mutating func named(
    _ index: Int, _ known: JavaKnown
  ) throws(PayloadError) -> Value? {
    var text: String?
    switch known {
    case .uri: text = try word(index, "string")
    case .currency: text = try word(index, "currencyCode")
    case .url: text = try url(index)
    default:
      if let language = try word(index, "language"), let country = try word(index, "country"),
        let variant = try word(index, "variant")
      {
        let script = try word(index, "script") ?? ""
        var parts = [language, country, variant]
        while parts.last == "" { parts.removeLast() }
        text = parts.joined(separator: "_") + (script.isEmpty ? "" : "_#" + script)
      }
    }
    guard let text else { return nil }
    var object = Object(name: try className(nodes[index].a))
    object.arguments = [.string(text)]
    return .object(object)
  }

  mutating func url(_ index: Int) throws(PayloadError) -> String? {
    guard let scheme = try word(index, "protocol"), let file = try word(index, "file") else {
      return nil
    }
    var text = scheme + ":"
    if let authority = try word(index, "authority"), !authority.isEmpty {
      text += "//" + authority
    } else if let host = try word(index, "host"), !host.isEmpty {
      text += "//" + host
    }
    text += file
    if let fragment = try word(index, "ref") { text += "#" + fragment }
    return text
  }

  private mutating func address(
    _ index: Int, _ known: JavaKnown
  ) throws(PayloadError) -> Value? {
    let ip: String
    if known == .inet6Address {
      guard let array = field(index, "ipaddress"), nodes[array].kind == .primitives else {
        return nil
      }
      let start = Int(pool[nodes[array].b])
      guard Int(pool[nodes[array].b + 1]) - start == 16 else { return nil }
      ip = Self.ipv6((0..<8).map { bits(start + 2 * $0, 2) })
    } else {
      guard let address = integer(index, "address") else { return nil }
      ip = [24, 16, 8, 0].map { String(address >> $0 & 0xFF) }.joined(separator: ".")
    }
    guard let host = try word(index, "hostName") else { return .tagged(.ip, .string(ip)) }
    var object = Object(name: "java.net.InetAddress")
    object.arguments = [.string(host), .tagged(.ip, .string(ip))]
    return .object(object)
  }

  /// The decimal digits of a BigInteger; nil when it is too long to be printed.
  private mutating func digits(_ index: Int) -> String? {
    guard nodes[index].kind == .object, classes[nodes[index].a].known == .bigInteger,
      let sign = integer(index, "signum"), -1...1 ~= sign,
      let array = field(index, "magnitude"), nodes[array].kind == .primitives
    else { return nil }
    let range = Int(pool[nodes[array].b])..<Int(pool[nodes[array].b + 1])
    guard range.count <= Limits.integerBytes else { return nil }
    if (sign == 0) != reader.bytes[range].allSatisfy({ $0 == 0 }) { return nil }
    // Little-endian in two's complement, as pickles have it.
    let magnitude = Array(reader.bytes[range].reversed()) + [0]
    var text: [UInt8] = sign < 0 ? [UInt8(ascii: "-")] : []
    if let small = IntegerDigits.decode(magnitude, 0..<magnitude.count, into: &text) {
      return String(sign < 0 ? -small : small)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The numbers of the bits that are set; nil when they are too many to be read.
  private mutating func bitSet(_ index: Int) -> Value? {
    guard let array = field(index, "bits"), nodes[array].kind == .primitives else { return nil }
    let range = Int(pool[nodes[array].b])..<Int(pool[nodes[array].b + 1])
    guard range.count <= 512, range.count % 8 == 0 else { return nil }
    var object = Object(name: "java.util.BitSet")
    for place in 0..<range.count / 8 {
      let word = bits(range.lowerBound + 8 * place, 8)
      for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 {
        object.items.append(.integer(Int64(64 * place + bit)))
      }
    }
    return .object(object)
  }
}

extension JavaNode {
  /// Whether it is a value that no handle can refer to.
  var isPrimitive: Bool {
    switch kind {
    case .bool, .integer, .character, .float, .double: true
    default: false
    }
  }
}
