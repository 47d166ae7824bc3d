import Testing

@testable import SessionFormats

@Suite struct PHPTests {
  private func read(_ text: String) throws(PayloadError) -> Reading {
    try Format.php.read(Array(text.utf8))
  }

  /// The forms of `var_unserializer.re`.
  @Test(
    arguments: [
      ("N;", .null), ("b:0;", .bool(false)), ("b:1;", .bool(true)),
      ("i:0;", .integer(0)), ("i:-5;", .integer(-5)), ("i:+5;", .integer(5)),
      ("i:007;", .integer(7)),
      ("i:9223372036854775807;", .integer(.max)), ("i:-9223372036854775808;", .integer(.min)),
      ("d:0.1;", .double(0.1)), ("d:1;", .double(1)), ("d:.5;", .double(0.5)),
      ("d:5.;", .double(5)), ("d:+1e5;", .double(1e5)), ("d:1.0E+25;", .double(1e25)),
      ("d:10000000000000000;", .double(1e16)), ("d:-1.5e-7;", .double(-1.5e-7)),
      ("d:INF;", .double(.infinity)), ("d:-INF;", .double(-.infinity)),
      ("s:0:\"\";", .string("")), ("s:5:\"he\"o;\";", .string("he\"o;")),
      ("s:3:\"€\";", .string("€")), ("S:3:\"\\41b\\3B\";", .string("Ab;")),
      ("a:0:{}", .list([])), ("a:1:{i:0;N;}", .list([.null])),
      ("a:2:{i:0;i:1;i:1;b:1;}", .list([.integer(1), .bool(true)])),
      ("a:1:{i:1;N;}", .map([entry("1", .null)])),
      ("a:2:{i:0;N;i:2;N;}", .map([entry("0", .null), entry("2", .null)])),
      ("a:2:{s:1:\"k\";i:1;i:-3;i:2;}", .map([entry("k", .integer(1)), entry("-3", .integer(2))])),
      ("E:7:\"App\\S:A\";", .tagged(.global, .string("App\\S::A"))),
    ] as [(String, Value)])
  func everyForm(text: String, expected: Value) throws {
    #expect(try read(text).value == expected)
  }

  @Test func numbersThatComparingCannotTell() throws {
    guard case .double(let zero) = try read("d:-0;").value,
      case .double(let nan) = try read("d:NAN;").value
    else {
      Issue.record("no doubles")
      return
    }
    #expect(zero == 0 && zero.sign == .minus)
    #expect(nan.isNaN)
  }

  @Test func stringsAreBytes() throws {
    let bytes = Array("s:2:\"".utf8) + [0xFF, 0] + Array("\";".utf8)
    #expect(try Format.php.read(bytes).value == .bytes([0xFF, 0]))
  }

  /// Where reading stops, and why.
  @Test(arguments: [
    ("", 0, "need 1 byte, none left"),
    ("x:1;", 0, "expected a value, found 'x'"),
    ("i:;", 2, "expected a digit, found ';'"),
    ("i:5", 3, "expected ';' after an integer, found the end"),
    ("i:0x5;", 3, "expected ';' after an integer, found 'x'"),
    ("b:2;", 2, "expected 0 or 1, found '2'"),
    ("d:1.2.3;", 2, "expected a decimal number, INF or NAN, and ';'"),
    ("d:;", 2, "expected a decimal number, INF or NAN, and ';'"),
    ("d:0x1p3;", 2, "expected a decimal number, INF or NAN, and ';'"),
    ("d:nan;", 2, "expected a decimal number, INF or NAN, and ';'"),
    ("N", 1, "expected ';' after N, found the end"),
    ("s:2:\"abc\";", 7, "expected '\"' behind the 2 bytes that byte 2 says, found 'c'"),
    ("s:4:\"abc\";", 9, "expected '\"' behind the 4 bytes that byte 2 says, found ';'"),
    ("s:99999999999999999999:\"a\";", 2, "a length of 99999999999999999999, 4 bytes left"),
    ("s:-1:\"a\";", 2, "expected a length, found '-'"),
    ("S:1:\"\\4\";", 6, "expected two hexadecimal digits after a backslash, found '4'"),
    ("a:1:{i:0;N;", 11, "expected '}' after 1 elements, found the end"),
    ("a:1:{b:1;N;}", 5, "expected a key (i: or s:), found 'b'"),
    ("a:2147483647:{i:0;N;}", 2, "a length of 2147483647, 8 bytes left"),
    ("a:9:{i:0;N;}", 2, "9 elements need 54 bytes or more, 7 left"),
    ("a:0:{}x", 6, "1 trailing byte after the value"),
    ("O:0:\"\":0:{}", 6, "a class without a name"),
    ("O:3:\"A-B\":0:{}", 6, "'-' in the name of a class"),
    ("C:1:\"U\":3:{ab}", 14, "expected '}' after a body of 3 bytes, found the end"),
    ("E:1:\"S\";", 5, "expected an enumeration and its case, Suit:Hearts"),
    ("R:1;", 0, "a reference to value 1; there are 0 before it"),
    ("r:1;", 0, "a reference to value 1; there are 0 before it"),
    ("a:1:{i:0;R:2;}", 9, "a reference to value 2; there are 1 before it"),
    ("a:1:{i:0;r:1;}", 9, "a reference to an object, and value 1 is none"),
    ("a:2:{i:0;i:5;i:1;r:2;}", 17, "a reference to an object, and value 2 is none"),
  ])
  func errors(text: String, offset: Int, reason: String) {
    let error = failure { () throws(PayloadError) in _ = try read(text) }
    #expect(error?.offset == offset)
    #expect(error?.reason == reason)
  }

