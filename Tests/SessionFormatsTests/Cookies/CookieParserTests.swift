import Testing

@testable import SessionFormats

/// What people paste: values, pairs and headers.
@Suite struct CookieParserTests {
  private func parse(_ text: String) -> [String] {
    Cookie.parse(Array(text.utf8)).map { cookie in
      let name = cookie.name.map { String(decoding: $0, as: UTF8.self) + "=" } ?? ""
      let signature = cookie.signature.map { " signed " + String(decoding: $0, as: UTF8.self) }
      return name + String(decoding: cookie.value, as: UTF8.self) + (signature ?? "")
    }
  }

  @Test(arguments: [
    ("abc", ["abc"]), ("  abc\n", ["abc"]), ("name=value", ["name=value"]), ("name=", ["name="]),
    ("a=1; b=2", ["a=1", "b=2"]), ("Cookie: a=1; b=2;", ["a=1", "b=2"]),
    ("cookie:a=1", ["a=1"]), ("Set-Cookie: a=1; Path=/; HttpOnly", ["a=1"]),
    ("connect.sid=s%3Aabc.def", ["connect.sid=s:abc.def"]), ("a=\"x y\"", ["a=x y"]),
    ("a=\"\\075\\054\\\"\"", ["a==,\""]), ("a=%zz%4", ["a=%zz%4"]), ("a=b=c==", ["a=b=c=="]),
    ("YWJjZGVmZ2hpamtsbW5vcA==", ["YWJjZGVmZ2hpamtsbW5vcA=="]),
    (
      "eyJ1c2VyX2lkIjogNDJ9.ZVPxAA.m1XSFSIMxEgDy3wqiqt2j7yMojw",
      ["eyJ1c2VyX2lkIjogNDJ9.ZVPxAA.m1XSFSIMxEgDy3wqiqt2j7yMojw"]
    ),
    ("", []), (";;", []), ("Cookie:", []),
    // Signatures in other cookies, and values in parts.
    ("session=eyJ9; session.sig=abc", ["session=eyJ9 signed abc"]), ("x.sig=abc", ["x.sig=abc"]),
    ("t.1=b; t.0=a; t.2=c; u=d", ["t=abc", "u=d"]), ("t.0=a", ["t=a"]),
    ("s-0=a; s-1=b", ["s=ab"]), ("s-0=a", ["s-0=a"]), ("p_0=a; p_1=b", ["p=ab"]),
    ("n=chunks-2; nC1=a; nC2=b", ["n=ab"]),
  ])
  func reads(text: String, cookies: [String]) { #expect(parse(text) == cookies) }

  @Test func aHeaderWithoutEndIsBounded() {
    let many = (0..<2000).map { "c\($0)=v" }.joined(separator: "; ")
    #expect(parse(many).count <= Cookie.most)
  }

  // MARK: Keys

  private func keys(_ text: String) throws -> [String] {
    let cookie = try #require(Cookie.parse(Array(text.utf8)).first)
    let decoded = try Decoded(detecting: cookie.value, context: Context(cookie: cookie.name))
    return SessionKeys(cookie, decoded).candidates.map { String(decoding: $0.key, as: UTF8.self) }
  }

  /// Each framework's rule, with what the framework itself computes.
  @Test(arguments: [
    (
      "connect.sid=s%3Aq2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe.EVDEIhwjMALXyEsEzfv0swmkGNeUWsKpqRkY8fEHgZ0",
      "sess:q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe"
    ),
    (
      "session=3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0391",
      "session:3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0391"
    ),
    (
      "sessionid=abcdefghijklmnopqrstuvwxyz012345",
      ":1:django.contrib.sessions.cacheabcdefghijklmnopqrstuvwxyz012345"
    ),
    // Rack: Digest::SHA256.hexdigest of the cookie.
    (
      "rack.session=0123456789abcdef0123456789abcdef",
      "rack:session:2::3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9"
    ),
    (
      "SESSION=M2YxYzBhOWUtNmQyYi00ZThmLTlhNTEtN2MwZDRiMmUwMzkx",
      "spring:session:sessions:3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e0391"
    ),
    (
      "JSESSIONID=0123456789ABCDEF0123456789ABCDEF.node1",
      "redisson:tomcat_session:0123456789ABCDEF0123456789ABCDEF"
    ),
    ("PHPSESSID=q5k3n0v2c8r4t6y1u7i9o3p5a2", "PHPREDIS_SESSION:q5k3n0v2c8r4t6y1u7i9o3p5a2"),
    ("session=0123456789abcdef0123456789abcdef", "session:01234567-89ab-cdef-0123-456789abcdef"),
    ("ci_session=q5k3n0v2c8r4t6y1u7i9o3p5a2", "ci_session:ci_session:q5k3n0v2c8r4t6y1u7i9o3p5a2"),
  ])
  func pointsTo(text: String, key: String) throws {
    let found = try keys(text)
    #expect(found.contains { $0.hasPrefix(key) }, "\(found)")
  }

  @Test func yiiKeepsAHashOfTheId() throws {
    // PHP: md5(json_encode(["yii\\redis\\Session", "q5k3n0v2c8r4t6y1u7i9o3p5a2"]))
    let cookie = try #require(
      Cookie.parse(Array("PHPSESSID=q5k3n0v2c8r4t6y1u7i9o3p5a2".utf8)).first)
    let keys = SessionKeys(cookie, try Decoded(detecting: cookie.value))
    #expect(keys.traces.contains(Array("a80bd988dae03f9b0a16a852c8f3a664".utf8)))
  }

  @Test func aSessionInTheCookieHasNoKey() throws {
    let cookie = try #require(
      Cookie.parse(Array("session=eyJ1c2VyX2lkIjogNDJ9.ZVPxAA.m1XSFSIMxEgDy3wqiqt2j7yMojw".utf8))
        .first)
    let keys = SessionKeys(cookie, try Decoded(detecting: cookie.value))
    #expect(keys.ids.isEmpty && keys.candidates.isEmpty)
  }

  @Test func redistoresIdIsAGob() throws {
    let text = try Fixture.bytes("cookies/gorilla-redistore.cookie")
    let keys = try keys("session=" + String(decoding: text, as: UTF8.self))
    #expect(keys.contains("session_q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe"))
  }

  @Test func anOAuth2TicketNamesItsKey() throws {
    let text = try Fixture.bytes("cookies/oauth2-proxy.cookie")
    let cookie = try #require(Cookie.parse(Array("_oauth2_proxy=".utf8) + text).first)
    let keys = SessionKeys(cookie, try Decoded(detecting: cookie.value))
    #expect(
      keys.candidates.contains {
        $0.key == Array("_oauth2_proxy-0123456789abcdef0123456789abcdef".utf8)
      })
    // AESGCM(secret of the ticket).encrypt(nonce, msgpack {"e": "ada@example.org"}) of Python's
    // cryptography.
    let stored = hex(
      "000102030405060708090a0b6f3a51286313807df7481bcf9da31fd707854118261e21f312991397ab9ececacfdce6"
    )
    #expect(keys.opened(stored) == [0x81, 0xA1, 0x65, 0xAF] + Array("ada@example.org".utf8))
    #expect(keys.opened(Array(stored.dropLast())) == nil)
    #expect(keys.opened([]) == nil)
  }
}
