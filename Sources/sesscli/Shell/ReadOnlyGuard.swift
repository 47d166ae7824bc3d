import RedisClient

/// `--read-only`: a command passes when the server says that it reads only, or when it is known to
/// change nothing. The server is asked since modules add commands and servers rename them.
final class ReadOnlyGuard {
  /// What COMMAND INFO tells of one command.
  private struct Description {
    /// Its name before it was renamed, in small letters.
    let name: String
    let isReadOnly: Bool
    /// Whether each of its subcommands reads only; empty before Redis 7, which tells nothing of
    /// them.
    let subcommands: [String: Bool]
  }

  /// By the names that are typed, in small letters; nil where the server did not tell.
  private var known: [String: Description?] = [:]
  /// The connections whose server was asked; several in a cluster, whose servers have the same
  /// commands. A server that came back may have others.
  private var generations: [ObjectIdentifier: Int] = [:]
  private weak var cluster: Cluster?

  /// - Throws: `CommandError` when the command may change something, or when that cannot be known;
  ///   it must not be sent then.
  func check(
    _ words: [[UInt8]], on connection: Connection, of cluster: Cluster?
  ) throws {
    guard let first = words.first else { return }
    let isSameCluster = cluster === self.cluster
    if !isSameCluster || generations[ObjectIdentifier(connection)] != connection.generation {
      // Objects of another cluster may have taken the place of the old ones.
      if !isSameCluster { generations = [:] }
      generations[ObjectIdentifier(connection)] = connection.generation
      self.cluster = cluster
      known = [:]
    }
    // Names are short; a value of megabytes is not folded to find out that it is none, nor asked
    // for.
    let isName = first.count <= CommandTable.longestName
    let name = isName ? lowercased(first) : ""
    let description: Description?
    if !isName {
      description = nil
    } else if let met = known[name] {
      description = met
    } else {
      description = try ask(first, connection)
      known[name] = .some(description)
    }
    // Its own name tells what a renamed command does.
    let original = [Array((description?.name ?? name).utf8)] + words.dropFirst()
    guard !passes(original, description) else { return }
    let hasSubcommand = CommandTable.lookup(original)?.name.contains(" ") == true
    let typed = words.prefix(hasSubcommand ? 2 : 1).map { escaped($0).uppercased() }
    throw CommandError("--read-only: \(typed.joined(separator: " ")) may write; not sent")
  }

  private func passes(_ words: [[UInt8]], _ description: Description?) -> Bool {
    // EXEC runs what was checked before.
    if CommandTable.isHarmless(words) || CommandFacts.of(words).role == .exec { return true }
    let isContainer = CommandTable.lookup([words[0]])?.isContainer == true
    guard let description, !isContainer || !description.subcommands.isEmpty else {
      // It did not tell: COMMAND may be forbidden, and a proxy may not know it.
      return !CommandTable.mayChange(words)
    }
    if description.subcommands.isEmpty { return description.isReadOnly }
    guard words.count > 1, words[1].count <= CommandTable.longestName else { return false }
    return description.subcommands[lowercased(words[1])] ?? false
  }

  /// - Returns: nil when the server does not tell.
  private func ask(_ first: [UInt8], _ connection: Connection) throws -> Description? {
    let question = [Array("COMMAND".utf8), Array("INFO".utf8), first]
    let reply: Reply
    if connection.isInTransaction || connection.isSubscribed || connection.isMuted {
      // There the question itself would be queued, refused or not answered.
      let side = Connection(connection.endpoint)
      try side.open()
      reply = try side.call(question)
    } else {
      reply = try connection.call(question)
    }
    switch reply.elements?.first {
    // The server has no such command, and who sends it all the same must not rely on that.
    case .null: return Description(name: lowercased(first), isReadOnly: false, subcommands: [:])
    case .array(let parts): return Self.describe(parts)
    default: return nil
    }
  }

  /// Takes apart what COMMAND INFO tells: name, arity, flags, three numbers, from Redis 6 on ACL
  /// categories, from Redis 7 on tips, key specifications, subcommands.
  private static func describe(_ parts: [Reply]) -> Description? {
    guard parts.count > 2, let name = parts[0].bytes.map(lowercased) else { return nil }
    let flags = Set((parts[2].elements ?? []).compactMap(\.bytes).map(lowercased))
    var subcommands: [String: Bool] = [:]
    for case .array(let inner) in parts.count > 9 ? parts[9].elements ?? [] : [] {
      guard let description = describe(inner),
        let word = description.name.split(separator: "|").last
      else { continue }
      subcommands[String(word)] = description.isReadOnly
    }
    return Description(
      name: name, isReadOnly: flags.contains("readonly") && !flags.contains("write"),
      subcommands: subcommands)
  }
}
