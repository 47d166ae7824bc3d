/// The value of a hexadecimal digit of either case.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// The lower-case digit of the lowest four bits.
@inline(__always)
func hexCharacter(_ bits: UInt8) -> UInt8 {
  let nibble = bits & 0xF
  return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

/// Two digits per byte: `0aff`.
func hexText(_ bytes: [UInt8]) -> String {
  String(decoding: bytes.flatMap { [hexCharacter($0 >> 4), hexCharacter($0)] }, as: UTF8.self)
}

/// A byte as error texts show it: `0x0a`.
func hexByte(_ byte: UInt8) -> String { "0x" + hexText([byte]) }

/// A payload's text as errors and notes show it: printable ASCII, everything else as `\x1b` or
/// `\u{202e}`, cut off with `...` where it would exceed `limit` characters.
func legible(_ text: String, limit: Int = 120) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    let piece: String
    switch scalar.value {
    case 0x5C: piece = "\\\\"
    case 0x20..<0x7F: piece = String(scalar)
    case 0..<0x100: piece = "\\x" + hexText([UInt8(truncatingIfNeeded: scalar.value)])
    default: piece = "\\u{" + String(scalar.value, radix: 16) + "}"
    }
    if result.utf8.count + piece.utf8.count > limit { return result + "..." }
    result += piece
  }
  return result
}
