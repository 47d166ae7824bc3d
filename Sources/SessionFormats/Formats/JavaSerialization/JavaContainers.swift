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

/// What one class of an instance keeps, when it is a known collection in its known form.
struct JavaHeld {
  /// A field that changes what the collection is.
  var significant: (name: StaticString, node: Int)?
  /// Keys and values in turn in the pool.
  var entries = 0..<0
  /// Elements in the pool.
  var items = 0..<0
  /// Fields by name, each a node or a value.
  var fields: [(name: String, field: (node: Int?, value: Value))] = []
  var argument: Value?
}

extension JavaMachine {
  /// What one class of an instance keeps, if it is a known collection in its known form.
  mutating func collection(_ level: Int, _ slot: Int) -> JavaHeld? {
    let type = classes[level]
    switch type.known {
    case .empty, .linkedHashMap, .linkedHashSet, .stack:
      return type.hasAnnotation ? nil : JavaHeld()
    case .hashMap, .hashtable: return entries(type, slot, head: 8, sizeAt: 4)
    case .treeMap, .identityMap, .enumMap: return entries(type, slot, head: 4, sizeAt: 0)
    case .concurrentMap, .skipListMap: return nullEndedEntries(type, slot)
    case .properties:
      if type.hasAnnotation || type.fieldCount > 1 { return nil }
      return JavaHeld(significant: significant("defaults", type, slot))
    case .arrayList, .priorityQueue:
      guard let size = sizeField(type, slot) else { return nil }
      return items(type, slot, head: 4, size: size)
    case .linkedList, .countedList, .deque: return items(type, slot, head: 4, sizeAt: 0)
    case .hashSet: return items(type, slot, head: 12, sizeAt: 8)
    case .treeSet: return treeSet(type, slot)
    case .vector: return vector(type, slot)
    case .nullEndedList: return nullEndedItems(type, slot)
    case .shiroSession: return shiroSession(type, slot)
    case .date:
      guard type.hasAnnotation, let contents = contents(Int(pool[slot + type.slots - 1])),
        contents.count == 1, let time = milliseconds(contents.lowerBound)
      else { return nil }
      return JavaHeld(argument: time)
    default: return nil
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
    _ type: JavaClass, _ slot: Int, head: Int, sizeAt: Int
  ) -> JavaHeld? {
    guard let (at, body) = body(type, slot, head: head),
      Int(bits(at + sizeAt, 4)) == body.count / 2, body.count % 2 == 0
    else { return nil }
    return JavaHeld(significant: significant("comparator", type, slot), entries: body)
  }

  private mutating func items(
    _ type: JavaClass, _ slot: Int, head: Int, sizeAt: Int
  ) -> JavaHeld? {
    guard let (at, _) = body(type, slot, head: head) else { return nil }
    return items(type, slot, head: head, size: Int(bits(at + sizeAt, 4)))
  }

  private mutating func items(
    _ type: JavaClass, _ slot: Int, head: Int, size: Int
  ) -> JavaHeld? {
    guard let (_, body) = body(type, slot, head: head), body.count == size else { return nil }
    return JavaHeld(significant: significant("comparator", type, slot), items: body)
  }

  /// Objects without block data until a null.
  private mutating func nullEnded(_ type: JavaClass, _ slot: Int) -> Range<Int>? {
    guard type.hasAnnotation, let contents = contents(Int(pool[slot + type.slots - 1])),
      let last = contents.last, pool[last] == Self.null
    else { return nil }
    for place in contents where nodes[Int(pool[place])].kind == .block { return nil }
    return contents
  }

  /// Keys and values in turn until a null, or two.
  private mutating func nullEndedEntries(_ type: JavaClass, _ slot: Int) -> JavaHeld? {
    guard let contents = nullEnded(type, slot) else { return nil }
    let count = contents.count - (contents.count % 2 == 0 ? 2 : 1)
    return JavaHeld(
      significant: significant("comparator", type, slot), entries: contents.prefix(count))
  }

  private mutating func nullEndedItems(_ type: JavaClass, _ slot: Int) -> JavaHeld? {
    nullEnded(type, slot).map { JavaHeld(items: $0.dropLast()) }
  }

  /// A comparator, or null, then the elements behind their number.
  private mutating func treeSet(_ type: JavaClass, _ slot: Int) -> JavaHeld? {
    guard type.hasAnnotation, let contents = contents(Int(pool[slot + type.slots - 1])),
      contents.count >= 2
    else { return nil }
    let block = nodes[Int(pool[contents.lowerBound + 1])]
    guard block.kind == .block, block.b - block.a == 4,
      Int(bits(block.a, 4)) == contents.count - 2,
      nodes[Int(pool[contents.lowerBound])].kind != .block
    else { return nil }
    return JavaHeld(
      significant: significant(Int(pool[contents.lowerBound]), "comparator"),
      items: contents.dropFirst(2))
  }

  /// An array in a field, of which the first elements count.
  private mutating func vector(_ type: JavaClass, _ slot: Int) -> JavaHeld? {
    guard let data = slotIndex(type, "elementData"), let count = slotIndex(type, "elementCount")
    else { return nil }
    let array = nodes[Int(pool[slot + data])]
    let size = nodes[Int(pool[slot + count])]
    guard array.kind == .array, !array.flags.contains(.isShared), size.kind == .integer,
      0...Int(pool[array.b]) ~= size.a
    else { return nil }
    return JavaHeld(items: array.b + 1..<array.b + 1 + size.a)
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

  /// A field of a collection that changes what it is.
  private mutating func significant(
    _ name: StaticString, _ type: JavaClass, _ slot: Int
  ) -> (StaticString, Int)? {
    guard let place = slotIndex(type, name) else { return nil }
    return significant(Int(pool[slot + place]), name)
  }

  /// A comparator without fields only says in which order the elements are, and they are in that order.
  private mutating func significant(_ index: Int, _ name: StaticString) -> (StaticString, Int)? {
    let node = nodes[index]
    if node.kind == .null { return nil }
    if node.kind == .object, !node.flags.contains(.isDangerous), !node.flags.contains(.isShared),
      slots(of: node.a) == 0
    {
      return nil
    }
    return (name, index)
  }

  // MARK: - Views and constants

  /// Collections that are another one, or that have their elements in fields.
  mutating func view(_ index: Int, _ known: JavaKnown) -> JavaShape? {
    switch known {
    case .emptyList: return .value(.list([]))
    case .emptySet: return .value(.tagged(.set, .list([])))
    case .emptyMap: return .value(.map([]))
    case .singleton: return field(index, "element").map(JavaShape.listOf)
    case .singletonSet: return field(index, "element").map(JavaShape.setOf)
    case .singletonMap:
      guard let key = field(index, "k"), let element = field(index, "v") else { return nil }
      return .mapOf(key, element)
    case .entry:
      guard let key = field(index, "key"), let element = field(index, "value") else { return nil }
      return .tuple(key, element)
    case .arraysList:
      guard let array = field(index, "a"), nodes[array].kind == .array else { return nil }
      return .same(array)
    case .enumSet:
      guard let array = field(index, "elements"), nodes[array].kind == .array,
        !nodes[array].flags.contains(.isShared)
      else { return nil }
      let start = nodes[array].b + 1
      return .set(start..<start + Int(pool[start - 1]))
    case .mapSet:
      return (field(index, "m") ?? field(index, "al") ?? field(index, "map")).map(JavaShape.keys)
    case .collectionSerial: return collectionSerial(index)
    default:
      guard let inner = field(index, "c") ?? field(index, "m") ?? field(index, "value"),
        nodes[inner].kind == .object || nodes[inner].isAtom
      else { return nil }
      return .same(inner)
    }
  }

  /// What `List.of`, `Set.of` and `Map.of` are written as: the kind in a field, the elements behind their number.
  private mutating func collectionSerial(_ index: Int) -> JavaShape? {
    guard let tag = integer(index, "tag"),
      let annotation = annotation(of: index, .collectionSerial),
      let contents = contents(annotation), let first = contents.first
    else { return nil }
    let block = nodes[Int(pool[first])]
    guard block.kind == .block, block.b - block.a == 4,
      Int(bits(block.a, 4)) == contents.count - 1
    else { return nil }
    switch tag & 0xFF {
    case 1, 4: return .list(contents.dropFirst())
    case 2: return .set(contents.dropFirst())
    case 3 where contents.count % 2 == 1: return .map(contents.dropFirst())
    default: return nil
    }
  }

  // MARK: - Shiro

  /// SimpleSession's own form: a mask of the fields that are there, then these.
  /// https://github.com/apache/shiro/blob/main/core/src/main/java/org/apache/shiro/session/mgt/SimpleSession.java
  private mutating func shiroSession(_ type: JavaClass, _ slot: Int) -> JavaHeld? {
    guard type.hasAnnotation, type.fieldCount == 0,
      let contents = contents(Int(pool[slot + type.slots - 1])), let first = contents.first
    else { return nil }
    let head = nodes[Int(pool[first])]
    guard head.kind == .block, head.b - head.a >= 2 else { return nil }
    let mask = bits(head.a, 2)
    var at = first + 1
    // What is primitive stands in a block of its own between the objects, or behind the mask when there are none.
    var block = head.a + 2..<head.b
    var held = JavaHeld()
    for (bit, name) in Self.shiroFields where mask & bit != 0 {
      switch bit {
      case 16, 32, 64:
        if block.isEmpty, at < contents.upperBound, nodes[Int(pool[at])].kind == .block {
          block = nodes[Int(pool[at])].a..<nodes[Int(pool[at])].b
          at += 1
        }
        let size = bit == 16 ? 8 : bit == 32 ? 1 : block.count
        guard block.count >= size else { return nil }
        held.fields.append((name, (nil, shiroValue(bit, block.prefix(size)))))
        block = block.dropFirst(size)
      default:
        guard block.isEmpty, at < contents.upperBound, nodes[Int(pool[at])].kind != .block
        else { return nil }
        held.fields.append((name, (Int(pool[at]), .null)))
        at += 1
      }
    }
    return at == contents.upperBound && block.isEmpty ? held : nil
  }

  /// The timeout, the flag that it has expired, or the host.
  private func shiroValue(_ bit: UInt64, _ range: Range<Int>) -> Value {
    switch bit {
    case 16: .integer(Int64(bitPattern: bits(range.lowerBound, 8)))
    case 32: .bool(bits(range.lowerBound, 1) != 0)
    default: .string(String(decoding: reader.bytes[range.dropFirst(2)], as: UTF8.self))
    }
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
