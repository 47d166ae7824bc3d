import RedisClient
import SessionFormats

/// What the shells' completions offer behind `sesscli`; none of it asks a server.
enum ShellWords {
  /// What may stand in an option's place for its value.
  enum Values: Equatable {
    /// Nothing that could be offered.
    case free
    case files, folders, hosts
    case words([String])
    /// One or several words, with commas between them.
    case list([String])
  }

  /// An option of the command line or of an own command.
  struct Option {
    let names: [String]
    /// What it is called in help; nil when it takes none.
    let placeholder: String?
    let values: Values
    /// Without a full stop.
    let summary: String
  }

  /// A word with its meaning.
  struct Entry: Equatable {
    let name: String
    let summary: String
  }

  /// Options of the command line, without those that are left to redis-cli.
  static let options: [Option] = CommandLineOption.all.filter { $0.section != .elsewhere }.map {
    option in
    let summary = option.summary.hasSuffix(".") ? String(option.summary.dropLast()) : option.summary
    let (placeholder, values): (String?, Values) =
      switch option.argument {
      case .none: (nil, .free)
      case .word(let name): (name, name == "host" ? .hosts : .free)
      case .secret(let name), .uri(let name): (name, .free)
      case .file(let name): (name, .files)
      case .directory(let name): (name, .folders)
      case .choice(let words): ("choice", .words(words))
      }
    return Option(names: option.names, placeholder: placeholder, values: values, summary: summary)
  }

  /// The own commands that a command line can hold.
  static let own: [Command] = Command.all.filter { $0.places == .everywhere }

  static func options(of command: Command) -> [Option] {
    command.options.map { option in
      let values: Values =
        switch option.value {
        case "FORMAT": .list(Format.all.map(\.name) + Layer.all.map(\.name))
        case "FILE": .files
        default: .free
        }
      return Option(
        names: [option.name], placeholder: option.value.isEmpty ? nil : option.value.lowercased(),
        values: values, summary: option.summary)
    }
  }

  /// Redis' commands in small letters, as they are typed; without those that an own command stands
  /// for.
  static let redis: [Entry] = CommandTable.all.filter { entry in
    !entry.name.contains(" ") && !own.contains { $0.name == entry.name.lowercased() }
  }.map { Entry(name: $0.name.lowercased(), summary: $0.summary.trimmed) }

  /// The commands that have subcommands, in small letters, with those.
  static let containers: [(name: String, subcommands: [Entry])] = CommandTable.all
    .filter(\.isContainer).map { container in
      let subcommands = CommandTable.subcommands(of: container.name).map { entry in
        Entry(
          name: entry.name.dropFirst(container.name.count + 1).lowercased(),
          summary: entry.summary.trimmed)
      }
      return (container.name.lowercased(), subcommands)
    }

  /// What `help` explains.
  static let topics: [String] =
    Command.all.map(\.name) + redis.map(\.name) + CommandTable.groups.map { "@" + $0 }
}

extension String {
  /// Without the blanks at its end.
  fileprivate var trimmed: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
