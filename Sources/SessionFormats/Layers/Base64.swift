// https://www.rfc-editor.org/rfc/rfc4648

extension Layer {
  /// Base64 in the standard or the URL alphabet, with or without padding, on one line or on many as
  /// in MIME.
  public static let base64 = Layer(
    name: "base64",
    summary: "base64, standard or URL alphabet",
    isSelfEvident: false,
    recognizes: { bytes in
      // Up to 20 digits are a number.
      bytes.count >= 8 && bytes.allSatisfy { Base64.mayContain($0) || $0 == 0x0A || $0 == 0x0D }
        && (bytes.count > 20 || !bytes.allSatisfy { $0 &- 0x30 < 10 })
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      if bytes.count / 4 > limit / 3 { throw Limits.outputExceeded(limit, at: 0) }
      let isURL = bytes.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
      let inside = try Base64.decode(bytes[...], isURL ? .url : .standard, inLines: true)
      return Unwrapped(inside, label: "base64")
    })
}

enum Base64 {
  enum Alphabet {
    case standard, url
  }

  /// Whether the byte occurs in base64 of either alphabet, padding included.
  static func mayContain(_ byte: UInt8) -> Bool {
    sextet(byte, .standard) != nil || sextet(byte, .url) != nil || byte == UInt8(ascii: "=")
  }

  /// The bytes that `text` encodes. Padding may be missing but not incomplete, and unused bits must
  /// be zero, as every encoder writes them. With `inLines`, line breaks are skipped. Offsets of
  /// errors count from the start of the array that `text` is a slice of.
  static func decode(
    _ text: ArraySlice<UInt8>, _ alphabet: Alphabet, inLines: Bool = false
  ) throws(PayloadError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3 + 3)
    var bits: UInt32 = 0
    var held = 0
    var padding = 0
    for (at, byte) in zip(text.indices, text) {
      if let sextet = sextet(byte, alphabet) {
        if padding > 0 { throw PayloadError(at: at, "base64 goes on after its padding") }
        bits = bits << 6 | UInt32(sextet)
        held += 1
        if held == 4 {
          bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
          bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
          bytes.append(UInt8(truncatingIfNeeded: bits))
          bits = 0
          held = 0
        }
      } else if byte == UInt8(ascii: "=") {
        padding += 1
      } else if !inLines || byte != 0x0A && byte != 0x0D {
        throw PayloadError(at: at, "\(hexByte(byte)) is not in base64's \(alphabet) alphabet")
      }
    }
    if padding > 0 && (held == 0 || held + padding != 4) || held == 1 {
      throw PayloadError(at: text.endIndex, "base64 ends within a group of 4 characters")
    }
    // Two characters carry 12 bits for 1 byte, three carry 18 for 2.
    if held == 2 && bits & 0xF != 0 || held == 3 && bits & 0x3 != 0 {
      throw PayloadError(at: text.endIndex, "the last character of the base64 has unused bits set")
    }
    if held == 2 { bytes.append(UInt8(truncatingIfNeeded: bits >> 4)) }
    if held == 3 {
      bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
    }
    return bytes
  }

  @inline(__always)
  private static func sextet(_ byte: UInt8, _ alphabet: Alphabet) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+") where alphabet == .standard: 62
    case UInt8(ascii: "/") where alphabet == .standard: 63
    case UInt8(ascii: "-") where alphabet == .url: 62
    case UInt8(ascii: "_") where alphabet == .url: 63
    default: nil
    }
  }
}
