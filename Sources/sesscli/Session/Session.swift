import RedisClient

/// The server that commands go to: the connection, the cluster around it, and what a new connection
/// must make again or report as lost.
final class Session {
  /// Where commands go; in a cluster, the server that was used last.
  ///
  /// Scripts ask for it several times for each command, so that checking each access for overlap
  /// would show.
  @exclusivity(unchecked)
  var connection: Connection
  /// The cluster that is used as one database, when it was asked for and there is one.
  var cluster: Cluster?
  /// `-c`, `:cluster on`.
  var asksForCluster: Bool
  let options: Options
  let console: Console

  /// What is known of the open transaction in a cluster.
  var transaction = ClusterTransaction()
  /// Where a SCAN typed by hand began.
  var scanned: Connection?
  var hasToldOfScan = false
  /// What the last connection took with it, until it is told.
  var lost: String?
  var lostMode = ReplyMode.on
  var tellsReconnection = false
  /// Where the sentinels' master was found last.
  var master: String?
  /// Whether the server refused the password or the database when it was connected to last.
  var isRefused = false

  var mode: RunMode { console.mode }

  init(_ options: Options, _ console: Console) {
    self.options = options
    self.console = console
    connection = Connection(options.endpoint)
    asksForCluster = options.cluster
    connection.timeout = options.timeout
    connection.learnsRole = console.mode == .interactive
    connection.wantedProtocol = options.protocolVersion == 3 ? 3 : nil
    connection.tell = { [unowned console] in console.note($0) }
  }

  /// What answers sesscli's own questions of keys.
  var server: any Answering { cluster ?? connection }

  /// The number of keys that there are; nil when it is not told.
  func size() throws -> Int64? {
    let question = [Array("DBSIZE".utf8)]
    let reply = try cluster.map { try $0.size(question) } ?? connection.call(question)
    if case .integer(let total) = reply { return total }
    return nil
  }

  /// A walk over the keys of the server, or of all masters.
  func keyWalk(
    pattern: [UInt8]?, count: Int = Scan.pageSize, from cursor: UInt64 = 0,
    repeats: KeyWalk.Repeats = .dropped, expecting expected: Int64 = 0
  ) throws -> KeyWalk {
    try KeyWalk(
      connection, in: cluster, pattern: pattern, count: count, from: cursor, repeats: repeats,
      expecting: expected)
  }

  /// Hands on the keys that match a pattern, each once, a page at a time, and shows how far it is.
  ///
  /// - Parameters:
  ///   - total: how many keys there are, about; 0 when that is not known.
  ///   - take: what prints them. Pages without keys are left out.
  /// - Returns: how many keys there were.
  @discardableResult
  func walk(
    pattern: [UInt8], of total: Int64, expecting expected: Int64 = 0,
    _ take: (_ keys: [[UInt8]]) throws -> Void
  ) throws -> Int64 {
    var walk = try keyWalk(pattern: pattern, expecting: expected)
    var progress = Progress(console.output, console.errors, total: total)
    defer { progress.wipe() }
    while let keys = try walk.next() {
      if !keys.isEmpty {
        progress.giveWay()
        try take(keys)
      }
      if console.output.isTerminal { console.output.flush() }
      try console.output.check()
      progress.advance(to: total > 0 ? min(walk.looked, total) : walk.looked)
    }
    return walk.found
  }
}
