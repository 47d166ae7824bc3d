// https://github.com/laravel/framework/tree/master/src/Illuminate/Session

extension Framework {
  /// Laravel with `SESSION_DRIVER=redis`: the cache serializes what the session has already
  /// serialized.
  static let laravel = Framework(
    name: "Laravel", summary: "laravel_cache and an id of 40; serialized twice, JSON or encrypted",
    keys: [
      // 10 and older; 11 and 12; the newest.
      "*laravel_cache:<40 alnum>", "*laravel_cache_<40 alnum>", "*laravel-cache-<40 alnum>",
    ],
    writes: ["php", "laravel", "json"]
  ) { stored in
    let isEncrypted = stored.writers.contains(.laravel)
    let keyed = LaravelMarks.version(stored.key)
    guard let entries = stored.entries else {
      // A cookie holds the id of a session, or a token.
      return isEncrypted ? Sighting("Laravel") : nil
    }
    let logins = LaravelMarks.logins(entries)
    guard
      isEncrypted || !logins.isEmpty
        || entries["_token"]?.word?.utf8.count == 40
          && (entries["_flash"] != nil || entries["_previous"] != nil)
    else { return nil }
    var facts: [Fact] = []
    for login in logins {
      facts.append(
        Fact("user", word: login.user + (login.guardName == "web" ? "" : " (\(login.guardName))")))
    }
    if case .integer(let seconds)? = entries["auth"]?.entries?["password_confirmed_at"],
      let moment = stored.moment(seconds: seconds)
    {
      facts.append(Fact("password confirmed", moment))
    }
    if let url = entries["_previous"]?.entries?["url"]?.word {
      facts.append(Fact("last page", word: url))
    }
    if let flash = entries["_flash"]?.entries {
      let count = (flash["old"]?.elementCount ?? 0) + (flash["new"]?.elementCount ?? 0)
      if count > 0 { facts.append(Fact("flashes", String(count))) }
    }
    return Sighting("Laravel" + (keyed.map { " \($0)" } ?? ""), facts: facts)
  }
}

/// What Laravel keeps under its own names.
private enum LaravelMarks {
  /// `login_web_` and the SHA-1 of the guard's class: the id of the logged-in user.
  static func logins(_ entries: [Pair]) -> [(guardName: String, user: String)] {
    entries.compactMap { entry in
      guard case .string(let key) = entry.key, key.hasPrefix("login_"), key.utf8.count > 47,
        key.utf8.suffix(40).allSatisfy({ hexDigit($0) != nil }), let user = entry.value.word
      else { return nil }
      let name = key.dropFirst("login_".count).dropLast(41)
      return key.utf8.dropLast(40).last == UInt8(ascii: "_") ? (String(name), user) : nil
    }
  }

  /// The versions, by how the key's prefix ends.
  static func version(_ key: [UInt8]?) -> String? {
    guard let key else { return nil }
    let names = ["10 or older", "11 or 12", "12 or newer"]
    for (pattern, name) in zip(Framework.laravel.keys, names) where pattern.matches(key) {
      return name
    }
    return nil
  }
}
