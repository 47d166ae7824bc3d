// https://github.com/rails/rails (actionpack's flash, request forgery protection and session
// stores), https://github.com/redis-store, https://github.com/roidrage/redis-session-store,
// https://github.com/rack/rack-session, https://github.com/wardencommunity/warden,
// https://github.com/heartcombo/devise

extension Framework {
  /// GitLab: Rails with redis-store under its own namespace.
  static let gitLab = Framework(
    name: "GitLab", summary: "session:gitlab:2::<hash>, Marshal",
    keys: ["session:gitlab:2::<64 hex>", "session:gitlab:<32 hex>"], writes: ["ruby"]
  ) { stored in
    guard let key = stored.key, let entries = stored.entries, stored.format == "ruby",
      key.starts(with: Array("session:gitlab:".utf8))
    else { return nil }
    return Sighting("GitLab", facts: RailsMarks.facts(entries, stored))
  }

  /// Rails in any of its stores: redis-rails, redis-session-store, the cache, or a cookie.
  static let rails = Framework(
    name: "Rails",
    summary: "rack:session:2::<hash>, _session_id:2::<hash>, cookies; Marshal or JSON",
    keys: [
      "rack:session:2::<64 hex>", "*_session_id:2::<64 hex>", "*:session:2::<64 hex>",
      "*2::<64 hex>",
    ],
    writes: ["ruby", "rails-cache", "rails-msgpack", "json", "rails-encrypted", "rails-signed"]
  ) { stored in
    let isCookie = stored.writers.contains(.rails)
    guard !stored.isHash else { return nil }
    let entries = stored.entries ?? []
    let marks = RailsMarks.count(in: entries)
    if !isCookie && stored.format != "rails-msgpack" {
      guard stored.format == "ruby" || stored.format == "json"
      else { return nil }
      // JSON names alone could be anyone's.
      if marks < (stored.format == "json" ? 2 : 1) { return nil }
    }
    let isDevise = entries.contains { RailsMarks.scope(of: $0.key) != nil }
    return Sighting(
      isDevise ? "Rails with Devise" : "Rails", facts: RailsMarks.facts(entries, stored))
  }

  /// Rack without Rails: Sinatra, Hanami, Roda, Sidekiq's web interface.
  static let rack = Framework(
    name: "Rack", summary: "rack:session:2::<hash>, rack:session:<id>, cookies; Marshal or JSON",
    keys: [
      "rack:session:2::<64 hex>", "rack:session:<32 hex>", "rack:session:<64 hex>", "*2::<64 hex>",
    ],
    writes: ["ruby", "json", "rails-signed", "rack-encrypted"]
  ) { stored in
    guard let entries = stored.entries, !stored.isHash else { return nil }
    let isCookie = stored.writers.contains(.rack)
    let isKey = stored.key.map { key in RailsMarks.rackKeys.contains { $0.matches(key) } } ?? false
    guard isCookie || isKey && (stored.format == "ruby" || stored.format == "json") else {
      return nil
    }
    return Sighting("Rack", facts: RailsMarks.facts(entries, stored))
  }
}

/// The key for a cookie's session id since Rack's security fix of 2019: `2::` and the SHA-256 of
/// the id in hexadecimal digits, so that someone who reads keys from Redis cannot make cookies of
/// them.
func rackPrivateID(_ publicID: [UInt8]) -> [UInt8] {
  Array("2::\(hexText(Digest.sha256.hash(publicID)))".utf8)
}

/// The names that Rails, Warden and related gems use in a session.
private enum RailsMarks {
  /// Keys that only Rack's ids produce.
  static let rackKeys: [KeyPattern] = ["rack:session:<+ token>", "*2::<64 hex>"]

  static func count(in entries: [Pair]) -> Int {
    var count = 0
    if entries["_csrf_token"]?.word != nil { count += 1 }
    if flashes(entries) != nil { count += 1 }
    if entries["session_id"]?.word?.utf8.count == 32 { count += 1 }
    if entries.contains(where: { scope(of: $0.key) != nil }) { count += 2 }
    if entries.contains(where: { name($0.key)?.hasPrefix("omniauth.") ?? false }) { count += 1 }
    return count
  }

  static func name(_ key: Value) -> String? {
    switch key {
    case .string(let text), .tagged(.symbol, .string(let text)): text
    default: nil
    }
  }

  /// `user` of `warden.user.user.key`.
  static func scope(of key: Value) -> String? {
    guard let name = name(key), name.hasPrefix("warden.user."), name.hasSuffix(".key"),
      name.utf8.count > 16
    else { return nil }
    return String(name.dropFirst(12).dropLast(4))
  }

  static func facts(_ entries: [Pair], _ stored: Stored) -> [Fact] {
    var facts: [Fact] = []
    for pair in entries {
      guard let scope = scope(of: pair.key), let id = userID(pair.value) else { continue }
      facts.append(Fact(scope == "default" ? "user" : scope, id))
      // From Devise's timeoutable.
      if case .integer(let seconds)? = entries["warden.user.\(scope).session"]?.entries?[
        "last_request_at"],
        let moment = stored.moment(seconds: seconds)
      {
        facts.append(Fact("last seen", moment))
      }
    }
    if facts.isEmpty, let user = (entries["user_id"] ?? entries["current_user_id"])?.word {
      facts.append(Fact("user", word: user))
    }
    if let count = flashes(entries) { facts.append(Fact("flashes", String(count))) }
    if let id = sessionID(entries) { facts.append(Fact("session id", word: id)) }
    for pair in entries where name(pair.key) == "omniauth.origin" {
      if let origin = pair.value.word { facts.append(Fact("signing in from", word: origin)) }
    }
    return facts
  }

  /// A string, or Rack 2's SessionId.
  private static func sessionID(_ entries: [Pair]) -> String? {
    let id = entries["session_id"]
    if case .object(let object)? = id?.unshared { return object.fields["public_id"]?.word }
    return id?.word
  }

  /// The id in Warden's `[[1], "salt"]`, in `["User", [1], "salt"]` (Devise before 2), or alone.
  private static func userID(_ value: Value) -> String? {
    guard case .list(let parts) = value.unshared else { return value.word }
    for part in parts {
      if case .list(let ids) = part.unshared, !ids.isEmpty {
        return ids.compactMap(\.word).joined(separator: ", ")
      }
    }
    return nil
  }

  /// `{"discard": [], "flashes": {}}`; before Rails 4.1 a FlashHash object.
  private static func flashes(_ entries: [Pair]) -> Int? {
    guard let flash = entries["flash"]?.unshared else { return nil }
    if case .object(let object) = flash, object.name.hasSuffix("FlashHash") {
      return object.fields["flashes"]?.entries?.count
    }
    return flash.entries?["flashes"]?.entries?.count
  }
}
