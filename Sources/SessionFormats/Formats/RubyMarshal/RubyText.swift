/// Strings, symbols and numbers.
extension RubyMachine {
  /// A string as text when its bytes are text, else as bytes. A string that claims no encoding is text as well when it
  /// looks like text: what comes out of a request's headers does not claim any.
  mutating func string(_ node: RubyNode) throws(PayloadError) -> Value {
    let range = node.range
    try charge(range.count)
    if let text = text(range, node.encoding) { return .string(text) }
    return .bytes(Array(bytes[range]))
  }

  mutating func text(_ range: Range<Int>, _ encoding: RubyEncoding) -> String? {
    switch encoding {
    case .utf8, .ascii: return utf8(range)
    case .binary:
      return bytes[range].contains(where: RubyText.isControl) ? nil : utf8(range)
    case .other:
      if bytes[range].allSatisfy({ $0 < 0x80 }) { return utf8(range) }
      note("text in an encoding that is not converted is shown as bytes")
      return nil
    case .latin1:
      var text = ""
      for byte in bytes[range] { text.unicodeScalars.append(Unicode.Scalar(byte)) }
      return text
    case .utf16Little: return utf16(range, isBig: false)
    case .utf16Big: return utf16(range, isBig: true)
    case .utf32Little: return utf32(range, isBig: false)
    case .utf32Big: return utf32(range, isBig: true)
    }
  }

  private func utf8(_ range: Range<Int>) -> String? {
    guard let text = try? UTF8Span(validating: bytes.span.extracting(range)) else { return nil }
    return String(copying: text)
  }

  private func utf16(_ range: Range<Int>, isBig: Bool) -> String? {
    if range.count % 2 != 0 { return nil }
    let units = stride(from: range.lowerBound, to: range.upperBound, by: 2).map { at in
      let (low, high) = isBig ? (bytes[at + 1], bytes[at]) : (bytes[at], bytes[at + 1])
      return UInt16(high) << 8 | UInt16(low)
    }
    return String(validating: units, as: UTF16.self)
  }

  private func utf32(_ range: Range<Int>, isBig: Bool) -> String? {
    if range.count % 4 != 0 { return nil }
    var text = ""
    for at in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      var value: UInt32 = 0
      for place in 0..<4 {
        value |= UInt32(bytes[at + place]) << UInt32(8 * (isBig ? 3 - place : place))
      }
      guard let scalar = Unicode.Scalar(value) else { return nil }
      text.unicodeScalars.append(scalar)
    }
    return text
  }

  mutating func symbol(_ number: Int32) throws(PayloadError) -> Value {
    let range = symbols[Int(number)].range
    try charge(range.count)
    if let text = utf8(range) { return .tagged(.symbol, .string(text)) }
    return .tagged(.symbol, .bytes(Array(bytes[range])))
  }

  /// A name as text, with what is no UTF-8 in it replaced.
  mutating func legibleText(_ range: Range<Int>) throws(PayloadError) -> String {
    try charge(range.count)
    return String(decoding: bytes[range], as: UTF8.self)
  }

  mutating func regexp(_ node: RubyNode) throws(PayloadError) -> Value {
    let pattern = try string(node)
    var flags = ""
    // Regexp::EXTENDED and its sisters, in the order in which Ruby prints them.
    for (bit, letter) in [(4, "m"), (1, "i"), (2, "x"), (32, "n")]
    where node.extra & UInt8(bit) != 0 {
      flags += letter
    }
    return .tagged(.regex, .list([pattern, .string(flags)]))
  }

  // MARK: - Numbers

  func big(_ node: RubyNode) -> Value {
    var digits: [UInt8] = []
    let isNegative = node.flags.contains(.isNegative)
    let magnitude = Array(bytes[node.range]) + [0]
    if let number = IntegerDigits.decode(magnitude, magnitude.indices, into: &digits) {
      return .integer(Int64(isNegative ? -number : number))
    }
    let text = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    return Int64(text).map(Value.integer) ?? .number(text)
  }

  /// "A float is a byte sequence", nan, inf, -inf or C's %.17g; Ruby 1.8 appended bits of its mantissa behind a zero.
  func double(_ node: RubyNode) throws(PayloadError) -> Double {
    let text = bytes[node.range]
    if text.count <= 20, let short = RubyText.shortDouble(text) { return short }
    switch String(decoding: text, as: UTF8.self) {
    case "nan": return .nan
    case "inf": return .infinity
    case "-inf": return -.infinity
    default: break
    }
    let digits = text.prefix { $0 != 0 }
    // 1.8 wrote up to 17 digits; none of what Swift reads beyond decimal numbers is meant.
    guard digits.count <= 64, !digits.isEmpty, digits.allSatisfy(RubyText.isNumeric),
      let number = Double(String(decoding: digits, as: UTF8.self))
    else {
      throw PayloadError(
        at: node.range.lowerBound,
        "not a number: \"\(legible(String(decoding: text, as: UTF8.self), limit: 40))\"")
    }
    let mantissa = text.dropFirst(digits.count + 1)
    return mantissa.isEmpty ? number : RubyText.refined(number, mantissa)
  }
}

enum RubyText {
  /// What text does not contain, but tab and line breaks.
  @inline(__always)
  static func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F
  }

  static func isNumeric(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e")
      || byte == UInt8(ascii: "E") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }

  /// Powers of ten that a double holds exactly.
  private static let tens: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
  ]

  /// A decimal number of up to 15 digits without exponent: as both the digits and the power of ten are exact, one
  /// division rounds as reading the text does (Clinger's fast path). Nil for any other.
  static func shortDouble(_ text: ArraySlice<UInt8>) -> Double? {
    var at = text.startIndex
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { at += 1 }
    var digits: Int64 = 0
    var count = 0
    var fraction = -1
    let start = at
    while at < text.endIndex {
      let byte = text[at]
      if byte &- 0x30 < 10 {
        digits = digits &* 10 &+ Int64(byte &- 0x30)
        count += 1
        if fraction >= 0 { fraction += 1 }
      } else if byte == UInt8(ascii: "."), fraction < 0, at > start {
        fraction = 0
      } else {
        return nil
      }
      at += 1
    }
    if count == 0 || count > 15 || fraction == 0 { return nil }
    let number = fraction > 0 ? Double(digits) / tens[fraction] : Double(digits)
    return isNegative ? -number : number
  }

  /// Adds the bits that Ruby 1.8 wrote behind the text: four bytes at a time, to the 37 bits that the text is good for.
  static func refined(_ number: Double, _ mantissa: ArraySlice<UInt8>) -> Double {
    if number == 0 || !number.isFinite { return number }
    let exponent = number.exponent + 1
    // As C's frexp has it: between 0.5 and 1.
    let fraction = number.magnitude / scale(1, exponent)
    var sum = scale(fraction, 37).rounded(.towardZero)
    var digit: Double.Exponent = 0
    var rest = mantissa.prefix(16)
    while !rest.isEmpty {
      let group = rest.prefix(4)
      var bits: UInt32 = 0
      for byte in group { bits = bits << 8 | UInt32(byte) }
      digit -= 8 * group.count
      sum += scale(Double(bits), digit)
      rest = rest.dropFirst(4)
    }
    let result = scale(sum, exponent - 37)
    return number < 0 ? -result : result
  }

  private static func scale(_ number: Double, _ exponent: Double.Exponent) -> Double {
    Double(sign: .plus, exponent: exponent, significand: number)
  }
}
