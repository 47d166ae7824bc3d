// There is no specification; the grammar is that of https://github.com/php/php-src:
// ext/standard/var.c writes, ext/standard/var_unserializer.re reads, ext/session/session.c has the
// three session handlers.

extension Format {
  /// PHP's `serialize`: sessions of the handler `php_serialize`, and what PHP's caches keep.
  public static let php = Format(
    name: "php", labels: ["php-string"],
    summary: "PHP serialize, and sessions of the handler php_serialize",
    recognizes: PHP.recognizes, hasSignature: PHP.hasSignature,
    read: { reader throws(PayloadError) in
      var reading = try PHP.read(reader, .value, label: "PHP")
      // What caches make of a session that was serialized before, as Laravel's, CakePHP's and
      // ThinkPHP's do.
      switch reading.value {
      case .string, .bytes: reading.label = "PHP string"
      default: break
      }
      return reading
    },
    isPlausible: PHP.isPlausible, isConvincing: PHP.isConvincing,
    transcode: { reader, writer throws(PayloadError) in
      try PHP.transcode(reader, .value, writer)
    },
    outline: { reader throws(PayloadError) in try PHP.outline(reader, .value) },
    explain: { PHPOutline.lines($0, .value) })

  /// Sessions of PHP's own handler `php`, its default: each variable's name, `|` and value.
  public static let phpSession = Format(
    name: "php-session",
    summary: "PHP session of the handler php: name|value...",
    recognizes: PHP.recognizesSession, hasSignature: PHP.recognizesSession,
    read: { reader throws(PayloadError) in
      try PHP.read(reader, .session, label: "PHP session")
    },
    isPlausible: PHP.isSession,
    transcode: { reader, writer throws(PayloadError) in
      try PHP.transcode(reader, .session, writer)
    },
    outline: { reader throws(PayloadError) in try PHP.outline(reader, .session) },
    explain: { PHPOutline.lines($0, .session) })

  /// Sessions of PHP's handler `php_binary`: the length of each variable's name in a byte, the
  /// name, the value.
  public static let phpBinary = Format(
    name: "php-binary",
    summary: "PHP session of the handler php_binary",
    recognizes: PHP.recognizesBinary, hasSignature: PHP.recognizesBinary,
    read: { reader throws(PayloadError) in
      try PHP.read(reader, .binarySession, label: "PHP binary")
    },
    isPlausible: PHP.isSession,
    transcode: { reader, writer throws(PayloadError) in
      try PHP.transcode(reader, .binarySession, writer)
    },
    outline: { reader throws(PayloadError) in try PHP.outline(reader, .binarySession) },
    explain: { PHPOutline.lines($0, .binarySession) })
}

enum PHP {
  /// Reads a payload twice if it has references: which values are referred to is known at its end.
  static func read(
    _ reader: ByteReader, _ document: PHPDocument, label: String
  ) throws(PayloadError) -> Reading {
    var decoder = PHPDecoder(reader, TreeOutput())
    var value: Value
    do throws(PayloadError) {
      value = try decoder.document(document)
    } catch {
      // PHP makes objects as it goes, and destroys them when it meets the error.
      throw error.finding(decoder.record.findings)
    }
    let referenced = decoder.record.slots.referenced
    if !referenced.isEmpty {
      decoder = PHPDecoder(reader, TreeOutput())
      decoder.record.slots = PHPSlots(sharing: referenced)
      value = try decoder.document(document)
    }
    let record = decoder.record
    return Reading(
      value, label: label, findings: record.findings, notes: record.notes + record.classes.notes)
  }

  /// False where there is more to say than the JSON does.
  static func transcode(
    _ reader: ByteReader, _ document: PHPDocument, _ writer: JSONWriter
  ) throws(PayloadError) -> Bool {
    var decoder = PHPDecoder(reader, JSONOutput(writer))
    _ = try decoder.document(document)
    return decoder.record.notes.isEmpty && decoder.record.findings.isEmpty
  }

  static func outline(
    _ reader: ByteReader, _ document: PHPDocument
  ) throws(PayloadError) -> Outline? {
    var decoder = PHPDecoder(reader, OutlineOutput())
    _ = try decoder.document(document)
    return decoder.record.notes.isEmpty && decoder.record.findings.isEmpty
      ? decoder.output.outline : nil
  }

  // MARK: - Recognising

