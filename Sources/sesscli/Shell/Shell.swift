import RedisClient

/// The inspector: takes a line's words to what they name, one of its own commands or the server,
/// and says what failed.
final class Shell {
  let options: Options
  let console: Console
  let session: Session
  let exchange: Exchange
  let preferences: Preferences
  let readOnly: ReadOnlyGuard?
  /// Whether Ctrl-C ended the last command.
  private(set) var wasInterrupted = false

  var mode: RunMode { console.mode }

  init(_ options: Options, _ console: Console) {
    self.options = options
    self.console = console
    session = Session(options, console)
    exchange = Exchange(session)
    preferences = Preferences(options, console)
    readOnly = options.readOnly ? ReadOnlyGuard() : nil
  }

  // MARK: Commands

  /// Runs one command, the inspector's own or Redis', and reports what fails; nothing is thrown
  /// further.
  func execute(_ words: [[UInt8]]) {
    guard let first = words.first else { return }
    wasInterrupted = false
    report(during: words) {
      if let command = Command.named(first, in: mode) {
        try command.run(self, words)
      } else {
        try perform(words)
      }
    }
  }

  /// Sends one Redis command, if every gate lets it pass, and prints its reply as it arrives.
  func perform(_ words: [[UInt8]]) throws {
    let passage = Passage(words, exchange, readOnly, preferences)
    guard try passage.pass() else { return }
    if session.connection.isSubscribed {
      try exchange.converse(words)
    } else {
      try exchange.send(words, passage.conversation)
    }
  }

  // MARK: What fails

  /// Does some work and reports what fails; nothing is thrown further.
  func report(during words: [[UInt8]] = [], _ work: () throws -> Void) {
    do {
      try work()
    } catch let error as CommandError {
      console.complain(error.message)
      // A script's and a prompt's commands are not those of the command line.
      console.fail(error.isUsage && mode == .oneShot ? .usage : .commandFailed)
    } catch let error as RedisError {
      handle(error, during: words)
    } catch {
      console.complain("\(error)")
      console.fail(.commandFailed)
    }
  }

  /// What an I/O failure means for the command at hand and for those to come.
  func handle(_ error: RedisError, during words: [[UInt8]] = []) {
    let connection = session.connection
    let wasSent = connection.owed > 0
    switch error.kind {
    case .interrupted:
      wasInterrupted = true
      console.output.discard()
      if mode == .interactive {
        Interrupt.clear()
        // The terminal has echoed ^C somewhere in the line.
        if console.output.isTerminal {
          console.output.write(console.palette.isColoured ? "\u{1B}[0m\n" : "\n")
        }
        console.output.flush()
        // After Ctrl-C while connecting, nothing is connected to again.
        if connection.isOpen { session.renew() } else { session.drop() }
      } else {
        console.fail(.commandFailed)
        console.isOver = true
      }
    case .connect, .authentication, .select:
      session.isRefused = error.kind != .connect
      console.complain(prefix(error) + error.message)
      console.fail(.noConnection)
      if mode != .interactive { console.isOver = true }
    case .output: console.isOver = true
    case .lost, .timeout, .protocolError:
      let unheard = session.drop()
      let name = words.first.map { escaped($0).uppercased() } ?? ""
      // The inspector's own commands only read.
      let isOwn = words.first.map { Command.named($0, in: mode) != nil } ?? false
      let doubt =
        wasSent && !isOwn && CommandTable.mayChange(words)
        ? "; \(name) may have been executed and is not repeated" : ""
      console.complain("Error: \(error.message)\(doubt)\(unheard)")
      console.fail(.noConnection)
      if mode != .interactive { console.isOver = true }
    }
  }

  private func prefix(_ error: RedisError) -> String {
    let connection = session.connection
    return error.kind == .connect && connection.sentinel == nil
      ? "Could not connect to Redis at \(connection.endpoint.address.name): " : ""
  }

  // MARK: Between commands

  /// Connects before the first prompt, so that the prompt tells the truth; a failure is told and
  /// not final.
  func start() {
    do { try session.ensureConnected() } catch let error as RedisError { handle(error) } catch {}
  }

  /// Brings what the prompt shows up to date.
  func settle() {
    do { try session.settle() } catch { handle(error) }
  }

  /// Prints the messages that have come, at the prompt.
  ///
  /// - Parameter isTyping: whether somebody has typed something, which is to be seen soon.
  func showMessages(isTyping: () -> Bool) {
    do {
      try exchange.showMessages(isTyping: isTyping)
    } catch let error as RedisError {
      handle(error)
    } catch {
      console.complain("\(error)")
    }
    console.output.flush()
  }

  /// Waits until the server has executed what it does not answer; a script does not end in doubt.
  func confirmUnheard() {
    do { try session.connection.unmute() } catch { handle(error) }
  }
}
