/// The other exit of the second phase: the table of nodes straight to plain JSON.
///
/// It writes the same bytes, and fails with the same errors, as making the `Value` and writing that; it only leaves
/// out the tree for what every session consists of. What is unusual goes by way of its `Value`.
extension JavaMachine {
  mutating func write(_ index: Int, to writer: inout JSONWriter) throws(PayloadError) {
    let node = nodes[index]
    switch node.kind {
    case .text where !node.flags.contains(.hasSurrogates):
      try countValue()
      try writeText(node, to: &writer)
    case .integer:
      try countValue()
      writer.buffer.append(digits: Int64(node.a))
    case .bool:
      try countValue()
      writer.put(node.a != 0 ? "true" : "false")
    case .null:
      try countValue()
      writer.put("null")
    case .double:
      try countValue()
      writer.write(Double(bitPattern: UInt64(bitPattern: Int64(node.a))))
    case .float:
      try countValue()
      writer.write(Self.float(node.a))
    case .array:
      try countValue()
      try enterValue()
      try writeList(node.b + 1, Int(pool[node.b]), to: &writer)
      depth -= 1
    case .constant:
      try writeConstant(node, index, to: &writer)
    case .object:
      if !(try writeObject(index, node, to: &writer)) { writer.write(try value(index)) }
    default: writer.write(try value(index))
    }
  }

  @inline(__always)
  private mutating func enterValue() throws(PayloadError) {
    depth += 1
    if depth > Limits.depth { throw limit("nested more than \(Limits.depth) deep") }
  }

  @inline(__always)
  private mutating func writeText(
    _ node: JavaNode, to writer: inout JSONWriter
  ) throws(PayloadError) {
    try charge(node.b - node.a)
    append(name(of: node), to: &writer, quoted: true)
  }

  /// Appends a name, as a string or, when that is plain, without quotes.
  @inline(__always)
  private mutating func append(_ name: JavaName, to writer: inout JSONWriter, quoted: Bool) {
    if name.flags.contains(.inScratch) {
      scratch.withUnsafeBufferPointer {
        JSONText.append(UnsafeBufferPointer(rebasing: $0[name.start..<name.end]), to: writer.buffer)
      }
      return
    }
    reader.bytes.withUnsafeBufferPointer {
      let text = UnsafeBufferPointer(rebasing: $0[name.start..<name.end])
      if name.flags.contains(.isPlain) {
        if quoted { writer.put(UInt8(ascii: "\"")) }
        writer.buffer.append(text.span)
        if quoted { writer.put(UInt8(ascii: "\"")) }
      } else {
        JSONText.append(text, to: writer.buffer)
      }
    }
  }

  private mutating func writeList(
    _ start: Int, _ count: Int, to writer: inout JSONWriter
  ) throws(PayloadError) {
    writer.put(UInt8(ascii: "["))
    for place in start..<start + count {
      if place > start { writer.put(UInt8(ascii: ",")) }
      try write(Int(pool[place]), to: &writer)
    }
    writer.put(UInt8(ascii: "]"))
  }

  private mutating func writeConstant(
    _ node: JavaNode, _ index: Int, to writer: inout JSONWriter
  ) throws(PayloadError) {
    let (type, constant) = (classes[node.a], name(of: nodes[node.b]))
    guard type.name.flags == .isPlain, constant.flags.subtracting(.isShared) == .isPlain,
      type.name.count > 0, reader.bytes[type.name.start] != UInt8(ascii: "["),
      !type.flags.contains(.proxy)
    else {
      writer.write(try value(index))
      return
    }
    try countValue()
    try charge(type.name.count)
    try charge(constant.count)
    writer.put(UInt8(ascii: "\""))
    append(type.name, to: &writer, quoted: false)
    writer.put(UInt8(ascii: "."))
    append(constant, to: &writer, quoted: false)
    writer.put(UInt8(ascii: "\""))
  }

  // MARK: - Objects

  /// Writes an instance of the usual kinds; false, and nothing is counted or written, if it is none.
  private mutating func writeObject(
    _ index: Int, _ node: JavaNode, to writer: inout JSONWriter
  ) throws(PayloadError) -> Bool {
    let type = classes[node.a]
    switch type.known {
    case .boxed, .boolean:
      // The superclass, if it is described, has no fields; the value is the only one.
      guard type.fieldCount == 1, !type.hasAnnotation, slots(of: node.a) == 1,
        equals(fields[type.firstField].name, "value")
      else { return false }
      let field = Int(pool[node.b])
      guard nodes[field].isPrimitive, nodes[field].kind != .character else { return false }
      try countValue()
      try enterValue()
      try write(field, to: &writer)
      depth -= 1
      return true
    case .hashMap, .linkedHashMap: return try writeMap(node, type, to: &writer)
    case .arrayList:
      guard type.levels == 1, let size = sizeField(type, node.b),
        let (_, body) = body(type, node.b, head: 4), body.count == size
      else { return false }
      try countValue()
      try enterValue()
      try charge(type.name.count)
      try writeList(body.lowerBound, body.count, to: &writer)
      depth -= 1
      return true
    case .date:
      guard type.levels == 1, type.slots == 1, type.hasAnnotation,
        let contents = contents(Int(pool[node.b])), contents.count == 1
      else { return false }
      let block = nodes[Int(pool[contents.lowerBound])]
      guard block.kind == .block, block.b - block.a == 8,
        case .tagged(.datetime, .string(let text))? = milliseconds(contents.lowerBound)
      else { return false }
      try countValue()
      try enterValue()
      depth -= 1
      JSONText.append(text, to: writer.buffer)
      return true
    case .other: return try writeFields(index, node, to: &writer)
    default: return false
    }
  }

