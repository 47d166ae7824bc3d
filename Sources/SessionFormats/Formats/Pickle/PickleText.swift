/// The instructions that push numbers, text and bytes.
extension PickleMachine {
  // MARK: - Text

  /// What is known of a text; nil if it is none.
  @inline(__always)
  private static func textFlags(_ bytes: [UInt8], _ range: Range<Int>) -> PickleNode.Flags? {
    switch GeneralizedUTF8.kind(of: bytes.span.extracting(range)) {
    case .plain, .text: []
    case .surrogates: .hasSurrogates
    case nil: nil
    }
  }

  @inline(__always)
  mutating func pushText(_ range: Range<Int>) throws(PayloadError) {
    guard let flags = Self.textFlags(reader.bytes, range) else { throw invalidText(range) }
    try push(PickleNode(.text, a: range.lowerBound, b: range.upperBound, flags: flags))
  }

  @inline(never)
  private mutating func invalidText(_ range: Range<Int>) -> PayloadError {
    PayloadError(at: range.lowerBound, "invalid UTF-8 in a text of \(range.count) bytes")
  }

  @inline(__always)
  mutating func pushBytes(_ range: Range<Int>) throws(PayloadError) {
    try push(PickleNode(.bytes, a: range.lowerBound, b: range.upperBound))
  }

  /// A `str` of Python 2 is text if it is UTF-8, and bytes otherwise.
  mutating func pushPython2(_ range: Range<Int>) throws(PayloadError) {
    if var flags = Self.textFlags(reader.bytes, range), !flags.contains(.hasSurrogates) {
      flags.insert(.isPython2)
      try push(PickleNode(.text, a: range.lowerBound, b: range.upperBound, flags: flags))
    } else {
      try push(PickleNode(.bytes, a: range.lowerBound, b: range.upperBound, flags: .isPython2))
    }
  }

  /// The rest of a line as text.
  mutating func pushLine(_ range: Range<Int>) throws(PayloadError) { try pushText(range) }

  private mutating func pushScratchText(from start: Int, python2: Bool) throws(PayloadError) {
    let range = start..<scratch.count
    var flags = Self.textFlags(scratch, range)
    if python2 && flags?.contains(.hasSurrogates) == true { flags = nil }
    var node = PickleNode(flags == nil ? .bytes : .text, a: start, b: scratch.count)
    node.flags = flags ?? []
    node.flags.insert(.inScratch)
    if python2 { node.flags.insert(.isPython2) }
    try push(node)
  }

  /// UNICODE: Latin-1 with `\uXXXX` and `\UXXXXXXXX`. Two escapes of a surrogate pair are one character, as narrow
  /// builds of Python 2 write it.
  mutating func pushRawUnicodeEscape(_ range: Range<Int>) throws(PayloadError) {
    let bytes = reader.bytes
    let start = scratch.count
    var at = range.lowerBound
    var high: UInt32 = 0
    while at < range.upperBound {
      let byte = bytes[at]
      at += 1
      var scalar = UInt32(byte)
      if byte == UInt8(ascii: "\\") && at < range.upperBound {
        let kind = bytes[at]
        if kind == UInt8(ascii: "u") || kind == UInt8(ascii: "U") {
          let digits = kind == UInt8(ascii: "u") ? 4 : 8
          guard range.upperBound - at - 1 >= digits else {
            throw PayloadError(at: at - 1, "UNICODE: an escape that is cut off")
          }
          scalar = 0
          for index in at + 1...at + digits {
            guard let digit = hexDigit(bytes[index]) else {
              throw PayloadError(at: at - 1, "UNICODE: an escape with no hexadecimal digit")
            }
            scalar = scalar &<< 4 | UInt32(digit)
          }
          guard scalar <= 0x10FFFF else {
            throw PayloadError(at: at - 1, "UNICODE: an escape beyond U+10FFFF")
          }
          at += digits + 1
        } else {
          // A backslash before anything else stands for itself, and so does what follows it.
          GeneralizedUTF8.append(scalar, to: &scratch)
          scalar = UInt32(kind)
          at += 1
        }
      }
      if high != 0 && 0xDC00...0xDFFF ~= scalar {
        scratch.removeLast(3)
        scalar = 0x10000 + (high - 0xD800) << 10 + (scalar - 0xDC00)
      }
      high = 0xD800...0xDBFF ~= scalar ? scalar : 0
      GeneralizedUTF8.append(scalar, to: &scratch)
    }
    try pushScratchText(from: start, python2: false)
  }

