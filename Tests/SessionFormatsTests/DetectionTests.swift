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
    // {} and {"a":1}: the first is three letters that anything could be.
    ("e30", "text"), ("e30=", "text"), ("eyJhIjoxfQ==", "base64 > JSON"),
    ("7b2261223a317d", "hex > JSON"), ("81a16101", "text"),
  ])
  func whatAPersonWouldSay(text: String, expected: String) {
    #expect(chain(text) == expected)
  }

  @Test(arguments: [
    "80", "90", "93010203", "00", "01", "ff", "ffd8ff", "89504e47", "504b0304", "1f8b0800", "789c",
    "7f454c460201ff", "52494646e4570000574156450000", "25215053ff", "cafebabe00000041ff",
  ])
  func otherBytesAreAnError(digits: String) {
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: hex(digits)) }
    #expect(error?.bytes == hex(digits))
  }

  /// Longer ones are not UTF-8 by chance either.
  @Test func randomBytesAreNoText() {
    var numbers = SeededNumbers(seed: 2)
    for _ in 0..<2000 {
      let bytes = numbers.bytes(Int.random(in: 24...200, using: &numbers))
      #expect(chain(bytes) == nil, "\(bytes)")
    }
  }

  /// Digits are also hexadecimal digits, which could decode to a deep array of MessagePack.
  @Test(arguments: [272, 276, 300, 1000]) func aLongNumberIsText(count: Int) {
    #expect(chain(String(repeating: "9", count: count)) == "text")
  }

  // MARK: Layers

  /// zlib.compressobj(9, zlib.DEFLATED, 9): a window of 512 bytes, and a head that is not 78.
  @Test func zlibOfASmallWindow() {
    #expect(chain(hex("18d3cb48cdc9c957c81852240072df4219")) == "zlib > text")
    #expect(chain("8O is how some texts begin.") == "text")
  }

  /// `signing.dumps` of Django 5.2 with the secret `kkkkkkkk`: JSON, whatever the value.
  /// `TimestampSigner` signs a text.
  @Test(arguments: [
    ("InN0ciI:1xXc2N:NETI7aCUX-THmcvr5Ghu3d1lj54zkRcGvQtkLItRDD8", "Django signed > JSON"),
    ("NQ:1xXc2N:rm86Cmho521bf7Po_89s0gi4f4GM8yWF7tgYYHzo6qs", "Django signed > JSON"),
    ("InN0ciI:1xXc2N:EqPrhMqttMEZJsjpbAD_tLfb8cen0sLyKxMwLNHnwTk", "Django signed > text"),
  ])
  func djangoSignsScalars(text: String, expected: String) throws {
    let context = Context(secrets: [Array("kkkkkkkk".utf8)])
    #expect(try Decoded(detecting: Array(text.utf8), context: context).chain == expected)
  }

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

    // A pickle is also recognised by its end. Without it, the header still identifies it, although
    // the length of its first frame fails at once.
    let pickle = try Fixture.bytes("flask/flask-session-0.5.0-py3.9-shop.pickle")
    for count in [100, 300, pickle.count - 1] {
      let error = failure { () throws(PayloadError) in
        _ = try Decoded(detecting: Array(pickle.prefix(count)))
      }
      #expect(error?.format == "pickle")
      #expect(error?.reason.contains("left") == true)
    }

    // Inside a layer that proves itself, the content matters.
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
    // zlib.compress(b"\xff\xfe\xfd" * 4) of CPython.
    #expect(
      reason(hex("789cfbffefef7f1802004d780be9"))
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

  @Test func theTraceSaysAtWhichByteEachWasRejected() throws {
    let trace = try Decoded(detecting: Array("a text".utf8), tracing: true).trace
    for name in (Format.structured.map(\.name) + Layer.all.map(\.name)) {
      let line = try #require(trace.first { $0.hasPrefix("\(name): ") })
      #expect(line.contains(": rejected, byte ") || line.contains(": not tried on text"), "\(line)")
    }
  }

  // MARK: Keys

  /// An empty list of PHP's serializer and of MessagePack both begin like other formats; a key only
  /// says which to try first.
  @Test func keysRankWhatTheirFrameworksWrite() throws {
    func order(_ key: String?) throws -> [String] {
      let context = Context(key: key.map { Array($0.utf8) })
      let trace = try Decoded(detecting: Array("a text".utf8), context: context, tracing: true)
        .trace
      return trace.compactMap { $0.split(separator: ":").first.map(String.init) }
    }
    let usual = try order(nil)
    #expect(try order("nobody's key") == usual)
    let token = "session:" + String(repeating: "A", count: 43)
    #expect(try Array(order(token).prefix(3)) == ["msgpack", "pickle", "json"])
    #expect(try Set(order(token)) == Set(usual))
    #expect(usual.prefix(1) == ["pickle"])
  }

  /// A key in Flask-Session's form does not turn other bytes into a session.
  @Test func keysDecideNothing() throws {
    let token = Array(("session:" + String(repeating: "A", count: 43)).utf8)
    for (payload, chain) in [("42", "number"), ("hello", "text"), ("{\"a\":1}", "JSON")] {
      let bytes = Array(payload.utf8)
      #expect(try Decoded(detecting: bytes, context: Context(key: token)).chain == chain)
    }
    let bytes: [UInt8] = [0x93, 1, 2, 3]
    let error = failure { () throws(PayloadError) in
      _ = try Decoded(detecting: bytes, context: Context(key: token))
    }
    #expect(error?.format == "msgpack")
  }

  @Test func whatReadsEveryByteAsWellIsNamed() throws {
    for payload in StoreManifest.all {
      guard let file = payload.file else { continue }
      let decoded = try Decoded(detecting: payload.bytes(of: file), context: payload.context)
      #expect(
        !decoded.reading.notes.contains { $0.hasPrefix("also readable") },
        "\(file): \(decoded.chain), \(decoded.reading.notes)")
    }
  }

  /// 0x80 begins a pickle and is MessagePack's empty map: only the latter reads it whole.
  @Test func anEmptyMapOfMessagePackAlone() {
    let error = failure { () throws(PayloadError) in _ = try Decoded(detecting: [0x80]) }
    #expect(
      error?.description
        == "msgpack: byte 0: readable, but so are other bytes by chance; --as msgpack shows it")
  }
}

extension DetectionTests {
  /// Found by fuzzing: a broken cookie with zeros in it was text, and with a trace a cookie:
  /// cookies were tried on binary data only when there was a trace.
  @Test func aTraceChangesNothing() throws {
    let bytes =
      Array("s:j:{\"user_id\":42,\"".utf8) + [0, 0, 0]
      + Array("\"}.dUAZm9JvyEcn6cfhDFoIeYvvLh90l0XKLfWcK9AS1f4".utf8)
    #expect(try Decoded(detecting: bytes).chain == "text")
    #expect(try Decoded(detecting: bytes, tracing: true).chain == "text")
  }

  /// `j > text` was found in noise that begins with `j:{`.
  @Test func aMarkInFrontOfNoJSONIsText() throws {
    #expect(try Decoded(detecting: Array("j:{\"a\":1,".utf8)).chain == "text")
    #expect(try Decoded(detecting: Array("j:[1]".utf8)).chain == "j > JSON")
  }
}
