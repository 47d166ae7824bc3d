import RedisClient

/// A script's commands on their way to a cluster: each to its server without waiting, and the
/// replies printed in the order of the commands.
///
/// What a server did not execute (a redirection) is sent again when its turn comes; until all that
/// was sent is answered, nothing new is sent then, so that commands with the same key keep their
/// order. Replies wait at the servers meanwhile.
final class ClusterPipeline {
  /// As `Script`'s.
  private static let window = 10_000
  private static let backlog = 1 << 20

  let cluster: Cluster
  private let exchange: Exchange
  private let session: Session
  private let console: Console
  private var pending = Queue<Item>()
  /// Whether the printer holds the beginning of the oldest pending command's reply.
  private var isReceiving = false
  /// Connections that commands were sent on.
  private var busy: [Connection] = []
  /// Those that were lost with commands that only read, which are sent again; and those with
  /// others, whose commands are reported.
  private var lost: [ObjectIdentifier: RedisError] = [:]
  private var doomed: [ObjectIdentifier: RedisError] = [:]
  /// Whether the map is out of date.
  private var isStale = false
  /// Whether a command may have been executed or not, so that the script ends once all that was
  /// sent is answered.
  private var isEnding = false
  /// Where keys stand in commands that were met. A script uses a few over and over.
  private var known: [(name: [UInt8], keys: [CommandTable.KeyPositions])] = []

  private struct Item {
    let words: [[UInt8]]
    let line: Int
    let slot: Int
    let connection: Connection
  }

  init(_ exchange: Exchange, _ cluster: Cluster) {
    self.exchange = exchange
    session = exchange.session
    console = exchange.console
    self.cluster = cluster
  }

  var isEmpty: Bool { pending.isEmpty }

  // MARK: Sending

  /// Sends a command, and reads what the servers owe when that is much.
  ///
  /// - Returns: false when the command must be run alone: it changes the conversation, or has no
  ///   keys, or of several slots.
  func take(_ words: [[UInt8]], line: Int) throws -> Bool {
    guard !session.connection.isInTransaction, let slot = slot(of: words) else { return false }
    if isStale {
      try settle()
      if isEnding { console.complain("the rest of the script was not sent") }
    }
    guard !console.isOver else { return true }
    let connection = try connection(toSlot: slot)
    guard !console.isOver else { return true }
    connection.send(words)
    pending.append(Item(words: words, line: line, slot: slot, connection: connection))
    while pending.count >= Self.window || connection.backlog >= Self.backlog {
      try receiveReady()
      if pending.count >= Self.window || connection.backlog >= Self.backlog {
        _ = try wait(other: -1)
      }
    }
    return true
  }

  private func slot(of words: [[UInt8]]) -> Int? {
    let places: [Int]
    if let keys = known.first(where: { $0.name == words[0] })?.keys {
      if words.count > 1, keys == [.range(first: 1, last: 0, step: 1)] {
        return HashSlot.of(words[1])
      }
      places = keys.flatMap { $0.places(in: words) }
    } else {
      guard CommandTraits.isOrdinary(words[0]), let entry = CommandTable.lookup(words),
        !entry.keys.isEmpty
      else { return nil }
      // What has subcommands is looked up each time.
      if known.count < 8, !entry.name.contains(" ") { known.append((words[0], entry.keys)) }
      places = entry.keyPlaces(in: words)
    }
    guard let first = places.first else { return nil }
    let slot = HashSlot.of(words[first])
    return places.dropFirst().allSatisfy { HashSlot.of(words[$0]) == slot } ? slot : nil
  }

  /// An open connection to a slot's master; for one that was lost or cannot be opened, all that was
  /// sent is answered first.
  private func connection(toSlot slot: Int) throws -> Connection {
    let node = try cluster.owner(of: slot)
    let connection = cluster.connection(to: node, for: .commands)
    if connection.owed > 0 { return connection }
    if connection.problem() != nil, !opens(connection) {
      try drain()
      guard !console.isOver else { return connection }
      try session.go(toSlot: slot, in: cluster)
    } else {
      session.connection = connection
    }
    if !busy.contains(where: { $0 === session.connection }) { busy.append(session.connection) }
    return session.connection
  }

  /// Opens a connection that is not used yet. What goes wrong is met again, and told, after all
  /// that was sent is answered.
  private func opens(_ connection: Connection) -> Bool {
    let identity = ObjectIdentifier(connection)
    guard !connection.isOpen, lost[identity] == nil, doomed[identity] == nil else { return false }
    return (try? connection.open()) != nil
  }

  // MARK: Receiving

  /// Waits for every reply owed, and for a new map after redirections.
  func drain() throws {
    while !pending.isEmpty {
      try receiveReady()
      if !pending.isEmpty { _ = try wait(other: -1) }
    }
    if isStale { try settle() }
  }

