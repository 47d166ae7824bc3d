import RedisClient

/// New connections: what of the old one is told, made again, or waited for.
extension Session {
  /// Seconds between questions whether the server has loaded its data.
  private static let loadingPause = 0.1

  /// Connects, and says where the master is when that has changed.
  func connect() throws(RedisError) {
    try connection.open()
    isRefused = false
    guard let group = connection.sentinel else { return }
    let place = connection.endpoint.address.place
    if let master, master != place {
      console.note("\(group.name) is now at \(place) (was \(master))")
    }
    master = place
  }

  /// Connects; not for the first time, it also says what was made again, and waits for a server
  /// that has just been started.
  func open() throws(RedisError) {
    try connect()
    // Servers of a cluster are gone to one by one.
    let isAgain = cluster == nil ? tellsReconnection : connection.generation > 1
    tellsReconnection = true
    defer { lostMode = .on }
    if isAgain || !connection.forgotten.isEmpty {
      var text = "reconnected"
      if !connection.restored.isEmpty {
        text += ", \(connection.restored.joined(separator: ", ")) again"
      }
      if lostMode == .off { text += ", replies are on again" }
      if !connection.forgotten.isEmpty {
        text += "; lost: \(connection.forgotten.joined(separator: ", "))"
      }
      console.note(text)
    }
    if isAgain { try waitUntilLoaded() }
  }

  /// Waits while the server answers that it loads its data; a person ends it with Ctrl-C, a
  /// script's patience has an end.
  private func waitUntilLoaded() throws(RedisError) {
    let patience = options.timeout ?? Connection.replyTimeout
    let end = monotonicSeconds() + patience
    var isTold = false
    while case .error(let text) = try connection.call("PING"), text.starts(with: "LOADING".utf8) {
      if !isTold {
        console.note(
          "the server is loading its data: waiting"
            + (mode == .interactive ? " (Ctrl-C ends it)" : ""))
        isTold = true
      }
      if mode != .interactive, monotonicSeconds() > end {
        throw RedisError(
          .timeout, "the server was still loading its data after \(formatSeconds(patience)) s")
      }
      guard Interrupt.pause(Self.loadingPause) else {
        throw RedisError(.interrupted, "interrupted")
      }
    }
  }

  /// After the server refused the password or the database: AUTH and SELECT then say what to
  /// connect with.
  ///
  /// - Returns: whether the command was that, and is done.
  func connectAnew(by words: [[UInt8]]) throws -> Bool {
    guard isRefused, mode == .interactive, !connection.isOpen else { return false }
    let before = connection.endpoint
    switch CommandFacts.of(words).role {
    case .auth where words.count == 2 || words.count == 3:
      connection.endpoint.user = words.count == 3 ? words[1] : nil
      connection.endpoint.password = words.last
    case .select where words.count == 2:
      guard let number = Int(String(decoding: words[1], as: UTF8.self)), number >= 0 else {
        return false
      }
      connection.endpoint.database = number
    default: return false
    }
    do {
      try ensureConnected()
    } catch let error as RedisError {
      // A password that was taken stays; the database may be named next.
      connection.endpoint.database = before.database
      if error.kind != .select { connection.endpoint = before }
      throw error
    }
    return true
  }

  /// Brings what the prompt shows up to date.
  func settle() throws(RedisError) {
    guard connection.isOpen, !connection.isInTransaction, !connection.isSubscribed,
      connection.replyMode == .on
    else { return }
    if connection.isDemoted {
      drop()
    } else if connection.isRoleStale {
      try connection.learnRole()
    }
  }
}
