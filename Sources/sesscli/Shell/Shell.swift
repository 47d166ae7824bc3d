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
  /// The line of the script that is being run.
  var line = 0
  /// What the last connection took with it, until it is told.
  private var lost: String?
  private var wasConnected = false

  init(_ options: Options, mode: Mode, output: Output, errors: Output) {
    self.options = options
    self.mode = mode
    self.output = output
    self.errors = errors
    connection = Connection(options.endpoint)
    connection.timeout = options.timeout
    let isColoured = output.isTerminal && options.allowsColour
    palette = isColoured ? Palette(isColoured: true) : .plain
    text = output.isTerminal && options.isUTF8 ? .utf8 : .ascii
    printer = ReplyPrinter(
      output, style: options.style ?? (output.isTerminal ? .formatted : .raw), palette: palette,
      text: text)
    readOnly = options.readOnly ? ReadOnlyGuard() : nil
    asksBeforeFlush = !options.yes && mode == .interactive && output.isTerminal
    if mode == .script { printer.errors = { [unowned self] in self.reportReplyError($0) } }
  }

  /// Remembers the worst exit code.
  func fail(_ code: ExitCode) { status = max(status, code) }

  // MARK: Messages

  /// Says something beside the data: on standard error, dim on a terminal.
  func note(_ message: String) {
    output.flush()
    let isColoured = errors.isTerminal && options.allowsColour
    errors.write(Palette(isColoured: isColoured).paint(message, .dim) + "\n")
    errors.flush()
  }

  /// Says what failed, with the line of the script.
  func complain(_ message: String) {
    output.flush()
    let isColoured = errors.isTerminal && options.allowsColour
    let place = mode == .script && line > 0 ? "line \(line): " : ""
    errors.write(place + Palette(isColoured: isColoured).paint(message, .error) + "\n")
    errors.flush()
  }

  private func reportReplyError(_ message: [UInt8]) {
    complain("(error) \(escaped(message))")
  }

  // MARK: Connection

  /// Connects if need be. After a lost connection the database is selected again before this returns, and a
  /// transaction that went with it is reported: the command at hand was meant for that transaction and must not run.
  func ensureConnected() throws {
    if connection.isOpen {
      if connection.isHealthy() { return }
      drop()
    }
    try connection.open()
    if wasConnected {
      let database = connection.endpoint.database
      note("reconnected" + (database == 0 ? "" : ", database \(database) selected again"))
    }
    wasConnected = true
    if let lost {
      self.lost = nil
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

  /// The person chose to leave the old connection; nothing is to be reported.
  func forgetLoss() { lost = nil }

  /// After Ctrl-C: replies still owed would answer later commands, so the connection is renewed at once.
  func renew() {
    drop()
    Interrupt.clear()
    do {
      try connection.open()
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
        if output.isTerminal { output.write(palette.isColoured ? "\u{1B}[0m\n" : "\n") }
        output.flush()
        renew()
      } else {
        fail(.commandFailed)
        isOver = true
      }
    case .connect, .authentication, .select:
      complain(prefix(error) + error.message)
      fail(.noConnection)
      if mode != .interactive { isOver = true }
    case .output: isOver = true
    case .lost, .timeout, .protocolError:
      drop()
      let name = words.first.map { escaped($0).uppercased() } ?? ""
      let doubt =
        wasSent && CommandTable.mayWrite(words)
        ? "; \(name) may have been executed and is not repeated" : ""
      complain("Error: \(error.message)\(doubt)")
      fail(.noConnection)
      if mode != .interactive { isOver = true }
    }
  }

  private func prefix(_ error: RedisError) -> String {
    error.kind == .connect
      ? "Could not connect to Redis at \(connection.endpoint.address.name): " : ""
  }

  /// Sends one Redis command and prints its reply as it arrives.
  func perform(_ words: [[UInt8]]) throws {
    let conversation = Conversation(words, inTransaction: connection.isInTransaction)
    if case .refused(let reason) = conversation { throw CommandError("\(reason); not sent") }
    try ensureConnected()
    try readOnly?.check(words, on: connection)
    if try !FlushQuestion.allows(words, in: self) { return }

    let start = monotonicSeconds()
    prepare(for: words)
    connection.send(words)
    do {
      try receive(words)
    } catch {
      guard conversation == .farewell, error.kind == .lost else { throw error }
      connection.close()
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
    printer.style =
      options.style ?? (output.isTerminal && !CommandTraits.isText(words) ? .formatted : .raw)
    printer.isMap = printer.style == .json && CommandTraits.isMap(words)
  }

  /// Reads the next reply and notes what it changed.
  func receive(_ words: [[UInt8]]) throws(RedisError) {
    printer.begin()
    // A person ends a wait with Ctrl-C; a script needs an end by itself.
    let limit =
      CommandTraits.waits(words)
      ? nil : options.timeout ?? (mode == .interactive ? nil : Connection.replyTimeout)
    try connection.receive(into: printer, timeout: limit)
    try afterReply(words)
  }

  func afterReply(_ words: [[UInt8]]) throws(RedisError) {
    connection.note(words, printer.outcome)
    if printer.outcome.errors > 0, mode == .script || options.stopsAtError { fail(.commandFailed) }
    if output.failure != 0 { throw RedisError(.output, "") }
  }

  /// Prints what comes until Ctrl-C (or, in a script, the next line) ends it.
  private func follow(_ words: [[UInt8]]) throws {
    if mode == .interactive { note("Reading messages... (press Ctrl-C to quit)") }
    while true {
      output.flush()
      connection.expectMore()
      printer.begin()
      while try !connection.nextReply(into: printer) {
        let hasInput = try connection.wait(timeout: nil, other: nextLine?() ?? -1)
        if hasInput {
          // The next line of the script is what ends a stream there; nothing is swallowed.
          connection.close()
          return
        }
      }
      if output.failure != 0 { throw RedisError(.output, "") }
    }
  }

  /// In a script: the descriptor that becomes readable when another line may follow; -1 at its end.
  var nextLine: (() -> Int32)?
}

extension Endpoint.Address {
  /// As in messages.
  var name: String {
    switch self {
    case .tcp(let host, let port): "\(host):\(port)"
    case .unix(let path): path
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
