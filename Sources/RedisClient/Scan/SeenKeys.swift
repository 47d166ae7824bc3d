/// Keys met in a scan: SCAN repeats some while the server resizes its table.
///
/// A randomly seeded 64-bit hash stands for a key: names of ten million keys would need a gigabyte,
/// and two of ten million keys share a hash once in 300,000 scans. The hashes stand in a table of
/// their own, as a `Set` would hash them again.
package struct SeenKeys {
  private static let smallest = 1 << 10

  /// A power of two of places, at most half of them taken; 0 is a free one.
  private var table: [Int]
  private var count = 0

  /// - Parameter expected: about how many will come. The server says so, so no more than a million
  ///   is believed.
  package init(expecting expected: Int64 = 0) {
    var size = Self.smallest
    while size < 2 * min(max(0, expected), 1 << 20) { size *= 2 }
    table = [Int](repeating: 0, count: size)
  }

  package var isEmpty: Bool { count == 0 }

  /// False when the key was met before.
  package mutating func insert(_ key: [UInt8]) -> Bool { insert(Self.hash(key)) }

  /// Leaves the keys that were not met before. Faster than one by one: the processor waits for the
  /// memory of several places at once.
  package mutating func keepNew(_ keys: inout [[UInt8]]) {
    let hashes = keys.map(Self.hash)
    var kept = 0
    for (index, hash) in hashes.enumerated() where insert(hash) {
      if kept != index { keys.swapAt(kept, index) }
      kept += 1
    }
    keys.removeLast(keys.count - kept)
  }

  /// Never 0.
  private static func hash(_ key: [UInt8]) -> Int {
    // `key.hashValue` would feed the bytes one by one.
    var hasher = Hasher()
    key.withUnsafeBytes { hasher.combine(bytes: $0) }
    let hash = hasher.finalize()
    return hash == 0 ? 1 : hash
  }

  private mutating func insert(_ hash: Int) -> Bool {
    guard add(hash) else { return false }
    count += 1
    if 2 * count > table.count { grow() }
    return true
  }

  private mutating func add(_ hash: Int) -> Bool {
    let mask = table.count - 1
    var place = hash & mask
    while table[place] != 0 {
      if table[place] == hash { return false }
      place = (place + 1) & mask
    }
    table[place] = hash
    return true
  }

  private mutating func grow() {
    let old = table
    table = [Int](repeating: 0, count: 2 * old.count)
    for hash in old where hash != 0 { _ = add(hash) }
  }
}
