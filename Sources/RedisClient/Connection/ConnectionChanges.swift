/// What the server keeps for the connection: database, user, transaction, settings.
extension Connection {
  /// Whether the server queues commands between MULTI and EXEC.
  package var isInTransaction: Bool { transaction != nil }
  /// Whether a command of the open transaction was not sent.
  package var isSpoiled: Bool { transaction?.isSpoiled == true }

  /// Places, in EXEC's reply, of the answers to commands that change something.
  package var changePlaces: Set<Int> { Set(transaction?.changes.map(\.place) ?? []) }

  /// Notes what an answered command changed for this connection.
  ///
  /// - Parameters:
  ///   - command: as it was sent.
  ///   - outcome: what the reply was.
  package func note(_ command: [[UInt8]], _ outcome: ReplyOutcome) {
    hasFailedSwitch = false
    guard !command.isEmpty else { return }
    let facts = CommandFacts.of(command)
    let changes = ConnectionChange.all(of: command, facts)
    if outcome.isError {
      hasFailedSwitch = changes.contains(where: \.isSwitch)
    } else if !isInTransaction {
      for change in changes { apply(change) }
    }
    switch facts.role {
    case .multi where !outcome.isError: transaction = Transaction()
    case .exec where isInTransaction:
      let hasRun = !outcome.isError && !outcome.isNull
      for (place, change) in transaction?.changes ?? [] {
        if hasRun, !outcome.failedElements.contains(place) {
          apply(change)
        } else if change.isSwitch {
          hasFailedSwitch = true
        }
      }
      // Whatever EXEC answers, the transaction is over.
      endTransaction()
    case .discard where isInTransaction && !outcome.isError:
      // A spoiled transaction is discarded although the rest of a script was meant for what it
      // switches to.
      if let transaction, transaction.isSpoiled {
        hasFailedSwitch = transaction.changes.contains { $0.change.isSwitch }
      }
      endTransaction()
    case .watch where !outcome.isError: isWatching = true
    case .unwatch where !outcome.isError && !isInTransaction: isWatching = false
    case .reset where !outcome.isError:
      endTransaction()
      hear()
      isSubscribed = false
      endpoint.database = 0
      // A person who gave up a user's rights does not get them back by chance.
      apply(.user(nil, password: nil))
      client = ClientState()
      user = anonymous
      speak(2)
    case .hello where !outcome.isError && !isInTransaction && command.count > 1:
      if let version = Int(String(decoding: command[1], as: UTF8.self)) { speak(version) }
    default: break
    }
    if facts.role != .multi, !outcome.isError { transaction?.noteQueued(changes) }
  }

  /// Keeps what the server changed, for when the connection must be renewed.
  private func apply(_ change: ConnectionChange) {
    switch change {
    case .database(let number): endpoint.database = number ?? endpoint.database
    case .user(let user, let password):
      endpoint.user = user
      endpoint.password = password
      self.user = user ?? Array("default".utf8)
      // The other user may not be allowed to.
      mayMute = false
    case .setting(let command): keep(command)
    }
  }

  /// Notes the version of the protocol that the server switched to, also for when the connection
  /// must be renewed.
  private func speak(_ version: Int) {
    protocolVersion = version
    wantedProtocol = version
  }

  /// Keeps what a command that sets something changed.
  private func keep(_ command: [[UInt8]]) {
    client.note(command)
    switch CommandFacts.of(command).role {
    case .failover:
      isFailingOver = !command.contains { lowercased($0) == "abort" }
      isRoleStale = true
    case .replicaOf: isRoleStale = true
    default: break
    }
  }

  /// Notes that a command was refused before it was sent. The server would answer EXEC with
  /// EXECABORT had it refused it.
  package func spoilTransaction() { transaction?.isSpoiled = true }

  func endTransaction() {
    transaction = nil
    isWatching = false
  }

  /// Goes to another server, which the sentinels do not know; what was set by hand stays behind.
  package func move(to address: Endpoint.Address) {
    close()
    sentinel = nil
    endpoint.address = address
    client = ClientState()
  }
}
