import RedisClient

extension Command {
  static let set = Command(
    name: ":set", arguments: "hints|nohints|confirm on|confirm off",
    summary: "argument hints; the question before FLUSHDB and FLUSHALL",
    places: .interactiveAndScripts
  ) { shell, words in
    if words.count == 1 {
      shell.console.output.write(
        "hints \(shell.preferences.showsHints ? "on" : "off")\nconfirm "
          + "\(shell.preferences.asksBeforeFlush ? "on" : "off")\n"
      )
      return
    }
    guard let preference = Preference(words.dropFirst()) else {
      throw CommandError.usage("usage: :set hints|nohints|confirm on|confirm off")
    }
    shell.preferences.apply(preference)
  }
}
