// https://github.com/expressjs/session and https://github.com/tj/connect-redis

extension Framework {
  /// express-session and the libraries that took over its shape: a JSON object whose `cookie` holds
  /// the cookie's own settings. NestJS, Sails and LoopBack use it, and @fastify/session writes
  /// nearly the same.
  static let express = Framework(
    name: "Express", summary: "sess:<32 token>, JSON with the cookie's settings under cookie",
    keys: ["sess:<32 token>", "sess:*"], writes: ["json"]
  ) { stored in
    guard stored.format == "json", let entries = stored.entries,
      let cookie = entries["cookie"]?.entries,
      cookie["originalMaxAge"] != nil || cookie["expires"] != nil && cookie["httpOnly"] != nil
        || cookie["httpOnly"] != nil && cookie["path"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    if let user = entries["passport"]?.entries?["user"]?.user {
      facts.add("user", user)
    } else {
      facts.addUser(in: entries)
    }
    let lifetime = cookie["originalMaxAge"]?.whole
    // Each request that saves the session sets `expires` to one lifetime from then.
    if let expires = cookie["expires"]?.moment {
      if let lifetime { facts.add("last saved", seconds: saved(expires, lifetime)) }
      facts.add(expiry: expires)
    } else if let lifetime = cookie["maxAge"]?.whole {
      facts.add("lifetime", span: lifetime / 1000)
    } else if lifetime == nil {
      facts.add("lifetime", "until the browser closes")
    }
    // connect-flash keeps a list of texts for each kind.
    let flashes = entries["flash"]?.entries ?? []
    facts.add("flashes", count: flashes.reduce(0) { $0 + ($1.value.elementCount ?? 0) })
    return Sighting(writer(of: entries, cookie, stored.key), facts: facts.facts)
  }

  /// When a session with that expiry was last saved; the lifetime is in milliseconds.
  private static func saved(_ expires: Int64, _ lifetime: Int64) -> Int64? {
    let (time, isOverflow) = expires.subtractingReportingOverflow(lifetime / 1000)
    return isOverflow ? nil : time
  }

  /// Which of the three wrote it, by settings that only one of them has.
  private static func writer(of entries: [Pair], _ cookie: [Pair], _ key: [UInt8]?) -> String {
    if cookie["originalExpires"] != nil || entries["encryptedSessionId"] != nil { return "Fastify" }
    let isKoas = key?.starts(with: "koa:sess:".utf8) == true
    return isKoas || cookie["overwrite"] != nil || cookie["signed"] != nil
      ? "koa-generic-session" : "Express"
  }
}
