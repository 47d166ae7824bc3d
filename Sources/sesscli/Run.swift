import Glibc
import RedisClient

/// One run of the program: sets up what the options ask for and picks the way of use.
struct Run {
  private var options: Options
  private let mode: RunMode
  private let output: Output
  private let errors: Output

  init(_ options: Options, output: Output, errors: Output) {
    self.options = options
    self.output = output
    self.errors = errors
    mode =
      options.work != .commands || !options.command.isEmpty
      ? .oneShot : isatty(0) == 1 && output.isTerminal ? .interactive : .script
  }

  /// Runs it to the end. Outside the prompt, Ctrl-C is the end of the process as well.
  mutating func run() -> ExitCode {
    let code = runInside()
    if mode != .interactive { Interrupt.endIfOneHasCome() }
    return code
  }

  private mutating func runInside() -> ExitCode {
    // A wait ends at Ctrl-C in every mode, so that what was printed so far is not lost with it.
    // Where Ctrl-C is meant for others (`sesscli ... &` in a script), it stays ignored.
    if mode == .interactive || !SignalHandlers.isIgnored(SIGINT) { Interrupt.install() }
    if options.warnsOfPassword {
      errors.write(
        "Warning: Using a password with '-a' or '-u' option on the command line interface may "
          + "not be safe.\n"
      )
      errors.flush()
    }
    if options.askpass {
      let asks = SecretPrompt.canAsk
      guard let password = asks ? SecretPrompt.read("Password: ") : SecretPrompt.firstLine() else {
        if asks {
          errors.write("sesscli: no password was entered\n")
        } else if !Interrupt.isPending {
          errors.write(
            "sesscli: --askpass: there is no terminal to ask on, and no line on standard input\n")
        }
        errors.flush()
        return .noConnection
      }
      options.endpoint.password = password
    }
    options.endpoint.tls?.passphrase = PassphraseQuestion { file in
      SecretPrompt.read("Passphrase of \(escaped(Array(file.utf8))): ")
    }
    if let tls = options.endpoint.tls {
      // Files that cannot be used are wrong options, not a server that cannot be reached.
      do {
        _ = try TLSContext.with(tls)
      } catch {
        errors.write("sesscli: \(error.message)\n")
        errors.flush()
        return .usage
      }
    }
    guard options.demo else { return use() }
    do {
      let demo = try DemoServer.start()
      defer { demo.stop() }
      options.endpoint = Endpoint(address: .unix(path: demo.socketPath))
      try fill()
      return use()
    } catch {
      errors.write("sesscli: --demo: \(error)\n")
      errors.flush()
      return .noConnection
    }
  }

  /// Puts the sample sessions into the demo's server.
  private func fill() throws {
    let connection = Connection(options.endpoint)
    try connection.open()
    let commands = DemoData.commands
    for command in commands { connection.send(command) }
    for _ in commands {
      let discard = ReplyDiscard()
      try connection.receive(into: discard, timeout: Connection.replyTimeout)
      if let error = discard.error { throw CommandError("sample data: \(escaped(error))") }
    }
  }

  private func use() -> ExitCode {
    let console = Console(options, mode: mode, output: output, errors: errors)
    let shell = Shell(options, console)
    switch mode {
    case .interactive:
      let terminal = ReadlineTerminal(
        history: History(path: History.defaultPath), usesColor: console.palette.isColoured)
      Repl(shell, on: terminal).run(reading: RCFile.all)
    case .script: Script(shell).run()
    case .oneShot where options.work != .commands: WorkingMode(shell).run()
    case .oneShot: OneShot(shell: shell).run(options.command)
    }
    output.flush()
    return exitCode(console.status)
  }

  private func exitCode(_ status: ExitCode) -> ExitCode {
    if output.failure == EPIPE {
      // The reader has what it wanted. Of a script, commands may be left that were never run.
      return mode == .script ? max(status, .commandFailed) : status
    }
    if let problem = output.problem {
      errors.write("sesscli: \(problem)\n")
      errors.flush()
      return max(status, .commandFailed)
    }
    // The REPL told its failures while the person was looking.
    return mode == .interactive ? .success : status
  }
}
