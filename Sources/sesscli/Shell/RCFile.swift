import Glibc
import RedisClient

/// A file of `:set` lines, read before the first prompt: redis-cli's own, and then ours. Blank
/// lines and lines that begin with `#` mean nothing.
struct RCFile {
  let path: String
  /// redis-cli's file says what redis-cli understands.
  let isRedisCLIs: Bool

  /// A few lines are expected; more is some other file.
  private static let largest = 64 << 10

  /// The files named by the environment, where /dev/null means none, else those in the home folder.
  static var all: [RCFile] {
    [("REDISCLI_RCFILE", ".redisclirc", true), ("SESSCLI_RCFILE", ".sessclirc", false)]
      .compactMap { variable, name, isRedisCLIs in
        let named = getenv(variable).map { String(cString: $0) } ?? ""
        if named == "/dev/null" { return nil }
        let path =
          named.isEmpty ? getenv("HOME").map { String(cString: $0) + "/" + name } : named
        return path.map { RCFile(path: $0, isRedisCLIs: isRedisCLIs) }
      }
  }

  /// Applies the lines and tells of those that cannot be. A file that does not exist is an empty
  /// one.
  func apply(to preferences: Preferences, _ console: Console) {
    let name = escaped(Array(path.utf8))
    let content: Content
    do {
      guard let read = try read() else { return }
      content = read
    } catch {
      console.complain("\(name): \(error.message); ignored")
      return
    }
    var number = 0
    for line in content.text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      if let problem = apply(Array(line), content, to: preferences) {
        console.complain("\(name):\(number): \(problem)")
      }
    }
  }

  /// - Returns: what is wrong with the line.
  private func apply(
    _ line: [UInt8], _ content: Content, to preferences: Preferences
  ) -> String? {
    guard let words = try? Arguments.split(line) else { return "a quote is not closed" }
    guard let first = words.first, first.first != UInt8(ascii: "#") else { return nil }
    guard lowercased(first) == ":set" else {
      return "'\(escaped(first))' is no :set line"
    }
    let rest = words.dropFirst().map { escaped($0) }.joined(separator: " ")
    switch Preference(words.dropFirst()) {
    case .confirm(let isOn) where !isRedisCLIs:
      // Others who can write the file could have a person flush without the question.
      if !isOn, !content.isOwn {
        return "':set \(rest)' is ignored, as others can write to this file: chmod go-w, or chown"
      }
      // What was asked for on the command line counts more.
      if !preferences.saysYes { preferences.apply(.confirm(isOn)) }
    case .hints(let isOn): preferences.apply(.hints(isOn))
    default: return "unknown preference '\(rest)'"
    }
    return nil
  }

  private struct Content {
    let text: [UInt8]
    /// Whether nobody else, but for root, can write to the file.
    let isOwn: Bool
  }

  private func read() throws(CommandError) -> Content? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw CommandError(String(cString: strerror(errno)))
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CommandError("not a regular file")
    }
    guard status.st_size <= Self.largest else {
      throw CommandError("larger than \(Self.largest >> 10) KiB")
    }
    guard let text = readAll(file) else { throw CommandError(String(cString: strerror(errno))) }
    let isOwn =
      (status.st_uid == geteuid() || status.st_uid == 0) && status.st_mode & 0o022 == 0
    return Content(text: text, isOwn: isOwn)
  }
}
