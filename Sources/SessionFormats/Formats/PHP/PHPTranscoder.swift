/// PHP payloads straight to plain JSON, in one pass over the bytes and without a `Value`: what nearly every session
/// consists of. It declines whatever is unusual, which then goes by way of `PHPDecoder`.
///
/// Where it does not decline, the bytes are those of `JSONWriter` over what `PHPDecoder` reads.
struct PHPTranscoder {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private let end: Int
  private var depth = 0
  private var nodes: Int
  /// Keys of the containers that are open, one behind the other: 7 bytes of each and its length, to compare quickly.
  private var keys: [UInt64] = []

  /// Keys of a container that are compared each with each; of more, hash values are.
  private static let comparedKeys = 24

  /// False when the payload needs the usual way, whatever was appended.
  static func transcode(_ reader: ByteReader, isSession: Bool, to writer: inout JSONWriter) -> Bool
  {
    reader.bytes.withUnsafeBufferPointer { bytes in
      var transcoder = PHPTranscoder(bytes, nodeLimit: reader.nodeLimit)
      return transcoder.document(isSession, &writer.bytes)
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, nodeLimit: Int) {
    self.bytes = bytes
    end = bytes.count
    nodes = nodeLimit
  }

  private mutating func document(_ isSession: Bool, _ out: inout [UInt8]) -> Bool {
    if isSession { return session(&out) }
    guard at < end, bytes[at] == UInt8(ascii: "a") else { return false }
    return value(&out) && at == end
  }

  private mutating func session(_ out: inout [UInt8]) -> Bool {
    depth = 1
    out.append(UInt8(ascii: "{"))
    var count = 0
    while at < end {
      nodes -= 1
      let start = at
      var isPlain = true
      while at < end, bytes[at] != UInt8(ascii: "|") {
        isPlain = isPlain && Self.isPlain(bytes[at])
        at += 1
      }
      guard isPlain, at < end, at > start, bytes[start] != UInt8(ascii: "!") else { return false }
      if count > 0 { out.append(UInt8(ascii: ",")) }
      append(quoted: start, at, &out)
      out.append(UInt8(ascii: ":"))
      keys.append(key(start, at))
      count += 1
      at += 1
      guard value(&out) else { return false }
    }
    // A single null may be two letters of anybody's.
    guard count > 0, areDistinct(count), count > 1 || bytes[end - 2] != UInt8(ascii: "N") else {
      return false
    }
    out.append(UInt8(ascii: "}"))
    return true
  }

  // MARK: - Values

  /// Whether a byte stands for itself in JSON, in one word of UTF-8.
  @inline(__always)
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte &- 0x20 < 0x5F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < end, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func value(_ out: inout [UInt8]) -> Bool {
    nodes -= 1
    guard nodes >= 0, end - at >= 2 else { return false }
    let letter = bytes[at]
    let next = bytes[at + 1]
    at += 2
    if letter == UInt8(ascii: "N") {
      guard next == UInt8(ascii: ";") else { return false }
      append("null", &out)
      return true
    }
    guard next == UInt8(ascii: ":") else { return false }
    switch letter {
    case UInt8(ascii: "s"): return string(&out)
    case UInt8(ascii: "i"): return integer(&out)
    case UInt8(ascii: "a"): return array(&out)
    case UInt8(ascii: "b"):
      guard end - at >= 2, bytes[at + 1] == UInt8(ascii: ";") else { return false }
      let digit = bytes[at]
      at += 2
      if digit == UInt8(ascii: "1") {
        append("true", &out)
      } else if digit == UInt8(ascii: "0") {
        append("false", &out)
      } else {
        return false
      }
      return true
    case UInt8(ascii: "d"): return double(&out)
    case UInt8(ascii: "O"): return object(&out)
    default: return false
    }
  }

  /// Digits in PHP's own form: no plus sign, no zeros before them, not so many that they could be beyond 64 bits.
  @inline(__always)
  private mutating func integerRange() -> Range<Int>? {
    let start = at
    if at < end, bytes[at] == UInt8(ascii: "-") { at += 1 }
    let first = at
    while at < end, bytes[at] &- 0x30 < 10 { at += 1 }
    let digits = at - first
    guard digits > 0, digits <= 18, at < end, bytes[at] == UInt8(ascii: ";"),
      bytes[first] != UInt8(ascii: "0") || digits == 1 && first == start
    else { return nil }
    at += 1
    return start..<at - 1
  }

  private mutating func integer(_ out: inout [UInt8]) -> Bool {
    guard let range = integerRange() else { return false }
    out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
    return true
  }

  /// A number of at most 15 digits is its own shortest form, if it has no zeros at its ends.
  private mutating func double(_ out: inout [UInt8]) -> Bool {
    let start = at
    while at < end, bytes[at] != UInt8(ascii: ";") { at += 1 }
    guard at < end else { return false }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<at])
    at += 1
    if Self.isShortest(text) {
      out.append(contentsOf: text)
      return true
    }
    guard let number = PHPNumber.double(Array(text)[...]), number.isFinite else { return false }
    JSONNumber.append(number, to: &out)
    return true
  }

  private static func isShortest(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count <= 16, let last = text.last, last != UInt8(ascii: "0") else { return false }
    var at = text.first == UInt8(ascii: "-") ? 1 : 0
    guard text.count - at >= 3 else { return false }
    let start = at
    while at < text.count, text[at] &- 0x30 < 10 { at += 1 }
    guard at > start, at < text.count - 1, text[at] == UInt8(ascii: ".") else { return false }
    if text[start] == UInt8(ascii: "0") {
      // 0.0001 is where Swift begins to write an exponent.
      guard at == start + 1, text[at + 1] != UInt8(ascii: "0") else { return false }
    }
    at += 1
    while at < text.count, text[at] &- 0x30 < 10 { at += 1 }
    return at == text.count
  }

  /// The range in `5:"hello"`.
  @inline(__always)
  private mutating func quoted() -> Range<Int>? {
    var length = 0
    let first = at
    while at < end {
      let digit = Int(bytes[at]) - 0x30
      guard 0...9 ~= digit else { break }
      length = length * 10 + digit
      if length > end { return nil }
      at += 1
    }
    guard at > first, length <= end - at - 3, bytes[at] == UInt8(ascii: ":"),
      bytes[at + 1] == UInt8(ascii: "\"")
    else { return nil }
    let start = at + 2
    guard length < end - start, bytes[start + length] == UInt8(ascii: "\"") else { return nil }
    at = start + length + 1
    return start..<start + length
  }

  /// Whether all bytes stand for themselves. No branch in the loop, so that many are looked at together.
  @inline(__always)
  private func arePlain(_ range: Range<Int>) -> Bool {
    var isOther = false
    for index in range { isOther = isOther || !Self.isPlain(bytes[index]) }
    return !isOther
  }

  private mutating func string(_ out: inout [UInt8]) -> Bool {
    guard let range = quoted(), take(UInt8(ascii: ";")) else { return false }
    if range.count > 10, bytes[range.lowerBound + 1] == UInt8(ascii: ":"),
      bytes[range.upperBound - 1] == UInt8(ascii: "}")
    {
      // It may be serialized itself, and is to be looked into.
      return false
    }
    if arePlain(range) {
      append(quoted: range.lowerBound, range.upperBound, &out)
      return true
    }
    let text = UnsafeBufferPointer(rebasing: bytes[range])
    guard PHPTranscoder.isUTF8(text) else {
      // Bytes: `{"$bytes":"..."}`.
      append("{\"$bytes\":\"", &out)
      JSONText.append(base64: Array(text), to: &out)
      append("\"}", &out)
      return true
    }
    JSONText.append(text, to: &out)
    return true
  }

  private static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    (try? UTF8Span(validating: text.span)) != nil
  }

  @inline(__always)
  private func append(_ text: StaticString, _ out: inout [UInt8]) {
    out.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  private func append(quoted start: Int, _ end: Int, _ out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
    out.append(UInt8(ascii: "\""))
  }

  // MARK: - Arrays

  /// The count in `3:{`.
  private mutating func openBrace() -> Int? {
    var count = 0
    let first = at
    while at < end {
      let digit = Int(bytes[at]) - 0x30
      guard 0...9 ~= digit else { break }
      count = count * 10 + digit
      if count > end { return nil }
      at += 1
    }
    guard at > first, take(UInt8(ascii: ":")), take(UInt8(ascii: "{")), count <= (end - at) / 6
    else { return nil }
    return count
  }

  private mutating func array(_ out: inout [UInt8]) -> Bool {
    depth += 1
    guard depth <= Limits.depth, let count = openBrace() else { return false }
    let isList =
      count == 0
      || end - at > 4 && bytes[at] == UInt8(ascii: "i") && bytes[at + 2] == UInt8(ascii: "0")
    guard isList ? list(count, &out) : map(count, &out), take(UInt8(ascii: "}")) else {
      return false
    }
    depth -= 1
    return true
  }

  /// Elements under the keys 0, 1, 2 ...; an array that only begins so is declined.
  private mutating func list(_ count: Int, _ out: inout [UInt8]) -> Bool {
    out.append(UInt8(ascii: "["))
    for index in 0..<count {
      guard end - at > 4, bytes[at] == UInt8(ascii: "i"), bytes[at + 1] == UInt8(ascii: ":") else {
        return false
      }
      at += 2
      guard let range = integerRange(), bytes[range.lowerBound] != UInt8(ascii: "-") else {
        return false
      }
      var key = 0
      for digit in range { key = key * 10 + Int(bytes[digit] &- 0x30) }
      guard key == index else { return false }
      if index > 0 { out.append(UInt8(ascii: ",")) }
      guard value(&out) else { return false }
    }
    out.append(UInt8(ascii: "]"))
    return true
  }

  private mutating func map(_ count: Int, _ out: inout [UInt8]) -> Bool {
    out.append(UInt8(ascii: "{"))
    for index in 0..<count {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      guard end - at > 3 else { return false }
      let letter = bytes[at]
      guard bytes[at + 1] == UInt8(ascii: ":") else { return false }
      at += 2
      if letter == UInt8(ascii: "s") {
        guard let range = quoted(), take(UInt8(ascii: ";")) else { return false }
        if arePlain(range) {
          append(quoted: range.lowerBound, range.upperBound, &out)
        } else {
          let text = UnsafeBufferPointer(rebasing: bytes[range])
          guard PHPTranscoder.isUTF8(text) else { return false }
          JSONText.append(text, to: &out)
        }
        keys.append(key(range.lowerBound, range.upperBound))
      } else if letter == UInt8(ascii: "i") {
        guard let range = integerRange() else { return false }
        append(quoted: range.lowerBound, range.upperBound, &out)
        keys.append(key(range.lowerBound, range.upperBound))
      } else {
        return false
      }
      out.append(UInt8(ascii: ":"))
      guard value(&out) else { return false }
    }
    out.append(UInt8(ascii: "}"))
    return areDistinct(count)
  }

  // MARK: - Objects

  /// An object with names for its members, of a class that is on no list and shown as it is.
  private mutating func object(_ out: inout [UInt8]) -> Bool {
    depth += 1
    guard depth <= Limits.depth, let name = quoted(), !name.isEmpty, take(UInt8(ascii: ":")),
      isUsual(name), let count = openBrace()
    else { return false }
    append("{\"$class\":\"", &out)
    for index in name {
      out.append(bytes[index])
      if bytes[index] == UInt8(ascii: "\\") { out.append(UInt8(ascii: "\\")) }
    }
    out.append(UInt8(ascii: "\""))
    for _ in 0..<count {
      guard end - at > 3, bytes[at] == UInt8(ascii: "s"), bytes[at + 1] == UInt8(ascii: ":") else {
        return false
      }
      at += 2
      guard let range = quoted(), take(UInt8(ascii: ";")), !range.isEmpty else { return false }
      out.append(UInt8(ascii: ","))
      guard member(range, name, &out) else { return false }
      out.append(UInt8(ascii: ":"))
      guard value(&out) else { return false }
    }
    guard take(UInt8(ascii: "}")), areDistinct(count) else { return false }
    out.append(UInt8(ascii: "}"))
    depth -= 1
    return true
  }

  /// A property's name as `PHPShape.propertyName` has it.
  private mutating func member(
    _ range: Range<Int>, _ className: Range<Int>, _ out: inout [UInt8]
  ) -> Bool {
    let first = bytes[range.lowerBound]
    if first != 0 {
      // `$` may be taken for a mark, and `:` for what tells the visibility.
      guard first != UInt8(ascii: "$"), arePlain(range), !hasColon(range),
        !isDateMark(range, className)
      else { return false }
      append(quoted: range.lowerBound, range.upperBound, &out)
      keys.append(key(range.lowerBound, range.upperBound))
      return true
    }
    guard let nul = bytes[range].dropFirst().firstIndex(of: 0),
      arePlain(nul + 1..<range.upperBound),
      nul + 1 < range.upperBound, bytes[nul + 1] != UInt8(ascii: "$"),
      !hasColon(nul + 1..<range.upperBound)
    else { return false }
    out.append(UInt8(ascii: "\""))
    out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[nul + 1..<range.upperBound]))
    let owner = range.lowerBound + 1..<nul
    if owner.count == 1, bytes[owner.lowerBound] == UInt8(ascii: "*") {
      append(":protected\"", &out)
    } else if bytes[owner].elementsEqual(bytes[className]) {
      append(":private\"", &out)
    } else {
      return false
    }
    // Which visibility it is makes it another name.
    keys.append(key(nul + 1, range.upperBound) ^ UInt64(owner.count == 1 ? 1 : 2) << 60)
    return true
  }

  private func hasColon(_ range: Range<Int>) -> Bool {
    bytes[range].contains(UInt8(ascii: ":"))
  }

  /// What all dates have, and what intervals have: their objects are shown in another way.
  private func isDateMark(_ range: Range<Int>, _ className: Range<Int>) -> Bool {
    range.count == 13 && bytes[range].elementsEqual("timezone_type".utf8)
      || range.count == 1 && bytes[range.lowerBound] == UInt8(ascii: "y")
        && bytes[className].suffix(8).elementsEqual("Interval".utf8)
  }

  /// Whether a class's name is of plain letters and on no list of gadgets.
  private func isUsual(_ name: Range<Int>) -> Bool {
    for index in name {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "\\"):
        break
      default: return false
      }
    }
    return PHPGadgets.chain(of: String(decoding: bytes[name], as: UTF8.self)) == nil
  }

  // MARK: - Keys

  /// A key's length and its last seven bytes. Keys that are equal have the same, and few others do.
  @inline(__always)
  private func key(_ start: Int, _ end: Int) -> UInt64 {
    var value = UInt64(truncatingIfNeeded: end - start)
    var index = end
    let first = max(start, end - 7)
    while index > first {
      index -= 1
      value = value << 8 | UInt64(bytes[index])
    }
    return value
  }

  /// Whether the last `count` keys, which are taken away, are all different. It errs on the side of no.
  private mutating func areDistinct(_ count: Int) -> Bool {
    let start = keys.count - count
    defer { keys.removeLast(count) }
    if count <= Self.comparedKeys {
      return keys.withUnsafeBufferPointer { keys in
        for later in start..<keys.count {
          var isSame = false
          for earlier in start..<later { isSame = isSame || keys[earlier] == keys[later] }
          if isSame { return false }
        }
        return true
      }
    }
    return Set(keys[start...]).count == count
  }
}
