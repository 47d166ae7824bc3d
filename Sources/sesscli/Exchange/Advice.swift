import RedisClient

/// What a person should know beside the text of an error reply.
extension Exchange {
  /// Whom a NOPERM error refused, unless it says so itself, as from Redis 7.2 on.
  func whoWasRefused(_ error: [UInt8]) -> String? {
    guard error.starts(with: "NOPERM".utf8), let user = connection.user, !error.contains(user)
    else { return nil }
    return "user \(escaped(user))"
  }

  /// Draws the conclusions from a reply for the server's role, and tells them.
  func heed(_ outcome: ReplyOutcome, of words: [[UInt8]]) throws(RedisError) {
    guard outcome.errors > 0 else {
      // Who could write is no replica any more, or one that may be written to.
      if case .replica = connection.role, CommandTable.mayChange(words) {
        connection.isRoleStale = true
      }
      return
    }
    let isRefused = outcome.error.starts(with: "READONLY ".utf8)
    let isDemoted =
      isRefused || outcome.error.starts(with: "UNBLOCKED ".utf8)
      || outcome.error.starts(with: "MASTERDOWN ".utf8)
    guard isDemoted else { return }
    if let group = connection.sentinel {
      if connection.isDemoted { return }
      connection.isDemoted = true
      let place = connection.endpoint.address.place
      console.note(
        "\(place) is not the master of \(group.name) any more: nothing was written; the "
          + "sentinels are asked before the next command"
      )
    } else if isRefused {
      try adviseWhereToWrite()
    } else {
      connection.isRoleStale = connection.learnsRole
    }
  }

  /// After READONLY: who the replica's master is.
  private func adviseWhereToWrite() throws(RedisError) {
    var role = connection.role
    switch mode {
    case .oneShot: return
    case .script:
      if advisedReadOnly { return }
      advisedReadOnly = true
      // Between pipelined replies nothing can be asked.
      let side = Connection(connection.endpoint)
      side.learnsRole = true
      try? side.open()
      role = side.role
    case .interactive:
      if case .replica = role { break }
      guard connection.owed == 0, !connection.isInTransaction else { break }
      try connection.learnRole()
      role = connection.role
    }
    switch role {
    case .replica(let master?):
      console.note(
        "this is a replica of \(master.place): write there (\(Self.wayTo(master, in: mode)))")
    case .replica(nil), nil: console.note("this server is a replica: write to its master")
    case .master, .sentinel: break
    }
  }

  private static func wayTo(_ address: Endpoint.Address, in mode: RunMode) -> String {
    guard case .tcp(let host, let port) = address else { return address.place }
    let name = escaped(Array(host.utf8))
    return mode == .interactive ? "connect \(name) \(port)" : "-h \(name) -p \(port)"
  }
}

extension [UInt8] {
  /// Whether the bytes stand somewhere in these.
  fileprivate func contains(_ word: [UInt8]) -> Bool { firstRange(of: word) != nil }
}