  /// A HashMap, or a LinkedHashMap, which has one field more.
  private mutating func writeMap(
    _ node: JavaNode, _ type: JavaClass, to writer: inout JSONWriter
  ) throws(PayloadError) -> Bool {
    var map = type
    if type.known == .linkedHashMap {
      guard type.levels == 2, !type.hasAnnotation else { return false }
      map = classes[type.parent]
      guard map.known == .hashMap else { return false }
    }
    guard map.levels == 1, let (at, body) = body(map, node.b, head: 8),
      Int(bits(at + 4, 4)) == body.count / 2, body.count % 2 == 0,
      slotIndex(map, "comparator") == nil,
      haveDistinctKeys(body)
    else { return false }
    try countValue()
    try enterValue()
    try charge(type.name.count)
    writer.put(UInt8(ascii: "{"))
    for place in stride(from: body.lowerBound, to: body.upperBound, by: 2) {
      if place > body.lowerBound { writer.put(UInt8(ascii: ",")) }
      try countValue()
      try writeText(nodes[Int(pool[place])], to: &writer)
      writer.put(UInt8(ascii: ":"))
      try write(Int(pool[place + 1]), to: &writer)
    }
    writer.put(UInt8(ascii: "}"))
    depth -= 1
    return true
  }

  /// Entries up to which keys are compared each with each.
  private static let comparedKeys = 24

  /// Whether a map is a JSON object as it is: few entries, all keys text, none of them twice.
  private mutating func haveDistinctKeys(_ body: Range<Int>) -> Bool {
    if body.count > 2 * Self.comparedKeys { return false }
    for place in stride(from: body.lowerBound, to: body.upperBound, by: 2) {
      let key = nodes[Int(pool[place])]
      guard key.kind == .text, !key.flags.contains(.hasSurrogates) else { return false }
      for other in stride(from: body.lowerBound, to: place, by: 2)
      where isSame(name(of: key), name(of: nodes[Int(pool[other])])) {
        return false
      }
    }
    return true
  }

  @inline(__always)
  private mutating func isSame(_ one: JavaName, _ other: JavaName) -> Bool {
    if one.count != other.count { return false }
    if one.flags.contains(.inScratch) || other.flags.contains(.inScratch) {
      return raw(one) == raw(other)
    }
    return reader.bytes.withUnsafeBufferPointer { bytes in
      for at in 0..<one.count where bytes[one.start + at] != bytes[other.start + at] {
        return false
      }
      return true
    }
  }

  // MARK: - Objects of an application

  /// An object that has fields alone, of distinct names none of which could be taken for a tag.
  private mutating func writeFields(
    _ index: Int, _ node: JavaNode, to writer: inout JSONWriter
  ) throws(PayloadError) -> Bool {
    let type = classes[node.a]
    guard type.name.flags.contains(.isPlain), type.name.count > 0,
      reader.bytes[type.name.start] != UInt8(ascii: "["), haveDistinctFields(node.a)
    else { return false }
    try countValue()
    try enterValue()
    try charge(type.name.count)
    writer.put("{\"$class\":")
    append(type.name, to: &writer, quoted: true)
    let base = stackClasses(of: node.a)
    var slot = node.b
    while chain.count > base {
      let type = classes[Int(chain.removeLast())]
      for place in type.firstField..<type.firstField + type.fieldCount {
        let value = Int(pool[slot])
        slot += 1
        if value == Self.absent { continue }
        let name = fields[place].name
        try charge(name.count)
        writer.put(UInt8(ascii: ","))
        append(name, to: &writer, quoted: true)
        writer.put(UInt8(ascii: ":"))
        try write(value, to: &writer)
      }
    }
    writer.put(UInt8(ascii: "}"))
    depth -= 1
    return true
  }

  /// Whether all fields of a class and its superclasses are plain; looked at once for each class.
  private mutating func haveDistinctFields(_ index: Int) -> Bool {
    if let known = classes[index].hasDistinctFields { return known }
    let result = findDistinctFields(index)
    classes[index].hasDistinctFields = result
    return result
  }

  private mutating func findDistinctFields(_ index: Int) -> Bool {
    var seen: [JavaName] = []
    var level = index
    while level >= 0 {
      let type = classes[level]
      let isPlain = type.known == .other || type.known == .empty && type.fieldCount == 0
      guard isPlain, !type.hasAnnotation, type.flags.isDisjoint(with: [.proxy, .externalizable]),
        seen.count + type.fieldCount <= Self.comparedKeys
      else { return false }
      for place in type.firstField..<type.firstField + type.fieldCount {
        let name = fields[place].name
        guard !name.flags.contains(.hasSurrogates), !name.flags.contains(.inScratch),
          name.count > 0, reader.bytes[name.start] != UInt8(ascii: "$")
        else { return false }
        for other in seen where isSame(name, other) { return false }
        seen.append(name)
      }
      level = type.parent
    }
    return true
  }
}
