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

/// Eight bytes of text at once.
enum PlainText {
  static let high: UInt64 = 0x8080_8080_8080_8080
  static let blanks: UInt64 = 0x2020_2020_2020_2020

  /// The highest bit of a byte in the result is set if that byte does not stand for itself in a
  /// JSON string: under 0x20, a quote, a backslash, and from 0x7F on. Bytes above such a byte may
  /// have it set as well, so a word is plain exactly if no highest bit is set.
  @inline(__always)
  static func others(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let control = word &- 0x20 &* ones
    let quote = (word ^ 0x22 &* ones) &- ones
    let backslash = (word ^ 0x5C &* ones) &- ones
    let delete = (word ^ 0x7F &* ones) &- ones
    return word | control | quote | backslash | delete
  }

  /// Whether all of a text stands for itself.
  @inline(__always)
  static func isPlain(_ text: Span<UInt8>) -> Bool {
    text.withUnsafeBytes { text in
      guard let base = text.baseAddress, text.count > 0 else { return true }
      let size = text.count
      if size < 8 {
        let rest = blanks << (8 &* UInt64(truncatingIfNeeded: size))
        return others(in: shortWord(base, size) | rest) & high == 0
      }
      var found = others(in: base.loadUnaligned(fromByteOffset: size &- 8, as: UInt64.self))
      var at = 0
      while at < size &- 8 {
        found |= others(in: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        at &+= 8
      }
      return found & high == 0
    }
  }

  @inline(__always)
  static func isPlain(_ byte: UInt8) -> Bool {
    byte &- 0x20 < 0x5F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// One to seven bytes as the low bytes of a word; the others are 0.
  @inline(__always)
  static func shortWord(_ base: UnsafeRawPointer, _ size: Int) -> UInt64 {
    if size >= 4 {
      let low = UInt64(base.loadUnaligned(as: UInt32.self))
      let rest = UInt64(base.loadUnaligned(fromByteOffset: size &- 4, as: UInt32.self))
      return low | rest << (8 &* UInt64(truncatingIfNeeded: size &- 4))
    }
    var word = UInt64(base.load(as: UInt8.self))
    if size >= 2 {
      word |=
        UInt64(base.load(fromByteOffset: size &- 1, as: UInt8.self))
        << (8 &* UInt64(truncatingIfNeeded: size &- 1))
      word |=
        UInt64(base.load(fromByteOffset: size / 2, as: UInt8.self))
        << (8 &* UInt64(truncatingIfNeeded: size / 2))
    }
    return word
  }

  /// A number that is the same for equal texts, and rarely for others.
  @inline(__always)
  static func mark(_ text: Span<UInt8>) -> UInt64 {
    text.withUnsafeBytes { text in
      guard let base = text.baseAddress, text.count > 0 else { return 0 }
      let size = UInt64(truncatingIfNeeded: text.count)
      if text.count < 8 { return shortWord(base, text.count) | size << 56 }
      let first = base.loadUnaligned(as: UInt64.self)
      let last = base.loadUnaligned(fromByteOffset: text.count &- 8, as: UInt64.self)
      return (first &* 0x9E37_79B9_7F4A_7C15) ^ last &+ size
    }
  }
}

/// The marks of the keys of the maps that are open, those of an inner map after those of the outer.
final class KeyMarks {
  @exclusivity(unchecked) private var start: UnsafeMutablePointer<UInt64>
  @exclusivity(unchecked) private var capacity = 64
  @exclusivity(unchecked) private var count = 0

  init() { start = .allocate(capacity: capacity) }

  deinit { start.deallocate() }

  func removeAll() { count = 0 }

  @inline(__always)
  func append(_ mark: UInt64) {
    if count == capacity { grow() }
    start[count] = mark
    count &+= 1
  }

  @inline(never)
  private func grow() {
    let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * capacity)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity *= 2
  }

  /// Removes the last `number` marks and says whether all of them differ.
  @inline(__always)
  func removeLast(_ number: Int) -> Bool {
    precondition(number <= count)
    count &-= number
    return number < 2
      || areDistinct(UnsafeMutableBufferPointer(start: start + count, count: number))
  }

  private func areDistinct(_ marks: UnsafeMutableBufferPointer<UInt64>) -> Bool {
    if marks.count > JSONKeys.compared {
      var marks = marks
      marks.sort()
      for index in 1..<marks.count where marks[index] == marks[index - 1] { return false }
      return true
    }
    var later = 1
    while later < marks.count {
      let mark = marks[later]
      var earlier = 0
      var isRepeated = false
      // No branch, so that several are compared at once.
      while earlier < later {
        isRepeated = isRepeated || marks[earlier] == mark
        earlier &+= 1
      }
      if isRepeated { return false }
      later &+= 1
    }
    return true
  }
}
