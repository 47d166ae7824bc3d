/// JSON's string literals, as `JSONWriter` writes them.
///
/// Besides what RFC 8259 requires, everything that a terminal would obey is escaped: C0, DEL, the
/// C1 controls, the line and paragraph separators, the controls of text direction, and invisible
/// characters (Unicode's `Default_Ignorable_Code_Point`), except for the joiners U+200C and U+200D
/// and the variation selectors of emoji, without which text would look different.
enum JSONText {
  /// 0 for a byte that stands for itself, 1 for an ASCII byte that must be escaped, 2 for a lead
  /// byte of characters that include one to be escaped or (ED) a lone surrogate.
  private static let classes: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    for byte in 0..<0x20 { table[byte] = 1 }
    table[0x22] = 1
    table[0x5C] = 1
    table[0x7F] = 1
    for lead in [0xC2, 0xCD, 0xD8, 0xE1, 0xE2, 0xED, 0xEF, 0xF0, 0xF3] { table[lead] = 2 }
    return table
  }()

  /// Appends a quoted literal of text.
  static func append(_ text: String, to output: OutputBuffer) {
    var text = text
    text.withUTF8 { append($0.span, to: output) }
  }

  /// Appends a quoted literal of UTF-8 that may hold lone surrogates in their generalised form
  /// (WTF-8).
  @inline(__always)
  static func append(_ bytes: Span<UInt8>, to output: OutputBuffer) {
    if !output.appendPlain(bytes) { appendEscaped(bytes, to: output) }
  }

  static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: OutputBuffer) {
    append(bytes.span, to: output)
  }

  static func append(_ bytes: [UInt8], to output: OutputBuffer) { append(bytes.span, to: output) }

  @inline(never)
  private static func appendEscaped(_ bytes: Span<UInt8>, to output: OutputBuffer) {
    output.append(UInt8(ascii: "\""))
    let classes = classes.span
    var start = 0
    var at = 0
    while at < bytes.count {
      let kind = classes[Int(bytes[at])]
      if kind == 0 {
        at += 1
        continue
      }
      let (scalar, length) = kind == 1 ? (UInt32(bytes[at]), 1) : unsafeScalar(bytes, at)
      if length == 0 {
        at += 1
        continue
      }
      output.append(bytes.extracting(start..<at))
      appendEscape(scalar, to: output)
      at += length
      start = at
    }
    output.append(bytes.extracting(start..<at))
    output.append(UInt8(ascii: "\""))
  }

  /// The scalar that must be escaped and its length in bytes, or a length of 0 if it may stand as
  /// it is.
  private static func unsafeScalar(
    _ bytes: Span<UInt8>, _ at: Int
  ) -> (UInt32, Int) {
    let length = bytes[at] < 0xE0 ? 2 : bytes[at] < 0xF0 ? 3 : 4
    guard bytes.count - at >= length else { return (0, 0) }
    var scalar = UInt32(bytes[at] & (0xFF >> UInt8(length + 1)))
    for offset in 1..<length { scalar = scalar << 6 | UInt32(bytes[at + offset] & 0x3F) }
    switch scalar {
    case 0x80...0x9F, 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B,
      0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB,
      0xD800...0xDFFF,
      0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      return (scalar, length)
    default: return (0, 0)
    }
  }

  private static func appendEscape(_ scalar: UInt32, to output: OutputBuffer) {
    output.append(UInt8(ascii: "\\"))
    switch scalar {
    case 0x22: output.append(UInt8(ascii: "\""))
    case 0x5C: output.append(UInt8(ascii: "\\"))
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    default:
      if scalar > 0xFFFF {
        appendUnit(0xD7C0 + scalar >> 10, to: output)
        output.append(UInt8(ascii: "\\"))
        appendUnit(0xDC00 | scalar & 0x3FF, to: output)
      } else {
        appendUnit(scalar, to: output)
      }
    }
  }

  /// The rest of an escape after its backslash, for a UTF-16 code unit.
  private static func appendUnit(_ unit: UInt32, to output: OutputBuffer) {
    output.append(UInt8(ascii: "u"))
    for shift in [12, 8, 4, 0] as [UInt32] {
      output.append(hexCharacter(UInt8(truncatingIfNeeded: unit >> shift)))
    }
  }

  /// Appends base64 with padding (RFC 4648, section 4), without quotes.
  static func append(base64 data: Span<UInt8>, to output: OutputBuffer) {
    func put(_ bits: UInt32, digits: Int) {
      for digit in 0..<UInt32(digits) { output.append(base64Digit(bits >> (18 - 6 * digit) & 63)) }
    }
    var at = 0
    while data.count - at >= 3 {
      put(UInt32(data[at]) << 16 | UInt32(data[at + 1]) << 8 | UInt32(data[at + 2]), digits: 4)
      at += 3
    }
    switch data.count - at {
    case 1:
      put(UInt32(data[at]) << 16, digits: 2)
      output.append("==")
    case 2:
      put(UInt32(data[at]) << 16 | UInt32(data[at + 1]) << 8, digits: 3)
      output.append("=")
    default: break
    }
  }

  @inline(__always)
  private static func base64Digit(_ bits: UInt32) -> UInt8 {
    let bits = UInt8(truncatingIfNeeded: bits)
    switch bits {
    case 0..<26: return UInt8(ascii: "A") &+ bits
    case 26..<52: return UInt8(ascii: "a") &+ (bits &- 26)
    case 52..<62: return UInt8(ascii: "0") &+ (bits &- 52)
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }
}
