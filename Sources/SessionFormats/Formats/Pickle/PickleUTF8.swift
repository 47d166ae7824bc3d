/// Text in generalised UTF-8, in which Python writes lone surrogates (`surrogatepass`) like other characters.
enum PickleUTF8 {
  /// What is known of a text, or nil if it is not generalised UTF-8.
  @inline(__always)
  static func flags(_ bytes: [UInt8], _ range: Range<Int>) -> PickleNode.Flags? {
    bytes.withUnsafeBufferPointer { bytes in
      var isUnsafe = false
      // No branch in it, so that the compiler can look at many bytes at once.
      for index in range {
        let byte = bytes[index]
        let isOutside = (byte &- 0x20) >= 0x5F
        let isSpecial = (byte == 0x22) || (byte == 0x5C)
        isUnsafe = isUnsafe || isOutside || isSpecial
      }
      return isUnsafe ? check(bytes, range) : .isPlain
    }
  }

  /// Checks a text that is not plain ASCII.
  @inline(never)
  private static func check(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> PickleNode.Flags? {
    var flags: PickleNode.Flags = []
    var at = range.lowerBound
    while at < range.upperBound {
      let lead = bytes[at]
      if lead < 0x80 {
        at += 1
        continue
      }
      let length: Int
      let least: UInt32
      var scalar: UInt32
      switch lead {
      case 0xC2...0xDF: (length, least, scalar) = (2, 0x80, UInt32(lead & 0x1F))
      case 0xE0...0xEF: (length, least, scalar) = (3, 0x800, UInt32(lead & 0x0F))
      case 0xF0...0xF4: (length, least, scalar) = (4, 0x10000, UInt32(lead & 0x07))
      default: return nil
      }
      guard range.upperBound - at >= length else { return nil }
      for index in at + 1..<at + length {
        guard bytes[index] & 0xC0 == 0x80 else { return nil }
        scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
      }
      guard scalar >= least && scalar <= 0x10FFFF else { return nil }
      if 0xD800...0xDFFF ~= scalar { flags.insert(.hasSurrogates) }
      at += length
    }
    return flags
  }

  /// Appends a code point, a surrogate included.
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F) }
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800: bytes += [0xC0 | UInt8(truncatingIfNeeded: scalar >> 6), tail(0)]
    case 0x800..<0x10000:
      bytes += [0xE0 | UInt8(truncatingIfNeeded: scalar >> 12), tail(6), tail(0)]
    default:
      bytes += [0xF0 | UInt8(truncatingIfNeeded: scalar >> 18), tail(12), tail(6), tail(0)]
    }
  }
}

/// Integers of any size as decimal digits.
enum PickleInteger {
  /// The most digits of an integer of `Limits.integerBytes` bytes, its sign included.
  static let digits = Limits.integerBytes * 8 * 30103 / 100_000 + 2

  /// Decimal text as an `Int`; beyond that nil's digits without leading zeros are appended to `output`, which
  /// is why there are two kinds of failure: nil altogether, and `.some(nil)` for a large number.
  static func parse(_ bytes: [UInt8], _ range: Range<Int>, into output: inout [UInt8]) -> Int?? {
    var at = range.lowerBound
    var isNegative = false
    if at < range.upperBound, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      isNegative = bytes[at] == UInt8(ascii: "-")
      at += 1
    }
    if at == range.upperBound { return nil }
    while at < range.upperBound - 1 && bytes[at] == UInt8(ascii: "0") { at += 1 }
    var value = 0
    var overflows = false
    for index in at..<range.upperBound {
      let digit = Int(bytes[index]) - 0x30
      guard 0...9 ~= digit else { return nil }
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(isNegative ? -digit : digit)
      value = sum
      overflows = overflows || first || second
    }
    if !overflows { return .some(value) }
    if isNegative { output.append(UInt8(ascii: "-")) }
    output += bytes[at..<range.upperBound]
    return .some(nil)
  }

  /// A little-endian integer in two's complement as an `Int`; beyond that nil, and its decimal digits are appended
  /// to `output`.
  static func decode(_ bytes: [UInt8], _ range: Range<Int>, into output: inout [UInt8]) -> Int? {
    guard let last = range.last else { return 0 }
    let isNegative = bytes[last] & 0x80 != 0
    let fill: UInt8 = isNegative ? 0xFF : 0
    var end = range.upperBound
    while end > range.lowerBound && bytes[end - 1] == fill { end -= 1 }
    // 8 bytes hold an Int64 if their sign agrees with the bytes that were left out.
    if end - range.lowerBound < 8
      || end - range.lowerBound == 8 && (bytes[end - 1] & 0x80 != 0) == isNegative
    {
      var value: UInt64 = isNegative ? .max : 0
      for index in (range.lowerBound..<end).reversed() { value = value << 8 | UInt64(bytes[index]) }
      return Int(Int64(bitPattern: value))
    }
    append(magnitude(bytes, range.lowerBound..<end, isNegative), isNegative, to: &output)
    return nil
  }

  /// The magnitude in words of 32 bits, least first.
  private static func magnitude(
    _ bytes: [UInt8], _ range: Range<Int>, _ isNegative: Bool
  ) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: range.count / 4 + 1)
    for (place, index) in range.enumerated() {
      let byte = isNegative ? ~bytes[index] : bytes[index]
      words[place / 4] |= UInt32(byte) << UInt32(place % 4 * 8)
    }
    var carry = isNegative
    var place = 0
    while carry && place < words.count {
      (words[place], carry) = words[place].addingReportingOverflow(1)
      place += 1
    }
    return words
  }

  private static func append(_ words: [UInt32], _ isNegative: Bool, to output: inout [UInt8]) {
    var words = words
    // 10^9 is the largest power of ten in 32 bits: nine digits a round, least first.
    var groups: [UInt32] = []
    while true {
      while words.last == 0 { words.removeLast() }
      if words.isEmpty { break }
      var remainder: UInt64 = 0
      for index in words.indices.reversed() {
        let value = remainder << 32 | UInt64(words[index])
        words[index] = UInt32(truncatingIfNeeded: value / 1_000_000_000)
        remainder = value % 1_000_000_000
      }
      groups.append(UInt32(truncatingIfNeeded: remainder))
    }
    if isNegative { output.append(UInt8(ascii: "-")) }
    for (place, group) in groups.reversed().enumerated() {
      let digits = String(group)
      if place > 0 {
        output += [UInt8](repeating: UInt8(ascii: "0"), count: 9 - digits.utf8.count)
      }
      output += Array(digits.utf8)
    }
  }
}
