/// The other exit of the second phase: the table of nodes straight to plain JSON.
///
/// It writes the same bytes, and fails with the same errors, as making the `Value` and writing that; it only
/// leaves out the tree for what every session consists of. What is unusual goes by way of its `Value`.
extension PickleMachine {
  /// Appends the payload's result.
  mutating func write(_ root: Int, to writer: inout JSONWriter) throws(PayloadError) {
    judge()
    if hasShared {
      // Which of two appearances is the first one is known only when all were seen.
      let value = try value(root)
      writer.write(sharing.renumbered(value))
    } else {
      try writeNode(root, to: &writer)
    }
  }

  private mutating func writeNode(
    _ index: Int, to writer: inout JSONWriter
  ) throws(PayloadError) {
    let node = nodes[index]
    switch node.kind {
    case .text:
      try count()
      try writeText(node, to: &writer)
    case .integer:
      try count()
      writer.buffer.append(digits: Int64(node.a))
    case .bool:
      try count()
      writer.put(node.a != 0 ? "true" : "false")
    case .none:
      try count()
      writer.put("null")
    case .double:
      try count()
      writer.write(Double(bitPattern: UInt64(bitPattern: Int64(node.a))))
    case .dict:
      if haveDistinctKeys(node) {
        try count()
        try enter()
        try writeMembers(node, to: &writer)
        depth -= 1
      } else {
        writer.write(try value(index))
      }
    case .list, .tuple, .set, .frozenset:
      try count()
      try enter()
      try writeElements(node, to: &writer)
      depth -= 1
    case .call:
      if !(try writeDateTime(node, to: &writer)) { writer.write(try value(index)) }
    default: writer.write(try value(index))
    }
  }

  @inline(__always)
  private mutating func count() throws(PayloadError) {
    values += 1
    if values > valueLimit { throw limit("more than \(valueLimit) values") }
  }

  @inline(__always)
  private mutating func enter() throws(PayloadError) {
    depth += 1
    if depth > Limits.depth { throw limit("nested more than \(Limits.depth) deep") }
  }

  private mutating func writeText(
    _ node: PickleNode, to writer: inout JSONWriter
  ) throws(PayloadError) {
    try charge(node.b - node.a)
    if node.flags.contains(.inScratch) {
      scratch.withUnsafeBufferPointer {
        JSONText.append(UnsafeBufferPointer(rebasing: $0[node.a..<node.b]), to: writer.buffer)
      }
      return
    }
    reader.bytes.withUnsafeBufferPointer {
      let text = UnsafeBufferPointer(rebasing: $0[node.a..<node.b])
      if node.flags.contains(.isPlain) {
        writer.buffer.append(UInt8(ascii: "\""))
        writer.buffer.append(text.span)
        writer.buffer.append(UInt8(ascii: "\""))
      } else {
        JSONText.append(text, to: writer.buffer)
      }
    }
  }

  private mutating func writeElements(
    _ node: PickleNode, to writer: inout JSONWriter
  ) throws(PayloadError) {
    writer.put(UInt8(ascii: "["))
    var isFirst = true
    var segment = node.a
    while segment >= 0 {
      let end = segment + 2 + Int(pool[segment])
      for place in segment + 2..<end {
        if !isFirst { writer.put(UInt8(ascii: ",")) }
        isFirst = false
        try writeNode(Int(pool[place]), to: &writer)
      }
      segment = Int(pool[segment + 1])
    }
    writer.put(UInt8(ascii: "]"))
  }

  private mutating func writeMembers(
    _ node: PickleNode, to writer: inout JSONWriter
  ) throws(PayloadError) {
    writer.put(UInt8(ascii: "{"))
    var isFirst = true
    var segment = node.a
    while segment >= 0 {
      let end = segment + 2 + Int(pool[segment])
      for place in stride(from: segment + 2, to: end, by: 2) {
        if !isFirst { writer.put(UInt8(ascii: ",")) }
        isFirst = false
        let key = nodes[Int(pool[place])]
        try count()
        try writeText(key, to: &writer)
        writer.put(UInt8(ascii: ":"))
        try writeNode(Int(pool[place + 1]), to: &writer)
      }
      segment = Int(pool[segment + 1])
    }
    writer.put(UInt8(ascii: "}"))
  }

