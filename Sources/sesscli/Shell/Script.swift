import Glibc
import RedisClient

/// Runs commands from standard input, one on each line, pipelined adaptively: while input is ready,
/// commands are sent in full batches; as soon as none is, everything is answered, so that a program
/// which writes one command and waits is served at once. Replies come in the order of the commands.
final class Script {
  /// Commands sent and not answered. Bounds what the server must buffer when its replies are large.
  private static let window = 10_000
  /// Bytes queued for the server before no more input is read.
  private static let backlog = 1 << 20

  private let shell: Shell
  private let session: Session
  private let exchange: Exchange
  private let console: Console
  private let input: Int32
  // These three are used several times for each command: checks for overlapping access would show,
  // and no method of theirs calls back.
  @exclusivity(unchecked)
  private var lines: LineBuffer
  /// Commands sent and not answered, oldest first.
  @exclusivity(unchecked)
  private var pending = Queue<(words: [[UInt8]], line: Int, isOrdinary: Bool)>()
  /// The line last taken from the input; counted from 1.
  private var line = 0
  /// The command that it holds, until it is run.
  @exclusivity(unchecked)
  private var command: [UInt8] = []
  /// The command that is being run.
  private var current: [UInt8] = []
  /// Whether MULTI is among the commands that are not answered yet.
  private var hasSentMulti = false
  private var isInTransaction: Bool { hasSentMulti || session.connection.isInTransaction }

  init(_ shell: Shell, input: Int32 = 0) {
    self.shell = shell
    session = shell.session
    exchange = shell.exchange
    console = shell.console
    self.input = input
    lines = LineBuffer()
  }

  func run() {
    exchange.nextCommand = { [unowned self] in nextCommand() }
    exchange.nextOfSubscription = { [unowned self] in nextOfSubscription() }
    while !console.isOver {
      if hasCommand() {
        // What runs may look for the next command; two arrays take turns to hold one.
        swap(&command, &current)
        run(current)
        current.removeAll(keepingCapacity: current.capacity <= 1 << 16)
      } else if lines.isAtEnd {
        break
      } else {
        fill()
      }
    }
    drain()
    if session.connection.unconfirmed > 0 {
      console.line = line
      shell.confirmUnheard()
    }
    if lines.failure != 0 {
      console.line = 0
      console.complain(
        "standard input cannot be read: \(String(cString: strerror(lines.failure)))")
      console.fail(.commandFailed)
    }
    if Interrupt.isPending { console.fail(.commandFailed) }
    console.output.flush()
  }

  // MARK: Input

  /// Takes the next line that holds a command out of what was read; blank lines and comments hold
  /// none.
  private func hasCommand() -> Bool {
    while command.isEmpty, let next = lines.next() {
      line += 1
      let first = next.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
      if let first, first != UInt8(ascii: "#") { command.append(contentsOf: next) }
    }
    return !command.isEmpty
  }

  private func nextCommand() -> NextCommand {
    if hasCommand() { return .ready }
    if !lines.hasEnded, isReadable(input) { lines.read(from: input) }
    return hasCommand() ? .ready : lines.hasEnded ? .none : .awaited(input)
  }

  /// Takes the next command if it begins or ends subscriptions.
  private func nextOfSubscription() -> [[UInt8]]? {
    guard hasCommand(), let (repeats, words) = try? Arguments.splitRepeated(command), repeats == 1,
      let first = words.first, Conversation.isOfSubscription(first)
    else { return nil }
    command = []
    console.line = line
    return words
  }

  /// Reads more input; while none is ready, receives what the server owes.
  private func fill() {
    if let cluster, !cluster.isEmpty { return fill(beside: cluster) }
    attempt {
      () throws(RedisError) in
      if pending.isEmpty { try session.connection.push() } else { try receiveReady() }
      if pending.isEmpty {
        console.output.flush()
        lines.read(from: input)
        return
      }
      if try wait(other: input) { lines.read(from: input) }
    }
  }

