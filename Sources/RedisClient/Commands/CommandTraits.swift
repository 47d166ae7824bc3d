/// Facts about commands that change how a reply is shown or awaited.
package enum CommandTraits {
  /// Commands that some rule names, here, in `Conversation` or in `Connection.note`.
  package static let special: Set<String> = [
    "auth", "blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop", "bzpopmax", "bzpopmin",
    "client", "cluster", "config", "debug", "discard", "exec", "failover", "hello", "hgetall",
    "info", "latency", "lolwut", "memory", "migrate", "monitor", "multi", "proxy", "psubscribe",
    "psync", "pubsub", "punsubscribe", "quit", "readonly", "readwrite", "replconf", "replicaof",
    "reset", "select", "shutdown", "slaveof", "ssubscribe", "subscribe", "sunsubscribe", "sync",
    "unsubscribe", "unwatch", "wait", "waitaof", "watch", "xread", "xreadgroup",
  ]

  /// Whether a pipeline must be answered up to this command before the next one is sent: what
  /// follows depends on its success, or it may wait, or it changes the conversation.
  package static func endsBatch(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    switch name {
    case "select", "auth", "hello", "reset", "quit", "shutdown", "multi", "exec", "discard":
      return name != "multi"
    case "wait", "waitaof", "debug", "monitor": return true
    default: return name.hasSuffix("subscribe") || waits(command)
    }
  }

  /// Whether sesscli must see the command's reply to know what the server keeps for the connection,
  /// or the server replies even when it was told not to.
  package static func isKnownByItsReply(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    switch name {
    case "select", "auth", "hello", "multi", "exec", "discard", "reset", "quit", "shutdown":
      return true
    default: return name.hasSuffix("unsubscribe")
    }
  }

  /// Whether the server may rightly keep silent for as long as the command says.
  package static func waits(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    switch name {
    case "blpop", "brpop", "brpoplpush", "blmove", "blmpop", "bzpopmin", "bzpopmax", "bzmpop",
      "wait", "waitaof", "migrate", "debug", "monitor", "shutdown":
      return true
    case "xread", "xreadgroup": return command.contains { lowercased($0) == "block" }
    default: return false
    }
  }

  /// Replies that are text for reading, which redis-cli shows raw in every style.
  package static func isText(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    let second = command.count > 1 ? lowercased(command[1]) : ""
    switch name {
    case "info", "lolwut": return true
    case "debug": return ["htstats", "htstats-key", "client-eviction"].contains(second)
    case "memory": return ["malloc-stats", "doctor"].contains(second)
    case "cluster": return command.count == 2 && ["nodes", "info"].contains(second)
    case "client": return ["list", "info"].contains(second)
    case "latency":
      return command.count == 3 && second == "graph" || command.count == 2 && second == "doctor"
    case "proxy": return second == "info"
    default: return false
    }
  }
}
