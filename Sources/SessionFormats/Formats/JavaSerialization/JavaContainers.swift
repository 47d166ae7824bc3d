/// Java's own collections. Their serial form is documented at each `writeObject` of
/// https://docs.oracle.com/en/java/javase/17/docs/api/serialized-form.html
extension JavaKnown {
  enum Form {
    case map, list, set, deque, object
  }

  /// How an instance is shown that holds nothing but its elements.
  var form: Form {
    switch self {
    case .hashMap, .linkedHashMap, .treeMap, .hashtable, .properties, .concurrentMap,
      .skipListMap, .identityMap, .enumMap:
      .map
    case .arrayList, .linkedList, .countedList, .vector, .stack, .nullEndedList: .list
    case .hashSet, .linkedHashSet, .treeSet: .set
    case .deque: .deque
    default: .object
    }
  }
}

extension JavaMachine {
  /// Adds what one class of an instance keeps, if it is a known collection in its known form; false if it is not, and
  /// then nothing was added.
  ///
  /// The form is looked at before any element is: what was given an identity must be shown.
  mutating func collect(
    _ type: JavaClass, _ slot: Int, into object: inout Object
  ) throws(PayloadError) -> Bool {
    switch type.known {
    case .empty, .linkedHashMap, .linkedHashSet, .stack: return !type.hasAnnotation
    case .hashMap, .hashtable: return try entries(type, slot, head: 8, sizeAt: 4, &object)
    case .treeMap, .identityMap, .enumMap:
      return try entries(type, slot, head: 4, sizeAt: 0, &object)
    case .concurrentMap, .skipListMap: return try nullEndedEntries(type, slot, &object)
    case .properties:
      guard !type.hasAnnotation, type.fieldCount <= 1 else { return false }
      try addSignificant("defaults", type, slot, to: &object)
      return true
    case .arrayList:
      guard let size = sizeField(type, slot) else { return false }
      return try items(type, slot, head: 4, size: size, &object)
    case .priorityQueue:
      guard let size = sizeField(type, slot) else { return false }
      return try items(type, slot, head: 4, size: size, &object)
    case .linkedList, .countedList, .deque:
      return try items(type, slot, head: 4, sizeAt: 0, &object)
    case .hashSet: return try items(type, slot, head: 12, sizeAt: 8, &object)
    case .treeSet: return try treeSet(type, slot, &object)
    case .vector: return try vector(type, slot, &object)
    case .nullEndedList: return try nullEndedItems(type, slot, &object)
    case .shiroSession: return try shiroSession(type, slot, &object)
    case .date:
      guard let contents = contents(Int(pool[slot + type.slots - 1])), contents.count == 1,
        let time = milliseconds(contents.lowerBound)
      else { return false }
      object.arguments.append(time)
      return true
    default: return false
    }
  }

  // MARK: - Forms

  /// The contents of the annotation behind its head, a block of so many bytes that ends the sizes.
  mutating func body(_ type: JavaClass, _ slot: Int, head: Int) -> (Int, Range<Int>)? {
    guard type.hasAnnotation, let contents = contents(Int(pool[slot + type.slots - 1])),
      let first = contents.first
    else { return nil }
    let block = nodes[Int(pool[first])]
    guard block.kind == .block, block.b - block.a == head else { return nil }
    return (block.a, contents.dropFirst())
  }

  private mutating func entries(
    _ type: JavaClass, _ slot: Int, head: Int, sizeAt: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard let (at, body) = body(type, slot, head: head),
      Int(bits(at + sizeAt, 4)) == body.count / 2, body.count % 2 == 0
    else { return false }
    try addSignificant("comparator", type, slot, to: &object)
    object.entries += try pairs(body.lowerBound, body.count / 2)
    return true
  }

  private mutating func items(
    _ type: JavaClass, _ slot: Int, head: Int, sizeAt: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard let (at, _) = body(type, slot, head: head) else { return false }
    return try items(type, slot, head: head, size: Int(bits(at + sizeAt, 4)), &object)
  }

  private mutating func items(
    _ type: JavaClass, _ slot: Int, head: Int, size: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard let (_, body) = body(type, slot, head: head), body.count == size else { return false }
    try addSignificant("comparator", type, slot, to: &object)
    object.items += try contents(body.lowerBound, body.count)
    return true
  }

  /// Keys and values in turn until a null, or two.
  private mutating func nullEndedEntries(
    _ type: JavaClass, _ slot: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard type.hasAnnotation, let contents = contents(Int(pool[slot + type.slots - 1])),
      let last = contents.last, pool[last] == Self.null
    else { return false }
    let count = contents.count / 2 - (contents.count % 2 == 0 ? 1 : 0)
    guard !contents.contains(where: { nodes[Int(pool[$0])].kind == .block }) else { return false }
    try addSignificant("comparator", type, slot, to: &object)
    object.entries += try pairs(contents.lowerBound, count)
    return true
  }

