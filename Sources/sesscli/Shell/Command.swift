import RedisClient

/// One of the inspector's own commands, as a row of `Command.all`: dispatch, help, completion and
/// the README read this one list.
struct Command: Sendable {
  /// In small letters; typed in any case.
  let name: String
  /// Another word for it.
  var alias: String?
  /// As shown in help and hints: `[pattern]`.
  let arguments: String
  /// One line.
  let summary: String
  /// Words beginning with `-` that the command takes, each with its meaning.
  var options: [Option] = []
  /// Where it can be used; elsewhere the word goes to the server like any other.
  var places: Places = .everywhere
  /// Whether its arguments name keys (for completion).
  var takesKeys = false
  let run: @Sendable (Shell, [[UInt8]]) throws -> Void

  struct Option: Sendable {
    let name: String
    /// The placeholder of its value, empty when it takes none.
    var value = ""
    let summary: String
  }

  enum Places { case everywhere, interactive, interactiveAndScripts }
}

extension Command {
  var syntax: Syntax {
    // `:set hints` is said with these very words; elsewhere words are names of what the person
    // gives.
    let parsed = Syntax(parsing: arguments, as: name.hasPrefix(":") ? .words : .values)
    guard case .sequence(let parts) = parsed, !options.isEmpty else { return parsed }
    let all = options.map { option in
      Syntax.joining([.literal(option.name)] + (option.value.isEmpty ? [] : [.value(option.value)]))
    }
    return .sequence(parts.map { $0 == .optional(.value("options")) ? .options(all) : $0 })
  }

  static let all: [Command] = [
    .decode, .cookie, .keys, .help, .connect, .cluster, .clear, .set, .quit, .exit,
  ]

  /// - Parameter name: in small letters.
  func isNamed(_ name: String) -> Bool { name == self.name || name == alias }

  /// Whether the word is a setting's, known or not: it is never a command of Redis.
  static func isSetting(_ word: [UInt8]) -> Bool { word.first == UInt8(ascii: ":") }

  /// The command of this name where it can be used in this way.
  static func named(_ word: [UInt8], in mode: RunMode) -> Command? {
    // Nearly every word is a Redis command; do not fold the case of a large value.
    guard word.count <= 16 else { return nil }
    let name = lowercased(word)
    return all.first {
      $0.isNamed(name)
        && ($0.places == .everywhere || mode == .interactive
          || ($0.places == .interactiveAndScripts && mode == .script))
    }
  }
}
