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
