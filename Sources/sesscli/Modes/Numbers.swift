import Glibc

/// A number with so many decimals, rounded as C's printf rounds.
func fixed(_ value: Double, _ decimals: Int) -> String {
  // The largest double has 309 digits before the point.
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
    guard let start = buffer.baseAddress else { return "" }
    _ = withVaList([Int32(min(max(decimals, 0), 20)), value]) {
      vsnprintf(start, buffer.count, "%.*f", $0)
    }
    return String(cString: start)
  }
}

/// Bytes as redis-cli abbreviates them: `512B`, `1.50K`, `28.32M`.
func abbreviatedBytes(_ count: Int64) -> String {
  let units: [(String, Int64)] = [("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)]
  for (name, size) in units where count >= size {
    return fixed(Double(count) / Double(size), 2) + name
  }
  return "\(count)B"
}

/// The text at the left or right of a column that is at least so wide.
func padded(_ text: String, _ width: Int, atRight: Bool = false) -> String {
  let blanks = String(repeating: " ", count: max(0, width - text.utf8.count))
  return atRight ? blanks + text : text + blanks
}
