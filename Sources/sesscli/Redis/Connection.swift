import Glibc

/// A conversation with one server: the transport, the pipeline, and what the server keeps for this connection (the
/// selected database, an open transaction), so that it can be set up again or reported lost.
///
/// Blocking, for one thread. Ctrl-C ends every wait with `RedisError.Kind.interrupted`; replies are then still owed, so the
/// caller closes the connection and the next command opens a new one.
final class Connection {
  /// Seconds that connecting may take; the kernel alone would try for two minutes.
  static let connectTimeout = 10.0
  /// Seconds that a server which owes a reply may be silent, unless the command is one that waits. Longer than the slowest
  /// `KEYS *` or `SAVE`.
  static let replyTimeout = 300.0
  /// Bytes that the answer to AUTH or SELECT, a line, may take as a tree.
  private static let statusLimit = 1 << 20
  /// Bytes per read: hiredis moves what it has not parsed to the front of its buffer after each reply, so larger reads
  /// make pipelines of small replies slower. Of a long reply more and more is read at once.
  private static let readSize = 32 << 10
  private static let longestRead = 256 << 10
  /// Milliseconds for which replies may lie while more is sent.
  private static let replyDelay: Int32 = 5

  /// Seconds that a server may take to say whether it is a master, before one does without.
  private static let roleTimeout = 2.0

  /// Where to connect, as whom, and the database that is (or will be) selected. It names no sentinels: another connection
  /// to the same place goes to the same server.
  var endpoint: Endpoint
  /// Who is asked for the address, each time anew.
  var sentinel: SentinelGroup?
  /// Whether each new connection asks the server for its role.
  var learnsRole = false
  /// What the server is; nil when it was not asked, or did not tell.
  private(set) var role: Role?
  /// Whether the role may have changed since it was learnt.
  var isRoleStale = false
  /// Whether FAILOVER was sent and has not ended: it goes on after its reply.
  private var isFailingOver = false
  /// Whether the server, which was a master, refused a write: the sentinels know of a new one, or will soon.
  var isDemoted = false
  /// What was set by hand.
  private(set) var client = ClientState()
  /// Who the server takes us for; nil when that is not certain.
  private(set) var user: [UInt8]?
  /// What the last `open` made again, as "database 2 selected", and the names of what it could not.
  var restored: [String] {
    (endpoint.database == 0 ? [] : ["database \(endpoint.database) selected"]) + restoredSettings
  }
  /// Without the database, which the prompt shows.
  private(set) var restoredSettings: [String] = []
  private(set) var forgotten: [String] = []
  /// Says something while `open` takes its time.
  var tell: ((_ message: String) -> Void)?
  /// The transaction that is open; the server queues its commands.
  private(set) var transaction: Transaction?
  /// Whether WATCHed keys guard the next transaction.
  private(set) var isWatching = false
  /// Seconds; nil is `replyTimeout`, `connectTimeout`. From option `-t`.
  var timeout: Double?

  /// The version of Redis' protocol that is asked for when connecting; nil asks for none and gets 2.
  var wantedProtocol: Int?
  /// The version that the server speaks.
  private(set) var protocolVersion = 2
  /// Where messages go that RESP3's servers send unasked; nil: they answer commands, as SUBSCRIBE's do.
  var pushes: (any ReplySink)? = ReplyDiscard()

