import Glibc
import RedisClient

/// The prompt: reads a line, runs it, until Ctrl-D or `quit`.
struct Repl {
  private let shell: Shell
  private let terminal: ReadlineTerminal

  init(_ shell: Shell) {
    self.shell = shell
    terminal = ReadlineTerminal(
      history: History(path: History.defaultPath), usesColor: shell.palette.isColoured)
    let side = CompletionConnection()
    let keySearch = KeySearch(on: side)
    let nameSearch = NameSearch(on: side)
    terminal.complete = { [shell] line, cursor in
      let completer = Completer(
        showsHints: shell.showsHints,
        names: { name in
          guard shell.connection.isOpen else { return [] }
          return nameSearch.names(name, at: shell.connection.endpoint)
        },
        keys: { prefix in
          guard shell.connection.isOpen else { return FoundKeys(keys: [], isWhole: false) }
          return keySearch.keys(
            beginningWith: prefix, at: shell.connection.endpoint, in: shell.cluster)
        })
      return completer.complete(line, cursor)
    }
    terminal.hint = { [shell] line in shell.showsHints ? ArgumentHint.text(for: line) : nil }
  }

  func run() {
    shell.ask = { prompt in ask(prompt) }
    for file in RCFile.all { file.apply(to: shell) }
    shell.start()
    while !shell.isOver {
      // Some may have come together with the answer to a command.
      if shell.connection.isSubscribed {
        TypeAheadMode.showTyped(false)
        shell.showMessages()
        TypeAheadMode.showTyped(true)
        terminal.rest(hasMore: shell.connection.isOpen && shell.connection.hasUnshown)
      }
      shell.settle()
      shell.output.flush()
      if shell.output.failure != 0 { return }
      switch terminal.readLine(prompt: prompt, watch: shell.connection.descriptor) {
      case .line(let line): run(line)
      case .interrupted:
        Interrupt.clear()
        if shell.connection.isSubscribed { shell.renew() }
      case .wokenByServer:
        if !shell.connection.isSubscribed, let problem = shell.connection.problem() {
          shell.note(problem.message + shell.drop())
        }
      case .endOfInput: return
      }
    }
  }

  /// As redis-cli's, `127.0.0.1:6379[2](TX)> `, and what writing depends on: `127.0.0.1:6380(replica)> `.
  private var prompt: Prompt {
    let connection = shell.connection
    var text = connection.isOpen ? connection.endpoint.description : "not connected"
    if connection.isOpen {
      if connection.endpoint.database != 0 { text += "[\(connection.endpoint.database)]" }
      if let cluster = shell.cluster { text += " (\(cluster.masters))" }
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
    return Prompt(text + "> ", style: shell.palette.isColoured ? style : nil)
  }

  private func run(_ line: [UInt8]) {
    terminal.remember(line)
    let repeats: Int
    let words: [[UInt8]]
    do {
      (repeats, words) = try Arguments.splitRepeated(line)
    } catch {
      shell.complain(error.message)
      shell.connection.spoilTransaction()
      return
    }
    guard !words.isEmpty else { return }
    for i in 0..<repeats where !shell.isOver {
      if i > 0, Interrupt.isPending { break }
      shell.execute(words)
      shell.output.flush()
      // Ctrl-C, a lost connection: the rest of the repeats would only repeat that.
      if shell.wasInterrupted || !shell.connection.isOpen { break }
    }
    if shell.wasInterrupted { discardTypeAhead() }
    Interrupt.clear()
  }

  private func ask(_ question: String) -> [UInt8]? {
    shell.output.flush()
    // What was typed or pasted before the question was not meant as its answer.
    discardTypeAhead()
    guard case .line(let answer) = terminal.readLine(prompt: Prompt(question, takesCommands: false))
    else { return nil }
    return answer
  }

  private func discardTypeAhead() {
    let count = terminal.discardTypeAhead()
    guard count > 0 else { return }
    shell.note(
      "\(grouped(Int64(count))) line\(count == 1 ? "" : "s") typed or pasted ahead \(count == 1 ? "is" : "are") dropped"
    )
  }
}