  private func fill(beside cluster: ClusterPipeline) {
    attemptInCluster {
      try cluster.receiveReady()
      if cluster.isEmpty {
        try cluster.drain()
        console.output.flush()
        lines.read(from: input)
      } else if try cluster.wait(other: input) {
        lines.read(from: input)
      }
    }
  }

  // MARK: Commands

  private func run(_ text: [UInt8]) {
    if queuePlain(text) { return }
    let repeats: Int
    var words: [[UInt8]]
    do {
      (repeats, words) = try Arguments.splitRepeated(text)
    } catch {
      drain()
      console.line = line
      console.complain(error.message)
      console.fail(.commandFailed)
      session.connection.spoilTransaction()
      if shell.options.stopsAtError { console.isOver = true }
      return
    }
    guard !words.isEmpty else { return }
    for _ in 0..<repeats where !console.isOver {
      if words.count == 1, CommandFacts.of(words).role == .keys {
        words.append([UInt8(ascii: "*")])
      }
      runOnce(words)
    }
  }

  /// Names of commands met that need no look at them. A script uses a few over and over; the first
  /// ones are enough.
  private var ordinary: [[UInt8]] = []

  private func isOrdinary(_ word: [UInt8]) -> Bool {
    if ordinary.contains(word) { return true }
    guard CommandTraits.isOrdinary(word), !exchange.writesJSON else { return false }
    if ordinary.count < 8, word.count <= 16, !Arguments.isRepeatCount(word) {
      ordinary.append(word)
    }
    return true
  }

  /// Whether commands may be sent before the ones before them are answered. A server that is no
  /// master any more is left before the next command.
  private var mayRunAhead: Bool {
    !shell.options.stopsAtError && shell.readOnly == nil && !session.connection.isDemoted
  }

  /// Whether an ordinary command may be sent behind others without a look at the connection.
  private var isUnderWay: Bool {
    mayRunAhead && session.cluster == nil && !isInTransaction
      && (!pending.isEmpty || session.connection.backlog > 0)
  }

  /// Sends a line of an ordinary command whose words stand there as they are: most lines of most
  /// long scripts. False when the line needs more care.
  private func queuePlain(_ text: [UInt8]) -> Bool {
    guard isUnderWay, !session.connection.isMuted, let line = PlainLine(text),
      let name = ordinary.first(where: { line.isFirst($0, of: text) })
    else { return false }
    session.connection.send(line, of: text)
    pending.append(([name], self.line, true))
    limitBacklog()
    return true
  }

  private func runOnce(_ words: [[UInt8]]) {
    let connection = session.connection
    let isOrdinary = isOrdinary(words[0])
    if isOrdinary, isUnderWay { return queue(words, isOrdinary: true) }
    if mayRunAhead, session.cluster != nil, takesCluster(words) { return }
    let isOwn = Command.named(words[0], in: .script) != nil || Command.isSetting(words[0])
    // Nothing is sent on a connection that was closed or is out of step.
    let isReady = !pending.isEmpty || connection.backlog > 0 || connection.problem() == nil
    let conversation = Conversation(words, inTransaction: isInTransaction)
    if case .setsReplies(let mode) = conversation, mayRunAhead, isReady, session.cluster == nil,
      mode == .on ? connection.isMuted : connection.mayMute
    {
      if mode != .on {
        connection.mute(mode)
        return limitBacklog()
      }
      connection.hear()
      return queue(words, isOrdinary: false)
    }
    // Whatever is more than a command and its reply is run alone, after everything before it was
    // answered.
    if isOwn || conversation != .ordinary || !mayRunAhead || CommandTraits.endsBatch(words)
      || !isReady || session.cluster != nil
      || (connection.replyMode != .on && (!isOrdinary || connection.isInTransaction))
    {
      drain()
      guard !console.isOver else { return }
      console.line = line
      hasSentMulti = false
      shell.execute(words)
      if !isOwn, session.connection.hasFailedSwitch {
        // What follows was meant for another database or another user.
        console.complain("the rest of the script was not sent")
        console.fail(.noConnection)
        console.isOver = true
      }
      if shell.options.stopsAtError, console.status != .success { console.isOver = true }
      if !isOwn, CommandFacts.of(words).role == .quit { console.isOver = true }
      return
    }
    if CommandFacts.of(words).role == .multi { hasSentMulti = true }
    queue(words, isOrdinary: false)
  }

