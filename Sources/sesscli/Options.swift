import ArgumentParser
import Glibc

/// What the command line and the environment ask for.
struct Options {
  var endpoint = Endpoint()
  /// nil: formatted on a terminal, raw in a pipe.
  var style: ReplyStyle?
  /// `-r`: how often a command is run; negative is without end.
  var repeats = 1
  /// `-i`: seconds between repeats.
  var interval = 0.0
  /// `-x`: the last argument is read from standard input.
  var takesInput = false
  /// `-e`: an error is a failure (one-shot) and stops the script.
  var stopsAtError = false
  var yes = false
  var readOnly = false
  var allowsColour = true
  var demo = false
  var askpass = false
  /// `-t`: seconds.
  var timeout: Double?
  /// Whether text may be shown as UTF-8: yes, unless the locale names another character set.
  var isUTF8 = true
  /// Whether a password stood on the command line, where everybody on the machine can read it.
  var warnsOfPassword = false
  /// The command to run once, as bytes.
  var command: [[UInt8]] = []
}

/// The options as swift-argument-parser reads them; `Options` is what they mean.
struct Flags: ParsableArguments {
  @Option(name: .customShort("h"), parsing: .unconditional, help: "Server's host name.")
  var host: String?
  @Option(name: .customShort("p"), parsing: .unconditional, help: "Server's port.")
  var port: Int?
  @Option(
    name: .customShort("s"), parsing: .unconditional,
    help: "Server's Unix socket; overrides host and port.")
  var socket: String?
  @Option(
    name: [.customShort("a"), .customLong("pass")], parsing: .unconditional,
    help: "Password. Safer: --askpass, or the environment's REDISCLI_AUTH.")
  var password: String?
  @Option(parsing: .unconditional, help: "ACL user for the password.")
  var user: String?
  @Flag(help: "Ask for the password, without echo.")
  var askpass = false
  @Option(
    name: .customShort("u"), parsing: .unconditional,
    help: "Server's URI: redis://[[user:]password@]host[:port][/database].")
  var uri: String?
  @Option(name: .customShort("n"), parsing: .unconditional, help: "Database number.")
  var database: Int?
  @Option(
    name: .customShort("t"), parsing: .unconditional,
    help: "Seconds to wait for a silent server (10 to connect, 300 for a reply).")
  var timeout: Double?
  @Option(
    name: .customShort("r"), parsing: .unconditional,
    help: "Run the command so many times; -1 without end.")
  var repeats: Int?
  @Option(name: .customShort("i"), parsing: .unconditional, help: "Seconds between the runs of -r.")
  var interval: Double?
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

  /// Options that take the next word as their value.
  static let valued: Set<String> = [
    "-h", "-p", "-s", "-a", "--pass", "--user", "-u", "-n", "-t", "-r", "-i",
  ]
}

/// What a command line comes to.
enum Invocation {
  case run(Options)
  /// Text for standard output and success: `--help`, `--version`.
  case say(String)
  /// A wrong command line.
  case usage(String)
}

extension Options {
  static let version = "0.1.0"

  /// Reads the command line.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name, as bytes: a key given to a command need not be UTF-8.
  ///   - environment: a variable's value.
  static func parse(
    _ arguments: [[UInt8]], environment: (String) -> String?
  ) -> Invocation {
    // Options end at the first word that is none: that is the command, with everything behind it.
    var end = 0
    while end < arguments.count {
      let word = String(decoding: arguments[end], as: UTF8.self)
      if word == "--help" || (word == "-h" && end == arguments.count - 1) { return .say(help) }
      if word == "--version" || word == "-v" { return .say("sesscli \(version)\n") }
      if word == "--" || !word.hasPrefix("-") || word == "-" { break }
      end += Flags.valued.contains(word) ? 2 : 1
    }
    end = min(end, arguments.count)
    let flags: Flags
    do {
      flags = try Flags.parse(arguments[..<end].map { String(decoding: $0, as: UTF8.self) })
    } catch {
      let message = Flags.message(for: error)
      return .usage(message.isEmpty ? "wrong options" : message)
    }
    var options = Options()
    options.command = Array(arguments[end...])
    if options.command.first == Array("--".utf8) { options.command.removeFirst() }
    do {
      try options.apply(flags, environment: environment)
    } catch {
      return .usage(error.message)
    }
    return .run(options)
  }

  private mutating func apply(
    _ flags: Flags, environment: (String) -> String?
  ) throws(CommandError) {
    if let uri = flags.uri { try endpoint.apply(uri: uri) }
    if flags.host != nil || flags.port != nil, case .tcp(let host, let port) = endpoint.address {
      endpoint.address = .tcp(host: flags.host ?? host, port: flags.port ?? port)
    }
    if case .tcp(_, let port) = endpoint.address, !(0...65535).contains(port) {
      throw CommandError("-p takes a port from 0 to 65535")
    }
    if let socket = flags.socket { endpoint.address = .unix(path: socket) }
    if let user = flags.user { endpoint.user = Array(user.utf8) }
    if let password = flags.password {
      endpoint.password = Array(password.utf8)
      warnsOfPassword = !flags.noAuthWarning
    } else if endpoint.password == nil, let password = environment("REDISCLI_AUTH") {
      endpoint.password = Array(password.utf8)
    }
    if endpoint.user != nil, endpoint.password == nil, !flags.askpass {
      throw CommandError("--user needs a password: --askpass, -a or REDISCLI_AUTH")
    }
    if let database = flags.database {
      guard database >= 0 else { throw CommandError("-n takes a database number from 0") }
      endpoint.database = database
    }
    let styles: [(Bool, ReplyStyle)] = [
      (flags.raw, .raw), (flags.noRaw, .formatted), (flags.json, .json), (flags.csv, .csv),
    ]
    let chosen = styles.filter(\.0).map(\.1)
    if chosen.count > 1 {
      throw CommandError("--raw, --no-raw, --json and --csv exclude each other")
    }
    style = chosen.first
    if let seconds = flags.timeout {
      guard seconds > 0, seconds < 1e6 else { throw CommandError("-t takes seconds above 0") }
      timeout = seconds
    }
    if let seconds = flags.interval {
      guard seconds >= 0, seconds < 1e6 else { throw CommandError("-i takes seconds from 0") }
      interval = seconds
    }
    repeats = flags.repeats ?? 1
    takesInput = flags.takesInput
    stopsAtError = flags.stopsAtError
    readOnly = flags.readOnly
    yes = flags.yes
    demo = flags.demo
    askpass = flags.askpass
    allowsColour = !flags.noColor && (environment("NO_COLOR") ?? "").isEmpty
    if demo, flags.host != nil || flags.port != nil || flags.socket != nil || flags.uri != nil {
      throw CommandError("--demo starts a server of its own: -h, -p, -s and -u do not go with it")
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
    if let dot = locale?.lastIndex(of: "."), let locale {
      let characters = locale[locale.index(after: dot)...].lowercased()
      isUTF8 = characters.hasPrefix("utf-8") || characters.hasPrefix("utf8")
    }
  }
}
