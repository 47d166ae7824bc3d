/// What a person set on the connection by hand, beside database and user, and the server forgets
/// with it.
struct ClientState: Equatable {
  struct Setting: Equatable {
    /// As messages name it: `CLIENT TRACKING`.
    let name: String
    /// The command that makes it.
    let command: [[UInt8]]
    /// Whether it can be made again without harm: it changes nothing but this connection, and means
    /// the same in a new one.
    let isRepeatable: Bool
  }

  /// In the order in which they were made.
  private(set) var settings: [Setting] = []

  /// Notes a command that succeeded.
  mutating func note(_ command: [[UInt8]]) {
    let words = command.prefix(3).map { $0.count <= 64 ? lowercased($0) : "" }
    switch CommandFacts.of(command).role {
    case .client where words.count > 2: noteClient(words[1], words[2], command)
    case .hello:
      // HELLO 2 [AUTH user password] [SETNAME name]: a user may be called "setname".
      var rest = command.dropFirst(2)
      while let word = rest.popFirst().map(lowercased) {
        if word == "auth" { rest = rest.dropFirst(2) }
        if word == "setname", let name = rest.popFirst() {
          noteClient("setname", "", [Array("CLIENT".utf8), Array("SETNAME".utf8), name])
        }
      }
    case .readonly: set("READONLY", command, isRepeatable: true)
    case .readwrite: settings.removeAll { $0.name == "READONLY" }
    default: break
    }
  }

  private mutating func noteClient(_ what: String, _ value: String, _ command: [[UInt8]]) {
    let name = "CLIENT \(what.uppercased())"
    switch what {
    case "setname" where command[2].isEmpty: settings.removeAll { $0.name == name }
    case "setname": set(name, command, isRepeatable: true)
    case "no-evict", "no-touch", "tracking":
      if value == "on" {
        // The connection that was to be told of changed keys may be another one, or gone.
        set(name, command, isRepeatable: what != "tracking")
      } else {
        settings.removeAll { $0.name == name }
      }
    case "capa": set(name, command, isRepeatable: false)
    default: break
    }
  }

  private mutating func set(_ name: String, _ command: [[UInt8]], isRepeatable: Bool) {
    settings.removeAll { $0.name == name }
    settings.append(Setting(name: name, command: command, isRepeatable: isRepeatable))
  }

  /// Forgets settings that are lost.
  mutating func remove(_ lost: [Setting]) { settings.removeAll(where: lost.contains) }
}
