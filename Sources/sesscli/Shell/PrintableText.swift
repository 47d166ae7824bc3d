/// Telling text that may be shown on a terminal from bytes that must be escaped.
extension [UInt8] {
  /// Whether all of it is UTF-8 text that a terminal shows as it is: no control characters (C0, DEL
  /// and C1), no bidirectional controls, no line separators, nothing invisible.
  var isPrintableText: Bool {
    var at = startIndex
    while at < endIndex {
      let length = printableLength(at: at)
      if length == 0 { return false }
      at += length
    }
    return true
  }

  /// The bytes as they may be written to a terminal.
  var escapedForTerminal: [UInt8] {
    var output: [UInt8] = []
    appendEscaped(to: &output, quotes: false)
    return output
  }

  /// Appends the bytes with everything that is not printable text as `\n`, `\r`, `\t`, `\b`, `\a`
  /// or `\xHH`, which `Arguments.split` reads back inside double quotes.
  /// - Parameter quotes: whether `"` and `\` are escaped too.
  func appendEscaped(to output: inout [UInt8], quotes: Bool) {
    let digits = Array("0123456789abcdef".utf8)
    var at = startIndex
    while at < endIndex {
      let byte = self[at]
      let length = printableLength(at: at)
      if length > 0 {
        if quotes, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          output.append(UInt8(ascii: "\\"))
        }
        output.append(contentsOf: self[at..<at + length])
        at += length
        continue
      }
      output.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x0A: output.append(UInt8(ascii: "n"))
      case 0x0D: output.append(UInt8(ascii: "r"))
      case 0x09: output.append(UInt8(ascii: "t"))
      case 0x08: output.append(UInt8(ascii: "b"))
      case 0x07: output.append(UInt8(ascii: "a"))
      default: output += [UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
      at += 1
    }
  }

  /// The number of bytes of the printable character that starts at `at`, 0 if there is none.
  private func printableLength(at: Int) -> Int {
    let first = self[at]
    if first < 0x80 { return first >= 0x20 && first != 0x7F ? 1 : 0 }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first <= 0xF4, at + length <= endIndex else { return 0 }
    var code = UInt32(first) & (0x7F >> UInt32(length))
    for next in self[(at + 1)..<(at + length)] {
      guard next & 0xC0 == 0x80 else { return 0 }
      code = code << 6 | UInt32(next & 0x3F)
    }
    // Overlong forms and surrogates are no Unicode.scalar or need fewer bytes.
    guard let scalar = Unicode.Scalar(code), UTF8.width(scalar) == length else { return 0 }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return 0
    default: return length
    }
  }
}

extension [UInt8] {
  /// Columns that the text takes on a terminal.
  var columns: Int {
    String(decoding: self, as: UTF8.self).unicodeScalars.reduce(0) { $0 + $1.columns }
  }
}

extension Unicode.Scalar {
  /// Columns that the character takes on a terminal: 0 for combining marks, 2 for East Asian wide
  /// characters and emoji (the blocks of Unicode's EastAsianWidth.txt, W and F), else 1.
  var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
      0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
