/// `--read-only`: asks the server which commands write, since modules add commands and servers rename them.
final class ReadOnlyGuard {
  /// What a command may do, by its name in small letters; a subcommand as `xgroup|create`.
  private var writes: [String: Bool] = [:]
  /// Whether the server told. It need not: COMMAND may be forbidden, and a proxy may not know it.
  private var isTold = false
  /// The connection whose server was asked.
  private var generation = -1

  /// - Throws: `CommandError` when the command writes, or when that cannot be known; it must not be sent then.
  func check(_ words: [[UInt8]], on connection: Connection) throws {
    guard let first = words.first else { return }
    if generation != connection.generation, !connection.isInTransaction {
      generation = connection.generation
      try ask(connection)
    }
    if try mayWrite(first, words.count > 1 ? words[1] : nil) {
      throw CommandError("--read-only: \(escaped(first).uppercased()) may write; not sent")
    }
  }

  private func mayWrite(_ first: [UInt8], _ second: [UInt8]?) throws -> Bool {
    guard isTold else { return CommandTable.mayWrite([first] + (second.map { [$0] } ?? [])) }
    // Names are short; a value of megabytes is not folded to find out that it is none.
    let name = first.count <= 64 ? lowercased(first) : ""
    if let second, second.count <= 64, let verdict = writes["\(name)|\(lowercased(second))"] {
      return verdict
    }
    guard let verdict = writes[name] else {
      throw CommandError(
        "--read-only: the server does not list \(escaped(first).uppercased()) as a command; not sent")
    }
    return verdict
  }

  /// One question for all commands: they are some hundred.
  private func ask(_ connection: Connection) throws {
    writes = [:]
    for command in try connection.call("COMMAND").elements ?? [] { note(command) }
    isTold = !writes.isEmpty
  }

  /// Notes an element of COMMAND's reply: name, arity, flags, three numbers, from Redis 6 on ACL categories, from Redis
  /// 7 on tips, key specifications, subcommands.
  private func note(_ command: Reply) {
    guard let parts = command.elements, parts.count > 2, let name = parts[0].bytes else { return }
    func words(_ part: Int) -> Set<String> {
      Set((parts.count > part ? parts[part].elements ?? [] : []).compactMap(\.bytes).map(lowercased))
    }
    let flags = words(2)
    let subcommands = parts.count > 9 ? parts[9].elements ?? [] : []
    // EVAL and FCALL run scripts, which write whatever their own flags say; their variants for reading are flagged so.
    let runsScripts =
      (words(6).contains("@scripting") && flags.contains("movablekeys")
        || ["eval", "evalsha", "fcall"].contains(lowercased(name)))
      && !flags.contains("readonly")
    writes[lowercased(name)] = flags.contains("write") || runsScripts
    for subcommand in subcommands { note(subcommand) }
  }
}
