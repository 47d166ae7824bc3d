// https://github.com/bcit-ci/CodeIgniter, https://github.com/codeigniter4/CodeIgniter4,
// https://github.com/yiisoft/yii2, https://github.com/cakephp/cakephp,
// https://github.com/top-think/framework, https://github.com/nextcloud/server

extension Framework {
  /// CodeIgniter 3 and 4 on PHP's session.
  static let codeIgniter = Framework(
    name: "CodeIgniter", summary: "ci_session:<id>, a PHP session with __ci_last_regenerate",
    keys: ["ci_session:*<+ session>"], writes: ["php-session"]
  ) { stored in
    guard let entries = stored.entries else {
      // The lock next to each session holds the time at which it was taken.
      guard let key = stored.key, key.starts(with: "ci_session:".utf8),
        key.suffix(5).elementsEqual(":lock".utf8), let taken = stored.value.word,
        let seconds = Int64(taken), let moment = stored.moment(seconds: seconds)
      else { return nil }
      return Sighting("CodeIgniter, lock", facts: [Fact("taken", moment)])
    }
    guard entries["__ci_last_regenerate"] != nil else { return nil }
    var facts = PHPMarks.user(entries)
    if case .integer(let seconds)? = entries["__ci_last_regenerate"],
      let moment = stored.moment(seconds: seconds)
    {
      facts.append(Fact("id made", moment))
    }
    if let page = entries["_ci_previous_url"]?.word { facts.append(Fact("last page", word: page)) }
    // `new` and `old` mark flashes; a time marks what is kept until then.
    let flashes = (entries["__ci_vars"]?.entries ?? []).filter {
      $0.value.word.map { $0 == "new" || $0 == "old" } ?? false
    }
    if !flashes.isEmpty { facts.append(Fact("flashes", String(flashes.count))) }
    return Sighting(
      entries["_ci_previous_url"] == nil ? "CodeIgniter" : "CodeIgniter 4", facts: facts)
  }

  /// Yii 2 on PHP's session. The key is a hash, which does not give the session's id away.
  static let yii = Framework(
    name: "Yii 2", summary: "a PHP session with __flash and __id, under 37 hexadecimal digits",
    keys: ["<37 hex>"], writes: ["php-session"]
  ) { stored in
    guard let entries = stored.entries,
      entries["__flash"] != nil
        || entries["__id"] != nil && (entries["__authKey"] ?? entries["__expire"]) != nil
    else { return nil }
    // ThinkPHP's is `__flash__`, and Yii's has counters.
    var facts: [Fact] = []
    if let user = entries["__id"]?.word { facts.append(Fact("user", word: user)) }
    for (key, name) in [("__expire", "login ends"), ("__absoluteExpire", "login ends at last")] {
      if case .integer(let seconds)? = entries[key], let moment = stored.moment(seconds: seconds) {
        facts.append(Fact(name, moment))
      }
    }
    let flashes = entries["__flash"]?.entries?.count ?? entries["__flash"]?.elementCount ?? 0
    if flashes > 0 { facts.append(Fact("flashes", String(flashes))) }
    return Sighting("Yii 2", facts: facts)
  }

  /// CakePHP: a PHP session; in its cache engine, within a string.
  static let cakePHP = Framework(
    name: "CakePHP",
    summary: "a PHP session with Config.time, Auth and Flash; in its cache a string",
    writes: ["php", "php-session"]
  ) { stored in
    guard let entries = stored.entries, let config = entries["Config"]?.entries,
      case .integer(let seconds)? = config["time"]
    else { return nil }
    var facts: [Fact] = []
    if let auth = entries["Auth"] {
      let user = auth.entries?["User"] ?? auth
      if let fact = PHPMarks.user(user.members).first { facts.append(fact) }
    }
    if let moment = stored.moment(seconds: seconds) { facts.append(Fact("last seen", moment)) }
    let flashes = (entries["Flash"]?.entries ?? []).reduce(0) { $0 + ($1.value.elementCount ?? 1) }
    if flashes > 0 { facts.append(Fact("flashes", String(flashes))) }
    return Sighting("CakePHP", facts: facts)
  }

  /// ThinkPHP 6: an array, serialized by the session and again by the cache.
  static let thinkPHP = Framework(
    name: "ThinkPHP", summary: "an array with __token__ or __flash__, serialized twice",
    writes: ["php"]
  ) { stored in
    guard let entries = stored.entries,
      entries["__flash__"] != nil || entries["__token__"]?.word != nil
    else { return nil }
    var facts = PHPMarks.user(entries)
    if case .map(let flash)? = entries["__flash__"] {
      let count = flash.reduce(0) { $0 + ($1.value.elementCount ?? 0) }
      if count > 0 { facts.append(Fact("flashes", String(count))) }
    }
    return Sighting("ThinkPHP", facts: facts)
  }

