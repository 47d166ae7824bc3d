import RedisClient

/// Which server of a cluster a command goes to.
///
/// `connection` is that of the server which was used last; without keys, a command goes there. A
/// transaction stays where it began, or goes, before its first key, to that key's server.
extension Session {
  /// Connects to the server that the command is for.
  func connect(for words: [[UInt8]]) throws {
    try ensureConnected()
    guard let cluster else { return }
    cluster.adopt(connection)
    let places = try cluster.keyPlaces(of: words)
    let slots = Set(places.map { HashSlot.of(words[$0]) })
    if connection.isInTransaction { return try stay(words, slots, in: cluster) }
    transaction = ClusterTransaction()
    switch CommandFacts.of(words).role {
    case .multi, .unwatch:
      if let watching = cluster.watching { try go(to: watching) }
    case .scan: try continueScan(words, in: cluster)
    case .watch where slots.count == 1:
      let owner = try cluster.owner(of: slots.first ?? 0)
      let watching = cluster.watching
      try go(toSlot: slots.first ?? 0, in: cluster)
      if let watching, watching.isWatching, watching !== connection {
        throw CommandError(
          "WATCH: keys are watched at \(watching.endpoint.address.name), and these are at "
            + "\(owner.name); a transaction is of one server: UNWATCH first"
        )
      }
    default:
      // What is split goes to several servers.
      guard let first = places.first,
        slots.count == 1 || !ClusterWide.splits(words)
      else { return }
      try go(toSlot: HashSlot.of(words[first]), in: cluster)
    }
  }

  /// Goes to the master of a slot, and waits for a failover when it is away.
  func go(toSlot slot: Int, in cluster: Cluster) throws {
    var outage = Cluster.Outage()
    while true {
      let node = try cluster.owner(of: slot)
      do {
        try go(to: cluster.connection(to: node, for: .commands))
        return cluster.ended(outage, by: node)
      } catch let error as RedisError {
        guard error.kind == .connect else { throw error }
        try cluster.outlast(error, of: node, &outage)
      }
    }
  }

  func go(to next: Connection) throws {
    connection = next
    try ensureOpen()
  }

  /// After the server that was used last went away: any other master.
  func goElsewhere(after error: RedisError, in cluster: Cluster) throws(RedisError) {
    let gone = cluster.node(of: connection)
    try cluster.refreshIfPossible(without: gone)
    for node in cluster.map.masters where node != gone {
      let next = cluster.connection(to: node, for: .commands)
      do {
        if next.problem() != nil { try next.open() }
        connection = next
        return
      } catch {
        if error.kind == .interrupted { throw error }
      }
    }
    throw error
  }

  /// SCAN's cursor means something to one server only.
  private func continueScan(_ words: [[UInt8]], in cluster: Cluster) throws {
    if words.count > 1, words[1] != Array("0".utf8), let scanned {
      return try go(to: scanned)
    }
    scanned = connection
    guard !hasToldOfScan else { return }
    hasToldOfScan = true
    console.note(
      "SCAN walks over \(connection.endpoint.address.name) alone, one of "
        + "\(cluster.map.masters.count) masters; keys and decode walk over all"
    )
  }

  // MARK: Transactions

  /// Keeps a transaction at one server, of which all its keys must be.
  private func stay(
    _ words: [[UInt8]], _ slots: Set<Int>, in cluster: Cluster
  ) throws {
    if ClusterWide.concernsAll(words) {
      throw CommandError(
        "\(lowercased(words[0]).uppercased()) inside a transaction would reach one server of the cluster only; "
          + "not sent"
      )
    }
    // Several slots: the server's own error.
    guard let slot = slots.first, slots.count == 1 else {
      if transaction.slot == nil, slots.isEmpty { transaction.queued.append(words) }
      return
    }
    if let began = transaction.slot {
      guard slot != began else { return }
      throw CommandError(
        "CROSSSLOT: this key is of slot \(slot), and the transaction of slot \(began); not sent")
    }
    let node = try cluster.owner(of: slot)
    let target = cluster.connection(to: node, for: .commands)
    if target !== connection {
      guard !connection.isWatching else {
        throw CommandError(
          "CROSSSLOT: this key is at \(node.name), and the keys that are watched at "
            + "\(connection.endpoint.address.name); not sent"
        )
      }
      try move(to: target)
    }
    transaction = ClusterTransaction(slot: slot)
  }

  /// Begins the transaction again where its first key is. Nothing was queued that has a key.
  private func move(to target: Connection) throws {
    if target.problem() != nil { try target.open() }
    for words in [[Array("MULTI".utf8)]] + transaction.queued {
      let reply = try target.call(words)
      guard case .status = reply else {
        target.close()
        throw CommandError(
          "the transaction cannot go to \(target.endpoint.address.name), where this key is; not "
            + "sent"
        )
      }
      target.note(words, ReplyOutcome())
    }
    let discard = [Array("DISCARD".utf8)]
    _ = try connection.call(discard)
    connection.note(discard, ReplyOutcome())
    connection = target
  }
}

/// A transaction in a cluster.
struct ClusterTransaction {
  /// The slot of all its keys; nil before the first one.
  var slot: Int?
  /// What was queued before the first key.
  var queued: [[[UInt8]]] = []
}
