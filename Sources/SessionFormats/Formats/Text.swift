// What else is in Redis besides sessions: words, counters, nothing.

extension Format {
  /// An empty string.
  static let empty = Format(
    name: "empty",
    summary: "a value of no bytes",
    recognizes: { $0.isEmpty },
    read: { reader throws(PayloadError) in
      let bytes = reader.bytes
      if !bytes.isEmpty { throw PayloadError(at: 0, "\(bytes.count) bytes are not nothing") }
      return Reading(.string(""), label: "empty")
    },
    isConvincing: { _ in false })

  /// A decimal integer as Redis' INCR stores it.
  static let number = Format(
    name: "number",
    summary: "a decimal integer, as INCR keeps it",
    recognizes: { bytes in
      guard bytes.count <= 20, let last = bytes.last else { return false }
      return last &- 0x30 < 10
    },
    read: { reader throws(PayloadError) in
      // Redis' own rule: a text that would print differently (+1, 007, -0) is not a number.
      guard let text = String(validating: reader.bytes, as: UTF8.self), let number = Int64(text),
        String(number) == text
      else { throw PayloadError(at: 0, "expected a decimal integer of 64 bits") }
      return Reading(.integer(number), label: "number")
    },
    isConvincing: { _ in false })

  /// UTF-8 that a person could have written.
  static let text = Format(
    name: "text",
    summary: "plain text in UTF-8",
    recognizes: { _ in true },
    read: { reader throws(PayloadError) in
      if let text = String(validating: reader.bytes, as: UTF8.self) {
        return Reading(.string(text), label: "text")
      }
      throw PayloadError(at: firstInvalidUTF8(reader.bytes), "not UTF-8")
    },
    isPlausible: { value in
      guard case .string(let text) = value else { return false }
      // Colour sequences and form feeds occur in text, but binary data has more control bytes: by
      // chance one byte in eight is below 32, and most of them are zeros.
      var controls = 0
      var count = 0
      for scalar in text.unicodeScalars {
        count += 1
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: break
        case 0..<0x20, 0x7F..<0xA0: controls += 1
        default: break
        }
      }
      return controls * 4 <= count
    },
    isConvincing: { _ in false })
}

extension Format {
  /// Bytes as they are: encrypted bytes that cannot be opened, or bytes that the user asked for.
  static let bytes = Format(
    name: "bytes", labels: ["sealed"],
    summary: "bytes as they are, when asked for or sealed",
    recognizes: { _ in false },
    read: { reader throws(PayloadError) in
      Reading(.bytes(reader.bytes), label: "bytes", isOpaque: true)
    })
}

/// Offset of the first byte that is not part of well-formed UTF-8.
private func firstInvalidUTF8(_ bytes: [UInt8]) -> Int {
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  var offset = 0
  while case .scalarValue(let scalar) = decoder.decode(&iterator) {
    offset += UTF8.width(scalar)
  }
  return offset
}
