/// JSON to JSON in one pass, for scans over many sessions: what is compact and safe to print already is copied as it is.
///
/// It has no words for what it meets beyond that, and hands it to `Format.json`: errors, limits, Flask's tags, keys that
/// repeat, classes in the way of Jackson, lone surrogates, Python's NaN, a byte order mark, a root that is no container.
struct JSONPassage {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let nodeLimit: Int
  private var at = 0
  /// Up to here, the bytes are in the output.
  private var copied = 0
  private var depth = 0
  private var nodes = 0
  /// The keys of the objects that are open, in which a repeated one is looked for.
  private var keys: [Range<Int>] = []
  private var scratch: [UInt8] = []

  private init(_ bytes: UnsafeBufferPointer<UInt8>, nodeLimit: Int) {
    self.bytes = bytes
    self.nodeLimit = nodeLimit
  }

  /// Appends the document to the output; false when it is for `Format.json` to read, whatever was appended.
  static func transcode(_ reader: ByteReader, _ writer: inout JSONWriter) -> Bool {
    guard (try? UTF8Span(validating: reader.bytes.span)) != nil else { return false }
    return reader.bytes.withUnsafeBufferPointer { bytes in
      var passage = JSONPassage(bytes, nodeLimit: reader.nodeLimit)
      passage.skipWhitespace(&writer.bytes)
      guard let first = passage.peek, first == brace || first == bracket,
        passage.value(&writer.bytes)
      else { return false }
      passage.skipWhitespace(&writer.bytes)
      passage.flush(&writer.bytes)
      return passage.at == bytes.count
    }
  }

