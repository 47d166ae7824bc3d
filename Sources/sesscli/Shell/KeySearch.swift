import Glibc

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
  /// - Parameter endpoint: where the shell is connected, as whom, and to which database.
  func keys(beginningWith prefix: [UInt8], at endpoint: Endpoint) -> FoundKeys {
    var found = FoundKeys(keys: [], isWhole: false)
    // What stands for itself in a pattern; a class or a wildcard would match something else.
    var pattern: [UInt8] = []
    for byte in prefix {
      if Array("*?[]\\^".utf8).contains(byte) { pattern.append(UInt8(ascii: "\\")) }
      pattern.append(byte)
    }
    do {
      let connection = try side.connected(to: endpoint)
      var scan = Scan(connection, pattern: pattern + [UInt8(ascii: "*")])
      let end = monotonicSeconds() + Self.patience
      while let page = try scan.next() {
        found.keys += page
        if monotonicSeconds() > end || found.keys.count > Self.limit { return found }
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
