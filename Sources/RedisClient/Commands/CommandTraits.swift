/// Questions about a command whose answer changes how its reply is shown or awaited.
package enum CommandTraits {
  /// Whether a pipeline must be answered up to this command before the next one is sent: what
  /// follows depends on its success, or it may wait, or it changes the conversation.
  package static func endsBatch(_ command: [[UInt8]]) -> Bool {
    let facts = CommandFacts.of(command)
    return facts.traits.contains(.endsBatch) || waits(command, facts)
  }

  /// Whether sesscli must see the command's reply to know what the server keeps for the connection,
  /// or the server replies even when it was told not to.
  package static func isKnownByItsReply(_ command: [[UInt8]]) -> Bool {
    CommandFacts.of(command).traits.contains(.isKnownByItsReply)
  }

  /// Whether the server may rightly keep silent for as long as the command says.
  package static func waits(_ command: [[UInt8]]) -> Bool {
    waits(command, CommandFacts.of(command))
  }

  private static func waits(_ command: [[UInt8]], _ facts: CommandFacts) -> Bool {
    facts.traits.contains(.waits)
      || facts.traits.contains(.waitsIfTold) && command.contains { lowercased($0) == "block" }
  }

  /// Replies that are text for reading, which redis-cli shows raw in every style.
  package static func isText(_ command: [[UInt8]]) -> Bool {
    let traits = CommandFacts.of(command).traits
    guard traits.contains(.hasTexts) else { return traits.contains(.isText) }
    guard command.count > 1, command[1].count <= CommandTable.longestName,
      let counts = texts[lowercased(command[0]) + " " + lowercased(command[1])]
    else { return false }
    return counts.contains(command.count)
  }

  /// Subcommands whose replies are text, and with how many words they are.
  private static let texts: [String: ClosedRange<Int>] = [
    "client info": 2...Int.max, "client list": 2...Int.max,
    "cluster info": 2...2, "cluster nodes": 2...2,
    "debug client-eviction": 2...Int.max, "debug htstats": 2...Int.max,
    "debug htstats-key": 2...Int.max,
    "latency doctor": 2...2, "latency graph": 3...3,
    "memory doctor": 2...Int.max, "memory malloc-stats": 2...Int.max,
    "proxy info": 2...Int.max,
  ]
}
