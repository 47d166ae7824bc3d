/// The other exit: the table of nodes straight to plain JSON, the same bytes as by way of the `Value`. It leaves out the
/// tree for what every session consists of; only payloads without shared containers come here.
extension RubyMachine {
  mutating func write(_ index: Int, to writer: inout JSONWriter) throws(PayloadError) {
    let node = nodes[index]
    switch node.kind {
    case .null:
      try count()
      writer.put("null")
    case .true:
      try count()
      writer.put("true")
    case .false:
      try count()
      writer.put("false")
    case .integer:
      try count()
      writer.buffer.append(digits: Int64(node.a))
    case .symbol:
      try count()
      if !(try writeText(symbols[Int(node.a)].range, isBinary: false, to: &writer)) {
        writer.write(try symbol(node.a))
      }
    case .string where Int(node.end) == index + 1 && node.encoding.isBytes:
      try count()
      if !(try writeText(node.range, isBinary: node.encoding == .binary, to: &writer)) {
        writer.write(.bytes(Array(bytes[node.range])))
      }
    case .float:
      try count()
      writer.write(try double(node))
    case .link: try write(Int(node.a), to: &writer)
    case .array:
      try count()
      try enter()
      writer.put(UInt8(ascii: "["))
      var at = index + 1
      let end = Int(node.end)
      while at < end {
        if at > index + 1 { writer.put(UInt8(ascii: ",")) }
        try write(at, to: &writer)
        at = Int(nodes[at].end)
      }
      writer.put(UInt8(ascii: "]"))
      leave()
    case .hash where !node.flags.contains(.isByIdentity) && haveDistinctKeys(index):
      try count()
      try enter()
      try writeMembers(index, to: &writer)
      leave()
    case .subclass
    where nodes[index + 1].kind == .hash && known(index) == .hash && haveDistinctKeys(index + 1)
      && !nodes[index + 1].flags.contains(.isByIdentity):
      try count()
      try enter()
      try writeMembers(index + 1, to: &writer)
      leave()
    default: writer.write(try value(index))
    }
  }

  private mutating func writeMembers(
    _ index: Int, to writer: inout JSONWriter
  ) throws(PayloadError) {
    writer.put(UInt8(ascii: "{"))
    var at = index + 1
    let end = Int(nodes[index].end)
    while at < end {
      if at > index + 1 { writer.put(UInt8(ascii: ",")) }
      try write(at, to: &writer)
      writer.put(UInt8(ascii: ":"))
      let other = Int(nodes[at].end)
      try write(other, to: &writer)
      at = Int(nodes[other].end)
    }
    writer.put(UInt8(ascii: "}"))
  }

  /// Writes bytes as a JSON string; false, and nothing written, when they are no text.
  @inline(__always)
  private mutating func writeText(
    _ range: Range<Int>, isBinary: Bool, to writer: inout JSONWriter
  ) throws(PayloadError) -> Bool {
    try charge(range.count)
    let isPlain = bytes.withUnsafeBufferPointer { bytes in
      for at in range {
        let byte = bytes[at]
        if byte &- 0x20 > 0x5E || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          return false
        }
      }
      writer.buffer.append(UInt8(ascii: "\""))
      writer.buffer.append(UnsafeBufferPointer(rebasing: bytes[range]).span)
      writer.buffer.append(UInt8(ascii: "\""))
      return true
    }
    if isPlain { return true }
    if isBinary && bytes[range].contains(where: RubyText.isControl) { return false }
    guard (try? UTF8Span(validating: bytes.span.extracting(range))) != nil else { return false }
    bytes.withUnsafeBufferPointer {
      JSONText.append(UnsafeBufferPointer(rebasing: $0[range]), to: writer.buffer)
    }
    return true
  }

  // MARK: - Keys

  /// Entries up to which keys are compared each with each.
  private static let comparedKeys = 24

  /// The bytes of a key that is text and is written as its bytes.
  @inline(__always)
  private func keyRange(_ place: Int) -> Range<Int>? {
    let place = resolved(place)
    let node = nodes[place]
    switch node.kind {
    case .symbol: return symbols[Int(node.a)].range
    case .string
    where Int(node.end) == place + 1 && (node.encoding == .utf8 || node.encoding == .ascii):
      return node.range
    default: return nil
    }
  }

  /// Whether a hash is a JSON object as it is: its keys are texts, and none of them is there twice. It may say no to a hash
  /// that is one all the same.
  private func haveDistinctKeys(_ index: Int) -> Bool {
    let count = Int(nodes[index].a)
    if count > Self.comparedKeys { return haveDistinctKeysAmongMany(index) }
    return withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: Self.comparedKeys) { seen in
      var at = index + 1
      for place in 0..<count {
        guard let range = keyRange(at), isASCII(range) else { return false }
        for other in 0..<place where isSame(seen[other], range) { return false }
        seen.initializeElement(at: place, to: range)
        at = Int(nodes[Int(nodes[at].end)].end)
      }
      return true
    }
  }

  private func haveDistinctKeysAmongMany(_ index: Int) -> Bool {
    var seen: Set<ArraySlice<UInt8>> = []
    var at = index + 1
    for _ in 0..<nodes[index].a {
      guard let range = keyRange(at), isASCII(range), seen.insert(bytes[range]).inserted else {
        return false
      }
      at = Int(nodes[Int(nodes[at].end)].end)
    }
    return true
  }

  @inline(__always)
  private func isASCII(_ range: Range<Int>) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      for at in range where bytes[at] >= 0x80 { return false }
      return true
    }
  }

  @inline(__always)
  private func isSame(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
    if one.count != other.count { return false }
    if one.lowerBound == other.lowerBound { return true }
    return bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<one.count
      where bytes[one.lowerBound + offset] != bytes[other.lowerBound + offset] {
        return false
      }
      return true
    }
  }
}

extension RubyEncoding {
  /// Whether text in it is shown as its bytes are.
  var isBytes: Bool { self == .utf8 || self == .ascii || self == .binary }
}
