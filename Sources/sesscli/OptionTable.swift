import RedisClient

extension CommandLineOption {
  /// Every option, in the order of help. redis-cli's names mean what they mean there.
  static let all: [CommandLineOption] =
    connectionOptions + tlsOptions + inputOptions + outputOptions + workOptions + safetyOptions
    + helpOptions + elsewhere

  private typealias Draft = CommandLineDraft

  private static let connectionOptions: [CommandLineOption] = [
    .init(["-h"], argument: .word("host"), .connection, "Server's host name (127.0.0.1).") {
      draft, word throws(CommandError) in draft.host = try Draft.text(word, "-h")
    },
    .init(["-p"], argument: .word("port"), .connection, "Server's port (6379).") {
      draft, word throws(CommandError) in
      draft.port = try Draft.number(word, 0...65535, "-p takes a port from 0 to 65535")
    },
    .init(
      ["-s"], argument: .file("socket"), .connection,
      "Server's Unix socket; overrides host and port."
    ) { draft, word throws(CommandError) in draft.socket = try Draft.text(word, "-s") },
    .init(
      ["-u"], argument: .uri("uri"), .connection,
      "Server's URI: redis://[[user:]password@]host[:port][/database]; rediss:// is over TLS; "
        + "sentinel://host[:port],.../master[/database] asks sentinels for the master."
    ) { draft, word throws(CommandError) in
      try draft.options.endpoint.apply(uri: try Draft.text(word, "-u"))
      // What the URI names counts, unless an option behind it names another.
      draft.host = nil
      draft.port = nil
      draft.options.namesURI = true
      draft.hasPassword = draft.hasPassword || draft.options.endpoint.password != nil
    },
    .init(
      ["-a", "--pass"], argument: .secret("password"), .connection,
      "Password. Safer: --askpass, or the environment's REDISCLI_AUTH."
    ) { draft, word in
      draft.options.endpoint.password = word
      draft.hasPassword = true
    },
    .init(["--user"], argument: .word("name"), .connection, "ACL user for the password.") {
      draft, word in draft.options.endpoint.user = word
    },
    .init(
      ["--sentinel-user"], argument: .word("name"), .connection, "ACL user for --sentinel-pass."
    ) {
      draft, word in draft.sentinelUser = word
    },
    .init(
      ["--sentinel-pass"], argument: .secret("password"), .connection,
      "Password of the sentinels themselves. Safer: the environment's SESSCLI_SENTINEL_AUTH."
    ) { draft, word in
      draft.sentinelPassword = word
      draft.hasPassword = true
    },
    .init(
      ["--askpass"], .connection,
      "Ask for the password, without echo; without a terminal, the first line of input is it."
    ) { draft, _ in draft.options.askpass = true },
    .init(["--no-auth-warning"], .connection, "Do not warn of a password on the command line.") {
      draft, _ in draft.silencesWarning = true
    },
    .init(["-n"], argument: .word("number"), .connection, "Database number (0).") {
      draft, word throws(CommandError) in
      draft.options.endpoint.database = try Draft.number(
        word, 0...Int.max, "-n takes a database number from 0")
    },
    .init(
      ["-c"], .connection, "The server is one of a cluster: use all its masters as one database."
    ) { draft, _ in draft.options.cluster = true },
    .init(
      ["-t"], argument: .word("seconds"), .connection,
      "Time to wait for a silent server (10 to connect, 300 for a reply)."
    ) { draft, word throws(CommandError) in
      draft.options.timeout = try Draft.seconds(
        word, from: 0.001, "-t takes seconds above 0")
    },
    .init(["-4"], .connection, "Try the IPv4 addresses of the host first, as without it.") {
      draft, _ in
      draft.options.endpoint.family = .ipv4
    },
    .init(["-6"], .connection, "Try the IPv6 addresses of the host first.") { draft, _ in
      draft.options.endpoint.family = .ipv6
    },
    .init(["-2"], .connection, "Speak RESP2.") { draft, _ throws(CommandError) in
      try speak(2, &draft)
    },
    .init(["-3"], .connection, "Speak RESP3 (needs hiredis 1.0 or newer).") {
      draft, _ throws(CommandError) in try speak(3, &draft)
    },
  ]

