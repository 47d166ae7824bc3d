import Testing

@testable import SessionFormats

/// Cookies written by Flask 3, itsdangerous 2.2 and Starlette with the secret `sesscli-test-key` at
/// 1700000000.
@Suite struct ItsDangerousTests {
  static let flask =
    ".eJwtzrsKwjAAheFXCWfOkFtvQQUnQRAcuqmExKTYoR3aZip9d9PocoaPfzgr4hwm03toJShGOwRonL0lzygqLkGxQK8gaR-citdG4TK4vbvXRyQZsqTFwZ12iBnSgjHOhZBSqaIoy6qq66ax1rn32_sQum6vfa7Too2BEibI1Y5EMKEIk5opzQpyubU5_bf975Qx0HxLbropzB_oZYph-wJu5jkE.ZVPxAA.JTrTnuyKkEs2Xf0BifiZncCugI4"
  static let starlette = "eyJ1c2VyX2lkIjogNDJ9.ZVPxAA.m1XSFSIMxEgDy3wqiqt2j7yMojw"
  static let signedID = "3f1c0a9e-0000-4000-8000-000000000001.JTtFH5L9OF9qbwnrw_js7cU1ADc"
  static let secret = Array("sesscli-test-key".utf8)

  private func decode(
    _ cookie: String, secrets: [[UInt8]] = [], now: Int64 = 0
  ) throws(PayloadError) -> Decoded {
    try Decoded(detecting: Array(cookie.utf8), context: Context(secrets: secrets, now: now))
  }

