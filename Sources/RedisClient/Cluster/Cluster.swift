/// A Redis Cluster as one database: the map of its slots and a connection to each server that was
/// needed so far.
///
/// A server has two connections: one that the person's or script's commands go to, and one for
/// sesscli's own questions, which therefore disturb neither a pipeline nor a transaction.
package final class Cluster {
  /// Seconds that a master may be away before what needs it fails: a failover takes
  /// `cluster-node-timeout`, 15 s as Redis is delivered, and an election.
  static let patience = 30.0
  /// Redirections that a command follows: more are a loop.
  static let mostRedirections = 16
  /// Seconds that one server may take to tell of its map, and that all of them may take together.
  private static let mapTimeout = 3.0
  private static let refreshTimeout = 10.0
  /// Seconds between two looks whether a failover has ended.
  private static let pace = 0.1

  package enum Use { case commands, questions }

  package private(set) var map: SlotMap
  /// As whom servers are asked, over which transport; its address is the one that was given.
  private var endpoint: Endpoint
  /// Seconds, as `Connection.timeout`.
  private let timeout: Double?
  /// Says something beside the data.
  package var tell: (String) -> Void = { _ in }
  private var connections: [Use: [ClusterNode: Connection]] = [:]
  /// Masters that were waited for in vain: they are tried and not waited for again.
  private var hopeless: Set<ClusterNode> = []
  /// Whether CLUSTERDOWN was waited out in vain.
  var isHopelesslyDown = false
  /// Who answered questions since this was emptied: a cursor of one server means nothing to another
  /// one.
  package var answering: Set<ClusterNode> = []
  /// Where keys stand in commands that the table does not have; nil for those without keys.
  var learntKeys: [String: CommandTable.KeyPositions?] = [:]
  /// Seconds that a server may be silent which owes an answer to a question.
  package var replyTimeout: Double { timeout ?? Connection.replyTimeout }

  /// What a server tells of its cluster.
  package enum Membership {
    case member(Cluster)
    /// The cluster is being set up: no server has slots yet.
    case beginning
    case none
  }

  /// Asks a server for the map.
  package static func membership(of connection: Connection) throws -> Membership {
    let reply = try connection.call("CLUSTER", "SLOTS")
    if case .error(let text) = reply, saysNo(text) { return .none }
    if reply == .array([]) { return .beginning }
    return .member(
      Cluster(try SlotMap(reply, asked: connection.host), from: connection))
  }

  private init(_ map: SlotMap, from connection: Connection) {
    self.map = map
    endpoint = connection.endpoint
    timeout = connection.timeout
    if case .tcp(let host, let port) = endpoint.address {
      let node = ClusterNode(host: host, port: port)
      if map.masters.contains(node) || map.replicas.contains(node) {
        connections[.commands] = [node: connection]
      }
    }
  }

  /// Another user of the same cluster, with connections of its own.
  package init(like other: Cluster, timeout: Double?) {
    map = other.map
    endpoint = other.endpoint
    self.timeout = timeout
  }

  /// Whether the error says that the server is none of a cluster, rather than that it does not
  /// tell.
  private static func saysNo(_ error: [UInt8]) -> Bool {
    let text = String(decoding: error, as: UTF8.self).lowercased()
    return text.contains("cluster support disabled") || text.contains("unknown command")
      || text.contains("unknown subcommand")
  }

  // MARK: Connections

  /// The connection to a server, open or not.
  package func connection(to node: ClusterNode, for use: Use) -> Connection {
    if let connection = connections[use]?[node] { return connection }
    var endpoint = endpoint
    endpoint.address = .tcp(host: node.host, port: node.port)
    let connection = Connection(endpoint)
    connection.timeout = timeout
    connection.isOfCluster = true
    connections[use, default: [:]][node] = connection
    return connection
  }

  /// The server that a connection leads to; nil for the address that was given, when no server
  /// calls itself so.
  package func node(of connection: Connection) -> ClusterNode? {
    guard case .tcp(let host, let port) = connection.endpoint.address else { return nil }
    return ClusterNode(host: host, port: port)
  }

  /// An open connection for questions, on which nothing is owed.
  package func open(_ node: ClusterNode) throws(RedisError) -> Connection {
    let connection = connection(to: node, for: .questions)
    if connection.problem() != nil {
      try connection.open()
      hopeless.remove(node)
    }
    return connection
  }

  /// The connection on which keys are watched.
  package var watching: Connection? { connections[.commands]?.values.first { $0.isWatching } }

  /// Takes over the map and the user of another one.
  package func adopt(_ other: Cluster) {
    map = other.map
    adopt(other.endpoint, except: nil)
  }

  /// Takes over the user that AUTH switched to.
  package func adopt(_ current: Connection) { adopt(current.endpoint, except: current) }

  private func adopt(_ other: Endpoint, except current: Connection?) {
    guard other.user != endpoint.user || other.password != endpoint.password else { return }
    endpoint.user = other.user
    endpoint.password = other.password
    for connection in connections.values.flatMap(\.values) where connection !== current {
      connection.close()
      connection.endpoint.user = endpoint.user
      connection.endpoint.password = endpoint.password
    }
  }

  /// Ends the connections whose replies were not read to the end.
  package func closeUnfinished() {
    for connection in connections.values.flatMap(\.values) where connection.owed > 0 {
      connection.close()
    }
  }

  package func close() {
    for connection in connections.values.flatMap(\.values) { connection.close() }
  }

  // MARK: The map

  /// As the prompt says it: `3 masters`.
  package var masters: String {
    map.masters.count == 1 ? "1 master" : "\(map.masters.count) masters"
  }

  /// Takes over what MOVED told.
  func move(_ slot: Int, to node: ClusterNode) { map.move(slot, to: node) }

  /// Asks for the map: one server after the other, until one tells.
  ///
  /// - Parameters:
  ///   - node: who is asked first.
  ///   - gone: who is not asked.
  package func refresh(first node: ClusterNode? = nil, without gone: ClusterNode? = nil)
    throws(RedisError)
  {
    let end = monotonicSeconds() + Self.refreshTimeout
    var asked: Set<ClusterNode> = gone.map { [$0] } ?? []
    var candidates = (node.map { [$0] } ?? []) + map.masters + map.replicas
    if case .tcp(let host, let port) = endpoint.address {
      candidates.append(ClusterNode(host: host, port: port))
    }
    var failure = RedisError(.connect, "no server of the cluster tells its slots")
    for candidate in candidates where asked.insert(candidate).inserted {
      // A connection of its own: on the others replies may be owed.
      var endpoint = endpoint
      endpoint.address = .tcp(host: candidate.host, port: candidate.port)
      let asker = Connection(endpoint)
      asker.timeout = min(timeout ?? Self.mapTimeout, Self.mapTimeout)
      do {
        try asker.open()
        map = try SlotMap(try asker.call("CLUSTER", "SLOTS"), asked: candidate.host)
        return
      } catch let error as RedisError {
        if error.kind == .interrupted { throw error }
        failure = error
      } catch let error as CommandError {
        failure = RedisError(.protocolError, error.message)
      } catch {
        failure = RedisError(.protocolError, "\(error)")
      }
      if monotonicSeconds() > end { break }
    }
    throw RedisError(failure.kind, "the cluster's slots are unknown: \(failure.message)")
  }

  /// A map that cannot be had now is asked for again with the next redirection.
  package func refreshIfPossible(
    first node: ClusterNode? = nil, without gone: ClusterNode? = nil
  ) throws(RedisError) {
    do { try refresh(first: node, without: gone) } catch {
      if error.kind == .interrupted { throw error }
    }
  }

  // MARK: Failover

  /// Waiting for a failover to end.
  package struct Outage {
    fileprivate let end = monotonicSeconds() + Cluster.patience
    fileprivate var gone: ClusterNode?
    /// Slots may move meanwhile, but not for ever.
    fileprivate var rounds = 0

    package init() {}
  }

  /// After a master could not be reached: looks who serves its slots now, and waits a moment when
  /// it is still the same.
  ///
  /// - Throws: the error, when there is no more patience or no waiting helps.
  package func outlast(
    _ error: RedisError, of node: ClusterNode, _ outage: inout Outage
  ) throws(RedisError) {
    guard [.connect, .lost, .timeout, .protocolError].contains(error.kind) else { throw error }
    try refreshIfPossible(without: node)
    outage.rounds += 1
    if !map.masters.contains(node), outage.rounds <= Self.mostRedirections { return }
    guard monotonicSeconds() < outage.end, !hopeless.contains(node) else {
      hopeless.insert(node)
      throw error
    }
    if outage.gone == nil {
      tell(
        "\(node.name) does not answer (\(error.message)): waiting up to "
          + "\(formatSeconds(Self.patience)) s for a failover; Ctrl-C ends it"
      )
    }
    outage.gone = node
    try pause()
  }

  /// To be called once what was waited for is there.
  package func ended(_ outage: Outage, by node: ClusterNode) {
    hopeless.remove(node)
    if let gone = outage.gone {
      tell(gone == node ? "\(node.name) is back" : "\(node.name) took over")
    }
  }

  /// Waits a moment, for a slot's keys to arrive or a master to be elected. False when there is no
  /// more patience.
  func pause(_ outage: Outage) throws(RedisError) -> Bool {
    guard monotonicSeconds() < outage.end else { return false }
    try pause()
    return true
  }

  private func pause() throws(RedisError) {
    guard Interrupt.pause(Self.pace) else { throw RedisError(.interrupted, "interrupted") }
  }
}

extension Connection {
  /// The host that it leads to.
  package var host: String {
    if case .tcp(let host, _) = endpoint.address { return host }
    return "127.0.0.1"
  }
}