  /// Whether a value begins at `at`: its letter and what must follow at once.
  static func isHead(_ bytes: [UInt8], at: Int) -> Bool {
    guard at < bytes.count - 1 else { return false }
    switch bytes[at] {
    case UInt8(ascii: "N"): return bytes[at + 1] == UInt8(ascii: ";")
    case UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "d"), UInt8(ascii: "i"),
      UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "o"),
      UInt8(ascii: "C"), UInt8(ascii: "E"), UInt8(ascii: "O"), UInt8(ascii: "R"),
      UInt8(ascii: "S"):
      return bytes[at + 1] == UInt8(ascii: ":")
    default: return false
    }
  }

  /// A head and an end that fit together.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    guard isHead(bytes, at: 0), let last = bytes.last else { return false }
    switch bytes[0] {
    case UInt8(ascii: "a"), UInt8(ascii: "C"), UInt8(ascii: "O"), UInt8(ascii: "o"):
      return last == UInt8(ascii: "}")
    default: return last == UInt8(ascii: ";")
    }
  }

  /// `a:3:{`, `s:5:"`, `O:8:"`.
  static func hasSignature(_ bytes: [UInt8]) -> Bool { hasLength(bytes, at: 0) }

  /// Whether a value with a length begins at `at`, up to its bracket or quote.
  private static func hasLength(_ bytes: [UInt8], at start: Int) -> Bool {
    guard isHead(bytes, at: start) else { return false }
    let digits = bytes[(start + 2)...].prefix { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "+") }
    guard !digits.isEmpty, digits.endIndex < bytes.count - 1,
      bytes[digits.endIndex] == UInt8(ascii: ":")
    else { return false }
    let mark = bytes[digits.endIndex + 1]
    return bytes[start] == UInt8(ascii: "a")
      ? mark == UInt8(ascii: "{") : mark == UInt8(ascii: "\"")
  }

  /// A name, `|`, and a value's head. What PHP 5 wrote for an undefined variable, `!name|`, may
  /// come first.
  static func recognizesSession(_ bytes: [UInt8]) -> Bool {
    var start = 0
    // Undefined variables are rare; a few before the first one with a value are enough to look at.
    for _ in 0..<8 {
      guard let bar = bytes.span.firstOffset(of: UInt8(ascii: "|"), from: start), bar > start else {
        return false
      }
      if isHead(bytes, at: bar + 1) { return true }
      guard bytes[start] == UInt8(ascii: "!") else { return false }
      start = bar + 1
    }
    return false
  }

  /// The length of a name, the name, and a value's head; undefined variables may come first.
  static func recognizesBinary(_ bytes: [UInt8]) -> Bool {
    guard let last = bytes.last, last == UInt8(ascii: ";") || last == UInt8(ascii: "}") else {
      return false
    }
    var start = 0
    for _ in 0..<8 {
      let length = Int(bytes[start] & 0x7F)
      let next = start + 1 + length
      guard length > 0, next < bytes.count else { return false }
      if bytes[start] & 0x80 == 0 { return isHead(bytes, at: next) }
      start = next
    }
    return false
  }

  /// Whether a string may be serialized itself and hold objects.
  @inline(__always)
  static func mayHoldObjects(_ bytes: [UInt8], _ text: Range<Int>) -> Bool {
    guard text.count > 10, bytes[text.upperBound - 1] == UInt8(ascii: "}"),
      bytes[text.lowerBound + 1] == UInt8(ascii: ":")
    else { return false }
    switch bytes[text.lowerBound] {
    case UInt8(ascii: "O"), UInt8(ascii: "C"), UInt8(ascii: "a"): return true
    default: return false
    }
  }

  // MARK: - Believing

  /// `N;` is two letters.
  static func isPlausible(_ value: Value) -> Bool { value != .null }

  static func isConvincing(_ value: Value) -> Bool {
    switch value.unshared {
    case .list(let items): !items.isEmpty
    case .map, .object: true
    default: false
    }
  }

  /// Variables with names that a program would give them.
  static func isSession(_ value: Value) -> Bool {
    guard case .map(let variables) = value, !variables.isEmpty else { return false }
    return variables.contains { $0.value != .null || variables.count > 1 }
      && variables.allSatisfy { variable in
        guard case .string(let name) = variable.key else { return false }
        return isName(name.utf8.span)
      }
  }

  @inline(__always)
  static func isName(_ name: Span<UInt8>) -> Bool {
    for index in name.indices where name[index] < 0x20 || name[index] == 0x7F { return false }
    return !name.isEmpty
  }
}
