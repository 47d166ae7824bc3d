/// What is known of a transaction between MULTI and EXEC or DISCARD.
struct Transaction {
  /// Whether a command of it was not sent: EXEC would run it without that command.
  var isSpoiled = false
  /// What the queued commands change for the connection once they are executed, and their places in
  /// EXEC's reply.
  private(set) var changes: [(place: Int, change: ConnectionChange)] = []
  /// Commands that the server has queued.
  private var queued = 0

  /// Notes that the server has queued a command.
  mutating func noteQueued(_ changes: [ConnectionChange]) {
    for change in changes { self.changes.append((queued, change)) }
    queued += 1
  }
}

/// What a command changes of what the server keeps for the connection.
enum ConnectionChange {
  /// nil where the word is no number, which a server other than Redis may take.
  case database(Int?)
  case user([UInt8]?, password: [UInt8]?)
  /// The rest, by the command that changes it.
  case setting(_ command: [[UInt8]])

  /// Whether commands to come are meant for another database or user.
  var isSwitch: Bool {
    if case .setting = self { return false }
    return true
  }

  static func all(of command: [[UInt8]], _ facts: CommandFacts) -> [ConnectionChange] {
    var changes: [ConnectionChange] = []
    switch facts.role {
    case .select:
      changes.append(.database(Int(String(decoding: command.last ?? [], as: UTF8.self))))
    case .auth:
      changes.append(
        .user(command.count == 3 ? command[1] : nil, password: command.last ?? []))
    case .hello:
      // HELLO 2 [AUTH user password] [SETNAME name]: a name may be "auth" as well.
      var words = command.dropFirst(2)
      while let word = words.popFirst().map(lowercased) {
        if word == "auth" {
          changes.append(.user(words.first, password: words.dropFirst().first ?? []))
          break
        }
        if word == "setname" { words = words.dropFirst() }
      }
    default: break
    }
    if facts.traits.contains(.setsState) { changes.append(.setting(command)) }
    return changes
  }
}
