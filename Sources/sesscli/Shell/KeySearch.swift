import Glibc

/// Finds keys for completion, on a connection of its own: a server that is slow to answer a TAB must not cost the person the
/// connection with its transaction, nor answer the next command.
final class KeySearch {
  /// Seconds that a search may take: what a person does not feel as waiting.
  private static let patience = 0.05
  /// Seconds that a single answer may take, for servers that are far away.
  private static let answerTimeout = 0.25
  /// Keys kept: more are not listed one by one.
  private static let limit = 100_000

  private var connection: Connection?
  /// The shell's cluster, and its own connections to it.
  private weak var original: Cluster?
  private var cluster: Cluster?

  /// Keys that begin with the prefix, as many as SCAN finds in time.
  ///
  /// - Parameters:
  ///   - endpoint: where the shell is connected, as whom, and to which database.
  ///   - cluster: what it is connected to besides: all masters are searched.
  func keys(
    beginningWith prefix: [UInt8], at endpoint: Endpoint, in cluster: Cluster? = nil
  ) -> FoundKeys {
    var found = FoundKeys(keys: [], isWhole: false)
    // What stands for itself in a pattern; a class or a wildcard would match something else.
    var pattern: [UInt8] = []
    for byte in prefix {
      if Array("*?[]\\^".utf8).contains(byte) { pattern.append(UInt8(ascii: "\\")) }
      pattern.append(byte)
    }
    pattern.append(UInt8(ascii: "*"))
    do {
      var scans = try connections(endpoint, cluster).map { Scan($0, pattern: pattern) }
      let end = monotonicSeconds() + Self.patience
      // A page of each in turn, so that the time is shared between the masters.
      while !scans.isEmpty {
        for i in scans.indices {
          if let page = try scans[i].next() { found.keys += page }
          if monotonicSeconds() > end || found.keys.count > Self.limit { return found }
        }
        scans.removeAll { $0.isFinished }
      }
      found.isWhole = true
    } catch is RedisError {
      // The answer may still come. The next TAB begins anew.
      connection = nil
      self.cluster = nil
    } catch {
      // A server that refuses SCAN completes no keys.
    }
    return found
  }

  private func connections(_ endpoint: Endpoint, _ cluster: Cluster?) throws -> [Connection] {
    guard let cluster else { return [try connected(to: endpoint)] }
    if self.cluster == nil || original !== cluster {
      self.cluster = Cluster(like: cluster, timeout: Self.answerTimeout)
      original = cluster
    }
    guard let own = self.cluster else { return [] }
    own.adopt(cluster)
    return try own.map.masters.map(own.open)
  }

  private func connected(to endpoint: Endpoint) throws -> Connection {
    if let connection, connection.endpoint == endpoint, connection.problem() == nil {
      return connection
    }
    let fresh = Connection(endpoint)
    fresh.timeout = Self.answerTimeout
    try fresh.open()
    connection = fresh
    return fresh
  }
}
