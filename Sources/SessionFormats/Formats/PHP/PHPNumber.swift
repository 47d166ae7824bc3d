/// PHP's numbers.
enum PHPNumber {
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
