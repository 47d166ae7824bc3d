/// Where the session that a cookie points to may be stored: keys by each framework's rule, and the
/// ids to look for where no rule is known.
public struct SessionKeys: Sendable {
  /// A key and the framework whose rule makes it.
  public struct Candidate: Equatable, Sendable {
    public let key: [UInt8]
    public let rule: String

    public init(key: [UInt8], rule: String) {
      self.key = key
      self.rule = rule
    }
  }

  /// What the cookie calls the session, the likeliest first; empty when the session is in the
  /// cookie.
  public private(set) var ids: [[UInt8]] = []
  /// Keys to ask for.
  public private(set) var candidates: [Candidate] = []
  /// Other texts that a key of the session may contain: hashes of the id.
  public private(set) var traces: [[UInt8]] = []

  /// The key that oauth2-proxy puts in the cookie's ticket, for this session only.
  private var ticketSecret: [UInt8]?

  /// The stored value, decrypted with the key in the cookie; nil when the cookie holds no key, or
  /// the wrong one.
  public func opened(_ stored: [UInt8]) -> [UInt8]? {
    guard let ticketSecret, stored.count > 28 else { return nil }
    return Cipher.gcm.decrypt(
      stored[12..<(stored.count - 16)], key: ticketSecret, nonce: Array(stored[..<12]),
      tag: Array(stored[(stored.count - 16)...]))
  }

  /// - Parameter decoded: the cookie's value, decoded; nil when nothing reads it.
  public init(_ cookie: Cookie, _ decoded: Decoded?) {
    if let decoded { find(in: decoded, cookie) }
    if decoded?.layers.isEmpty ?? true { add(id: cookie.value) }
    var seen: Set<[UInt8]> = []
    ids.removeAll { !seen.insert($0).inserted }
    for id in ids { apply(rules: id, cookie.name) }
    seen = []
    candidates.removeAll { !seen.insert($0.key).inserted }
  }

  // MARK: Ids

  private mutating func find(in decoded: Decoded, _ cookie: Cookie) {
    switch decoded.value.unshared {
    case .string(let text): add(text: text)
    case .list(let items), .tagged(.tuple, .list(let items)):
      // Bottle's name and value.
      if items.count == 2, let text = items.last?.word { add(text: text) }
    case .map(let entries):
      for name in ["session_id", "sessionId", "sid", "id", "_id", "jti"] {
        if case .string(let text) = entries[name] { add(text: text) }
      }
      if case .string(let text) = entries["message"] { add(text: text) }
    case .bytes(let bytes):
      if decoded.layers.last?.writer == .luaResty { add(luaResty: bytes, cookie.name) }
      if let text = GorillaCookie.gobText(bytes) { add(text: text) }
    default: break
    }
    if let text = GorillaCookie.gobText(decoded.payload) { add(text: text) }
  }

  private mutating func add(text: String) {
    let bytes = Array(text.utf8)
    // oauth2-proxy's ticket: version, id, secret.
    if text.hasPrefix("v2."), case let parts = bytes[3...].pieces("."), parts.count == 2,
      let id = parts[0].fromBase64URL, let secret = parts[1].fromBase64URL
    {
      ticketSecret = secret
      return add(id: id)
    }
    // Laravel puts a hash of the cookie's name first; lua-resty-session 3 puts the time and a hash
    // last.
    if let (head, tail) = bytes[...].splitLast("|") {
      if head.count == 40, head.fromHex != nil { return add(id: Array(tail)) }
      if let first = bytes[...].pieces("|").first { add(id: Array(first)) }
    }
    add(id: bytes)
  }

