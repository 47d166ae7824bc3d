import Glibc

/// Passwords that stand on the command line, where `ps` shows them to everybody on the machine.
enum CommandLineSecrets {
  /// Overwrites them with stars in the memory that the kernel shows; to be called once they were
  /// read.
  static func hide() {
    let count = Int(CommandLine.argc)
    var index = 1
    var isCommand = false
    while index < count, let word = CommandLine.unsafeArgv[index] {
      let text = Array(UnsafeRawBufferPointer(start: word, count: strlen(word)))
      let next = index + 1 < count ? CommandLine.unsafeArgv[index + 1] : nil
      isCommand = isCommand || text.first != UInt8(ascii: "-") || text == Array("--".utf8)
      index += isCommand ? hideSecret(word, next) : hide(word, text, next)
    }
  }

  /// - Returns: how many words the option took.
  private static func hide(
    _ word: UnsafeMutablePointer<CChar>, _ text: [UInt8], _ next: UnsafeMutablePointer<CChar>?
  ) -> Int {
    guard let (option, value) = CommandLineOption.spelled(text) else {
      // A misspelled one may hold a password all the same.
      for name in ["-a", "-u", "--pass", "--sentinel-pass"] where text.starts(with: name.utf8) {
        cover(word + name.utf8.count, text.count - name.utf8.count)
      }
      return 1
    }
    let place = value.map { word + (text.count - $0.count) } ?? next
    switch option.argument {
    case .secret: if let place { cover(place, strlen(place)) }
    case .uri: if let place { coverCredentials(of: place) }
    case .none: return 1
    default: break
    }
    return value == nil ? 2 : 1
  }

  /// The secrets of the inspector's own commands.
  private static func hideSecret(
    _ word: UnsafeMutablePointer<CChar>, _ next: UnsafeMutablePointer<CChar>?
  ) -> Int {
    let option = "--secret"
    guard strncmp(word, option, option.utf8.count) == 0 else { return 1 }
    switch word[option.utf8.count] {
    case 0:
      if let next { cover(next, strlen(next)) }
      return 2
    case CChar(UInt8(ascii: "=")):
      let start = word + option.utf8.count + 1
      cover(start, strlen(start))
      return 1
    default: return 1
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
