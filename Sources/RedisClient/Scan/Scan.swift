/// Walks over the keys with SCAN, a page at a time, without blocking the server for more than some
/// milliseconds: those of one server, or of a cluster's masters.
package struct Scan {
  private let connection: Connection
  /// Walks in the place of this when there is a cluster.
  private var wide: ClusterScan?
  private let pattern: [UInt8]?
  private let count: Int
  /// Where the next page begins; nil after the last one.
  package private(set) var cursor: [UInt8]?

  /// Keys that the server looks at for a page: it takes some milliseconds for them. Smaller pages
  /// cost round trips, larger ones keep others waiting.
  package static let pageSize = 1_000

  /// - Parameter cursor: where an earlier walk stopped; 0 is the beginning.
  package init(
    _ connection: Connection, pattern: [UInt8]?, count: Int = pageSize, from cursor: UInt64 = 0
  ) {
    self.connection = connection
    self.pattern = pattern
    self.count = count
    self.cursor = Array(String(cursor).utf8)
  }

  /// Walks over all masters where there is a cluster, else over the server of the connection.
  package init(
    _ connection: Connection, in cluster: Cluster?, pattern: [UInt8]?, count: Int = pageSize,
    from cursor: UInt64 = 0
  ) throws {
    self.init(connection, pattern: pattern, count: count, from: cursor)
    if let cluster {
      if cursor != 0 {
        throw CommandError("a cursor is of one server, and this is a cluster: leave out -c")
      }
      wide = try ClusterScan(cluster, pattern: pattern, count: count)
    }
  }

  package var isFinished: Bool { wide?.isFinished ?? (cursor == nil) }

  /// The command for the next page.
  package static func command(cursor: [UInt8], pattern: [UInt8]?, count: Int) -> [[UInt8]] {
    var command = [Array("SCAN".utf8), cursor]
    if let pattern { command += [Array("MATCH".utf8), pattern] }
    return command + [Array("COUNT".utf8), Array(String(count).utf8)]
  }

  /// The next page, possibly empty; nil after the last one. A key may come more than once.
  package mutating func next() throws -> [[UInt8]]? {
    if wide != nil { return try wide?.next() }
    guard let cursor else { return nil }
    let page = try Self.page(
      connection.call(Self.command(cursor: cursor, pattern: pattern, count: count)))
    self.cursor = page.cursor
    return page.keys
  }

  /// Reads SCAN's reply. The cursor is nil after the last page.
  package static func page(_ reply: Reply) throws -> (cursor: [UInt8]?, keys: [[UInt8]]) {
    if case .error(let text) = reply { throw CommandError("(error) \(escaped(text))") }
    guard let parts = reply.elements, parts.count == 2, let cursor = parts[0].bytes,
      let keys = parts[1].elements
    else { throw CommandError("SCAN: the reply is not a cursor and a list of keys") }
    return (cursor == Array("0".utf8) ? nil : cursor, keys.compactMap(\.bytes))
  }
}