  private static func speak(_ version: Int, _ draft: inout Draft) throws(CommandError) {
    if let other = draft.options.protocolVersion, other != version {
      throw CommandError("-2 and -3 exclude each other")
    }
    if version > ReplyReader.protocolVersion {
      throw CommandError("-\(version): \(ReplyReader.noRESP3)")
    }
    draft.options.protocolVersion = version
  }

  private static let tlsOptions: [CommandLineOption] = [
    .init(["--tls"], .tls, "Connect over TLS.") { draft, _ in draft.asksForTLS = true },
    .init(
      ["--sni"], argument: .word("host"), .tls, "Name to ask the server for (the host's name)."
    ) { draft, word throws(CommandError) in
      draft.needsTLS("--sni")
      draft.tls.serverName = try Draft.text(word, "--sni")
    },
    .init(
      ["--cacert"], argument: .file("file"), .tls,
      "Certificates to believe, instead of the system's."
    ) { draft, word throws(CommandError) in
      draft.needsTLS("--cacert")
      draft.tls.caFile = try Draft.text(word, "--cacert")
    },
    .init(
      ["--cacertdir"], argument: .directory("folder"), .tls,
      "Folder of such files, named by their hashes."
    ) { draft, word throws(CommandError) in
      draft.needsTLS("--cacertdir")
      draft.tls.caDirectory = try Draft.text(word, "--cacertdir")
    },
    .init(["--insecure"], .tls, "Believe any certificate.") { draft, _ in
      draft.needsTLS("--insecure")
      draft.tls.verifies = false
    },
    .init(["--cert"], argument: .file("file"), .tls, "The client's certificate.") {
      draft, word throws(CommandError) in
      draft.needsTLS("--cert")
      draft.tls.certificate = try Draft.text(word, "--cert")
    },
    .init(["--key"], argument: .file("file"), .tls, "The private key for --cert.") {
      draft, word throws(CommandError) in
      draft.needsTLS("--key")
      draft.tls.key = try Draft.text(word, "--key")
    },
    .init(
      ["--tls-ciphers"], argument: .word("list"), .tls,
      "Ciphers up to TLS 1.2, as OpenSSL lists them."
    ) { draft, word throws(CommandError) in
      draft.needsTLS("--tls-ciphers")
      draft.tls.ciphers = try Draft.text(word, "--tls-ciphers")
    },
    .init(
      ["--tls-ciphersuites"], argument: .word("list"), .tls, "Cipher suites of TLS 1.3."
    ) { draft, word throws(CommandError) in
      draft.needsTLS("--tls-ciphersuites")
      draft.tls.cipherSuites = try Draft.text(word, "--tls-ciphersuites")
    },
  ]

  private static let inputOptions: [CommandLineOption] = [
    .init(
      ["-r"], argument: .word("times"), .input, "Run the command so many times; -1 without end."
    ) { draft, word throws(CommandError) in
      draft.options.repeats = try Draft.number(word, Int.min...Int.max, "-r takes a number")
    },
    .init(
      ["-i"], argument: .word("seconds"), .input,
      "Pause between the runs of -r, the lines of --stat and the pages of --scan."
    ) { draft, word throws(CommandError) in
      draft.options.interval = try Draft.seconds(word, "-i takes seconds from 0")
    },
    .init(["-x"], .input, "Read the last argument from standard input.") { draft, _ in
      draft.options.takesInput = true
    },
    .init(
      ["-X"], argument: .word("tag"), .input,
      "Put standard input in the place of the argument that is this tag."
    ) { draft, word in draft.options.inputTag = word },
    .init(
      ["--quoted-input"], .input, "The command's words are quoted as at the prompt: '\"\\x00\"'."
    ) { draft, _ in draft.options.quotedInput = true },
    .init(["-e"], .input, "Exit with 1 when a command fails; a script stops there.") { draft, _ in
      draft.options.stopsAtError = true
    },
  ]

