import RedisClient

/// The connection that commands go to: made when a command needs it, left when it cannot be
/// trusted, and what went with it told.
extension Session {
  /// Connects if need be. After a lost connection the database is selected again before this
  /// returns, and a transaction that went with it is reported: the command at hand was meant for
  /// that transaction and must not run.
  func ensureConnected() throws {
    do {
      try ensureOpen()
    } catch let error as RedisError {
      guard let cluster, error.kind == .connect else { throw error }
      try goElsewhere(after: error, in: cluster)
      try tellLoss()
    }
    if asksForCluster, cluster == nil { try learnCluster() }
  }

  /// Connects to the server at hand.
  func ensureOpen() throws {
    if connection.isOpen {
      if connection.isDemoted, !connection.isInTransaction {
        let doubt = drop()
        try tell(doubt.isEmpty ? "" : "this server is no master any more", doubt)
      } else {
        guard let problem = connection.problem() else { return try tellLoss() }
        let place = cluster == nil ? "" : "\(connection.endpoint.address.name): "
        try tell(place + problem.message, drop())
      }
    }
    try open()
    try tellLoss()
  }

  private func tellLoss() throws {
    if let lost {
      self.lost = nil
      // The rest of a script was meant for the transaction as well.
      if mode != .interactive {
        console.isOver = true
        console.fail(.noConnection)
      }
      throw CommandError("\(lost) was lost with the old connection; this command was not sent")
    }
  }

  /// Says why a connection was left. A script does not go on when nobody knows what was executed.
  private func tell(_ reason: String, _ doubt: String) throws {
    if !reason.isEmpty || !doubt.isEmpty { console.note(reason + doubt) }
    guard !doubt.isEmpty, mode != .interactive else { return }
    console.isOver = true
    console.fail(.noConnection)
    throw CommandError("this command was not sent")
  }

  /// Ends a connection whose replies cannot be trusted any more, and remembers what is lost with
  /// it.
  ///
  /// - Returns: what to say, after the reason, of commands that had no replies; empty when there
  ///   were none.
  @discardableResult
  func drop() -> String {
    let unheard = connection.unconfirmed
    let subscription = connection.isSubscribed ? "; the subscription is lost" : ""
    lostMode = connection.replyMode
    cluster?.closeUnfinished()
    if connection.isInTransaction {
      lost = "the open transaction"
    } else if connection.isWatching {
      lost = "the WATCH on keys"
    }
    connection.close()
    return switch unheard {
    case 0: subscription
    case 1: "; of 1 command without a reply nobody knows whether it was executed"
    default:
      "; of \(grouped(Int64(unheard))) commands without replies nobody knows which were executed"
    }
  }

  /// Ends the connection by choice; there is nothing to tell.
  func leave() {
    cluster?.close()
    connection.close()
    lost = nil
    lostMode = .on
    tellsReconnection = false
  }

  /// After Ctrl-C: replies still owed would answer later commands, so the connection is renewed at
  /// once.
  func renew() {
    let wasSubscribed = connection.isSubscribed
    let doubt = drop()
    if !wasSubscribed, !doubt.isEmpty { console.note("the old connection was ended\(doubt)") }
    do {
      try connect()
      if !connection.restoredSettings.isEmpty {
        console.note("reconnected, \(connection.restoredSettings.joined(separator: ", ")) again")
      }
      if !connection.forgotten.isEmpty {
        console.note(
          "lost with the old connection: \(connection.forgotten.joined(separator: ", "))")
      }
      if wasSubscribed { console.note("the subscription has ended; this is a new connection") }
      if lostMode == .off { console.note("replies are on again") }
      lostMode = .on
      if let lost {
        self.lost = nil
        console.complain("\(lost) was lost with the old connection")
      }
    } catch {
      console.complain(error.message)
    }
  }

  /// Connects for an own command, which is made of questions.
  ///
  /// - Parameter name: the command, for the error.
  func ensureAnswers(_ name: String) throws {
    try ensureConnected()
    if connection.isSubscribed {
      throw CommandError("\(name) needs replies, not messages: UNSUBSCRIBE or Ctrl-C first")
    }
    if connection.replyMode != .on {
      throw CommandError("\(name) needs replies, and they are off: CLIENT REPLY ON first")
    }
  }
}
