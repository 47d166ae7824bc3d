import RedisClient

extension Command {
  static let quit = Command(
    name: "quit", arguments: "", summary: "leave (also exit, Ctrl-D)",
    places: .interactiveAndScripts
  ) { shell, _ in shell.console.isOver = true }

  static let exit = Command(
    name: "exit", arguments: "", summary: "leave", places: .interactiveAndScripts
  ) { shell, _ in shell.console.isOver = true }

  static let clear = Command(
    name: "clear", arguments: "", summary: "clear the screen", places: .interactiveAndScripts
  ) { shell, _ in
    if shell.mode == .interactive, shell.console.output.isTerminal {
      shell.console.output.write("\u{1B}[H\u{1B}[2J")
    }
  }
}
