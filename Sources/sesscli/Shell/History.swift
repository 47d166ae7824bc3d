import Glibc
import RedisClient

/// The lines entered, one on each line of a file that only its owner can read.
///
/// Every line is added to the file as it is entered, so that two inspectors at work do not
/// overwrite each other's.
final class History {
  /// Lines kept: months of typing, and still read within a millisecond.
  static let limit = 1000

  /// A file is cut to `limit` lines when it has grown to this many, not at every line.
  private static let slack = 2 * limit

  /// Longer lines are not kept: a pasted blob is not typed again from memory, and two thousand of
  /// them would make the start slow.
  static let longestLine = 64 << 10

  /// nil when nothing is kept on disk.
  let path: String?
  private var last: [UInt8]?

  init(path: String?) { self.path = path }

  /// The file named by REDISCLI_HISTFILE, where /dev/null means none, else one in the home folder.
  static var defaultPath: String? {
    if let named = getenv("REDISCLI_HISTFILE").map({ String(cString: $0) }), !named.isEmpty {
      return named == "/dev/null" ? nil : named
    }
    return getenv("HOME").map { String(cString: $0) + "/.sesscli_history" }
  }

  /// The newest lines, oldest first. A file that cannot be read is an empty one.
  func load() -> [[UInt8]] {
    guard let path, let file = openPrivate(path, O_RDONLY) else { return [] }
    defer { close(file) }
    let stored = readAll(file) ?? []
    let lines = stored.split(separator: 0x0A).map { Self.decoded($0) }
      .filter { !$0.isEmpty && !Secrets.isSensitive(line: $0) }
    last = lines.last
    let newest = lines.suffix(Self.limit)
    if lines.count > Self.slack { rewrite(path, Array(newest)) }
    return Array(newest)
  }

  /// Adds a line to the file. Lines that hold a secret, that repeat the one before, that are empty
  /// or huge are not kept.
  /// - Returns: whether it may be recalled. That does not depend on the file.
  func append(_ line: [UInt8]) -> Bool {
    guard line.contains(where: { $0 > 0x20 }), line.count <= Self.longestLine, line != last,
      !Secrets.isSensitive(line: line)
    else { return false }
    last = line
    guard let path, let file = openPrivate(path, O_WRONLY | O_APPEND | O_CREAT) else { return true }
    defer { close(file) }
    // One call, so that lines of two inspectors do not mix.
    let entry = Self.encoded(line) + [0x0A]
    _ = write(file, entry, entry.count)
    return true
  }

  // MARK: The file

  /// Opens a regular file and makes it private, whatever it was before. A symbolic link is
  /// followed, as people keep such files elsewhere; a pipe or a device is not opened.
  private func openPrivate(_ path: String, _ flags: Int32) -> Int32? {
    let file = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode_t(0o600))
    guard file >= 0 else { return nil }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      return nil
    }
    if status.st_mode & 0o077 != 0 { fchmod(file, 0o600) }
    return file
  }

  /// Replaces the file in one step, so that it is never seen half-written.
  private func rewrite(_ path: String, _ lines: [[UInt8]]) {
    // The file itself, not a link to it, is replaced.
    guard let resolved = realpath(path, nil) else { return }
    defer { free(resolved) }
    let target = String(cString: resolved)
    let temporary = "\(target).\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o600))
    guard file >= 0 else { return }
    let text = Array(lines.map { Self.encoded($0) + [0x0A] }.joined())
    let isWritten = write(file, text, text.count) == text.count
    close(file)
    if !isWritten || rename(temporary, target) != 0 { unlink(temporary) }
  }

  /// Marks an entry that holds newlines; such an entry is written with `\n` and `\\`.
  private static let mark: UInt8 = 0x01

  /// An entry as one line of the file. Most are written as they are, so that the file can be read.
  private static func encoded(_ line: [UInt8]) -> [UInt8] {
    guard line.contains(0x0A) || line.first == mark else { return line }
    var text = [mark]
    for byte in line {
      switch byte {
      case 0x0A: text += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case UInt8(ascii: "\\"): text += [byte, byte]
      default: text.append(byte)
      }
    }
    return text
  }

  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    // A NUL cannot be typed, and would cut the line.
    guard text.first == mark else { return text.filter { $0 != 0 } }
    var line: [UInt8] = []
    var isEscaped = false
    for byte in text.dropFirst() where byte != 0 {
      if isEscaped {
        line.append(byte == UInt8(ascii: "n") ? 0x0A : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        line.append(byte)
      }
    }
    return line
  }
}
