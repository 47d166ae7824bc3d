/// Why a fast exit does not go on: the payload needs the usual way, which may also find that it is damaged.
struct Declined: Error {}

/// The cursor of the formats that go straight from bytes to plain JSON. It checks all bounds, and declines where
/// `ByteReader` would say what is wrong.
struct PayloadStream {
  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var at: Int
  let end: Int
  private var depth = 0
  private var nodes: Int
  /// Marks of the keys of the maps that are open, one map's behind the other's.
  private var marks: [UInt64] = []

  /// Keys of a map that are compared each with each; more are sorted.
  private static let comparedKeys = 24

  init(_ bytes: UnsafeBufferPointer<UInt8>, nodeLimit: Int) {
    self.bytes = bytes
    at = 0
    end = bytes.count
    nodes = nodeLimit
  }

  // MARK: - Reading

  @inline(__always)
  mutating func byte() throws(Declined) -> UInt8 {
    guard at < end else { throw Declined() }
    defer { at &+= 1 }
    return bytes[at]
  }

  @inline(__always)
  func peek(ahead: Int = 0) -> UInt8? { ahead < end &- at ? bytes[at &+ ahead] : nil }

  @inline(__always)
  mutating func skip(_ count: Int) { at = min(at &+ count, end) }

  /// An integer in big-endian order.
  @inline(__always)
  mutating func big<T: FixedWidthInteger>(_: T.Type) throws(Declined) -> T {
    let size = T.bitWidth / 8
    guard end &- at >= size, let base = bytes.baseAddress else { throw Declined() }
    defer { at &+= size }
    return T(bigEndian: UnsafeRawPointer(base + at).loadUnaligned(as: T.self))
  }

  @inline(__always)
  mutating func range(_ count: UInt64) throws(Declined) -> Range<Int> {
    guard count <= UInt64(truncatingIfNeeded: end &- at) else { throw Declined() }
    let start = at
    at &+= Int(truncatingIfNeeded: count)
    return Range(uncheckedBounds: (start, at))
  }

  @inline(__always)
  mutating func count() throws(Declined) {
    nodes &-= 1
    if nodes < 0 { throw Declined() }
  }

  @inline(__always)
  mutating func enter() throws(Declined) {
    depth &+= 1
    if depth > Limits.depth { throw Declined() }
  }

  @inline(__always)
  mutating func leave() { depth &-= 1 }

  // MARK: - Text

  /// What the bytes of a string are.
  enum Text {
    /// ASCII that stands for itself in JSON.
    case plain
    /// Other UTF-8.
    case text
    /// No text.
    case bytes
  }

  @inline(__always)
  func kind(of range: Range<Int>) -> Text { isPlain(range) ? .plain : unusualKind(of: range) }

  /// No branch in the loop, so that many bytes are looked at together.
  @inline(__always)
  private func isPlain(_ range: Range<Int>) -> Bool {
    guard let base = bytes.baseAddress else { return range.isEmpty }
    var start = base + range.lowerBound
    var count = range.count
    var isOther: UInt64 = 0
    // Eight at once: bytes under 0x20, 0x22, 0x5C and those from 0x7F on have their highest bit set in `isOther`.
    while count >= 8 {
      isOther |= Self.others(in: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
      start += 8
      count &-= 8
    }
    var rest: UInt64 = 0x2020_2020_2020_2020
    while count > 0 {
      rest = rest << 8 | UInt64(start.pointee)
      start += 1
      count &-= 1
    }
    return (isOther | Self.others(in: rest)) & 0x8080_8080_8080_8080 == 0
  }

  /// Where the first byte is that is not plain, or the end.
  @inline(__always)
  func endOfPlain(from start: Int) -> Int {
    guard let base = bytes.baseAddress else { return end }
    var at = start
    while end &- at >= 8 {
      let word = UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
      let others = Self.others(in: UInt64(littleEndian: word)) & 0x8080_8080_8080_8080
      // The lowest one is right, whatever it makes of those behind it.
      if others != 0 { return at &+ others.trailingZeroBitCount / 8 }
      at &+= 8
    }
    while at < end, Self.others(in: 0x2020_2020_2020_2000 | UInt64(bytes[at])) & 0x80 == 0 {
      at &+= 1
    }
    return min(at, end)
  }

  @inline(__always)
  private static func others(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // As far as all bytes are ASCII, no subtraction borrows from a neighbour that is then taken for harmless: the
    // lowest byte that is other is always seen, and one is enough.
    let control = word &- 0x20 &* ones
    let quote = (word ^ 0x22 &* ones) &- ones
    let backslash = (word ^ 0x5C &* ones) &- ones
    let delete = (word ^ 0x7F &* ones) &- ones
    return word | control | quote | backslash | delete
  }

  @inline(never)
  private func unusualKind(of range: Range<Int>) -> Text {
    let text = UnsafeBufferPointer(rebasing: bytes[range])
    return (try? UTF8Span(validating: text.span)) != nil ? .text : .bytes
  }

  @inline(__always)
  func write(_ range: Range<Int>, _ kind: Text, to writer: inout JSONWriter) {
    let text = UnsafeBufferPointer(rebasing: bytes[range])
    switch kind {
    case .plain:
      writer.buffer.append(UInt8(ascii: "\""))
      writer.buffer.append(text.span)
      writer.buffer.append(UInt8(ascii: "\""))
    case .text: JSONText.append(text, to: writer.buffer)
    case .bytes: write(base64: range, to: &writer)
    }
  }

  @inline(never)
  func write(base64 range: Range<Int>, to writer: inout JSONWriter) {
    writer.put("{\"$bytes\":\"")
    JSONText.append(base64: UnsafeBufferPointer(rebasing: bytes[range]).span, to: writer.buffer)
    writer.put("\"}")
  }

  // MARK: - Keys

  /// Remembers a key by its length and its last seven bytes: keys that are equal have the same mark, and few others do.
  @inline(__always)
  mutating func mark(_ range: Range<Int>) {
    var mark = UInt64(truncatingIfNeeded: range.count)
    var index = range.upperBound
    let first = max(range.lowerBound, index &- 7)
    while index > first {
      index &-= 1
      mark = mark << 8 | UInt64(bytes[index])
    }
    marks.append(mark)
  }

  /// Remembers a key by the digits that were written for it.
  mutating func mark(_ digits: ArraySlice<UInt8>) {
    var mark = UInt64(truncatingIfNeeded: digits.count)
    for digit in digits.suffix(7).reversed() { mark = mark << 8 | UInt64(digit) }
    marks.append(mark)
  }

  /// Takes the last `count` keys away and declines unless all are different; it errs on the side of declining.
  @inline(__always)
  mutating func expectDistinct(_ count: Int) throws(Declined) {
    let start = marks.count &- count
    if count <= Self.comparedKeys {
      var isRepeated = false
      marks.withUnsafeBufferPointer { marks in
        for later in start &+ 1..<max(start &+ 1, marks.count) {
          let mark = marks[later]
          for earlier in start..<later where marks[earlier] == mark { isRepeated = true }
        }
      }
      if isRepeated { throw Declined() }
    } else {
      marks[start...].sort()
      for index in start + 1..<marks.count where marks[index] == marks[index - 1] {
        throw Declined()
      }
    }
    marks.removeLast(count)
  }
}
