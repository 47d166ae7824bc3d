/// An integer as a payload has it.
struct PHPInteger {
  /// nil for one beyond 64 bits.
  let number: Int64?
  let isNegative: Bool
  /// Its sign and digits.
  let text: Range<Int>
  /// Its digits; of one beyond 64 bits those that count.
  let digits: Range<Int>

  /// Whether its text is written as any other program writes it: without a plus sign, zeros before
  /// it, or a minus sign before zero.
  @inline(__always)
  func isPlain(in bytes: [UInt8]) -> Bool {
    guard number != nil, bytes[text.lowerBound] != UInt8(ascii: "+") else { return false }
    return bytes[digits.lowerBound] != UInt8(ascii: "0") || text.count == 1
  }

  /// As JSON has it.
  func literal(in bytes: [UInt8]) -> String {
    if let number { return String(number) }
    return (isNegative ? "-" : "") + String(decoding: bytes[digits], as: UTF8.self)
  }
}

/// PHP's numbers.
enum PHPNumber {
  /// The number of any number of digits; nil if it is beyond 64 bits.
  static func integer(_ digits: ArraySlice<UInt8>, _ isNegative: Bool) -> Int64? {
    var value: Int64 = 0
    for byte in digits {
      let digit = Int64(byte &- 0x30)
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(isNegative ? -digit : digit)
      if first || second { return nil }
      value = sum
    }
    return value
  }

  /// Whether a number is its own shortest form: at most 15 digits on both sides of a point, with no
  /// zeros at its ends.
  static func isShortest(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard range.count <= 16, range.count >= 3 else { return false }
    let end = range.upperBound
    let start = range.lowerBound + (bytes[range.lowerBound] == UInt8(ascii: "-") ? 1 : 0)
    var at = start
    while at < end, bytes[at] &- 0x30 < 10 { at += 1 }
    guard at > start, at < end - 1, bytes[at] == UInt8(ascii: "."),
      bytes[end - 1] != UInt8(ascii: "0")
    else { return false }
    if bytes[start] == UInt8(ascii: "0") {
      // 0.0001 is where Swift begins to write an exponent.
      guard at == start + 1, bytes[at + 1] != UInt8(ascii: "0") else { return false }
    }
    at += 1
    while at < end, bytes[at] &- 0x30 < 10 { at += 1 }
    return at == end
  }

  /// `[+-]?(digits | digits.digits | .digits | digits.)([eE][+-]?digits)?`, INF, -INF or NAN.
  static func double(_ text: ArraySlice<UInt8>) -> Double? {
    if text.elementsEqual("NAN".utf8) { return .nan }
    if text.elementsEqual("INF".utf8) { return .infinity }
    if text.elementsEqual("-INF".utf8) { return -.infinity }
    var at = text.startIndex
    func digits() -> Int {
      let start = at
      while at < text.endIndex, text[at] &- 0x30 < 10 { at += 1 }
      return at - start
    }
    func sign() {
      if at < text.endIndex, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
        at += 1
      }
    }
    sign()
    let start = at
    var count = digits()
    if at < text.endIndex, text[at] == UInt8(ascii: ".") {
      at += 1
      count += digits()
    }
    guard count > 0 else { return nil }
    let mantissa = text[start..<at]
    if at < text.endIndex, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      sign()
      if digits() == 0 { return nil }
    }
    guard at == text.endIndex else { return nil }
    // Swift wants a digit on both sides of the point.
    var literal = String(decoding: text[..<start], as: UTF8.self)
    if mantissa.first == UInt8(ascii: ".") { literal += "0" }
    literal += String(decoding: mantissa, as: UTF8.self)
    if mantissa.last == UInt8(ascii: ".") { literal += "0" }
    literal += String(decoding: text[mantissa.endIndex...], as: UTF8.self)
    return Double(literal)
  }
}
