/// The bytes that `JSONWriter` writes, in memory that grows and is reused.
///
/// JSON consists of many short pieces. An array would check for other owners at each of them, so
/// this is an object with one owner.
final class OutputBuffer {
  @exclusivity(unchecked) private var start: UnsafeMutablePointer<UInt8>
  @exclusivity(unchecked) private var capacity: Int
  /// Bytes written so far.
  @exclusivity(unchecked) private(set) var count = 0

  init(capacity: Int = 256) {
    self.capacity = capacity
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  /// Everything written, as an array.
  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  /// A part of what was written.
  subscript(_ range: Range<Int>) -> [UInt8] {
    precondition(range.upperBound <= count)
    return Array(UnsafeBufferPointer(start: start + range.lowerBound, count: range.count))
  }

  /// Whether the written bytes begin with a text.
  func starts(with text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where start[index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Appends everything written to an array.
  func copy(to output: inout [UInt8]) {
    output.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
  }

  /// Forgets everything written and keeps the memory.
  func removeAll() { count = 0 }

  /// Forgets everything written from `count` on.
  func truncate(to count: Int) { self.count = min(count, self.count) }

  /// Makes room for that many more bytes, plus the eight that writing a word may go beyond them.
  @inline(__always)
  private func reserve(_ more: Int) {
    if capacity &- count < more &+ 8 { grow(more) }
  }

  @inline(never)
  private func grow(_ more: Int) {
    let larger = 2 * (count + more + 8)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity = larger
  }

  // MARK: - Appending

  @inline(__always)
  func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count &+= 1
  }

  /// Appends program text, which is short.
  @inline(__always)
  func append(_ text: StaticString) {
    let size = text.utf8CodeUnitCount
    reserve(size)
    (start + count).update(from: text.utf8Start, count: size)
    count &+= size
  }

  @inline(__always)
  func append(_ bytes: Span<UInt8>) {
    reserve(bytes.count)
    let target = start + count
    bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { target.update(from: base, count: source.count) }
    }
    count &+= bytes.count
  }

  func append(_ bytes: [UInt8]) { append(bytes.span) }

  /// Appends text as it is.
  func append(raw text: String) {
    var text = text
    text.withUTF8 { append($0.span) }
  }

  /// Appends the decimal digits of a number.
  @inline(__always)
  func append(digits number: Int64) {
    // Written from the last digit on, at most 20 bytes, and then moved into place.
    reserve(48)
    let target = start + count
    let end = target + 40
    var at = end
    var magnitude = number.magnitude
    repeat {
      let rest = magnitude / 10
      at -= 1
      at.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude &- rest &* 10)
      magnitude = rest
    } while magnitude > 0
    if number < 0 {
      at -= 1
      at.pointee = UInt8(ascii: "-")
    }
    target.update(from: at, count: end - at)
    count &+= end - at
  }

  /// Appends text in quotes if all of it stands for itself in JSON: ASCII without controls, quotes
  /// and backslashes. Otherwise appends nothing and returns false.
  @inline(__always)
  func appendPlain(_ text: Span<UInt8>) -> Bool {
    let size = text.count
    reserve(size &+ 2)
    let target = start + count
    let isPlain = text.withUnsafeBytes { source in
      Self.copyPlain(source, to: UnsafeMutableRawPointer(target + 1))
    }
    guard isPlain else { return false }
    target[0] = UInt8(ascii: "\"")
    target[size &+ 1] = UInt8(ascii: "\"")
    count &+= size &+ 2
    return true
  }

  /// Appends text and a colon, as `appendPlain` does, preceded by a comma if asked for.
  @inline(__always)
  func appendPlainKey(_ text: Span<UInt8>, afterComma: Bool) -> Bool {
    let size = text.count
    reserve(size &+ 4)
    let target = start + count + (afterComma ? 1 : 0)
    let isPlain = text.withUnsafeBytes { source in
      Self.copyPlain(source, to: UnsafeMutableRawPointer(target + 1))
    }
    guard isPlain else { return false }
    if afterComma { target[-1] = UInt8(ascii: ",") }
    target[0] = UInt8(ascii: "\"")
    target[size &+ 1] = UInt8(ascii: "\"")
    target[size &+ 2] = UInt8(ascii: ":")
    count &+= size &+ (afterComma ? 4 : 3)
    return true
  }

  /// Copies text eight bytes at a time while all of it is plain. The last word overlaps the one
  /// before it, so that no byte is handled alone; the target has room for eight more.
  @inline(__always)
  private static func copyPlain(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer
  ) -> Bool {
    let size = source.count
    guard let base = source.baseAddress, size > 0 else { return true }
    if size >= 8 {
      var others: UInt64 = 0
      var at = 0
      while at < size &- 8 {
        let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        others |= PlainText.others(in: word)
        target.storeBytes(of: word, toByteOffset: at, as: UInt64.self)
        at &+= 8
      }
      let word = base.loadUnaligned(fromByteOffset: size &- 8, as: UInt64.self)
      others |= PlainText.others(in: word)
      target.storeBytes(of: word, toByteOffset: size &- 8, as: UInt64.self)
      return others & PlainText.high == 0
    }
    let word = PlainText.shortWord(base, size)
    target.storeBytes(of: word, as: UInt64.self)
    let blanks = PlainText.blanks << (8 &* UInt64(truncatingIfNeeded: size))
    return PlainText.others(in: word | blanks) & PlainText.high == 0
  }
}
