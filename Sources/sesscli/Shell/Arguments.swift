import RedisClient

/// A line that cannot be split into arguments.
struct InvalidArguments: Error, Equatable {
  /// Offset of the quote that has no end, or after which text follows; nil when no place is to
  /// blame.
  let offset: Int?
  let reason: String

  var message: String {
    offset.map { "Invalid argument(s): \(reason) (column \($0 + 1))" } ?? reason
  }
}

/// Splitting a line into arguments exactly as redis-cli does (sdssplitargs), and the way back.
/// Arguments are bytes: keys in Redis are bytes.
enum Arguments {
  /// The quoting that an argument is written in.
  enum Quote: UInt8 {
    case none = 0
    case double = 0x22
    case single = 0x27
  }

  static func split(_ line: [UInt8]) throws(InvalidArguments) -> [[UInt8]] {
    var scanner = Scanner(line: line)
    var words: [[UInt8]] = []
    while let word = try scanner.next() { words.append(word) }
    return words
  }

  /// The argument that the cursor stands in or after.
  struct WordAtCursor: Equatable {
    /// The arguments before it, unquoted.
    var preceding: [[UInt8]]
    /// Offset at which it starts, with its quote if it has one; the cursor when it is still empty.
    var start: Int
    /// What has been typed of it, unquoted.
    var typed: [UInt8]
    var quote: Quote
  }

  /// The word to complete in the part of a line that precedes the cursor, or nil where there is
  /// nothing sensible to complete: after text that follows a closing quote.
  static func wordAtCursor(_ line: [UInt8]) -> WordAtCursor? {
    var scanner = Scanner(line: line)
    var preceding: [[UInt8]] = []
    while true {
      do {
        let word = try scanner.next()
        guard let word else {
          return WordAtCursor(preceding: preceding, start: line.count, typed: [], quote: .none)
        }
        if scanner.wordEnd == line.count {
          return WordAtCursor(
            preceding: preceding, start: scanner.wordStart, typed: word, quote: scanner.quote)
        }
        preceding.append(word)
      } catch {
        guard scanner.isUnterminated else { return nil }
        return WordAtCursor(
          preceding: preceding, start: scanner.wordStart, typed: scanner.word,
          quote: scanner.quote)
      }
    }
  }

  /// The number in front of a command that is to be run several times: `5 ping`.
  /// - Returns: how often, and the words of the command.
  /// - Throws: for zero, negative and impossibly large numbers. A number alone is a command.
  static func repetition(_ words: [[UInt8]]) throws(InvalidArguments) -> (Int, ArraySlice<[UInt8]>)
  {
    guard words.count > 1, let digits = number(words[0]) else { return (1, words[...]) }
    guard let count = Int(digits), count > 0 else {
      throw InvalidArguments(
        offset: nil, reason: "Invalid repeat count \(digits): it must be from 1 to \(Int.max)")
    }
    return (count, words[1...])
  }

  /// Whether the word, with a command behind it, says how often that is to be run; possible or not.
  static func isRepeatCount(_ word: [UInt8]) -> Bool { number(word) != nil }

  /// The text of a number if strtol(3), redis-cli's test for a repeat count, would take all of the
  /// word. Unlike there, an empty word is none.
  private static func number(_ word: [UInt8]) -> String? {
    let text = word.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let digits = text.first == 0x2B || text.first == 0x2D ? text.dropFirst() : text
    guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  /// A form of the argument that `split` reads back to the same bytes, and that is safe on a
  /// terminal: as it is where possible, else in double quotes with escapes.
  /// - Parameter quote: the quote that the person has already opened; a single one is kept while
  ///   the bytes allow it.
  static func quote(_ bytes: [UInt8], in quote: Quote = .none, closed: Bool = true) -> [UInt8] {
    let isText = bytes.isPrintableText
    switch quote {
    case .none where !bytes.isEmpty && isText && !bytes.contains(where: needsQuotes): return bytes
    case .single where isText && bytes.last != UInt8(ascii: "\\"):
      var quoted: [UInt8] = [UInt8(ascii: "'")]
      for byte in bytes {
        if byte == UInt8(ascii: "'") { quoted.append(UInt8(ascii: "\\")) }
        quoted.append(byte)
      }
      return closed ? quoted + [UInt8(ascii: "'")] : quoted
    default:
      var quoted: [UInt8] = [UInt8(ascii: "\"")]
      bytes.withUnsafeBytes { Escaping.append($0, as: .utf8, to: &quoted) }
      return closed ? quoted + [UInt8(ascii: "\"")] : quoted
    }
  }

  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }
}

