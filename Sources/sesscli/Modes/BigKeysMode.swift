/// `--bigkeys` and `--memkeys`: the key of each type with the most elements, or the most memory,
/// and averages.
struct BigKeysMode {
  private let session: Session
  private let measure: KeyTypes.Measure

  init(_ session: Session, _ measure: KeyTypes.Measure) {
    self.session = session
    self.measure = measure
  }

  func run() throws {
    let walk = try SamplingWalk(session)
    var types = KeyTypes(session)
    var nameBytes: Int64 = 0
    walk.say(
      """

      # Scanning the entire keyspace to find biggest keys as well as
      # average sizes per key type.  You can use -i 0.1 to sleep 0.1 sec
      # per 100 SCAN commands (not usually needed).

      """)
    try walk.run { keys in
      let share = walk.share
      let found = try types.types(of: keys)
      let sizes = try types.sizes(of: keys, found, measure)
      for (index, key) in keys.enumerated() {
        guard let type = found[index] else { continue }
        types.count(type)
        nameBytes += Int64(key.count)
        walk.sampled += 1
        if types.add(key, type, sizes[index], measure) {
          let tally = types.all[type]
          walk.say(
            "[\(share)] Biggest \(padded(tally.name, 6)) found so far "
              + "'\(session.console.quoted(key))' with "
              + "\(sizes[index]) \(unit(tally))")
        }
        if walk.sampled % 1_000_000 == 0 {
          walk.say("[\(share)] Sampled \(walk.sampled) keys so far")
        }
      }
    }
    summarize(walk, types, nameBytes)
  }

  private func summarize(_ walk: SamplingWalk, _ types: KeyTypes, _ nameBytes: Int64) {
    let share = walk.wasInterrupted ? "[\(walk.share)] " : ""
    let average = fixed(walk.sampled > 0 ? Double(nameBytes) / Double(walk.sampled) : 0, 2)
    walk.say(
      """

      -------- summary -------

      \(share)Sampled \(walk.sampled) keys in the keyspace!
      Total key length in bytes is \(nameBytes) (avg len \(average))

      """)
    let width = types.all.map(\.name.utf8.count).max() ?? 0
    for tally in types.all {
      guard let (key, size) = biggest(tally) else { continue }
      walk.say(
        "Biggest \(padded(tally.name, width, atRight: true)) found "
          + "'\(session.console.quoted(key))' has "
          + "\(size) \(unit(tally))")
    }
    walk.say("")
    for tally in types.all {
      let total = measure == .length ? tally.length : tally.memory
      let average = fixed(tally.count > 0 ? Double(total) / Double(tally.count) : 0, 2)
      walk.say(
        "\(tally.count) \(tally.name)s with \(total) \(unit(tally)) "
          + "(\(SamplingWalk.percent(tally.count, of: walk.sampled)) of keys, avg size \(average))")
    }
  }

  private func biggest(_ tally: KeyTypes.Tally) -> (key: [UInt8], size: Int64)? {
    measure == .length
      ? tally.longest.map { ($0.key, $0.length) } : tally.largest.map { ($0.key, $0.memory) }
  }

  private func unit(_ tally: KeyTypes.Tally) -> String {
    measure == .length ? tally.unit : "bytes"
  }
}
