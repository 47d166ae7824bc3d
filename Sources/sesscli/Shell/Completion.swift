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

/// Finds what TAB does: completes names of commands, subcommands, options and keys.
struct Completer {
  /// The inspector's own commands.
  var commands = Command.all
  /// Whether the arguments of a command are shown when there is nothing to complete.
  var showsHints = true
  /// Keys that begin with a prefix, found within the patience of somebody who types.
  var keys: (_ prefix: [UInt8]) -> FoundKeys

  /// - Parameter cursor: its offset in the line; what follows it stays as it is.
  func complete(_ line: [UInt8], _ cursor: Int) -> Completion {
    let head = Array(line[..<min(cursor, line.count)])
    guard var word = Arguments.wordAtCursor(head) else { return Completion(replacement: head) }
    // `5 get k`: the number in front is no part of the command.
    if let first = word.preceding.first, Int(String(decoding: first, as: UTF8.self)) != nil {
      word.preceding.removeFirst()
    }
    let place = Place(
      head: head, word: word, isAtSpace: cursor < line.count && line[cursor] == 0x20)
    guard let first = word.preceding.first else {
      return word.typed.isEmpty ? ownCommands(at: place) : place.completing(commandNames)
    }
    var completion: Completion
    let name = lowercased(first)
    if let own = commands.first(where: { $0.name == name }) {
      completion = argument(of: own, at: place)
      completion.hint = hint(own.name, own.arguments)
    } else if let entry = CommandTable.lookup(word.preceding) {
      completion = argument(of: entry, at: place)
      if !entry.isContainer { completion.hint = hint(entry.name, entry.arguments) }
    } else {
      completion = Completion(replacement: head)
    }
    return completion
  }

  // MARK: Names

  private var commandNames: [String] {
    commands.map(\.name) + CommandTable.all.map(\.name).filter { !$0.contains(" ") }
  }

  /// On an empty line the own commands are listed; Redis' would fill the screen.
  private func ownCommands(at place: Place) -> Completion {
    Completion(
      replacement: place.head, shown: commands.map { Array($0.name.utf8) },
      unshown: commandNames.count - commands.count)
  }

  private func argument(of own: Command, at place: Place) -> Completion {
    let words = place.word.preceding
    if own.name == "help" || own.name == "?" { return helpTopic(at: place) }
    if place.word.typed.first == UInt8(ascii: "-") {
      return place.completing(own.options.map(\.name))
    }
    if let last = words.last,
      own.options.contains(where: { $0.name == lowercased(last) && !$0.value.isEmpty })
    {
      return Completion(replacement: place.head)
    }
    if own.takesKeys { return keyName(at: place) }
    // `on|off` and `confirm on|confirm off` name the words to choose from.
    let typed = words.dropFirst().map(lowercased)
    let choices = own.arguments.split(separator: "|").map {
      $0.split(separator: " ").map(String.init)
    }
    return place.completing(
      choices.filter { $0.count > typed.count && $0.starts(with: typed) }.map { $0[typed.count] }
        .filter { $0.allSatisfy(\.isLowercase) })
  }

  private func helpTopic(at place: Place) -> Completion {
    switch place.word.preceding.count {
    case 1: place.completing(commandNames + CommandTable.groups.map { "@" + $0 }, isHarmless: true)
    case 2: place.completing(subcommandNames(of: lowercased(place.word.preceding[1])))
    default: Completion(replacement: place.head)
    }
  }

  private func subcommandNames(of command: String) -> [String] {
    CommandTable.subcommands(of: command).map { String($0.name.dropFirst(command.count + 1)) }
  }

  private func argument(of entry: CommandTable.Entry, at place: Place) -> Completion {
    let words = place.word.preceding
    if entry.isContainer, words.count == 1 {
      return place.completing(subcommandNames(of: entry.name))
    }
    guard entry.keys.contains(where: { $0.contains(words.count, after: words) }) else {
      return Completion(replacement: place.head)
    }
    return keyName(at: place)
  }

  private func hint(_ name: String, _ arguments: String) -> [UInt8]? {
    showsHints ? Array((arguments.isEmpty ? name : name + " " + arguments).utf8) : nil
  }

  // MARK: Keys

  private func keyName(at place: Place) -> Completion {
    var found = keys(place.word.typed)
    found.keys = Set(found.keys.filter { $0.starts(with: place.word.typed) })
      .sorted { $0.lexicographicallyPrecedes($1) }
    return place.completing(found)
  }
}
