/// JSON being written by `PHPTranscoder`, in memory of its own: an array would be asked at each of the many short pieces
/// whether it is anybody else's as well.
struct PHPOutput: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0
  /// What `JSONText` writes goes through an array.
  private let scratch = OutputBuffer()

  init(capacity: Int) {
    self.capacity = capacity
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// Makes room for so many bytes more, and for the eight that `appendPlain` may write beyond.
  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity - count < more + 8 { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = 2 * (count + more + 8)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity = larger
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    guard let base = text.baseAddress else { return }
    reserve(text.count)
    (start + count).update(from: base, count: text.count)
    count &+= text.count
  }

  /// Appends text in quotes if all of it stands for itself in JSON: ASCII without controls, quotes and backslashes.
  /// Else appends nothing and returns false.
  @inline(__always)
  mutating func appendPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let size = text.count
    reserve(size + 2)
    let target = start + count
    target[0] = UInt8(ascii: "\"")
    var at = 0
    if let base = text.baseAddress {
      let source = UnsafeRawPointer(base)
      let raw = UnsafeMutableRawPointer(target + 1)
      // Eight bytes at a time; a false alarm only costs time.
      while size &- at >= 8 {
        let word = source.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        if Self.hasOther(word) { return false }
        raw.storeBytes(of: word, toByteOffset: at, as: UInt64.self)
        at &+= 8
      }
      while at < size {
        let byte = base[at]
        if byte &- 0x20 >= 0x5F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          return false
        }
        target[at &+ 1] = byte
        at &+= 1
      }
    }
    target[size &+ 1] = UInt8(ascii: "\"")
    count &+= size &+ 2
    return true
  }

  /// Whether one of eight bytes does not stand for itself: the usual search for a zero byte, four times over.
  @inline(__always)
  private static func hasOther(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    func hasZero(_ value: UInt64) -> UInt64 { (value &- ones) & ~value }
    let below = (word &- 0x20 &* ones) & ~word
    let found =
      word | below | hasZero(word ^ 0x22 &* ones) | hasZero(word ^ 0x5C &* ones)
      | hasZero(word ^ 0x7F &* ones)
    return found & highs != 0
  }

  /// Takes the quote at the end away, so that the text goes on.
  mutating func removeQuote() { count -= 1 }

  /// Appends text in quotes with the escapes that it needs.
  @inline(never)
  mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    scratch.removeAll()
    JSONText.append(text, to: scratch)
    appendScratch()
  }

  mutating func append(base64 data: UnsafeBufferPointer<UInt8>) {
    scratch.removeAll()
    JSONText.append(base64: data.span, to: scratch)
    appendScratch()
  }

  mutating func append(_ number: Double) {
    scratch.removeAll()
    scratch.append(raw: number.description)
    appendScratch()
  }

  private mutating func appendScratch() {
    let count = scratch.count
    reserve(count)
    let target = start + self.count
    scratch.bytes.withUnsafeBufferPointer { text in
      if let base = text.baseAddress { target.update(from: base, count: text.count) }
    }
    self.count += count
  }
}
