import RedisClient

extension Command {
  static let help = Command(
    name: "help", alias: "?", arguments: "[COMMAND|@group]",
    summary: "what a command does (also ?)",
    places: .everywhere
  ) { shell, words in
    shell.console.output.write(
      try HelpText(palette: shell.console.palette).text(for: Array(words.dropFirst())))
  }
}
