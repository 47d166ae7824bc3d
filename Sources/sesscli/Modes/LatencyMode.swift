import RedisClient

/// `--latency` and `--latency-history`: how many milliseconds PING takes, asked a hundred times a
/// second.
///
/// On a terminal one line shows what was measured so far. Elsewhere there is a line at the end,
/// after a second (`-i`); the history has one for every 15 seconds (`-i`), without end or `-r` of
/// them.
struct LatencyMode {
  /// Seconds between two PINGs.
  static let rate = 0.01

  private let session: Session
  private var isLive: Bool {
    session.console.output.isTerminal && session.console.style == .formatted
  }

  init(_ session: Session) { self.session = session }

  func run(isHistory: Bool) throws {
    let given = session.options.interval ?? 0
    let interval = given > 0 ? given : isHistory ? 15 : 1
    var left = session.options.repeats ?? (isHistory || isLive ? -1 : 1)
    var sample = LatencySample()
    var start = monotonicSeconds()
    while left != 0 {
      guard let seconds = try session.pingSeconds() else { break }
      sample.add(Int64(seconds * 1000))
      if isLive { session.console.output.write("\r\u{1B}[2K" + sample.text(.formatted)) }
      let elapsed = monotonicSeconds() - start
      if elapsed > interval, isHistory || !isLive {
        end(&sample, isHistory ? elapsed : nil)
        start = monotonicSeconds()
        if left > 0 { left -= 1 }
      }
      if isLive { session.console.output.flush() }
      try session.console.output.check()
      if left != 0, !Interrupt.pause(Self.rate) { break }
    }
    if !isLive, left != 0, sample.count > 0 { end(&sample, nil) }
    session.console.endWatching()
  }

  /// Ends a line of the output and begins a new sample.
  private func end(_ sample: inout LatencySample, _ elapsed: Double?) {
    let style = session.console.style
    if !isLive { session.console.output.write(sample.text(style)) }
    // Programs read the numbers alone.
    if let elapsed, style == .formatted {
      session.console.output.write(" -- \(fixed(elapsed, 2)) seconds range")
    }
    session.console.output.write("\n")
    session.console.output.flush()
    sample = LatencySample()
  }
}

/// What was measured: whole milliseconds, as redis-cli counts them.
struct LatencySample: Equatable {
  private(set) var minimum: Int64 = 0
  private(set) var maximum: Int64 = 0
  private(set) var total: Int64 = 0
  private(set) var count: Int64 = 0

  mutating func add(_ milliseconds: Int64) {
    minimum = count == 0 ? milliseconds : min(minimum, milliseconds)
    maximum = max(maximum, milliseconds)
    total += milliseconds
    count += 1
  }

  func text(_ style: ReplyStyle) -> String {
    let average = fixed(count > 0 ? Double(total) / Double(count) : 0, 2)
    return switch style {
    case .formatted: "min: \(minimum), max: \(maximum), avg: \(average) (\(count) samples)"
    case .raw: "\(minimum) \(maximum) \(average) \(count)"
    case .csv: "\(minimum),\(maximum),\(average),\(count)"
    case .json, .quotedJSON:
      "{\"min\": \(minimum), \"max\": \(maximum), \"avg\": \(average), \"count\": \(count)}"
    }
  }
}

extension Session {
  /// How long a PING takes; nil after Ctrl-C.
  func pingSeconds() throws -> Double? {
    if !connection.isOpen { try ensureConnected() }
    while true {
      let (start, generation) = (monotonicSeconds(), connection.generation)
      guard let reply = try persistentAnswer("PING") else { return nil }
      if case .error(let text) = reply { throw CommandError("PING: (error) \(escaped(text))") }
      // The time without a connection is none of a reply.
      if generation == connection.generation { return monotonicSeconds() - start }
    }
  }
}
