import RedisClient

/// What TAB does with a line.
struct Completion: Equatable {
  /// What replaces the part of the line before the cursor: the text that all matches share, or
  /// that part itself when there is nothing to insert.
  var replacement: [UInt8]
  /// What the person may choose from with keys such as menu-complete, each replacing the part
  /// before the cursor. What must not be entered by a slip is not among them.
  var alternatives: [[UInt8]] = []
  /// What is listed below the line, safe to show.
  var shown: [[UInt8]] = []
  /// How many more there are than `shown`.
  var unshown = 0
  /// The command's arguments, safe to show.
  var hint: [UInt8]?
}

/// Keys of the server that begin with what was typed.
struct FoundKeys {
  var keys: [[UInt8]]
  /// False when the search was cut short, so that there may be more.
  var isWhole: Bool
}

/// Finds what TAB does: completes names of commands, subcommands, options, words of a command's
/// syntax, keys, and names that the server knows.
struct Completer {
  /// The inspector's own commands.
  var commands = Command.all
  /// Whether the arguments of a command are shown when there is nothing to complete.
  var showsHints = true
  /// Names that are no keys.
  var names: (NameSearch.Kind) -> [[UInt8]] = { _ in [] }
  /// Keys that begin with a prefix, found within the patience of somebody who types.
  var keys: (_ prefix: [UInt8]) -> FoundKeys

  /// - Parameter cursor: its offset in the line; what follows it stays as it is.
  func complete(_ line: [UInt8], _ cursor: Int) -> Completion {
    let head = Array(line[..<min(cursor, line.count)])
    guard let typed = TypedCommand(head, commands: commands) else {
      return Completion(replacement: head)
    }
    let place = Place(
      head: head, word: typed.word, words: typed.words,
      isAtSpace: cursor < line.count && line[cursor] == 0x20)
    if typed.words.isEmpty {
      return typed.word.typed.isEmpty ? ownCommands(at: place) : place.completing(commandNames)
    }
    var completion: Completion
    switch typed.known {
    case .own(let own):
      completion = argument(of: own, typed, at: place)
      completion.hint = hint(own.name, own.arguments)
    case .redis(let entry):
      completion = argument(of: entry, typed, at: place)
      if !entry.isContainer { completion.hint = hint(entry.name, entry.arguments) }
    case .unknown: completion = Completion(replacement: head)
    }
    return completion
  }

  // MARK: Names

  private var commandNames: [String] { commands.map(\.name) + CommandTable.names }

  /// On an empty line the own commands are listed; Redis' would fill the screen.
  private func ownCommands(at place: Place) -> Completion {
    Completion(
      replacement: place.head, shown: commands.map { Array($0.name.utf8) },
      unshown: commandNames.count - commands.count)
  }

  private func argument(of own: Command, _ typed: TypedCommand, at place: Place) -> Completion {
    if own.name == "help" { return helpTopic(typed.words, at: place) }
    guard let expected = typed.expected else { return Completion(replacement: place.head) }
    if place.word.typed.first == UInt8(ascii: "-") {
      return place.completing(expected.next.literals)
    }
    // Where an option may stand, a key may as well; else an option waits for its value.
    if own.takesKeys,
      expected.next.literals.contains(where: { $0.hasPrefix("-") }) || own.options.isEmpty
    {
      return keyName(at: place)
    }
    return place.completing(expected.next.literals.filter { !$0.hasPrefix("-") })
  }

  private func helpTopic(_ words: [[UInt8]], at place: Place) -> Completion {
    switch words.count {
    case 1: place.completing(commandNames + CommandTable.groups.map { "@" + $0 }, isHarmless: true)
    case 2:
      place.completing(CommandTable.subcommandNames(of: lowercased(words[1])), isHarmless: true)
    default: Completion(replacement: place.head)
    }
  }

  private func argument(
    of entry: CommandTable.Entry, _ typed: TypedCommand, at place: Place
  ) -> Completion {
    let words = typed.words
    if entry.isContainer {
      return words.count == 1
        ? place.completing(CommandTable.subcommandNames(of: entry.name))
        : Completion(replacement: place.head)
    }
    let expected = typed.expected
    let next = expected?.next ?? Syntax.Next()
    for value in next.values {
      switch CompletionNames(value, of: entry, typed: place.word.typed, ask: names) {
      case .words(let words): return place.completing(next.literals + words)
      case .names(let names):
        return place.completing(FoundKeys(keys: names, isWhole: true).matching(place.word.typed))
      case nil: continue
      }
    }
    if entry.keys.contains(where: { $0.contains(words.count, after: words) }) {
      return keyName(at: place)
    }
    // A word that nobody began is entered only where there is no other.
    let isOnly = next.values.isEmpty && expected?.mayBeAbsent == false
    return place.completing(next.literals, entersUntyped: isOnly)
  }

  private func hint(_ name: String, _ arguments: String) -> [UInt8]? {
    showsHints ? Array((arguments.isEmpty ? name : name + " " + arguments).utf8) : nil
  }

  // MARK: Keys

  private func keyName(at place: Place) -> Completion {
    place.completing(keys(place.word.typed).matching(place.word.typed))
  }
}

extension FoundKeys {
  /// Those that begin so, sorted, each once.
  fileprivate func matching(_ prefix: [UInt8]) -> FoundKeys {
    FoundKeys(
      keys: Set(keys.filter { $0.starts(with: prefix) }).sorted {
        $0.lexicographicallyPrecedes($1)
      },
      isWhole: isWhole)
  }
}
