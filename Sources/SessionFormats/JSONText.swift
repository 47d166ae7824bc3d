/// JSON's string literals, as `JSONWriter` writes them.
///
/// Beside what RFC 8259 requires, whatever a terminal would obey is escaped: C0, DEL, the C1 controls, the line
/// and paragraph separators, the controls of text direction, and characters that show nothing (Unicode's
/// `Default_Ignorable_Code_Point`), but for the joiners U+200C and U+200D and the variation selectors of emoji,
/// without which text looks otherwise.
enum JSONText {
  /// 0 for a byte that stands for itself, 1 for an ASCII byte that must be escaped, 2 for a lead byte under which
  /// a character that must be escaped is found or (ED) a lone surrogate.
  private static let classes: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    for byte in 0..<0x20 { table[byte] = 1 }
    table[0x22] = 1
    table[0x5C] = 1
    table[0x7F] = 1
    for lead in [0xC2, 0xCD, 0xD8, 0xE1, 0xE2, 0xED, 0xEF, 0xF0, 0xF3] { table[lead] = 2 }
    return table
  }()

  static func append(_ text: String, to output: inout [UInt8]) {
    var text = text
    text.withUTF8 { append($0, to: &output) }
  }

  static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
    bytes.withUnsafeBufferPointer { append($0, to: &output) }
  }

  /// Appends text as it is, without quotes: it must be plain ASCII such as a number or a tag.
  static func appendRaw(_ text: String, to output: inout [UInt8]) {
    var text = text
    text.withUTF8 { output.append(contentsOf: $0) }
  }

  /// Appends a quoted literal of UTF-8 that may hold lone surrogates in their generalised form (WTF-8).
  static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    classes.withUnsafeBufferPointer { classes in
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
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<at]))
        appendEscape(scalar, to: &output)
        at += length
        start = at
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<at]))
    }
    output.append(UInt8(ascii: "\""))
  }

  /// The scalar that must be escaped and its length in bytes, or a length of 0 when it may stand as it is.
  private static func unsafeScalar(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int
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

  private static func appendEscape(_ scalar: UInt32, to output: inout [UInt8]) {
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
        appendUnit(0xD7C0 + scalar >> 10, to: &output)
        output.append(UInt8(ascii: "\\"))
        appendUnit(0xDC00 | scalar & 0x3FF, to: &output)
      } else {
        appendUnit(scalar, to: &output)
      }
    }
  }

  /// The rest of an escape behind its backslash, of a code unit of UTF-16.
  private static func appendUnit(_ unit: UInt32, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "u"))
    for shift in [12, 8, 4, 0] as [UInt32] {
      output.append(hexCharacter(UInt8(truncatingIfNeeded: unit >> shift)))
    }
  }

  /// Appends base64 with padding (RFC 4648, section 4), without quotes.
  static func append(base64 data: [UInt8], to output: inout [UInt8]) {
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    let digits = UnsafeBufferPointer(start: alphabet.utf8Start, count: 64)
    func digit(_ bits: UInt32, _ shift: UInt32) -> UInt8 { digits[Int(bits >> shift & 63)] }
    output.reserveCapacity(output.count + (data.count + 2) / 3 * 4)
    var at = 0
    while data.count - at >= 3 {
      let bits = UInt32(data[at]) << 16 | UInt32(data[at + 1]) << 8 | UInt32(data[at + 2])
      for shift in [18, 12, 6, 0] as [UInt32] { output.append(digit(bits, shift)) }
      at += 3
    }
    let pad = UInt8(ascii: "=")
    switch data.count - at {
    case 1:
      let bits = UInt32(data[at]) << 16
      output += [digit(bits, 18), digit(bits, 12), pad, pad]
    case 2:
      let bits = UInt32(data[at]) << 16 | UInt32(data[at + 1]) << 8
      output += [digit(bits, 18), digit(bits, 12), digit(bits, 6), pad]
    default: break
    }
  }
}

/// JSON's numbers.
enum JSONNumber {
  static func append(_ number: Int64, to output: inout [UInt8]) {
    var magnitude = number.magnitude
    if number < 0 { output.append(UInt8(ascii: "-")) }
    if magnitude < 10 {
      output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude))
      return
    }
    // 19 digits are the most that an Int64 has.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var at = 20
      while magnitude > 0 {
        at -= 1
        digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10)
        magnitude /= 10
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: digits[at..<20]))
    }
  }

  /// Appends the shortest digits that read back as the same finite number.
  static func append(_ number: Double, to output: inout [UInt8]) {
    JSONText.appendRaw(number.description, to: &output)
  }
}

/// Which maps can be written as a JSON object.
enum JSONKeys {
  /// Whether all keys are strings and none repeats. Strings are compared by their bytes: JSON knows nothing of
  /// canonical equivalence, by which Swift compares them.
  static func areDistinct(_ pairs: [Pair], allowingTags: Bool) -> Bool {
    if pairs.isEmpty { return true }
    var seen: Set<[UInt8]> = []
    if pairs.count > 1 { seen.reserveCapacity(pairs.count) }
    for pair in pairs {
      let key: [UInt8]
      switch pair.key {
      case .string(let text): key = Array(text.utf8)
      case .tagged(.surrogates, .bytes(let text)): key = text
      // In typed style a symbol is tagged.
      case .tagged(.symbol, .string(let text)) where allowingTags: key = Array(text.utf8)
      default: return false
      }
      if !allowingTags && key.first == UInt8(ascii: "$") { return false }
      if pairs.count > 1 && !seen.insert(key).inserted { return false }
    }
    return true
  }
}
