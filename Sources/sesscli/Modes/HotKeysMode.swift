import RedisClient

/// `--hotkeys`: the keys that are used most, by the server's own counters.
struct HotKeysMode {
  /// Keys that the report holds.
  private static let limit = 16

  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws {
    let walk = try SamplingWalk(session)
    // Coldest first.
    var hottest: [(key: [UInt8], counter: Int64)] = []
    walk.say(
      """

      # Scanning the entire keyspace to find hot keys as well as
      # average sizes per key type.  You can use -i 0.1 to sleep 0.1 sec
      # per 100 SCAN commands (not usually needed).

      """)
    try walk.run { keys in
      let share = walk.share
      let replies = try session.server.ask(
        keys.map { [Array("OBJECT".utf8), Array("FREQ".utf8), $0] })
      for (key, reply) in zip(keys, replies) {
        walk.sampled += 1
        if walk.sampled % 1_000_000 == 0 {
          walk.say("[\(share)] Sampled \(walk.sampled) keys so far")
        }
        switch reply {
        case .integer(let counter) where counter > 0:
          let place = hottest.firstIndex { $0.counter >= counter } ?? hottest.count
          if hottest.count == Self.limit, place == 0 { continue }
          hottest.insert((key, counter), at: place)
          if hottest.count > Self.limit { hottest.removeFirst() }
          walk.say(
            "[\(share)] Hot key '\(session.console.quoted(key))' found so far with counter "
              + "\(counter)"
          )
        // Never used, or gone since it was listed.
        case .integer, .null: continue
        case .error(let text): throw CommandError("Error: \(escaped(text))")
        default: throw CommandError("OBJECT FREQ: the reply is no number")
        }
      }
    }
    walk.say(
      """

      -------- summary -------

      \(walk.wasInterrupted ? "[\(walk.share)] " : "")Sampled \(walk.sampled) keys in the keyspace!
      """)
    for (key, counter) in hottest.reversed() {
      walk.say("hot key found with counter: \(counter)\tkeyname: \(session.console.quoted(key))")
    }
  }
}