  private mutating func nullEndedItems(
    _ type: JavaClass, _ slot: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard type.hasAnnotation, let contents = contents(Int(pool[slot + type.slots - 1])),
      let last = contents.last, pool[last] == Self.null,
      !contents.contains(where: { nodes[Int(pool[$0])].kind == .block })
    else { return false }
    object.items += try self.contents(contents.lowerBound, contents.count - 1)
    return true
  }

  /// A comparator, or null, then the elements behind their number.
  private mutating func treeSet(
    _ type: JavaClass, _ slot: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard type.hasAnnotation, let contents = contents(Int(pool[slot + type.slots - 1])),
      contents.count >= 2
    else { return false }
    let block = nodes[Int(pool[contents.lowerBound + 1])]
    guard block.kind == .block, block.b - block.a == 4,
      Int(bits(block.a, 4)) == contents.count - 2,
      nodes[Int(pool[contents.lowerBound])].kind != .block
    else { return false }
    try addSignificant(Int(pool[contents.lowerBound]), "comparator", to: &object)
    object.items += try self.contents(contents.lowerBound + 2, contents.count - 2)
    return true
  }

  /// An array in a field, of which the first elements count.
  private mutating func vector(
    _ type: JavaClass, _ slot: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard let data = slotIndex(type, "elementData"), let count = slotIndex(type, "elementCount")
    else { return false }
    let array = nodes[Int(pool[slot + data])]
    let size = nodes[Int(pool[slot + count])].a
    guard array.kind == .array, !array.flags.contains(.isShared), size >= 0,
      size <= Int(pool[array.b])
    else { return false }
    object.items += try contents(array.b + 1, size)
    return true
  }

  mutating func slotIndex(_ type: JavaClass, _ name: StaticString) -> Int? {
    guard !type.flags.contains(.externalizable) else { return nil }
    for place in 0..<type.fieldCount where equals(fields[type.firstField + place].name, name) {
      return place
    }
    return nil
  }

  mutating func sizeField(_ type: JavaClass, _ slot: Int) -> Int? {
    guard let place = slotIndex(type, "size") else { return nil }
    let node = nodes[Int(pool[slot + place])]
    return node.kind == .integer ? node.a : nil
  }

  /// Adds a field of a collection that changes what it is.
  private mutating func addSignificant(
    _ name: StaticString, _ type: JavaClass, _ slot: Int, to object: inout Object
  ) throws(PayloadError) {
    guard let place = slotIndex(type, name) else { return }
    try addSignificant(Int(pool[slot + place]), name, to: &object)
  }

  /// A comparator without fields only says in which order the elements are, and they are in that order.
  private mutating func addSignificant(
    _ index: Int, _ name: StaticString, to object: inout Object
  ) throws(PayloadError) {
    let node = nodes[index]
    if node.kind == .null { return }
    if node.kind == .object, !node.flags.contains(.isDangerous), !node.flags.contains(.isShared),
      slots(of: node.a) == 0
    {
      return
    }
    object.fields.append(Pair(.string("\(name)"), try value(index)))
  }

  // MARK: - Views and constants

  /// Collections that are another one, or that have their elements in fields.
  mutating func view(_ index: Int, _ known: JavaKnown) throws(PayloadError) -> Value? {
    switch known {
    case .emptyList: return .list([])
    case .emptySet: return .tagged(.set, .list([]))
    case .emptyMap: return .map([])
    case .singleton:
      guard let element = field(index, "element") else { return nil }
      return .list([try value(element)])
    case .singletonSet:
      guard let element = field(index, "element") else { return nil }
      return .tagged(.set, .list([try value(element)]))
    case .singletonMap:
      guard let key = field(index, "k"), let element = field(index, "v") else { return nil }
      let name = try value(key)
      return .map([Pair(name, try value(element))])
    case .entry:
      guard let key = field(index, "key"), let element = field(index, "value") else { return nil }
      let name = try value(key)
      return .tagged(.tuple, .list([name, try value(element)]))
    case .arraysList:
      guard let array = field(index, "a"), nodes[array].kind == .array else { return nil }
      return try value(array)
    case .enumSet:
      guard let array = field(index, "elements"), nodes[array].kind == .array,
        !nodes[array].flags.contains(.isShared)
      else { return nil }
      return .tagged(.set, .list(try contents(nodes[array].b + 1, Int(pool[nodes[array].b]))))
    case .mapSet: return try mapSet(index)
    case .collectionSerial: return try collectionSerial(index)
    default:
      guard let inner = field(index, "c") ?? field(index, "m") ?? field(index, "value"),
        nodes[inner].kind == .object || nodes[inner].isAtom
      else { return nil }
      return try value(inner)
    }
  }

