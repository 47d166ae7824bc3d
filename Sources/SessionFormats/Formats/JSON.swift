// https://www.rfc-editor.org/rfc/rfc8259

extension Format {
  /// JSON, and Flask's tagged JSON, in which some objects stand for a tuple, a date or the like.
  static let json = Format(
    name: "json", labels: ["tagged-json", "jackson-json"],
    summary: "JSON of any producer, and Flask's tagged JSON",
    recognizes: { bytes in
      let first = bytes.starts(with: JSON.byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
      guard let start = first.firstIndex(where: { !JSON.isWhitespace($0) }) else { return false }
      // A text may contain JSON again; any other string could just as well be a quoted word.
      var byte: UInt8? = bytes[start]
      if byte == UInt8(ascii: "\"") {
        byte = bytes[start...].first { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
      }
      return byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    },
    read: { reader throws(PayloadError) in
      var decoder = JSONDecoder(reader, TreeOutput())
      let root = try decoder.document()
      var reading = Reading(
        root, label: decoder.sawTag ? "tagged JSON" : "JSON", notes: decoder.notes)
      reading.isTagged = decoder.sawTag
      let typed = JacksonTypes.reading(reading, of: reader.bytes, sawType: decoder.sawType)
      do throws(PayloadError) {
        try decoder.reader.expectEnd()
      } catch {
        throw error.finding(typed.findings)
      }
      return typed
    },
    isPlausible: { value in
      // A bare string, number or name could just as well be a word of plain text.
      switch value {
      case .map, .list, .tagged, .object: true
      default: false
      }
    },
    isConvincing: { value in
      switch value {
      case .map(let pairs): !pairs.isEmpty
      case .list(let items): !items.isEmpty
      case .tagged, .object: true
      default: false
      }
    },
    transcode: { reader, writer throws(PayloadError) in
      var decoder = JSONDecoder(reader, JSONOutput(writer))
      return try decoder.container()
    },
    outline: { reader throws(PayloadError) in
      var decoder = JSONDecoder(reader, OutlineOutput())
      return try decoder.container() ? decoder.output.outline : nil
    })
}

/// Words of the grammar.
enum JSON {
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  @inline(__always)
  static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// Whether a byte may stand in a string without an escape.
  @inline(__always)
  static func isInString(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// The three bytes that UTF-8's scheme gives for a surrogate, which UTF-8 itself excludes.
  static func generalizedUTF8(_ surrogate: UInt16) -> [UInt8] {
    [
      0xE0 | UInt8(truncatingIfNeeded: surrogate >> 12),
      0x80 | UInt8(truncatingIfNeeded: surrogate >> 6) & 0x3F,
      0x80 | UInt8(truncatingIfNeeded: surrogate) & 0x3F,
    ]
  }

  /// What a number becomes: an integer if it fits, a double if that prints as the same text,
  /// otherwise the text. 1.50, 1e5 and 0.1000000000000000055 stay as they were written.
  static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Value {
    let literal = String(decoding: bytes[range], as: UTF8.self)
    // -0 has a sign that no integer holds.
    if literal != "-0", let integer = Int64(literal) { return .integer(integer) }
    // A double's shortest text has at most 24 characters.
    if range.count <= 24, let double = Double(literal), double.description == literal {
      return .double(double)
    }
    return .number(literal)
  }
}
