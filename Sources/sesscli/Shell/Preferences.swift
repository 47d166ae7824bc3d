import RedisClient

/// What `:set` changes, at the prompt and in rc files, and how a person is asked.
final class Preferences {
  /// `:set confirm`.
  var asksBeforeFlush: Bool
  /// `:set hints`.
  var showsHints = true
  /// `--yes`, which counts more than rc files.
  let saysYes: Bool
  /// Asks the person for a line; nil where nobody can be asked.
  var ask: ((_ prompt: String) -> [UInt8]?)?

  init(_ options: Options, _ console: Console) {
    saysYes = options.yes
    asksBeforeFlush = !options.yes && console.mode == .interactive && console.output.isTerminal
  }

  func apply(_ preference: Preference) {
    switch preference {
    case .hints(let isOn): showsHints = isOn
    case .confirm(let isOn): asksBeforeFlush = isOn
    }
  }
}

/// One of them, and what it is set to.
enum Preference: Equatable {
  /// Argument hints, after the line and after TAB.
  case hints(Bool)
  /// The question before FLUSHDB and FLUSHALL.
  case confirm(Bool)

  /// The words after `:set`; nil when they name nothing.
  init?(_ words: some Sequence<[UInt8]>) {
    switch words.map(lowercased) {
    case ["hints"]: self = .hints(true)
    case ["nohints"]: self = .hints(false)
    case ["confirm"], ["confirm", "on"]: self = .confirm(true)
    case ["noconfirm"], ["confirm", "off"]: self = .confirm(false)
    default: return nil
    }
  }
}
