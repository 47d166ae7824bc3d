// https://simonsapin.github.io/wtf-8/

/// Text in UTF-8 that may hold lone surrogates, as Python writes them with `surrogatepass` and as
/// Java has them.
enum GeneralizedUTF8 {
  enum Kind {
    /// ASCII that stands for itself in a JSON string.
    case plain
    /// Other UTF-8.
    case text
    /// With lone surrogates.
    case surrogates
  }

  /// What a text is, or nil if it is not generalised UTF-8.
  @inline(__always)
  static func kind(of text: Span<UInt8>) -> Kind? {
    PlainText.isPlain(text) ? .plain : unusualKind(of: text)
  }

  @inline(never)
  private static func unusualKind(of text: Span<UInt8>) -> Kind? {
    var kind = Kind.text
    var at = 0
    while at < text.count {
      let lead = text[at]
      if lead < 0x80 {
        at += 1
        continue
      }
      let length: Int
      let least: UInt32
      var scalar: UInt32
      switch lead {
      case 0xC2...0xDF: (length, least, scalar) = (2, 0x80, UInt32(lead & 0x1F))
      case 0xE0...0xEF: (length, least, scalar) = (3, 0x800, UInt32(lead & 0x0F))
      case 0xF0...0xF4: (length, least, scalar) = (4, 0x10000, UInt32(lead & 0x07))
      default: return nil
      }
      guard text.count - at >= length else { return nil }
      for index in at + 1..<at + length {
        guard text[index] & 0xC0 == 0x80 else { return nil }
        scalar = scalar << 6 | UInt32(text[index] & 0x3F)
      }
      guard scalar >= least && scalar <= 0x10FFFF else { return nil }
      if 0xD800...0xDFFF ~= scalar { kind = .surrogates }
      at += length
    }
    return kind
  }

  /// Appends a code point, a surrogate included.
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F) }
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800: bytes += [0xC0 | UInt8(truncatingIfNeeded: scalar >> 6), tail(0)]
    case 0x800..<0x10000:
      bytes += [0xE0 | UInt8(truncatingIfNeeded: scalar >> 12), tail(6), tail(0)]
    default:
      bytes += [0xF0 | UInt8(truncatingIfNeeded: scalar >> 18), tail(12), tail(6), tail(0)]
    }
  }
}