  private func settle() throws {
    while !pending.isEmpty {
      try receiveReady()
      if !pending.isEmpty { _ = try wait(other: -1) }
    }
    isStale = false
    lost = [:]
    doomed = [:]
    if isEnding {
      console.isOver = true
      return
    }
    try cluster.refreshIfPossible()
  }

  /// Waits until the oldest command's server took or sent something.
  ///
  /// - Returns: whether `other` can be read.
  func wait(other: Int32) throws -> Bool {
    guard let item = pending.first else { return false }
    console.output.flush()
    try console.output.check()
    for connection in busy where connection !== item.connection { connection.startSending() }
    do {
      return try item.connection.wait(timeout: cluster.replyTimeout, other: other)
    } catch {
      try lose(item, error)
      return false
    }
  }

  /// Prints the replies that have arrived, as far as all before them have.
  func receiveReady() throws {
    while let item = pending.first {
      let connection = ObjectIdentifier(item.connection)
      if let error = doomed[connection] {
        pending.removeFirst()
        report(item, error)
      } else if lost[connection] != nil {
        pending.removeFirst()
        try answer(item) {
          try cluster.exchange([item.words], slots: [item.slot]) { _ in begin(item) }
        }
      } else {
        guard try receive(item) else { return }
      }
    }
  }

  /// - Returns: whether the command is answered, or its connection lost.
  private func receive(_ item: Item) throws -> Bool {
    if !isReceiving {
      _ = begin(item)
      isReceiving = true
    }
    do {
      guard try item.connection.nextReply(into: exchange.printer) else { return false }
    } catch {
      try lose(item, error)
      return true
    }
    isReceiving = false
    pending.removeFirst()
    if let redirection = exchange.printer.outcome.redirection {
      isStale = true
      try answer(item) {
        guard mayRepeat(item, redirection) else { return }
        try cluster.follow(redirection, item.words, item.slot) { begin(item) }
      }
    } else {
      try exchange.afterReply([])
    }
    return true
  }

  private func begin(_ item: Item) -> ReplyPrinter {
    console.line = item.line
    exchange.prepare(for: [])
    exchange.printer.redirectedBy = item.connection.host
    exchange.printer.begin()
    return exchange.printer
  }

  /// Whether a command that was not executed can be sent again without overtaking: a later one with
  /// the same key, sent to the same server, may have been executed. A slot that has moved is gone
  /// for the later one too.
  private func mayRepeat(_ item: Item, _ redirection: Redirection) -> Bool {
    switch redirection {
    case .moved, .ask: return true
    case .tryAgain, .down:
      let keys = Set(item.words.dropFirst())
      return !pending.elements.contains { other in
        other.slot == item.slot && other.words.dropFirst().contains { keys.contains($0) }
      }
    }
  }

  /// Sends a command again on a connection beside the pipeline, and prints what comes of it.
  private func answer(_ item: Item, _ send: () throws -> Void) throws {
    do {
      try send()
    } catch let error as RedisError {
      guard error.kind != .interrupted, error.kind != .output else { throw error }
      console.line = item.line
      console.complain("Error: \(error.message)")
      console.fail(.noConnection)
      isEnding = true
      return
    } catch let error as CommandError {
      console.line = item.line
      console.complain(error.message)
      return console.fail(.commandFailed)
    }
    let printer = exchange.printer
    if printer.outcome.redirection != nil {
      // No server executed it: told as it is.
      printer.redirectedBy = nil
      printer.print(.error(printer.outcome.error))
    }
    try exchange.afterReply([])
  }

  // MARK: Lost connections

  /// Notes that a connection was lost with commands that are not answered.
  private func lose(_ item: Item, _ error: RedisError) throws {
    guard error.kind != .interrupted, error.kind != .output else { throw error }
    let connection = item.connection
    let hasBegun = connection.isInReply
    isReceiving = false
    isStale = true
    let theirs = pending.elements.filter { $0.connection === connection }
    if hasBegun || theirs.contains(where: { CommandTable.mayChange($0.words) }) {
      doomed[ObjectIdentifier(connection)] = error
      isEnding = true
    } else {
      lost[ObjectIdentifier(connection)] = error
    }
    // What WATCH guarded is remembered as lost.
    if connection === session.connection { session.drop() }
    connection.close()
  }

  private func report(_ item: Item, _ error: RedisError) {
    console.line = item.line
    let name = item.words.first.map { escaped($0).uppercased() } ?? ""
    let doubt =
      CommandTable.mayChange(item.words)
      ? "\(name) may have been executed and is not repeated" : "\(name) was not answered"
    console.complain("Error: \(item.connection.endpoint.address.name): \(error.message); \(doubt)")
    console.fail(.noConnection)
  }
}
