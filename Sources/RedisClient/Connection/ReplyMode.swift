/// Which commands the server answers, as CLIENT REPLY sets it for the connection.
package enum ReplyMode {
  case on, off
  /// SKIP: neither itself nor the next command.
  case skipsNext

  /// What CLIENT REPLY calls it.
  fileprivate var word: String {
    switch self {
    case .on: "ON"
    case .off: "OFF"
    case .skipsNext: "SKIP"
    }
  }
}

extension Connection {
  /// Has the server keep its replies to itself. It says nothing to that, so whether it does must be
  /// known before.
  package func mute(_ mode: ReplyMode) {
    enqueue(Self.command(mode))
    isMuted = true
    // With replies off, SKIP changes nothing.
    if replyMode != .off { replyMode = mode }
  }

  /// Has the server answer again, what was asked for staying `replyMode`; everything sent before
  /// has then been executed.
  package func unmute() throws(RedisError) {
    guard case .status = try askToAnswer() else {
      throw RedisError(.protocolError, "CLIENT REPLY ON was not answered with OK")
    }
  }

  /// Asks for replies, which only a server that does not allow CLIENT REPLY refuses.
  package func askToAnswer() throws(RedisError) -> Reply {
    isMuted = false
    return try ask(
      Self.command(.on), timeout: timeout ?? Self.replyTimeout, into: ReplyBuilder())
  }

  /// Notes that the server answers again.
  package func hear() {
    isMuted = false
    replyMode = .on
  }

  /// Sends what is queued although no answer will come.
  package func push() throws(RedisError) {
    while backlog > 0 { try wait(timeout: timeout ?? Self.replyTimeout) }
  }

  private static func command(_ mode: ReplyMode) -> [[UInt8]] {
    ["CLIENT", "REPLY", mode.word].map { Array($0.utf8) }
  }
}
