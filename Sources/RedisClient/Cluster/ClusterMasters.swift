extension Cluster {
  /// Opens connections to all masters of a fresh map. Nothing was sent on any when it throws.
  package func openMasters() throws(RedisError) {
    var outage = Outage()
    try refresh()
    var at = 0
    while at < map.masters.count {
      let node = map.masters[at]
      do {
        _ = try open(node)
        at += 1
      } catch {
        try outlast(named(error, node), of: node, &outage)
        at = 0
      }
    }
    if let node = map.masters.last { ended(outage, by: node) }
  }

  /// Asks all masters what only reads.
  package func askMasters(_ words: [[UInt8]]) throws(RedisError) -> [(
    node: ClusterNode, reply: Reply
  )] {
    var outage = Outage()
    while true {
      try openMasters()
      let masters = map.masters
      for node in masters { connection(to: node, for: .questions).send(words) }
      var replies: [(ClusterNode, Reply)] = []
      do {
        for node in masters {
          let builder = ReplyBuilder()
          do {
            try connection(to: node, for: .questions).receive(into: builder, timeout: replyTimeout)
          } catch {
            closeUnfinished()
            try outlast(named(error, node), of: node, &outage)
            break
          }
          replies.append((node, builder.reply))
        }
      }
      if replies.count == masters.count { return replies }
    }
  }

  /// Whether slots are on their way between masters, which are open.
  package func hasMovingSlots() throws -> Bool {
    for node in map.masters {
      let reply = try open(node).call("CLUSTER", "NODES")
      if let slots = NodeSlots(reply, asked: node.host), !slots.targets.isEmpty { return true }
    }
    return false
  }
}
