/// PHP payloads straight to plain JSON, in one pass over the bytes and without a `Value`: what nearly every session
/// consists of. It declines whatever is unusual, which then goes by way of `PHPDecoder`.
///
/// Where it does not decline, the bytes are those of `JSONWriter` over what `PHPDecoder` reads.
struct PHPTranscoder: ~Copyable {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private let end: Int
  private var depth = 0
  private var nodes: Int
  private var out: PHPOutput
  private var keys = PHPKeys()

  /// False when the payload needs the usual way, whatever was appended.
  static func transcode(_ reader: ByteReader, isSession: Bool, to writer: inout JSONWriter) -> Bool
  {
    reader.bytes.withUnsafeBufferPointer { bytes in
      var transcoder = PHPTranscoder(bytes, nodeLimit: reader.nodeLimit)
      guard isSession ? transcoder.session() : transcoder.document() else { return false }
      writer.buffer.append(transcoder.out.bytes.span)
      return true
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, nodeLimit: Int) {
    self.bytes = bytes
    end = bytes.count
    nodes = nodeLimit
    // JSON is the shorter of the two, but for its escapes.
    out = PHPOutput(capacity: bytes.count + 64)
  }

  private mutating func document() -> Bool {
    guard end > 0, bytes[0] == UInt8(ascii: "a") else { return false }
    return value() && at == end
  }

  private mutating func session() -> Bool {
    depth = 1
    out.append(UInt8(ascii: "{"))
    var count = 0
    while at < end {
      nodes -= 1
      let start = at
      while at < end, bytes[at] != UInt8(ascii: "|") { at += 1 }
      guard at < end, at > start, bytes[start] != UInt8(ascii: "!") else { return false }
      if count > 0 { out.append(UInt8(ascii: ",")) }
      guard out.appendPlain(text(start..<at)) else { return false }
      out.append(UInt8(ascii: ":"))
      keys.append(text(start..<at))
      count += 1
      at += 1
      guard value() else { return false }
    }
    // A single null may be two letters of anybody's.
    guard count > 0, keys.areDistinct(count), count > 1 || bytes[end - 2] != UInt8(ascii: "N")
    else { return false }
    out.append(UInt8(ascii: "}"))
    return true
  }

  @inline(__always)
  private func text(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[range])
  }

