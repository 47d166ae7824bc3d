// https://github.com/pallets-eco/flask-session and https://github.com/pallets/flask

extension Framework {
  /// Flask-Session: pickle, MessagePack or JSON under `session:` and the id. The prefix can be
  /// changed.
  static let flaskSession = Framework(
    name: "Flask-Session", summary: "session:<id>, pickle, MessagePack or JSON",
    keys: ["session:<43 token>", "session:<uuid>"], writes: ["msgpack", "pickle", "json"]
  ) { stored in
    guard let key = stored.key, let entries = stored.entries, !FlaskMarks.in(entries).isEmpty,
      !stored.isHash, stored.layers.isEmpty, let colon = key.lastIndex(of: UInt8(ascii: ":")),
      let id = SessionID(key[(colon + 1)...])
    else { return nil }
    // Flask-Session has its own JSON; these two write tuples and dates the way Flask does.
    if stored.isTagged {
      return Sighting("Flask-Sessionstore or CKAN", facts: FlaskMarks.facts(entries))
    }
    // MessagePack came with 0.7. With an old id, 0.7 read an older session and wrote it back.
    let versions =
      switch (stored.format, id) {
      case ("pickle", .uuid): "0.5 or older"
      case ("pickle", .token): "0.6"
      default: "0.7 or newer"
      }
    return Sighting("Flask-Session \(versions)", facts: FlaskMarks.facts(entries))
  }

  /// Flask's own cookie, and sessions with Flask's names wherever they are stored.
  static let flask = Framework(
    name: "Flask", summary: "signed cookie with tagged JSON",
    writes: ["flask-cookie", "json"]
  ) { stored in
    guard let entries = stored.entries else { return nil }
    let isCookie = stored.writer == .flask
    // One name alone could be anyone's.
    if !isCookie && FlaskMarks.in(entries).count < 2 { return nil }
    return Sighting("Flask", facts: FlaskMarks.facts(entries))
  }

  /// Starlette's SessionMiddleware, which FastAPI also uses.
  static let starlette = Framework(
    name: "Starlette", summary: "signed cookie with JSON",
    writes: ["flask-cookie", "json"]
  ) { stored in
    guard stored.writer == .starlette, let entries = stored.entries
    else { return nil }
    return Sighting("Starlette", facts: FlaskMarks.facts(entries))
  }
}

/// The names that Flask, Flask-Login and Flask-WTF use in a session.
private enum FlaskMarks {
  /// The names that are present.
  static func `in`(_ entries: [Pair]) -> [String] {
    ["_permanent", "_flashes", "_fresh", "_user_id", "csrf_token"].filter { entries[$0] != nil }
  }

  static func facts(_ entries: [Pair]) -> [Fact] {
    var facts: [Fact] = []
    if let user = (entries["_user_id"] ?? entries["user_id"])?.word {
      facts.append(Fact("user", word: user))
    }
    if case .bool(let isPermanent) = entries["_permanent"] {
      facts.append(Fact("permanent", isPermanent ? "yes" : "no"))
    }
    if let flashes = entries["_flashes"]?.elementCount {
      facts.append(Fact("flashes", String(flashes)))
    }
    return facts
  }
}
