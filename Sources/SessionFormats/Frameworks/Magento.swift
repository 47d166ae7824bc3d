// https://github.com/colinmollenhour/php-redis-session-abstract,
// https://github.com/magento/magento2: lib/internal/Magento/Framework/Session

extension Framework {
  /// Magento and OpenMage with Cm_RedisSession: a hash with PHP's session, possibly compressed, in
  /// `data`, and the holder of the lock in other fields.
  static let magento = Framework(
    name: "Magento", summary: "sess_<id>, a hash of Cm_RedisSession with a PHP session in data",
    keys: ["sess_<+ session>"], writes: ["php-session", "cm"]
  ) { stored in
    guard stored.isHash, let fields = stored.entries, let data = fields["data"],
      fields["writes"] != nil, fields["lock"] != nil || fields["pid"] != nil
    else { return nil }
    let session = data.entries ?? []
    var facts = Magento.session(session, stored)
    if let lock = fields["lock"]?.count, lock > 0 {
      // `host|process`, and how often others have asked for the lock in vain.
      let holder = fields["pid"]?.word.flatMap { $0.isEmpty ? nil : $0 }
      facts.append(Fact("locked", holder.map { "by \(Fact.quoted($0))" } ?? "yes"))
    }
    if let wait = fields["wait"]?.count, wait > 0 { facts.append(Fact("waiting", String(wait))) }
    if let writes = fields["writes"]?.count { facts.append(Fact("writes", String(writes))) }
    return Sighting(Magento.name(session), facts: facts)
  }
}

private enum Magento {
  /// By where the visitor is stored: Magento 2 has a namespace `default`, Magento 1 `core`.
  static func name(_ session: [Pair]) -> String {
    if session["_session_validator_data"] != nil || session["default"]?.entries?["_form_key"] != nil
    {
      return "Magento 2"
    }
    if let core = session["core"]?.entries,
      core["_session_validator_data"] != nil || core["visitor_data"] != nil
    {
      return "Magento 1"
    }
    for namespace in session {
      guard let name = namespace.key.word, name.hasPrefix("customer_"),
        let customer = namespace.value.entries
      else { continue }
      if customer["customer_id"] != nil { return "Magento 2" }
      if customer["customer_group_id"] != nil { return "Magento 1" }
    }
    return "Cm_RedisSession"
  }

  static func session(_ session: [Pair], _ stored: Stored) -> [Fact] {
    let visitor =
      (session["default"]?.entries ?? session["core"]?.entries ?? [])["visitor_data"]?.entries ?? []
    var facts: [Fact] = []
    // `customer_base`, or `customer_website_1` where accounts are kept per website.
    for namespace in session {
      guard let name = namespace.key.word, name.hasPrefix("customer_"),
        let customer = namespace.value.entries
      else { continue }
      if let id = (customer["customer_id"] ?? customer["id"])?.word {
        facts.append(Fact("customer", word: id))
      }
      if let email = (customer["customer_email"] ?? customer["email"])?.word {
        facts.append(Fact("e-mail", word: email))
      }
      if !facts.isEmpty { break }
    }
    if facts.isEmpty, let id = visitor["customer_id"]?.word {
      facts.append(Fact("customer", word: id))
    }
    if let admin = session["admin"]?.entries?["user"] {
      // The administrator's model; in Magento 2.4, its data.
      let user = admin.members["_data"]?.members ?? admin.members
      if let name = user["username"]?.word { facts.append(Fact("administrator", word: name)) }
    }
    if let id = visitor["visitor_id"]?.word { facts.append(Fact("visitor", word: id)) }
    if let store = session["store"]?.word ?? session["default"]?.entries?["store"]?.word {
      facts.append(Fact("store", word: store))
    }
    let hosts =
      (session["_session_hosts"] ?? session["core"]?.entries?["session_hosts"])?.entries ?? []
    if let host = hosts.first?.key.word { facts.append(Fact("host", word: host)) }
    for pair in session["checkout"]?.entries ?? [] {
      if let name = pair.key.word, name.hasPrefix("quote_id"), let id = pair.value.word {
        facts.append(Fact("cart", id))
        break
      }
    }
    // In UTC, as Magento stores times.
    if let seen = visitor["last_visit_at"]?.word, let moment = moment(seen, stored) {
      facts.append(Fact("last seen", moment))
    }
    return facts
  }

  /// `2023-11-14 22:13:20`.
  private static func moment(_ text: String, _ stored: Stored) -> String? {
    let parts = text.split(whereSeparator: { "- :".contains($0) }).map { Int64($0) ?? -1 }
    guard text.utf8.count == 19, parts.count == 6, 1...9999 ~= parts[0], 1...12 ~= parts[1],
      1...31 ~= parts[2], 0...23 ~= parts[3], 0...59 ~= parts[4], 0...59 ~= parts[5]
    else { return nil }
    // https://howardhinnant.github.io/date_algorithms.html: years begin in March, in eras of 400.
    let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
    let month = parts[1] > 2 ? parts[1] - 3 : parts[1] + 9
    let days =
      year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2] - 1
    let time = parts[3] * 3600 + parts[4] * 60 + parts[5]
    return stored.moment(seconds: (days - 719_468) * 86_400 + time)
  }
}

extension Value {
  /// A number of 0 or more, as Redis stores it.
  fileprivate var count: Int64? {
    if case .integer(let number) = self, number >= 0 { number } else { nil }
  }
}