  // MARK: - Values

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < end, bytes[at] == byte else { return false }
    at &+= 1
    return true
  }

  private mutating func value() -> Bool {
    nodes -= 1
    guard nodes >= 0, end - at >= 2 else { return false }
    let letter = bytes[at]
    let next = bytes[at + 1]
    at += 2
    if letter == UInt8(ascii: "N") {
      guard next == UInt8(ascii: ";") else { return false }
      out.append("null")
      return true
    }
    guard next == UInt8(ascii: ":") else { return false }
    switch letter {
    case UInt8(ascii: "s"): return string()
    case UInt8(ascii: "i"):
      guard let range = integer() else { return false }
      out.append(text(range))
      return true
    case UInt8(ascii: "a"): return array()
    case UInt8(ascii: "b"): return bool()
    case UInt8(ascii: "d"): return double()
    case UInt8(ascii: "O"): return object()
    default: return false
    }
  }

  private mutating func bool() -> Bool {
    guard end - at >= 2, bytes[at + 1] == UInt8(ascii: ";") else { return false }
    switch bytes[at] {
    case UInt8(ascii: "0"): out.append("false")
    case UInt8(ascii: "1"): out.append("true")
    default: return false
    }
    at += 2
    return true
  }

  /// Digits in PHP's own form: no plus sign, no zeros before them, not so many that they could be beyond 64 bits.
  @inline(__always)
  private mutating func integer() -> Range<Int>? {
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

  private mutating func double() -> Bool {
    let start = at
    while at < end, bytes[at] != UInt8(ascii: ";") { at += 1 }
    guard at < end else { return false }
    let text = text(start..<at)
    at += 1
    if Self.isShortest(text) {
      out.append(text)
      return true
    }
    guard text.count < 40, let number = PHPNumber.double(Array(text)[...]), number.isFinite else {
      return false
    }
    out.append(number)
    return true
  }

  /// Whether a number is its own shortest form: at most 15 digits on both sides of a point, with no zeros at its ends.
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

  /// A count and its colon, nil for one that is beyond the payload.
  @inline(__always)
  private mutating func count() -> Int? {
    var count = 0
    let first = at
    while at < end {
      let digit = bytes[at] &- 0x30
      guard digit < 10 else { break }
      count = count &* 10 &+ Int(digit)
      if count > end { return nil }
      at &+= 1
    }
    guard at > first, take(UInt8(ascii: ":")) else { return nil }
    return count
  }

  /// The range of the bytes in `5:"hello"`.
  @inline(__always)
  private mutating func quoted() -> Range<Int>? {
    guard let length = count(), end - at >= length + 2, bytes[at] == UInt8(ascii: "\"") else {
      return nil
    }
    let start = at + 1
    guard bytes[start + length] == UInt8(ascii: "\"") else { return nil }
    at = start + length + 1
    return start..<start + length
  }

  private mutating func string() -> Bool {
    guard let range = quoted(), take(UInt8(ascii: ";")) else { return false }
    if range.count > 10, bytes[range.lowerBound + 1] == UInt8(ascii: ":"),
      bytes[range.upperBound - 1] == UInt8(ascii: "}")
    {
      // It may be serialized itself, and is to be looked into.
      return false
    }
    let text = text(range)
    if out.appendPlain(text) { return true }
    if Self.isUTF8(text) {
      out.appendEscaped(text)
    } else {
      out.append("{\"$bytes\":\"")
      out.append(base64: text)
      out.append("\"}")
    }
    return true
  }

  private static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    (try? UTF8Span(validating: text.span)) != nil
  }

  // MARK: - Arrays

  /// The count in `3:{`, for which there must be room.
  @inline(__always)
  private mutating func openBrace() -> Int? {
    guard let count = count(), take(UInt8(ascii: "{")), count <= (end - at) / 6 else { return nil }
    return count
  }

  private mutating func array() -> Bool {
    depth += 1
    guard depth <= Limits.depth, let count = openBrace() else { return false }
    let isList =
      count == 0
      || end - at > 4 && bytes[at] == UInt8(ascii: "i") && bytes[at + 2] == UInt8(ascii: "0")
    guard isList ? list(count) : map(count), take(UInt8(ascii: "}")) else { return false }
    depth -= 1
    return true
  }

  /// Elements under the keys 0, 1, 2 ...; an array that only begins so is declined.
  private mutating func list(_ count: Int) -> Bool {
    out.append(UInt8(ascii: "["))
    for index in 0..<count {
      guard end - at > 4, bytes[at] == UInt8(ascii: "i"), bytes[at + 1] == UInt8(ascii: ":") else {
        return false
      }
      at += 2
      guard let range = integer(), bytes[range.lowerBound] != UInt8(ascii: "-") else {
        return false
      }
      var key = 0
      for digit in range { key = key &* 10 &+ Int(bytes[digit] &- 0x30) }
      guard key == index else { return false }
      if index > 0 { out.append(UInt8(ascii: ",")) }
      guard value() else { return false }
    }
    out.append(UInt8(ascii: "]"))
    return true
  }

  private mutating func map(_ count: Int) -> Bool {
    out.append(UInt8(ascii: "{"))
    for index in 0..<count {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      guard end - at > 3, bytes[at + 1] == UInt8(ascii: ":") else { return false }
      let letter = bytes[at]
      at += 2
      if letter == UInt8(ascii: "s") {
        guard let range = quoted(), take(UInt8(ascii: ";")) else { return false }
        let text = text(range)
        if !out.appendPlain(text) {
          guard Self.isUTF8(text) else { return false }
          out.appendEscaped(text)
        }
        keys.append(text)
      } else if letter == UInt8(ascii: "i") {
        guard let range = integer() else { return false }
        let text = text(range)
        _ = out.appendPlain(text)
        keys.append(text)
      } else {
        return false
      }
      out.append(UInt8(ascii: ":"))
      guard value() else { return false }
    }
    out.append(UInt8(ascii: "}"))
    return keys.areDistinct(count)
  }

  // MARK: - Objects

  /// An object with names for its members, of a class that is on no list and shown as it is.
  private mutating func object() -> Bool {
    depth += 1
    guard depth <= Limits.depth, let name = quoted(), !name.isEmpty, take(UInt8(ascii: ":")),
      isUsual(name), let count = openBrace()
    else { return false }
    out.append("{\"$class\":")
    if !out.appendPlain(text(name)) { out.appendEscaped(text(name)) }
    for _ in 0..<count {
      guard end - at > 3, bytes[at] == UInt8(ascii: "s"), bytes[at + 1] == UInt8(ascii: ":") else {
        return false
      }
      at += 2
      guard let range = quoted(), take(UInt8(ascii: ";")), !range.isEmpty else { return false }
      out.append(UInt8(ascii: ","))
      guard member(range, of: name) else { return false }
      out.append(UInt8(ascii: ":"))
      guard value() else { return false }
    }
    guard take(UInt8(ascii: "}")), keys.areDistinct(count) else { return false }
    out.append(UInt8(ascii: "}"))
    depth -= 1
    return true
  }

  /// A property's name as `PHPShape.propertyName` has it.
  private mutating func member(_ range: Range<Int>, of className: Range<Int>) -> Bool {
    var plain = range
    var mark: StaticString = ""
    if bytes[range.lowerBound] == 0 {
      guard let end = bytes[range].dropFirst().firstIndex(of: 0) else { return false }
      let owner = range.lowerBound + 1..<end
      plain = end + 1..<range.upperBound
      if owner.count == 1, bytes[owner.lowerBound] == UInt8(ascii: "*") {
        mark = ":protected"
      } else if bytes[owner].elementsEqual(bytes[className]) {
        mark = ":private"
      } else {
        return false
      }
    }
    // `$` may be taken for a tag, and `:` for what tells the visibility.
    guard !plain.isEmpty, bytes[plain.lowerBound] != UInt8(ascii: "$"),
      !bytes[plain].contains(UInt8(ascii: ":")), !isDateMark(plain, className),
      out.appendPlain(text(plain))
    else { return false }
    if mark.utf8CodeUnitCount > 0 {
      out.removeQuote()
      out.append(mark)
      out.append(UInt8(ascii: "\""))
    }
    keys.append(text(plain), mark: UInt64(mark.utf8CodeUnitCount))
    return true
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
}