  // MARK: - Keys

  /// Entries up to which keys are compared each with each.
  private static let comparedKeys = 24

  /// Whether a dict is a JSON object as it is: few entries, all keys text, none of them twice.
  private mutating func haveDistinctKeys(_ node: PickleNode) -> Bool {
    if node.count == 0 { return true }
    guard node.count <= 2 * Self.comparedKeys, pool[node.a + 1] < 0 else {
      return haveDistinctKeysAmongMany(node)
    }
    let start = node.a + 2
    for place in stride(from: start, to: start + Int(node.count), by: 2) {
      let key = nodes[Int(pool[place])]
      guard key.kind == .text else { return false }
      for other in stride(from: start, to: place, by: 2)
      where isSameText(key, nodes[Int(pool[other])]) {
        return false
      }
    }
    return true
  }

  private mutating func haveDistinctKeysAmongMany(_ node: PickleNode) -> Bool {
    let children = list(node.children)
    var seen: Set<[UInt8]> = []
    for place in stride(from: 0, to: children.count, by: 2) {
      let key = nodes[children[place]]
      guard key.kind == .text, seen.insert(raw(key)).inserted else { return false }
    }
    return true
  }

  private mutating func isSameText(_ one: PickleNode, _ other: PickleNode) -> Bool {
    let count = one.b - one.a
    if count != other.b - other.a { return false }
    if one.flags.contains(.inScratch) || other.flags.contains(.inScratch) {
      return raw(one) == raw(other)
    }
    for offset in 0..<count where reader.bytes[one.a + offset] != reader.bytes[other.a + offset] {
      return false
    }
    return true
  }

  // MARK: - Dates

  /// Writes `datetime.datetime(bytes)` without a zone, which nearly every session holds. False if it is anything else.
  private mutating func writeDateTime(
    _ node: PickleNode, to writer: inout JSONWriter
  ) throws(PayloadError) -> Bool {
    let call = calls[node.a]
    guard call.style == .call, !call.isDangerous, call.entries.count == 0, call.items.count == 0,
      nodes[call.callee].kind == .global,
      globals[nodes[call.callee].a].known == .datetime, nodes[call.arguments].count == 1,
      let argument = firstItem(call.arguments), nodes[argument].kind == .bytes,
      nodes[argument].b - nodes[argument].a == 10, !nodes[argument].flags.contains(.inScratch)
    else { return false }
    let at = nodes[argument].a
    let bytes = reader.bytes
    let year = Int(bytes[at]) << 8 | Int(bytes[at + 1])
    let (month, day) = (Int(bytes[at + 2]), Int(bytes[at + 3]))
    let (hour, minute, second) = (Int(bytes[at + 4]), Int(bytes[at + 5]), Int(bytes[at + 6]))
    let micros = Int(bytes[at + 7]) << 16 | Int(bytes[at + 8]) << 8 | Int(bytes[at + 9])
    guard Self.isDate(year, month, day), Self.isTime(hour, minute, second, micros)
    else { return false }
    try count()
    try enter()
    depth -= 1
    try charge(10)
    writer.put(UInt8(ascii: "\""))
    writer.put2(year / 100)
    writer.put2(year % 100)
    writer.put(UInt8(ascii: "-"))
    writer.put2(month)
    writer.put(UInt8(ascii: "-"))
    writer.put2(day)
    writer.put(UInt8(ascii: "T"))
    writer.put2(hour)
    writer.put(UInt8(ascii: ":"))
    writer.put2(minute)
    writer.put(UInt8(ascii: ":"))
    writer.put2(second)
    if micros > 0 {
      writer.put(UInt8(ascii: "."))
      writer.put2(micros / 10_000)
      writer.put2(micros / 100 % 100)
      writer.put2(micros % 100)
    }
    writer.put(UInt8(ascii: "\""))
    return true
  }
}
