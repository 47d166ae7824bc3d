extension Options {
  /// What `--help` prints.
  static var help: String {
    let sections = CommandLineOption.Section.allCases.map { section in
      let options = CommandLineOption.all.filter { $0.section == section }
      if section == .elsewhere {
        return "\(section.rawValue):\n" + wrapped(options.map { $0.names[0] }, indent: 2)
      }
      return "\(section.rawValue):\n" + options.map(row).joined(separator: "\n")
    }
    let commands = Command.all.map { row("\($0.name) \($0.arguments)", $0.summary) }
      .joined(separator: "\n")
    return """
      sesscli \(version): the terminal inspector for web sessions in Redis

      Usage: sesscli [options] [command [argument ...]]
             sesscli [options]                    a prompt, on a terminal
             sesscli [options] < script           a command on each line; # begins a comment

      \(sections.joined(separator: "\n\n"))

      Own commands (everything else goes to Redis; help COMMAND explains either):
      \(commands)

      Exit codes:
        0  all succeeded
        1  a command was answered with an error (one-shot: with -e), a payload could not be decoded,
           or the output could not be written
        2  wrong options or arguments
        3  cannot connect, authenticate or select the database; or the connection was lost
        4  decode --strict: a payload would call something when its owner loads it

      Environment: REDISCLI_AUTH, REDISCLI_HISTFILE, SESSCLI_SECRET, NO_COLOR

      """
  }

  private static func row(_ option: CommandLineOption) -> String {
    let names = option.names.joined(separator: ", ")
    return row(
      [names, option.placeholder].compactMap(\.self).joined(separator: " "), option.summary)
  }

  /// Two columns; a long first one has a line of its own.
  private static func row(_ head: String, _ text: String) -> String {
    let head = "  " + head
    let lines = wrapped(text.split(separator: " ").map(String.init), indent: 26)
    return head.count < 25 ? head + lines.dropFirst(head.count) : head + "\n" + lines
  }

  /// Words on lines of at most 100 characters.
  private static func wrapped(_ words: [String], indent: Int) -> String {
    let space = String(repeating: " ", count: indent - 1)
    var lines = [space]
    for word in words {
      if lines[lines.count - 1].count + word.count > 99 { lines.append(space) }
      lines[lines.count - 1] += " " + word
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  /// With spaces behind it, up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
