import RedisClient

/// One option of the command line, as a row of `CommandLineOption.all`: parsing, `--help`, the
/// manual page, the shells' completions and the README's test read this one list.
struct CommandLineOption: Sendable {
  /// In the order of help: `-a`, `--pass`.
  let names: [String]
  let argument: Argument
  let section: Section
  /// A sentence or two.
  let summary: String
  /// Notes what the option asks for. The word is empty when the option takes none.
  let take: @Sendable (inout CommandLineDraft, [UInt8]) throws(CommandError) -> Void

  enum Argument: Equatable, Sendable {
    case none
    /// A word; the text is its placeholder.
    case word(String)
    case file(String)
    case directory(String)
    /// A password, which no message repeats and `ps` must not show.
    case secret(String)
    /// A URI, which may hold a password.
    case uri(String)
    case choice([String])
  }

  enum Section: String, CaseIterable, Sendable {
    case connection = "Connection"
    case tls = "TLS"
    case input = "Commands"
    case output = "Output"
    case work = "Other work"
    case safety = "Safety"
    case help = "Help"
    /// What redis-cli has and sesscli leaves to it.
    case elsewhere = "Left to redis-cli"
  }

  init(
    _ names: [String], argument: Argument = .none, _ section: Section, _ summary: String,
    take: @escaping @Sendable (inout CommandLineDraft, [UInt8]) throws(CommandError) -> Void
  ) {
    self.names = names
    self.argument = argument
    self.section = section
    self.summary = summary
    self.take = take
  }

  /// How help names its value, nil when it takes none.
  var placeholder: String? {
    switch argument {
    case .none: nil
    case .word(let name), .file(let name), .directory(let name), .secret(let name), .uri(let name):
      "<\(name)>"
    case .choice(let words): words.joined(separator: "|")
    }
  }

  /// The option of this name.
  static func named(_ name: String) -> CommandLineOption? { all.first { $0.names.contains(name) } }

  /// An option as it stands on a command line: its row, and its value when that stands in the same
  /// word.
  ///
  /// - Parameter word: `-n`, `--pass`, `--pass=x`, `-a=x`.
  static func spelled(_ word: [UInt8]) -> (option: CommandLineOption, value: [UInt8]?)? {
    let equals = word.firstIndex(of: UInt8(ascii: "=")) ?? word.endIndex
    guard let option = named(String(decoding: word[..<equals], as: UTF8.self)) else { return nil }
    return (option, equals < word.endIndex ? Array(word[(equals + 1)...]) : nil)
  }
}
