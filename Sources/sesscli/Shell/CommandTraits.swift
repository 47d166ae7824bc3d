/// Facts about commands that change how a reply is shown or awaited.
enum CommandTraits {
  /// Commands that some rule names, here, in `Conversation` or in `Connection.note`.
  static let special: Set<String> = [
    "auth", "blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop", "bzpopmax", "bzpopmin",
    "client", "cluster", "config", "debug", "discard", "exec", "failover", "hello", "hgetall",
    "info", "latency", "lolwut", "memory", "migrate", "monitor", "multi", "proxy", "psubscribe",
    "psync", "pubsub", "punsubscribe", "quit", "readonly", "readwrite", "replconf", "replicaof",
    "reset", "select", "shutdown", "slaveof", "ssubscribe", "subscribe", "sunsubscribe", "sync",
    "unsubscribe", "unwatch", "wait", "waitaof", "watch", "xread", "xreadgroup",
  ]

  /// Whether no rule names the command and it is not one of the inspector's own, so that it is sent and answered without
  /// looking at it: scripts are thousands of those.
  static func isOrdinary(_ word: [UInt8]) -> Bool {
    let name = lowercased(word)
    return !special.contains(name) && !Command.isSetting(word)
      && !Command.all.contains { $0.isNamed(name) }
  }

  /// Whether a pipeline must be answered up to this command before the next one is sent: what follows depends on its
  /// success, or it may wait, or it changes the conversation.
  static func endsBatch(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    switch name {
    case "select", "auth", "hello", "reset", "quit", "shutdown", "multi", "exec", "discard":
      return name != "multi"
    case "wait", "waitaof", "debug", "monitor": return true
    default: return name.hasSuffix("subscribe") || waits(command)
    }
  }

  /// Whether sesscli must see the command's reply to know what the server keeps for the connection, or the server replies even
  /// when it was told not to.
  static func isKnownByItsReply(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    switch name {
    case "select", "auth", "hello", "multi", "exec", "discard", "reset", "quit", "shutdown":
      return true
    default: return name.hasSuffix("unsubscribe")
    }
  }

  /// Whether the server may rightly keep silent for as long as the command says.
  static func waits(_ command: [[UInt8]]) -> Bool {
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
  static func isText(_ command: [[UInt8]]) -> Bool {
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
