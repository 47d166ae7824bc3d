/// How sesscli ends; the README's table, `--help` and the manual page document these numbers.
enum ExitCode: Int32, Comparable, CaseIterable {
  case success = 0
  /// Some command was answered with an error, a payload could not be decoded, or the output could
  /// not be written.
  case commandFailed = 1
  case usage = 2
  /// No connection, or the server refused the password or the database.
  case noConnection = 3
  /// `decode --strict` met a payload that would call something.
  case danger = 4

  static func < (a: ExitCode, b: ExitCode) -> Bool { a.rawValue < b.rawValue }

  /// A clause, for help and the manual page.
  var meaning: String {
    switch self {
    case .success: "all succeeded"
    case .commandFailed:
      """
      a command was answered with an error (one-shot: with -e), a payload could not be decoded, or \
      the output could not be written
      """
    case .usage: "wrong options or arguments"
    case .noConnection:
      "cannot connect, authenticate or select the database; or the connection was lost"
    case .danger: "a payload would call something when its owner loads it (decode --strict)"
    }
  }
}
