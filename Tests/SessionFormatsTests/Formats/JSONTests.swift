import Testing

@testable import SessionFormats

@Suite struct JSONTests {
  private func read(_ text: String) throws(PayloadError) -> Value {
    try Format.json.read(Array(text.utf8)).value
  }

  @Test(
    arguments: [
      ("null", .null), ("true", .bool(true)), (" false\n", .bool(false)),
      ("0", .integer(0)), ("-0", .number("-0")), ("42", .integer(42)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number("9223372036854775808")),
      ("1.5", .double(1.5)), ("0.1", .double(0.1)), ("-0.0", .double(-0.0)), ("1.0", .double(1)),
      ("1e+16", .double(1e16)), ("5e-324", .double(.leastNonzeroMagnitude)),
      // What a double would print differently, or not hold, stays as it was written.
      ("1.50", .number("1.50")), ("1e5", .number("1e5")), ("1E400", .number("1E400")),
      ("0.10000000000000000555", .number("0.10000000000000000555")),
      ("-1.0e-0", .number("-1.0e-0")),
      ("\"\"", .string("")), ("\"é\u{10FFFF}\u{7F}\"", .string("é\u{10FFFF}\u{7F}")),
      (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
      (#""\u0041\u00e9\u20AC\ud83d\ude00\u0000""#, .string("Aé€😀\0")),
      ("[]", .list([])), ("{}", .map([])),
      ("[1,[2 , 3],\t{}\r]", .list([.integer(1), .list([.integer(2), .integer(3)]), .map([])])),
      (#"{"a":{"":null}}"#, .map([entry("a", .map([entry("", .null)]))])),
    ] as [(String, Value)])
  func grammar(text: String, expected: Value) throws {
    #expect(try read(text) == expected)
  }

  /// Each is one step outside of the grammar.
  @Test(arguments: [
    ("", 0, "expected a value, found the end"), ("  ", 2, "expected a value, found the end"),
    ("[1,]", 3, "expected a value, found ']'"), ("[,1]", 1, "expected a value, found ','"),
    ("[1 2]", 3, "expected ',' or ']', found '2'"), ("[1", 2, "expected ',' or ']', found the end"),
    ("[1}", 2, "expected ',' or ']', found '}'"),
    ("{\"a\":1,}", 7, "expected a key in quotes, found '}'"),
    ("{a:1}", 1, "expected a key in quotes, found 'a'"),
    ("{'a':1}", 1, "expected a key in quotes, found '''"),
    ("{1:1}", 1, "expected a key in quotes, found '1'"),
    ("{\"a\" 1}", 5, "expected ':' after a key, found '1'"),
    ("{\"a\":}", 5, "expected a value, found '}'"),
    ("{\"a\":1", 6, "expected ',' or '}', found the end"),
    ("{\"a\"", 4, "expected ':' after a key, found the end"),
    ("{\"a\":1 \"b\":2}", 7, "expected ',' or '}', found '\"'"),
    ("01", 1, "a number with a leading 0"), ("-01", 2, "a number with a leading 0"),
    ("-", 1, "expected a digit, found the end"), ("+1", 0, "expected a value, found '+'"),
    (".5", 0, "expected a value, found '.'"),
    ("1.", 2, "expected a digit after the decimal point, found the end"),
    ("1.e1", 2, "expected a digit after the decimal point, found 'e'"),
    ("1e", 2, "expected a digit of the exponent, found the end"),
    ("1e+", 3, "expected a digit of the exponent, found the end"),
    ("0x1", 1, "2 trailing bytes after the value"),
    ("1 2", 2, "1 trailing byte after the value"), ("--1", 1, "expected a digit, found '-'"),
    ("- 1", 1, "expected a digit, found byte 0x20"), ("tru", 0, "expected 'true', found 't'"),
    ("True", 0, "expected a value, found 'T'"), ("nul]", 0, "expected 'null', found 'n'"),
    ("nan", 0, "expected 'null', found 'n'"), ("-NaN", 1, "expected a digit, found 'N'"),
    ("\"a", 2, "a string without its closing quote (it opens at byte 0)"),
    ("\"\\\"", 3, "a string without its closing quote (it opens at byte 0)"),
    ("\"\t\"", 1, "control character 0x09 in a string must be escaped"),
    ("[\"a\n\"]", 3, "control character 0x0a in a string must be escaped"),
    ("\"\\x\"", 2, "expected one of \"\\/bfnrtu after a backslash, found 'x'"),
    ("\"\\u12\"", 2, "expected 4 hexadecimal digits after \\u"),
    ("\"\\ud83d\\u12\"", 7, "expected 4 hexadecimal digits after \\u"),
    ("[1]//c", 3, "3 trailing bytes after the value"), ("/*c*/1", 0, "expected a value, found '/'"),
    ("\u{A0}1", 0, "expected a value, found byte 0xc2"),
    ("\u{C}1", 0, "expected a value, found byte 0x0c"),
    ("[1]\u{0}", 3, "1 trailing byte after the value"), ("*", 0, "expected a value, found '*'"),
  ])
  func outsideTheGrammar(text: String, offset: Int, reason: String) {
    #expect(throws: PayloadError(at: offset, reason)) { try read(text) }
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22],
      [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
    ] as [[UInt8]])
  func textMustBeUTF8(bytes: [UInt8]) {
    #expect(throws: PayloadError(at: 1, "invalid UTF-8")) { try Format.json.read(bytes) }
  }

  @Test func whatPythonWritesBeyondJSONIsReadWithANote() throws {
    let reading = try Format.json.read(Array("[Infinity,-Infinity,NaN,NaN]".utf8))
    guard case .list(let items) = reading.value, items.count == 4, case .double(let nan) = items[2]
    else {
      Issue.record("\(reading.value)")
      return
    }
    #expect(items[0] == .double(.infinity))
    #expect(items[1] == .double(-.infinity))
    #expect(nan.isNaN)
    #expect(
      reading.notes == [
        "Infinity is not JSON; Python writes it", "NaN is not JSON; Python writes it",
      ])
  }

  @Test func loneSurrogatesAreNoText() throws {
    // As json.dumps("a\ud800b\udc00") and JavaScript write it; a pair in the wrong order is two
    // lone ones.
    let reading = try Format.json.read(
      Array(#"["a\ud800bé\udc00","\udc00\ud800","\ud800\u0041"]"#.utf8))
    let expected: [[UInt8]] = [
      [0x61, 0xED, 0xA0, 0x80, 0x62, 0xC3, 0xA9, 0xED, 0xB0, 0x80],
      [0xED, 0xB0, 0x80, 0xED, 0xA0, 0x80], [0xED, 0xA0, 0x80, 0x41],
    ]
    #expect(reading.value == .list(expected.map { .tagged(.surrogates, .bytes($0)) }))
    #expect(reading.notes == ["a string with a lone surrogate, which no Unicode text has"])
  }

  @Test func duplicateKeysAreKeptAndNoted() throws {
    let reading = try Format.json.read(Array(#"{"a":1,"b":2,"\u0061":3}"#.utf8))
    #expect(
      reading.value
        == .map([entry("a", .integer(1)), entry("b", .integer(2)), entry("a", .integer(3))]))
    #expect(reading.notes == ["duplicate key \"a\"; all are shown, most readers keep the last"])
    // Swift's == holds these two for the same text.
    #expect(try Format.json.read(Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)).notes.isEmpty)
    let many = (0..<100).map { "\"k\($0 % 99)\":0" }.joined(separator: ",")
    #expect(try Format.json.read(Array("{\(many)}".utf8)).notes.count == 1)
    #expect(try Format.json.read(Array("{\(many.dropLast(7))}".utf8)).notes.isEmpty)
  }

  @Test func byteOrderMark() throws {
    let reading = try Format.json.read(Array("\u{FEFF}[1]".utf8))
    #expect(reading.value == .list([.integer(1)]))
    #expect(reading.notes == ["a byte order mark stands before the JSON"])
    #expect(Format.json.recognizes(Array("\u{FEFF} [1]".utf8)))
    #expect(throws: PayloadError.self) { try read("[\u{FEFF}1]") }
  }

  @Test func depthIsBounded() {
    let deepest = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(throws: Never.self) { try read(deepest) }
    for opening in ["[", "{\"a\":", "[{\"a\":"] {
      let error = failure { () throws(PayloadError) in
        _ = try read(String(repeating: opening, count: 100_000))
      }
      #expect(error?.isLimit == true)
    }
  }

  @Test func longNumbersStayExact() throws {
    let digits = String(repeating: "7", count: 100_000)
    #expect(try read(digits) == .number(digits))
    #expect(try read("-0.\(digits)e-\(digits)") == .number("-0.\(digits)e-\(digits)"))
  }

  // MARK: Flask's tagged JSON

  @Test(
    arguments: [
      (#"{" t":[1,2]}"#, .tagged(.tuple, .list([.integer(1), .integer(2)]))),
      (#"{" b":"AP8="}"#, .bytes([0, 255])),
      (#"{" m":"<b>x</b>"}"#, .tagged(.html, .string("<b>x</b>"))),
      (
        #"{" u":"3F1C0a9e00004000800000000000000a"}"#,
        .tagged(.uuid, .string("3f1c0a9e-0000-4000-8000-00000000000a"))
      ),
      (
        #"{" d":"Tue, 14 Nov 2023 22:13:20 GMT"}"#,
        .tagged(.datetime, .string("2023-11-14T22:13:20Z"))
      ),
      (#"{" di":{" t__":1}}"#, .map([entry(" t", .integer(1))])),
      (
        #"{"a":{" t":[{" t":[{" b":""}]}]}}"#,
        .map([entry("a", .tagged(.tuple, .list([.tagged(.tuple, .list([.bytes([])]))])))])
      ),
      (#"{" di":{" di__":{" t":[]}}}"#, .map([entry(" di", .tagged(.tuple, .list([])))])),
    ] as [(String, Value)])
  func tags(text: String, expected: Value) throws {
    let reading = try Format.json.read(Array(text.utf8))
    #expect(reading.value == expected)
    #expect(reading.label == "tagged JSON")
  }

  /// Another producer's object with such a key is what it says.
  @Test(arguments: [
    #"{" t":1}"#, #"{" t":[],"a":1}"#, #"{" b":"no base64!"}"#, #"{" b":[]}"#, #"{" m":1}"#,
    #"{" u":"3f1c"}"#, #"{" u":"3f1c0a9e0000400080000000000000zz"}"#, #"{" d":"2023-11-14"}"#,
    #"{" d":"Tue, 14 Nov 2023 25:13:20 GMT"}"#, #"{" d":"Tue, 31 Foo 2023 22:13:20 GMT"}"#,
    #"{" di":{}}"#, #"{" di":{"a":1}}"#, #"{" di":[]}"#, #"{"t":[]}"#, #"{" x":1}"#,
  ])
  func whatOnlyLooksLikeATagIsAMap(text: String) throws {
    let reading = try Format.json.read(Array(text.utf8))
    guard case .map = reading.value else {
      Issue.record("\(reading.value)")
      return
    }
    #expect(reading.label == "JSON")
  }
}