  @Test func flaskCookie() throws {
    let decoded = try decode(Self.flask)
    #expect(decoded.chain == "Flask cookie > tagged JSON")
    #expect(
      decoded.layers[0].facts == [
        Fact("signed", "2023-11-14T22:13:20Z"),
        Fact("signature", "not checked, no --secret given"),
      ])
    guard case .map(let pairs) = decoded.value else {
      Issue.record("\(decoded.value)")
      return
    }
    #expect(pairs.contains { if case .tagged(.datetime, _) = $0.value { true } else { false } })
    #expect(pairs.contains { if case .tagged(.tuple, _) = $0.value { true } else { false } })
  }

  @Test func everySecretIsTried() throws {
    let secrets = [Array("wrong".utf8), Self.secret]
    #expect(
      try decode(Self.flask, secrets: secrets).layers[0].facts[1]
        == Fact("signature", "valid, secret 2 (salt cookie-session)"))
    let starlette = try decode(Self.starlette, secrets: secrets)
    #expect(starlette.chain == "Starlette cookie > JSON")
    #expect(
      starlette.layers[0].facts[1]
        == Fact("signature", "valid, secret 2 (salt itsdangerous.Signer)"))
    #expect(starlette.value == .map([entry("user_id", .integer(42))]))
    #expect(
      try decode(Self.signedID, secrets: secrets).layers[0].facts
        == [Fact("signature", "valid, secret 2 (salt flask-session)")])
  }

  /// Flask-KVSession 0.6.2, Signer with its defaults.
  @Test func kvSession() throws {
    let decoded = try decode(
      "1a2b3c_6553f100.zBHj3haN04eNDn2gvOxH3DMjbgY", secrets: [Self.secret])
    #expect(decoded.chain == "signed session id > text")
    #expect(
      decoded.layers[0].facts
        == [Fact("signature", "valid, secret 1 (salt itsdangerous.Signer)")])
  }

  @Test func aSecretThatDoesNotFitIsSaid() throws {
    let wrong = Array("wrong".utf8)
    #expect(
      try decode(Self.flask, secrets: [wrong]).layers[0].facts[1]
        == Fact("signature", "invalid for the secret given"))
    #expect(
      try decode(Self.flask, secrets: [wrong, []]).layers[0].facts[1]
        == Fact("signature", "invalid for the 2 secrets given"))
    // One character of the payload changed.
    let forged = Self.starlette.replacing("NDJ9", with: "NDN9")
    #expect(
      try decode(forged, secrets: [Self.secret]).layers[0].facts[1]
        == Fact("signature", "invalid for the secret given"))
  }

  @Test func theSecretIsInNoText() throws {
    let decoded = try Decoded(
      detecting: Array(Self.flask.utf8), context: Context(secrets: [Self.secret]), tracing: true)
    #expect(!"\(decoded)".contains("sesscli-test-key"))
  }

  @Test func theLabelSaysWhatTheBytesShow() throws {
    #expect(try decode(Self.starlette).layers[0].label == "itsdangerous")
    #expect(
      try decode(Self.starlette, secrets: [[1]]).layers[0].label == "itsdangerous")
    // Padding is Starlette's.
    let padded = "eyJ1c2VyIjogNDJ9Cg==.ZVPxAA.m1XSFSIMxEgDy3wqiqt2j7yMojw"
    #expect(try decode(padded).layers[0].label == "Starlette cookie")
  }

  @Test(
    arguments: [
      (1_700_000_000, "2023-11-14T22:13:20Z, 0 s ago"),
      (1_700_000_061, "2023-11-14T22:13:20Z, 1 min 1 s ago"),
      (1_700_273_600, "2023-11-14T22:13:20Z, 3 d 4 h ago"),
      (1_763_072_000, "2023-11-14T22:13:20Z, 2 y ago"),
      (1_699_999_940, "2023-11-14T22:13:20Z, in 1 min"),
    ] as [(Int64, String)])
  func age(now: Int64, text: String) throws {
    #expect(try decode(Self.flask, now: now).layers[0].facts[0] == Fact("signed", text))
  }

  /// What links and tokens hold is often a text or a number alone. Written by itsdangerous 2.2 with
  /// the secret `k`.
  @Test(
    arguments: [
      ("InN0ckBleGFtcGxlLmNvbSI.awv8sg.RpFC_orUHwOFpp2Q7zPo1jbIUQY", .string("str@example.com")),
      ("bnVsbA.awv8sg.SEPwqiFO0pGQonazOd60JHJjjdw", .null),
      ("dHJ1ZQ.awv8sg.T4kmQzhZf50iO88XfpPDDh1tl0A", .bool(true)),
    ] as [(String, Value)])
  func scalarsAreBelievedWithTheirSecret(text: String, value: Value) throws {
    let decoded = try decode(text, secrets: [[UInt8(ascii: "k")]])
    #expect(decoded.chain == "itsdangerous > JSON")
    #expect(decoded.value == value)
  }

  /// `URLSafeSerializer`, which has no time. Without the secret two words with a dot are just that.
  @Test(
    arguments: [
      ("eyJhIjoxfQ.vIRGgzmNzCBDwe7a_A5q8Ak94WU", .map([entry("a", .integer(1))])),
      ("Inh4eCI.LzmphGvsvIMIomFoEjEgvj0PNDc", .string("xxx")),
      (
        ".eJyrVkpUslJKGiZAqRYA3O5OrA.sY5yFt4MEKhiNaEvOMmPa2MDCIQ",
        .map([entry("a", .string(String(repeating: "b", count: 200)))])
      ),
    ] as [(String, Value)])
  func withoutATime(text: String, value: Value) throws {
    let decoded = try decode(text, secrets: [[UInt8(ascii: "k")]])
    #expect(decoded.chain == "itsdangerous untimed > JSON")
    #expect(decoded.value == value)
    #expect(
      decoded.layers[0].facts == [Fact("signature", "valid, secret 1 (salt itsdangerous)")])
    #expect(try decode(text).chain == "text")
    #expect(try decode(text, secrets: [[UInt8(ascii: "x")]]).chain == "text")
  }

  @Test func signedSessionID() throws {
    let decoded = try decode(Self.signedID)
    #expect(decoded.chain == "signed session id > text")
    #expect(decoded.value == .string("3f1c0a9e-0000-4000-8000-000000000001"))
    #expect(decoded.layers[0].facts == [Fact("signature", "not checked, no --secret given")])
  }

  /// What has dots and the right letters, and is no cookie.
  @Test(arguments: [
    "www.example.com", "1.2.3", "a.b.c", "192.168.100.200",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "3f1c0a9e-0000-4000-8000-000000000001.JTtFH5L9OF9qbwnrw", "hello.JTtFH5L9OF9qbwnrw_js7cU1ADc",
    ".ZVPxAA.m1XSFSIMxEgDy3wqiqt2j7yMojw",
  ])
  func otherText(text: String) throws {
    #expect(try decode(text).chain == "text")
  }

  @Test func errorsSayWhere() {
    func reason(_ text: String, _ chain: String = "flask-cookie") -> String? {
      failure { () throws(PayloadError) in _ = try Decoded(reading: Array(text.utf8), as: chain) }?
        .description
    }
    #expect(reason("abc") == "flask-cookie: byte 3: expected payload.timestamp.signature")
    #expect(
      reason("abc", "signed-session-id") == "signed-session-id: byte 3: expected id.signature")
    #expect(
      reason("eyJ9.ZVPxAA.abcd")
        == "flask-cookie: byte 12: a signature of 3 bytes; 20, 32, 48 and 64 are known")
    #expect(
      reason(".eyJ9.ZVPxAA.m1XSFSIMxEgDy3wqiqt2j7yMojw")
        == "flask-cookie: byte 1: zlib in the payload, byte 2: incorrect header check")
    #expect(
      reason("e30.AAAAAAAAAAAA.m1XSFSIMxEgDy3wqiqt2j7yMojw")
        == "flask-cookie: byte 4: a timestamp of 9 bytes, 7 at most")
    #expect(
      reason("e30._____w.m1XSFSIMxEgDy3wqiqt2j7yMojw".replacing("_____w", with: "________ww"))
        != nil)
  }
}