/// The loop of sdssplitargs, one argument at a time.
private struct Scanner {
  let line: [UInt8]
  private var position = 0
  private(set) var wordStart = 0
  /// The argument so far; of use after an error.
  private(set) var word: [UInt8] = []
  /// The last quote that was opened in the argument.
  private(set) var quote = Arguments.Quote.none
  /// The argument ended with the line while its quote was open.
  private(set) var isUnterminated = false

  /// Offset after the argument that `next` returned.
  var wordEnd: Int { position }

  init(line: [UInt8]) { self.line = line }

  mutating func next() throws(InvalidArguments) -> [UInt8]? {
    while position < line.count, isSpace(line[position]) { position += 1 }
    guard position < line.count else { return nil }
    wordStart = position
    word = []
    quote = .none
    while position < line.count {
      let byte = line[position]
      switch byte {
      // isspace(3) also knows vertical tab and form feed, but sdssplitargs ends no argument there.
      case 0x20, 0x09, 0x0A, 0x0D: return word
      case UInt8(ascii: "\""):
        quote = .double
        try readQuoted()
        return word
      case UInt8(ascii: "'"):
        quote = .single
        try readQuoted()
        return word
      default:
        // Nearly every word has no quotes: it is taken over in one piece.
        let start = position
        while position < line.count, !isEnd(line[position]) { position += 1 }
        word.append(contentsOf: line[start..<position])
      }
    }
    return word
  }

  /// Whether the byte ends a run of bytes that stand for themselves.
  private func isEnd(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "'"): true
    default: false
    }
  }

  /// Reads from the opening quote to the closing one, which must end the argument.
  private mutating func readQuoted() throws(InvalidArguments) {
    let start = position
    position += 1
    while position < line.count {
      let byte = line[position]
      if byte == quote.rawValue {
        position += 1
        if position < line.count, !isSpace(line[position]) {
          throw InvalidArguments(
            offset: position - 1, reason: "a space must follow the closing quote")
        }
        return
      }
      if byte == UInt8(ascii: "\\"), position + 1 < line.count {
        readEscape()
        position += 1
        continue
      }
      let run = position
      repeat {
        position += 1
      } while position < line.count && line[position] != quote.rawValue
        && line[position] != UInt8(ascii: "\\")
      word.append(contentsOf: line[run..<position])
    }
    isUnterminated = true
    throw InvalidArguments(offset: start, reason: "the quote is not closed")
  }

  /// Reads a backslash and what belongs to it; leaves the position at its last byte.
  private mutating func readEscape() {
    let next = line[position + 1]
    if quote == .single {
      // Single quotes know no escape but that of the quote itself.
      guard next == UInt8(ascii: "'") else { return word.append(UInt8(ascii: "\\")) }
      position += 1
      return word.append(next)
    }
    if next == UInt8(ascii: "x"), position + 3 < line.count,
      let high = hexadecimalValue(line[position + 2]),
      let low = hexadecimalValue(line[position + 3])
    {
      position += 3
      return word.append(high << 4 | low)
    }
    position += 1
    switch next {
    case UInt8(ascii: "n"): word.append(0x0A)
    case UInt8(ascii: "r"): word.append(0x0D)
    case UInt8(ascii: "t"): word.append(0x09)
    case UInt8(ascii: "b"): word.append(0x08)
    case UInt8(ascii: "a"): word.append(0x07)
    default: word.append(next)
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}

extension Arguments {
  /// The words of a line and how often they are to be run.
  static func splitRepeated(_ line: [UInt8]) throws(InvalidArguments) -> (Int, [[UInt8]]) {
    let words = try split(line)
    let (count, rest) = try repetition(words)
    return (count, rest.startIndex == 0 ? words : Array(rest))
  }
}
