/// What answers questions of sesscli's own: a server, or a cluster as if it were one.
package protocol Answering: AnyObject {
  /// Sends the commands together, and returns their replies in the same order.
  func ask(_ commands: [[[UInt8]]]) throws -> [Reply]
}

extension Answering {
  package func ask(_ words: [[UInt8]]) throws -> Reply { try ask([words]).first ?? .null }
}

extension Connection: Answering {
  package func ask(_ commands: [[[UInt8]]]) throws -> [Reply] { try call(commands) }
}

/// A sink that tells whether the reply is an error: of a cluster's node it may be a redirection.
package protocol AnswerSink: ReplySink {
  var error: [UInt8]? { get }
}

extension ReplyBuilder: AnswerSink {
  package var error: [UInt8]? {
    if case .error(let text) = reply { return text }
    return nil
  }
}

extension Cluster: Answering {
  package func ask(_ commands: [[[UInt8]]]) throws -> [Reply] {
    var builders = commands.map { _ in ReplyBuilder() }
    try exchange(commands) { index in
      builders[index] = ReplyBuilder()
      return builders[index]
    }
    return builders.map(\.reply)
  }

  /// Sends commands, each of one slot, to their servers, and follows redirections. What only reads
  /// is sent again when a connection is lost, to the server that took over.
  ///
  /// - Parameters:
  ///   - known: their slots, when the caller knows them.
  ///   - answer: a sink for the reply to the command of that index, asked for again when the
  ///     command is sent again.
  /// - Throws: `RedisError` when a server stays away, or is lost and a command that may write was
  ///   not answered.
  package func exchange(
    _ commands: [[[UInt8]]], slots known: [Int]? = nil, answer: (Int) -> any AnswerSink
  ) throws {
    let slots = try known ?? commands.map { try slot(of: $0) ?? 0 }
    var pending = Array(commands.indices)
    var outage = Outage()
    while !pending.isEmpty {
      var unanswered: [Int] = []
      var failure: (error: RedisError, node: ClusterNode)?
      var batches: [(node: ClusterNode, connection: Connection, indices: [Int])] = []
      for (node, indices) in try grouped(pending, slots) {
        do {
          let connection = try open(node)
          for index in indices { connection.send(commands[index]) }
          batches.append((node, connection, indices))
        } catch {
          unanswered += indices
          failure = (error, node)
        }
      }
      for batch in batches { batch.connection.startSending() }
      var redirected: [(index: Int, to: Redirection)] = []
      var doubt: RedisError?
      for batch in batches {
        var answered = 0
        var isAnswering = false
        defer { if isAnswering { answering.insert(batch.node) } }
        do {
          for index in batch.indices {
            let sink = answer(index)
            try batch.connection.receive(into: sink, timeout: replyTimeout)
            answered += 1
            if let error = sink.error, let target = Redirection(error, asked: batch.node.host) {
              redirected.append((index, target))
            } else {
              isAnswering = true
            }
          }
          try batch.connection.checkNothingIsUnasked()
        } catch {
          batch.connection.close()
          if error.kind == .interrupted || error.kind == .output {
            closeUnfinished()
            throw error
          }
          let rest = batch.indices[answered...]
          if let index = rest.first(where: { CommandTable.mayChange(commands[$0]) }) {
            doubt = Self.doubt(error, batch.node, commands[index], rest.count)
          } else {
            unanswered += rest
            failure = (error, batch.node)
          }
        }
      }
      if let doubt { throw doubt }
      for (index, target) in redirected {
        try follow(target, commands[index], slots[index]) { answer(index) }
      }
      if !redirected.isEmpty { try refreshIfPossible() }
      if let failure { try outlast(named(failure.error, failure.node), of: failure.node, &outage) }
      pending = unanswered
    }
    if let slot = slots.first, let node = map.owner(of: slot) { ended(outage, by: node) }
  }

  /// The commands by their slots' masters.
  private func grouped(
    _ indices: [Int], _ slots: [Int]
  ) throws -> [(node: ClusterNode, indices: [Int])] {
    var places: [ClusterNode: Int] = [:]
    var groups: [(node: ClusterNode, indices: [Int])] = []
    for index in indices {
      let node = try owner(of: slots[index])
      if let place = places[node] {
        groups[place].indices.append(index)
      } else {
        places[node] = groups.count
        groups.append((node, [index]))
      }
    }
    return groups
  }

