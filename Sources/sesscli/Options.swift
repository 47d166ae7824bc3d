import ArgumentParser

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
  ///   - arguments: without the program's name, as bytes: neither a key given to a command nor a password need be UTF-8.
  ///   - environment: a variable's value.
  static func parse(
    _ arguments: [[UInt8]], environment: (String) -> [UInt8]?
  ) -> Invocation {
    // Options end at the first word that is none: that is the command, with everything behind it.
    var given = GivenOptions()
    var password: [UInt8]?
    var isPlain = true
    var end = 0
    while end < arguments.count {
      let word = String(decoding: arguments[end], as: UTF8.self)
      if word == "--help" || (word == "-h" && end == arguments.count - 1) { return .say(help) }
      if word == "--version" || word == "-v" { return .say("sesscli \(version)\n") }
      if word == "--" || !word.hasPrefix("-") || word == "-" { break }
      let next = end + 1
      let taken = given.take(word) {
        next < arguments.count ? String(decoding: arguments[next], as: UTF8.self) : nil
      }
      if taken == nil { isPlain = false }
      password = Self.password(arguments[end], arguments.dropFirst(next).first) ?? password
      end += taken ?? (GivenOptions.takesValue(word) ? 2 : 1)
    }
    end = min(end, arguments.count)
    if !isPlain {
      let words = arguments[..<end].map { String(decoding: $0, as: UTF8.self) }
      do {
        given = GivenOptions(try Flags.parse(words))
      } catch {
        var message = Flags.message(for: error)
        for word in words where word.hasPrefix("-") {
          message.replace(word, with: GivenOptions.withoutValue(word))
        }
        return .usage(message.isEmpty ? "wrong options" : message)
      }
    }
    var options = Options()
    options.command = Array(arguments[end...])
    if options.command.first == Array("--".utf8) { options.command.removeFirst() }
    do {
      try options.apply(given, password: password, environment: environment)
    } catch {
      return .usage(error.message)
    }
    return .run(options)
  }

  /// The password that an option holds, in the next word or its own, where strings would repair what is not UTF-8.
  private static func password(_ option: [UInt8], _ next: [UInt8]?) -> [UInt8]? {
    for name in ["-a", "--pass"] where option.starts(with: name.utf8) {
      let rest = option.dropFirst(name.utf8.count)
      return rest.isEmpty ? next : rest.first == UInt8(ascii: "=") ? Array(rest.dropFirst()) : nil
    }
    return nil
  }

  private mutating func apply(
    _ flags: GivenOptions, password: [UInt8]?, environment: (String) -> [UInt8]?
  ) throws(CommandError) {
    if let uri = flags.uri { try endpoint.apply(uri: uri) }
    if case .tcp(let host, let port) = endpoint.address {
      let number = try flags.port.map { text throws(CommandError) in
        guard let number = Int(text), (0...65535).contains(number) else {
          throw CommandError("-p takes a port from 0 to 65535")
        }
        return number
      }
      endpoint.address = .tcp(host: flags.host ?? host, port: number ?? port)
    }
    if let socket = flags.socket { endpoint.address = .unix(path: socket) }
    if let user = flags.user { endpoint.user = Array(user.utf8) }
    if let password {
      endpoint.password = password
      warnsOfPassword = !flags.noAuthWarning
    } else if endpoint.password == nil, let password = environment("REDISCLI_AUTH"),
      !password.isEmpty
    {
      // Compose files set it without a value where there is no password.
      endpoint.password = password
    }
    if endpoint.user != nil, endpoint.password == nil, !flags.askpass {
      throw CommandError("--user needs a password: --askpass, -a or REDISCLI_AUTH")
    }
    if let text = flags.database {
      guard let number = Int(text), number >= 0 else {
        throw CommandError("-n takes a database number from 0")
      }
      endpoint.database = number
    }
    let styles: [(Bool, ReplyStyle)] = [
      (flags.raw, .raw), (flags.noRaw, .formatted), (flags.json, .json), (flags.csv, .csv),
    ]
    let chosen = styles.filter(\.0).map(\.1)
    if chosen.count > 1 {
      throw CommandError("--raw, --no-raw, --json and --csv exclude each other")
    }
    style = chosen.first
    if let text = flags.timeout {
      guard let seconds = Double(text), seconds > 0, seconds < 1e6 else {
        throw CommandError("-t takes seconds above 0")
      }
      timeout = seconds
    }
    if let text = flags.interval {
      guard let seconds = Double(text), seconds >= 0, seconds < 1e6 else {
        throw CommandError("-i takes seconds from 0")
      }
      interval = seconds
    }
    if let text = flags.repeats {
      guard let number = Int(text) else { throw CommandError("-r takes a number") }
      repeats = number
    }
    takesInput = flags.takesInput
    stopsAtError = flags.stopsAtError
    readOnly = flags.readOnly
    yes = flags.yes
    demo = flags.demo
    askpass = flags.askpass
    allowsColour = !flags.noColor && (environment("NO_COLOR") ?? []).isEmpty
    if demo, flags.host != nil || flags.port != nil || flags.socket != nil || flags.uri != nil {
      throw CommandError("--demo starts a server of its own: -h, -p, -s and -u do not go with it")
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
      .map { String(decoding: $0, as: UTF8.self) }
    if let dot = locale?.lastIndex(of: "."), let locale {
      let characters = locale[locale.index(after: dot)...].lowercased()
      isUTF8 = characters.hasPrefix("utf-8") || characters.hasPrefix("utf8")
    }
  }
}