  /// Nextcloud and ownCloud, which encrypt the session with a passphrase that the cookie holds.
  static let nextcloud = Framework(
    name: "Nextcloud", summary: "a PHP session with encrypted_session_data",
    writes: ["php-session"]
  ) { stored in
    guard let entries = stored.entries,
      let text = entries["encrypted_session_data"]?.word
    else { return nil }
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    let version = parts.count > 3 ? ", version \(parts[3])" : ""
    return Sighting(
      "Nextcloud",
      facts: [Fact("encrypted", "AES-CBC\(version), with the cookie oc_sessionPassphrase")])
  }

  /// WordPress keeps no sessions; its object caches keep posts, users and options.
  static let wordPress = Framework(
    name: "WordPress", summary: "object cache: wp:<group>:<key>",
    keys: [PHPMarks.wordPressKey], writes: ["php", "igbinary"]
  ) { stored in
    guard let key = stored.key, ["php", "igbinary"].contains(stored.format),
      PHPMarks.wordPressKey.matches(key)
    else { return nil }
    let groups = [
      "options", "site-options", "posts", "post_meta", "users", "user_meta", "userlogins",
      "useremail", "userslugs", "terms", "term_meta", "transient", "site-transient", "comment",
      "comment_meta", "category_relationships", "post_tag_relationships", "counts", "default",
      "plugins", "themes", "post-queries", "term-queries", "comment-queries",
    ]
    let parts = key.split(separator: UInt8(ascii: ":")).map { String(decoding: $0, as: UTF8.self) }
    guard let group = parts.dropLast().last(where: groups.contains) else { return nil }
    return Sighting("WordPress object cache", facts: [Fact("group", word: group)])
  }

  /// PHP's own sessions by phpredis, whatever the application.
  static let phpRedis = Framework(
    name: "PHP session", summary: "PHPREDIS_SESSION:<id>, PHPREDIS_CLUSTER_SESSION:<id>, and locks",
    keys: [PHPMarks.phpRedisKey, PHPMarks.phpRedisClusterKey],
    writes: ["php-session", "php", "php-binary", "igbinary", "msgpack"]
  ) { stored in
    guard var key = stored.key else { return nil }
    let isLock = key.suffix(5).elementsEqual("_LOCK".utf8)
    if isLock { key.removeLast(5) }
    let isCluster = PHPMarks.phpRedisClusterKey.matches(key)
    guard isCluster || PHPMarks.phpRedisKey.matches(key) else { return nil }
    let name = "PHP session (phpredis\(isCluster ? ", cluster" : ""))"
    if isLock {
      // `host|process`.
      let parts = (stored.value.word ?? "").split(separator: "|")
      guard parts.count == 2 else { return Sighting(name + ", lock") }
      return Sighting(
        name + ", lock",
        facts: [Fact("host", word: String(parts[0])), Fact("process", word: String(parts[1]))])
    }
    return Sighting(name, facts: PHPMarks.user(stored.entries ?? []))
  }
}

/// Names that applications use where their framework has none.
enum PHPMarks {
  static let wordPressKey: KeyPattern = "*wp:<+ word>:*"
  static let phpRedisKey: KeyPattern = "PHPREDIS_SESSION:<+ session>"
  static let phpRedisClusterKey: KeyPattern = "PHPREDIS_CLUSTER_SESSION:<+ session>"

  private static let names = [
    "user_id", "userid", "userId", "uid", "id", "username", "user_name", "login", "email", "user",
  ]

  /// The logged-in user, under the usual names.
  static func user(_ entries: [Pair]) -> [Fact] {
    for name in names {
      guard let value = entries[name]?.unshared else { continue }
      if let word = value.word, !word.isEmpty { return [Fact("user", word: word)] }
      if name == "user", let fact = user(value.members).first { return [fact] }
    }
    return []
  }
}

extension Value {
  /// The entries of a map, or the properties of an object without their visibility.
  var members: [Pair] {
    switch unshared {
    case .map(let pairs): pairs
    case .object(let object):
      object.fields.map { field in
        guard case .string(let name) = field.key else { return field }
        return Pair(.string(String(name.prefix { $0 != ":" })), field.value)
      }
    default: []
    }
  }
}
