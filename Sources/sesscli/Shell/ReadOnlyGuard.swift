/// `--read-only`: asks the server which commands write, since modules add commands and servers rename them.
final class ReadOnlyGuard {
  /// What a command or, as `xgroup|create`, a subcommand may do; by its name in small letters.
  private var writes: [String: Bool] = [:]
  /// Names whose commands the server does not have.
  private var unknown: Set<String> = []
  /// The connections whose server was asked; several in a cluster, whose servers have the same commands. A server that came
  /// back may have others.
  private var generations: [ObjectIdentifier: Int] = [:]
  private weak var cluster: Cluster?

  /// - Throws: `CommandError` when the command writes, or when that cannot be known; it must not be sent then.
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
      writes = [:]
      unknown = []
    }
    // Names are short; a value of megabytes is not folded to find out that it is none.
    let name = first.count <= 64 ? lowercased(first) : ""
    if writes[name] == nil, !unknown.contains(name) { try ask(first, name, connection) }
    let subcommand = words.count > 1 && words[1].count <= 64 ? lowercased(words[1]) : ""
    if writes["\(name)|\(subcommand)"] ?? writes[name] ?? false {
      throw CommandError("--read-only: \(escaped(first).uppercased()) may write; not sent")
    }
  }

  private func ask(_ first: [UInt8], _ name: String, _ connection: Connection) throws {
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
    case .null: unknown.insert(name)
    case .array(let parts) where parts.count > 2: note(name, parts)
    default:
      // It did not tell: COMMAND may be forbidden, and a proxy may not know it. EXEC runs what was checked before.
      writes[name] = name != "exec" && CommandTable.mayWrite([first])
      for entry in CommandTable.subcommands(of: name) {
        let word = entry.name.split(separator: " ").last.map(String.init) ?? ""
        writes["\(name)|\(word.lowercased())"] = entry.flags.contains(.write)
      }
    }
  }

  /// Notes what COMMAND INFO tells: name, arity, flags, three numbers, from Redis 6 on ACL categories, from Redis 7 on
  /// tips, key specifications, subcommands.
  private func note(_ name: String, _ parts: [Reply]) {
    func words(_ part: Int) -> Set<String> {
      Set(
        (parts.count > part ? parts[part].elements ?? [] : []).compactMap(\.bytes).map(lowercased))
    }
    let flags = words(2)
    // EVAL and FCALL run scripts, which write whatever their own flags say; their variants for reading are flagged so.
    let original = parts[0].bytes.map(lowercased) ?? ""
    let runsScripts =
      (words(6).contains("@scripting") && flags.contains("movablekeys")
        || ["eval", "evalsha", "fcall"].contains(original)) && !flags.contains("readonly")
    writes[name] = flags.contains("write") || runsScripts
    for case .array(let inner) in parts.count > 9 ? parts[9].elements ?? [] : [] {
      guard inner.count > 2, let full = inner[0].bytes.map(lowercased) else { continue }
      note("\(name)|\(full.split(separator: "|").last ?? "")", inner)
    }
  }
}
