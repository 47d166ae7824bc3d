import Glibc

/// Makes characters be what a person sees. In containers no locale is named, and line editors
/// would then treat every byte as a character.
enum TerminalLocale {
  private static let names = ["C.UTF-8", "C.utf8", "en_US.UTF-8"]

  /// Sets LC_CTYPE to a UTF-8 locale: the environment's if it is one, else the first that loads.
  /// - Returns: its name, or nil if none loads (a root without locale files).
  static func setUTF8() -> String? {
    for name in [""] + names {
      guard let loaded = setlocale(LC_CTYPE, name) else { continue }
      let codeset = nl_langinfo(nl_item(CODESET))
      if let codeset, String(cString: codeset) == "UTF-8" { return String(cString: loaded) }
    }
    return nil
  }

  /// Runs `body` with an environment that names `locale` for characters, and nothing else, for
  /// libraries that look there instead of asking setlocale(3).
  static func withEnvironment(naming locale: String, _ body: () -> Void) {
    let old = getenv("LC_ALL").map { String(cString: $0) }
    setenv("LC_ALL", locale, 1)
    body()
    if let old { setenv("LC_ALL", old, 1) } else { unsetenv("LC_ALL") }
  }
}
