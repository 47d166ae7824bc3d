/// Connecting: who we are, which database, what was set by hand, and whether the server is a
/// master.
extension Connection {
  /// Connects, authenticates and selects the database; when any of it fails nothing stays open.
  package func open() throws(RedisError) {
    if let sentinel { return try openMaster(of: sentinel) }
    try openHere()
    guard learnsRole else { return }
    do {
      try learnRole()
    } catch {
      close()
      if error.kind == .interrupted { throw error }
      // A proxy may close at a command that it does not know, and a late answer would be taken for
      // the next one's.
      try openHere()
      learnsRole = false
    }
  }

  /// Connects to the endpoint's own address.
  func openHere() throws(RedisError) {
    close()
    isDemoted = false
    role = nil
    let transport = try connectTransport(to: endpoint, timeout: timeout ?? Self.connectTimeout)
    self.transport = transport
    hasHeard = false
    generation += 1
    do {
      if transport.isJudged { try confirm() }
      if let password = endpoint.password {
        var command: [[UInt8]] = [Array("AUTH".utf8)]
        if let user = endpoint.user { command.append(user) }
        command.append(password)
        try setUp(command, .authentication, failing: "AUTH failed")
      }
      if endpoint.database != 0 {
        let number = String(endpoint.database)
        try setUp(
          [Array("SELECT".utf8), Array(number.utf8)], .select, failing: "SELECT \(number) failed")
      }
      if wantedProtocol == 3 { try speakRESP3() }
      try restore()
    } catch {
      close()
      throw error
    }
  }

  /// Sees that the server accepts our certificate, which in TLS 1.3 it judges after the handshake:
  /// before any command.
  private func confirm() throws(RedisError) {
    do {
      // An error (NOAUTH, NOPERM) is an answer as well.
      _ = try ask(
        [Array("PING".utf8)], timeout: timeout ?? Self.connectTimeout,
        into: ReplyBuilder(limit: Self.statusLimit))
    } catch {
      throw error.kind == .interrupted ? error : RedisError(.connect, error.message)
    }
  }

  private func setUp(
    _ command: [[UInt8]], _ kind: RedisError.Kind, failing message: String
  ) throws(RedisError) {
    switch try askForLine(command) {
    case .status: return
    case .error(let text):
      // A server may quote what it was sent.
      throw RedisError(kind, "\(message): \(masked(escaped(text)))")
    default: throw RedisError(kind, "\(message): the server's answer is not a status")
    }
  }

  private func speakRESP3() throws(RedisError) {
    let builder = ReplyBuilder(limit: Self.statusLimit)
    let hello = [Array("HELLO".utf8), Array("3".utf8)]
    if case .error(let text) = try ask(
      hello, timeout: timeout ?? Self.connectTimeout, into: builder)
    {
      throw RedisError(.select, "HELLO 3 failed: \(masked(escaped(text)))")
    }
    protocolVersion = 3
  }

  /// Makes again what the server kept for the connection before.
  private func restore() throws(RedisError) {
    restoredSettings = []
    user = endpoint.password == nil ? anonymous : endpoint.user ?? Array("default".utf8)
    var lost: [ClientState.Setting] = []
    for setting in client.settings {
      if setting.isRepeatable, case .status = try askForLine(setting.command) {
        restoredSettings.append("\(setting.name) sent")
      } else {
        lost.append(setting)
      }
    }
    forgotten = lost.map(\.name)
    client.remove(lost)
  }

  /// Who one is without a password; a certificate may name a user.
  var anonymous: [UInt8]? {
    endpoint.tls?.certificate == nil ? Array("default".utf8) : nil
  }

  /// Asks the server for its role. Not inside a transaction.
  package func learnRole() throws(RedisError) {
    role = Role(
      try ask(
        [Array("ROLE".utf8)], timeout: min(timeout ?? Self.roleTimeout, Self.roleTimeout),
        into: ReplyBuilder(limit: Self.statusLimit)))
    isFailingOver = isFailingOver && role == .master
    isRoleStale = isFailingOver
  }

  private func masked(_ text: String) -> String {
    guard let password = endpoint.password, password.count >= 4 else { return text }
    return text.replacing(escaped(password), with: "(password)")
  }
}
