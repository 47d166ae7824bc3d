import RedisClient

/// A command that a server of a cluster did not execute, or did not answer, goes to another one.
extension Exchange {
  /// Sends the command again, and reads its reply, for as long as the reply is a redirection: it
  /// was not executed then.
  func followRedirections(_ words: [[UInt8]]) throws {
    guard let cluster, printer.outcome.redirection != nil else { return }
    var pursuit = Cluster.Pursuit(waitsForCluster: false)
    let slot = try cluster.slot(of: words) ?? 0
    while let redirection = printer.outcome.redirection {
      guard let target = try pursuit.target(of: redirection, slot, in: cluster) else {
        // Told as it is.
        printer.redirectedBy = nil
        printer.print(.error(printer.outcome.error))
        return try afterReply(words)
      }
      if options.verbose { console.note("redirected to slot \(slot) at \(target.node.name)") }
      do {
        try session.go(to: cluster.connection(to: target.node, for: .commands))
        printer.redirectedBy = target.node.host
        if target.isAsking {
          connection.send([Array("ASKING".utf8)])
          try connection.receive(
            into: ReplyDiscard(), timeout: options.timeout ?? Connection.replyTimeout)
        }
      } catch let error as RedisError {
        guard error.kind == .connect else { throw error }
        try cluster.outlast(error, of: target.node, &pursuit.outage)
        try session.go(toSlot: slot, in: cluster)
      }
      connection.send(words)
      try receive(words)
      if case .moved = redirection { try cluster.refreshIfPossible(first: target.node) }
    }
  }

  /// After a connection was lost: what only reads is sent again, to the master that there is then.
  ///
  /// - Returns: false for what must not be sent again.
  func goOn(
    _ words: [[UInt8]], after error: RedisError, in cluster: Cluster
  ) throws -> Bool {
    guard error.kind == .lost, !connection.isInTransaction, !connection.isWatching,
      !connection.isInReply, !CommandTable.mayChange(words),
      Conversation(words, inTransaction: false) == .ordinary,
      let slot = try cluster.slot(of: words)
    else { return false }
    session.drop()
    try session.go(toSlot: slot, in: cluster)
    printer.redirectedBy = connection.host
    return true
  }
}
