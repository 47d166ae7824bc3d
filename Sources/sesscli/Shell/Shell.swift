import Glibc
import RedisClient

/// The inspector: runs commands, its own and Redis', against one connection, in one of three ways of use.
final class Shell {
  enum Mode { case interactive, script, oneShot }

  /// Where commands go; in a cluster, the server that was used last.
  ///
  /// Scripts ask for it several times for each command, so that checking each access for overlap would show.
  @exclusivity(unchecked)
  var connection: Connection
  /// The cluster that is used as one database, when it was asked for and there is one.
  var cluster: Cluster?
  /// `-c`, `:cluster on`.
  var asksForCluster: Bool
  /// What is known of the open transaction in a cluster.
  var transaction = ClusterTransaction()
  /// Where a SCAN typed by hand began.
  var scanned: Connection?
  var hasToldOfScan = false
  var hasOfferedCluster = false
  let options: Options
  let mode: Mode
  let output: Output
  let errors: Output
  let palette: Palette
  let text: Escaping.Text
  let printer: ReplyPrinter
  let readOnly: ReadOnlyGuard?
  /// Where messages go that the server sends unasked.
  private let pushes: any ReplySink

  /// `:set confirm`.
  var asksBeforeFlush: Bool
  /// `:set hints`.
  var showsHints = true
  /// The worst that happened so far.
  private(set) var status: ExitCode = .success
  /// Set by `quit`.
  var isOver = false
  /// Whether Ctrl-C ended the last command.
  private(set) var wasInterrupted = false
  /// Asks the person for a line; nil where nobody can be asked.
  var ask: ((_ prompt: String) -> [UInt8]?)?
  /// Whether a command follows the one that is being run, asked while that one is a stream.
  var nextCommand: () -> NextCommand = { .none }
  /// Takes that command if it begins or ends subscriptions.
  var nextOfSubscription: () -> [[UInt8]]? = { nil }
  /// The line of the script that is being run.
  var line = 0
  /// What JSON shall look like for each command that the open transaction has queued.
  private var queuedShapes: [ReplyShape] = []
  /// What the last connection took with it, until it is told.
  var lost: String?
  var lostMode = ReplyMode.on
  var tellsReconnection = false
  /// Where the sentinels' master was found last.
  var master: String?
  /// Whether the server refused the password or the database when it was connected to last.
  var isRefused = false
  /// Whether the script's person knows where to write.
  var advisedReadOnly = false

  init(_ options: Options, mode: Mode, output: Output, errors: Output) {
    self.options = options
    self.mode = mode
    self.output = output
    self.errors = errors
    connection = Connection(options.endpoint)
    asksForCluster = options.cluster
    connection.timeout = options.timeout
    connection.learnsRole = mode == .interactive
    let isColoured = output.isTerminal && options.allowsColour
    palette = isColoured ? Palette(isColoured: true) : .plain
    text = output.isTerminal && options.isUTF8 ? .utf8 : .ascii
    printer = ReplyPrinter(
      output, style: options.style ?? (output.isTerminal ? .formatted : .raw), palette: palette,
      text: text)
    printer.delimiter = options.delimiter
    printer.replyDelimiter = options.replyDelimiter
    connection.wantedProtocol = options.protocolVersion == 3 ? 3 : nil
    if options.showsPushes ?? output.isTerminal {
      pushes = PushPrinter(
        ReplyPrinter(output, style: printer.style, palette: palette, text: text), output, text)
    } else {
      pushes = ReplyDiscard()
    }
    connection.pushes = pushes
    readOnly = options.readOnly ? ReadOnlyGuard() : nil
    asksBeforeFlush = !options.yes && mode == .interactive && output.isTerminal
    connection.tell = { [unowned self] in self.note($0) }
    if mode == .interactive { printer.advice = { [unowned self] in self.whoWasRefused($0) } }
    if mode == .script { printer.errors = { [unowned self] in self.reportReplyError($0) } }
  }

  /// What answers sesscli's own questions of keys.
  var server: any Answering { cluster ?? connection }

  /// Remembers the worst exit code.
  func fail(_ code: ExitCode) { status = max(status, code) }

  // MARK: Messages

