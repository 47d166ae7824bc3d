import RedisClient

/// What `:set` changes, at the prompt and in rc files.
enum Preference: Equatable {
  /// Argument hints, behind the line and after TAB.
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

extension Shell {
  func apply(_ preference: Preference) {
    switch preference {
    case .hints(let isOn): showsHints = isOn
    case .confirm(let isOn): asksBeforeFlush = isOn
    }
  }
}