  private static let outputOptions: [CommandLineOption] = [
    .init(["--raw"], .output, "Replies as bytes alone, also on a terminal.") { draft, _ in
      draft.options.style = .raw
    },
    .init(["--no-raw"], .output, "Replies formatted, also in a pipe.") { draft, _ in
      draft.options.style = .formatted
    },
    .init(["--csv"], .output, "Replies as CSV.") { draft, _ in
      draft.options.style = .csv
    },
    .init(["--json"], .output, "Replies as JSON.") { draft, _ in
      draft.options.style = .json
    },
    .init(
      ["--quoted-json"], .output, "Replies as JSON in ASCII, its strings in redis-cli's escapes."
    ) { draft, _ in draft.options.style = .quotedJSON },
    .init(
      ["-d"], argument: .word("text"), .output,
      "Between the elements of a raw reply (a line feed)."
    ) { draft, word in draft.options.delimiter = word },
    .init(["-D"], argument: .word("text"), .output, "Behind each raw reply (a line feed).") {
      draft, word in draft.options.replyDelimiter = word
    },
    .init(
      ["--show-pushes"], argument: .choice(["yes", "no"]), .output,
      "Print messages that RESP3 servers send unasked (on a terminal: yes)."
    ) { draft, word throws(CommandError) in
      switch lowercased(word) {
      case "y", "yes": draft.options.showsPushes = true
      case "n", "no": draft.options.showsPushes = false
      default: throw CommandError("--show-pushes takes yes or no")
      }
    },
    .init(["--no-color"], .output, "No colours (also: NO_COLOR in the environment).") { draft, _ in
      draft.namesColour = false
    },
    .init(["--verbose"], .output, "Say more of what is done.") { draft, _ in
      draft.options.verbose = true
    },
  ]

  private static let workOptions: [CommandLineOption] = [
    .init(["--scan"], .work, "List the keys, one on each line, without blocking the server.") {
      draft, _ in draft.doWork("--scan", .scan)
    },
    .init(
      ["--pattern"], argument: .word("pattern"), .work,
      "The keys for --scan and the options that look at all keys."
    ) { draft, word in
      draft.options.pattern = word
      draft.quotedPattern = nil
    },
    .init(
      ["--quoted-pattern"], argument: .word("pattern"), .work,
      "The same, quoted as at the prompt."
    ) { draft, word in draft.quotedPattern = word },
    .init(
      ["--count"], argument: .word("keys"), .work, "Keys that SCAN looks at for a page (1000)."
    ) { draft, word throws(CommandError) in
      draft.options.scanCount = try Draft.number(word, 1...Int.max, "--count takes a number from 1")
    },
    .init(["--cursor"], argument: .word("cursor"), .work, "Where --scan and its kin begin (0).") {
      draft, word throws(CommandError) in
      guard let cursor = UInt64(String(decoding: word, as: UTF8.self)) else {
        throw CommandError("--cursor takes a cursor of SCAN, a number from 0")
      }
      draft.options.cursor = cursor
    },
    .init(["--bigkeys"], .work, "The keys with the most elements, of each type.") { draft, _ in
      draft.doWork("--bigkeys", .bigKeys)
    },
    .init(["--memkeys"], .work, "The keys that take the most memory, of each type.") { draft, _ in
      draft.doWork("--memkeys", .memKeys)
    },
    .init(
      ["--memkeys-samples"], argument: .word("elements"), .work,
      "--memkeys with so many elements of a key looked at; 0 is all."
    ) { draft, word throws(CommandError) in
      draft.options.memKeysSamples = try Draft.number(
        word, 0...Int.max, "--memkeys-samples takes a number from 0")
      draft.doWork("--memkeys", .memKeys)
    },
    .init(["--keystats"], .work, "Both, with how the sizes are distributed.") { draft, _ in
      draft.doWork("--keystats", .keyStats)
    },
    .init(
      ["--keystats-samples"], argument: .word("elements"), .work,
      "--keystats with so many elements of a key looked at; 0 is all."
    ) { draft, word throws(CommandError) in
      draft.options.memKeysSamples = try Draft.number(
        word, 0...Int.max, "--keystats-samples takes a number from 0")
      draft.doWork("--keystats", .keyStats)
    },
    .init(["--top"], argument: .word("keys"), .work, "The keys that --keystats lists (10).") {
      draft, word throws(CommandError) in
      draft.options.top = try Draft.number(word, 1...Int.max, "--top takes a number from 1")
    },
    .init(["--hotkeys"], .work, "The keys used most; the server's eviction policy must be LFU.") {
      draft, _ in draft.doWork("--hotkeys", .hotKeys)
    },
    .init(["--stat"], .work, "Keys, memory, clients and requests, a line each second.") {
      draft, _ in draft.doWork("--stat", .stat)
    },
    .init(["--latency"], .work, "How long PING takes; in a pipe for one second.") { draft, _ in
      draft.doWork("--latency", .latency)
    },
    .init(["--latency-history"], .work, "The same, a line every 15 seconds.") { draft, _ in
      draft.doWork("--latency-history", .latencyHistory)
    },
    .init(["--latency-dist"], .work, "The same as a spectrum, a line each second.") { draft, _ in
      draft.doWork("--latency-dist", .latencyDistribution)
    },
    .init(["--mono"], .work, "That spectrum without colours.") { draft, _ in
      draft.options.isMono = true
    },
    .init(["--pipe"], .work, "Send Redis' protocol from standard input as it is.") { draft, _ in
      draft.doWork("--pipe", .pipe)
    },
    .init(
      ["--pipe-timeout"], argument: .word("seconds"), .work,
      "Time that --pipe waits for the last reply (30); 0 is without end."
    ) { draft, word throws(CommandError) in
      draft.options.pipeTimeout = try Draft.seconds(word, "--pipe-timeout takes seconds from 0")
    },
    .init(
      ["--rdb"], argument: .file("file"), .work,
      "Copy the server's data to an RDB file; - is standard output."
    ) { draft, word throws(CommandError) in
      draft.doWork("--rdb", .rdb(try Draft.text(word, "--rdb")))
    },
    .init(
      ["--eval"], argument: .file("file"), .work,
      "Run a Lua script: --eval file key ... , argument ..."
    ) { draft, word throws(CommandError) in
      draft.doWork("--eval", .eval(try Draft.text(word, "--eval")))
    },
  ]

