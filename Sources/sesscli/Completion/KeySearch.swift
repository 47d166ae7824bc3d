import Glibc
import RedisClient

/// Finds keys for completion.
final class KeySearch {
  /// Seconds that a search may take: what a person does not feel as waiting.
  private static let patience = 0.05
  /// Keys kept: more are not listed one by one.
  private static let limit = 100_000

  private let side: CompletionConnection

  init(on side: CompletionConnection) { self.side = side }

  /// Keys that begin with the prefix, as many as SCAN finds in time.
  ///
  /// - Parameters:
  ///   - endpoint: where the shell is connected, as whom, and to which database.
  ///   - cluster: what it is connected to besides: all masters are searched.
  func keys(
    beginningWith prefix: [UInt8], at endpoint: Endpoint, in cluster: Cluster? = nil
  ) -> FoundKeys {
    var found = FoundKeys(keys: [], isWhole: false)
    let pattern = Scan.pattern(of: prefix) + [UInt8(ascii: "*")]
    do {
      var walks = try side.connections(to: endpoint, of: cluster)
        .map { try KeyWalk($0, pattern: pattern, repeats: .kept) }
      let end = monotonicSeconds() + Self.patience
      // A page of each in turn, so that the time is shared between the masters.
      while !walks.isEmpty {
        for i in walks.indices {
          if let page = try walks[i].next() { found.keys += page }
          if monotonicSeconds() > end || found.keys.count > Self.limit { return found }
        }
        walks.removeAll { $0.isFinished }
      }
      found.isWhole = true
    } catch is RedisError {
      side.drop()
    } catch {
      // A server that refuses SCAN completes no keys.
    }
    return found
  }
}
