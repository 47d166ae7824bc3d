extension Completion {
  /// The hint and the matches as they are shown below the line, matches in columns as `ls` does.
  func listing(columns: Int, rows: Int, usesColor: Bool) -> [UInt8] {
    var output: [UInt8] = []
    if let hint {
      let dimmed = usesColor ? Array("\u{1B}[2m".utf8) + hint + Array("\u{1B}[0m".utf8) : hint
      output += dimmed + [0x0A]
    }
    output += Self.inColumns(shown, columns: columns)
    if unshown > 0 { output += Array("... and \(grouped(Int64(unshown))) more\n".utf8) }
    return output
  }

  /// Lays out the entries top to bottom, then left to right, in as many columns as fit.
  static func inColumns(_ entries: [[UInt8]], columns: Int) -> [UInt8] {
    guard !entries.isEmpty else { return [] }
    let widths = entries.map(\.columns)
    // Two columns of air between entries; the last column of a terminal stays empty, as a full line would wrap.
    let cell = (widths.max() ?? 0) + 2
    let perRow = max(1, (columns + 1) / cell)
    let rowCount = (entries.count + perRow - 1) / perRow
    var output: [UInt8] = []
    for row in 0..<rowCount {
      for index in stride(from: row, to: entries.count, by: rowCount) {
        output += entries[index]
        if index + rowCount < entries.count {
          output += [UInt8](repeating: 0x20, count: cell - widths[index])
        }
      }
      output.append(0x0A)
    }
    return output
  }
}