  /// Says something beside the data: on standard error, dim on a terminal.
  func note(_ message: String) {
    endLine()
    let isColoured = errors.isTerminal && options.allowsColour
    errors.write(Palette(isColoured: isColoured).paint(message, .dim) + "\n")
    errors.flush()
  }

  /// Says what failed, with the line of the script.
  func complain(_ message: String) {
    endLine()
    let isColoured = errors.isTerminal && options.allowsColour
    let place = mode == .script && line > 0 ? "line \(line): " : ""
    errors.write(place + Palette(isColoured: isColoured).paint(message, .error) + "\n")
    errors.flush()
  }

  /// Puts out what there is. On a terminal, half a reply does not share its line with a message.
  private func endLine() {
    if output.isTerminal { output.endLine() }
    output.flush()
  }

  private func reportReplyError(_ message: [UInt8]) {
    complain("(error) \(escaped(message))\(whoWasRefused(message).map { " (\($0))" } ?? "")")
  }

  // MARK: Commands

  /// Runs one command, the inspector's own or Redis', and reports what fails; nothing is thrown further.
  func execute(_ words: [[UInt8]]) {
    guard let first = words.first else { return }
    wasInterrupted = false
    report(during: words) {
      if let command = Command.named(first, in: mode) {
        try command.run(self, words)
      } else if mode != .oneShot, Command.isSetting(first) {
        throw CommandError(
          Command.named(first, in: .interactive) == nil
            ? "unknown setting \"\(escaped(first))\" (help lists them); not sent"
            : "\(escaped(first)) is for the prompt; not sent")
      } else {
        try perform(words)
      }
    }
  }

  /// Does some work and reports what fails; nothing is thrown further.
  func report(during words: [[UInt8]] = [], _ work: () throws -> Void) {
    do {
      try work()
    } catch let error as CommandError {
      complain(error.message)
      // A script's and a prompt's commands are not those of the command line.
      fail(error.isUsage && mode == .oneShot ? .usage : .commandFailed)
    } catch let error as RedisError {
      handle(error, during: words)
    } catch {
      complain("\(error)")
      fail(.commandFailed)
    }
  }

  /// What an I/O failure means for the command at hand and for those to come.
  func handle(_ error: RedisError, during words: [[UInt8]]) {
    let wasSent = connection.owed > 0
    switch error.kind {
    case .interrupted:
      wasInterrupted = true
      output.discard()
      if mode == .interactive {
        Interrupt.clear()
        // The terminal has echoed ^C somewhere in the line.
        if output.isTerminal { output.write(palette.isColoured ? "\u{1B}[0m\n" : "\n") }
        output.flush()
        // Who ended the connecting does not want it to begin again.
        if connection.isOpen { renew() } else { drop() }
      } else {
        fail(.commandFailed)
        isOver = true
      }
    case .connect, .authentication, .select:
      isRefused = error.kind != .connect
      complain(prefix(error) + error.message)
      fail(.noConnection)
      if mode != .interactive { isOver = true }
    case .output: isOver = true
    case .lost, .timeout, .protocolError:
      let unheard = drop()
      let name = words.first.map { escaped($0).uppercased() } ?? ""
      // The inspector's own commands only read.
      let isOwn = words.first.map { Command.named($0, in: mode) != nil } ?? false
      let doubt =
        wasSent && !isOwn && CommandTable.mayChange(words)
        ? "; \(name) may have been executed and is not repeated" : ""
      complain("Error: \(error.message)\(doubt)\(unheard)")
      fail(.noConnection)
      if mode != .interactive { isOver = true }
    }
  }

  private func prefix(_ error: RedisError) -> String {
    error.kind == .connect && connection.sentinel == nil
      ? "Could not connect to Redis at \(connection.endpoint.address.name): " : ""
  }

