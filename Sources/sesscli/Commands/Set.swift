extension Command {
  static let set = Command(
    name: ":set", arguments: "hints|nohints|confirm on|confirm off",
    summary: "argument hints after TAB; the question before FLUSHDB and FLUSHALL",
    places: .interactive
  ) { shell, words in
    switch words.dropFirst().map(lowercased) {
    case ["hints"]: shell.showsHints = true
    case ["nohints"]: shell.showsHints = false
    case ["confirm"], ["confirm", "on"]: shell.asksBeforeFlush = true
    case ["noconfirm"], ["confirm", "off"]: shell.asksBeforeFlush = false
    case []:
      shell.output.write(
        "hints \(shell.showsHints ? "on" : "off")\nconfirm \(shell.asksBeforeFlush ? "on" : "off")\n"
      )
    default: throw CommandError("usage: :set hints|nohints|confirm on|confirm off")
    }
  }
}
