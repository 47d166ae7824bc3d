// https://github.com/msgpack/msgpack/blob/master/spec.md

extension Format {
  /// MessagePack, as Flask-Session writes it since 0.7, and PHP's dialect of it.
  public static let messagePack = Format(
    name: "msgpack", labels: ["messagepack", "php-messagepack"],
    summary: "MessagePack, with timestamps and extension types; PHP's with objects and references",
    recognizes: { bytes in
      guard let first = bytes.first else { return false }
      return first & 0xE0 == 0x80 || first >= 0xDC && first <= 0xDF
    },
    read: { reader throws(PayloadError) in try MessagePack.read(reader) },
    isPlausible: { value in
      // Small integers are one byte each, so three random bytes are easily an array of two. Chance
      // does not write text.
      switch value.unshared {
      case .map(let pairs):
        pairs.count >= MessagePack.countedElements || MessagePack.holdsText(value)
      case .list(let items):
        items.count >= MessagePack.countedElements || MessagePack.holdsText(value)
      case .object: true
      default: false
      }
    },
    isConvincing: { value in
      guard case .map(let pairs) = value.unshared else { return false }
      var letters = 0
      for pair in pairs {
        guard case .string(let key) = pair.key, MessagePack.isReadable(key.utf8) else {
          return false
        }
        letters += key.utf8.count
      }
      return letters > 2
    },
    transcode: { reader, writer throws(PayloadError) in
      var decoder = MessagePackDecoder(reader, JSONOutput(writer))
      return try decoder.document()
    },
    outline: { reader throws(PayloadError) in
      var decoder = MessagePackDecoder(reader, OutlineOutput())
      return try decoder.document() ? decoder.output.outline : nil
    })
}

enum MessagePack {
  /// From this many elements on, an array or map has its count in bytes of its own. For the last of
  /// so many elements to end exactly with the payload is more than chance.
  static let countedElements = 16

  /// Whether a readable key, or text of at least two characters, is anywhere in the value.
  static func holdsText(_ value: Value) -> Bool {
    switch value.unshared {
    case .string(let text): text.utf8.count > 1 && isReadable(text.utf8)
    case .object: true
    case .list(let items): items.contains(where: holdsText)
    case .map(let pairs):
      pairs.contains { pair in
        if case .string(let key) = pair.key, isReadable(key.utf8) { return true }
        return holdsText(pair.value)
      }
    default: false
    }
  }

  static func isReadable(_ text: some Collection<UInt8>) -> Bool {
    !text.isEmpty && text.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  static func read(_ reader: ByteReader) throws(PayloadError) -> Reading {
    var decoder = MessagePackDecoder(reader, TreeOutput())
    let value = try decoder.value()
    let reading = PHPMessagePack.read(value, decoder)
    do throws(PayloadError) {
      try decoder.reader.expectEnd()
    } catch {
      throw error.finding(reading?.findings ?? [])
    }
    return reading ?? Reading(value, label: "MessagePack", notes: decoder.notes)
  }
}
