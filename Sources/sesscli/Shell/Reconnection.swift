/// New connections: what of the old one is told, made again, or waited for.
extension Shell {
  /// Seconds between questions whether the server has loaded its data.
  private static let loadingPause = 0.1

  /// Connects, and says where the master is when that has changed.
  func connect() throws(RedisError) {
    try connection.open()
    guard let group = connection.sentinel else { return }
    let place = connection.endpoint.address.place
    if let master, master != place { note("\(group.name) is now at \(place) (was \(master))") }
    master = place
  }

  /// Connects; not for the first time, it also says what was made again, and waits for a server that has just been started.
  func open() throws(RedisError) {
    try connect()
    let isAgain = tellsReconnection
    tellsReconnection = true
    if isAgain || !connection.forgotten.isEmpty {
      var text = "reconnected"
      if !connection.restored.isEmpty {
        text += ", \(connection.restored.joined(separator: ", ")) again"
      }
      if !connection.forgotten.isEmpty {
        text += "; lost: \(connection.forgotten.joined(separator: ", "))"
      }
      note(text)
    }
    if isAgain { try waitUntilLoaded() }
  }

  /// Waits while the server answers that it loads its data; a person ends it with Ctrl-C, a script's patience has an end.
  private func waitUntilLoaded() throws(RedisError) {
    let patience = options.timeout ?? Connection.replyTimeout
    let end = monotonicSeconds() + patience
    var isTold = false
    while case .error(let text) = try connection.call("PING"), text.starts(with: "LOADING".utf8) {
      if !isTold {
        note(
          "the server is loading its data: waiting"
            + (mode == .interactive ? " (Ctrl-C ends it)" : ""))
        isTold = true
      }
      if mode != .interactive, monotonicSeconds() > end {
        throw RedisError(
          .timeout, "the server was still loading its data after \(formatSeconds(patience)) s")
      }
      try Interrupt.pause(Self.loadingPause)
    }
  }

  /// Brings what the prompt shows up to date.
  func settle() {
    guard connection.isOpen, !connection.isInTransaction else { return }
    if connection.isDemoted {
      drop()
    } else if connection.isRoleStale {
      do { try connection.learnRole() } catch { handle(error, during: []) }
    }
  }
}
