import ArgumentParser

extension Options {
  /// What `--help` prints.
  static var help: String {
    // The parser knows the options; what surrounds them it does not.
    let generated = Flags.helpMessage(columns: 100)
    let options = generated.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { !$0.hasPrefix("OPTIONS") }.dropFirst()
      .filter { !$0.contains("-h, --help") }
      .joined(separator: "\n")
    let commands = Command.all.map { command in
      let head = "  \(command.name) \(command.arguments)"
      return (head.count < 25 ? head.padded(to: 26) : head + "\n" + "".padded(to: 26))
        + command.summary
    }.joined(separator: "\n")
    return """
      sesscli \(version): the terminal inspector for web sessions in Redis

      Usage: sesscli [options] [command [argument ...]]
             sesscli [options]                    a prompt, on a terminal
             sesscli [options] < script           a command on each line; # begins a comment

      Options:
      \(options)
        --help                  This text.
        -v, --version           The version.

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
}

extension String {
  /// With spaces behind it, up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
