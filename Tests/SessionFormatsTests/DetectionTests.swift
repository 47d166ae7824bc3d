import Testing

@testable import SessionFormats

@Suite struct DetectionTests {
  private func chain(_ bytes: [UInt8]) -> String? {
    do throws(PayloadError) { return try Decoded(detecting: bytes).chain } catch { return nil }
  }

  private func chain(_ text: String) -> String? { chain(Array(text.utf8)) }

  @Test(arguments: [
    ("", "empty"), ("42", "number"), ("-7", "number"), ("9223372036854775807", "number"),
    ("9223372036854775808", "text"), ("007", "text"), ("+1", "text"), ("1.5", "text"),
    ("1700000000", "number"), ("hello", "text"), ("größer", "text"),
    ("\u{1B}[31mred\u{1B}[0m", "text"),
    ("true", "text"), ("null", "text"), ("\"quoted\"", "text"), ("{}", "JSON"), ("[]", "JSON"),
    ("\n {\"a\":1}\n", "JSON"), ("{\" t\":[1]}", "tagged JSON"), ("[hello]", "text"),
    ("deadbeefdeadbeef", "text"), ("cafebabe", "text"), ("SGVsbG8gd29ybGQh", "text"),
    ("68656c6c6f20776f726c64", "text"), ("3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e8f13", "text"),
    // {} and {"a":1}: the first is three letters that anything may be.
    ("e30", "text"), ("e30=", "text"), ("eyJhIjoxfQ==", "base64 > JSON"),
    ("7b2261223a317d", "hex > JSON"), ("81a16101", "text"),
  ])
  func whatAPersonWouldSay(text: String, expected: String) {
    #expect(chain(text) == expected)
  }

