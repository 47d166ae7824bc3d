import RedisClient

/// Listening to channels: SUBSCRIBE and its kin.
///
/// A subscribed connection says what it likes at any time, so neither the number of replies nor what confirmations
/// claim tells where one stands. Each command is followed by a PING with a word of ours in it: its answer says that everything
/// before was answered, and by its form whether the connection is still subscribed.
extension Shell {
  /// Sends SUBSCRIBE and, but at the prompt, prints what comes until Ctrl-C or a script's next command ends it.
  func subscribe(_ words: [[UInt8]]) throws {
    try converse(words)
    guard connection.isSubscribed else { return }
    if mode == .interactive {
      return note("Reading messages... (press Ctrl-C to quit, or type a command)")
    }
    while connection.isSubscribed {
      guard try receiveMessages(while: nextCommand) else { continue }
      guard let next = nextOfSubscription() else {
        // Nothing of the script is swallowed. What WATCH guarded goes with the connection.
        drop()
        tellsReconnection = false
        return
      }
      try converse(next)
      if options.stopsAtError, status != .success { return }
    }
  }

  /// Sends what a person typed while the connection is subscribed. RESP2 has few commands there; the server refuses the
  /// others.
  func performSubscribed(_ words: [[UInt8]]) throws {
    let name = words.first.map(lowercased) ?? ""
    switch Conversation(words, inTransaction: false) {
    case .subscription, .replies: break
    case .ordinary where !["flushall", "flushdb", "multi"].contains(name):
      try readOnly?.check(words, on: connection, of: cluster)
    case .refused(let reason): throw CommandError("\(reason); not sent")
    // If the server took it, what follows would be out of step.
    default:
      throw CommandError(
        "\(name.uppercased()) is not for subscribed connections: UNSUBSCRIBE or Ctrl-C first; not sent"
      )
    }
    try converse(words)
  }

  /// Prints the messages that have come, at the prompt.
  func showMessages() {
    let end = monotonicSeconds() + Self.patience
    do {
      _ = try receiveMessages {
        let mayGoOn = self.connection.hasInput && !isReadable(0) && monotonicSeconds() < end
        return mayGoOn ? .none : .ready
      }
    } catch let error as RedisError {
      handle(error, during: [])
    } catch {
      complain("\(error)")
    }
    output.flush()
  }

  /// Seconds for which a flood of messages may keep the line that is being typed from the screen.
  private static let patience = 0.1

  /// Sends a command, if there is one, and prints what comes until the server has said that it was the last answer.
  private func converse(_ words: [[UInt8]]) throws {
    let sink = SubscriptionSink(printer, asksOnly: words.isEmpty)
    let limit = mode == .interactive ? nil : options.timeout ?? Connection.replyTimeout
    prepare(for: words)
    if !words.isEmpty { connection.send(words, replies: 0) }
    connection.send([Array("PING".utf8), sink.word], replies: 0)
    repeat {
      if connection.owed == 0 { connection.expectMore() }
      sink.begin()
      while try !connection.nextReply(into: sink) {
        output.flush()
        if output.failure != 0 { throw RedisError(.output, "") }
        try connection.wait(timeout: limit)
      }
      try afterReply(sink.isAnswer ? words : [])
    } while !sink.isOver
    connection.isSubscribed = sink.isSubscribed ?? connection.isSubscribed
  }

  /// Prints messages while no command is ready.
  ///
  /// - Returns: whether one is; false when the server said something else than a message, and what was learnt of it.
  private func receiveMessages(while next: () -> NextCommand) throws -> Bool {
    let sink = SubscriptionSink(printer)
    prepare(for: [])
    // What is read ends in the middle of a message nearly always: it is printed whole, and no other after it.
    var isLast = false
    while true {
      if connection.owed == 0 { connection.expectMore() }
      sink.begin()
      while try !connection.nextReply(into: sink) {
        output.flush()
        if output.failure != 0 { throw RedisError(.output, "") }
        let input = next()
        isLast = input == .ready
        if isLast, !connection.isInReply { return true }
        try connection.wait(timeout: nil, other: input.descriptor)
      }
      if sink.isAnswer {
        // A cluster ends subscriptions by itself when it moves their slot.
        connection.isSubscribed = sink.isSubscribed ?? true
        try converse([])
        return false
      }
      if isLast { return true }
    }
  }
}

/// Prints everything that a subscribed connection says, but for the answer to our own PING.
final class SubscriptionSink: ReplySink {
  /// What PING is to say back; nobody guesses it.
  let word = Array(String(UInt64.random(in: 0...UInt64.max), radix: 36).utf8)
  /// Whether PING was answered.
  private(set) var isOver = false
  /// Whether the connection is subscribed, as the answer to PING or, where there was only an error, the last confirmation
  /// says; nil without one.
  private(set) var isSubscribed: Bool?
  /// Whether the last reply answers a command, as messages do not.
  private(set) var isAnswer = false

  private let printer: ReplyPrinter
  private var answers: Int
  /// Whether an array of two was begun and not printed yet, and whether its first element was "pong".
  private var isHeld = false
  private var isPong = false
  private var isOurs = false

  /// - Parameter asksOnly: whether PING is all that was sent.
  init(_ printer: ReplyPrinter, asksOnly: Bool = false) {
    self.printer = printer
    answers = asksOnly ? 1 : 0
  }

  var refusal: String? { printer.refusal }

  func begin() {
    printer.begin()
    isAnswer = true
    isHeld = false
    isPong = false
    isOurs = false
  }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if depth == 0 {
      // In RESP2 a connection that is not subscribed says the word alone. Where PING is not allowed, the error comes after the
      // command's own answers, of which an error is the only one.
      isOurs = kind == .error ? answers > 0 : kind == .bulk && bytes.elementsEqual(word)
      if isOurs {
        isOver = true
        if kind == .bulk { isSubscribed = false }
        return
      }
    } else if depth == 1, index == 0 {
      isAnswer = !Self.messages.contains { bytes.elementsEqual($0) }
      isPong = isHeld && bytes.elementsEqual(Self.pong)
      if isPong { return }
    } else if isPong, depth == 1, index == 1 {
      isOurs = bytes.elementsEqual(word)
      if isOurs {
        isOver = true
        isSubscribed = true
        return
      }
    }
    release()
    printer.string(kind, bytes, depth: depth, index: index)
  }

  func array(count: Int, depth: Int, index: Int) {
    release()
    if depth == 0, count == 2 {
      isHeld = true
    } else {
      printer.array(count: count, depth: depth, index: index)
    }
  }

  func integer(_ value: Int64, depth: Int, index: Int) {
    release()
    if depth == 1, index == 2 { isSubscribed = value > 0 }
    printer.integer(value, depth: depth, index: index)
  }

  func null(depth: Int, index: Int) {
    release()
    printer.null(depth: depth, index: index)
  }

  func endReply() {
    if isOurs {
      isAnswer = false
      return
    }
    if isAnswer { answers += 1 }
    printer.endReply()
  }

  /// Prints what was held: it is not the beginning of our answer.
  private func release() {
    guard isHeld else { return }
    isHeld = false
    printer.array(count: 2, depth: 0, index: 0)
    guard isPong else { return }
    isPong = false
    Self.pong.withUnsafeBytes { printer.string(.bulk, $0, depth: 1, index: 0) }
  }

  private static let messages = ["message", "pmessage", "smessage"].map { Array($0.utf8) }
  private static let pong = Array("pong".utf8)
}
