/// Addresses, numbers and flags as Java's own `toString` writes them.
extension JavaMachine {
  /// RFC 5952: lower case, the longest run of two or more zero groups as `::`.
  static func ipv6(_ groups: [UInt64]) -> String {
    var best = 0..<0
    var at = 0
    while at < groups.count {
      var end = at
      while end < groups.count && groups[end] == 0 { end += 1 }
      if end - at > max(1, best.count) { best = at..<end }
      at = max(end, at + 1)
    }
    func text(_ part: ArraySlice<UInt64>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if best.isEmpty { return text(groups[...]) }
    return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }

  static func uuid(_ high: Int, _ low: Int) -> String {
    var text = ""
    for word in [high, low] {
      for shift in stride(from: 56, through: 0, by: -8) {
        let length = text.utf8.count
        if length == 8 || length == 13 || length == 18 || length == 23 { text += "-" }
        text += hexText([UInt8(truncatingIfNeeded: word >> shift)])
      }
    }
    return text
  }

  /// BigDecimal.toString: plain unless that takes more than six zeros behind the point, or the scale is negative.
  static func decimal(_ digits: String, scale: Int) -> String {
    if scale == 0 { return digits }
    let sign = digits.hasPrefix("-") ? "-" : ""
    let digits = digits.drop { $0 == "-" }
    let exponent = digits.utf8.count - 1 - scale
    if scale > 0 && exponent >= -6 {
      let padded =
        String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
      return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
    let mantissa = digits.count > 1 ? "\(digits.prefix(1)).\(digits.dropFirst())" : String(digits)
    return "\(sign)\(mantissa)" + (exponent == 0 ? "" : "E\(exponent < 0 ? "" : "+")\(exponent)")
  }

  /// The flags of java.util.regex.Pattern as they are written inside a pattern: `(?im)`.
  static func patternFlags(_ flags: Int) -> String {
    let letters: [(Int, Character)] = [
      (1, "d"), (2, "i"), (4, "x"), (8, "m"), (32, "s"), (64, "u"), (256, "U"),
    ]
    return String(letters.filter { flags & $0.0 != 0 }.map(\.1))
  }
}
