// https://github.com/alex-oleshkevich/starsessions, https://github.com/aio-libs/aiohttp-session,
// https://github.com/litestar-org/litestar, https://github.com/bbangert/beaker,
// https://github.com/ericrasmussen/pyramid_redis_sessions, https://github.com/webpy/webpy

extension Framework {
  /// Session libraries for Python other than Flask's and Django's.
  static let pythonStores: [Framework] = [
    starsessions, aiohttpSession, litestar, beaker, pyramidRedisSessions, pyramidSessionRedis,
    webpy, flaskKVSession, quartSession, bottleSession,
  ]

  /// starsessions, for Starlette and FastAPI.
  private static let starsessions: Framework = Framework(
    name: "starsessions", summary: "starsessions.<id>, JSON with its times under __metadata__",
    keys: ["starsessions.<32 hex>"], writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, let times = entries["__metadata__"]?.entries,
      times["created"] != nil, let lifetime = times["lifetime"]
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.add("created", moment: times["created"])
    facts.add("last seen", moment: times["last_access"])
    facts.add("lifetime", span: lifetime.whole)
    return Sighting("starsessions", facts: facts.facts)
  }

  private static let aiohttpSession: Framework = Framework(
    name: "aiohttp-session", summary: "AIOHTTP_SESSION_<id>, JSON: created and session",
    keys: ["AIOHTTP_SESSION_<32 hex>"], writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, entries.count == 2, entries["created"]?.whole != nil,
      let session = entries["session"]?.entries
    else { return nil }
    var facts = SessionFacts(stored)
    // aiohttp-security keeps the user that it remembers under the first name.
    if let identity = session["AIOHTTP_SECURITY"]?.word {
      facts.add("user", identity)
    } else {
      facts.addUser(in: session)
    }
    facts.add("created", moment: entries["created"])
    return Sighting("aiohttp-session", facts: facts.facts)
  }

  private static let litestar: Framework = Framework(
    name: "Litestar", summary: "LITESTAR:<id>, JSON",
    keys: ["LITESTAR:<64 hex>", "LITESTAR_*:<64 hex>"], writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, let key = stored.key,
      litestar.keys.contains(where: { $0.matches(key) })
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    return Sighting("Litestar", facts: facts.facts)
  }

  /// Beaker pickles a string that is base64 of a pickle, or of compressed JSON.
  private static let beaker: Framework = Framework(
    name: "Beaker",
    summary: "beaker_cache:<id>:session, a pickle of base64 of a pickle or zlib'd JSON",
    keys: ["beaker_cache:<32 hex>:session"], writes: ["pickle", "base64", "zlib", "json"]
  ) { stored in
    guard let entries = stored.entries, entries["_creation_time"] != nil,
      entries["_accessed_time"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.add("created", moment: entries["_creation_time"])
    facts.add("last seen", moment: entries["_accessed_time"])
    return Sighting("Beaker", facts: facts.facts)
  }

  private static let pyramidRedisSessions: Framework = Framework(
    name: "pyramid_redis_sessions", summary: "<64 hex>, a pickle: managed_dict, created, timeout",
    keys: ["<64 hex>", "*:<64 hex>"], writes: ["pickle"]
  ) { stored in
    guard let entries = stored.entries, let session = entries["managed_dict"]?.entries,
      entries["created"] != nil, let timeout = entries["timeout"]
    else { return nil }
    return Sighting(
      "pyramid_redis_sessions",
      facts: pyramidFacts(
        stored, session, created: entries["created"], expires: nil, timeout: timeout.whole))
  }

  /// The fork shortens each name to one letter.
  private static let pyramidSessionRedis: Framework = Framework(
    name: "pyramid_session_redis", summary: "<64 token>, a pickle: m, c, v, t, x",
    keys: ["<64 token>", "*:<64 token>"], writes: ["pickle"]
  ) { stored in
    guard let entries = stored.entries, let session = entries["m"]?.entries, entries["c"] != nil,
      entries["v"]?.whole != nil
    else { return nil }
    return Sighting(
      "pyramid_session_redis",
      facts: pyramidFacts(
        stored, session, created: entries["c"], expires: entries["x"], timeout: entries["t"]?.whole)
    )
  }

  private static func pyramidFacts(
    _ stored: Stored, _ session: [Pair], created: Value?, expires: Value?, timeout: Int64?
  ) -> [Fact] {
    var facts = SessionFacts(stored)
    if let user = session["auth.userid"]?.word {
      facts.add("user", user)
    } else {
      facts.addUser(in: session)
    }
    facts.add("created", moment: created)
    facts.add(expiry: expires?.moment)
    facts.add("timeout", span: timeout)
    var flashes = 0
    // One queue for each name after the prefix.
    for pair in session where pair.key.word?.hasPrefix("_f_") == true {
      flashes += pair.value.elementCount ?? 0
    }
    facts.add("flashes", count: flashes)
    return facts.facts
  }

  /// web.py defines the encoding; its users supply the store.
  private static let webpy: Framework = Framework(
    name: "web.py", summary: "base64 in lines, of a pickle", writes: ["base64", "pickle"]
  ) { stored in
    guard stored.layers == ["base64"], stored.format == "pickle", let entries = stored.entries,
      entries["session_id"] != nil, entries["ip"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.add("ip", entries["ip"]?.word)
    return Sighting("web.py", facts: facts.facts)
  }

  /// The second half of the key is when the session began.
  private static let flaskKVSession: Framework = Framework(
    name: "Flask-KVSession", summary: "<random hex>_<time in hex>, a pickle",
    keys: ["<+ hex>_<8 hex>"], writes: ["pickle"]
  ) { stored in
    guard let entries = stored.entries, let key = stored.key,
      let time = flaskKVSession.keys[0].id(in: key), stored.format == "pickle",
      stored.layers.isEmpty
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.add("created", seconds: Int64(String(decoding: time, as: UTF8.self), radix: 16))
    facts.add("flashes", count: entries["_flashes"]?.elementCount)
    return Sighting("Flask-KVSession", facts: facts.facts)
  }

  /// Quart-Session keeps the address that the session belongs to.
  private static let quartSession: Framework = Framework(
    name: "Quart-Session", summary: "session:<uuid>, tagged JSON",
    keys: ["session:<uuid>"], writes: ["json"]
  ) { stored in
    guard stored.format == "json", let entries = stored.entries, entries["_addr"] != nil,
      entries["_permanent"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.add("address", entries["_addr"]?.word)
    facts.add("flashes", count: entries["_flashes"]?.elementCount)
    return Sighting("Quart-Session", facts: facts.facts)
  }

  private static let bottleSession: Framework = Framework(
    name: "bottle-session", summary: "session:<uuid>, a hash of texts", keys: ["session:<uuid>"],
    writes: ["text"]
  ) { stored in
    guard stored.isHash, let entries = stored.entries, let key = stored.key,
      bottleSession.keys[0].matches(key)
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    return Sighting("bottle-session", facts: facts.facts)
  }

  /// Only the shape of its key shows it, so it comes after all others.
  static let sanicSession: Framework = Framework(
    name: "sanic-session", summary: "session:<32 hex>, JSON", keys: ["session:<32 hex>"],
    writes: ["json"]
  ) { stored in
    guard stored.format == "json", stored.layers.isEmpty, let entries = stored.entries,
      let key = stored.key, sanicSession.keys[0].matches(key)
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    return Sighting("sanic-session", facts: facts.facts)
  }
}
