import Glibc

/// The inspector: runs commands, its own and Redis', against one connection, in one of three ways of use.
final class Shell {
  enum Mode { case interactive, script, oneShot }

  let connection: Connection
  let options: Options
  let mode: Mode
  let output: Output
  let errors: Output
  let palette: Palette
  let text: Escaping.Text
  let printer: ReplyPrinter
  let readOnly: ReadOnlyGuard?

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
  /// The line of the script that is being run.
  var line = 0
  /// What the last connection took with it, until it is told.
  private var lost: String?
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
    connection.timeout = options.timeout
    connection.learnsRole = mode == .interactive
    let isColoured = output.isTerminal && options.allowsColour
    palette = isColoured ? Palette(isColoured: true) : .plain
    text = output.isTerminal && options.isUTF8 ? .utf8 : .ascii
    printer = ReplyPrinter(
      output, style: options.style ?? (output.isTerminal ? .formatted : .raw), palette: palette,
      text: text)
    readOnly = options.readOnly ? ReadOnlyGuard() : nil
    asksBeforeFlush = !options.yes && mode == .interactive && output.isTerminal
    connection.tell = { [unowned self] in self.note($0) }
    if mode == .interactive { printer.advice = { [unowned self] in self.whoWasRefused($0) } }
    if mode == .script { printer.errors = { [unowned self] in self.reportReplyError($0) } }
  }

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

  // MARK: Connection

  /// Connects if need be. After a lost connection the database is selected again before this returns, and a
  /// transaction that went with it is reported: the command at hand was meant for that transaction and must not run.
  func ensureConnected() throws {
    if connection.isOpen {
      if connection.isDemoted, !connection.isInTransaction {
        drop()
      } else {
        guard let problem = connection.problem() else { return }
        note(problem.message)
        drop()
      }
    }
    try open()
    if let lost {
      self.lost = nil
      // The rest of a script was meant for the transaction as well.
      if mode != .interactive {
        isOver = true
        fail(.noConnection)
      }
      throw CommandError("\(lost) was lost with the old connection; this command was not sent")
    }
  }

  /// Ends a connection whose replies cannot be trusted any more, and remembers what is lost with it.
  func drop() {
    if connection.isInTransaction {
      lost = "the open transaction"
    } else if connection.isWatching {
      lost = "the WATCH on keys"
    }
    connection.close()
  }

  /// Ends the connection by choice; there is nothing to tell.
  func leave() {
    connection.close()
    lost = nil
    tellsReconnection = false
  }

  /// After Ctrl-C: replies still owed would answer later commands, so the connection is renewed at once.
  func renew() {
    drop()
    do {
      try connect()
      if !connection.forgotten.isEmpty {
        note("lost with the old connection: \(connection.forgotten.joined(separator: ", "))")
      }
      if let lost {
        self.lost = nil
        complain("\(lost) was lost with the old connection")
      }
    } catch {
      complain(error.message)
    }
  }

  /// Connects before the first prompt, so that the prompt tells the truth; a failure is told and not final.
  func start() {
    do { try ensureConnected() } catch let error as RedisError { handle(error, during: []) } catch {
    }
  }

  // MARK: Commands

  /// Runs one command, the inspector's own or Redis', and reports what fails; nothing is thrown further.
  func execute(_ words: [[UInt8]]) {
    guard let first = words.first else { return }
    wasInterrupted = false
    do {
      if let command = Command.named(first, in: mode) {
        try command.run(self, words)
      } else {
        try perform(words)
      }
    } catch let error as CommandError {
      complain(error.message)
      fail(.commandFailed)
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
      drop()
      let name = words.first.map { escaped($0).uppercased() } ?? ""
      // The inspector's own commands only read.
      let isOwn = words.first.map { Command.named($0, in: mode) != nil } ?? false
      let doubt =
        wasSent && !isOwn && CommandTable.mayWrite(words)
        ? "; \(name) may have been executed and is not repeated" : ""
      complain("Error: \(error.message)\(doubt)")
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
    let conversation = Conversation(words, inTransaction: connection.isInTransaction)
    do {
      if case .refused(let reason) = conversation { throw CommandError("\(reason); not sent") }
      if try connectAnew(by: words) { return }
      let questions = connection.questions
      try ensureConnected()
      try readOnly?.check(words, on: connection)
      if try !FlushQuestion.allows(words, in: self) { return }
      // A second answer to a question of ours would be taken for the command's.
      if connection.questions != questions, let problem = connection.problem() { throw problem }
    } catch let error as CommandError {
      connection.spoilTransaction()
      throw error
    }
    if connection.isSpoiled, words.first.map(lowercased) == "exec" {
      try send([Array("DISCARD".utf8)], .ordinary)
      throw CommandError("EXEC was not sent but DISCARD: a command of the transaction is missing")
    }
    try send(words, conversation)
  }

  private func send(_ words: [[UInt8]], _ conversation: Conversation) throws {
    let start = monotonicSeconds()
    prepare(for: words)
    connection.send(words)
    do {
      try receive(words)
    } catch {
      guard conversation == .farewell, error.kind == .lost else { throw error }
      leave()
      return
    }
    switch conversation {
    case .replies(let count) where !printer.outcome.isError:
      for _ in 1..<count {
        connection.expectMore()
        try receive(words)
      }
    case .stream where !printer.outcome.isError: try follow(words)
    default: break
    }
    // redis-cli's half second: below it nobody wonders.
    let seconds = monotonicSeconds() - start
    if mode == .interactive, printer.style == .formatted || output.isTerminal, seconds >= 0.5 {
      output.write(palette.paint("(\(formatHundredths(seconds))s)", .dim) + "\n")
    }
  }

  /// Sets the printer up for a command's reply.
  func prepare(for words: [[UInt8]]) {
    printer.style = options.style ?? (output.isTerminal ? .formatted : .raw)
    if printer.style == .formatted, CommandTraits.isText(words) { printer.style = .raw }
    printer.isMap = printer.style == .json && CommandTraits.isMap(words)
    printer.watched = words.first.map(lowercased) == "exec" ? connection.switchPlaces : []
  }

  /// Reads the next reply and notes what it changed.
  func receive(_ words: [[UInt8]]) throws(RedisError) {
    // Whoever reads the replies before this one need not wait for it.
    output.flush()
    printer.begin()
    // A person ends a wait with Ctrl-C; a script needs an end by itself.
    let limit =
      CommandTraits.waits(words)
      ? nil : options.timeout ?? (mode == .interactive ? nil : Connection.replyTimeout)
    while try !connection.nextReply(into: printer) {
      // Who looks on sees each element when it comes; in a pipe full buffers count for more.
      if output.isTerminal { output.flush() }
      if output.failure != 0 { throw RedisError(.output, "") }
      try connection.wait(timeout: limit)
    }
    try afterReply(words)
  }

  func afterReply(_ words: [[UInt8]]) throws(RedisError) {
    connection.note(words, printer.outcome)
    if printer.outcome.errors > 0, mode == .script || options.stopsAtError { fail(.commandFailed) }
    if output.failure != 0 { throw RedisError(.output, "") }
    try heed(words)
  }

  /// Prints what comes until Ctrl-C (or, in a script, the next command) ends it.
  private func follow(_ words: [[UInt8]]) throws {
    // Each name of a SUBSCRIBE is confirmed before messages come.
    let confirmations = lowercased(words[0]) == "monitor" ? 0 : words.count - 2
    for _ in 0..<max(0, confirmations) {
      connection.expectMore()
      try receive(words)
    }
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

/// The command that follows in a script.
enum NextCommand: Equatable {
  case ready
  /// It may still come from the descriptor.
  case awaited(Int32)
  /// The script has ended, or there is none.
  case none

  /// What to wait for; -1, which poll(2) ignores, for nothing.
  var descriptor: Int32 {
    if case .awaited(let descriptor) = self { return descriptor }
    return -1
  }
}

extension Endpoint.Address {
  /// As in messages.
  var name: String {
    switch self {
    case .tcp(let host, let port): "\(escaped(Array(host.utf8))):\(port)"
    case .unix(let path): escaped(Array(path.utf8))
    }
  }
}

/// Seconds of a clock that only goes forward.
func monotonicSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// `0.70`.
func formatHundredths(_ seconds: Double) -> String {
  let hundredths = Int64((seconds * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
