/// A line on standard error that tells how far long work is: `scanned 120,000 of 1,000,000 (12%), 410,000/s`.
///
/// It appears after a moment, only on a terminal, and is wiped when the work ends.
struct Progress {
  /// Seconds before it appears and between its updates.
  private static let delay = 0.3

  private let errors: Output
  private let total: Int64
  private let isShown: Bool
  private let start = monotonicSeconds()
  private var last: Double
  private var isVisible = false

  init(_ shell: Shell, total: Int64) {
    errors = shell.errors
    self.total = total
    // Where the data itself scrolls over the same terminal, that is progress enough.
    isShown = shell.errors.isTerminal && !shell.output.isTerminal
    last = start
  }

  mutating func advance(to count: Int64) {
    guard isShown else { return }
    let now = monotonicSeconds()
    guard now - last >= Self.delay else { return }
    last = now
    let rate = Int64(Double(count) / max(now - start, 0.001))
    let share = total > 0 ? min(100, count * 100 / total) : 0
    errors.write(
      "\r\u{1B}[K\(grouped(count)) of \(grouped(total)) keys (\(share)%), \(grouped(rate))/s")
    errors.flush()
    isVisible = true
  }

  mutating func wipe() {
    guard isVisible else { return }
    errors.write("\r\u{1B}[K")
    errors.flush()
    isVisible = false
  }
}
