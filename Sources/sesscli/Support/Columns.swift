extension [String] {
  /// Words on lines of so many columns at most, each line indented.
  func wrapped(indent: Int, width: Int = 100) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    for word in self {
      if let line = lines.last, line.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(margin + word)
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  /// With spaces behind it, up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
