/// How sesscli ends; the README and `--help` document these numbers.
enum ExitCode: Int32, Comparable {
  case success = 0
  /// Some command was answered with an error, a payload could not be decoded, or the output could not be written.
  case commandFailed = 1
  case usage = 2
  /// No connection, or the server refused the password or the database.
  case noConnection = 3
  /// `decode --strict` met a payload that would call something.
  case danger = 4

  static func < (a: ExitCode, b: ExitCode) -> Bool { a.rawValue < b.rawValue }
}
