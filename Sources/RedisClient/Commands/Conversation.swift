/// What sesscli must know of a command before it is sent, because the command changes how replies
/// come.
package enum Conversation: Equatable {
  /// One reply.
  case ordinary
  /// One reply for each of this many names (UNSUBSCRIBE outside a subscription).
  case replies(Int)
  /// Replies without end: MONITOR.
  case stream
  /// Messages at any time, and commands between them: SUBSCRIBE.
  case subscription
  /// CLIENT REPLY.
  case setsReplies(ReplyMode)
  /// The server closes the connection instead of answering.
  case farewell
  /// Sending it would leave replies and commands out of step; the text says why.
  case refused(String)

  package init(_ command: [[UInt8]], inTransaction: Bool) {
    let role = CommandFacts.of(command).role
    // Most commands.
    if role == .other {
      self = .ordinary
      return
    }
    let name = lowercased(command[0])
    let second = command.count > 1 ? lowercased(command[1]) : ""
    switch role {
    case .monitor, .subscribe:
      self =
        inTransaction
        ? .refused("\(name.uppercased()) inside a transaction has no end: EXEC or DISCARD first")
        : role == .monitor ? .stream : .subscription
    case .unsubscribe:
      // EXEC would announce one reply for it and send one for each name.
      self =
        inTransaction && command.count > 2
        ? .refused("\(name.uppercased()) of several names breaks EXEC's reply: name one at a time")
        : inTransaction ? .ordinary : .replies(max(1, command.count - 1))
    case .shutdown: self = second == "abort" ? .ordinary : .farewell
    case .quit: self = .farewell
    case .replicate:
      self = .refused("\(name.uppercased()) turns the connection into a replication stream")
    case .replicaTalk:
      self = .refused("REPLCONF is what replicas say, and some of it has no reply")
    case .hello where second == "3" && ReplyReader.protocolVersion < 3:
      self = .refused(ReplyReader.noRESP3)
    case .hello where second == "3" && inTransaction:
      self = .refused(
        "HELLO 3 inside a transaction changes the protocol in the middle of EXEC's reply")
    case .client where second == "reply" && command.count == 3:
      let modes: [String: ReplyMode] = ["on": .on, "off": .off, "skip": .skipsNext]
      let mode = modes[lowercased(command[2])]
      if let mode, mode != .on, inTransaction {
        self = .refused(
          "CLIENT REPLY inside a transaction breaks EXEC's reply: EXEC or DISCARD first")
      } else {
        self = mode.map { .setsReplies($0) } ?? .ordinary
      }
    default: self = .ordinary
    }
  }

  /// Whether the command begins or ends a subscription.
  package static func isOfSubscription(_ word: [UInt8]) -> Bool {
    let role = CommandFacts.of(word).role
    return role == .subscribe || role == .unsubscribe
  }
}
