import ArgumentParser

/// The options of a command line as they were written; `Options` is what they mean.
struct GivenOptions: Equatable {
  var host: String?
  var port: String?
  var socket: String?
  /// As text; `Options` takes its bytes.
  var password: String?
  var user: String?
  var uri: String?
  var database: String?
  var timeout: String?
  var repeats: String?
  var interval: String?
  var askpass = false
  var takesInput = false
  var stopsAtError = false
  var raw = false
  var noRaw = false
  var json = false
  var csv = false
  var noAuthWarning = false
  var readOnly = false
  var yes = false
  var demo = false
  var noColor = false
}

extension GivenOptions {
  /// Takes over one option in its plain spelling, a word and perhaps the next word as its value.
  ///
  /// swift-argument-parser reads everything that is not spelled so, words the errors and the help. It needs more
  /// time than the rest of a short run together (2 of 3 ms), so the plain spellings do without.
  ///
  /// - Returns: how many words the option took; nil when this is not a plain spelling.
  mutating func take(_ word: String, value: () -> String?) -> Int? {
    switch word {
    case "--askpass": askpass = true
    case "-x": takesInput = true
    case "-e": stopsAtError = true
    case "--raw": raw = true
    case "--no-raw": noRaw = true
    case "--json": json = true
    case "--csv": csv = true
    case "--no-auth-warning": noAuthWarning = true
    case "--read-only": readOnly = true
    case "--yes": yes = true
    case "--demo": demo = true
    case "--no-color": noColor = true
    default:
      guard Self.takesValue(word), let value = value() else { return nil }
      switch word {
      case "-h": host = value
      case "-p": port = value
      case "-s": socket = value
      case "-a", "--pass": password = value
      case "--user": user = value
      case "-u": uri = value
      case "-n": database = value
      case "-t": timeout = value
      case "-r": repeats = value
      case "-i": interval = value
      default: return nil
      }
      return 2
    }
    return 1
  }

  /// Whether the next word belongs to this option.
  static func takesValue(_ word: String) -> Bool {
    switch word {
    case "-h", "-p", "-s", "-a", "--pass", "--user", "-u", "-n", "-t", "-r", "-i": true
    default: false
    }
  }
}

extension GivenOptions {
  /// What a message may show of an option that was misspelled: `-aSECRET` and `--passwd=SECRET` hold a password.
  static func withoutValue(_ word: String) -> Substring {
    for option in ["-a", "-u", "--pass"] where word.hasPrefix(option) {
      return word.prefix(option.count)
    }
    return word.prefix { $0 != "=" }
  }
}

/// The options as swift-argument-parser reads them; for every spelling.
struct Flags: ParsableArguments {
  @Option(
    name: .customShort("h"), parsing: .unconditional,
    help: .init("Server's host name.", valueName: "host"))
  var host: String?
  @Option(
    name: .customShort("p"), parsing: .unconditional,
    help: .init("Server's port.", valueName: "port"))
  var port: String?
  @Option(
    name: .customShort("s"), parsing: .unconditional,
    help: .init("Server's Unix socket; overrides host and port.", valueName: "socket"))
  var socket: String?
  @Option(
    name: [.customShort("a"), .customLong("pass")], parsing: .unconditional,
    help: .init(
      "Password. Safer: --askpass, or the environment's REDISCLI_AUTH.", valueName: "password"))
  var password: String?
  @Option(parsing: .unconditional, help: .init("ACL user for the password.", valueName: "name"))
  var user: String?
  @Flag(help: "Ask for the password, without echo.")
  var askpass = false
  @Option(
    name: .customShort("u"), parsing: .unconditional,
    help: .init("Server's URI: redis://[[user:]password@]host[:port][/database].", valueName: "uri")
  )
  var uri: String?
  @Option(
    name: .customShort("n"), parsing: .unconditional,
    help: .init("Database number.", valueName: "number"))
  var database: String?
  @Option(
    name: .customShort("t"), parsing: .unconditional,
    help: .init(
      "Seconds to wait for a silent server (10 to connect, 300 for a reply).", valueName: "seconds")
  )
  var timeout: String?
  @Option(
    name: .customShort("r"), parsing: .unconditional,
    help: .init("Run the command so many times; -1 without end.", valueName: "times"))
  var repeats: String?
  @Option(
    name: .customShort("i"), parsing: .unconditional,
    help: .init("Seconds between the runs of -r.", valueName: "seconds"))
  var interval: String?
  @Flag(name: .customShort("x"), help: "Read the last argument from standard input.")
  var takesInput = false
  @Flag(
    name: .customShort("e"), help: "Exit with 1 when a command fails; a script stops there.")
  var stopsAtError = false
  @Flag(help: "Replies as bytes alone, also on a terminal.")
  var raw = false
  @Flag(name: .customLong("no-raw"), help: "Replies formatted, also in a pipe.")
  var noRaw = false
  @Flag(help: "Replies as JSON.")
  var json = false
  @Flag(help: "Replies as CSV.")
  var csv = false
  @Flag(
    name: .customLong("no-auth-warning"), help: "Do not warn of a password on the command line.")
  var noAuthWarning = false
  @Flag(name: .customLong("read-only"), help: "Refuse every command that writes.")
  var readOnly = false
  @Flag(help: "Do not ask before FLUSHDB and FLUSHALL.")
  var yes = false
  @Flag(help: "Start a private throw-away server filled with sample sessions.")
  var demo = false
  @Flag(name: .customLong("no-color"), help: "No colours (also: NO_COLOR in the environment).")
  var noColor = false
}

extension GivenOptions {
  init(_ flags: Flags) {
    host = flags.host
    port = flags.port
    socket = flags.socket
    password = flags.password
    user = flags.user
    uri = flags.uri
    database = flags.database
    timeout = flags.timeout
    repeats = flags.repeats
    interval = flags.interval
    askpass = flags.askpass
    takesInput = flags.takesInput
    stopsAtError = flags.stopsAtError
    raw = flags.raw
    noRaw = flags.noRaw
    json = flags.json
    csv = flags.csv
    noAuthWarning = flags.noAuthWarning
    readOnly = flags.readOnly
    yes = flags.yes
    demo = flags.demo
    noColor = flags.noColor
  }
}
