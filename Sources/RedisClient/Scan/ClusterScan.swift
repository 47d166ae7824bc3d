/// Walks over the keys of all masters with SCAN, one master after the other, and sees to it that no
/// slot is left out.
///
/// A slot counts as done when its master held it from the beginning of that master's walk to the
/// end. So what moved meanwhile, and what a failover interrupted, is walked again, and keys come
/// again; the caller leaves those out.
struct ClusterScan {
  private let cluster: Cluster
  private let pattern: [UInt8]?
  private let count: Int

  /// Slots whose keys were not all seen.
  private var left = SlotSet.all
  private var place: Place?
  /// Masters that were walked, and those that others' slots were moving to: their keys may have
  /// come later.
  private var walked: Set<ClusterNode> = []
  private var again: Set<ClusterNode> = []
  private var walks = 0
  private var outage = Cluster.Outage()
  private var isFailing = false
  private(set) var isFinished = false

  /// The master that is being walked over.
  private struct Place {
    let node: ClusterNode
    let slots: SlotSet
    var cursor = Array("0".utf8)
  }

  /// Asks for the map first: what is left out of an old one would be left out here.
  init(_ cluster: Cluster, pattern: [UInt8]?, count: Int) throws {
    self.cluster = cluster
    self.pattern = pattern
    self.count = count
    try cluster.refresh()
  }

  /// The next page, possibly empty; nil after the last one.
  ///
  /// - Throws: `CommandError` or `RedisError` that says which slots' keys are missing.
  mutating func next() throws -> [[UInt8]]? {
    while !isFinished {
      guard let place = try place ?? nextPlace() else {
        isFinished = true
        break
      }
      self.place = place
      do {
        let page = try Scan.page(
          cluster.open(place.node).call(
            Scan.command(cursor: place.cursor, pattern: pattern, count: count)))
        if isFailing {
          isFailing = false
          cluster.ended(outage, by: place.node)
        }
        if let cursor = page.cursor {
          self.place?.cursor = cursor
        } else {
          try finish(place)
        }
        return page.keys
      } catch let error as RedisError {
        try restart(after: error, place.node)
      } catch let error as CommandError {
        throw CommandError("\(error.message) (\(place.node.name); \(missing))")
      }
    }
    return nil
  }

  /// The master to walk over next; nil when there is none left.
  private mutating func nextPlace() throws -> Place? {
    let masters = cluster.map.masters
    let next: ClusterNode
    if let node = masters.first(where: { !cluster.map.slots(of: $0).intersection(left).isEmpty }) {
      next = node
    } else if let node = again.popFirst() {
      next = node
    } else {
      guard !left.isEmpty else { return nil }
      throw CommandError("no server of the cluster serves \(left.description); \(missing)")
    }
    walks += 1
    // Each master once, and again whenever slots have moved; not for ever.
    guard walks <= 4 * masters.count + Cluster.mostRedirections else {
      throw CommandError("slots kept moving while their keys were looked for: \(missing)")
    }
    again.remove(next)
    walked.insert(next)
    return Place(node: next, slots: cluster.map.slots(of: next))
  }

  /// What the cursor 0 ends: notes which slots are done.
  private mutating func finish(_ place: Place) throws {
    let reply = try cluster.open(place.node).call("CLUSTER", "NODES")
    self.place = nil
    guard let now = NodeSlots(reply, asked: place.node.host) else {
      throw CommandError("CLUSTER NODES: \(place.node.name) does not tell its slots; \(missing)")
    }
    // A master that became a replica meanwhile may have thrown its keys away to copy them anew.
    if now.isMaster { left.subtract(place.slots.intersection(now.slots)) }
    // Keys that were not here any more when their turn came are there.
    again.formUnion(now.targets.intersection(walked))
    if !now.isMaster || now.slots != place.slots { try cluster.refresh(first: place.node) }
  }

  private mutating func restart(after error: RedisError, _ node: ClusterNode) throws {
    let isFresh = place?.cursor == Array("0".utf8)
    place = nil
    walked.remove(node)
    if error.kind == .interrupted || error.kind == .output { throw error }
    if !isFailing { outage = Cluster.Outage() }
    isFailing = true
    cluster.connection(to: node, for: .questions).close()
    // Waiting is bounded by itself.
    if isFresh { walks -= 1 }
    do {
      try cluster.outlast(cluster.named(error, node), of: node, &outage)
    } catch {
      guard error.kind != .interrupted else { throw error }
      throw RedisError(error.kind, "\(error.message); \(missing)")
    }
  }

  /// `the keys of slots 0-5460 are missing`.
  private var missing: String { "the keys of \(left.description) are missing" }
}
