import Glibc

/// How many of many numbers are how large, to four digits: memory is bounded whatever the numbers.
struct SizeDistribution {
  /// Bits of a number that count; the rest is rounded up.
  private static let precision = 15

  private var counts: [Int64: Int64] = [:]
  private(set) var total: Int64 = 0

  mutating func add(_ size: Int64) {
    let size = max(0, size)
    let surplus = max(0, Int64.bitWidth - size.leadingZeroBitCount - Self.precision)
    counts[size | ((1 << surplus) - 1), default: 0] += 1
    total += 1
  }

  struct Row: Equatable {
    /// The largest of so many numbers.
    let size: Int64
    let percentile: Double
    /// Numbers up to this one.
    let count: Int64
  }

  /// Rows for the percentiles 0, 50, 75, 87.5, ... each halving what is left, as far as they
  /// differ, and 100.
  var percentiles: [Row] {
    var rows: [Row] = []
    var target = 0.0
    var left = 50.0
    var met: Int64 = 0
    for (size, count) in counts.sorted(by: { $0.key < $1.key }) {
      met += count
      let share = 100 * Double(met) / Double(total)
      guard share >= target else { continue }
      rows.append(Row(size: size, percentile: met == total ? 100 : target, count: met))
      while target <= share, left > 1e-12 {
        target += left
        left /= 2
      }
    }
    return rows
  }

  var mean: Double {
    guard total > 0 else { return 0 }
    return counts.reduce(0) { $0 + Double($1.key) * Double($1.value) } / Double(total)
  }

  var standardDeviation: Double {
    guard total > 0 else { return 0 }
    let mean = mean
    let squares = counts.reduce(0) {
      $0 + (Double($1.key) - mean) * (Double($1.key) - mean) * Double($1.value)
    }
    return (squares / Double(total)).squareRoot()
  }
}
