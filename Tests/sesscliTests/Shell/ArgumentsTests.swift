import Testing

@testable import sesscli

@Suite struct ArgumentsTests {
  /// What redis-cli 7.0.15 sends for each line, nil where it says "Invalid argument(s)".
  @Test(
    arguments: [
      ("get k", ["get", "k"]),
      ("  get\t k \r\n", ["get", "k"]),
      ("", []),
      (#"set k "a b""#, ["set", "k", "a b"]),
      (#"set k 'a b'"#, ["set", "k", "a b"]),
      (#"set k """#, ["set", "k", ""]),
      (#"k "\n\r\t\b\a\\\"\q\0""#, ["k", "\n\r\t\u{8}\u{7}\\\"q0"]),
      (#"k '\n\'\x41'"#, ["k", #"\n'\x41"#]),
      (#"k 'a\\'"#, nil),
      (#"k "\x41\x4g\x""#, ["k", "Ax4gx"]),
      (#"a\nb \"#, [#"a\nb"#, #"\"#]),
      (#"foo"bar baz""#, ["foobar baz"]),
      (#"foo"bar"baz"#, nil),
      (#""a""b""#, nil),
      (#""a"'b'"#, nil),
      (#"get "k"#, nil),
      (#"get 'k"#, nil),
      (#"get "k\""#, nil),
      (#"get 'k\'"#, nil),
      // A vertical tab is a space before an argument and after a quote, but ends no argument.
      ("\u{B}a\u{B}b \"c\"\u{B}d", ["a\u{B}b", "c", "d"]),
      ("# x", ["#", "x"]),
    ] as [(String, [String]?)])
  func linesAreSplitAsRedisCLISplitsThem(_ line: String, _ words: [String]?) {
    let split = try? Arguments.split(Array(line.utf8))
    #expect(split == words?.map { Array($0.utf8) })
  }

  @Test func bytesThatAreNoTextAreKept() throws {
    #expect(try Arguments.split([0x61, 0xFF, 0x20, 0x00, 0xC3]) == [[0x61, 0xFF], [0x00, 0xC3]])
    #expect(try Arguments.split(Array(#""\xff\x00""#.utf8)) == [[0xFF, 0x00]])
  }

  @Test func anErrorNamesThePlace() {
    #expect(throws: InvalidArguments(offset: 4, reason: "the quote is not closed")) {
      _ = try Arguments.split(Array(#"get "k"#.utf8))
    }
    #expect(throws: InvalidArguments(offset: 6, reason: "a space must follow the closing quote")) {
      _ = try Arguments.split(Array(#"get "k"x"#.utf8))
    }
    #expect(
      InvalidArguments(offset: 4, reason: "the quote is not closed").message
        == "Invalid argument(s): the quote is not closed (column 5)")
  }

  @Test func aNumberInFrontRepeatsACommand() throws {
    func repetition(_ words: String...) throws -> (Int, [String]) {
      let (count, rest) = try Arguments.repetition(words.map { Array($0.utf8) })
      return (count, rest.map { String(decoding: $0, as: UTF8.self) })
    }
    #expect(try repetition("5", "ping") == (5, ["ping"]))
    #expect(try repetition("+2", "5", "x") == (2, ["5", "x"]))
    #expect(try repetition("5") == (1, ["5"]))
    #expect(try repetition("5x", "ping") == (1, ["5x", "ping"]))
    #expect(try repetition("ping", "5") == (1, ["ping", "5"]))
    #expect(try repetition("-", "5") == (1, ["-", "5"]))
    for count in ["0", "-1", "99999999999999999999"] {
      #expect(throws: InvalidArguments.self) { _ = try repetition(count, "ping") }
    }
  }

  @Test(
    arguments: [
      ("plain:key-1", "plain:key-1"),
      ("clé:日本", "clé:日本"),
      (#"back\slash"#, #"back\slash"#),
      ("", #""""#),
      ("two words", #""two words""#),
      ("it's", #""it's""#),
      ("say \"x\"", #""say \"x\"""#),
      ("line\nbreak\u{1B}[31m", #""line\nbreak\x1b[31m""#),
      // Text that only rearranges other text is spelled out: U+202E turns the direction of writing.
      ("a\u{202E}b", #""a\xe2\x80\xaeb""#),
    ])
  func whatNeedsQuotesIsQuoted(_ text: String, _ quoted: String) throws {
    #expect(String(decoding: Arguments.quote(Array(text.utf8)), as: UTF8.self) == quoted)
  }

  @Test(arguments: [Arguments.Quote.none, .double, .single])
  func whatIsQuotedIsReadBack(_ quote: Arguments.Quote) throws {
    var random = SplitMix(seed: 7)
    let pieces: [[UInt8]] = [
      [0x61], [0x22], [0x27], [0x5C], [0x20], [0x0A], [0x00], [0xFF], [0xC3, 0xA9], [0x1B], [0x78],
      [0x34], [0x0B], [0xE2, 0x80, 0xAE],
    ]
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<10, using: &random)
      let bytes = Array(
        (0..<count).map { _ in pieces[Int.random(in: pieces.indices, using: &random)] }.joined())
      let quoted = Arguments.quote(bytes, in: quote)
      #expect(try Arguments.split(quoted) == [bytes])
      #expect(quoted.isPrintableText)
    }
  }

  @Test func theWordAtTheCursorIsFound() {
    func word(_ line: String) -> Arguments.WordAtCursor? {
      Arguments.wordAtCursor(Array(line.utf8))
    }
    func expected(
      _ preceding: [String], _ start: Int, _ typed: String, _ quote: Arguments.Quote = .none
    ) -> Arguments.WordAtCursor {
      .init(
        preceding: preceding.map { Array($0.utf8) }, start: start, typed: Array(typed.utf8),
        quote: quote)
    }
    #expect(word("") == expected([], 0, ""))
    #expect(word("ge") == expected([], 0, "ge"))
    #expect(word("get ") == expected(["get"], 4, ""))
    #expect(word("get se") == expected(["get"], 4, "se"))
    #expect(word(#"get "foo b"#) == expected(["get"], 4, "foo b", .double))
    #expect(word(#"get 'foo b"#) == expected(["get"], 4, "foo b", .single))
    #expect(word(#"get "foo b""#) == expected(["get"], 4, "foo b", .double))
    #expect(word(#"get "a" b"#) == expected(["get", "a"], 8, "b"))
    #expect(word(#"get "\x41b"#) == expected(["get"], 4, "Ab", .double))
    #expect(word(#"get "a"b"#) == nil)
  }
}

/// Numbers that look random and are the same in every run.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
