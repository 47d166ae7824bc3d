/// A walk over the keys that match a pattern, by SCAN, a page at a time: those of one server, or of
/// all masters of a cluster.
package struct KeyWalk {
  /// What becomes of keys that SCAN tells again, as it does while a server resizes its table.
  package enum Repeats {
    case dropped
    /// Handed on, as redis-cli does. In a cluster they are dropped all the same: there whole pages
    /// come again when slots move.
    case kept
  }

  private let connection: Connection
  private let pattern: [UInt8]?
  private let count: Int
  /// Walks in the place of this when there is a cluster.
  private var wide: ClusterScan?
  private var seen: SeenKeys?
  /// Where the next page begins, of one server; nil after the last one. The walk can be taken up
  /// there without a gap.
  package private(set) var cursor: [UInt8]?
  /// Keys that were looked at, about; most may not match.
  package private(set) var looked: Int64 = 0
  /// Keys that were handed on.
  package private(set) var found: Int64 = 0

  /// - Parameters:
  ///   - connection: the server, unless there is a cluster.
  ///   - count: keys that the server looks at for a page.
  ///   - cursor: where an earlier walk stopped; 0 is the beginning.
  ///   - expected: about how many keys will be found; 0 when nothing is known of that.
  /// - Throws: `CommandError` for a cursor in a cluster, `RedisError` when the cluster does not
  ///   tell its slots.
  package init(
    _ connection: Connection, in cluster: Cluster? = nil, pattern: [UInt8]?,
    count: Int = Scan.pageSize, from cursor: UInt64 = 0, repeats: Repeats = .dropped,
    expecting expected: Int64 = 0
  ) throws {
    self.connection = connection
    self.pattern = pattern
    self.count = count
    self.cursor = Array(String(cursor).utf8)
    if let cluster {
      if cursor != 0 {
        throw CommandError("a cursor is of one server, and this is a cluster: leave out -c")
      }
      wide = try ClusterScan(cluster, pattern: pattern, count: count)
    }
    if repeats == .dropped || cluster != nil { seen = SeenKeys(expecting: expected) }
  }

  package var isFinished: Bool { wide?.isFinished ?? (cursor == nil) }

  /// The next page, possibly empty; nil after the last one.
  package mutating func next() throws -> [[UInt8]]? {
    if wide != nil { return try wide?.next().map { fresh($0) } }
    guard let question else { return nil }
    let page = try Scan.page(connection.call(question))
    cursor = page.cursor
    return fresh(page.keys)
  }

  private mutating func fresh(_ page: [[UInt8]]) -> [[UInt8]] {
    var keys = page
    seen?.keepNew(&keys)
    looked += Int64(count)
    found += Int64(keys.count)
    return keys
  }

  // MARK: In a pipeline

  /// The command for the next page of one server, to be sent among others; nil after the last page.
  package var question: [[UInt8]]? {
    cursor.map { Scan.command(cursor: $0, pattern: pattern, count: count) }
  }

  /// Takes what `question` was answered.
  package mutating func take(_ page: ScanPage) throws(CommandError) -> [[UInt8]] {
    try page.check()
    cursor = page.cursor
    return fresh(page.keys)
  }
}

/// SCAN as the protocol has it.
package enum Scan {
  /// Keys that the server looks at for a page: it takes some milliseconds for them, and serves
  /// nobody else meanwhile. Smaller pages cost round trips.
  package static let pageSize = 1_000

  /// The command for a page.
  static func command(cursor: [UInt8], pattern: [UInt8]?, count: Int) -> [[UInt8]] {
    var command = [Array("SCAN".utf8), cursor]
    if let pattern { command += [Array("MATCH".utf8), pattern] }
    return command + [Array("COUNT".utf8), Array(String(count).utf8)]
  }

  /// Reads the reply to SCAN, HSCAN or SSCAN. The cursor is nil after the last page.
  package static func page(_ reply: Reply) throws -> (cursor: [UInt8]?, keys: [[UInt8]]) {
    if case .error(let text) = reply { throw CommandError("(error) \(escaped(text))") }
    guard let parts = reply.elements, parts.count == 2, let cursor = parts[0].bytes,
      let keys = parts[1].elements
    else { throw CommandError("SCAN: the reply is not a cursor and a list of keys") }
    return (cursor == Array("0".utf8) ? nil : cursor, keys.compactMap(\.bytes))
  }

  /// A pattern that the text alone matches.
  package static func pattern(of text: [UInt8]) -> [UInt8] {
    text.flatMap { byte in
      Array("*?[]\\^".utf8).contains(byte) ? [UInt8(ascii: "\\"), byte] : [byte]
    }
  }
}

/// Takes a page of SCAN without the tree of `ReplyBuilder`: there are millions of keys.
package final class ScanPage: ReplySink {
  /// nil after the last page.
  private(set) var cursor: [UInt8]?
  private(set) var keys: [[UInt8]] = []
  private var error: [UInt8]?
  private var isPage = false

  package init() {}

  fileprivate func check() throws(CommandError) {
    if let error { throw CommandError("(error) \(escaped(error))") }
    if !isPage { throw CommandError("SCAN: the reply is not a cursor and a list of keys") }
  }

  package func string(
    _ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int
  ) {
    switch (depth, index) {
    case (0, _): if kind == .error { error = [UInt8](bytes) }
    case (1, 0): cursor = bytes.elementsEqual("0".utf8) ? nil : [UInt8](bytes)
    case (2, _): keys.append([UInt8](bytes))
    default: break
    }
  }
  package func array(count: Int, depth: Int, index: Int) {
    if depth == 1, index == 1 { isPage = true }
  }
  package func integer(_ value: Int64, depth: Int, index: Int) {}
  package func null(depth: Int, index: Int) {}
  package func endReply() {}
}
