extension Options {
  /// What `--help` prints.
  static var help: String {
    let sections = CommandLineOption.Section.allCases.map { section in
      let options = CommandLineOption.all.filter { $0.section == section }
      if section == .elsewhere {
        return "\(section.rawValue):\n" + options.map { $0.names[0] }.wrapped(indent: 2)
      }
      return "\(section.rawValue):\n" + options.map(row).joined(separator: "\n")
    }
    let commands = Command.all.map { row("\($0.name) \($0.arguments)", $0.summary) }
      .joined(separator: "\n")
    let codes = ExitCode.allCases.map { code in
      let meaning = code.meaning.split(separator: " ").map(String.init).wrapped(indent: 5)
      return "  \(code.rawValue)  " + meaning.dropFirst(5)
    }
    return """
      sesscli \(version): the terminal inspector for web sessions in Redis

      Usage: sesscli [options] [command [argument ...]]
             sesscli [options]                    a prompt, on a terminal
             sesscli [options] < script           a command on each line; # begins a comment

      \(sections.joined(separator: "\n\n"))

      Own commands (everything else goes to Redis; help COMMAND explains either):
      \(commands)

      Exit codes:
      \(codes.joined(separator: "\n"))
      Ctrl-C outside the prompt ends sesscli by SIGINT, which shells show as 130.

      Environment:
      \(EnvironmentVariable.all.map(\.name).wrapped(indent: 2))

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
    let lines = text.split(separator: " ").map(String.init).wrapped(indent: 26)
    return head.count < 25 ? head + lines.dropFirst(head.count) : head + "\n" + lines
  }
}
