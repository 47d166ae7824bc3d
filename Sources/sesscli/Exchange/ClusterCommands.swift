import RedisClient

/// Commands that concern all masters of a cluster, or keys of several of its slots: run as if it
/// were one server.
extension Exchange {
  /// - Returns: false for a command of one server.
  func performWide(_ words: [[UInt8]], in cluster: Cluster) throws -> Bool {
    switch CommandFacts.of(words).role {
    case .databaseSize where words.count == 1:
      try answer(words, with: cluster.size(words))
      tellUnserved(cluster)
    case .randomKey where words.count == 1: try answer(words, with: randomKey(words, in: cluster))
    case .flushDatabase, .flushAll: try answer(words, with: flush(words, in: cluster))
    case .keys where words.count == 2: try listKeys(words, in: cluster)
    default:
      guard ClusterWide.splits(words),
        Set(words.dropFirst().map(HashSlot.of)).count > 1
      else { return false }
      try answer(words, with: split(lowercased(words[0]), words, in: cluster))
    }
    return true
  }

  private func answer(_ words: [[UInt8]], with reply: Reply) throws {
    prepare(for: words)
    printer.redirectedBy = nil
    printer.print(reply)
    try afterReply(words)
  }

  // MARK: All masters

  /// Of a master that is drawn by its number of keys, so that each key is as likely as another.
  private func randomKey(_ words: [[UInt8]], in cluster: Cluster) throws -> Reply {
    let sizes = try cluster.askMasters([Array("DBSIZE".utf8)]).map {
      ($0.node, max(0, $0.reply.number ?? 0))
    }
    let total = sizes.reduce(Int64(0)) { $0.addingReportingOverflow($1.1).partialValue }
    var drawn = Int64.random(in: 0..<max(1, total))
    for (node, size) in sizes {
      if drawn < size { return try cluster.open(node).call(words) }
      drawn -= size
    }
    return .null
  }

  /// FLUSHDB and FLUSHALL of all masters. What they did not all do is told by master.
  private func flush(_ words: [[UInt8]], in cluster: Cluster) throws -> Reply {
    let name = escaped(words[0]).uppercased()
    try cluster.openMasters()
    let masters = cluster.map.masters
    for node in masters { cluster.connection(to: node, for: .questions).send(words) }
    var done: [String] = []
    var undone: [String] = []
    for node in masters {
      let connection = cluster.connection(to: node, for: .questions)
      let builder = ReplyBuilder()
      do {
        try connection.receive(into: builder, timeout: cluster.replyTimeout)
        if case .status = builder.reply {
          done.append(node.name)
        } else {
          undone.append("\(node.name): \(Self.text(builder.reply))")
        }
      } catch {
        connection.close()
        if error.kind == .interrupted {
          cluster.closeUnfinished()
          throw error
        }
        undone.append("\(node.name): \(error.message), it may have been executed there")
        console.fail(.noConnection)
      }
    }
    tellUnserved(cluster)
    if undone.isEmpty { return .status(Array("OK".utf8)) }
    throw CommandError(
      "\(name) \(done.isEmpty ? "failed" : "was done at \(done.joined(separator: ", ")) only"): "
        + "\(undone.joined(separator: "; "))"
    )
  }

  /// Slots that no master serves have keys that nobody counts or shows.
  private func tellUnserved(_ cluster: Cluster) {
    let unserved = cluster.map.unserved
    guard !unserved.isEmpty else { return }
    console.complain(
      "\(unserved.description) of the cluster: served by no server; their keys are missing")
    console.fail(.noConnection)
  }

  // MARK: Keys of several slots

  /// Splits a command by slots and joins the replies.
  private func split(_ name: String, _ words: [[UInt8]], in cluster: Cluster) throws -> Reply {
    var places: [Int: [Int]] = [:]
    var order: [Int] = []
    for place in words.indices.dropFirst() {
      let slot = HashSlot.of(words[place])
      if places[slot] == nil { order.append(slot) }
      places[slot, default: []].append(place)
    }
    let parts = order.compactMap { places[$0] }
    let replies = try cluster.ask(parts.map { [words[0]] + $0.map { words[$0] } })
    var total: Int64 = 0
    var values = [Reply](repeating: .null, count: words.count - 1)
    var failures: [(slot: Int, reply: Reply)] = []
    for (part, (slot, reply)) in zip(parts, zip(order, replies)) {
      if name == "mget", let elements = reply.elements, elements.count == part.count {
        for (place, element) in zip(part, elements) { values[place - 1] = element }
      } else if name != "mget", case .integer(let count) = reply {
        total = total.addingReportingOverflow(count).partialValue
      } else {
        failures.append((slot, reply))
      }
    }
    guard let failure = failures.first else {
      return name == "mget" ? .array(values) : .integer(total)
    }
    // Half an answer would be taken for a whole one.
    let done =
      name == "mget" || failures.count == parts.count
      ? "" : "; \(grouped(total)) keys of the other slots were counted"
    let text =
      "\(Self.text(failure.reply)) (slot "
      + "\(failure.slot)\(failures.count > 1 ? " and \(failures.count - 1) more" : "")\(done))"
    return .error(Array(text.utf8))
  }

  static func error(_ reply: Reply, of node: ClusterNode) -> Reply {
    .error(Array("\(text(reply)) (\(node.name))".utf8))
  }

  private static func text(_ reply: Reply) -> String {
    if case .error(let text) = reply { return escaped(text) }
    return "ERR the reply is not what this command is answered with"
  }
}

extension Cluster {
  /// DBSIZE of all masters: the number of keys, or the error of the first that does not tell.
  func size(_ words: [[UInt8]]) throws -> Reply {
    var total: Int64 = 0
    for (node, reply) in try askMasters(words) {
      guard case .integer(let count) = reply, count >= 0 else {
        return Exchange.error(reply, of: node)
      }
      total = total.addingReportingOverflow(count).partialValue
    }
    return .integer(total)
  }
}