  /// Sends one Redis command and prints its reply as it arrives.
  func perform(_ words: [[UInt8]]) throws {
    if connection.isSubscribed { return try performSubscribed(words) }
    let conversation = Conversation(words, inTransaction: connection.isInTransaction)
    do {
      if case .refused(let reason) = conversation { throw CommandError("\(reason); not sent") }
      if try connectAnew(by: words) { return }
      let questions = connection.questions
      try connect(for: words)
      try checkReplies(words, conversation)
      try readOnly?.check(words, on: connection, of: cluster)
      if try !FlushQuestion.allows(words, in: self) { return }
      // A second answer to a question of ours would be taken for the command's.
      if connection.questions != questions, let problem = connection.problem() { throw problem }
    } catch let error as CommandError {
      connection.spoilTransaction()
      throw error
    }
    if let cluster, !connection.isInTransaction, try performWide(words, in: cluster) { return }
    if connection.isSpoiled, words.first.map(lowercased) == "exec" {
      // Its OK is no reply to EXEC.
      try performSilently([Array("DISCARD".utf8)])
      throw CommandError("EXEC was not sent but DISCARD: a command of the transaction is missing")
    }
    try send(words, conversation)
  }

  private func send(_ words: [[UInt8]], _ conversation: Conversation) throws {
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
        // QUIT is said to the connection and all that it holds; SHUTDOWN to the server, which may come back.
        if lowercased(words[0]) == "shutdown" { drop() } else { leave() }
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
      output.write(palette.paint("(\(formatHundredths(seconds))s)", .dim) + "\n")
    }
  }

  /// Sets the printer up for a command's reply.
  func prepare(for words: [[UInt8]]) {
    printer.style = options.style ?? (output.isTerminal ? .formatted : .raw)
    printer.isText = CommandTraits.isText(words)
    printer.shape = shape(of: words)
    printer.redirectedBy = cluster != nil && !connection.isInTransaction ? connection.host : nil
    printer.watched = words.first.map(lowercased) == "exec" ? connection.changePlaces : []
  }

  /// What RESP3 would say of the reply; `plain` where nobody wants to know, or RESP3 says it.
  private func shape(of words: [[UInt8]]) -> ReplyShape {
    guard writesJSON, connection.protocolVersion == 2, options.protocolVersion != 2,
      let name = words.first.map(lowercased)
    else { return .plain }
    if name == "exec" { return .tuple(queuedShapes) }
    return ReplyShapeTable.shape(of: words)
  }

  /// Whether replies are written as JSON, which shows what RESP2 does not tell.
  var writesJSON: Bool { options.style == .json || options.style == .quotedJSON }

  /// Reads the next reply and notes what it changed.
  func receive(_ words: [[UInt8]]) throws(RedisError) {
    // Whoever reads the replies before this one need not wait for it.
    output.flush()
    printer.begin()
    let limit = replyLimit(words)
    while try !connection.nextReply(into: printer) {
      // Who looks on sees each element when it comes; in a pipe full buffers count for more.
      if output.isTerminal { output.flush() }
      if output.failure != 0 { throw RedisError(.output, "") }
      try connection.wait(timeout: limit)
    }
    try afterReply(words)
  }

  /// Seconds that the server may be silent before it answers: a person ends a wait with Ctrl-C, a script needs an end by
  /// itself.
  func replyLimit(_ words: [[UInt8]]) -> Double? {
    CommandTraits.waits(words)
      ? nil : options.timeout ?? (mode == .interactive ? nil : Connection.replyTimeout)
  }

  func afterReply(_ words: [[UInt8]]) throws(RedisError) {
    connection.note(words, printer.outcome)
    if writesJSON {
      if !connection.isInTransaction || lowercased(words.first ?? []) == "multi" {
        queuedShapes = []
      } else if !printer.outcome.isError {
        queuedShapes.append(shape(of: words))
      }
    }
    if printer.outcome.errors > 0, mode == .script || options.stopsAtError { fail(.commandFailed) }
    if output.failure != 0 { throw RedisError(.output, "") }
    try heed(words)
  }

  /// Prints what comes until Ctrl-C (or, in a script, the next command) ends it.
  private func follow() throws {
    if mode == .interactive { note("Reading messages... (press Ctrl-C to quit)") }
    while true {
      output.flush()
      connection.expectMore()
      printer.begin()
      while try !connection.nextReply(into: printer) {
        let input = nextCommand()
        if input == .ready, !connection.isInReply {
          // Nothing of the script is swallowed. What WATCH guarded goes with the connection.
          drop()
          tellsReconnection = false
          return
        }
        try connection.wait(timeout: nil, other: input.descriptor)
      }
      if output.failure != 0 { throw RedisError(.output, "") }
    }
  }
}
