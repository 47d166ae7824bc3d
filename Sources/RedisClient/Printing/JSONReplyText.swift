/// The insides of JSON's strings in replies.
enum JSONReplyText {
  enum Style {
    /// As redis-cli: C0, quotes and backslashes are escaped, everything else stands as it is.
    case plain
    /// As `plain`, and what a terminal would obey is escaped as well.
    case safe
    /// redis-cli's escapes (`\x00`) with their backslashes doubled: ASCII, for any bytes.
    case quoted
  }

  static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.allSatisfy({ $0 < 0x80 }) { return true }
    let text = bytes.bindMemory(to: UInt8.self)
    return (try? UTF8Span(validating: text.span)) != nil
  }

  static func appendPlain(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    var at = 0
    while at < bytes.count {
      let start = at
      while at < bytes.count, isPlain(bytes[at]) { at += 1 }
      out.append(contentsOf: bytes[start..<at])
      if at == bytes.count { return }
      out.append(UInt8(ascii: "\\"))
      switch bytes[at] {
      case 0x08: out.append(UInt8(ascii: "b"))
      case 0x09: out.append(UInt8(ascii: "t"))
      case 0x0A: out.append(UInt8(ascii: "n"))
      case 0x0C: out.append(UInt8(ascii: "f"))
      case 0x0D: out.append(UInt8(ascii: "r"))
      case 0..<0x20:
        out.append(contentsOf: "u00".utf8)
        out.append(hexadecimalDigit(bytes[at] >> 4))
        out.append(hexadecimalDigit(bytes[at] & 15))
      default: out.append(bytes[at])
      }
      at += 1
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  static func appendQuoted(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    var text: [UInt8] = []
    Escaping.append(bytes, as: .ascii, to: &text)
    for byte in text {
      // redis-cli forgets the backslash of a quote, which then ends the string.
      if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") {
        out.append(UInt8(ascii: "\\"))
      }
      out.append(byte)
    }
  }
}

/// How texts and bytes are written where JSON alone does not say it. The program hands this in, so
/// that replies look as its other JSON does.
package struct JSONLiterals: Sendable {
  /// Appends the inside of a string in which nothing is left that a terminal would obey.
  let appendSafe: @Sendable (_ text: UnsafeRawBufferPointer, _ out: inout [UInt8]) -> Void
  /// Appends what stands for bytes that are not UTF-8.
  let appendBytes: @Sendable (_ bytes: UnsafeRawBufferPointer, _ out: inout [UInt8]) -> Void

  package init(
    appendSafe: @escaping @Sendable (UnsafeRawBufferPointer, inout [UInt8]) -> Void,
    appendBytes: @escaping @Sendable (UnsafeRawBufferPointer, inout [UInt8]) -> Void
  ) {
    self.appendSafe = appendSafe
    self.appendBytes = appendBytes
  }

  func append(
    _ bytes: UnsafeRawBufferPointer, _ style: JSONReplyText.Style, to out: inout [UInt8]
  ) {
    switch style {
    case .plain: JSONReplyText.appendPlain(bytes, to: &out)
    case .safe: appendSafe(bytes, &out)
    case .quoted: JSONReplyText.appendQuoted(bytes, to: &out)
    }
  }
}
