/// Several lines that were pasted at once.
enum PastedLines {
  /// Splits at newlines, except inside quotes: a pasted JSON document in quotes is one argument.
  /// Empty lines are dropped. A quote that is never closed protects nothing, so that a stray
  /// apostrophe does not swallow the lines after it.
  static func split(_ text: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = text[...]
    while let newline = rest.firstIndex(of: 0x0A) {
      var end = newline
      while isInsideQuotes(rest[..<end]), let next = rest[(end + 1)...].firstIndex(of: 0x0A) {
        end = next
      }
      if isInsideQuotes(rest[..<end]) {
        end = isInsideQuotes(rest) ? newline : rest.endIndex
      }
      append(rest[..<end], to: &lines)
      rest = rest[Swift.min(end + 1, rest.endIndex)...]
    }
    append(rest, to: &lines)
    return lines
  }

  private static func append(_ line: ArraySlice<UInt8>, to lines: inout [[UInt8]]) {
    if line.contains(where: { $0 > 0x20 }) { lines.append(Array(line)) }
  }

  private static func isInsideQuotes(_ text: ArraySlice<UInt8>) -> Bool {
    guard let word = Arguments.wordAtCursor(Array(text)), word.quote != .none else { return false }
    return (try? Arguments.split(Array(text))) == nil
  }
}
