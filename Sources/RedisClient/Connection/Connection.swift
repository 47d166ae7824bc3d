import Glibc

/// A conversation with one server: the transport, the pipeline, and what the server keeps for this
/// connection (the selected database, an open transaction), so that it can be set up again or
/// reported lost.
///
/// Blocking, for one thread. Ctrl-C ends every wait with `RedisError.Kind.interrupted`; replies are
/// then still owed, so the caller closes the connection and the next command opens a new one.
///
/// Swift checks at run time that accesses to what other modules see do not overlap, which would
/// take a fifth of a long script's time. Here none can: properties are read and set, and never lent
/// while something else runs.
package final class Connection {
  /// Seconds that connecting may take; the kernel alone would try for two minutes.
  static let connectTimeout = 10.0
  /// Seconds that a server which owes a reply may be silent, unless the command is one that waits.
  /// Longer than the slowest `KEYS *` or `SAVE`.
  package static let replyTimeout = 300.0
  /// Bytes that the answer to AUTH or SELECT, a line, may take as a tree.
  static let statusLimit = 1 << 20
  /// Bytes per read: hiredis moves what it has not parsed to the front of its buffer after each
  /// reply, so larger reads make pipelines of small replies slower. Of a long reply more and more
  /// is read at once.
  static let readSize = 32 << 10
  static let longestRead = 256 << 10
  /// Milliseconds for which replies may lie while more is sent.
  static let replyDelay: Int32 = 5

  /// Seconds that a server may take to say whether it is a master, before one does without.
  static let roleTimeout = 2.0

  /// Where to connect, as whom, and the database that is (or will be) selected. It names no
  /// sentinels: another connection to the same place goes to the same server.
  package var endpoint: Endpoint
  /// Who is asked for the address, each time anew.
  package var sentinel: SentinelGroup?
  /// Whether each new connection asks the server for its role.
  package var learnsRole = false
  /// What the server is; nil when it was not asked, or did not tell.
  package internal(set) var role: Role?
  /// Whether the role may have changed since it was learnt.
  package var isRoleStale = false
  /// Whether FAILOVER was sent and has not ended: it goes on after its reply.
  var isFailingOver = false
  /// Whether the server, which was a master, refused a write: the sentinels know of a new one, or
  /// will soon.
  @exclusivity(unchecked)
  package var isDemoted = false
  /// What was set by hand.
  var client = ClientState()
  /// Who the server takes us for; nil when that is not certain.
  package internal(set) var user: [UInt8]?
  /// What the last `open` made again, as "database 2 selected", and the names of what it could not.
  package var restored: [String] {
    (endpoint.database == 0 ? [] : ["database \(endpoint.database) selected"]) + restoredSettings
  }
  /// Without the database, which the prompt shows.
  package internal(set) var restoredSettings: [String] = []
  package internal(set) var forgotten: [String] = []
  /// Says something while `open` takes its time.
  package var tell: ((_ message: String) -> Void)?
  /// The transaction that is open; the server queues its commands.
  @exclusivity(unchecked)
  var transaction: Transaction?
  /// Whether WATCHed keys guard the next transaction.
  package internal(set) var isWatching = false
  /// Seconds; nil is `replyTimeout`, `connectTimeout`. From option `-t`.
  package var timeout: Double?

  /// The version of Redis' protocol that is asked for when connecting; nil asks for none and gets
  /// 2.
  package var wantedProtocol: Int?
  /// The version that the server speaks.
  @exclusivity(unchecked)
  package internal(set) var protocolVersion = 2
  /// Where messages go that RESP3's servers send unasked; nil: they answer commands, as SUBSCRIBE's
  /// do.
  @exclusivity(unchecked)
  package var pushes: (any ReplySink)? = ReplyDiscard()

  /// Held here alone: to release it is to close the connection.
  @exclusivity(unchecked)
  var transport: (any Transport)?
  /// Whether the server has said anything yet.
  var hasHeard = false
  /// Whether another server named this one, which then speaks as that one does.
  var isOfCluster = false
  @exclusivity(unchecked)
  var reader = ReplyReader()
  let input = UnsafeMutableRawBufferPointer.allocate(byteCount: longestRead, alignment: 16)
  /// Bytes of the next read.
  var readSize = readSize
  /// Takes what is received as it is, no more as replies: SYNC turns the connection into a stream.
  /// Gone when it is closed.
  package var stream: ((UnsafeRawBufferPointer) -> Void)?
  @exclusivity(unchecked)
  var requests = RequestQueue()
  /// What the person asked the server for with CLIENT REPLY.
  @exclusivity(unchecked)
  package var replyMode = ReplyMode.on
  /// Whether the server keeps its replies to itself; between MULTI and EXEC it is always heard.
  @exclusivity(unchecked)
  package var isMuted = false
  /// Whether the server is known to take CLIENT REPLY from this user.
  package var mayMute = false
  /// Commands that have no reply, sent before and after the last one that has one and is not
  /// answered yet.
  @exclusivity(unchecked)
  var unheard = (before: 0, after: 0)
  /// Commands of which nobody knows whether they were executed: no reply to a later one has come.
  package var unconfirmed: Int { unheard.before + unheard.after }
  /// Whether the server sends messages of channels at any time.
  package var isSubscribed = false
  /// Changes with every connection made: what was learnt of the server holds for one of them.
  package internal(set) var generation = 0
  /// Replies that the server owes.
  @exclusivity(unchecked)
  package internal(set) var owed = 0
  /// Questions of sesscli's own that were answered. A server that answers one of them twice, late,
  /// would answer the next command; see `problem()`.
  package internal(set) var questions = 0
  /// Whether the last command was to switch to another database or user, by itself or by executing
  /// a transaction, and did not.
  package internal(set) var hasFailedSwitch = false

  package init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    sentinel = endpoint.sentinel
    self.endpoint.sentinel = nil
  }

  deinit {
    close()
    input.deallocate()
  }

  package var isOpen: Bool { transport != nil }
  /// The descriptor to watch while nothing is owed; nil when not connected.
  package var descriptor: Int32? { transport?.descriptor }
  /// Whether the server has said something that was not read yet, or has gone.
  package var hasInput: Bool {
    if case .blocked? = transport?.peek() { return false }
    return transport != nil
  }
  /// Whether something that was received is still to be handed out, which poll(2) cannot know.
  package var hasUnshown: Bool { reader.pending > 0 || transport?.hasReceived == true }
  /// Whether a reply has begun and not ended.
  package var isInReply: Bool { reader.isInReply }
  /// Bytes queued and not sent.
  package var backlog: Int { requests.backlog }

  /// Ends the connection. An open transaction is forgotten; ask for `isInTransaction` before.
  package func close() {
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
}