/// The keys of the containers that are open, one behind the other, as far as it takes to see that they differ.
private struct PHPKeys: ~Copyable {
  private var start: UnsafeMutablePointer<UInt64>
  private var capacity = 64
  private var count = 0

  init() { start = .allocate(capacity: capacity) }

  deinit { start.deallocate() }

  /// Adds a key as its length and its last seven bytes: keys that are equal have the same, and few others do.
  @inline(__always)
  mutating func append(_ text: UnsafeBufferPointer<UInt8>, mark: UInt64 = 0) {
    if count == capacity { grow() }
    var value = UInt64(truncatingIfNeeded: text.count) ^ mark &<< 6
    var index = text.count
    let first = max(0, index - 7)
    while index > first {
      index &-= 1
      value = value &<< 8 | UInt64(text[index])
    }
    start[count] = value
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * capacity)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity *= 2
  }

  /// Keys that are compared each with each; more are sorted.
  private static let compared = 24

  /// Whether the last `number` keys, which are taken away, are all different. It errs on the side of no.
  mutating func areDistinct(_ number: Int) -> Bool {
    count -= number
    var keys = UnsafeMutableBufferPointer(start: start + count, count: number)
    if number > Self.compared {
      keys.sort()
      for index in 1..<number where keys[index] == keys[index - 1] { return false }
      return true
    }
    var later = 1
    while later < number {
      var earlier = 0
      while earlier < later {
        if keys[earlier] == keys[later] { return false }
        earlier &+= 1
      }
      later &+= 1
    }
    return true
  }
}
