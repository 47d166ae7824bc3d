/// A server of a cluster, as the cluster names it to its clients.
package struct ClusterNode: Hashable {
  package let host: String
  let port: Int

  /// Safe to print.
  package var name: String { Endpoint.Address.tcp(host: host, port: port).name }

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// - Parameters:
  ///   - host: nothing and `?` stand for the server that was asked: it does not know by which name
  ///     it was reached.
  ///   - asked: that server's host.
  /// - Returns: nil for what names no server.
  init?(host: [UInt8], port: Int, asked: String) {
    guard (1...65535).contains(port), host.count <= Self.longestHost else { return nil }
    if host.isEmpty || host == [UInt8(ascii: "?")] {
      self.init(host: asked, port: port)
      return
    }
    // A name that ends early in C, or that would be seen as another one, leads nowhere.
    guard host.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    self.init(host: String(decoding: host, as: UTF8.self), port: port)
  }

  /// Characters of a name in DNS.
  private static let longestHost = 255
}

/// Which master serves which slot, as one server sees it.
package struct SlotMap: Equatable {
  /// In the order of their first slots.
  package private(set) var masters: [ClusterNode] = []
  /// Who may tell of a new map when a master is gone.
  private(set) var replicas: [ClusterNode] = []
  private var places: [ClusterNode: Int16] = [:]
  /// Place among the masters, for each slot; -1 for a slot that nobody serves.
  private var owners = [Int16](repeating: -1, count: HashSlot.count)

  /// More than any cluster has: its bus has limits at a thousand.
  private static let mostNodes = 4_096

  /// Reads the reply to CLUSTER SLOTS, which every version has: first slot, last slot, the master,
  /// its replicas; of each server the host, the port and what is not needed.
  ///
  /// - Parameter asked: the host that was asked.
  init(_ reply: Reply, asked: String) throws(CommandError) {
    if case .error(let text) = reply { throw CommandError("CLUSTER SLOTS: \(escaped(text))") }
    guard let ranges = reply.elements else { throw Self.failure("it is no list") }
    // A range holds one slot at least.
    guard ranges.count <= HashSlot.count else { throw Self.failure("too many ranges") }
    let sorted = ranges.sorted { Self.start($0) < Self.start($1) }
    var known: Set<ClusterNode> = []
    for range in sorted {
      guard let parts = range.elements, parts.count >= 3,
        let first = parts[0].number, let last = parts[1].number,
        first >= 0, first <= last, last < Int64(HashSlot.count)
      else { throw Self.failure("a range is not two slots and their servers") }
      let nodes = try parts[2...].map { part throws(CommandError) in
        guard let node = Self.node(part, asked) else {
          throw Self.failure("a server has no address")
        }
        return node
      }
      for node in nodes.dropFirst() where known.insert(node).inserted { replicas.append(node) }
      guard known.count <= Self.mostNodes else { throw Self.failure("too many servers") }
      let place = try place(of: nodes[0])
      for slot in Int(first)...Int(last) { owners[slot] = place }
    }
    guard !masters.isEmpty else { throw Self.failure("no slot is served") }
  }

  private static func failure(_ reason: String) -> CommandError {
    CommandError("CLUSTER SLOTS: the reply is not a map of slots: \(reason)")
  }

  private static func start(_ range: Reply) -> Int64 { range.elements?.first?.number ?? 0 }

  private static func node(_ part: Reply, _ asked: String) -> ClusterNode? {
    guard let words = part.elements, words.count >= 2, let port = words[1].number else {
      return nil
    }
    // Null: the server that was asked.
    return ClusterNode(host: words[0].bytes ?? [], port: Int(clamping: port), asked: asked)
  }

  private mutating func place(of node: ClusterNode) throws(CommandError) -> Int16 {
    if let place = places[node] { return place }
    guard masters.count < Self.mostNodes else { throw Self.failure("too many servers") }
    let place = Int16(masters.count)
    masters.append(node)
    places[node] = place
    return place
  }

  func owner(of slot: Int) -> ClusterNode? {
    let place = Int(owners[slot])
    return place < 0 ? nil : masters[place]
  }

  func slots(of node: ClusterNode) -> SlotSet {
    guard let place = places[node] else { return .none }
    var slots = SlotSet.none
    for slot in 0..<HashSlot.count where owners[slot] == place { slots.insert(slot) }
    return slots
  }

  /// Slots that no master serves.
  package var unserved: SlotSet {
    var slots = SlotSet.none
    for slot in 0..<HashSlot.count where owners[slot] < 0 { slots.insert(slot) }
    return slots
  }

  package func hasSameOwners(as other: SlotMap) -> Bool {
    (0..<HashSlot.count).allSatisfy { owner(of: $0) == other.owner(of: $0) }
  }

  /// Takes over what a redirection tells of one slot.
  mutating func move(_ slot: Int, to node: ClusterNode) {
    if let place = try? place(of: node) { owners[slot] = place }
  }
}
