// https://github.com/symfony/symfony/tree/7.2/src/Symfony/Component/HttpFoundation/Session

extension Framework {
  /// Symfony: its bags are variables of a PHP session, under `sf_s` and the id, or under phpredis'
  /// own key.
  static let symfony = Framework(
    name: "Symfony", summary: "bags _sf2_attributes, _symfony_flashes, _sf2_meta in a PHP session",
    keys: ["sf_s<+ session>"], writes: ["php-session", "php"]
  ) { stored in
    guard let entries = stored.entries,
      let attributes = entries["_sf2_attributes"] ?? entries["_symfony_attributes"]
    else { return nil }
    var facts: [Fact] = []
    for attribute in attributes.entries ?? [] {
      guard case .string(let name) = attribute.key, name.hasPrefix("_security_"),
        case .string(let token) = attribute.value
      else { continue }
      if let user = SymfonyToken.user(token) { facts.append(Fact("user", word: user)) }
      break
    }
    let meta = entries["_sf2_meta"]?.entries ?? []
    for (key, name) in [("c", "created"), ("u", "last seen")] {
      if case .integer(let seconds)? = meta[key], seconds > 0,
        let moment = stored.moment(seconds: seconds)
      {
        facts.append(Fact(name, moment))
      }
    }
    // The lifetime of the cookie; 0 means until the browser closes.
    if case .integer(let seconds)? = meta["l"], seconds > 0 {
      facts.append(Fact("lifetime", spanText(seconds: UInt64(seconds))))
    }
    let flashes = (entries["_symfony_flashes"]?.entries ?? []).reduce(0) {
      $0 + ($1.value.elementCount ?? 1)
    }
    if flashes > 0 { facts.append(Fact("flashes", String(flashes))) }
    return Sighting("Symfony", facts: facts)
  }
}

/// The security token, which Symfony serializes into its own string.
private enum SymfonyToken {
  /// Properties that name a user, the most useful first.
  private static let names = ["userIdentifier", "username", "email", "identifier", "id"]

  static func user(_ token: String) -> String? {
    guard let reading = try? Format.php.read(Array(token.utf8)) else { return nil }
    return user(in: reading.value)
  }

  /// The first user in a token. Classes write their state as lists; up to 4.2, tokens wrote it as a
  /// string.
  private static func user(in value: Value) -> String? {
    switch value.unshared {
    case .object(let object):
      if let name = name(in: object) { return name }
      for field in object.fields {
        if let name = user(in: field.value) { return name }
      }
      return object.state.flatMap(user)
    case .list(let items):
      for item in items {
        if let name = user(in: item) { return name }
      }
      return nil
    case .string(let text) where PHP.recognizes(Array(text.utf8)):
      return user(text)
    default: return nil
    }
  }

  private static func name(in object: Object) -> String? {
    for name in names {
      for field in object.fields {
        guard case .string(let key) = field.key, key == name || key.hasPrefix(name + ":"),
          let word = field.value.unshared.word, !word.isEmpty
        else { continue }
        return word
      }
    }
    return nil
  }
}
