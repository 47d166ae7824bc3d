// https://github.com/spring-projects/spring-session,
// https://github.com/micronaut-projects/micronaut-session, https://github.com/apache/shiro,
// https://github.com/jcoleman/tomcat-redis-session-manager, https://github.com/dromara/Sa-Token

extension Framework {
  /// Session libraries for Java.
  static let javaStores: [Framework] = [
    springSession, springSessionIndex, micronaut, shiro, tomcatRedis, saToken,
  ]

  /// Spring Session: a hash with a field for each attribute. Its cookie is the id
  /// in the key, in base64.
  private static let springSession = Framework(
    name: "Spring Session",
    summary: "hash spring:session:sessions:<uuid>, Java serialization or Jackson JSON",
    keys: ["spring:session:sessions:<uuid>", "*:sessions:<uuid>"], writes: ["java", "json"]
  ) { stored in
    guard stored.isHash, let entries = stored.entries,
      let created = entries["creationTime"]?.javaNumber,
      entries["lastAccessedTime"] != nil || entries["maxInactiveInterval"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    let context = entries["sessionAttr:SPRING_SECURITY_CONTEXT"]
    let index = "FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME"
    let user =
      context?.member("authentication")?.principal
      ?? entries["sessionAttr:org.springframework.session.\(index)"]?.word
    let attributes = entries.attributes("sessionAttr:")
    if let user { facts.add("user", user) } else { facts.addUser(in: attributes) }
    facts.add("created", milliseconds: created)
    facts.add("last seen", milliseconds: entries["lastAccessedTime"]?.javaNumber)
    if let idle = entries["maxInactiveInterval"]?.javaNumber {
      if idle < 0 {
        facts.add("idle timeout", "none")
      } else {
        facts.add("idle timeout", span: idle)
      }
    }
    facts.add("attributes", count: attributes.count)
    let flashes = "org.springframework.web.servlet.support.SessionFlashMapManager.FLASH_MAPS"
    facts.add("flashes", count: attributes[flashes]?.elementCount)
    return Sighting("Spring Session", facts: facts.facts)
  }

  /// What Spring Session keeps besides its sessions, recognised by the key alone.
  private static let springSessionIndex = Framework(
    name: "Spring Session",
    summary: "spring:session:expirations, :sessions:expires and :index, beside the sessions",
    keys: [
      "spring:session:expirations:<+ id>", "spring:session:sessions:expires:<uuid>",
      "spring:session:index:*", "spring:session:sessions:expirations",
    ], writes: ["java", "empty"]
  ) { stored in
    guard let key = stored.key, let key = String(validating: key, as: UTF8.self) else { return nil }
    var facts = SessionFacts(stored)
    if let minute = key.text(after: "spring:session:expirations:").flatMap({ Int64($0) }) {
      facts.add("sessions that end by", milliseconds: minute)
      return Sighting("Spring Session, its expirations", facts: facts.facts)
    }
    if key.text(after: "spring:session:sessions:expires:") != nil {
      return Sighting("Spring Session, the end of a session")
    }
    let index = "spring:session:index:"
    let principals =
      "org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME:"
    if let user = key.text(after: index + principals) {
      facts.add("user", String(user))
      return Sighting("Spring Session, the sessions of a user", facts: facts.facts)
    }
    return nil
  }

  private static let micronaut = Framework(
    name: "Micronaut",
    summary: "hash micronaut:session:sessions:<id>, attributes in Java serialization",
    keys: ["micronaut:session:sessions:*"], writes: ["number", "java", "json"]
  ) { stored in
    guard stored.isHash, let entries = stored.entries,
      let created = entries["Creation-Time"]?.javaNumber, entries["Max-Inactive-Interval"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    let attributes = entries.attributes("attr:")
    // micronaut-security's session holds the authenticated user.
    if let user = attributes["micronaut.AUTHENTICATION"]?.principal {
      facts.add("user", user)
    } else {
      facts.addUser(in: attributes)
    }
    facts.add("created", milliseconds: created)
    facts.add("last seen", milliseconds: entries["Last-Accessed"]?.javaNumber)
    facts.add("idle timeout", span: entries["Max-Inactive-Interval"]?.javaNumber)
    facts.add("attributes", count: attributes.count)
    return Sighting("Micronaut", facts: facts.facts)
  }

  private static let shiro = Framework(
    name: "Shiro", summary: "shiro:session:<id>, Java serialization of a SimpleSession",
    keys: ["shiro:session:*", "shiro_redis_session:*"], writes: ["java"]
  ) { stored in
    guard case .object(let object) = stored.value.unshared,
      object.name == "org.apache.shiro.session.mgt.SimpleSession"
    else { return nil }
    var facts = SessionFacts(stored)
    let attributes = object.fields["attributes"]?.entries ?? []
    let prefix = "org.apache.shiro.subject.support.DefaultSubjectContext_"
    let realms = attributes[prefix + "PRINCIPALS_SESSION_KEY"]?.member("realmPrincipals")?.entries
    if let principal = realms?.first?.value.firstElement {
      facts.add("user", principal.principal ?? principal.word)
    } else {
      facts.addUser(in: attributes)
    }
    facts.add("created", moment: object.fields["startTimestamp"])
    facts.add("last seen", moment: object.fields["lastAccessTime"])
    facts.add("stopped", moment: object.fields["stopTimestamp"])
    facts.add("idle timeout", span: (object.fields["timeout"]?.whole).map { $0 / 1000 })
    facts.add("host", object.fields["host"]?.word)
    facts.add("attributes", count: attributes.count)
    return Sighting("Shiro", facts: facts.facts)
  }

  /// Its own metadata, then what Tomcat's StandardSession.writeObjectData writes: times, flags, the
  /// id, the logged-in user (since Tomcat 9.0.65), then the number of attributes and their names
  /// and values.
  private static let tomcatRedis = Framework(
    name: "tomcat-redis-session-manager",
    summary: "<session id>, Java serialization of metadata and a StandardSession",
    keys: ["<32 alnum>", "<32 alnum>.*"], writes: ["java"]
  ) { stored in
    guard case .list(let values) = stored.value, values.count >= 9,
      case .object(let metadata) = values[0].unshared,
      metadata.name.hasSuffix(".SessionSerializationMetadata"),
      case .integer(let created) = values[1]
    else { return nil }
    var facts = SessionFacts(stored)
    let rest = values[8...].drop { value in if case .integer = value { false } else { true } }
    var attributes: [Pair] = []
    for at in stride(from: rest.startIndex + 1, to: rest.endIndex - 1, by: 2) {
      attributes.append(Pair(rest[at], rest[at + 1]))
    }
    facts.addUser(in: attributes)
    facts.add("created", milliseconds: created)
    facts.add("last seen", milliseconds: values[6].whole)
    facts.add("idle timeout", span: values[3].whole)
    facts.add("attributes", count: attributes.count)
    return Sighting("tomcat-redis-session-manager", facts: facts.facts)
  }

  private static let saToken = Framework(
    name: "Sa-Token", summary: "satoken:login:session:<login id>, JSON or Java serialization",
    keys: ["satoken:*:session:*", "satoken:*:token-session:*"], writes: ["json", "java"]
  ) { stored in
    guard let data = stored.value.member("dataMap"),
      let created = stored.value.member("createTime"),
      stored.value.className?.hasPrefix("cn.dev33.satoken.") == true
        || stored.value.member("tokenSignList") != nil
        || stored.value.member("terminalList") != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("user", stored.value.member("loginId")?.word)
    facts.add("created", milliseconds: created.whole)
    let signs = stored.value.member("tokenSignList") ?? stored.value.member("terminalList")
    facts.add("tokens", count: signs?.elementCount)
    facts.add("attributes", count: data.entries?.filter { $0.key != .string("@class") }.count)
    return Sighting("Sa-Token", facts: facts.facts)
  }
}

extension Value {
  /// A field of an object, or an entry of a map.
  func member(_ name: String) -> Value? {
    switch unshared {
    case .object(let object): object.fields[name]
    case .map(let pairs): pairs[name]
    default: nil
    }
  }

  /// The class of an object; in JSON, its `@class`.
  var className: String? {
    switch unshared {
    case .object(let object): object.name
    case .map(let pairs): pairs["@class"]?.word
    default: nil
    }
  }

  /// The authenticated user: the principal of an Authentication, or the name of a user.
  var principal: String? {
    if let word { return word }
    for name in ["username", "name", "login", "email", "id"] {
      if let word = member(name)?.word, !word.isEmpty { return word }
    }
    return member("principal")?.principal
  }

  /// The first element of a set or a list.
  fileprivate var firstElement: Value? {
    switch unshared {
    case .list(let items): items.first
    case .tagged(_, .list(let items)): items.first
    default: nil
    }
  }

  /// A number, or text that is one.
  fileprivate var javaNumber: Int64? {
    if case .string(let text) = self { return Int64(text) }
    return whole
  }
}

extension [Pair] {
  /// The entries whose names begin with the prefix, with the prefix removed.
  fileprivate func attributes(_ prefix: String) -> [Pair] {
    compactMap { pair in
      guard case .string(let name) = pair.key, let rest = name.text(after: prefix) else {
        return nil
      }
      return Pair(.string(String(rest)), pair.value)
    }
  }
}

extension String {
  /// What follows the prefix; nil when the text does not begin with it.
  fileprivate func text(after prefix: String) -> Substring? {
    hasPrefix(prefix) ? self[index(startIndex, offsetBy: prefix.count)...] : nil
  }
}