  // MARK: - Objects

  private func object(_ text: String) throws -> Object? {
    if case .object(let object) = try read(text).value { object } else { nil }
  }

  @Test func visibilityIsPartOfTheName() throws {
    let text =
      "O:1:\"B\":4:{s:1:\"a\";i:1;s:4:\"\0*\0b\";i:2;s:4:\"\0A\0c\";i:3;s:4:\"\0B\0c\";i:4;}"
    let read = try object(text)
    #expect(
      read?.fields == [
        entry("a", .integer(1)), entry("b:protected", .integer(2)),
        entry("c:A:private", .integer(3)), entry("c:private", .integer(4)),
      ])
    #expect(read?.name == "B")
    #expect(read?.isDangerous == false)
  }

  @Test func integersAsKeysAreTheStateOfTheClass() throws {
    #expect(try object("O:1:\"M\":2:{i:0;i:5;i:1;N;}")?.state == .list([.integer(5), .null]))
    #expect(
      try object("O:1:\"M\":2:{i:7;i:5;s:1:\"a\";N;}")?.state
        == .map([entry("7", .integer(5)), entry("a", .null)]))
  }

  /// Carbon's objects have what DateTime has, and more.
  @Test func datesKeepTheirClassAndTheRest() throws {
    let text =
      "O:13:\"Carbon\\Carbon\":4:{s:4:\"date\";s:26:\"2023-11-14 22:13:20.000000\";"
      + "s:13:\"timezone_type\";i:3;s:8:\"timezone\";s:13:\"Europe/Berlin\";s:5:\"extra\";i:1;}"
    let date = try object(text)
    #expect(date?.name == "Carbon\\Carbon")
    #expect(date?.arguments == [.tagged(.datetime, .string("2023-11-14T22:13:20[Europe/Berlin]"))])
    #expect(date?.fields == [entry("extra", .integer(1))])
  }

  @Test(arguments: ["2023-11-14 22:13", "tomorrow", "2023-11-14T22:13:20.000000", ""])
  func whatIsNoDateStaysAsItIs(date: String) throws {
    let text =
      "O:8:\"DateTime\":3:{s:4:\"date\";s:\(date.utf8.count):\"\(date)\";s:13:\"timezone_type\";i:3;"
      + "s:8:\"timezone\";s:3:\"UTC\";}"
    #expect(try object(text)?.fields.count == 3)
  }

  @Test func intervalsWithFractionsAndSigns() throws {
    let text =
      "O:12:\"DateInterval\":10:{s:1:\"y\";i:0;s:1:\"m\";i:0;s:1:\"d\";i:0;s:1:\"h\";i:1;s:1:\"i\";i:0;"
      + "s:1:\"s\";i:2;s:1:\"f\";d:0.25;s:6:\"invert\";i:1;s:4:\"days\";b:0;s:11:\"from_string\";b:0;}"
    #expect(try object(text)?.arguments == [.tagged(.timedelta, .string("-PT1H2.25S"))])
  }

  @Test func theNoteNamesClasses() throws {
    let reading = try read("a:2:{i:0;O:3:\"A\\B\":0:{}i:1;O:1:\"C\":0:{}}")
    #expect(
      reading.notes == [
        "2 objects of A\\B, C: loading them runs their __wakeup, __unserialize and __destruct"
      ])
    #expect(try read("a:1:{i:0;O:8:\"stdClass\":0:{}}").notes.isEmpty)
    #expect(reading.findings.isEmpty)
  }

  /// A body that only its class understands, and references after it, whose target only that class
  /// knows.
  @Test func bodiesOfTheirOwn() throws {
    let reading = try read("a:3:{i:0;C:1:\"U\":4:{1|ab}i:1;R:9;i:2;R:2;}")
    guard case .list(let items) = reading.value, case .shared(1, .object(let object)) = items[0]
    else {
      Issue.record("no object")
      return
    }
    #expect(object.state == .string("1|ab"))
    #expect(items[1] == .tagged(.persistent, .string("R:9")))
    #expect(items[2] == .reference(1))
  }

  // MARK: - What PHP does not write

  @Test(arguments: [
    ("O:+8:\"stdClass\":0:{}", "byte 2: a length with a plus sign, which PHP never writes"),
    ("S:1:\"a\";", "byte 0: an escaped string (S:), which PHP never writes"),
    (
      "o:8:\"stdClass\":0:{}",
      "byte 0: an object written as o:, which PHP does not write since PHP 3"
    ),
    (
      "o:1:\"s:1:\"a\";i:1;}",
      "byte 0: an object written as o:, which PHP does not write since PHP 3"
    ),
    ("i:99999999999999999999;", "byte 2: an integer beyond 64 bits, which PHP cuts off"),
    (
      "a:2:{s:1:\"a\";i:1;s:1:\"a\";i:2;}",
      "duplicate key \"a\"; all are shown, PHP keeps the last"
    ),
    // PHP's keys have one name whether they are written as integers or as text.
    (
      "a:2:{i:5;i:1;s:1:\"5\";i:2;}", "duplicate key \"5\"; all are shown, PHP keeps the last"
    ),
  ])
  func oddities(text: String, note: String) throws {
    #expect(try read(text).notes.first == note)
  }

  // MARK: - References

  @Test func referencesAreNumberedByAppearance() throws {
    let text = "a:6:{i:0;O:8:\"stdClass\":0:{}i:1;r:2;i:2;i:1;i:3;R:4;i:4;r:2;s:1:\"k\";r:2;}"
    guard case .map(let pairs) = try read(text).value else {
      Issue.record("no map")
      return
    }
    let shared = Value.shared(1, .object(Object(name: "stdClass")))
    #expect(
      pairs.map(\.value) == [
        shared, .reference(1), .shared(2, .integer(1)), .reference(2), .reference(1), .reference(1),
      ])
  }

  @Test func aValueThatHoldsItself() throws {
    #expect(try read("a:1:{i:0;R:1;}").value == .shared(1, .list([.reference(1)])))
  }

  /// `r:` may name an `r:`, and then means its object.
  @Test func referencesToReferences() throws {
    let text = "a:3:{i:0;O:1:\"A\":0:{}i:1;r:2;i:2;r:3;}"
    guard case .list(let items) = try read(text).value else {
      Issue.record("no list")
      return
    }
    #expect(items[1] == .reference(1))
    #expect(items[2] == .reference(1))
  }

  // MARK: - Sessions

  private func session(_ text: String) throws(PayloadError) -> Reading {
    try Format.phpSession.read(Array(text.utf8))
  }

  /// One table of slots for all variables, in which the session itself is not.
  @Test func referencesAcrossVariables() throws {
    let reading = try session("a|i:5;b|R:1;c|a:1:{i:0;R:1;}")
    #expect(
      reading.value
        == .map([
          entry("a", .shared(1, .integer(5))), entry("b", .reference(1)),
          entry("c", .list([.reference(1)])),
        ]))
  }

  /// PHP 5's mark of a variable that was registered and not set; a name may begin with `!` as well.
  @Test func undefinedVariables() throws {
    let reading = try session("!gone|a|i:1;!b|i:2;")
    #expect(
      reading.value
        == .map([entry("gone", .null), entry("a", .integer(1)), entry("!b", .integer(2))]))
    #expect(reading.notes == ["variable \"gone\" was registered and not set"])
    let binary = try Format.phpBinary.read([0x81] + Array("x\u{1}yi:1;".utf8))
    #expect(binary.value == .map([entry("x", .null), entry("y", .integer(1))]))
  }

  @Test(arguments: [
    ("a|i:1;b", 6, "a variable's name without its '|'"),
    ("a|", 2, "need 1 byte, none left"),
    ("a|i:1;b|x", 8, "expected a value, found 'x'"),
  ])
  func sessionErrors(text: String, offset: Int, reason: String) {
    let error = failure { () throws(PayloadError) in _ = try session(text) }
    #expect(error?.offset == offset)
    #expect(error?.reason == reason)
  }

  @Test(arguments: [
    ("a|i:1;", "PHP session"), ("a:0:{}", "PHP"), ("b:1;", "PHP"), ("i:5;", "PHP"),
    ("s:5:\"hello\";", "PHP string"), ("s:7:\"{\"a\":1}\";", "PHP string > JSON"),
    ("s:6:\"a|i:1;\";", "PHP string > PHP session"), ("s:0:\"\";", "PHP string"),
    // Two letters are not enough, nor is a name that no program gives.
    ("N;", "text"), ("a|N;", "text"), ("a b\n|i:1;", "text"), ("i:5", "text"), ("a|b", "text"),
  ])
  func detection(text: String, chain: String) throws {
    #expect(try Decoded(detecting: Array(text.utf8)).chain == chain)
  }

  @Test func chainsAsShownAreAccepted() throws {
    let bytes = Array("s:6:\"a|i:1;\";".utf8)
    #expect(
      try Decoded(reading: bytes, as: "PHP string > PHP session").value
        == .map([entry("a", .integer(1))]))
    #expect(try Decoded(reading: bytes, as: "php").value == .string("a|i:1;"))
    #expect(
      try Decoded(reading: Array("\u{1}ai:1;".utf8), as: "php-binary").value
        == .map([entry("a", .integer(1))]))
  }

  @Test func outline() {
    let lines = Format.phpSession.explain?(Array("a|a:1:{s:1:\"k\";i:5;}b|R:2;".utf8))
    #expect(
      lines == [
        "       0  variable \"a\"", "       2    a:1  #1", "       7      \"k\"",
        "      15        i 5  #2", "      20  variable \"b\"", "      22    R 2",
      ])
  }
}