  @inline(__always)
  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  /// Hands over what can be copied as it is.
  @inline(__always)
  private mutating func flush(_ output: inout [UInt8]) {
    if copied < at {
      output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[copied..<at]))
      copied = at
    }
  }

  @inline(__always)
  private mutating func skipWhitespace(_ output: inout [UInt8]) {
    guard let byte = peek, byte <= 0x20 else { return }
    flush(&output)
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    copied = at
  }

  @inline(__always)
  private mutating func skip(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    at += 1
    return true
  }

  // MARK: Values

  private mutating func value(_ output: inout [UInt8]) -> Bool {
    nodes += 1
    guard nodes <= nodeLimit, let byte = peek else { return false }
    switch byte {
    case UInt8(ascii: "\""): return string(&output) != nil
    case Self.brace: return object(&output)
    case Self.bracket: return array(&output)
    case UInt8(ascii: "t"): return word("true")
    case UInt8(ascii: "f"): return word("false")
    case UInt8(ascii: "n"): return word("null")
    default: return number()
    }
  }

  private mutating func word(_ word: StaticString) -> Bool {
    guard bytes.count - at >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount where bytes[at + index] != word.utf8Start[index] {
      return false
    }
    at += word.utf8CodeUnitCount
    return true
  }

  private mutating func array(_ output: inout [UInt8]) -> Bool {
    depth += 1
    guard depth <= Limits.depth else { return false }
    at += 1
    skipWhitespace(&output)
    if !skip(UInt8(ascii: "]")) {
      // A pair of a text and something may be a class and its value in the way of Jackson.
      let isText = peek == UInt8(ascii: "\"")
      let first = at
      var count = 0
      while true {
        guard value(&output) else { return false }
        if count == 0, isText, !bytes[first..<at].contains(UInt8(ascii: ".")) { count = 2 }
        count += 1
        skipWhitespace(&output)
        if skip(UInt8(ascii: "]")) {
          if isText, count == 2 { return false }
          break
        }
        guard skip(UInt8(ascii: ",")) else { return false }
        skipWhitespace(&output)
      }
    }
    depth -= 1
    return true
  }

  private mutating func object(_ output: inout [UInt8]) -> Bool {
    depth += 1
    guard depth <= Limits.depth else { return false }
    at += 1
    skipWhitespace(&output)
    let firstKey = keys.count
    if !skip(UInt8(ascii: "}")) {
      while true {
        guard peek == UInt8(ascii: "\""), let key = string(&output), isNew(key, from: firstKey)
        else {
          return false
        }
        keys.append(key)
        skipWhitespace(&output)
        guard skip(UInt8(ascii: ":")) else { return false }
        skipWhitespace(&output)
        guard value(&output) else { return false }
        skipWhitespace(&output)
        if skip(UInt8(ascii: "}")) { break }
        guard skip(UInt8(ascii: ",")) else { return false }
        skipWhitespace(&output)
      }
    }
    // What may be one of Flask's tags.
    if keys.count == firstKey + 1, bytes[keys[firstKey].lowerBound] == 0x20 { return false }
    keys.removeLast(keys.count - firstKey)
    depth -= 1
    return true
  }

  /// Whether the object has had no such key yet. One with an escape may be another's equal, one with an `@` says a class,
  /// and objects with very many keys are nobody's session.
  private func isNew(_ key: Range<Int>, from firstKey: Int) -> Bool {
    if key.isEmpty { return keys[firstKey...].allSatisfy { !$0.isEmpty } }
    if bytes[key.lowerBound] == UInt8(ascii: "@") { return false }
    if keys.count - firstKey > 64 { return false }
    for other in keys[firstKey...] where other.count == key.count {
      var index = 0
      while index < key.count,
        bytes[other.lowerBound + index] == bytes[key.lowerBound + index]
      {
        index += 1
      }
      if index == key.count { return false }
    }
    for index in key where bytes[index] == UInt8(ascii: "\\") { return false }
    return true
  }

  /// A number is copied as it was written, as `Format.json` keeps it.
  private mutating func number() -> Bool {
    _ = skip(UInt8(ascii: "-"))
    if skip(UInt8(ascii: "0")) {
      if let next = peek, next &- 0x30 < 10 { return false }
    } else if !digits() {
      return false
    }
    if skip(UInt8(ascii: ".")), !digits() { return false }
    if let next = peek, next | 0x20 == UInt8(ascii: "e") {
      at += 1
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      return digits()
    }
    return true
  }

  private mutating func digits() -> Bool {
    let start = at
    while let byte = peek, byte &- 0x30 < 10 { at += 1 }
    return at > start
  }

  // MARK: Strings

  /// The bytes between the quotes; nil when the string is not for here.
  private mutating func string(_ output: inout [UInt8]) -> Range<Int>? {
    let open = at
    at += 1
    var isASCII = true
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        let inside = open + 1..<at
        at += 1
        if isASCII { return inside }
        // What a terminal would obey becomes an escape.
        let end = at
        at = open
        flush(&output)
        JSONText.append(UnsafeBufferPointer(rebasing: bytes[inside]), to: &output)
        at = end
        copied = end
        return inside
      }
      if byte == UInt8(ascii: "\\") { return escaped(open, &output) }
      if byte < 0x20 { return nil }
      if byte >= 0x7F { isASCII = false }
      at += 1
    }
    return nil
  }

  /// A string with escapes, of which the cursor stands at the first.
  private mutating func escaped(_ open: Int, _ output: inout [UInt8]) -> Range<Int>? {
    scratch.removeAll(keepingCapacity: true)
    var run = open + 1
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        scratch.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<at]))
        let end = at + 1
        at = open
        flush(&output)
        JSONText.append(scratch, to: &output)
        at = end
        copied = end
        return open + 1..<end - 1
      }
      if byte < 0x20 { return nil }
      at += 1
      if byte == UInt8(ascii: "\\") {
        scratch.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<at - 1]))
        guard escape() else { return nil }
        run = at
      }
    }
    return nil
  }

  /// What stands after a backslash.
  private mutating func escape() -> Bool {
    guard let byte = peek else { return false }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(byte)
    case UInt8(ascii: "b"): scratch.append(0x08)
    case UInt8(ascii: "f"): scratch.append(0x0C)
    case UInt8(ascii: "n"): scratch.append(0x0A)
    case UInt8(ascii: "r"): scratch.append(0x0D)
    case UInt8(ascii: "t"): scratch.append(0x09)
    case UInt8(ascii: "u"):
      guard let unit = unit() else { return false }
      var code = unit
      if unit & 0xFC00 == 0xD800 {
        guard skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")), let low = self.unit(),
          low & 0xFC00 == 0xDC00
        else { return false }
        code = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
      }
      guard let scalar = Unicode.Scalar(code) else { return false }
      scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default: return false
    }
    return true
  }

  /// Four hexadecimal digits.
  private mutating func unit() -> UInt32? {
    guard bytes.count - at >= 4 else { return nil }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = hexDigit(bytes[at]) else { return nil }
      unit = unit << 4 | UInt32(digit)
      at += 1
    }
    return unit
  }

  private static let brace = UInt8(ascii: "{")
  private static let bracket = UInt8(ascii: "[")
}