  /// Held here alone: to release it is to close the connection.
  private var transport: (any Transport)?
  /// Whether the server has said anything yet.
  private var hasHeard = false
  /// Whether another server named this one, which then speaks as that one does.
  var isOfCluster = false
  private var reader = ReplyReader()
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: longestRead, alignment: 16)
  /// Bytes of the next read.
  private var readSize = readSize
  /// Takes what is received as it is, no more as replies: SYNC turns the connection into a stream. Gone when it is closed.
  var stream: ((UnsafeRawBufferPointer) -> Void)?
  private var requests = RequestQueue()
  /// What the person asked the server for with CLIENT REPLY.
  var replyMode = ReplyMode.on
  /// Whether the server keeps its replies to itself; between MULTI and EXEC it is always heard.
  var isMuted = false
  /// Whether the server is known to take CLIENT REPLY from this user.
  var mayMute = false
  /// Commands that have no reply, sent before and after the last one that has one and is not answered yet.
  private var unheard = (before: 0, after: 0)
  /// Commands of which nobody knows whether they were executed: no reply to a later one has come.
  var unconfirmed: Int { unheard.before + unheard.after }
  /// Whether the server sends messages of channels at any time.
  var isSubscribed = false
  /// Changes with every connection made: what was learnt of the server holds for one of them.
  private(set) var generation = 0
  /// Replies that the server owes.
  private(set) var owed = 0
  /// Questions of sesscli's own that were answered. A server that answers one of them twice, late, would answer the
  /// next command; see `problem()`.
  private(set) var questions = 0
  /// Whether the last command was to switch to another database or user, by itself or by executing a transaction, and
  /// did not.
  private(set) var hasFailedSwitch = false

  init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    sentinel = endpoint.sentinel
    self.endpoint.sentinel = nil
  }

  deinit {
    close()
    input.deallocate()
  }

  var isOpen: Bool { transport != nil }
  /// The descriptor to watch while nothing is owed; nil when not connected.
  var descriptor: Int32? { transport?.descriptor }
  /// Whether the server has said something that was not read yet, or has gone.
  var hasInput: Bool {
    if case .blocked? = transport?.peek() { return false }
    return transport != nil
  }
  /// Whether something that was received is still to be handed out, which poll(2) cannot know.
  var hasUnshown: Bool { reader.pending > 0 || transport?.hasReceived == true }
  /// Whether a reply has begun and not ended.
  var isInReply: Bool { reader.isInReply }
  /// Bytes queued and not sent.
  var backlog: Int { requests.backlog }

  // MARK: Opening

  /// Connects, authenticates and selects the database; when any of it fails nothing stays open.
  func open() throws(RedisError) {
    if let sentinel { return try openMaster(of: sentinel) }
    try openHere()
    guard learnsRole else { return }
    do {
      try learnRole()
    } catch {
      close()
      if error.kind == .interrupted { throw error }
      // A proxy may close at a command that it does not know, and a late answer would be taken for the next one's.
      try openHere()
      learnsRole = false
    }
  }

  /// Connects to the endpoint's own address.
  func openHere() throws(RedisError) {
    close()
    isDemoted = false
    role = nil
    let transport = try connectTransport(to: endpoint, timeout: timeout ?? Self.connectTimeout)
    self.transport = transport
    hasHeard = false
    generation += 1
    do {
      if transport.isJudged { try confirm() }
      if let password = endpoint.password {
        var command: [[UInt8]] = [Array("AUTH".utf8)]
        if let user = endpoint.user { command.append(user) }
        command.append(password)
        try setUp(command, .authentication, failing: "AUTH failed")
      }
      if endpoint.database != 0 {
        let number = String(endpoint.database)
        try setUp(
          [Array("SELECT".utf8), Array(number.utf8)], .select, failing: "SELECT \(number) failed")
      }
      if wantedProtocol == 3 { try speakRESP3() }
      try restore()
    } catch {
      close()
      throw error
    }
  }

  /// Sees that the server accepts our certificate, which in TLS 1.3 it judges after the handshake: before any command.
  private func confirm() throws(RedisError) {
    do {
      // An error (NOAUTH, NOPERM) is an answer as well.
      _ = try ask(
        [Array("PING".utf8)], timeout: timeout ?? Self.connectTimeout,
        into: ReplyBuilder(limit: Self.statusLimit))
    } catch {
      throw error.kind == .interrupted ? error : RedisError(.connect, error.message)
    }
  }

  private func setUp(
    _ command: [[UInt8]], _ kind: RedisError.Kind, failing message: String
  ) throws(RedisError) {
    switch try ask(command) {
    case .status: return
    case .error(let text):
      // A server may quote what it was sent.
      throw RedisError(kind, "\(message): \(masked(escaped(text)))")
    default: throw RedisError(kind, "\(message): the server's answer is not a status")
    }
  }

  private func speakRESP3() throws(RedisError) {
    let builder = ReplyBuilder(limit: Self.statusLimit)
    let hello = [Array("HELLO".utf8), Array("3".utf8)]
    if case .error(let text) = try ask(
      hello, timeout: timeout ?? Self.connectTimeout, into: builder)
    {
      throw RedisError(.select, "HELLO 3 failed: \(masked(escaped(text)))")
    }
    protocolVersion = 3
  }

  /// Makes again what the server kept for the connection before.
  private func restore() throws(RedisError) {
    restoredSettings = []
    user = endpoint.password == nil ? anonymous : endpoint.user ?? Array("default".utf8)
    var lost: [ClientState.Setting] = []
    for setting in client.settings {
      if setting.isRepeatable, case .status = try ask(setting.command) {
        restoredSettings.append("\(setting.name) sent")
      } else {
        lost.append(setting)
      }
    }
    forgotten = lost.map(\.name)
    client.remove(lost)
  }

  /// Who one is without a password; a certificate may name a user.
  private var anonymous: [UInt8]? {
    endpoint.tls?.certificate == nil ? Array("default".utf8) : nil
  }

  /// Asks the server for its role. Not inside a transaction.
  func learnRole() throws(RedisError) {
    role = Role(
      try ask(
        [Array("ROLE".utf8)], timeout: min(timeout ?? Self.roleTimeout, Self.roleTimeout),
        into: ReplyBuilder(limit: Self.statusLimit)))
    isFailingOver = isFailingOver && role == .master
    isRoleStale = isFailingOver
  }

  private func masked(_ text: String) -> String {
    guard let password = endpoint.password, password.count >= 4 else { return text }
    return text.replacing(escaped(password), with: "(password)")
  }

  /// Ends the connection. An open transaction is forgotten; ask for `isInTransaction` before.
  func close() {
    transport = nil
    reader = ReplyReader()
    protocolVersion = 2
    stream = nil
    requests.removeAll()
    owed = 0
    replyMode = .on
    isMuted = false
    mayMute = false
    unheard = (0, 0)
    isSubscribed = false
    endTransaction()
  }

  /// What is wrong with the idle connection: the server closed it, or sent what nobody asked for, so that the next reply
  /// could not be trusted to belong to the next command. Nil when all is well.
  func problem() -> RedisError? {
    guard let transport else { return RedisError(.lost, "not connected") }
    if protocolVersion == 3, !isSubscribed { return problemBesidePushes(transport) }
    guard isSubscribed || (owed == 0 && reader.pending == 0) else { return unasked() }
    switch transport.peek() {
    case .bytes: return isSubscribed ? nil : unasked()
    case .blocked: return nil
    case let end: return failure(end)
    }
  }

  /// As `problem()`, where the server may send messages unasked: those that came are handed on.
  private func problemBesidePushes(_ transport: any Transport) -> RedisError? {
    guard owed == 0 else { return unasked() }
    do {
      while true {
        try takePushes()
        let result = transport.read(into: input)
        switch result {
        case .bytes(let count): try reader.feed(UnsafeRawBufferPointer(rebasing: input[..<count]))
        case .blocked: return nil
        case .ended, .broken, .failed: return failure(result)
        }
      }
    } catch {
      return error
    }
  }

  /// Hands on the messages received while nothing is owed.
  private func takePushes() throws(RedisError) {
    while reader.isInPush {
      guard let pushes else { throw unasked() }
      let received = try reader.next(into: pushes, pushes: pushes)
      if let reason = pushes.refusal { throw RedisError(.protocolError, reason) }
      if received == .nothing { return }
    }
    if reader.isInReply { throw unasked() }
  }

  // MARK: Commands and replies

  /// Queues a command. It is sent by the next `receive` or `wait`.
  func send(_ arguments: [[UInt8]], replies: Int = 1) {
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

  /// Sends what the socket takes now, without waiting. What goes wrong is seen by whoever reads the replies.
  func startSending() {
    if let transport, backlog > 0 { try? writeOut(transport) }
  }

  /// Queues a command that is written as a request already, while replies are not off.
  func send(request bytes: UnsafeRawBufferPointer) {
    requests.append(bytes)
    owed += 1
    unheard = (unheard.before + unheard.after, 0)
  }

  /// Queues bytes that are commands already, an unknown number of them; from now on replies are not counted.
  func send(raw bytes: UnsafeRawBufferPointer) {
    requests.append(bytes)
    owed = .max
  }

  /// Sends commands together and returns their replies, in order; for sesscli's own questions.
  func call(_ commands: [[[UInt8]]]) throws(RedisError) -> [Reply] {
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
  func expectMore(_ count: Int = 1) { owed += count }

  /// Throws when more was received than is owed.
  func checkNothingIsUnasked() throws(RedisError) {
    guard owed == 0, reader.pending > 0 else { return }
    if protocolVersion < 3 { throw unasked() }
    try takePushes()
  }

  /// Hands what was received to `sink`; true when it completed a reply. Reads nothing.
  func nextReply(into sink: any ReplySink) throws(RedisError) -> Bool {
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
  func receive(into sink: any ReplySink, timeout: Double?) throws(RedisError) {
    while try !nextReply(into: sink) { try wait(timeout: timeout) }
  }

  /// Sends a command and returns its reply as a tree; for sesscli's own questions.
  func call(_ arguments: String...) throws(RedisError) -> Reply {
    try call(arguments.map { Array($0.utf8) })
  }

  /// - Parameter limit: bytes that the reply may take as a tree.
  func call(
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
  private func ask(_ command: [[UInt8]]) throws(RedisError) -> Reply {
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

  /// Waits until the server took or sent something, and does it.
  ///
  /// - Parameters:
  ///   - other: a descriptor to wait for as well.
  ///   - isSending: whether replies may lie for some milliseconds while there is more to send. A server that wakes its
  ///     client for each of them is slower.
  /// - Returns: whether `other` can be read.
  @discardableResult
  func wait(
    timeout: Double?, other: Int32 = -1, isSending: Bool = false
  ) throws(RedisError) -> Bool {
    guard let transport else { throw RedisError(.lost, "not connected") }
    // After Ctrl-C nothing is sent.
    if Interrupt.isPending { throw RedisError(.interrupted, "interrupted") }
    // Nearly always the socket takes everything at once, and one system call is saved.
    if backlog > 0 {
      try writeOut(transport)
      // Nobody will answer what was sent while replies are off.
      if backlog == 0, owed == 0, other < 0 { return false }
    }
    // Of a stream of replies something is nearly always there.
    if backlog == 0, other < 0, try readIn(transport) { return false }
    let isSending = isSending && backlog > 0
    var descriptors = (
      pollfd(
        fd: transport.descriptor,
        events: (isSending ? 0 : transport.readEvents) | (backlog > 0 ? transport.writeEvents : 0),
        revents: 0),
      pollfd(fd: other, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Interrupt.fd, events: Int16(POLLIN), revents: 0)
    )
    let hasReceived = transport.hasReceived
    let milliseconds: Int32 =
      if hasReceived {
        0
      } else if isSending {
        Self.replyDelay
      } else {
        timeout.map { Int32(min($0 * 1000, 1e9).rounded(.up)) } ?? -1
      }
    let count = withUnsafeMutableBytes(of: &descriptors) {
      poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 3, milliseconds)
    }
    if Interrupt.isPending { throw RedisError(.interrupted, "interrupted") }
    if count == 0, !hasReceived, !isSending {
      throw RedisError(.timeout, "the server was silent for \(formatSeconds(timeout ?? 0)) s")
    }
    if count < 0 { return false }
    let ready = descriptors.0.revents
    if backlog > 0, ready & transport.writeEvents != 0 { try writeOut(transport) }
    // An error and a connection that ended are told by reading.
    let isReadable = ready & ~Int16(POLLIN | POLLOUT) != 0 || ready & transport.readEvents != 0
    if hasReceived || isReadable || isSending { _ = try readIn(transport) }
    return descriptors.1.revents != 0
  }

  private func writeOut(_ transport: any Transport) throws(RedisError) {
    if let end = requests.send(over: transport) { throw failure(end) }
  }

  /// Reads what is there; false when nothing is.
  private func readIn(_ transport: any Transport) throws(RedisError) -> Bool {
    let result = transport.read(into: UnsafeMutableRawBufferPointer(rebasing: input[..<readSize]))
    switch result {
    case .bytes(let count):
      if count == readSize { readSize = min(2 * readSize, Self.longestRead) }
      let bytes = UnsafeRawBufferPointer(rebasing: input[..<count])
      if let stream {
        stream(bytes)
        return true
      }
      if owed == 0, protocolVersion < 3 { throw unasked() }
      if !hasHeard, endpoint.tls == nil, bytes.starts(with: Self.alert) {
        throw RedisError(.protocolError, "the server speaks TLS on this port: try --tls")
      }
      hasHeard = true
      try reader.feed(bytes)
      if owed == 0 { try takePushes() }
      return true
    case .blocked: return false
    case .ended, .broken, .failed: throw failure(result)
    }
  }
  /// How a TLS server begins to say that a plain command is not TLS.
  private static let alert: [UInt8] = [0x15, 0x03]

  /// What the end of the connection is to the person.
  private func failure(_ end: Transfer) -> RedisError {
    // A server that expects TLS takes a plain command for nonsense, and Redis then closes without a word.
    let mayWantTLS =
      owed > 0 && !hasHeard && !isOfCluster && endpoint.tls == nil && endpoint.host != nil
    switch end {
    case .ended where mayWantTLS, .broken(ECONNRESET) where mayWantTLS:
      return RedisError(
        .lost, "the server closed the connection without an answer: does it want TLS (--tls)?")
    case .broken(let number):
      return RedisError(.lost, "the connection broke: \(errorText(number))")
    case .failed(let reason): return RedisError(.lost, reason)
    case .ended, .bytes, .blocked:
      let middle = reader.isInReply ? " in the middle of a reply" : ""
      return RedisError(.lost, "the server closed the connection\(middle)")
    }
  }

  private func unasked() -> RedisError {
    RedisError(.protocolError, "the server sent a reply that nobody asked for")
  }
}

// MARK: What the server keeps for the connection

extension Connection {
  /// Whether the server queues commands between MULTI and EXEC.
  var isInTransaction: Bool { transaction != nil }
  /// Whether a command of the open transaction was not sent.
  var isSpoiled: Bool { transaction?.isSpoiled == true }

  /// Places, in EXEC's reply, of the answers to commands that change something.
  var changePlaces: Set<Int> { Set(transaction?.changes.map(\.place) ?? []) }

  /// Notes what an answered command changed for this connection.
  ///
  /// - Parameters:
  ///   - command: as it was sent.
  ///   - outcome: what the reply was.
  func note(_ command: [[UInt8]], _ outcome: ReplyOutcome) {
    hasFailedSwitch = false
    guard let name = command.first.map(lowercased) else { return }
    let changes = ConnectionChange.all(of: command, named: name)
    if outcome.isError {
      hasFailedSwitch = changes.contains(where: \.isSwitch)
    } else if !isInTransaction {
      for change in changes { apply(change) }
    }
    switch name {
    case "multi" where !outcome.isError: transaction = Transaction()
    case "exec" where isInTransaction:
      let hasRun = !outcome.isError && !outcome.isNull
      for (place, change) in transaction?.changes ?? [] {
        if hasRun, !outcome.failedElements.contains(place) {
          apply(change)
        } else if change.isSwitch {
          hasFailedSwitch = true
        }
      }
      // Whatever EXEC answers, the transaction is over.
      endTransaction()
    case "discard" where isInTransaction && !outcome.isError:
      // A spoiled transaction is discarded although the rest of a script was meant for what it switches to.
      if let transaction, transaction.isSpoiled {
        hasFailedSwitch = transaction.changes.contains { $0.change.isSwitch }
      }
      endTransaction()
    case "watch" where !outcome.isError: isWatching = true
    case "unwatch" where !outcome.isError && !isInTransaction: isWatching = false
    case "reset" where !outcome.isError:
      endTransaction()
      hear()
      isSubscribed = false
      endpoint.database = 0
      // Whoever gave up a user's rights is not given them again by chance.
      apply(.user(nil, password: nil))
      client = ClientState()
      user = anonymous
      speak(2)
    case "hello" where !outcome.isError && !isInTransaction && command.count > 1:
      if let version = Int(String(decoding: command[1], as: UTF8.self)) { speak(version) }
    default: break
    }
    if name != "multi", !outcome.isError { transaction?.noteQueued(changes) }
  }

  /// Keeps what the server changed, for when the connection must be renewed.
  private func apply(_ change: ConnectionChange) {
    switch change {
    case .database(let number): endpoint.database = number ?? endpoint.database
    case .user(let user, let password):
      endpoint.user = user
      endpoint.password = password
      self.user = user ?? Array("default".utf8)
      // The other user may not be allowed to.
      mayMute = false
    case .setting(let command): keep(command)
    }
  }

  /// Notes the version of the protocol that the server switched to, also for when the connection must be renewed.
  private func speak(_ version: Int) {
    protocolVersion = version
    wantedProtocol = version
  }

  /// Keeps what a command of `ClientState.isChanged` changed.
  private func keep(_ command: [[UInt8]]) {
    client.note(command)
    switch command.first.map(lowercased) {
    case "failover":
      isFailingOver = !command.contains { lowercased($0) == "abort" }
      isRoleStale = true
    case "replicaof", "slaveof": isRoleStale = true
    default: break
    }
  }

  /// Notes that a command was refused before it was sent. The server would answer EXEC with EXECABORT had it refused it.
  func spoilTransaction() { transaction?.isSpoiled = true }

  private func endTransaction() {
    transaction = nil
    isWatching = false
  }

  /// Goes to another server, which the sentinels do not know; what was set by hand stays behind.
  func move(to address: Endpoint.Address) {
    close()
    sentinel = nil
    endpoint.address = address
    client = ClientState()
  }
}

/// A command's name or word, for comparison.
func lowercased(_ word: [UInt8]) -> String {
  guard word.count <= 15 else { return String(decoding: word, as: UTF8.self).lowercased() }
  // Names are short and ASCII: no Unicode rules, and no allocation.
  return String(unsafeUninitializedCapacity: word.count) { out in
    for (i, byte) in word.enumerated() {
      out.initializeElement(at: i, to: (0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
    return word.count
  }
}

/// Seconds without needless digits: `300`, `0.5`.
func formatSeconds(_ seconds: Double) -> String {
  seconds == seconds.rounded() && abs(seconds) < 1e15 ? String(Int64(seconds)) : String(seconds)
}
