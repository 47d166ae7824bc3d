import RedisClient

/// A line on standard error that tells how far long work is: `scanned 120,000 of 1,000,000 (12%),
/// 410,000/s`.
///
/// It appears after a moment, only on a terminal, gives way to what is printed on the same
/// terminal, and is wiped when the work ends.
struct Progress {
  /// Seconds before it appears, between its updates, and after the last line that was printed.
  private static let delay = 0.3

  private let output: Output
  private let errors: Output
  private let total: Int64
  private let unit: String
  private let start = monotonicSeconds()
  private var last: Double
  private var isVisible = false

  /// - Parameters:
  ///   - output: what it gives way to.
  ///   - errors: where it stands.
  ///   - total: 0 when it is not known.
  init(_ output: Output, _ errors: Output, total: Int64, unit: String = "keys") {
    self.output = output
    self.errors = errors
    self.total = total
    self.unit = unit
    last = start
  }

  mutating func advance(to count: Int64) {
    guard errors.isTerminal else { return }
    let now = monotonicSeconds()
    guard now - last >= Self.delay else { return }
    last = now
    output.flush()
    let rate = Int64(Double(count) / max(now - start, 0.001))
    let whole =
      total > 0
      ? " of \(grouped(total)) \(unit) (\(Int64(min(100, share(of: count))))%)" : " \(unit)"
    errors.write("\r\u{1B}[K\(grouped(count))\(whole), \(grouped(rate))/s")
    errors.flush()
    isVisible = true
  }

  private func share(of count: Int64) -> Double { Double(count) * 100 / Double(total) }

  /// To be called before something is printed.
  mutating func giveWay() {
    guard output.isTerminal else { return }
    wipe()
    last = monotonicSeconds()
  }

  mutating func wipe() {
    guard isVisible else { return }
    errors.write("\r\u{1B}[K")
    errors.flush()
    isVisible = false
  }
}
