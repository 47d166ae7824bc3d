import RedisClient

/// What `help` says, from the list of own commands and the table of Redis' commands.
struct HelpText {
  var commands = Command.all
  var palette = Palette.plain

  /// - Parameter topic: the words after `help`: nothing, `@group`, or the words of a command.
  /// - Throws: for a word that is neither, with the names that begin like it.
  func text(for topic: [[UInt8]]) throws(CommandError) -> String {
    guard let first = topic.first else { return overview }
    let name = lowercased(first)
    if name.hasPrefix("@") { return try group(String(name.dropFirst())) }
    let own = commands.first { $0.isNamed(name) && topic.count == 1 }
    var parts = own.map { [describe($0)] } ?? []
    if topic.count <= 2, let entry = CommandTable.lookup(topic),
      entry.name.split(separator: " ").count == topic.count
    {
      if own != nil { parts.append("  Redis' own, in scripts:\n") }
      parts.append(describe(entry))
    }
    guard !parts.isEmpty else { throw unknown(topic) }
    return parts.joined(separator: "\n")
  }

  // MARK: Overview

  private var overview: String {
    let own = commands.map { "  \(title($0.name, $0.arguments))\n    \($0.summary)\n" }
    var groups = ""
    var column = 0
    for group in CommandTable.groups {
      if column + group.count > 70 {
        groups += "\n  "
        column = 0
      }
      groups += "@\(group) "
      column += group.count + 2
    }
    return """
      Own commands:
      \(own.joined())
      Everything else goes to Redis. help COMMAND explains a command, help @GROUP lists a group:
        \(groups)

      TAB completes commands, arguments and keys, Ctrl-R searches the history, Ctrl-C stops what is
      running, Ctrl-D leaves, 5 ping runs ping five times.

      """
  }

  // MARK: One command

  private func describe(_ command: Command) -> String {
    var text = "  \(title(command.name, command.arguments))\n  \(command.summary)\n"
    let options = command.options.map { option in
      (option.value.isEmpty ? option.name : option.name + " " + option.value, option.summary)
    }
    let width = (options.map(\.0.count).max() ?? 0) + 2
    for (option, summary) in options {
      text += "    " + option + String(repeating: " ", count: width - option.count) + summary + "\n"
    }
    return text
  }

  private func describe(_ entry: CommandTable.Entry) -> String {
    var text = "  \(title(entry.name, entry.arguments))\n"
    text += "  \(label("summary:")) \(entry.summary)\n"
    text += "  \(label("since:")) \(entry.since)\n"
    text += "  \(label("group:")) \(entry.group)\n"
    for subcommand in CommandTable.subcommands(of: entry.name) { text += line(subcommand) }
    return text
  }

  private func line(_ entry: CommandTable.Entry) -> String {
    "\n  \(title(entry.name, entry.arguments))\n    \(entry.summary)\n"
  }

  // MARK: A group

  private func group(_ name: String) throws(CommandError) -> String {
    let entries = CommandTable.all.filter { $0.group == name && !$0.isContainer }
    guard !entries.isEmpty else {
      let known = CommandTable.groups.map { "@" + $0 }.joined(separator: " ")
      throw CommandError("no group @\(escaped(Array(name.utf8))); there are \(known)")
    }
    return entries.map(line).joined().dropFirst() + ""
  }

  // MARK: Pieces

  private func title(_ name: String, _ arguments: String) -> String {
    arguments.isEmpty
      ? palette.paint(name, .prompt)
      : palette.paint(name, .prompt) + " " + palette.paint(arguments, .dim)
  }

  private func label(_ text: String) -> String { palette.paint(text, .number) }

  private func unknown(_ topic: [[UInt8]]) -> CommandError {
    let words = topic.map { escaped($0) }.joined(separator: " ")
    let names = commands.map(\.name) + CommandTable.all.map(\.name)
    let similar = names.filter { $0.lowercased().hasPrefix(words.lowercased()) }.prefix(8)
    let advice =
      similar.isEmpty
      ? "help lists the groups of commands"
      : "there are \(similar.joined(separator: ", "))"
    return CommandError("no help for '\(words)'; \(advice)")
  }
}