  /// A set that keeps its elements as the keys of a map, or in a list.
  private mutating func mapSet(_ index: Int) throws(PayloadError) -> Value? {
    guard let inner = field(index, "m") ?? field(index, "al") ?? field(index, "map") else {
      return nil
    }
    let value = try value(inner)
    switch value {
    case .map(let pairs): return .tagged(.set, .list(pairs.map(\.key)))
    case .list: return .tagged(.set, value)
    default:
      var object = Object(name: try className(nodes[index].a))
      object.fields = [entry("m", value)]
      return .object(object)
    }
  }

  private func entry(_ name: String, _ value: Value) -> Pair { Pair(.string(name), value) }

  /// What `List.of`, `Set.of` and `Map.of` are written as: the kind in a field, the elements behind their number.
  private mutating func collectionSerial(_ index: Int) throws(PayloadError) -> Value? {
    guard let tag = integer(index, "tag"),
      let annotation = annotation(of: index, .collectionSerial),
      let contents = contents(annotation), let first = contents.first
    else { return nil }
    let block = nodes[Int(pool[first])]
    guard block.kind == .block, block.b - block.a == 4,
      Int(bits(block.a, 4)) == contents.count - 1
    else { return nil }
    switch tag & 0xFF {
    case 1, 4: return .list(try self.contents(first + 1, contents.count - 1))
    case 2: return .tagged(.set, .list(try self.contents(first + 1, contents.count - 1)))
    case 3 where contents.count % 2 == 1:
      return .map(try pairs(first + 1, (contents.count - 1) / 2))
    default: return nil
    }
  }

  // MARK: - Shiro

  /// SimpleSession's own form: a mask of the fields that are there, then these.
  /// https://github.com/apache/shiro/blob/main/core/src/main/java/org/apache/shiro/session/mgt/SimpleSession.java
  private mutating func shiroSession(
    _ type: JavaClass, _ slot: Int, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    guard type.hasAnnotation, type.fieldCount == 0,
      let contents = contents(Int(pool[slot + type.slots - 1])), let first = contents.first
    else { return false }
    let head = nodes[Int(pool[first])]
    guard head.kind == .block, head.b - head.a >= 2 else { return false }
    let mask = bits(head.a, 2)
    var at = first + 1
    // What is primitive stands in a block of its own between the objects, or behind the mask when there are none.
    var block = head.a + 2..<head.b
    var plan: [(name: String, object: Int?, bytes: Range<Int>)] = []
    for (bit, name) in Self.shiroFields where mask & bit != 0 {
      switch bit {
      case 16, 32, 64:
        if block.isEmpty, at < contents.upperBound, nodes[Int(pool[at])].kind == .block {
          block = nodes[Int(pool[at])].a..<nodes[Int(pool[at])].b
          at += 1
        }
        let size = bit == 16 ? 8 : bit == 32 ? 1 : block.count
        guard block.count >= size else { return false }
        plan.append((name, nil, block.prefix(size)))
        block = block.dropFirst(size)
      default:
        guard block.isEmpty, at < contents.upperBound, nodes[Int(pool[at])].kind != .block
        else { return false }
        plan.append((name, Int(pool[at]), 0..<0))
        at += 1
      }
    }
    guard at == contents.upperBound, block.isEmpty else { return false }
    for field in plan {
      let value: Value
      if let node = field.object {
        value = try self.value(node)
      } else {
        switch field.name {
        case "timeout": value = .integer(Int64(bitPattern: bits(field.bytes.lowerBound, 8)))
        case "expired": value = .bool(bits(field.bytes.lowerBound, 1) != 0)
        default:
          value = .string(String(decoding: reader.bytes[field.bytes.dropFirst(2)], as: UTF8.self))
        }
      }
      object.fields.append(entry(field.name, value))
    }
    return true
  }

  private static let shiroFields: [(UInt64, String)] = [
    (1, "id"), (2, "startTimestamp"), (4, "stopTimestamp"), (8, "lastAccessTime"), (16, "timeout"),
    (32, "expired"), (64, "host"), (128, "attributes"),
  ]
}

extension JavaNode {
  /// Whether it is a text, a number or a constant.
  var isAtom: Bool {
    switch kind {
    case .text, .constant, .classObject: true
    default: isPrimitive
    }
  }
}
