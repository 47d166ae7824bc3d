import Testing

@testable import SessionFormats

/// What header lines say of sessions by real libraries, five minutes after they were stored.
@Suite struct StoreSightingTests {
  @Test(arguments: [
    (
      "django/django-5.2-native.typed.json", "Django",
      "user 42, backend ModelBackend, lifetime 1 h, language de, messages 2"
    ),
    (
      "django/django-1.11-redis-4.10-pickle.typed.json", "Django",
      "user 42, backend ModelBackend, lifetime 1 h, language de, messages 2"
    ),
    (
      "django/django-5.2-redis-7.0-herd-zlib.typed.json", "Django with HerdClient",
      """
      user 42, backend ModelBackend, lifetime 1 h, \
      fresh until 2023-11-14T23:13:20Z, in 55 min, language de, messages 2
      """
    ),
    (
      "django/django-5.2-native-qsessions.typed.json", "Django with django-qsessions",
      "user 42, backend ModelBackend, lifetime 1 h, language de, messages 2"
    ),
    (
      "python/starsessions.typed.json", "starsessions",
      """
      user 42, created 2023-11-14T22:13:20Z, 5 min ago, last seen 2023-11-14T22:13:20Z, 5 min ago, \
      lifetime 1 h
      """
    ),
    (
      "python/aiohttp-session.typed.json", "aiohttp-session",
      "user 42, created 2023-11-14T22:13:20Z, 5 min ago"
    ),
    ("python/litestar-sessions.typed.json", "Litestar", "user 42"),
    ("python/sanic-session.typed.json", "sanic-session", "user 42"),
    (
      "python/beaker-pickle.typed.json", "Beaker",
      """
      user 42, created 2023-11-14T22:13:20Z, 5 min ago, last seen 2023-11-14T22:13:20Z, 5 min ago
      """
    ),
    (
      "python/pyramid-redis-sessions.typed.json", "pyramid_redis_sessions",
      "user 42, created 2023-11-14T22:13:20Z, 5 min ago, timeout 20 min, flashes 1"
    ),
    (
      "python/pyramid-session-redis.typed.json", "pyramid_session_redis",
      """
      user 42, created 2023-11-14T22:13:20Z, 5 min ago, \
      expires 2023-11-14T22:33:20Z, in 15 min, timeout 20 min, flashes 1
      """
    ),
    ("python/webpy.typed.json", "web.py", "user 42"),
    ("python/bottle-session.typed.json", "bottle-session", "user 42"),
    (
      "python/flask-sessionstore.typed.json", "Flask-Sessionstore or CKAN", "user 42, permanent yes"
    ),
    (
      "node/express-passport.plain.json", "Express",
      """
      user 42, last saved 2023-11-14T22:13:20Z, 5 min ago, \
      expires 2023-11-15T22:13:20Z, in 23 h 55 min, flashes 3
      """
    ),
    (
      "node/express-browser.plain.json", "Express",
      "user 42, lifetime until the browser closes"
    ),
    (
      "node/fastify-session.plain.json", "Fastify",
      """
      user 42, last saved 2023-11-14T22:13:20Z, 5 min ago, \
      expires 2023-11-15T22:13:20Z, in 23 h 55 min
      """
    ),
    ("node/koa-generic-session.plain.json", "koa-generic-session", "user 42, lifetime 1 d"),
    (
      "node/yar.plain.json", "hapi (catbox)",
      """
      user 42, last saved 2023-11-14T22:13:20Z, 5 min ago, \
      expires 2023-11-15T22:13:20Z, in 23 h 55 min, flashes 1
      """
    ),
    ("node/adonis.plain.json", "AdonisJS", "user 42, flashes 1"),
    (
      "node/better-auth.plain.json", "Better Auth",
      """
      user ada@example.org, created 2023-11-13T22:13:20Z, 1 d ago, \
      last seen 2023-11-14T22:13:20Z, 5 min ago, \
      expires 2023-11-21T22:13:20Z, in 6 d 23 h, ip 192.0.2.7
      """
    ),
    ("others/actix-session.typed.json", "actix-session", "user 42"),
    (
      "others/tower-sessions.typed.json", "tower-sessions",
      "user 42, expires 2023-11-15T22:13:20Z, in 23 h 55 min"
    ),
    ("others/vapor.typed.json", "Vapor", "user 42"),
    ("others/iris.typed.json", "iris", "user 42"),
    (
      "others/mod-auth-openidc.typed.json", "mod_auth_openidc",
      """
      user ada@idp.example.org, issuer https://idp.example.org, \
      expires 2023-11-15T06:13:20Z, in 7 h 55 min
      """
    ),
  ])
  func headerLine(expected: String, name: String, facts: String) throws {
    let payload = try #require(
      StoreManifest.all.first { "\($0.folder)/\($0.typed ?? $0.json ?? "")" == expected })
    let sighting = try #require(Framework.sighting(of: stored(payload)))
    #expect(sighting.name == name)
    #expect(sighting.facts.map { "\($0.name) \($0.text)" }.joined(separator: ", ") == facts)
  }

  private func stored(_ payload: StorePayload) throws -> Stored {
    let key = payload.key.map { Array($0.utf8) }
    let now: Int64 = 1_700_000_300
    guard let fields = payload.fields else {
      let file = try #require(payload.file)
      let decoded = try Decoded(detecting: payload.bytes(of: file), context: payload.context)
      return Stored(decoded, key: key, now: now)
    }
    let pairs = try fields.map { name, digits in
      Pair(.string(name), try Decoded(detecting: hex(digits)).value)
    }
    return Stored(fields: pairs, key: key, now: now)
  }

  @Test(arguments: [
    (#"{"cookie":{"flavour":"chocolate"}}"#, "sess:AbCdEfGhIjKlMnOpQrStUvWxYz012345"),
    (#"{"session":{},"created":"yesterday"}"#, "AIOHTTP_SESSION_x"),
    (#"{"m":{},"c":1}"#, ""), (#"{"item":1,"stored":2}"#, ""), (#"{"a":1}"#, "session:abc"),
    (#"{"id":"x","data":{"a":"1"},"expiry":1,"more":2}"#, ""),
    (#"{"message":1,"purpose":"x"}"#, ""),
    (
      #"{"cookie":{"expires":9223372036854775807,"originalMaxAge":-9223372036854775808}}"#, "sess:x"
    ),
    (#"{"_expire":-9223372036854775808,"_maxAge":9223372036854775807}"#, ""),
  ])
  func othersAreNotTakenForThem(json: String, key: String) throws {
    let decoded = try Decoded(detecting: Array(json.utf8))
    let sighting = Framework.sighting(of: Stored(decoded, key: Array(key.utf8), now: 1))
    // The last two are sessions, whose times are beyond any calendar.
    #expect(sighting?.facts.isEmpty ?? true)
    #expect(json.contains("922337") == (sighting != nil))
  }

  @Test func aSessionThatHasEnded() throws {
    let json = #"{"_expire":1700000000000,"_maxAge":60000}"#
    let decoded = try Decoded(detecting: Array(json.utf8))
    let sighting = Framework.sighting(of: Stored(decoded, now: 1_700_000_060))
    #expect(
      sighting?.facts == [
        Fact("last saved", "2023-11-14T22:12:20Z, 2 min ago"),
        Fact("expired", "2023-11-14T22:13:20Z, 1 min ago"),
      ])
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2023-11-14T22:13:20Z", 1_700_000_000),
    ("2023-11-14T22:13:20.999Z", 1_700_000_000), ("2023-11-14 22:13:20", 1_700_000_000),
    ("2023-11-14T23:13:20+01:00", 1_700_000_000), ("2023-11-14T16:43:20-0530", 1_700_000_000),
    ("2000-02-29T12:00Z", 951_825_600), ("1969-12-31T23:59:59Z", -1),
    ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
  ])
  func isoTimes(text: String, seconds: Int64) { #expect(isoSeconds(text) == seconds) }

  @Test(arguments: [
    "", "2023", "2023-11-14", "2023-13-14T22:13:20Z", "2023-11-14T24:00:00Z",
    "2023-11-14T22:13:20Q",
    "2023-11-14T22:13:20+", "2023-11-14T22:13:20Zx", "+2023-11-14T22:13:20Z",
    "2023-11-14T22:13:20+0x",
  ])
  func noISOTimes(text: String) { #expect(isoSeconds(text) == nil) }

  @Test func theNthDayOfAYear() {
    #expect(
      ordinalSeconds(year: 2023, day: 318, hour: 22, minute: 13, second: 20) == 1_700_000_000)
    #expect(ordinalSeconds(year: 2024, day: 60, hour: 0, minute: 0, second: 0) == 1_709_164_800)
    #expect(ordinalSeconds(year: 1970, day: 1, hour: 0, minute: 0, second: 0) == 0)
    #expect(ordinalSeconds(year: 2023, day: 367, hour: 0, minute: 0, second: 0) == nil)
  }
}
