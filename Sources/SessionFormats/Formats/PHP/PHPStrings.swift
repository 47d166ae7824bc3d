/// Strings, and what is in those that are serialized themselves.
extension PHPDecoder {
  /// A length between colons. PHP took a plus sign up to 7.1; those who write it hide something.
  mutating func length() throws(PayloadError) -> Int {
    try colon()
    let start = reader.offset
    if reader.peek() == UInt8(ascii: "+") {
      try reader.skip(1)
      note("byte \(start): a length with a plus sign, which PHP never writes")
    }
    let digits = reader.prefix { $0 &- 0x30 < 10 }
    if digits.isEmpty { throw missing("a length") }
    try colon()
    var value = 0
    for at in digits {
      let digit = Int(reader.bytes[at] &- 0x30)
      // Nothing is longer than the payload, so that the value may stop growing there.
      value = value > reader.end ? value : value &* 10 &+ digit
    }
    if value > reader.end {
      let text = legible(String(decoding: reader.bytes[digits], as: UTF8.self), limit: 24)
      throw PayloadError(at: start, "a length of \(text), \(reader.remaining) bytes left")
    }
    return value
  }

  /// The range of a string's bytes, `:5:"hello";`.
  @inline(__always)
  mutating func string() throws(PayloadError) -> Range<Int> {
    let range = try quotedBytes()
    try expect(UInt8(ascii: ";"), "';' after a string")
    return range
  }

  /// The range of the bytes in `:5:"hello"`.
  @inline(__always)
  mutating func quotedBytes() throws(PayloadError) -> Range<Int> {
    // As PHP writes it, in one piece; all else takes the longer way.
    var ahead = 1
    var length = 0
    while let byte = reader.peek(ahead: ahead), byte &- 0x30 < 10 {
      length = length &* 10 &+ Int(byte &- 0x30)
      ahead &+= 1
    }
    let quote = UInt8(ascii: "\"")
    guard reader.peek() == UInt8(ascii: ":"), ahead > 1, ahead < 12,
      reader.peek(ahead: ahead) == UInt8(ascii: ":"), reader.peek(ahead: ahead &+ 1) == quote,
      reader.peek(ahead: ahead &+ 2 &+ length) == quote
    else { return try checkedBytes() }
    try reader.skip(ahead &+ 2)
    let range = try reader.range(length)
    try reader.skip(1)
    return range
  }

  @inline(never)
  private mutating func checkedBytes() throws(PayloadError) -> Range<Int> {
    let start = reader.offset
    let length = try length()
    try expect(UInt8(ascii: "\""), "'\"'")
    let range = try reader.range(length)
    guard reader.peek() == UInt8(ascii: "\"") else {
      throw PayloadError(
        at: reader.offset,
        "expected '\"' behind the \(length) bytes that byte \(start + 1) says, "
          + "found \(found(at: reader.offset))")
    }
    try reader.skip(1)
    return range
  }

  @inline(__always)
  mutating func text() throws(PayloadError) -> Output.Item {
    let range = try string()
    // A payload that is one string is looked into as a layer.
    if reader.depth > 0, PHP.mayHoldObjects(reader.bytes, range) { inspect(range) }
    return try text(reader.bytes, range)
  }

  /// Text if it is UTF-8. PHP's strings are bytes.
  @inline(__always)
  mutating func text(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(PayloadError) -> Output.Item {
    if let text = try output.text(bytes, range) { return text }
    return try output.binary(bytes, range)
  }

  /// `S:`, where `\41` is a byte: what PHP 6 was to write, and every version reads.
  mutating func escapedBytes() throws(PayloadError) -> [UInt8] {
    note("byte \(reader.offset - 1): an escaped string (S:), which PHP never writes")
    let length = try length()
    try expect(UInt8(ascii: "\""), "'\"'")
    var bytes: [UInt8] = []
    for _ in 0..<length {
      let byte = try reader.byte()
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let high = reader.peek().flatMap(hexDigit),
        let low = reader.peek(ahead: 1).flatMap(hexDigit)
      else { throw missing("two hexadecimal digits after a backslash") }
      try reader.skip(2)
      bytes.append(high << 4 | low)
    }
    try expect(UInt8(ascii: "\""), "'\"' after \(length) bytes")
    try expect(UInt8(ascii: ";"), "';' after a string")
    return bytes
  }

  /// Looks into a string that is serialized itself, as Symfony keeps its security token: whoever
  /// keeps it so will unserialize it. The string stays a string.
  private mutating func inspect(_ range: Range<Int>) {
    // The deepest that is known is a token of Symfony 4 in an attribute of a session in a cache.
    guard nesting < 3 else { return }
    var inner = PHPDecoder<TreeOutput>(
      ByteReader(Array(reader.bytes[range]), nodeLimit: reader.nodeLimit - reader.nodes),
      TreeOutput())
    inner.nesting = nesting + 1
    do throws(PayloadError) {
      for _ in 0..<reader.depth { try inner.reader.enter() }
      _ = try inner.document(.value)
    } catch {
      return
    }
    guard !inner.record.classes.isEmpty else { return }
    record.classes.add(inner.record.classes)
    for finding in inner.record.findings where record.findings.count < PHPInstance.findingsListed {
      record.findings.append(
        Finding(
          finding.effect, name: finding.name, offset: range.lowerBound + finding.offset,
          remark: finding.remark.map { "\($0), in a string" }))
    }
  }

  func quoted(_ range: Range<Int>) -> String {
    "\"\(legible(String(decoding: reader.bytes[range], as: UTF8.self), limit: 40))\""
  }
}
