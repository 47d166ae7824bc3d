import RedisClient

/// The command on a line that is being typed, taken apart for hints and completion.
struct TypedCommand {
  enum Known {
    case own(Command)
    case redis(CommandTable.Entry)
    case unknown
  }

  let known: Known
  /// The words that end before the cursor, from the command's name on, without a repeat count in
  /// front.
  let words: [[UInt8]]
  /// How many of `words` are its name: 2 for CONFIG SET.
  let nameLength: Int
  /// The word at the cursor.
  let word: Arguments.WordAtCursor

  /// nil where no word can be: after text that follows a closing quote.
  init?(_ line: [UInt8], commands: [Command]) {
    guard let word = Arguments.wordAtCursor(line) else { return nil }
    self.init(word, commands: commands)
  }

  init(_ word: Arguments.WordAtCursor, commands: [Command]) {
    var words = word.preceding
    if let first = words.first, Arguments.isRepeatCount(first) { words.removeFirst() }
    self.word = word
    self.words = words
    // A value of megabytes is no name.
    let name = words.first.map { $0.count <= 64 ? lowercased($0) : "" }
    if let own = name.flatMap({ name in commands.first { $0.isNamed(name) } }) {
      known = .own(own)
      nameLength = 1
    } else if let entry = CommandTable.lookup(words) {
      known = .redis(entry)
      nameLength = entry.name.contains(" ") ? 2 : 1
    } else {
      known = .unknown
      nameLength = 0
    }
  }

  /// What may stand at the cursor and after it; nil when the command is unknown or what was typed
  /// does not fit.
  var expected: Syntax? {
    let syntax: Syntax
    switch known {
    case .own(let command): syntax = command.syntax
    case .redis(let entry) where entry.isContainer:
      syntax = .choice(CommandTable.subcommandNames(of: entry.name).map { .literal($0) })
    case .redis(let entry): syntax = entry.syntax
    case .unknown: return nil
    }
    return syntax.after(words.dropFirst(nameLength))
  }
}
