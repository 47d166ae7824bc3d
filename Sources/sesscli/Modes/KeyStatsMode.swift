import RedisClient

/// `--keystats`: what --bigkeys and --memkeys tell, the largest keys of all types, and how sizes
/// are distributed.
struct KeyStatsMode {
  /// Cells of the bar that tells how much of the database was met.
  private static let barWidth = 60
  /// Largest lengths of key names that are counted together.
  private static let nameLengths: [Int64] = [
    32, 256, 64 << 10, 1 << 20, 16 << 20, 128 << 20, 512 << 20, .max,
  ]

  private let session: Session

  init(_ session: Session) { self.session = session }

  private struct Findings {
    var types: KeyTypes
    /// The largest keys, largest first.
    var top: [(size: Int64, type: String, key: [UInt8])] = []
    var sizes = SizeDistribution()
    var names = [Int64](repeating: 0, count: KeyStatsMode.nameLengths.count)
    var longestName: Int64 = 0
    var nameBytes: Int64 = 0
    var memory: Int64 = 0
  }

  func run() throws {
    let walk = try SamplingWalk(session)
    let limit = session.options.top ?? 10
    var found = Findings(types: KeyTypes(session))
    walk.say(
      """

      # Scanning the entire keyspace to find the biggest keys and distribution information.
      # Use -i 0.1 to sleep 0.1 sec per 100 SCAN commands (not usually needed).
      # Use --cursor <n> to start the scan at the cursor <n> (usually after a Ctrl-C).
      # Use --top <n> to display <n> top key sizes (default is 10).
      # Ctrl-C to stop the scan.

      """)
    try walk.run { keys in
      let types = try found.types.types(of: keys)
      let lengths = try found.types.sizes(of: keys, types, .length)
      let memory = try found.types.sizes(of: keys, types, .memory)
      for (index, key) in keys.enumerated() {
        guard let type = types[index] else { continue }
        walk.sampled += 1
        found.types.count(type)
        _ = found.types.add(key, type, lengths[index], .length)
        _ = found.types.add(key, type, memory[index], .memory)
        found.memory = sum(found.memory, memory[index])
        found.sizes.add(memory[index])
        let name = Int64(key.count)
        found.nameBytes += name
        found.longestName = max(found.longestName, name)
        found.names[Self.nameLengths.firstIndex { name <= $0 } ?? 0] += 1
        Self.insert((memory[index], found.types.all[type].name, key), into: &found.top, limit)
      }
    }
    report(walk, found, limit)
  }

  private static func insert(
    _ entry: (size: Int64, type: String, key: [UInt8]),
    into top: inout [(size: Int64, type: String, key: [UInt8])], _ limit: Int
  ) {
    if top.count >= limit, entry.size <= top.last?.size ?? .max { return }
    // The first place whose key is smaller.
    var (low, high) = (0, top.count)
    while low < high {
      let middle = (low + high) / 2
      if top[middle].size >= entry.size { low = middle + 1 } else { high = middle }
    }
    top.insert(entry, at: low)
    if top.count > limit { top.removeLast() }
  }

  // MARK: The report

