/// Integers of any size as decimal digits.
enum IntegerDigits {
  /// The most characters for an integer of `Limits.integerBytes` bytes, its sign included.
  static let most = Limits.integerBytes * 8 * 30103 / 100_000 + 2

  /// Decimal text as an `Int`; nil if it is not a number. The digits of a number too large for an
  /// `Int` are appended to `output`, without leading zeros, and the result is `.some(nil)`.
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

  /// A little-endian integer in two's complement as an `Int`. Of a larger one the digits are
  /// appended to `output`, and the result is nil.
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
