// https://docs.djangoproject.com/en/5.2/topics/http/sessions/

extension Framework {
  /// Django's sessions in a cache, and the stores that keep what `SessionBase.encode` makes. The
  /// cache serializes the session, so the cache's settings decide the format, not the session's.
  static let django = Framework(
    name: "Django",
    summary: "PREFIX:VERSION:django.contrib.sessions.cache<id>, what the cache writes",
    keys: [
      "*:django.contrib.sessions.cache<32 id>", "*:django.contrib.sessions.cached_db<32 id>",
      "*:qsessions.q_cached_db<32 id>", "*:<32 id>", "<32 id>",
    ],
    writes: ["pickle", "zlib", "zstd", "lz4", "xz", "gzip", "json", "msgpack", "django-session"]
  ) { stored in
    let herd = HerdTuple(stored.value)
    guard !stored.isHash, let entries = (herd?.value ?? stored.value).entries,
      DjangoMarks.hasKey(stored) || DjangoMarks.in(entries) || DjangoMarks.isSigned(stored)
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("user", entries["_auth_user_id"]?.word)
    facts.add("backend", entries["_auth_user_backend"]?.word.map(DjangoMarks.className))
    switch entries["_session_expiry"] {
    case .integer(0): facts.add("lifetime", "until the browser closes")
    case .integer(let seconds): facts.add("lifetime", span: seconds)
    case let moment: facts.add(expiry: moment?.moment)
    }
    if let renewal = herd?.renewal { facts.add("fresh until", seconds: renewal) }
    facts.add("language", (entries["_language"] ?? entries["django_language"])?.word)
    facts.add("messages", count: (entries["_messages"]?.embeddedJSON)?.elementCount)
    facts.add("ip", entries["_qsessions_ip"]?.word)
    facts.add("browser", entries["_qsessions_user_agent"]?.word)
    let isQuery = entries.contains { $0.key.word?.hasPrefix("_qsessions_") == true }
    return Sighting(
      "Django" + (isQuery ? " with django-qsessions" : "")
        + (herd == nil ? "" : " with HerdClient"),
      facts: facts.facts)
  }
}

private enum DjangoMarks {
  static func hasKey(_ stored: Stored) -> Bool {
    guard let key = stored.key else { return false }
    return Framework.django.keys.prefix(3).contains { $0.matches(key) }
  }

  /// These names are Django's own; names that other frameworks could use do not count.
  static func `in`(_ entries: [Pair]) -> Bool {
    ["_auth_user_id", "_auth_user_backend", "_auth_user_hash", "_session_expiry"].contains {
      entries[$0] != nil
    }
  }

  static func isSigned(_ stored: Stored) -> Bool {
    stored.writers.contains(.django)
  }

  /// `ModelBackend` of `django.contrib.auth.backends.ModelBackend`.
  static func className(_ path: String) -> String {
    path.split(separator: ".").last.map(String.init) ?? path
  }
}

/// What django-redis' HerdClient stores: `(Marker(), value, expires)`. Once that time has passed, a
/// few requests renew the value while the rest still get the old one; Redis keeps it a minute
/// longer.
private struct HerdTuple {
  let value: Value
  let renewal: Int64?

  init?(_ value: Value) {
    guard let parts = value.elements, parts.count == 3,
      case .object(let marker) = parts[0].unshared,
      marker.name == "django_redis.client.herd.Marker"
    else { return nil }
    self.value = parts[1]
    renewal = parts[2].whole
  }
}
