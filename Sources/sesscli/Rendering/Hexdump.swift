import RedisClient

/// The neighbourhood of a byte, as `hexdump -C` shows it, the byte marked below.
enum Hexdump {
  private static let bytesPerLine = 16

  /// - Parameters:
  ///   - lines: lines of 16 bytes shown before and after the one that holds the byte.
  static func around(_ offset: Int, of bytes: [UInt8], lines: Int = 1) -> String {
    guard !bytes.isEmpty else { return "" }
    let at = min(max(offset, 0), bytes.count)
    let row = min(at, bytes.count - 1) / bytesPerLine
    let last = (bytes.count - 1) / bytesPerLine
    var out = ""
    for line in max(0, row - lines)...min(last, row + lines) {
      out += text(of: line, bytes)
      if line == row {
        let column = at - line * bytesPerLine
        out += "".padded(to: 12 + column * 3 + (column >= 8 ? 1 : 0)) + "^^ byte \(at)\n"
      }
    }
    return out
  }

  /// The first 256 bytes, and how many more there are.
  static func head(of bytes: [UInt8]) -> String {
    let shown = min(bytes.count, 16 * bytesPerLine)
    var out = ""
    for line in 0..<(shown + bytesPerLine - 1) / bytesPerLine { out += text(of: line, bytes) }
    if bytes.count > shown { out += "  ... \(grouped(Int64(bytes.count - shown))) bytes more\n" }
    return out
  }

  private static func text(of line: Int, _ bytes: [UInt8]) -> String {
    let start = line * bytesPerLine
    var hexadecimal = ""
    var characters = ""
    for i in start..<min(start + bytesPerLine, bytes.count) {
      if i - start == 8 { hexadecimal += " " }
      hexadecimal += hex(bytes[i]) + " "
      let isPrintable = bytes[i] >= 0x20 && bytes[i] < 0x7F
      characters += isPrintable ? String(Unicode.Scalar(bytes[i])) : "."
    }
    return "  \(address(start))  \(hexadecimal.padded(to: 49)) |\(characters)|\n"
  }

  private static func hex(_ byte: UInt8) -> String {
    String(decoding: [hexadecimalDigit(byte >> 4), hexadecimalDigit(byte & 15)], as: UTF8.self)
  }

  private static func address(_ offset: Int) -> String {
    let digits = String(offset, radix: 16)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }
}