  @Test(arguments: [
    "80", "90", "93010203", "00", "01", "ff", "ffd8ffe000104a46494600010100000100010000",
    "89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61",
    "255044462d312e340a25e2e3cfd30a", "504b0304140000000800000021005a", "1f8b0800", "789c",
    "7f454c4602010100000000000000000003003e00", "52494646e4570000574156450000",
  ])
  func otherBytesAreAnError(digits: String) {
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: hex(digits)) }
    #expect(error?.bytes == hex(digits))
  }

  // MARK: Nothing is guessed

  private func expectNoStructure(_ bytes: [UInt8]) {
    guard let chain = chain(bytes) else { return }
    #expect(["text", "number", "empty"].contains(chain), "\(chain): \(bytes)")
  }

  @Test func randomBytes() {
    var numbers = SeededNumbers(seed: 1)
    for _ in 0..<20_000 {
      expectNoStructure(numbers.bytes(Int.random(in: 0...64, using: &numbers)))
    }
  }

  /// Longer ones are not UTF-8 by chance either.
  @Test func randomBytesAreNoText() {
    var numbers = SeededNumbers(seed: 2)
    for _ in 0..<2000 {
      let bytes = numbers.bytes(Int.random(in: 24...200, using: &numbers))
      #expect(chain(bytes) == nil, "\(bytes)")
    }
  }

  /// Letters of each alphabet in which bytes are written.
  @Test(arguments: [
    "abcdefghijklmnopqrstuvwxyz", "0123456789", "0123456789abcdef", "0123456789ABCDEF",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=",
    "abcdefghijklmnopqrstuvwxyz0123456789.-",
    "(dpIV.12\n", "äöüßéèñ漢字🙂ю ",
  ])
  func randomText(alphabet: String) {
    let letters = Array(alphabet)
    var numbers = SeededNumbers(seed: 3)
    for _ in 0..<4000 {
      let length = Int.random(in: 1...60, using: &numbers)
      let word = String((0..<length).compactMap { _ in letters.randomElement(using: &numbers) })
      expectNoStructure(Array(word.utf8))
    }
  }

  @Test func wordsAndSentences() {
    let words =
      """
      the of and to in a is that for it as was with be by on not he his but at are this have from or had an they
      which one you were all her she there would their we him been has when who will no more if out so up said what
      its about than into them can only other time new some could these two may first then do any like my now over
      such our man me even most made after also well did many must before back see through way where get much go
      session password username administrator location Content-Type application/octet-stream GET /index.html
      user@example.com https://example.com/a?b=c&d=e 2023-11-14T22:13:20Z 10.0.0.1:6379 key=value; a,b,c (a) [b]
      """.split(whereSeparator: \.isWhitespace)
    var numbers = SeededNumbers(seed: 4)
    for word in words { expectNoStructure(Array(word.utf8)) }
    for _ in 0..<4000 {
      let count = Int.random(in: 1...12, using: &numbers)
      let sentence = (0..<count).compactMap { _ in words.randomElement(using: &numbers) }
      for separator in [" ", "", "\n", ".", "-", "_"] {
        expectNoStructure(Array(sentence.joined(separator: separator).utf8))
      }
    }
  }

  @Test func identifiers() {
    var numbers = SeededNumbers(seed: 5)
    for _ in 0..<4000 {
      let bytes = numbers.bytes(32)
      let digits = bytes.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }
      let uuid = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
        .map { digits[$0].joined() }.joined(separator: "-")
      expectNoStructure(Array(uuid.utf8))
      expectNoStructure(Array(digits.joined().utf8))
      expectNoStructure(Array(digits.joined().prefix(40).utf8))
      expectNoStructure(Array(digits.joined(separator: ":").uppercased().utf8))
      expectNoStructure(Array(String(numbers.next()).utf8))
      expectNoStructure(Array("\(digits[0..<8].joined()).\(digits[8..<12].joined())".utf8))
    }
  }

  // MARK: Layers

  @Test func plainTextIsBelievedInsideALayerThatProvesItself() {
    // zlib.compress(b"hello, hello, hello"), and the same in base64.
    #expect(chain(hex("789ccb48cdc9c9d751c840a200442806d5")) == "zlib > text")
    #expect(chain("eJzLSM3JyddRyECiAEQoBtU=") == "base64 > zlib > text")
    #expect(chain("aGVsbG8sIGhlbGxvLCBoZWxsbw==") == "text")
  }

  @Test func layersAreBounded() throws {
    // JSON in hex, again and again: 8 layers are read, 9 are text.
    var bytes = Array("{\"a\":1}".utf8)
    for count in 1...9 {
      bytes = bytes.flatMap { byte in
        Array("0123456789abcdef".utf8)[Int(byte / 16)...Int(byte / 16)]
          + Array("0123456789abcdef".utf8)[Int(byte % 16)...Int(byte % 16)]
      }
      let expected = Array(repeating: "hex", count: count) + ["JSON"]
      #expect(chain(bytes) == (count <= 8 ? expected.joined(separator: " > ") : "text"))
    }
  }

  // MARK: --as

  @Test func namedChains() throws {
    let number = Array("42".utf8)
    #expect(try Decoded(reading: number, as: "json").value == .integer(42))
    #expect(try Decoded(reading: number, as: "text").value == .string("42"))
    #expect(try Decoded(reading: [0x80], as: "MessagePack").value == .map([]))
    #expect(try Decoded(reading: Array("W10=".utf8), as: "base64, json").value == .list([]))
    // After a layer, what is inside is detected.
    #expect(try Decoded(reading: Array("W10=".utf8), as: "base64").chain == "base64 > JSON")
    #expect(try Decoded(reading: Array("NDI=".utf8), as: "base64").chain == "base64 > number")
  }

  @Test func unknownNamesListTheKnown() {
    let known = (Format.all.map(\.name) + Layer.all.map(\.name)).joined(separator: ", ")
    #expect(
      throws: PayloadError(at: 0, "no format or layer is named \"cobol\"; known are \(known)")
    ) { try Decoded(reading: [], as: "zlib,cobol") }
    #expect(throws: PayloadError(at: 0, "no format is named")) {
      try Decoded(reading: [], as: " ,")
    }
    #expect(throws: PayloadError(at: 0, "json cannot be inside text")) {
      try Decoded(reading: [], as: "text,json")
    }
  }

  @Test func namesAreDistinct() {
    let names = Format.all.map(\.name) + Layer.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.utf8.allSatisfy { $0 != 0x20 && $0 != 0x2C && $0 != 0x3E } })
  }

  // MARK: Failures

  @Test func theErrorIsThatOfTheCandidateThatGotFurthest() throws {
    let session = try Fixture.bytes("flask/flask-session-0.8.0-py3.12-login.msgpack")
    let cut = Array(session.dropLast(3))
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: cut) }
    #expect(error?.format == "msgpack")
    #expect(error?.offset ?? 0 > cut.count - 20)
    #expect(error?.bytes == cut)

    // A pickle is recognised by its end as well. Without it, its header still tells, although the length of its
    // first frame fails at once.
    let pickle = try Fixture.bytes("flask/flask-session-0.5.0-py3.9-shop.pickle")
    for count in [100, 300, pickle.count - 1] {
      let error = failure { () throws(PayloadError) in
        _ = try Decoded(detecting: Array(pickle.prefix(count)))
      }
      #expect(error?.format == "pickle")
      #expect(error?.reason.contains("left") == true)
    }

    // Inside a layer that proves itself, what is inside matters.
    let inside = try Decoded(
      reading: Fixture.bytes("layers/zlib-9.msgpack.bin"), as: "zlib,msgpack")
    let zlib = try Fixture.bytes("layers/zlib-9.msgpack.bin")
    let cutZlib = failure { () throws(PayloadError) in
      _ = try Decoded(detecting: Array(zlib.dropLast(4)))
    }
    #expect(
      cutZlib?.description
        == "zlib: byte \(zlib.count - 4): the compressed stream ends before its end")
    let wrong = failure { () throws(PayloadError) in _ = try Decoded(reading: zlib, as: "zlib,json")
    }
    #expect(wrong?.description == "zlib > json: byte 0: expected a value, found byte 0x88")
    #expect(wrong?.bytes == inside.payload)
  }

  @Test func whatNothingReadsIsSaidOfTheInnermostBytes() {
    func reason(_ bytes: [UInt8]) -> String? {
      failure { () throws(PayloadError) in _ = try Decoded(detecting: bytes) }?.description
    }
    #expect(
      reason(hex("616263ff0001")) == "payload: byte 3: neither text nor any known format"
    )
    // zlib.compress(b"\xff\xd8\xff\xe0" * 3) of CPython.
    #expect(
      reason(hex("789cfb7fe3ff83ff500c0048ba0b23"))
        == "zlib > payload: byte 0: neither text nor any known format")
    #expect(
      reason([0x93, 1, 2, 3])
        == "msgpack: byte 0: readable, but so are other bytes by chance; --as msgpack shows it")
  }

  @Test func aSessionThatWasCutOffIsTextWithANote() throws {
    let decoded = try Decoded(detecting: Array(#"{"user_id":42,"name":"A"#.utf8))
    #expect(decoded.chain == "text")
    #expect(
      decoded.reading.notes == [
        "not json: byte 23: a string without its closing quote (it opens at byte 21)"
      ])
    #expect(try Decoded(detecting: Array("[error] it failed".utf8)).reading.notes.isEmpty)
  }

  @Test func whatALimitStoppedIsNoText() {
    let deep = Array((String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).utf8)
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: deep) }
    #expect(error?.description == "json: byte 128: nested more than 128 deep")
    #expect(error?.isLimit == true)
  }

  @Test func theTraceNamesEveryCandidate() throws {
    let text = try Decoded(detecting: Array("a text".utf8), tracing: true).trace
    for name in (Format.structured.map(\.name) + Layer.all.map(\.name)) {
      #expect(text.contains { $0.hasPrefix("\(name): ") }, "\(name)")
    }
    let bytes = try Fixture.bytes("layers/base64-mime.zlib.json.bin")
    let trace = try Decoded(detecting: bytes, tracing: true).trace
    #expect(trace.last?.hasPrefix("base64 > zlib > json: taken") == true)
    #expect(trace.contains { $0.hasPrefix("base64 > zlib: peeled, ") })
  }

  /// 0x80 begins a pickle and is MessagePack's empty map: only the latter reads it whole.
  @Test func anEmptyMapOfMessagePackAlone() {
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: [0x80]) }
    #expect(
      error?.description
        == "msgpack: byte 0: readable, but so are other bytes by chance; --as msgpack shows it")
  }
}
