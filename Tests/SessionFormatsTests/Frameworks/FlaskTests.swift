import Testing

@testable import SessionFormats

@Suite struct FlaskTests {
  private func sighting(_ json: String, key: String?) throws -> Sighting? {
    Framework.sighting(
      of: Stored(try Decoded(detecting: Array(json.utf8)), key: key.map { Array($0.utf8) }))
  }

  private let uuidKey = "session:3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0391"
  private let tokenKey = "shop:session:q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe5iAoQw1N080"

  @Test func keyAndNamesTogetherTell() throws {
    let session = #"{"_permanent":true,"_user_id":"ada","_flashes":[["a","b"],["c","d"]]}"#
    let facts = [Fact("user", "ada"), Fact("permanent", "yes"), Fact("flashes", "2")]
    #expect(
      try sighting(session, key: tokenKey) == Sighting("Flask-Session 0.7 or newer", facts: facts))
    #expect(
      try sighting(session, key: uuidKey) == Sighting("Flask-Session 0.7 or newer", facts: facts))
    #expect(try sighting(session, key: "cache:1") == Sighting("Flask", facts: facts))
    #expect(try sighting(session, key: nil) == Sighting("Flask", facts: facts))
  }

  /// sanic-session, Quart-Session, ring and others keep JSON under the same keys.
  @Test func oneOfTheTwoAloneTellsNothing() throws {
    #expect(try sighting(#"{"user_id":42}"#, key: uuidKey) == nil)
    #expect(try sighting(#"[1]"#, key: tokenKey) == nil)
    #expect(try sighting(#"{"csrf_token":"x"}"#, key: "sess:1") == nil)
    #expect(try sighting(#"{"csrf_token":"x"}"#, key: nil) == nil)
    #expect(
      try sighting(#"{"csrf_token":"x"}"#, key: tokenKey)
        == Sighting("Flask-Session 0.7 or newer", facts: []))
  }

  @Test(arguments: Manifest.flask.payloads.filter { $0.kind != "signed id" })
  func realPayloads(payload: Manifest.Payload) throws {
    let decoded = try Decoded(
      detecting: payload.bytes, context: Context(secrets: [Array("sesscli-test-key".utf8)]))
    let sighting = Framework.sighting(of: Stored(decoded, key: Array(payload.key.utf8)))
    let expected =
      switch (payload.producer, payload.version) {
      case ("Flask-Session", "0.3.2"), ("Flask-Session", "0.5.0"): "Flask-Session 0.5 or older"
      case ("Flask-Session", "0.6.0"): "Flask-Session 0.6"
      case ("Flask-Session", _): "Flask-Session 0.7 or newer"
      case ("itsdangerous", _): nil as String?
      default: payload.producer
      }
    #expect(sighting?.name == expected)
  }

  @Test func whoIsLoggedIn() throws {
    #expect(
      try sighting(#"{"_permanent":false,"_fresh":true,"user_id":42}"#, key: nil)?.facts
        == [Fact("user", "42"), Fact("permanent", "no")])
  }
}
