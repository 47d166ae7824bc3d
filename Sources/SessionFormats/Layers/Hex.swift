// https://www.rfc-editor.org/rfc/rfc4648#section-8

extension Layer {
  /// Two hexadecimal digits per byte, in either case; a line break may follow.
  static let hex = Layer(
    name: "hex",
    summary: "hexadecimal digits",
    isSelfEvident: false,
    recognizes: { bytes in
      let digits = withoutLineBreak(bytes)
      return digits.count >= 8 && digits.count % 2 == 0
        && digits.allSatisfy { hexDigit($0) != nil }
        && (digits.count > 20 || !digits.allSatisfy { $0 &- 0x30 < 10 })
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      let digits = withoutLineBreak(bytes)
      if digits.count / 2 > limit { throw Limits.outputExceeded(limit, at: 0) }
      if digits.count % 2 != 0 {
        throw PayloadError(at: digits.count, "an odd number of hexadecimal digits, \(digits.count)")
      }
      var inside: [UInt8] = []
      inside.reserveCapacity(digits.count / 2)
      var high: UInt8?
      for (at, byte) in digits.enumerated() {
        guard let digit = hexDigit(byte) else {
          throw PayloadError(at: at, "\(hexByte(byte)) is not a hexadecimal digit")
        }
        if let first = high {
          inside.append(first << 4 | digit)
          high = nil
        } else {
          high = digit
        }
      }
      return Unwrapped(inside, label: "hex")
    })
}

/// The bytes without the line break that `echo` and editors add at the end of text.
func withoutLineBreak(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
  var text = bytes[...]
  if text.last == 0x0A { text = text.dropLast() }
  if text.last == 0x0D { text = text.dropLast() }
  return text
}
