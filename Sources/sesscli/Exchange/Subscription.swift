import RedisClient

/// Listening to channels: SUBSCRIBE and the like.
///
/// A subscribed connection says what it likes at any time, so neither the number of replies nor
/// what confirmations claim tells where one stands. Each command is followed by a PING with a word
/// of ours in it: its answer says that everything before was answered, and by its form whether the
/// connection is still subscribed.
extension Exchange {
  /// Sends SUBSCRIBE and, but at the prompt, prints what comes until Ctrl-C or a script's next
  /// command ends it.
  func subscribe(_ words: [[UInt8]]) throws {
    try converse(words)
    guard connection.isSubscribed else { return }
    if mode == .interactive {
      return console.note("Reading messages... (press Ctrl-C to quit, or type a command)")
    }
    while connection.isSubscribed {
      guard try receiveMessages(while: nextCommand) else { continue }
      guard let next = nextOfSubscription() else {
        // Nothing of the script is swallowed. What WATCH guarded goes with the connection.
        session.drop()
        session.tellsReconnection = false
        return
      }
      try converse(next)
      if options.stopsAtError, console.status != .success { return }
    }
  }

  /// Prints the messages that have come, at the prompt.
  ///
  /// - Parameter isTyping: whether somebody has typed something, which is to be seen soon.
  func showMessages(isTyping: () -> Bool) throws {
    let end = monotonicSeconds() + Self.patience
    _ = try receiveMessages {
      let mayGoOn = self.connection.hasInput && !isTyping() && monotonicSeconds() < end
      return mayGoOn ? .none : .ready
    }
  }

  /// Seconds for which a flood of messages may keep the line that is being typed from the screen.
  private static let patience = 0.1

  /// Sends a command, if there is one, and prints what comes until the server has said that it was
  /// the last answer.
  func converse(_ words: [[UInt8]]) throws {
    let sink = SubscriptionSink(printer, asksOnly: words.isEmpty)
    let limit = mode == .interactive ? nil : options.timeout ?? Connection.replyTimeout
    prepare(for: words)
    if !words.isEmpty { connection.send(words, replies: 0) }
    connection.send([Array("PING".utf8), sink.word], replies: 0)
    repeat {
      if connection.owed == 0 { connection.expectMore() }
      sink.begin()
      while try !connection.nextReply(into: sink) {
        output.flush()
        try output.check()
        try connection.wait(timeout: limit)
      }
      try afterReply(sink.isAnswer ? words : [])
    } while !sink.isOver
    connection.isSubscribed = sink.isSubscribed ?? connection.isSubscribed
  }

  /// Prints messages while no command is ready.
  ///
  /// - Returns: whether one is; false when the server said something else than a message, and what
  ///   was learnt of it.
  private func receiveMessages(while next: () -> NextCommand) throws -> Bool {
    let sink = SubscriptionSink(printer)
    prepare(for: [])
    // What is read ends in the middle of a message nearly always: it is printed whole, and no other
    // after it.
    var isLast = false
    while true {
      if connection.owed == 0 { connection.expectMore() }
      sink.begin()
      while try !connection.nextReply(into: sink) {
        output.flush()
        try output.check()
        let input = next()
        isLast = input == .ready
        if isLast, !connection.isInReply { return true }
        try connection.wait(timeout: nil, other: input.descriptor)
      }
      if sink.isAnswer {
        // A cluster ends subscriptions by itself when it moves their slot.
        connection.isSubscribed = sink.isSubscribed ?? true
        try converse([])
        return false
      }
      if isLast { return true }
    }
  }
}
