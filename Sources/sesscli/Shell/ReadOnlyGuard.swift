/// `--read-only`: asks the server which commands write, since modules add commands and servers rename them.
final class ReadOnlyGuard {
  private var verdicts: [String: Bool] = [:]

  /// - Throws: `CommandError` when the command writes, or when that cannot be known; it must not be sent then.
  func check(_ words: [[UInt8]], on connection: Connection) throws {
    guard let first = words.first else { return }
    let name = lowercased(first)
    // Scripts and functions can write whatever their own flags say.
    if ["eval", "evalsha", "fcall"].contains(name) {
      throw CommandError("--read-only: \(name.uppercased()) may write; use \(name.uppercased())_RO")
    }
    var candidates = [first]
    if words.count > 1, words[1].count <= 64 {
      candidates.insert(first + Array("|".utf8) + words[1], at: 0)
    }
    for candidate in candidates where try writes(candidate, on: connection) {
      throw CommandError("--read-only: \(escaped(first).uppercased()) writes; not sent")
    }
  }

  private func writes(_ name: [UInt8], on connection: Connection) throws -> Bool {
    let key = lowercased(name)
    if let known = verdicts[key] { return known }
    // Between MULTI and EXEC the question itself would be queued, so the built-in table answers.
    if connection.isInTransaction { return CommandTable.mayWrite([name]) }
    let reply = try connection.call([Array("COMMAND".utf8), Array("INFO".utf8), name])
    let verdict: Bool
    if let flags = reply.elements?.first?.elements.flatMap({ $0.count > 2 ? $0[2].elements : nil })
    {
      verdict = flags.contains { $0.bytes.map { lowercased($0) } == "write" }
    } else if case .error = reply {
      verdict = CommandTable.mayWrite([name])
    } else {
      // Not a command of this server: it will say so itself.
      verdict = false
    }
    verdicts[key] = verdict
    return verdict
  }
}
