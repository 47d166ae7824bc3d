import RedisClient

/// Bytes of keys and pasted lines, made safe to show and to type.
extension [UInt8] {
  /// Whether a terminal shows all of it as text, and obeys none of it.
  var isPrintableText: Bool {
    withUnsafeBytes { bytes in
      var at = 0
      while at < bytes.count {
        if bytes[at] >= 0x20, bytes[at] < 0x7F {
          at += 1
        } else if let length = Escaping.shownCharacter(bytes, at: at) {
          at += length
        } else {
          return false
        }
      }
      return true
    }
  }

  /// The bytes as they may be written to a terminal, on one line.
  var escapedForTerminal: [UInt8] {
    var output: [UInt8] = []
    withUnsafeBytes { Escaping.appendPlain($0, as: .utf8, to: &output) }
    return output
  }

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
