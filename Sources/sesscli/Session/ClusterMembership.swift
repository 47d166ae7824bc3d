import RedisClient

/// Whether the server is one of a cluster, and whether that is used.
extension Session {
  /// Asks the server for the map of its cluster. One that is none is used as it is.
  func learnCluster() throws {
    switch try Cluster.membership(of: connection) {
    case .member(let cluster):
      cluster.tell = { [unowned self] in self.console.note($0) }
      self.cluster = cluster
    case .beginning: break
    case .none: asksForCluster = false
    }
  }
}
