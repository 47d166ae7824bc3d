/// The cursor that every format reads through. It owns all checks of bounds, sizes, depth and text,
/// so a decoder contains none and cannot forget one.
///
/// Claimed sizes are compared with what is left before anything is read, and never allocate.
public struct ByteReader {
  public let bytes: [UInt8]
  /// Where the next byte is read.
  public private(set) var offset: Int
  /// One past the last byte that may be read.
  public let end: Int
  /// Containers that were entered and not left yet.
  public private(set) var depth = 0
  /// Values read so far.
  public private(set) var nodes = 0
  /// The most values allowed; see `Limits.nodes(stored:)`.
  public let nodeLimit: Int

  public init(_ bytes: [UInt8], nodeLimit: Int = Limits.nodes) {
    self.bytes = bytes
    self.nodeLimit = nodeLimit
    offset = 0
    end = bytes.count
  }

  public var remaining: Int { end &- offset }
  public var isAtEnd: Bool { offset >= end }

  /// An error at `offset`, or at the cursor.
  public func error(_ reason: String, at offset: Int? = nil) -> PayloadError {
    PayloadError(at: offset ?? self.offset, reason)
  }

  /// An error caused by one of `Limits`, at the cursor.
  @inline(never)
  public func exceeded(_ reason: @autoclosure () -> String) -> PayloadError {
    PayloadError(at: offset, reason(), isLimit: true)
  }

  @inline(__always)
  private func need(_ count: Int) throws(PayloadError) {
    if count < 0 || count > end &- offset { throw missing(count) }
  }

  @inline(never)
  private func missing(_ count: Int) -> PayloadError {
    let bytes = count == 1 ? "1 byte" : "\(count) bytes"
    return count < 0
      ? error("a negative length, \(count)")
      : error("need \(bytes), \(remaining == 0 ? "none" : String(remaining)) left")
  }

  /// The next byte, left in place; nil at the end.
  @inline(__always)
  public func peek(ahead: Int = 0) -> UInt8? {
    let index = offset &+ ahead
    return index < end ? known(index) : nil
  }

  /// A byte at an offset that was compared with the end.
  @inline(__always)
  private func known(_ index: Int) -> UInt8 { bytes.span[unchecked: index] }

  @inline(__always)
  public mutating func byte() throws(PayloadError) -> UInt8 {
    try need(1)
    defer { offset &+= 1 }
    return known(offset)
  }

  @inline(__always)
  public mutating func skip(_ count: Int) throws(PayloadError) {
    try need(count)
    offset &+= count
  }

  /// The range of the next `count` bytes, which are skipped.
  @inline(__always)
  public mutating func range(_ count: Int) throws(PayloadError) -> Range<Int> {
    try need(count)
    let start = offset
    offset &+= count
    return Range(uncheckedBounds: (start, start &+ count))
  }

  /// Like `range(_:)`, for a length stored as an unsigned 64-bit number.
  @inline(__always)
  public mutating func range(_ count: UInt64) throws(PayloadError) -> Range<Int> {
    if count > UInt64(truncatingIfNeeded: remaining) { throw missing(count) }
    let start = offset
    offset &+= Int(truncatingIfNeeded: count)
    return Range(uncheckedBounds: (start, offset))
  }

  @inline(never)
  private func missing(_ count: UInt64) -> PayloadError {
    error("need \(count) bytes, \(remaining == 0 ? "none" : String(remaining)) left")
  }

  public mutating func slice(_ count: Int) throws(PayloadError) -> [UInt8] {
    Array(bytes[try range(count)])
  }

  /// An integer stored in little-endian order.
  @inline(__always)
  public mutating func little<T: FixedWidthInteger>(_: T.Type) throws(PayloadError) -> T {
    let size = T.bitWidth / 8
    try need(size)
    var value: T = 0
    for i in 0..<size { value |= T(truncatingIfNeeded: bytes[offset &+ i]) &<< T(8 &* i) }
    offset &+= size
    return value
  }

