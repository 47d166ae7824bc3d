/// Where a hint stands behind a line that is being edited, and what writes and wipes it.
///
/// It is on the screen only while the program waits for a key, so the line editor never meets it.
struct HintPlacement: Equatable {
  /// The part of the hint that fits.
  private let text: [UInt8]
  private let width: Int
  /// Columns from the cursor to the end of the line.
  private let distance: Int

  /// - Parameters:
  ///   - cursor: its offset in the line.
  ///   - columns: of the terminal.
  /// - Returns: nil when there is no room in the row where the line ends, or when that row is not
  ///   the cursor's, or when it cannot be said how wide the line is.
  init?(_ hint: String, prompt: String, line: [UInt8], cursor: Int, columns: Int) {
    guard line.isPrintableText, cursor <= line.count else { return nil }
    let end = Array(prompt.utf8).columns + line.columns
    distance = Array(line[cursor...]).columns
    // From the middle of a line of several rows it is not known how far the end is.
    guard columns > 0, distance == 0 || end < columns else { return nil }
    // A terminal's last column is left empty: a full row would wrap.
    let room = columns - 1 - end % columns
    text = Self.prefix(Array(hint.utf8), columns: room)
    width = text.columns
    guard text.contains(where: { $0 != 0x20 }) else { return nil }
  }

  /// Writes the hint and puts the cursor back.
  var shown: [UInt8] {
    Self.move(distance, "C") + Array("\u{1B}[2m".utf8) + text + Array("\u{1B}[0m".utf8)
      + Self.move(distance + width, "D")
  }

  /// Wipes the hint. What a changed window has wrapped to the next row goes as well: there is
  /// nothing else below.
  var wiped: [UInt8] {
    Self.move(distance, "C") + Array("\u{1B}[J".utf8) + Self.move(distance, "D")
  }

  private static func move(_ columns: Int, _ direction: String) -> [UInt8] {
    columns > 0 ? Array("\u{1B}[\(columns)\(direction)".utf8) : []
  }

  /// Whole characters only.
  private static func prefix(_ text: [UInt8], columns: Int) -> [UInt8] {
    var kept: [UInt8] = []
    var width = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      width += scalar.columns
      if width > columns { break }
      kept += Array(String(scalar).utf8)
    }
    return kept
  }
}
