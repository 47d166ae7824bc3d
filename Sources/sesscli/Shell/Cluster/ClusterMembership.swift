import RedisClient

/// Whether the server is one of a cluster, and whether that is used.
extension Shell {
  /// Asks the server for the map of its cluster. One that is none is used as it is.
  func learnCluster() throws {
    switch try Cluster.membership(of: connection) {
    case .member(let cluster):
      cluster.tell = { [unowned self] in self.note($0) }
      self.cluster = cluster
    case .beginning: break
    case .none: asksForCluster = false
    }
  }

  /// Says once that the server redirects because it is one of a cluster.
  func offerCluster() {
    guard mode == .interactive, cluster == nil, !hasOfferedCluster, printer.outcome.isError,
      case .moved = Redirection(printer.outcome.error, asked: "")
    else { return }
    hasOfferedCluster = true
    note(
      "this server is one of a cluster: \":cluster on\" uses all its masters as one database, as sesscli -c does"
    )
  }
}
