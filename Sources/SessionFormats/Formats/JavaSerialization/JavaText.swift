/// Modified UTF-8 (java.io.DataInput): NUL is two bytes, a character beyond U+FFFF a surrogate pair of three bytes
/// each.
extension JavaMachine {
  /// The text of the next `count` bytes, which are skipped.
  @inline(__always)
  mutating func name(_ count: Int) throws(PayloadError) -> JavaName {
    let range = try reader.range(count)
    let isPlain = reader.bytes.withUnsafeBufferPointer { bytes in
      var isUnsafe = false
      // No branch in it, so that the compiler can look at many bytes at once.
      for index in range {
        let byte = bytes[index]
        isUnsafe = isUnsafe || (byte &- 0x20) >= 0x5F || (byte == 0x22) || (byte == 0x5C)
      }
      return !isUnsafe
    }
    if isPlain { return JavaName(start: range.lowerBound, end: range.upperBound, flags: .isPlain) }
    return try decode(range)
  }

  /// A text that is not plain ASCII. What is UTF-8 as it stands is left in the payload.
  @inline(never)
  private mutating func decode(_ range: Range<Int>) throws(PayloadError) -> JavaName {
    let bytes = reader.bytes
    let start = scratch.count
    var isSame = true
    var flags: JavaNode.Flags = []
    var high: UInt32 = 0
    var at = range.lowerBound
    while at < range.upperBound {
      let lead = bytes[at]
      let length: Int
      var unit: UInt32
      switch lead {
      case 0..<0x80: (length, unit) = (1, UInt32(lead))
      case 0xC0...0xDF: (length, unit) = (2, UInt32(lead & 0x1F))
      case 0xE0...0xEF: (length, unit) = (3, UInt32(lead & 0x0F))
      default: throw invalidText(at, range)
      }
      guard range.upperBound - at >= length else { throw invalidText(at, range) }
      for index in at + 1..<at + length {
        guard bytes[index] & 0xC0 == 0x80 else { throw invalidText(index, range) }
        unit = unit << 6 | UInt32(bytes[index] & 0x3F)
      }
      // Java reads a character in more bytes than it takes, which hides names from whoever searches for them.
      if length == 2 && unit < 0x80 && unit > 0 || length == 3 && unit < 0x800 {
        note("text at byte \(range.lowerBound) in more bytes than Java writes, which hides it")
        isSame = false
      }
      if length == 2 && unit == 0 { isSame = false }
      at += length
      if high != 0 && 0xDC00...0xDFFF ~= unit {
        scratch.removeLast(3)
        unit = 0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00)
        isSame = false
        high = 0
      } else {
        if high != 0 { flags.insert(.hasSurrogates) }
        high = 0
        if 0xD800...0xDBFF ~= unit { high = unit }
        if 0xDC00...0xDFFF ~= unit { flags.insert(.hasSurrogates) }
      }
      GeneralizedUTF8.append(unit, to: &scratch)
    }
    if high != 0 { flags.insert(.hasSurrogates) }
    if isSame {
      scratch.removeLast(scratch.count - start)
      return JavaName(start: range.lowerBound, end: range.upperBound, flags: flags)
    }
    flags.insert(.inScratch)
    return JavaName(start: start, end: scratch.count, flags: flags)
  }

  private func invalidText(_ at: Int, _ range: Range<Int>) -> PayloadError {
    PayloadError(at: at, "invalid modified UTF-8 in a text of \(range.count) bytes")
  }

  // MARK: - Taking it out

  /// The text as a Swift string; lone surrogates are U+FFFD.
  mutating func string(_ name: JavaName) -> String {
    name.flags.contains(.inScratch)
      ? String(decoding: scratch[name.start..<name.end], as: UTF8.self)
      : String(decoding: reader.bytes[name.start..<name.end], as: UTF8.self)
  }

  /// As `string(_:)`, counted: one name of a description may stand in any number of instances.
  mutating func string(charged name: JavaName) throws(PayloadError) -> String {
    try charge(name.count)
    return string(name)
  }

  mutating func raw(_ name: JavaName) -> [UInt8] {
    name.flags.contains(.inScratch)
      ? Array(scratch[name.start..<name.end]) : Array(reader.bytes[name.start..<name.end])
  }

  @inline(__always)
  mutating func equals(_ name: JavaName, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    if name.count != count { return false }
    let start = text.utf8Start
    if name.flags.contains(.inScratch) {
      for at in 0..<count where scratch[name.start + at] != start[at] { return false }
      return true
    }
    return reader.bytes.withUnsafeBufferPointer { bytes in
      for at in 0..<count where bytes[name.start + at] != start[at] { return false }
      return true
    }
  }

  func name(of node: JavaNode) -> JavaName {
    JavaName(start: node.a, end: node.b, flags: node.flags)
  }
}