  /// STRING: a literal of Python 2 in its quotes.
  mutating func pushQuoted(_ range: Range<Int>) throws(PayloadError) {
    let bytes = reader.bytes
    let quote = range.isEmpty ? 0 : bytes[range.lowerBound]
    guard range.count >= 2, quote == bytes[range.upperBound - 1],
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { throw error("STRING needs a text in quotes") }
    let start = scratch.count
    let end = range.upperBound - 1
    var at = range.lowerBound + 1
    while at < end {
      let byte = bytes[at]
      at += 1
      guard byte == UInt8(ascii: "\\") else {
        scratch.append(byte)
        continue
      }
      guard at < end else { throw error("STRING ends in a backslash") }
      let kind = bytes[at]
      at += 1
      switch kind {
      case UInt8(ascii: "n"): scratch.append(0x0A)
      case UInt8(ascii: "t"): scratch.append(0x09)
      case UInt8(ascii: "r"): scratch.append(0x0D)
      case UInt8(ascii: "a"): scratch.append(0x07)
      case UInt8(ascii: "b"): scratch.append(0x08)
      case UInt8(ascii: "f"): scratch.append(0x0C)
      case UInt8(ascii: "v"): scratch.append(0x0B)
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): scratch.append(kind)
      case UInt8(ascii: "x"):
        guard end - at >= 2, let high = hexDigit(bytes[at]),
          let low = hexDigit(bytes[at + 1])
        else { throw PayloadError(at: at - 2, "STRING: \\x needs two hexadecimal digits") }
        scratch.append(high << 4 | low)
        at += 2
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        var value = UInt32(kind - UInt8(ascii: "0"))
        var digits = 1
        while digits < 3, at < end, UInt8(ascii: "0")...UInt8(ascii: "7") ~= bytes[at] {
          value = value << 3 | UInt32(bytes[at] - UInt8(ascii: "0"))
          at += 1
          digits += 1
        }
        scratch.append(UInt8(truncatingIfNeeded: value))
      default: scratch += [UInt8(ascii: "\\"), kind]
      }
    }
    try pushScratchText(from: start, python2: true)
  }

  // MARK: - Numbers

  /// The number of a memo entry in decimal text.
  mutating func index(_ range: Range<Int>) throws(PayloadError) -> Int {
    var value = 0
    for at in range {
      let digit = Int(reader.bytes[at]) - 0x30
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard 0...9 ~= digit, !overflow, product <= Int.max - digit else {
        throw error("\(opcode.name) needs a decimal number")
      }
      value = product + digit
    }
    if range.isEmpty { throw error("\(opcode.name) needs a decimal number") }
    return value
  }

  /// INT: `00` and `01` are the booleans of protocols 0 and 1.
  mutating func pushInt(_ range: Range<Int>) throws(PayloadError) {
    if range.count == 2, reader.bytes[range.lowerBound] == UInt8(ascii: "0") {
      let digit = reader.bytes[range.lowerBound + 1]
      if digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") {
        try push(PickleNode(.bool, a: Int(digit - UInt8(ascii: "0"))))
        return
      }
    }
    try pushLong(range)
  }

  mutating func pushLong(_ range: Range<Int>) throws(PayloadError) {
    var range = range
    if let last = range.last, reader.bytes[last] == UInt8(ascii: "L") {
      range = range.lowerBound..<last
    }
    guard range.count <= IntegerDigits.most else {
      throw beyond("\(opcode.name): \(range.count) digits, at most \(IntegerDigits.most)")
    }
    let start = scratch.count
    guard let value = IntegerDigits.parse(reader.bytes, range, into: &scratch) else {
      throw error("\(opcode.name) needs decimal digits")
    }
    try push(integer: value, digitsFrom: start)
  }

  /// LONG1 and LONG4: an integer of `size` bytes in little-endian two's complement.
  mutating func pushBinary(_ size: Int) throws(PayloadError) {
    let range = try reader.range(size)
    guard size <= Limits.integerBytes else {
      throw beyond("\(opcode.name): an integer of \(size) bytes, at most \(Limits.integerBytes)")
    }
    let start = scratch.count
    let value = IntegerDigits.decode(reader.bytes, range, into: &scratch)
    // Its decimal digits take time quadratic in the size, and count accordingly.
    pushes += size * size / 4096
    try push(integer: value, digitsFrom: start)
  }

  private mutating func push(integer: Int?, digitsFrom start: Int) throws(PayloadError) {
    if let integer {
      scratch.removeLast(scratch.count - start)
      try push(PickleNode(.integer, a: integer))
    } else {
      try push(PickleNode(.bigInteger, a: start, b: scratch.count, flags: .inScratch))
    }
  }

  /// FLOAT: what `repr` prints, `inf` and `nan` included.
  mutating func pushFloat(_ range: Range<Int>) throws(PayloadError) {
    let text = String(decoding: reader.bytes[range], as: UTF8.self)
    let isHexadecimal = text.utf8.contains { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") }
    guard !isHexadecimal, let value = Double(text) else {
      throw error("FLOAT needs a number")
    }
    try push(PickleNode(.double, a: Int(bitPattern: UInt(value.bitPattern))))
  }
}
