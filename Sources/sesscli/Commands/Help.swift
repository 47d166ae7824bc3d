import RedisClient

extension Command {
  static let help = Command(
    name: "help", alias: "?", arguments: "[COMMAND|@group]",
    summary: "what a command does (also ?)",
    places: .everywhere
  ) { shell, words in
    shell.output.write(
      try HelpText(palette: shell.palette).text(for: Array(words.dropFirst())))
  }
}
