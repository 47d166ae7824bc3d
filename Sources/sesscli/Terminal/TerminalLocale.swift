import Glibc
import SessionFormats

/// Makes characters be what a person sees. In containers no locale is named, and line editors
/// would then treat every byte as a character.
enum TerminalLocale {
  private static let names = ["C.UTF-8", "C.utf8", "en_US.UTF-8"]

  /// Sets LC_CTYPE to a UTF-8 locale: the environment's if it is one, else the first that loads,
  /// else one that the program brings along. The environment then names it too, as readline looks
  /// there before every line.
  /// - Returns: whether there is one now.
  static func setUTF8() -> Bool {
    for name in [""] + names where load(name) { return true }
    return BuiltInLocale.withFile(in: folders) { load(names[0]) }
  }

  /// Where a file can be for a moment. Minimal images lack /tmp, or have it read-only.
  private static var folders: [String] {
    let variables: [String] = ["TMPDIR", "HOME"]
    return variables.compactMap { variable in getenv(variable).map { String(cString: $0) } }
      + ["/tmp", "/dev/shm", "/run"]
  }

  private static func load(_ name: String) -> Bool {
    guard setlocale(LC_CTYPE, name) != nil, let codeset = nl_langinfo(nl_item(CODESET)),
      String(cString: codeset) == "UTF-8"
    else { return false }
    if !name.isEmpty {
      // LC_ALL overrides LC_CTYPE, so it is changed where it is set.
      let overrides = getenv("LC_ALL").map { $0.pointee != 0 } ?? false
      setenv(overrides ? "LC_ALL" : "LC_CTYPE", name, 1)
    }
    return true
  }
}

extension BuiltInLocale {
  /// Runs `body` while LOCPATH names a folder with the locale. The C library loads locales from
  /// files only, so there is one for that moment.
  /// - Returns: what `body` returns; false where no file can be written.
  static func withFile(
    in folders: [String], named name: String = "C.UTF-8", _ body: () -> Bool
  ) -> Bool {
    guard let content, let folder = newFolder(in: folders) else { return false }
    let locale = "\(folder)/\(name)"
    let path = locale + "/LC_CTYPE"
    defer {
      unlink(path)
      rmdir(locale)
      rmdir(folder)
    }
    guard mkdir(locale, 0o700) == 0 else { return false }
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    guard file >= 0 else { return false }
    let isWritten = write(file, content, content.count) == content.count
    close(file)
    guard isWritten else { return false }
    let before = getenv("LOCPATH").map { String(cString: $0) }
    setenv("LOCPATH", folder, 1)
    defer { if let before { setenv("LOCPATH", before, 1) } else { unsetenv("LOCPATH") } }
    return body()
  }

  static var content: [UInt8]? {
    var bytes = Array(
      UnsafeBufferPointer(start: characters.utf8Start, count: characters.utf8CodeUnitCount))
    for name in ["base64", "gzip"] {
      // Twenty-odd kilobytes; more would be something else.
      guard let layer = Layer.all.first(where: { $0.name == name }),
        let unwrapped = try? layer.unwrap(bytes, Context(), 1 << 20)
      else { return nil }
      bytes = unwrapped.bytes
    }
    return bytes
  }

  /// A new folder in the first of the folders where one can be made.
  private static func newFolder(in folders: [String]) -> String? {
    for parent in folders {
      var template = Array((parent + "/sesscli-locale-XXXXXX").utf8CString)
      let made = template.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
      }
      if let made { return made }
    }
    return nil
  }
}
