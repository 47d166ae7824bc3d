/// Commands and the replies that they are owed.
extension Connection {
  /// Queues a command. It is sent by the next `receive` or `wait`.
  package func send(_ arguments: [[UInt8]], replies: Int = 1) {
    enqueue(arguments)
    if isMuted {
      unheard.after += 1
      if replyMode == .skipsNext { hear() }
    } else {
      owed += replies
      unheard = (unheard.before + unheard.after, 0)
    }
  }

  /// Queues a command and nothing is known of its reply.
  func enqueue(_ arguments: [[UInt8]]) { requests.append(arguments) }

  /// Sends what the socket takes now, without waiting. What goes wrong is seen by whoever reads the
  /// replies.
  package func startSending() {
    if let transport, backlog > 0 { try? writeOut(transport) }
  }

  /// Queues a command that is written as a request already, while replies are not off.
  package func send(request bytes: UnsafeRawBufferPointer) {
    requests.append(bytes)
    owed += 1
    unheard = (unheard.before + unheard.after, 0)
  }

  /// Queues bytes that are commands already, an unknown number of them; from now on replies are not
  /// counted.
  package func send(raw bytes: UnsafeRawBufferPointer) {
    requests.append(bytes)
    owed = .max
  }

  /// Sends commands together and returns their replies, in order; for sesscli's own questions.
  package func call(_ commands: [[[UInt8]]]) throws(RedisError) -> [Reply] {
    if commands.isEmpty { return [] }
    if let problem = problem() { throw problem }
    for command in commands { send(command) }
    var replies: [Reply] = []
    for _ in commands {
      let builder = ReplyBuilder()
      try receive(into: builder, timeout: timeout ?? Self.replyTimeout)
      replies.append(builder.reply)
    }
    try checkNothingIsUnasked()
    questions += 1
    return replies
  }

  /// Replies owed beside those announced by `send`: MONITOR and SUBSCRIBE go on talking.
  package func expectMore(_ count: Int = 1) { owed += count }

  /// Throws when more was received than is owed.
  package func checkNothingIsUnasked() throws(RedisError) {
    guard owed == 0, reader.pending > 0 else { return }
    if protocolVersion < 3 { throw unasked() }
    try takePushes()
  }

  /// Hands what was received to `sink`; true when it completed a reply. Reads nothing.
  package func nextReply(into sink: any ReplySink) throws(RedisError) -> Bool {
    guard owed > 0 else {
      try checkNothingIsUnasked()
      return false
    }
    var received: Received
    repeat {
      received = try reader.next(into: sink, pushes: pushes)
      if let reason = sink.refusal ?? pushes?.refusal {
        throw RedisError(.protocolError, reason)
      }
    } while received == .push
    guard received == .reply else { return false }
    owed -= 1
    readSize = Self.readSize
    if owed == 0 { unheard.before = 0 }
    return true
  }

  /// Sends what is queued and reads one reply whole.
  ///
  /// - Parameter timeout: seconds of silence allowed; nil waits for as long as it takes.
  package func receive(into sink: any ReplySink, timeout: Double?) throws(RedisError) {
    while try !nextReply(into: sink) { try wait(timeout: timeout) }
  }

  /// Sends a command and returns its reply as a tree; for sesscli's own questions.
  package func call(_ arguments: String...) throws(RedisError) -> Reply {
    try call(arguments.map { Array($0.utf8) })
  }

  /// - Parameter limit: bytes that the reply may take as a tree.
  package func call(
    _ arguments: [[UInt8]], limit: Int = ReplyBuilder.limit
  ) throws(RedisError) -> Reply {
    if let problem = problem() { throw problem }
    let mode = replyMode
    let wasMuted = isMuted
    if wasMuted { try unmute() }
    let reply = try ask(
      arguments, timeout: timeout ?? Self.replyTimeout, into: ReplyBuilder(limit: limit))
    if wasMuted { mute(mode) }
    return reply
  }

  /// Asks for a line while the connection is set up.
  func askForLine(_ command: [[UInt8]]) throws(RedisError) -> Reply {
    try ask(
      command, timeout: timeout ?? Self.connectTimeout,
      into: ReplyBuilder(limit: Self.statusLimit))
  }

  /// Asks and sees that the answer is the only one.
  func ask(
    _ arguments: [[UInt8]], timeout: Double, into builder: ReplyBuilder
  ) throws(RedisError) -> Reply {
    send(arguments)
    try receive(into: builder, timeout: timeout)
    try checkNothingIsUnasked()
    questions += 1
    return builder.reply
  }
}
