import RedisClient

/// The connection that TAB asks on: a server that is slow to answer a TAB must not cost the person
/// the connection with its transaction, nor answer the next command.
final class CompletionConnection {
  /// Seconds that a single answer may take, for servers that are far away.
  static let answerTimeout = 0.25

  private var connection: Connection?
  /// The shell's cluster, and its twin with connections of its own.
  private weak var original: Cluster?
  private var twin: Cluster?

  /// The connection, opened anew where the last one went elsewhere, failed or is out of step.
  ///
  /// - Parameter endpoint: where the shell is connected, as whom, and to which database.
  func connected(to endpoint: Endpoint) throws -> Connection {
    if let connection, connection.endpoint == endpoint, connection.problem() == nil {
      return connection
    }
    let fresh = Connection(endpoint)
    fresh.timeout = Self.answerTimeout
    try fresh.open()
    connection = fresh
    return fresh
  }

  /// The connections to all masters, when the shell is connected to a cluster.
  func connections(to endpoint: Endpoint, of cluster: Cluster?) throws -> [Connection] {
    guard let cluster else { return [try connected(to: endpoint)] }
    let twin =
      original === cluster
      ? twin ?? Cluster(like: cluster, timeout: Self.answerTimeout)
      : Cluster(like: cluster, timeout: Self.answerTimeout)
    original = cluster
    self.twin = twin
    twin.adopt(cluster)
    return try twin.map.masters.map { try twin.open($0) }
  }

  /// After an error: the answer may still come. The next TAB begins anew.
  func drop() {
    connection = nil
    twin = nil
  }
}
