import RedisClient

/// A walk over the keys that `--pattern` names, for the modes that look at all of them: it pauses
/// as `-i` says, tells its progress, and Ctrl-C ends it without a failure, so that what was learnt
/// so far can be shown.
final class SamplingWalk {
  /// Pages after which redis-cli pauses, and the keys on each. With `-i` both are the same here, so
  /// that a pause means what it means there.
  private static let pagesBetweenPauses = 100
  private static let pausedPageSize = 10

  private let session: Session
  /// Keys in the database when the walk began.
  let total: Int64
  /// Keys met so far, counted by the mode.
  var sampled: Int64 = 0
  /// Whether Ctrl-C ended the walk.
  private(set) var wasInterrupted = false
  /// Where the walk can go on without a gap; nil when it came to its end.
  private(set) var cursor: [UInt8]?
  private var progress: Progress

  init(_ session: Session) throws {
    self.session = session
    total = try Self.size(session)
    progress = Progress(session.console.output, session.console.errors, total: total)
  }

  /// The number of keys, of all masters where there is a cluster.
  private static func size(_ session: Session) throws -> Int64 {
    let question = [Array("DBSIZE".utf8)]
    let replies =
      try session.cluster?.askMasters(question).map(\.1) ?? [session.connection.call(question)]
    var sum: Int64 = 0
    for reply in replies {
      if case .error(let text) = reply { throw CommandError("(error) \(escaped(text))") }
      guard let number = reply.number, !sum.addingReportingOverflow(number).overflow else {
        throw CommandError("DBSIZE: the reply is no number of keys")
      }
      sum += number
    }
    return sum
  }

  /// The walk that the options of the modes ask for.
  static func keys(_ session: Session) throws -> KeyWalk {
    let options = session.options
    return try session.keyWalk(
      pattern: options.pattern,
      count: options.scanCount ?? (options.interval == nil ? Scan.pageSize : pausedPageSize),
      from: options.cursor ?? 0, repeats: .kept)
  }

  /// Hands each page of keys to `take`.
  func run(_ take: ([[UInt8]]) throws -> Void) throws {
    var walk = try Self.keys(session)
    defer { progress.wipe() }
    do {
      var pages = 0
      cursor = walk.cursor
      while let keys = try walk.next() {
        try take(keys)
        cursor = walk.cursor
        if session.console.output.isTerminal { session.console.output.flush() }
        try session.console.output.check()
        progress.advance(to: sampled)
        pages += 1
        if let interval = session.options.interval, interval > 0, !walk.isFinished,
          pages % Self.pagesBetweenPauses == 0, !Interrupt.pause(interval)
        {
          throw RedisError(.interrupted, "interrupted")
        }
      }
    } catch let error as RedisError where error.kind == .interrupted {
      // Replies may still be owed, and what comes now is to be seen whole.
      Interrupt.clear()
      session.leave()
      wasInterrupted = true
    }
  }

  /// Prints a line about what was found.
  func say(_ line: String) {
    progress.giveWay()
    session.console.output.write(line + "\n")
  }

  /// How much of the database was met, as redis-cli writes it: `06.25%`.
  var share: String { Self.percent(sampled, of: total) }

  /// - Returns: `06.25%`; `00.00%` of nothing.
  static func percent(_ part: Int64, of whole: Int64) -> String {
    let text = fixed(whole > 0 ? 100 * Double(part) / Double(whole) : 0, 2)
    return (text.utf8.count < 5 ? "0" : "") + text + "%"
  }
}
