import Glibc

/// A conversation with one server: the socket, the pipeline, and what the server keeps for this connection (the
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

  /// Where to connect, as whom, and the database that is (or will be) selected.
  var endpoint: Endpoint
  /// Whether the server queues commands between MULTI and EXEC.
  private(set) var isInTransaction = false
  /// Whether a command of the open transaction was not sent: EXEC would run the transaction without it.
  private(set) var isSpoiled = false
  /// Whether WATCHed keys guard the next transaction.
  private(set) var isWatching = false
  /// Seconds; nil is `replyTimeout`, `connectTimeout`. From option `-t`.
  var timeout: Double?

  private var socket: Int32 = -1
  private var reader = ReplyReader()
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: longestRead, alignment: 16)
  /// Bytes of the next read.
  private var readSize = readSize
  /// Takes what is received as it is, no more as replies: SYNC turns the connection into a stream. Gone when it is closed.
  var stream: ((UnsafeRawBufferPointer) -> Void)?
  private var unsent: [UInt8] = []
  private var sent = 0
  /// Changes with every connection made: what was learnt of the server holds for one of them.
  private(set) var generation = 0
  /// Replies that the server owes.
  private(set) var owed = 0
  /// Questions of sesscli's own that were answered. A server that answers one of them twice, late, would answer the
  /// next command; see `problem()`.
  private(set) var questions = 0
  /// Commands that the open transaction has queued, and those among them that switch, by their places.
  private var queued = 0
  private var queuedSwitches: [(place: Int, to: Switch)] = []
  /// Whether the last command was to switch to another database or user, by itself or by executing a transaction, and
  /// did not.
  private(set) var hasFailedSwitch = false

  /// What commands to come are meant for.
  private enum Switch {
    /// nil where the word is no number, which a server other than Redis may take.
    case database(Int?)
    case user([UInt8]?, password: [UInt8])
  }

  init(_ endpoint: Endpoint) { self.endpoint = endpoint }

  deinit {
    close()
    input.deallocate()
  }

  var isOpen: Bool { socket >= 0 }
  /// The descriptor to watch while nothing is owed; nil when not connected.
  var descriptor: Int32? { socket >= 0 ? socket : nil }
  /// Whether a reply has begun and not ended.
  var isInReply: Bool { reader.isInReply }
  /// Bytes queued and not sent.
  var backlog: Int { unsent.count - sent }

  // MARK: Opening

  /// Connects, authenticates and selects the database; when any of it fails nothing stays open.
  func open() throws(RedisError) {
    close()
    socket = try connectSocket(endpoint.address, timeout: timeout ?? Self.connectTimeout)
    generation += 1
    do {
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
    } catch {
      close()
      throw error
    }
  }

  private func setUp(
    _ command: [[UInt8]], _ kind: RedisError.Kind, failing message: String
  ) throws(RedisError) {
    let builder = ReplyBuilder(limit: Self.statusLimit)
    switch try ask(command, timeout: timeout ?? Self.connectTimeout, into: builder) {
    case .status: return
    case .error(let text):
      // A server may quote what it was sent.
      throw RedisError(kind, "\(message): \(masked(escaped(text)))")
    default: throw RedisError(kind, "\(message): the server's answer is not a status")
    }
  }

  private func masked(_ text: String) -> String {
    guard let password = endpoint.password, password.count >= 4 else { return text }
    return text.replacing(escaped(password), with: "(password)")
  }

  /// Ends the connection. An open transaction is forgotten; ask for `isInTransaction` before.
  func close() {
    if socket >= 0 { _ = Glibc.close(socket) }
    socket = -1
    reader = ReplyReader()
    stream = nil
    unsent.removeAll(keepingCapacity: true)
    sent = 0
    owed = 0
    endTransaction()
  }

  /// What is wrong with the idle connection: the server closed it, or sent what nobody asked for, so that the next reply
  /// could not be trusted to belong to the next command. Nil when all is well.
  func problem() -> RedisError? {
    guard socket >= 0 else { return RedisError(.lost, "not connected") }
    guard owed == 0, reader.pending == 0 else { return unasked() }
    var byte: UInt8 = 0
    let count = recv(socket, &byte, 1, Int32(MSG_PEEK))
    if count > 0 { return unasked() }
    if count < 0, errno == EAGAIN || errno == EINTR { return nil }
    return count == 0 ? closed() : broken()
  }

  // MARK: Commands and replies

  /// Queues a command. It is sent by the next `receive` or `wait`.
  func send(_ arguments: [[UInt8]], replies: Int = 1) {
    // RESP's requests are too simple to pay hiredis two arrays of pointers for each.
    unsent.append(UInt8(ascii: "*"))
    appendLine(arguments.count)
    for argument in arguments {
      unsent.append(UInt8(ascii: "$"))
      appendLine(argument.count)
      unsent.append(contentsOf: argument)
      unsent.append(13)
      unsent.append(10)
    }
    owed += replies
  }

  private func appendLine(_ number: Int) {
    // Without a string for each of the numbers of a command.
    var unit = 1
    while number / unit >= 10 { unit *= 10 }
    while unit > 0 {
      unsent.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
      unit /= 10
    }
    unsent.append(13)
    unsent.append(10)
  }

  /// Queues a command that is written as a request already.
  func send(request bytes: UnsafeRawBufferPointer) {
    unsent.append(contentsOf: bytes)
    owed += 1
  }

  /// Queues bytes that are commands already, an unknown number of them; from now on replies are not counted.
  func send(raw bytes: UnsafeRawBufferPointer) {
    unsent.append(contentsOf: bytes)
    owed = .max
  }

  /// Sends commands together and returns their replies, in order: small ones, for sesscli's own questions.
  func answers(to commands: [[[UInt8]]]) throws(RedisError) -> [Reply] {
    if commands.isEmpty { return [] }
    if let problem = problem() { throw problem }
    for command in commands { send(command) }
    var replies: [Reply] = []
    for _ in commands {
      let builder = ReplyBuilder(limit: Self.statusLimit)
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
    if owed == 0, reader.pending > 0 { throw unasked() }
  }

  /// Hands what was received to `sink`; true when it completed a reply. Reads nothing.
  func nextReply(into sink: any ReplySink) throws(RedisError) -> Bool {
    guard owed > 0 else {
      try checkNothingIsUnasked()
      return false
    }
    let isWhole = try reader.next(into: sink)
    if let reason = sink.refusal { throw RedisError(.protocolError, reason) }
    if isWhole {
      owed -= 1
      readSize = Self.readSize
    }
    return isWhole
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

  func call(_ arguments: [[UInt8]]) throws(RedisError) -> Reply {
    if let problem = problem() { throw problem }
    return try ask(arguments, timeout: timeout ?? Self.replyTimeout, into: ReplyBuilder())
  }

  /// Asks and sees that the answer is the only one.
  private func ask(
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
  /// - Parameter other: a descriptor to wait for as well.
  /// - Returns: whether `other` can be read.
  @discardableResult
  func wait(timeout: Double?, other: Int32 = -1) throws(RedisError) -> Bool {
    guard socket >= 0 else { throw RedisError(.lost, "not connected") }
    // After Ctrl-C nothing is sent.
    if Interrupt.isPending { throw RedisError(.interrupted, "interrupted") }
    // Nearly always the socket takes everything at once, and one system call is saved.
    if backlog > 0 { try writeOut() }
    // Of a stream of replies something is nearly always there.
    if backlog == 0, other < 0, try readIn() { return false }
    var descriptors = (
      pollfd(
        fd: socket, events: Int16(POLLIN) | (backlog > 0 ? Int16(POLLOUT) : 0), revents: 0),
      pollfd(fd: other, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Interrupt.fd, events: Int16(POLLIN), revents: 0)
    )
    let milliseconds = timeout.map { Int32(min($0 * 1000, 1e9).rounded(.up)) } ?? -1
    let count = withUnsafeMutableBytes(of: &descriptors) {
      poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 3, milliseconds)
    }
    if Interrupt.isPending { throw RedisError(.interrupted, "interrupted") }
    if count == 0 {
      throw RedisError(.timeout, "the server was silent for \(formatSeconds(timeout ?? 0)) s")
    }
    if count < 0 { return false }
    if descriptors.0.revents & Int16(POLLOUT) != 0 { try writeOut() }
    if descriptors.0.revents & ~Int16(POLLOUT) != 0 { _ = try readIn() }
    return descriptors.1.revents != 0
  }

  private func writeOut() throws(RedisError) {
    while backlog > 0 {
      let count = unsent.withUnsafeBytes { bytes in
        Glibc.send(
          socket, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        break
      } else if errno == EPIPE || errno == ECONNRESET {
        // What the server said before it closed (why it did, often) is still to be read.
        sent = unsent.count
        break
      } else if errno != EINTR {
        throw broken()
      }
    }
    if backlog == 0 {
      unsent.removeAll(keepingCapacity: unsent.capacity <= 1 << 20)
      sent = 0
    } else if sent > 1 << 20 {
      unsent.removeFirst(sent)
      sent = 0
    }
  }

  /// Reads what is there; false when nothing is.
  private func readIn() throws(RedisError) -> Bool {
    let count = recv(socket, input.baseAddress, readSize, 0)
    if count > 0 {
      if count == readSize { readSize = min(2 * readSize, Self.longestRead) }
      let bytes = UnsafeRawBufferPointer(rebasing: input[..<count])
      if let stream {
        stream(bytes)
        return true
      }
      if owed == 0 { throw unasked() }
      try reader.feed(bytes)
      return true
    } else if count == 0 {
      throw closed()
    } else if errno != EAGAIN && errno != EINTR {
      throw broken()
    }
    return false
  }

  private func closed() -> RedisError {
    let middle = reader.isInReply ? " in the middle of a reply" : ""
    return RedisError(.lost, "the server closed the connection\(middle)")
  }

  private func broken() -> RedisError {
    RedisError(.lost, "the connection broke: \(String(cString: strerror(errno)))")
  }

  private func unasked() -> RedisError {
    RedisError(.protocolError, "the server sent a reply that nobody asked for")
  }
}

// MARK: What the server keeps for the connection

extension Connection {
  /// Notes what an answered command changed for this connection.
  ///
  /// - Parameters:
  ///   - command: as it was sent.
  ///   - outcome: what the reply was.
  func note(_ command: [[UInt8]], _ outcome: ReplyOutcome) {
    hasFailedSwitch = false
    guard let name = command.first.map(lowercased) else { return }
    if let target = Self.switching(name, command) {
      if outcome.isError {
        hasFailedSwitch = true
      } else if isInTransaction {
        queuedSwitches.append((queued, target))
      } else {
        apply(target)
      }
    }
    switch name {
    case "multi" where !outcome.isError: isInTransaction = true
    case "exec":
      let hasRun = !outcome.isError && !outcome.isNull
      for (place, target) in queuedSwitches {
        if hasRun, !outcome.failedElements.contains(place) {
          apply(target)
        } else {
          hasFailedSwitch = true
        }
      }
      // Whatever EXEC answers but "without MULTI", the transaction is over.
      endTransaction()
    case "discard" where !outcome.isError:
      // A spoiled transaction is discarded although the rest of a script was meant for what it switches to.
      hasFailedSwitch = isSpoiled && !queuedSwitches.isEmpty
      endTransaction()
    case "watch" where !outcome.isError: isWatching = true
    case "unwatch" where !outcome.isError && !isInTransaction: isWatching = false
    case "reset" where !outcome.isError:
      endTransaction()
      endpoint.database = 0
    default: break
    }
    if isInTransaction, name != "multi", !outcome.isError { queued += 1 }
  }

  /// What the command switches to; nil for one that does not.
  private static func switching(_ name: String, _ command: [[UInt8]]) -> Switch? {
    switch name {
    case "select":
      return .database(Int(String(decoding: command.last ?? [], as: UTF8.self)))
    case "auth":
      return .user(command.count == 3 ? command[1] : nil, password: command.last ?? [])
    case "hello":
      guard let at = command.firstIndex(where: { lowercased($0) == "auth" }) else { return nil }
      let words = command[(at + 1)...]
      return .user(words.first, password: words.dropFirst().first ?? [])
    default: return nil
    }
  }

  /// Keeps what the server switched to, for when the connection must be renewed.
  private func apply(_ target: Switch) {
    switch target {
    case .database(let number): endpoint.database = number ?? endpoint.database
    case .user(let user, let password):
      endpoint.user = user
      endpoint.password = password
    }
  }

  /// Places, in EXEC's reply, of the answers to commands that switch.
  var switchPlaces: Set<Int> { Set(queuedSwitches.map(\.place)) }

  /// Notes that a command was refused before it was sent. The server would answer EXEC with EXECABORT had it refused it.
  func spoilTransaction() { isSpoiled = isInTransaction }

  private func endTransaction() {
    isInTransaction = false
    isSpoiled = false
    isWatching = false
    queued = 0
    queuedSwitches = []
  }
}

/// What matters of a reply once it is printed.
struct ReplyOutcome: Equatable {
  /// The reply is an error.
  var isError = false
  /// The reply is null.
  var isNull = false
  /// Errors anywhere in the reply: EXEC answers with an array that may hold some.
  var errors = 0
  /// The first of them.
  var error: [UInt8] = []
  /// Places of errors among the elements of an array, of those that the printer was told to watch.
  var failedElements: Set<Int> = []
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
