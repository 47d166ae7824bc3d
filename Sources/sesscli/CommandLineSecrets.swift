import Glibc

/// Passwords that stand on the command line, where `ps` shows them to everybody on the machine.
enum CommandLineSecrets {
  /// Overwrites them with stars in the memory that the kernel shows; to be called once they were read.
  static func hide() {
    let count = Int(CommandLine.argc)
    var index = 1
    var isCommand = false
    while index < count, let word = CommandLine.unsafeArgv[index] {
      let text = String(cString: word)
      let next = index + 1 < count ? CommandLine.unsafeArgv[index + 1] : nil
      isCommand = isCommand || !text.hasPrefix("-")
      switch text {
      case "-a" where !isCommand, "--pass" where !isCommand, "--secret":
        if let next { cover(next, strlen(next)) }
      case "-u" where !isCommand: if let next { coverCredentials(of: next) }
      default:
        for option in ["--pass=", "--secret="] where text.hasPrefix(option) {
          cover(word + option.utf8.count, strlen(word) - option.utf8.count)
        }
        if !isCommand, text.hasPrefix("-a") { cover(word + 2, strlen(word) - 2) }
        if !isCommand, text.hasPrefix("-u") { coverCredentials(of: word + 2) }
      }
      index += !isCommand && GivenOptions.takesValue(text) || text == "--secret" ? 2 : 1
    }
  }

  /// The part of a URI between `//` and the last `@`.
  private static func coverCredentials(of word: UnsafeMutablePointer<CChar>) {
    guard let at = strrchr(word, Int32(UInt8(ascii: "@"))) else { return }
    let start = strstr(word, "//").map { $0 + 2 } ?? word
    if start < at { cover(start, at - start) }
  }

  private static func cover(_ start: UnsafeMutablePointer<CChar>, _ count: Int) {
    memset(start, Int32(UInt8(ascii: "*")), count)
  }
}
