// https://github.com/actix/actix-extras, https://github.com/maxcountryman/tower-sessions-stores,
// https://github.com/http-rs/async-session, https://github.com/vapor/redis,
// https://github.com/hummingbird-project/hummingbird-auth, https://github.com/kataras/iris,
// https://github.com/OpenIDC/mod_auth_openidc

extension Framework {
  /// Sessions in JSON or MessagePack by frameworks of Rust, Swift and Go, and by Apache.
  static let otherStores: [Framework] = [
    actix, asyncSession, towerSessions, vapor, hummingbird, iris, openIDC,
  ]

  private static let actix: Framework = Framework(
    name: "actix-session", summary: "<64 alnum>, a JSON object of JSON texts",
    keys: ["<64 alnum>"], writes: ["json-values", "json"]
  ) { stored in
    guard var entries = stored.entries else { return nil }
    if stored.format != Format.jsonValues.name {
      // The next version writes JSON, which says its version.
      guard entries.count == 2, entries["v"]?.whole != nil, let state = entries["state"]?.entries
      else { return nil }
      entries = state
    } else if entries["data"]?.entries != nil, entries["id"] != nil {
      return nil
    }
    var facts = SessionFacts(stored)
    if let user = entries["actix_identity.user_id"]?.word {
      facts.add("user", user)
    } else {
      facts.addUser(in: entries)
    }
    facts.add("last seen", moment: entries["actix_identity.last_visited_at"])
    return Sighting("actix-session", facts: facts.facts)
  }

  /// async-session, used by tide and axum-sessions.
  private static let asyncSession: Framework = Framework(
    name: "async-session", summary: "<base64>, JSON: id, expiry, data of JSON texts",
    writes: ["json-values", "json"]
  ) { stored in
    guard let entries = stored.entries, entries.count == 3, entries["id"]?.word != nil,
      let expiry = entries["expiry"], let data = entries["data"]?.entries
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: data)
    facts.add(expiry: expiry.moment)
    return Sighting("async-session", facts: facts.facts)
  }

  /// A record of tower-sessions: the id as a number of 16 bytes, the data, and the expiry as the
  /// `time` crate writes it: year, day of the year, hour, minute, second, nanoseconds, and the
  /// zone's hours, minutes and seconds.
  private static let towerSessions: Framework = Framework(
    name: "tower-sessions", summary: "<22 token>, MessagePack: id, data, expiry",
    keys: ["*<22 token>"], writes: ["msgpack"]
  ) { stored in
    guard stored.format == "msgpack", let parts = stored.value.elements, parts.count == 3,
      case .bytes(let id) = parts[0], id.count == 16, let data = parts[1].entries,
      let time = parts[2].elements?.compactMap(\.whole), time.count == 9,
      let local = ordinalSeconds(
        year: time[0], day: time[1], hour: time[2], minute: time[3], second: time[4]),
      (-25...25).contains(time[6]), (-59...59).contains(time[7])
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: data)
    facts.add(expiry: local - time[6] * 3600 - time[7] * 60)
    return Sighting("tower-sessions", facts: facts.facts)
  }

  /// Vapor's data are strings; an authenticated model is under `_`, its type and `Session`.
  private static let vapor: Framework = Framework(
    name: "Vapor", summary: "vrs-<base64>, JSON of texts", keys: ["vrs-*"], writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, let key = stored.key, vapor.keys[0].matches(key),
      stored.format == "json"
    else { return nil }
    var facts = SessionFacts(stored)
    let model = entries.first {
      $0.key.word?.hasPrefix("_") == true && $0.key.word?.hasSuffix("Session") == true
    }
    if let user = model?.value.word {
      facts.add("user", user)
    } else {
      facts.addUser(in: entries)
    }
    return Sighting("Vapor", facts: facts.facts)
  }

  private static let hummingbird: Framework = Framework(
    name: "Hummingbird", summary: "hbs.<id>, JSON", keys: ["hbs.*"], writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, let key = stored.key, hummingbird.keys[0].matches(key),
      stored.format == "json"
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.addUser(in: entries["session"]?.entries ?? [])
    facts.add(expiry: (entries["expires"] ?? entries["expiresAt"])?.moment)
    return Sighting("Hummingbird", facts: facts.facts)
  }

  /// iris' hash holds the id that its key ends with.
  private static let iris: Framework = Framework(
    name: "iris", summary: "<id>, a hash of JSON values with session_id", writes: ["json"]
  ) { stored in
    guard stored.isHash, let entries = stored.entries, let key = stored.key,
      let id = entries["session_id"]?.word, !id.isEmpty,
      key.suffix(id.utf8.count) == Array(id.utf8)[...]
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    return Sighting("iris", facts: facts.facts)
  }

  /// mod_auth_openidc's one-letter names: the remote user, when the session ends, the id token's
  /// claims.
  private static let openIDC: Framework = Framework(
    name: "mod_auth_openidc", summary: "s:<uuid>, JSON: r, e, idc", keys: ["*s:<uuid>"],
    writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, let user = entries["r"]?.word,
      let end = entries["e"]?.whole, entries["idc"] != nil || entries["i"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("user", user)
    facts.add(
      "issuer", (entries["idc"]?.entries ?? entries["idc"]?.embeddedJSON?.entries)?["iss"]?.word)
    facts.add(expiry: end)
    return Sighting("mod_auth_openidc", facts: facts.facts)
  }
}
