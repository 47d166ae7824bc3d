import RedisClient

/// What the options of a command line have asked for so far, in their order; `finish` says what
/// they mean together.
struct CommandLineDraft {
  var options = Options()
  /// From -h and -p; they make an address unless a socket is named.
  var host: String?
  var port: Int?
  var socket: String?
  /// The options for TLS that were given.
  var tls = TLSSettings()
  var asksForTLS = false
  var firstTLSOption: String?
  /// Other work than commands that was asked for, by the names of its options.
  var works: [(name: String, work: Options.Work)] = []
  /// Where a password stood on the command line.
  var hasPassword = false
  var silencesWarning = false
  /// Whom the sentinels are told; theirs are not the master's.
  var sentinelUser: [UInt8]?
  var sentinelPassword: [UInt8]?
  var namesColour = true
  /// What is printed instead of doing anything.
  var document: Document?
  /// The pattern that --quoted-pattern gave, in quotes.
  var quotedPattern: [UInt8]?
}

extension CommandLineDraft {
  /// Notes an option that only TLS understands.
  mutating func needsTLS(_ name: String) { firstTLSOption = firstTLSOption ?? name }

  /// Notes what is to be done instead of running commands.
  mutating func doWork(_ name: String, _ work: Options.Work) {
    // --memkeys-samples means --memkeys; both may stand there.
    if works.last?.work != work { works.append((name, work)) }
  }

  /// Puts everything together.
  ///
  /// - Parameters:
  ///   - command: the words behind the options.
  ///   - environment: a variable's value.
  func finish(
    command: [[UInt8]], environment: (String) -> [UInt8]?
  ) throws(CommandError) -> Options {
    var options = options
    options.command = command
    if works.count > 1 { throw CommandError("\(list(works.map(\.name))) exclude each other") }
    options.work = works.last?.work ?? .commands
    try finishAddress(&options)
    try finishPassword(&options, environment)
    try finishCommand(&options)
    options.allowsColour = namesColour && (environment("NO_COLOR") ?? []).isEmpty
    options.isUTF8 = Self.isUTF8(environment)
    return options
  }

  private func finishAddress(_ options: inout Options) throws(CommandError) {
    if case .tcp(let host, let port) = options.endpoint.address {
      options.endpoint.address = .tcp(host: self.host ?? host, port: self.port ?? port)
    }
    if let socket {
      if options.cluster { throw CommandError("-c and -s exclude each other") }
      options.endpoint.address = .unix(path: socket)
    }
    if asksForTLS || options.endpoint.tls != nil {
      options.endpoint.tls = tls
    } else if let firstTLSOption {
      throw CommandError("\(firstTLSOption) needs --tls or a URI that begins with rediss://")
    }
    if (tls.certificate == nil) != (tls.key == nil) {
      throw CommandError("--cert and --key go together")
    }
    if options.endpoint.sentinel != nil,
      host != nil || port != nil || socket != nil || options.cluster
    {
      throw CommandError("the sentinels name the server: -h, -p, -s and -c do not go with them")
    }
    let namesServer = host != nil || port != nil || socket != nil || options.namesURI
    if options.demo, namesServer || options.cluster || asksForTLS {
      throw CommandError(
        "--demo starts a server of its own: -h, -p, -s, -u, -c and --tls do not go with it")
    }
  }

  private func finishPassword(
    _ options: inout Options, _ environment: (String) -> [UInt8]?
  ) throws(CommandError) {
    options.warnsOfPassword = hasPassword && !silencesWarning
    if options.endpoint.password == nil, let password = environment("REDISCLI_AUTH"),
      // Compose files set it without a value where there is no password.
      !password.isEmpty
    {
      options.endpoint.password = password
    }
    if options.endpoint.sentinel != nil {
      let password = sentinelPassword ?? environment("SESSCLI_SENTINEL_AUTH") ?? []
      options.endpoint.sentinel?.password = password.isEmpty ? nil : password
      options.endpoint.sentinel?.user = sentinelUser
      if sentinelUser != nil, password.isEmpty {
        throw CommandError(
          "--sentinel-user needs a password: --sentinel-pass or SESSCLI_SENTINEL_AUTH")
      }
    } else if sentinelUser != nil || sentinelPassword != nil {
      throw CommandError(
        "--sentinel-user and --sentinel-pass need a URI that begins with sentinel://")
    }
    if options.endpoint.user != nil, options.endpoint.password == nil, !options.askpass {
      throw CommandError("--user needs a password: --askpass, -a or REDISCLI_AUTH")
    }
  }

  private func finishCommand(_ options: inout Options) throws(CommandError) {
    if options.takesInput, options.inputTag != nil {
      throw CommandError("-x and -X exclude each other")
    }
    if options.takesInput || options.inputTag != nil, options.command.isEmpty {
      throw CommandError("\(options.takesInput ? "-x" : "-X") needs a command to add its input to")
    }
    if let tag = options.inputTag, !options.command.contains(tag) {
      throw CommandError("-X: no argument of the command is the tag \(escaped(tag))")
    }
    if options.quotedInput {
      for index in options.command.indices {
        options.command[index] = try Self.unquoted(options.command[index], "--quoted-input")
      }
    }
    if let quotedPattern {
      options.pattern = try Self.unquoted(quotedPattern, "--quoted-pattern")
    }
    switch options.work {
    case .commands, .eval: break
    default:
      guard let word = options.command.first else { break }
      let advice = options.work == .scan ? "; a pattern is given by --pattern" : ""
      throw CommandError("\(works[0].name) takes no command: \(escaped(word))\(advice)")
    }
  }

  /// What a word in the prompt's quotes stands for.
  private static func unquoted(_ word: [UInt8], _ option: String) throws(CommandError) -> [UInt8] {
    guard let words = try? Arguments.split(word), words.count == 1 else {
      throw CommandError("\(option): Invalid quoted string \(escaped(word))")
    }
    return words[0]
  }

  private func list(_ names: [String]) -> String {
    names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  /// Whether text may be shown as UTF-8: yes, unless the locale names another character set.
  private static func isUTF8(_ environment: (String) -> [UInt8]?) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }
      .map { String(decoding: $0, as: UTF8.self) }
    guard let locale, let dot = locale.lastIndex(of: ".") else { return true }
    let characters = locale[locale.index(after: dot)...].lowercased()
    return characters.hasPrefix("utf-8") || characters.hasPrefix("utf8")
  }
}

// MARK: Values

extension CommandLineDraft {
  /// A whole number within bounds.
  ///
  /// - Parameter meaning: what the option takes, for the error: "-p takes a port from 0 to 65535".
  static func number(
    _ word: [UInt8], _ range: ClosedRange<Int>, _ meaning: String
  ) throws(CommandError) -> Int {
    guard let number = Int(String(decoding: word, as: UTF8.self)), range.contains(number) else {
      throw CommandError(meaning)
    }
    return number
  }

  /// Seconds, with a fraction perhaps.
  static func seconds(
    _ word: [UInt8], from least: Double = 0, _ meaning: String
  ) throws(CommandError) -> Double {
    // Below eleven days every clock and timer holds it.
    guard let seconds = Double(String(decoding: word, as: UTF8.self)), seconds >= least,
      seconds < 1e6
    else { throw CommandError(meaning) }
    return seconds
  }

  /// A name that goes to the system, which takes no NUL; a command line holds none.
  static func text(_ word: [UInt8], _ option: String) throws(CommandError) -> String {
    guard let text = String(validating: word, as: UTF8.self) else {
      throw CommandError("\(option): the name is not UTF-8")
    }
    return text
  }
}