  /// The master of a slot, which is asked for once more when there is none.
  package func owner(of slot: Int) throws -> ClusterNode {
    if let node = map.owner(of: slot) { return node }
    try refresh()
    guard let node = map.owner(of: slot) else {
      throw CommandError("(error) CLUSTERDOWN slot \(slot) is served by no server of the cluster")
    }
    return node
  }

  /// Sends a command that was redirected to where it belongs, however often it is redirected.
  ///
  /// When that does not end, the last redirection is the answer. The map should be asked for
  /// afterwards.
  package func follow(
    _ redirection: Redirection, _ command: [[UInt8]], _ slot: Int, answer: () -> any AnswerSink
  ) throws {
    var pursuit = Pursuit(waitsForCluster: true)
    guard var target = try pursuit.target(of: redirection, slot, in: self) else { return }
    while true {
      let error: [UInt8]?
      do {
        error = try attempt(command, at: target, answer)
      } catch {
        let connection = connection(to: target.node, for: .questions)
        let wasSent = connection.owed > 0
        connection.close()
        if wasSent, CommandTable.mayChange(command) {
          throw Self.doubt(error, target.node, command, 1)
        }
        try outlast(named(error, target.node), of: target.node, &pursuit.outage)
        target = Target(node: try owner(of: slot), isAsking: false)
        continue
      }
      guard let error, let next = Redirection(error, asked: target.node.host),
        let further = try pursuit.target(of: next, slot, in: self)
      else { break }
      target = further
    }
    answering.insert(target.node)
    ended(pursuit.outage, by: target.node)
  }

  private func attempt(
    _ command: [[UInt8]], at target: Target, _ answer: () -> any AnswerSink
  ) throws(RedisError) -> [UInt8]? {
    let connection = try open(target.node)
    if target.isAsking {
      connection.send([Array("ASKING".utf8)])
      try connection.receive(into: ReplyDiscard(), timeout: replyTimeout)
    }
    connection.send(command)
    let sink = answer()
    try connection.receive(into: sink, timeout: replyTimeout)
    try connection.checkNothingIsUnasked()
    return sink.error
  }

  /// An error that says where it happened.
  package func named(_ error: RedisError, _ node: ClusterNode) -> RedisError {
    guard error.kind != .interrupted, error.kind != .output else { return error }
    return RedisError(
      error.kind == .connect ? .lost : error.kind,
      error.message.hasPrefix(node.name) ? error.message : "\(node.name): \(error.message)")
  }

  private static func doubt(
    _ error: RedisError, _ node: ClusterNode, _ command: [[UInt8]], _ count: Int
  ) -> RedisError {
    let name = command.first.map { escaped($0).uppercased() } ?? ""
    let what = count == 1 ? name : "\(name) of \(count) slots"
    return RedisError(
      error.kind,
      "\(node.name): \(error.message); \(what) may have been executed and is not repeated")
  }
}

extension Cluster {
  /// Where a command is sent.
  package struct Target {
    package let node: ClusterNode
    /// Whether ASKING goes before it.
    package let isAsking: Bool
  }

  /// The way of one command through its redirections.
  package struct Pursuit {
    /// Pauses after TRYAGAIN: some seconds in all.
    private static let mostPauses = 50

    package var outage = Outage()
    /// Whether a cluster that is down is waited for, as in a script, or told.
    let waitsForCluster: Bool
    private var redirections = 0
    private var pauses = 0

    package init(waitsForCluster: Bool) { self.waitsForCluster = waitsForCluster }

    /// The next server to try; nil when the redirection is to be told as it is.
    package mutating func target(
      of redirection: Redirection, _ slot: Int, in cluster: Cluster
    ) throws -> Target? {
      switch redirection {
      case .moved(let slot, let node):
        redirections += 1
        guard redirections <= Cluster.mostRedirections else { return nil }
        cluster.move(slot, to: node)
        return Target(node: node, isAsking: false)
      case .ask(_, let node):
        redirections += 1
        guard redirections <= Cluster.mostRedirections else { return nil }
        return Target(node: node, isAsking: true)
      case .tryAgain:
        pauses += 1
        guard pauses <= Self.mostPauses, try cluster.pause(outage) else { return nil }
      case .down:
        guard waitsForCluster, !cluster.isHopelesslyDown else { return nil }
        guard try cluster.pause(outage) else {
          cluster.isHopelesslyDown = true
          return nil
        }
        try cluster.refresh()
      }
      return Target(node: try cluster.owner(of: slot), isAsking: false)
    }
  }
}
