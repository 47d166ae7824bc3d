import RedisClient

/// The one question that sesscli asks: before FLUSHDB and FLUSHALL, when a person is there to
/// answer it.
///
/// It shows what would go and asks to type that number, because a y/n becomes a reflex.
enum FlushQuestion {
  /// Keys looked at to say which prefixes there are: enough for the picture, answered in a few
  /// milliseconds.
  private static let sample = 2_000

  /// Whether the command may be sent.
  static func allows(
    _ words: [[UInt8]], _ session: Session, _ preferences: Preferences
  ) throws -> Bool {
    guard preferences.asksBeforeFlush, let ask = preferences.ask,
      let first = words.first
    else { return true }
    let role = CommandFacts.of(first).role
    guard role == .flushDatabase || role == .flushAll else { return true }
    let name = lowercased(first)
    // Between MULTI and EXEC nothing can be asked of the server.
    if session.connection.isInTransaction {
      throw CommandError(
        "\(name.uppercased()) inside a transaction cannot show what would go; :set confirm off "
          + "allows it"
      )
    }
    if session.connection.replyMode != .on {
      throw CommandError(
        "\(name.uppercased()) cannot show what would go while replies are off: CLIENT REPLY ON "
          + "first, or :set confirm off; not sent"
      )
    }
    let everything = role == .flushAll
    let (total, place, isHere) =
      try session.cluster.map(count) ?? count(everything, on: session.connection)
    var line = "\(place) holds \(grouped(total)) key\(total == 1 ? "" : "s")"
    if total > 0, isHere {
      let prefixes = try prefixes(of: total, in: session)
      if !prefixes.isEmpty { line += ": " + prefixes }
    }
    session.console.output.write(line + "\n")
    session.console.output.flush()
    let answer = ask(
      "Type \(total) to delete \(total == 1 ? "it" : "them"), anything else to cancel: ")
    let typed = answer.map { bytes in
      String(decoding: bytes, as: UTF8.self).filter { $0 != "," && !$0.isWhitespace }
    }
    if typed == String(total) { return true }
    session.console.output.write("Cancelled, nothing was sent.\n")
    return false
  }

  /// How many keys the masters of a cluster have, which has one database.
  private static func count(
    _ cluster: Cluster
  ) throws -> (total: Int64, place: String, isHere: Bool) {
    var total: Int64 = 0
    var parts: [String] = []
    for (node, reply) in try cluster.askMasters([Array("DBSIZE".utf8)]) {
      guard case .integer(let count) = reply, count >= 0 else {
        throw CommandError(
          "DBSIZE was not answered by \(node.name): what would go is unknown, so nothing was sent")
      }
      let (sum, isTooLarge) = total.addingReportingOverflow(count)
      if isTooLarge {
        throw CommandError("DBSIZE tells of more keys than there can be, so nothing was sent")
      }
      total = sum
      // A line, not a list: the largest clusters have hundreds.
      if parts.count < 16 { parts.append("\(node.name) \(grouped(count))") }
    }
    let masters = cluster.map.masters.count
    let more = masters > parts.count ? ", ..." : ""
    return (
      total, "the cluster of \(masters) masters (\(parts.joined(separator: ", "))\(more))", true
    )
  }

  /// How many keys there are, where, and whether all of them are in the selected database, which
  /// can be sampled.
  private static func count(
    _ everything: Bool, on connection: Connection
  ) throws -> (total: Int64, place: String, isHere: Bool) {
    let host = connection.endpoint.address.name
    let here = "db\(connection.endpoint.database)"
    guard everything else {
      guard case .integer(let total) = try connection.call("DBSIZE"), total >= 0 else {
        throw CommandError("DBSIZE was not answered: what would go is unknown, so nothing was sent")
      }
      return (total, "\(here) of \(host)", true)
    }
    // "db0:keys=12,expires=0,avg_ttl=0"
    guard let info = try connection.call("INFO", "keyspace").bytes else {
      throw CommandError("INFO was not answered: what would go is unknown, so nothing was sent")
    }
    var total: Int64 = 0
    var databases: [(name: Substring, count: Int64)] = []
    for line in String(decoding: info, as: UTF8.self).split(whereSeparator: \.isNewline) {
      guard line.hasPrefix("db"), let colon = line.firstIndex(of: ":"),
        let keys = line[line.index(after: colon)...].split(separator: ",").first,
        keys.hasPrefix("keys="), let count = Int64(keys.dropFirst(5)), count >= 0,
        Int(line[..<colon].dropFirst(2)) != nil
      else { continue }
      let (sum, isTooLarge) = total.addingReportingOverflow(count)
      if isTooLarge {
        throw CommandError("INFO tells of more keys than there can be, so nothing was sent")
      }
      total = sum
      databases.append((line[..<colon], count))
    }
    let parts = databases.map { "\($0.name) \(grouped($0.count))" }
    let list = parts.count > 1 ? " (\(parts.joined(separator: ", ")))" : ""
    let isHere = databases.count == 1 && databases[0].name == here
    return (total, "everything in all databases\(list) of \(host)", isHere)
  }

  /// `1,100 session:*, 104 cache:*`; with `~` when they are estimated from a sample.
  private static func prefixes(
    of total: Int64, in session: Session
  ) throws -> String {
    var counts: [String: Int] = [:]
    var seen = 0
    var walk = try session.keyWalk(pattern: nil, count: 500, repeats: .kept)
    while seen < sample, let keys = try walk.next() {
      for key in keys where seen < sample || Int64(sample) >= total {
        let prefix = key.firstIndex(of: UInt8(ascii: ":")).map { escaped(Array(key[...$0])) + "*" }
        counts[prefix ?? "others", default: 0] += 1
        seen += 1
      }
    }
    guard seen > 0 else { return "" }
    let isWhole = walk.isFinished && Int64(seen) == total
    if counts.count == 1, counts["others"] != nil { return "" }
    let most = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    // A line, not a list: the largest few say whether this is the right database.
    let shown = most.prefix(4).map { prefix, count in
      let share = Double(count) * Double(total) / Double(seen)
      let estimate = isWhole ? Int64(count) : Int64(exactly: share.rounded()) ?? total
      return "\(isWhole ? "" : "~")\(grouped(estimate)) \(prefix)"
    }
    return shown.joined(separator: ", ") + (most.count > 4 ? ", ..." : "")
  }
}
