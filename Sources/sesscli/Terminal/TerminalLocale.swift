import Glibc

/// Makes characters be what a person sees. In containers no locale is named, and line editors
/// would then treat every byte as a character.
enum TerminalLocale {
  private static let names = ["C.UTF-8", "C.utf8", "en_US.UTF-8"]

  /// Sets LC_CTYPE to a UTF-8 locale: the environment's if it is one, else the first that loads,
  /// which the environment then names too, as readline looks there before every line.
  /// - Returns: whether there is one. A root without locale files has none.
  static func setUTF8() -> Bool {
    for name in [""] + names {
      guard setlocale(LC_CTYPE, name) != nil, let codeset = nl_langinfo(nl_item(CODESET)),
        String(cString: codeset) == "UTF-8"
      else { continue }
      if !name.isEmpty {
        // LC_ALL overrides LC_CTYPE, so it is changed where it is set.
        let overrides = getenv("LC_ALL").map { $0.pointee != 0 } ?? false
        setenv(overrides ? "LC_ALL" : "LC_CTYPE", name, 1)
      }
      return true
    }
    return false
  }
}