  private mutating func add(id: [UInt8]) {
    // Shorter ones are part of many keys, longer ones of none.
    guard (8...256).contains(id.count), id.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return }
    let text = id[...]
    // Spring's cookie has the id in base64.
    if let inside = text.fromBase64, (8...128).contains(inside.count),
      inside.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    {
      ids.append(inside)
    }
    ids.append(id)
    // A servlet container adds the route after a dot; others add a signature.
    if let dot = id.firstIndex(of: UInt8(ascii: ".")), dot >= 8 { ids.append(Array(id[..<dot])) }
  }

  /// The last part of the key is a hash of the id: `session:<base64>`.
  private mutating func add(luaResty id: [UInt8], _ cookie: [UInt8]?) {
    let hash = base64URL(Digest.sha256.hash(id))
    let name = cookie ?? Array("session".utf8)
    candidates.append(
      Candidate(key: name + [UInt8(ascii: ":")] + hash, rule: "lua-resty-session"))
    traces.append(hash)
  }

  // MARK: Rules

  private mutating func apply(rules id: [UInt8], _ cookie: [UInt8]?) {
    for (rule, before, after) in Self.rules {
      candidates.append(
        Candidate(key: Array(before.utf8) + id + Array(after.utf8), rule: rule))
    }
    if let cookie {
      for (rule, between) in [("aiohttp-session", "_"), ("fasthttp, lua-resty-session", ":")] {
        candidates.append(Candidate(key: cookie + Array(between.utf8) + id, rule: rule))
      }
      candidates.append(
        Candidate(
          key: Array("ci_session:".utf8) + cookie + [UInt8(ascii: ":")] + id, rule: "CodeIgniter 4")
      )
    }
    // Rack since 2.0.8 stores sessions under a hash of the public id.
    let hash = hexDigits(Digest.sha256.hash(id))
    for (rule, before) in [
      ("redis-rack", "rack:session:2::"), ("redis-session-store", "2::"),
      ("Rails cache_store", "_session_id:2::"), ("GitLab", "session:gitlab:2::"),
      ("scs, hashed", "scs:session:"), ("Rails cache_store", "cache:_session_id:2::"),
    ] {
      candidates.append(Candidate(key: Array(before.utf8) + hash, rule: rule))
    }
    candidates.append(
      Candidate(
        key: Array("scs:session:".utf8) + base64URL(Digest.sha256.hash(id)), rule: "scs, hashed"))
    // bottle-session omits the dashes of its UUID.
    if id.count == 32, id[...].fromHex != nil {
      let text = id[...]
      let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)].map { Array(text[$0.0..<$0.1]) }
      candidates.append(
        Candidate(
          key: Array("session:".utf8) + parts.joined(separator: [UInt8(ascii: "-")]),
          rule: "bottle-session"))
    }
    traces.append(hash)
    // Yii adds five digits in front, which come from the application's id.
    let json = "[\"yii\\\\redis\\\\Session\",\"\(String(decoding: id, as: UTF8.self))\"]"
    traces.append(hexDigits(Digest.md5.hash(Array(json.utf8))))
  }

  /// What stands before and after an id, the most common frameworks first.
  private static let rules: [(rule: String, before: String, after: String)] = [
    ("Flask-Session", "session:", ""), ("connect-redis", "sess:", ""),
    ("Django cache", ":1:django.contrib.sessions.cache", ""),
    ("Django cached_db", ":1:django.contrib.sessions.cached_db", ""),
    ("qsessions", ":1:qsessions.q_cached_db", ""), ("phpredis", "PHPREDIS_SESSION:", ""),
    ("phpredis cluster", "PHPREDIS_CLUSTER_SESSION:", ""), ("Symfony", "sf_s", ""),
    ("Laravel", "laravel_database_laravel_cache:", ""),
    ("Laravel", "laravel_database_laravel_cache_", ""),
    ("Laravel", "laravel-database-laravel-cache-", ""), ("Laravel", "laravel_cache:", ""),
    ("CodeIgniter", "ci_session:", ""), ("Magento", "sess_", ""),
    ("Spring Session", "spring:session:sessions:", ""), ("redis-rack", "rack:session:", ""),
    ("gorilla redistore", "session_", ""), ("scs", "scs:session:", ""),
    ("koa", "koa:sess:", ""), ("Redisson Tomcat", "redisson:tomcat_session:", ""),
    ("Shiro", "shiro:session:", ""), ("Micronaut", "micronaut:session:sessions:", ""),
    ("Sa-Token", "satoken:login:token:", ""), ("Beaker", "beaker_cache:", ":session"),
    ("aiohttp-session", "AIOHTTP_SESSION_", ""), ("starsessions", "starsessions.", ""),
    ("Litestar", "LITESTAR:", ""), ("Authelia", "authelia-session:", ""),
    ("lua-resty-session 3", "sessions:", ""), ("mod_auth_openidc", "s:", ""),
    ("Vapor", "vrs-", ""), ("Hummingbird", "hbs.", ""), ("Carmine", "carmine:session:", ""),
    ("serversession", "ssr:session:", ""), ("Auth.js", "user:session:", ""),
    ("redbird", "redbird_session_", ""), ("the id itself", "", ""),
  ]
}

private func hexDigits(_ bytes: [UInt8]) -> [UInt8] {
  let digits = Array("0123456789abcdef".utf8)
  return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
}

/// Without padding.
private func base64URL(_ bytes: [UInt8]) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  var text: [UInt8] = []
  var bits: UInt32 = 0
  var held = 0
  for byte in bytes {
    bits = bits << 8 & 0xFFFF | UInt32(byte)
    held += 8
    while held >= 6 {
      held -= 6
      text.append(alphabet[Int(bits >> UInt32(held) & 63)])
    }
  }
  if held > 0 { text.append(alphabet[Int(bits << UInt32(6 - held) & 63)]) }
  return text
}
