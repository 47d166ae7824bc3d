import Testing

@testable import SessionFormats

/// A payload that is one text in which there is another payload.
@Suite struct NestingTests {
  private func chain(_ bytes: [UInt8]) throws(PayloadError) -> String {
    try Decoded(detecting: bytes).chain
  }

  private func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\\\"") + "\"" }

  /// A pickle of protocol 3 of a text.
  private func pickled(_ text: String) -> [UInt8] {
    [0x80, 3, 0x58, UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8) + [0x2E]
  }

  @Test func aTextThatIsAPayload() throws {
    #expect(try chain(Array(#""{\"a\":1}""#.utf8)) == "JSON > JSON")
    #expect(try chain(pickled(#"{"a":1}"#)) == "pickle 3 > JSON")
  }

  @Test func aTextThatIsNone() throws {
    for text in ["abcdefgh", "{not json}", "42", "W10=", "", "session:1"] {
      let decoded = try Decoded(detecting: pickled(text))
      #expect(decoded.chain == "pickle 3")
      #expect(decoded.value == .string(text))
    }
    // A part of a value stays as it is.
    #expect(try chain(Array(#"{"a":"{\"b\":1,\"c\":2"}"#.utf8)) == "JSON")
    #expect(try chain(Array(#"["{\"b\":1}"]"#.utf8)) == "JSON")
    // So does text that only begins like it.
    #expect(try chain(Array(#""{" is a brace"#.utf8)) == "text")
  }

  /// What loading the outer payload would do must be shown, which it is only where its value is.
  @Test func aPickleThatCallsIsNotALayer() throws {
    // cposix\nsystem\n(S'id'\ntR0 with the text after it: the call's result is dropped.
    let bytes = Array("cposix\nsystem\n(S'id'\ntR0V{\"a\":1}\n.".utf8)
    let reading = try Format.pickle.read(bytes)
    #expect(reading.findings.count == 1)
    #expect(reading.value == .string(#"{"a":1}"#))
    #expect(reading.nested == nil)
    #expect(throws: PayloadError.self) { try Decoded(reading: bytes, as: "pickle,json") }
    let plain = try Decoded(reading: bytes, as: "pickle")
    #expect(plain.reading.findings.count == 1)
  }

  @Test func textsInTexts() throws {
    // Each level doubles the backslashes, so that no more than a few fit into anything.
    var text = #"{"a":1}"#
    for _ in 0..<Limits.layers {
      text = quoted(text.replacing("\\", with: "\\\\"))
    }
    #expect(
      try chain(Array(text.utf8))
        == Array(repeating: "JSON", count: Limits.layers + 1).joined(separator: " > "))
    text = quoted(text.replacing("\\", with: "\\\\"))
    #expect(try Decoded(detecting: Array(text.utf8)).layers.count <= Limits.layers)
  }

  @Test func byName() throws {
    let bytes = pickled(#"{"a":1}"#)
    #expect(try Decoded(reading: bytes, as: "pickle 3 > JSON").chain == "pickle 3 > JSON")
    #expect(try Decoded(reading: bytes, as: "pickle").chain == "pickle 3")
    #expect(
      failure { () throws(PayloadError) in
        _ = try Decoded(reading: hex("81a16101"), as: "msgpack,json")
      }?.reason == "not one text with json inside; --as msgpack shows what it is")
    #expect(throws: PayloadError(at: 0, "json cannot be inside text")) {
      try Decoded(reading: bytes, as: "text,json")
    }
  }

  @Test func jsonOfJSONTexts() throws {
    func read(_ json: String) throws -> (label: String, plain: String) {
      let decoded = try Decoded(detecting: Array(json.utf8))
      return (
        decoded.reading.label,
        String(decoding: JSONWriter.json(decoded.value, .plain), as: UTF8.self)
      )
    }
    var session = try read(#"{"user_id":"42","name":"\"Ada\"","cart":"[1,{\"a\":null}]"}"#)
    #expect(session.label == "JSON of JSON texts")
    #expect(session.plain == #"{"user_id":42,"name":"Ada","cart":[1,{"a":null}]}"#)
    session = try read(#"{"id":"x","expiry":null,"data":{"name":"\"Ada\"","n":"1"}}"#)
    #expect(session.label == "JSON of JSON texts")
    #expect(session.plain == #"{"id":"x","expiry":null,"data":{"name":"Ada","n":1}}"#)
    // Digits alone could be anyone's, and one text that is not JSON means that the others are not
    // meant as JSON.
    for json in [
      #"{"a":"1","b":"2"}"#, #"{"a":"\"x\"","b":"y"}"#, #"{"a":"\"x\"","b":1}"#, #"{"a":"true"}"#,
      #"{"id":"x","data":{"a":"1"}}"#, #"{"id":"x","data":{}}"#, #"{"a":"{"}"#, "{}",
    ] {
      session = try read(json)
      #expect(session.label == "JSON", "\(json)")
      #expect(session.plain == json)
    }
  }

  /// 128 levels and what is around them.
  @Test func jsonTextsAreAsDeepAsTheirPlace() throws {
    func nested(_ levels: Int) -> [UInt8] {
      let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      return Array("{\"a\":\"\(text)\"}".utf8)
    }
    #expect(try Format.jsonValues.read(nested(Limits.depth - 1)).label == "JSON of JSON texts")
    let error = failure { () throws(PayloadError) in
      _ = try Format.jsonValues.read(nested(Limits.depth))
    }
    #expect(error?.isLimit == true)
    #expect(try chain(nested(Limits.depth)) == "JSON")
  }
}
