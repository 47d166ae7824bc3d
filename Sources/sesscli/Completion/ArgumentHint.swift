import RedisClient

/// What is shown in grey behind a line while it is typed: the arguments that may still come.
enum ArgumentHint {
  /// Longer lines get no hint: they are pasted, not typed from memory.
  private static let longestLine = 64 << 10

  /// - Returns: the text, with a space before it unless the line ends with one; nil where there is
  ///   nothing to say.
  static func text(for line: [UInt8], commands: [Command] = Command.all) -> String? {
    guard line.count <= longestLine, !line.contains(0x0A),
      let typed = TypedCommand(line, commands: commands)
    else { return nil }
    let hint = typed.word.start == line.count ? typed.expected : unfinished(typed, commands)
    guard let text = hint?.description, !text.isEmpty else { return nil }
    return typed.word.start == line.count ? text : " " + text
  }

  /// What follows the word that the line ends with.
  private static func unfinished(_ typed: TypedCommand, _ commands: [Command]) -> Syntax? {
    let word = typed.word
    // The name of a command, as soon as it is whole.
    var longer = word
    longer.preceding.append(word.typed)
    let named = TypedCommand(longer, commands: commands)
    if named.nameLength > typed.nameLength { return named.expected }
    guard let expected = typed.expected else { return nil }
    // While it may become one of the words that stand there, those are shown; a value is taken as
    // it is.
    let prefix = word.typed.count <= 64 ? lowercased(word.typed) : nil
    if let prefix, prefix.hasPrefix("-") {
      let options = expected.options(beginningWith: prefix)
      if !options.isEmpty { return .choice(options) }
    }
    if let prefix, expected.next.literals.contains(where: { $0.lowercased().hasPrefix(prefix) }) {
      return isContainer(typed) ? nil : expected
    }
    return expected.after(word.typed) ?? (isContainer(typed) ? nil : expected)
  }

  private static func isContainer(_ typed: TypedCommand) -> Bool {
    if case .redis(let entry) = typed.known { return entry.isContainer }
    return false
  }
}
