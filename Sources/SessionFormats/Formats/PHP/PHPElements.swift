/// Arrays: lists and maps.
extension PHPDecoder {
  /// `:3:{` and room for as many elements: one takes six bytes or more, `i:0;N;`.
  @inline(__always)
  mutating func openBrace() throws(PayloadError) -> Int {
    // As PHP writes it, in one piece; all else takes the longer way.
    var ahead = 1
    var count = 0
    while let byte = reader.peek(ahead: ahead), byte &- 0x30 < 10 {
      count = count &* 10 &+ Int(byte &- 0x30)
      ahead &+= 1
    }
    guard reader.peek() == UInt8(ascii: ":"), ahead > 1, ahead < 12,
      reader.peek(ahead: ahead) == UInt8(ascii: ":"),
      reader.peek(ahead: ahead &+ 1) == UInt8(ascii: "{"),
      count <= (reader.remaining &- ahead &- 2) / 6
    else { return try checkedBrace() }
    try reader.skip(ahead &+ 2)
    return count
  }

  @inline(never)
  private mutating func checkedBrace() throws(PayloadError) -> Int {
    let start = reader.offset + 1
    let count = try length()
    try expect(UInt8(ascii: "{"), "'{'")
    if count > reader.remaining / 6 {
      throw PayloadError(
        at: start, "\(count) elements need \(count * 6) bytes or more, \(reader.remaining) left")
    }
    return count
  }

  mutating func array() throws(PayloadError) -> Output.Item {
    try reader.enter()
    let count = try openBrace()
    let item = try elements(count)
    try expect(UInt8(ascii: "}"), "'}' after \(count) elements")
    reader.leave()
    return item
  }

  /// The elements of an array: a list if the keys are 0, 1, 2 ...; else a map.
  ///
  /// PHP keeps the key "5" as the integer 5, so that integers are written like other keys and
  /// nothing is lost.
  private mutating func elements(_ count: Int) throws(PayloadError) -> Output.Item {
    if count > 0, !skipKey(0) {
      var map = try output.beginMap(count)
      return try entries(count, of: &map)
    }
    var list = try output.beginList(count)
    for index in 0..<count {
      if index > 0, !skipKey(index) {
        var map = try output.beginMap(after: list)
        return try entries(count - index, of: &map)
      }
      try output.nextElement(of: &list)
      output.add(try value(), to: &list)
    }
    return try output.end(list)
  }

  private mutating func entries(
    _ count: Int, of map: inout Output.Map
  ) throws(PayloadError) -> Output.Item {
    for _ in 0..<count {
      let key = try key(in: &map)
      output.add(key, try value(), to: &map)
    }
    if Output.keepsValues { noteRepeated(output.repeatedKeys(of: map), "key") }
    return try output.end(map)
  }

  /// Skips a key that is this integer; else says no and stays where it is.
  @inline(__always)
  private mutating func skipKey(_ index: Int) -> Bool {
    guard reader.peek() == UInt8(ascii: "i"), reader.peek(ahead: 1) == UInt8(ascii: ":") else {
      return false
    }
    var ahead = 2
    // Zero may have a minus.
    let sign = reader.peek(ahead: 2)
    if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") && index == 0 { ahead = 3 }
    let first = ahead
    var number = 0
    while let byte = reader.peek(ahead: ahead), byte &- 0x30 < 10 {
      // Beyond that it is another one, whatever follows.
      if number <= index { number = number &* 10 &+ Int(byte &- 0x30) }
      ahead &+= 1
    }
    guard number == index, ahead > first, reader.peek(ahead: ahead) == UInt8(ascii: ";") else {
      return false
    }
    return (try? reader.skip(ahead &+ 1)) != nil
  }

  /// A key takes no slot.
  @inline(__always)
  mutating func key(in map: inout Output.Map) throws(PayloadError) -> Output.Item {
    let start = reader.offset
    switch try reader.byte() {
    case UInt8(ascii: "s"): return try key(reader.bytes, string(), in: &map)
    case UInt8(ascii: "i"):
      let integer = try integer()
      if integer.isPlain(in: reader.bytes) {
        return try key(reader.bytes, integer.text, in: &map)
      }
      let text = Array(integer.literal(in: reader.bytes).utf8)
      return try key(text, text.indices, in: &map)
    case UInt8(ascii: "S"):
      let bytes = try escapedBytes()
      return try key(bytes, bytes.indices, in: &map)
    default: throw noKey(start)
    }
  }

  func noKey(_ start: Int) -> PayloadError {
    PayloadError(at: start, "expected a key (i: or s:), found \(found(at: start))")
  }

  @inline(__always)
  mutating func key(
    _ bytes: [UInt8], _ range: Range<Int>, in map: inout Output.Map
  ) throws(PayloadError) -> Output.Item {
    if let key = try output.key(bytes, range, in: &map) { return key }
    try output.beginKey(in: &map)
    output.open(at: reader.offset)
    let key = try output.binary(bytes, range)
    output.close(at: reader.offset)
    try output.endKey(in: &map)
    return key
  }

  mutating func noteRepeated(_ keys: [String], _ what: String) {
    for key in keys.prefix(Limits.notes) {
      note(
        "duplicate \(what) \"\(legible(key, limit: 40))\"; all are shown, PHP keeps the last")
    }
  }
}
