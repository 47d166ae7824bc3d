/// What sesscli must know of a command before it is sent, because the command changes how replies come.
enum Conversation: Equatable {
  /// One reply.
  case ordinary
  /// One reply for each of this many names (UNSUBSCRIBE outside a subscription).
  case replies(Int)
  /// Replies without end: MONITOR, SUBSCRIBE.
  case stream
  /// The server closes the connection instead of answering.
  case farewell
  /// Sending it would leave replies and commands out of step; the text says why.
  case refused(String)

  init(_ command: [[UInt8]], inTransaction: Bool) {
    guard let name = command.first.map(lowercased) else {
      self = .ordinary
      return
    }
    let second = command.count > 1 ? lowercased(command[1]) : ""
    switch name {
    case "monitor", "subscribe", "psubscribe", "ssubscribe":
      self =
        inTransaction
        ? .refused("\(name.uppercased()) inside a transaction has no end: EXEC or DISCARD first")
        : .stream
    case "unsubscribe", "punsubscribe", "sunsubscribe":
      // EXEC would announce one reply for it and send one for each name.
      self =
        inTransaction && command.count > 2
        ? .refused("\(name.uppercased()) of several names breaks EXEC's reply: name one at a time")
        : inTransaction ? .ordinary : .replies(max(1, command.count - 1))
    case "shutdown": self = second == "abort" ? .ordinary : .farewell
    case "quit": self = .farewell
    case "sync", "psync":
      self = .refused("\(name.uppercased()) turns the connection into a replication stream")
    case "replconf":
      self = .refused("REPLCONF is what replicas say, and some of it has no reply")
    case "hello" where second != "" && second != "2":
      self = .refused("sesscli speaks RESP2: HELLO 2")
    case "client" where second == "reply" && command.count > 2 && lowercased(command[2]) != "on":
      self = .refused("CLIENT REPLY OFF and SKIP leave commands without replies")
    default: self = .ordinary
    }
  }
}

/// Facts about commands that change how a reply is shown or awaited.
enum CommandTraits {
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

  /// Replies that are text for reading, which redis-cli shows raw on a terminal as well.
  static func isText(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    let second = command.count > 1 ? lowercased(command[1]) : ""
    switch name {
    case "info", "lolwut": return true
    case "debug": return ["htstats", "htstats-key", "client-eviction"].contains(second)
    case "memory": return ["malloc-stats", "doctor"].contains(second)
    case "cluster": return ["nodes", "info"].contains(second)
    case "client": return ["list", "info"].contains(second)
    case "latency": return ["graph", "doctor"].contains(second)
    case "proxy": return second == "info"
    default: return false
    }
  }

  /// Replies that are a map in RESP3 and arrive as a flat array in RESP2.
  static func isMap(_ command: [[UInt8]]) -> Bool {
    guard let name = command.first.map(lowercased) else { return false }
    return name == "hgetall"
      || (command.count > 1
        && ((name == "config" && lowercased(command[1]) == "get")
          || (name == "pubsub" && lowercased(command[1]) == "numsub")
          || (name == "memory" && lowercased(command[1]) == "stats")))
  }
}
