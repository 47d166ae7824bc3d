import RedisClient

/// A line whose arguments stand for themselves: no quotes, and nothing between them but blanks and
/// tabs. What such a line holds can be sent from where it stands.
struct PlainLine {
  /// How many arguments.
  let count: Int
  /// The first of them.
  private let first: Range<Int>

  /// Nil for a line that `Arguments.split` must look at.
  init?(_ line: [UInt8]) {
    var (count, first, isInWord) = (0, 0..<0, false)
    for (offset, byte) in line.enumerated() {
      switch byte {
      case 0x20, 0x09, 0x0D:
        if isInWord, count == 1 { first = first.lowerBound..<offset }
        isInWord = false
      case UInt8(ascii: "\""), UInt8(ascii: "'"), 0..<0x20: return nil
      default:
        if !isInWord {
          count += 1
          if count == 1 { first = offset..<line.count }
        }
        isInWord = true
      }
    }
    guard count > 0 else { return nil }
    self.count = count
    self.first = first
  }

  func isFirst(_ word: [UInt8], of line: [UInt8]) -> Bool {
    first.count == word.count && line[first].elementsEqual(word)
  }
}

extension Connection {
  /// Queues the command that a line holds.
  func send(_ plain: PlainLine, of line: [UInt8]) {
    line.withUnsafeBytes { line in
      // Each argument is one byte of the line or more, and comes with its length, at most 19
      // digits, and five more bytes.
      let size = line.count + (plain.count + 1) * 25
      withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { out in
        var writer = RequestWriter(out)
        writer.begin(UInt8(ascii: "*"), plain.count)
        var at = 0
        while at < line.count {
          let start = at
          while at < line.count, !Self.isBlank(line[at]) { at += 1 }
          if at > start { writer.add(UnsafeRawBufferPointer(rebasing: line[start..<at])) }
          at += 1
        }
        send(request: writer.written)
      }
    }
  }

  @inline(__always)
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D
  }
}

/// Writes a request into memory that is large enough for it.
private struct RequestWriter {
  private let out: UnsafeMutableRawBufferPointer
  private var count = 0

  init(_ out: UnsafeMutableRawBufferPointer) { self.out = out }

  var written: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: out[..<count]) }

  mutating func begin(_ mark: UInt8, _ number: Int) {
    put(mark)
    var unit = 1
    while number / unit >= 10 { unit *= 10 }
    while unit > 0 {
      put(UInt8(ascii: "0") + UInt8(number / unit % 10))
      unit /= 10
    }
    endLine()
  }

  mutating func add(_ argument: UnsafeRawBufferPointer) {
    begin(UInt8(ascii: "$"), argument.count)
    out[count...].copyBytes(from: argument)
    count += argument.count
    endLine()
  }

  private mutating func endLine() {
    put(13)
    put(10)
  }

  private mutating func put(_ byte: UInt8) {
    out[count] = byte
    count += 1
  }
}