  /// Sends a command without waiting for its reply.
  private func queue(_ words: [[UInt8]], isOrdinary: Bool) {
    let hasReply = !session.connection.isMuted
    session.connection.send(words)
    if hasReply { pending.append((words, line, isOrdinary)) }
    limitBacklog()
  }

  /// Waits while more is under way than memory, here and at the server, should hold.
  private func limitBacklog() {
    while pending.count >= Self.window || session.connection.backlog >= Self.backlog,
      !console.isOver
    {
      attempt {
        () throws(RedisError) in
        try receiveReady()
        if pending.count >= Self.window || session.connection.backlog >= Self.backlog {
          _ = try wait(other: -1)
        }
      }
    }
  }

  /// Waits for every reply owed.
  private func drain() {
    if let cluster { attemptInCluster { try cluster.drain() } }
    while !pending.isEmpty, !console.isOver {
      attempt {
        () throws(RedisError) in
        try receiveReady()
        if !pending.isEmpty { _ = try wait(other: -1) }
      }
    }
    if !console.isOver, session.connection.backlog > 0 {
      attempt { () throws(RedisError) in try session.connection.push() }
    }
  }

  /// Prints the replies that have arrived.
  private func receiveReady() throws(RedisError) {
    while let next = pending.first {
      if !isReceiving {
        console.line = next.line
        exchange.prepare(for: next.isOrdinary ? [] : next.words)
        exchange.printer.begin()
        isReceiving = true
      }
      guard try session.connection.nextReply(into: exchange.printer) else { return }
      isReceiving = false
      pending.removeFirst()
      try exchange.afterReply(next.isOrdinary ? [] : next.words)
    }
    try session.connection.checkNothingIsUnasked()
  }
  /// Whether the printer holds the beginning of the oldest pending command's reply.
  private var isReceiving = false

  private func wait(other: Int32) throws(RedisError) -> Bool {
    // The reader of our output sees every reply before we wait for more.
    console.output.flush()
    try console.output.check()
    return try session.connection.wait(
      timeout: shell.options.timeout ?? Connection.replyTimeout, other: other)
  }

  /// Hands the command to the pipelines of a cluster; false when it is to be run alone.
  private func takesCluster(_ words: [[UInt8]]) -> Bool {
    if let now = session.cluster, cluster?.cluster !== now {
      cluster = ClusterPipeline(exchange, now)
    }
    guard let cluster else { return false }
    var isTaken = true
    attemptInCluster { isTaken = try cluster.take(words, line: line) }
    return isTaken
  }

  /// The pipelines to a cluster, once one is used.
  private var cluster: ClusterPipeline?

  private func attemptInCluster(_ work: () throws -> Void) {
    do {
      try work()
    } catch let error as CommandError {
      console.line = line
      console.complain(error.message)
      console.fail(.commandFailed)
    } catch let error as RedisError {
      shell.handle(error)
      console.isOver = true
      cluster = nil
    } catch {
      console.complain("\(error)")
      console.fail(.commandFailed)
    }
  }

  private func attempt(_ work: () throws(RedisError) -> Void) {
    do {
      try work()
    } catch {
      let count = pending.count
      console.line = pending.first?.line ?? line
      shell.handle(error, during: pending.first?.words ?? [])
      if count > 1, let last = pending.elements.last, error.kind != .output,
        error.kind != .interrupted
      {
        console.complain(
          "the commands up to line \(last.line) were not answered: they may have been executed "
            + "or not"
        )
      }
      pending.removeAll()
      isReceiving = false
      console.isOver = true
    }
  }
}
