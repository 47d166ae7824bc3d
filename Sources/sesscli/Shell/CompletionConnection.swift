/// The connection that TAB asks on: a server that is slow to answer a TAB must not cost the person the connection with its
/// transaction, nor answer the next command.
final class CompletionConnection {
  /// Seconds that a single answer may take, for servers that are far away.
  static let answerTimeout = 0.25

  private var connection: Connection?

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

  /// After an error: the answer may still come. The next TAB begins anew.
  func drop() { connection = nil }
}