  /// An integer stored in big-endian (network) order.
  @inline(__always)
  public mutating func big<T: FixedWidthInteger>(_: T.Type) throws(PayloadError) -> T {
    let size = T.bitWidth / 8
    try need(size)
    var value: T = 0
    for i in 0..<size {
      value |= T(truncatingIfNeeded: bytes[offset &+ i]) &<< T(8 &* (size &- 1 &- i))
    }
    offset &+= size
    return value
  }

  /// The range of the next bytes that satisfy `condition`, which are skipped.
  @inline(__always)
  public mutating func prefix(while condition: (UInt8) -> Bool) -> Range<Int> {
    let start = offset
    while offset < end, condition(known(offset)) { offset &+= 1 }
    return Range(uncheckedBounds: (start, offset))
  }

  /// The range of the bytes up to the next one of this kind, or to the end; they are skipped.
  public mutating func prefix(upTo byte: UInt8) -> Range<Int> {
    let start = offset
    offset = bytes.span.firstOffset(of: byte, from: start) ?? end
    return Range(uncheckedBounds: (start, offset))
  }

  /// The range of the next bytes that stand for themselves in a string of JSON: ASCII without
  /// controls, quotes and backslashes. They are skipped, eight at a time.
  @inline(__always)
  public mutating func plainText() -> Range<Int> {
    let start = offset
    let stop = endOfPlainText
    offset = stop
    return Range(uncheckedBounds: (start, stop))
  }

  @inline(__always)
  private var endOfPlainText: Int {
    let span = bytes.span.bytes
    var at = offset
    while end &- at >= 8 {
      let word = span.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      let others = PlainText.others(in: word) & PlainText.high
      // The lowest bit set is right, even if those above it are not.
      if others != 0 { return at &+ UInt64(littleEndian: others).trailingZeroBitCount / 8 }
      at &+= 8
    }
    while at < end, PlainText.isPlain(bytes[at]) { at &+= 1 }
    return at
  }

  /// Fails if a range is not UTF-8.
  public func expectText(_ range: Range<Int>) throws(PayloadError) {
    if (try? UTF8Span(validating: bytes.span.extracting(range))) == nil {
      throw error("invalid UTF-8", at: range.lowerBound)
    }
  }

  /// The range up to the next line feed, which is skipped but not part of the range.
  public mutating func line() throws(PayloadError) -> Range<Int> {
    var at = offset
    while at < end {
      if bytes[at] == 0x0A {
        defer { offset = at + 1 }
        return offset..<at
      }
      at += 1
    }
    throw error("a line without its end")
  }

  /// The text of a range that must be UTF-8.
  public func text(_ range: Range<Int>) throws(PayloadError) -> String {
    // Twice as fast as String(validating:as:), and sessions consist of short texts.
    guard let text = try? UTF8Span(validating: bytes.span.extracting(range)) else {
      throw error("invalid UTF-8", at: range.lowerBound)
    }
    return String(copying: text)
  }

  /// Enters a container; `leave()` ends it.
  @inline(__always)
  public mutating func enter() throws(PayloadError) {
    depth &+= 1
    if depth > Limits.depth { throw exceeded("nested more than \(Limits.depth) deep") }
  }

  @inline(__always)
  public mutating func leave() { depth &-= 1 }

  /// Counts values against `nodeLimit`.
  @inline(__always)
  public mutating func count(_ values: Int = 1) throws(PayloadError) {
    nodes &+= values
    if nodes > nodeLimit { throw exceeded("more than \(nodeLimit) values") }
  }

  /// Trailing bytes are an error: a payload is read whole or not at all.
  public func expectEnd() throws(PayloadError) {
    if !isAtEnd {
      throw error("\(remaining) trailing byte\(remaining == 1 ? "" : "s") after the value")
    }
  }
}

extension Span<UInt8> {
  /// The offset of the first such byte from `start` on, eight at a time; nil if there is none.
  func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
    let pattern = 0x0101_0101_0101_0101 &* UInt64(byte)
    var at = start
    while count &- at >= 8 {
      let word = bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self) ^ pattern
      let zero = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if zero != 0 { return at &+ UInt64(littleEndian: zero).trailingZeroBitCount / 8 }
      at &+= 8
    }
    while at < count {
      if self[at] == byte { return at }
      at &+= 1
    }
    return nil
  }
}
