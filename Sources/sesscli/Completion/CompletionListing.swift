import RedisClient

extension Completion {
  /// The hint and the matches as they are shown below the line, matches in columns as `ls` does, in
  /// no more than half the window, so that what came before stays in sight.
  func listing(columns: Int, rows: Int, usesColor: Bool) -> [UInt8] {
    var output: [UInt8] = []
    if let hint {
      let dimmed = usesColor ? Array("\u{1B}[2m".utf8) + hint + Array("\u{1B}[0m".utf8) : hint
      output += dimmed + [0x0A]
    }
    let fitting = Self.fitting(shown, columns: columns, rows: max(4, rows / 2))
    output += Self.inColumns(Array(shown[..<fitting]), columns: columns)
    let rest = unshown + shown.count - fitting
    if rest > 0 { output += Array("... and \(grouped(Int64(rest))) more\n".utf8) }
    return output
  }

  /// How many of the entries `inColumns` lays out in so many rows.
  private static func fitting(_ entries: [[UInt8]], columns: Int, rows: Int) -> Int {
    var count = entries.count
    while count > 0 {
      let perRow = layout(entries[..<count], columns: columns).perRow
      if count <= perRow * rows { return count }
      // Fewer entries may be narrower, so one row less is tried before it is counted again.
      count = max(perRow * rows, count - perRow)
    }
    return 0
  }

  /// Lays out the entries top to bottom, then left to right, in as many columns as fit.
  static func inColumns(_ entries: [[UInt8]], columns: Int) -> [UInt8] {
    guard !entries.isEmpty else { return [] }
    let (cell, perRow) = layout(entries[...], columns: columns)
    let rowCount = (entries.count + perRow - 1) / perRow
    var output: [UInt8] = []
    for row in 0..<rowCount {
      for index in stride(from: row, to: entries.count, by: rowCount) {
        output += entries[index]
        if index + rowCount < entries.count {
          output += [UInt8](repeating: 0x20, count: cell - entries[index].columns)
        }
      }
      output.append(0x0A)
    }
    return output
  }

  private static func layout(
    _ entries: ArraySlice<[UInt8]>, columns: Int
  ) -> (cell: Int, perRow: Int) {
    // Two columns of air between entries. The last column of a terminal stays empty, as a full line
    // would wrap.
    let cell = (entries.map(\.columns).max() ?? 0) + 2
    return (cell, max(1, (columns + 1) / cell))
  }
}
