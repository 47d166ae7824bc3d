import RedisClient

/// Sends commands and prints what they are answered: one reply or several, messages without end,
/// redirections of a cluster.
final class Exchange {
  let session: Session
  let console: Console
  let options: Options
  let printer: ReplyPrinter
  /// Where messages go that the server sends unasked.
  private let pushes: any ReplySink
  /// Whether a command follows the one that is being run, asked while that one is a stream.
  var nextCommand: () -> NextCommand = { .none }
  /// Takes that command if it begins or ends subscriptions.
  var nextOfSubscription: () -> [[UInt8]]? = { nil }
  /// What JSON shall look like for each command that the open transaction has queued.
  private var queuedShapes: [ReplyShape] = []
  /// Whether the script's person knows where to write.
  var advisedReadOnly = false
  private var hasOfferedCluster = false

  var connection: Connection { session.connection }
  var cluster: Cluster? { session.cluster }
  var output: Output { console.output }
  var mode: RunMode { console.mode }

  init(_ session: Session) {
    self.session = session
    console = session.console
    options = session.options
    let output = console.output
    printer = ReplyPrinter(
      output, style: console.style, palette: console.palette, text: console.text)
    printer.delimiter = options.delimiter
    printer.replyDelimiter = options.replyDelimiter
    if options.showsPushes ?? output.isTerminal {
      pushes = PushPrinter(
        ReplyPrinter(output, style: console.style, palette: console.palette, text: console.text),
        output, console.text)
    } else {
      pushes = ReplyDiscard()
    }
    connection.pushes = pushes
    if mode == .interactive { printer.advice = { [unowned self] in self.whoWasRefused($0) } }
    if mode == .script { printer.errors = { [unowned self] in self.report($0) } }
  }

  private func report(_ message: [UInt8]) {
    let refused = whoWasRefused(message).map { " (\($0))" } ?? ""
    console.complain("(error) \(escaped(message))\(refused)")
  }

  // MARK: Sending

  /// Sends a command in the way that its conversation asks for.
  func send(_ words: [[UInt8]], _ conversation: Conversation) throws {
    switch conversation {
    case .subscription: try subscribe(words)
    case .setsReplies(let mode) where mode != .on: try mute(words, mode)
    case .setsReplies:
      connection.hear()
      try exchange(words, conversation)
    default:
      if connection.replyMode == .on {
        try exchange(words, conversation)
      } else {
        try performUnheard(words, conversation)
      }
    }
  }

  /// Sends a command and prints what it is answered.
  func exchange(_ words: [[UInt8]], _ conversation: Conversation) throws {
    let start = monotonicSeconds()
    prepare(for: words)
    // RESP3 answers SUBSCRIBE and its like with pushes.
    connection.pushes = conversation == .ordinary || conversation == .farewell ? pushes : nil
    defer { connection.pushes = pushes }
    connection.send(words)
    do {
      try receive(words)
    } catch {
      if let cluster, try goOn(words, after: error, in: cluster) {
        connection.send(words)
        try receive(words)
      } else {
        guard conversation == .farewell, error.kind == .lost else { throw error }
        // QUIT is said to the connection and all that it holds; SHUTDOWN to the server, which may
        // come back.
        if CommandFacts.of(words).role == .shutdown { session.drop() } else { session.leave() }
        return
      }
    }
    try followRedirections(words)
    offerCluster()
    switch conversation {
    case .replies(let count) where !printer.outcome.isError:
      for _ in 1..<count {
        connection.expectMore()
        try receive(words)
      }
    case .stream where !printer.outcome.isError: try follow()
    default: break
    }
    // redis-cli's half second: below it nobody wonders.
    let seconds = monotonicSeconds() - start
    if mode == .interactive, printer.style == .formatted, seconds >= 0.5 {
      output.write(console.palette.paint("(\(formatHundredths(seconds))s)", .dim) + "\n")
    }
  }

  /// Says once that the server redirects because it is one of a cluster.
  private func offerCluster() {
    guard mode == .interactive, cluster == nil, !hasOfferedCluster, printer.outcome.isError,
      case .moved = Redirection(printer.outcome.error, asked: "")
    else { return }
    hasOfferedCluster = true
    console.note(
      "this server is one of a cluster: \":cluster on\" uses all its masters as one database, as "
        + "sesscli -c does"
    )
  }

  // MARK: Receiving

  /// Sets the printer up for a command's reply.
  func prepare(for words: [[UInt8]]) {
    printer.expect(
      style: console.style, isText: CommandTraits.isText(words), shape: shape(of: words),
      redirectedBy: cluster != nil && !connection.isInTransaction ? connection.host : nil,
      watching: CommandFacts.of(words).role == .exec ? connection.changePlaces : [])
  }

  /// What RESP3 would say of the reply; `plain` where nobody wants to know, or RESP3 says it.
  private func shape(of words: [[UInt8]]) -> ReplyShape {
    guard writesJSON, connection.protocolVersion == 2, options.protocolVersion != 2,
      !words.isEmpty
    else { return .plain }
    if CommandFacts.of(words).role == .exec { return .tuple(queuedShapes) }
    return ReplyShapeTable.shape(of: words)
  }

  /// Whether replies are written as JSON, which shows what RESP2 does not tell.
  var writesJSON: Bool { options.style == .json || options.style == .quotedJSON }

  /// Reads the next reply and notes what it changed.
  func receive(_ words: [[UInt8]]) throws(RedisError) {
    // The reader of earlier replies need not wait for this one.
    output.flush()
    printer.begin()
    let limit = replyLimit(words)
    while try !connection.nextReply(into: printer) {
      // Who looks on sees each element when it comes; in a pipe full buffers count for more.
      if output.isTerminal { output.flush() }
      try output.check()
      try connection.wait(timeout: limit)
    }
    try afterReply(words)
  }

  /// Seconds that the server may be silent before it answers: a person ends a wait with Ctrl-C, a
  /// script needs an end by itself.
  func replyLimit(_ words: [[UInt8]]) -> Double? {
    CommandTraits.waits(words)
      ? nil : options.timeout ?? (mode == .interactive ? nil : Connection.replyTimeout)
  }

  /// Notes what a printed reply changed.
  func afterReply(_ words: [[UInt8]]) throws(RedisError) {
    let outcome = printer.outcome
    connection.note(words, outcome)
    if writesJSON {
      if !connection.isInTransaction || CommandFacts.of(words).role == .multi {
        queuedShapes = []
      } else if !outcome.isError {
        queuedShapes.append(shape(of: words))
      }
    }
    if outcome.errors > 0, mode == .script || options.stopsAtError { console.fail(.commandFailed) }
    try output.check()
    try heed(outcome, of: words)
  }

  /// Prints what comes until Ctrl-C (or, in a script, the next command) ends it.
  private func follow() throws {
    if mode == .interactive { console.note("Reading messages... (press Ctrl-C to quit)") }
    while true {
      output.flush()
      connection.expectMore()
      printer.begin()
      while try !connection.nextReply(into: printer) {
        let input = nextCommand()
        if input == .ready, !connection.isInReply {
          // Nothing of the script is swallowed. What WATCH guarded goes with the connection.
          session.drop()
          session.tellsReconnection = false
          return
        }
        try connection.wait(timeout: nil, other: input.descriptor)
      }
      try output.check()
    }
  }
}
