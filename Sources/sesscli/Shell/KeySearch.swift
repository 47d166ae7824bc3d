import Glibc

extension Shell {
  /// Nanoseconds that a search for completion may take: what a person does not feel as waiting.
  private static let patience: UInt64 = 50_000_000

  /// Keys that begin with the prefix, as many as SCAN finds in 50 ms. Nothing without a connection
  /// and in a transaction, where SCAN would be queued.
  func keys(beginningWith prefix: [UInt8]) -> FoundKeys {
    var found = FoundKeys(keys: [], isWhole: false)
    guard connection.isOpen, !connection.isInTransaction else { return found }
    // What stands for itself in a pattern; a class or a wildcard would match something else.
    var pattern: [UInt8] = []
    for byte in prefix {
      if Array("*?[]\\^".utf8).contains(byte) { pattern.append(UInt8(ascii: "\\")) }
      pattern.append(byte)
    }
    var scan = Scan(connection, pattern: pattern + [UInt8(ascii: "*")])
    let end = monotonicNanoseconds() + Self.patience
    do {
      while let page = try scan.next() {
        found.keys += page
        if monotonicNanoseconds() > end { return found }
      }
      found.isWhole = true
    } catch is RedisError {
      // The reply may still come, so the connection is of no use any more. The next command says what is wrong.
      drop()
    } catch {
      // A server that refuses SCAN completes no keys.
    }
    return found
  }

  private func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }
}
