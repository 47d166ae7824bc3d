import Glibc
import RedisClient

/// The prompt: reads a line, runs it, until Ctrl-D or `quit`.
struct Repl {
  private let shell: Shell
  private let session: Session
  private let console: Console
  private let terminal: any Terminal

  init(_ shell: Shell, on terminal: any Terminal) {
    self.shell = shell
    self.terminal = terminal
    session = shell.session
    console = shell.console
    let side = CompletionConnection()
    let keySearch = KeySearch(on: side)
    let nameSearch = NameSearch(on: side)
    let preferences = shell.preferences
    terminal.complete = { [session] line, cursor in
      let completer = Completer(
        showsHints: preferences.showsHints,
        names: { name in
          guard session.connection.isOpen else { return [] }
          return nameSearch.names(name, at: session.connection.endpoint)
        },
        keys: { prefix in
          guard session.connection.isOpen else { return FoundKeys(keys: [], isWhole: false) }
          return keySearch.keys(
            beginningWith: prefix, at: session.connection.endpoint, in: session.cluster)
        })
      return completer.complete(line, cursor)
    }
    terminal.hint = { line in preferences.showsHints ? ArgumentHint.text(for: line) : nil }
  }

  /// - Parameter files: what is set before the first prompt.
  func run(reading files: [RCFile]) {
    shell.preferences.ask = { prompt in ask(prompt) }
    for file in files { file.apply(to: shell.preferences, console) }
    shell.start()
    while !console.isOver {
      // Some may have come together with the answer to a command.
      if session.connection.isSubscribed {
        terminal.showsTyped(false)
        shell.showMessages { terminal.hasTyped }
        terminal.showsTyped(true)
        terminal.rest(hasMore: session.connection.isOpen && session.connection.hasUnshown)
      }
      shell.settle()
      console.output.flush()
      if console.output.failure != 0 { return }
      switch terminal.readLine(prompt: prompt, watch: session.connection.descriptor) {
      case .line(let line): run(line)
      case .interrupted:
        Interrupt.clear()
        if session.connection.isSubscribed { session.renew() }
      case .wokenByServer:
        if !session.connection.isSubscribed, let problem = session.connection.problem() {
          console.note(problem.message + session.drop())
        }
      case .endOfInput: return
      }
    }
  }

  /// As redis-cli's, `127.0.0.1:6379[2](TX)> `, and what writing depends on:
  /// `127.0.0.1:6380(replica)> `.
  private var prompt: Prompt {
    let connection = session.connection
    var text = connection.isOpen ? connection.endpoint.description : "not connected"
    if connection.isOpen {
      if connection.endpoint.database != 0 { text += "[\(connection.endpoint.database)]" }
      if let cluster = session.cluster { text += " (\(cluster.masters))" }
      if case .replica = connection.role { text += "(replica)" }
      if connection.isInTransaction { text += "(TX)" }
      if connection.isSubscribed { text += "(subscribed mode)" }
      switch connection.replyMode {
      case .on: break
      case .off: text += "(no replies)"
      case .skipsNext: text += "(no reply to the next)"
      }
    }
    let style = connection.isInTransaction ? "1;33" : connection.isOpen ? "1" : "1;31"
    return Prompt(text + "> ", style: console.palette.isColoured ? style : nil)
  }

  private func run(_ line: [UInt8]) {
    terminal.remember(line)
    let repeats: Int
    let words: [[UInt8]]
    do {
      (repeats, words) = try Arguments.splitRepeated(line)
    } catch {
      console.complain(error.message)
      session.connection.spoilTransaction()
      return
    }
    guard !words.isEmpty else { return }
    for i in 0..<repeats where !console.isOver {
      if i > 0, Interrupt.isPending { break }
      shell.execute(words)
      console.output.flush()
      // Ctrl-C, a lost connection: the rest of the repeats would only repeat that.
      if shell.wasInterrupted || !session.connection.isOpen { break }
    }
    if shell.wasInterrupted { discardTypeAhead() }
    Interrupt.clear()
  }

  private func ask(_ question: String) -> [UInt8]? {
    console.output.flush()
    // What was typed or pasted before the question was not meant as its answer.
    discardTypeAhead()
    guard case .line(let answer) = terminal.readLine(prompt: Prompt(question, takesCommands: false))
    else { return nil }
    return answer
  }

  private func discardTypeAhead() {
    let count = terminal.discardTypeAhead()
    guard count > 0 else { return }
    console.note(
      "\(grouped(Int64(count))) line\(count == 1 ? "" : "s") typed or pasted ahead "
        + "\(count == 1 ? "is" : "are") dropped"
    )
  }
}
