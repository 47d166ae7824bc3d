// https://github.com/koajs/session, https://github.com/hapijs/yar,
// https://github.com/adonisjs/session, https://authjs.dev/getting-started/adapters/upstash-redis,
// https://better-auth.com/docs/concepts/database, https://github.com/remix-run/react-router,
// https://github.com/jcs224/hono_sessions

extension Framework {
  /// Session libraries for JavaScript whose sessions do not have express-session's shape.
  static let nodeStores: [Framework] = [
    koaSession, yar, adonis, authjs, betterAuth, betterAuthList, honoSessions, remix,
  ]

  private static let koaSession: Framework = Framework(
    name: "koa-session", summary: "<uuid>, JSON with _expire and _maxAge", keys: ["<uuid>"],
    writes: ["json", "base64"]
  ) { stored in
    guard let entries = stored.entries, let expires = entries["_expire"]?.whole,
      let lifetime = entries["_maxAge"]?.whole
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.add("last saved", milliseconds: subtracting(lifetime, from: expires))
    facts.add(expiry: expires / 1000)
    return Sighting("koa-session", facts: facts.facts)
  }

  /// hapi's yar stores through catbox, which puts everything into an envelope.
  private static let yar: Framework = Framework(
    name: "hapi", summary: "[partition:]segment:<id>, JSON: item, stored, ttl", writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, entries.count == 3, let item = entries["item"],
      let time = entries["stored"]?.whole, let lifetime = entries["ttl"]?.whole
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: item.entries ?? [])
    facts.add("last saved", milliseconds: time)
    let (end, isOverflow) = time.addingReportingOverflow(lifetime)
    facts.add(expiry: isOverflow ? nil : end / 1000)
    facts.add("flashes", count: item.entries?["_flash"]?.entries?.count)
    return Sighting("hapi (catbox)", facts: facts.facts)
  }

  /// AdonisJS says in each message what it is for: here, the id of the session.
  private static let adonis: Framework = Framework(
    name: "AdonisJS", summary: "<id>, JSON: message and purpose", writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, entries.count <= 3, entries["purpose"]?.word != nil,
      let message = entries["message"]?.entries
    else { return nil }
    var facts = SessionFacts(stored)
    // A guard's name follows `auth_`: `auth_web`.
    if let user = message.first(where: { $0.key.word?.hasPrefix("auth_") == true })?.value.word {
      facts.add("user", user)
    } else {
      facts.addUser(in: message)
    }
    facts.add(expiry: entries["expiryDate"]?.moment)
    facts.add("flashes", count: message["__flash__"]?.entries?.count)
    return Sighting("AdonisJS", facts: facts.facts)
  }

  private static let authjs: Framework = Framework(
    name: "Auth.js", summary: "user:session:<token>, JSON (Upstash adapter)",
    keys: ["*user:session:*"], writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, entries["sessionToken"]?.word != nil,
      let user = entries["userId"]?.word, entries["expires"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("user", user)
    facts.add(expiry: entries["expires"]?.moment)
    return Sighting("Auth.js", facts: facts.facts)
  }

  private static let betterAuth: Framework = Framework(
    name: "Better Auth", summary: "<token>, JSON: session and user", keys: ["<32 alnum>"],
    writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, let session = entries["session"]?.entries,
      let user = entries["user"]?.entries, session["expiresAt"] != nil, session["token"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("user", (user["email"] ?? user["id"])?.word)
    facts.add("created", moment: session["createdAt"])
    facts.add("last seen", moment: session["updatedAt"])
    facts.add(expiry: session["expiresAt"]?.moment)
    facts.add("ip", session["ipAddress"]?.word)
    return Sighting("Better Auth", facts: facts.facts)
  }

  /// The list of a user's sessions.
  private static let betterAuthList: Framework = Framework(
    name: "Better Auth", summary: "active-sessions-<user>, JSON: a list of token and expiresAt",
    keys: ["active-sessions-*"], writes: ["json"]
  ) { stored in
    guard let key = stored.key, betterAuthList.keys[0].matches(key),
      let sessions = stored.value.elements,
      sessions.allSatisfy({ $0.entries?["token"] != nil && $0.entries?["expiresAt"] != nil })
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("user", String(decoding: key.dropFirst("active-sessions-".utf8.count), as: UTF8.self))
    facts.add("sessions", String(sessions.count))
    facts.add(
      "last expires",
      milliseconds: sessions.compactMap { $0.entries?["expiresAt"]?.whole }.max())
    return Sighting("Better Auth", facts: facts.facts)
  }

  private static let honoSessions: Framework = Framework(
    name: "hono-sessions", summary: "<id>, JSON: _data, _expire, _delete, _accessed",
    writes: ["json"]
  ) { stored in
    guard let entries = stored.entries, let data = entries["_data"]?.entries,
      entries["_accessed"] != nil, entries["_expire"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: data.map { Pair($0.key, $0.value.entries?["value"] ?? $0.value) })
    facts.add("last seen", moment: entries["_accessed"])
    facts.add(expiry: entries["_expire"]?.moment)
    facts.add("flashes", count: data.count { $0.value.entries?["flash"] == .bool(true) })
    return Sighting("hono-sessions", facts: facts.facts)
  }

  /// The application picks the key and the store; only the names of flashed values show Remix and
  /// React Router.
  private static let remix: Framework = Framework(
    name: "Remix", summary: "JSON with flashed values under __flash_<name>__", writes: ["json"]
  ) { stored in
    guard stored.format == "json", let entries = stored.entries else { return nil }
    let flashes = entries.count {
      guard let name = $0.key.word else { return false }
      return name.hasPrefix("__flash_") && name.hasSuffix("__")
    }
    if flashes == 0 { return nil }
    var facts = SessionFacts(stored)
    facts.addUser(in: entries)
    facts.add("flashes", count: flashes)
    return Sighting("Remix / React Router", facts: facts.facts)
  }

  private static func subtracting(_ span: Int64, from moment: Int64) -> Int64? {
    let (start, isOverflow) = moment.subtractingReportingOverflow(span)
    return isOverflow ? nil : start
  }
}