  private static let safetyOptions: [CommandLineOption] = [
    .init(["--read-only"], .safety, "Refuse every command that may change something.") { draft, _ in
      draft.options.readOnly = true
    },
    .init(["--yes"], .safety, "Do not ask before FLUSHDB and FLUSHALL.") { draft, _ in
      draft.options.yes = true
    },
    .init(["--demo"], .safety, "Start a private throw-away server filled with sample sessions.") {
      draft, _ in draft.options.demo = true
    },
  ]

  private static let helpOptions: [CommandLineOption] = [
    .init(["--help"], .help, "This text.") { _, _ in },
    .init(["-v", "--version"], .help, "The version.") { _, _ in },
    .init(
      ["--generate"], argument: .choice(Document.allCases.map(\.rawValue)), .help,
      "The manual page, or a shell's completion, for packages."
    ) { draft, word throws(CommandError) in
      guard let document = Document(rawValue: String(decoding: word, as: UTF8.self)) else {
        let names = Document.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandError("--generate takes one of \(names)")
      }
      draft.document = document
    },
  ]

  private static let elsewhere: [CommandLineOption] = [
    .missing("--cluster", "manages clusters"),
    .missing("--functions-rdb", "copies functions to an RDB file"),
    .missing("--intrinsic-latency", "measures the latency of this machine"),
    .missing("--ldb", "debugs Lua scripts"),
    .missing("--ldb-sync-mode", "debugs Lua scripts"),
    .missing("--lru-test", "simulates a cache"),
    .missing("--replica", "shows what a replica is sent"),
    .missing("--slave", "shows what a replica is sent"),
  ]

  private static func missing(_ name: String, _ what: String) -> CommandLineOption {
    .init([name], .elsewhere, "redis-cli \(name) \(what).") { _, _ throws(CommandError) in
      throw CommandError("\(name) is left to redis-cli, which \(what)")
    }
  }
}
