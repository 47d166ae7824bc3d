/// How bytes that somebody stored reach the terminal: this file is the only way.
package enum Escaping {
  /// Which bytes beyond printable ASCII pass unescaped.
  package enum Text {
    /// None, as redis-cli: `\xc3\xa9`.
    case ascii
    /// Characters of valid UTF-8 that a terminal shows as a character. Controls, bidirectional
    /// overrides, unassigned and (but for the joiners) invisible characters are escaped.
    case utf8
  }

  /// Appends bytes as redis-cli's `sdscatrepr` writes them between the quotes.
  package static func append(_ bytes: UnsafeRawBufferPointer, as text: Text, to out: inout [UInt8])
  {
    append(bytes, as: text, quotes: true, lines: false, to: &out)
  }

  /// Appends a text that stands for itself (an error, INFO's lines): quotes and backslashes stay,
  /// and with `lines` line ends and tabs do as well; everything that a terminal would obey is
  /// escaped.
  package static func appendPlain(
    _ bytes: UnsafeRawBufferPointer, as text: Text, lines: Bool = false, to out: inout [UInt8]
  ) {
    append(bytes, as: text, quotes: false, lines: lines, to: &out)
  }

  private static func append(
    _ bytes: UnsafeRawBufferPointer, as text: Text, quotes: Bool, lines: Bool, to out: inout [UInt8]
  ) {
    var at = 0
    while at < bytes.count {
      // Runs of plain ASCII, nearly everything there is, are copied whole.
      let start = at
      while at < bytes.count, isPlain(bytes[at], quotes: quotes) { at += 1 }
      if at > start { out.append(contentsOf: bytes[start..<at]) }
      if at == bytes.count { return }
      let byte = bytes[at]
      if byte >= 0x80, text == .utf8, let length = shownCharacter(bytes, at: at) {
        out.append(contentsOf: bytes[at..<at + length])
        at += length
        continue
      }
      at += 1
      switch byte {
      case UInt8(ascii: "\n") where lines, UInt8(ascii: "\t") where lines: out.append(byte)
      case UInt8(ascii: "\r") where lines && at < bytes.count && bytes[at] == UInt8(ascii: "\n"):
        break
      case UInt8(ascii: "\n"): out.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
      case UInt8(ascii: "\r"): out.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
      case UInt8(ascii: "\t"): out.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
      case 0x07: out.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "a")])
      case 0x08: out.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "b")])
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        out.append(contentsOf: [UInt8(ascii: "\\"), byte])
      default:
        out.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "x")])
        out.append(hexadecimalDigit(byte >> 4))
        out.append(hexadecimalDigit(byte & 15))
      }
    }
  }

  @inline(__always)
  private static func isPlain(_ byte: UInt8, quotes: Bool) -> Bool {
    byte >= 0x20 && byte < 0x7F
      && !(quotes && (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")))
  }

  /// The length in bytes of the character at `at` when it is valid UTF-8 and may be shown.
  package static func shownCharacter(_ bytes: UnsafeRawBufferPointer, at: Int) -> Int? {
    let lead = bytes[at]
    let (length, smallest): (Int, UInt32) =
      switch lead {
      case 0xC2...0xDF: (2, 0x80)
      case 0xE0...0xEF: (3, 0x800)
      case 0xF0...0xF4: (4, 0x10000)
      default: (0, 0)
      }
    guard length > 0, at + length <= bytes.count else { return nil }
    var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
    for i in 1..<length {
      guard bytes[at + i] & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(bytes[at + i] & 0x3F)
    }
    guard value >= smallest, let scalar = Unicode.Scalar(value), isShown(scalar) else { return nil }
    return length
  }

  /// Whether a terminal shows this as a character and does nothing else with it.
  static func isShown(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Letters and marks by their category, and nothing to see: fillers of Hangul, vowels of Khmer,
    // selectors of Mongolian.
    case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x3164, 0xFFA0: return false
    default: break
    }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      // Joiners shape scripts and emoji, and do nothing else.
      scalar.value == 0x200C || scalar.value == 0x200D
    default: true
    }
  }
}

/// Bytes from outside as text that is safe in a message.
package func escaped(_ bytes: [UInt8]) -> String {
  var out: [UInt8] = []
  bytes.withUnsafeBytes { Escaping.appendPlain($0, as: .utf8, to: &out) }
  return String(decoding: out, as: UTF8.self)
}