  private func report(_ walk: SamplingWalk, _ found: Findings, _ limit: Int) {
    let share =
      walk.wasInterrupted && walk.total > 0
      ? min(1, Double(walk.sampled) / Double(walk.total)) : 1
    let bar = Int(share * Double(Self.barWidth))
    // The terminal has echoed ^C.
    if walk.wasInterrupted { walk.say("") }
    walk.say(
      """
      \(padded(fixed(100 * share, 2), 6, atRight: true))% \
      \(String(repeating: "|", count: bar))\(String(repeating: "-", count: Self.barWidth - bar))
      Keys sampled: \(walk.sampled)
      Keys size:    \(abbreviatedBytes(found.memory))

      --- Top \(limit) key sizes ---
      """)
    for (index, entry) in found.top.enumerated() {
      walk.say(
        "\(right("\(index + 1)", 3)) \(right(abbreviatedBytes(entry.size), 8)) "
          + "\(padded(entry.type, 10)) \(session.console.quoted(entry.key))")
    }
    walk.say("\n--- Top size per type ---")
    for tally in found.types.all {
      guard let (key, size) = tally.largest else { continue }
      walk.say(
        "\(padded(tally.name, 10)) \(session.console.quoted(key)) is \(abbreviatedBytes(size))")
    }
    walk.say("\n--- Top length and cardinality per type ---")
    for tally in found.types.all {
      guard let (key, length) = tally.longest else { continue }
      walk.say(
        "\(padded(tally.name, 10)) \(session.console.quoted(key)) has \(amount(length, tally))")
    }
    sizes(walk, found)
    names(walk, found)
    table(walk, found)
    if walk.wasInterrupted, let cursor = walk.cursor {
      walk.say("\nStopped before the end: --cursor \(escaped(cursor)) goes on from here.")
    }
  }

  private func sizes(_ walk: SamplingWalk, _ found: Findings) {
    walk.say(
      """

      Key size Percentile Total keys
      -------- ---------- -----------
      """)
    for row in found.sizes.percentiles {
      walk.say(
        "\(right(abbreviatedBytes(row.size), 8)) \(right(fixed(row.percentile, 4), 9))% "
          + right("\(row.count)", 11))
    }
    let mean = abbreviatedBytes(Int64(clamping: found.sizes.mean))
    let deviation = abbreviatedBytes(Int64(clamping: found.sizes.standardDeviation))
    walk.say("Note: 0.01% size precision, Mean: \(mean), StdDeviation: \(deviation)")
  }

  private func names(_ walk: SamplingWalk, _ found: Findings) {
    walk.say(
      """

      Key name length Percentile Total keys
      --------------- ---------- -----------
      """)
    var met: Int64 = 0
    for (length, count) in zip(Self.nameLengths, found.names) where count > 0 {
      met += count
      walk.say(
        "\(right(abbreviatedBytes(min(length, found.longestName)), 15)) "
          + "\(right(fixed(100 * Double(met) / Double(walk.sampled), 4), 9))% "
          + "\(right("\(met)", 11))"
      )
    }
    let average = walk.sampled > 0 ? found.nameBytes / walk.sampled : 0
    walk.say(
      "Total key length is \(abbreviatedBytes(found.nameBytes)) (\(abbreviatedBytes(average)) avg)")
  }

  private func table(_ walk: SamplingWalk, _ found: Findings) {
    walk.say(
      """

      Type        Total keys  Keys % Tot size Avg size  Total length/card Avg ln/card
      --------- ------------ ------- -------- -------- ------------------ -----------
      """)
    for tally in found.types.all where tally.count > 0 {
      let average = Double(tally.length) / Double(tally.count)
      let isText = tally.name == "string"
      walk.say(
        [
          padded(tally.name, 9), right("\(tally.count)", 12),
          right(fixed(100 * Double(tally.count) / Double(walk.sampled), 2), 6) + "%",
          right(abbreviatedBytes(tally.memory), 8),
          right(abbreviatedBytes(tally.memory / tally.count), 8),
          right(tally.command == nil ? "- " : amount(tally.length, tally), 18),
          right(
            tally.command == nil
              ? "- " : isText ? abbreviatedBytes(Int64(clamping: average)) : fixed(average, 2), 11),
        ].joined(separator: " "))
    }
  }

  private func amount(_ length: Int64, _ tally: KeyTypes.Tally) -> String {
    tally.name == "string" ? abbreviatedBytes(length) : "\(length) \(tally.unit)"
  }

  private func right(_ text: String, _ width: Int) -> String {
    padded(text, width, atRight: true)
  }
}

extension Int64 {
  /// The whole part of a number, as far as it can be told.
  fileprivate init(clamping value: Double) { self = Int64(exactly: value.rounded(.down)) ?? .max }
}
