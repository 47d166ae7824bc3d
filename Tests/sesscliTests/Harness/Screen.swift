/// What a terminal shows after the bytes it was sent: as much of a VT100 as readline and sesscli
/// use.
///
/// Lines that scrolled off the top are kept. Every character is one column wide.
struct Screen {
  private(set) var columns: Int
  private(set) var rows: Int
  /// All lines ever shown; the last `rows` of them are the screen.
  private var lines: [Line] = []
  private var row = 0
  private var column = 0
  private var saved = (row: 0, column: 0)
  /// The cursor stands after the last column: the next character goes to the next line.
  private var wrapPending = false
  private var state = State.text
  private var sequence: [UInt8] = []
  private var character: [UInt8] = []
  private(set) var bellCount = 0

  private struct Line {
    var cells: [Character] = []
    /// The text goes on in the next line because this one was full.
    var wraps = false
  }

  private enum State { case text, escape, control, string, stringEscape, skipOne }

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    lines = Array(repeating: Line(), count: rows)
  }

  /// The visible lines, without trailing spaces.
  var visible: [String] { lines.suffix(rows).map { Self.trimmed($0.cells) } }

  var text: String { visible.joined(separator: "\n") }

  /// Everything ever shown, with lines that the terminal wrapped put together again, and without
  /// trailing spaces.
  var logicalLines: [String] {
    var result: [String] = []
    var current: [Character] = []
    for line in lines[...max(row, lastUsedRow)] {
      current += line.cells
      if line.wraps { continue }
      result.append(Self.trimmed(current))
      current = []
    }
    return result
  }

  /// The line with the cursor, up to the cursor; nil when it is not at the end of everything shown.
  var lineBeforeCursor: String? {
    guard row >= lastUsedRow, column >= Self.trimmed(lines[row].cells).count else { return nil }
    var text = Array(lines[row].cells.prefix(column))
    var above = row - 1
    while above >= 0, lines[above].wraps {
      text = lines[above].cells + text
      above -= 1
    }
    return String(text)
  }

  /// Where the cursor is on the screen, from 0.
  var cursor: (row: Int, column: Int) { (row - top, column) }

  private var top: Int { lines.count - rows }
  private var lastUsedRow: Int { lines.lastIndex { !$0.cells.isEmpty } ?? 0 }

  private static func trimmed(_ cells: [Character]) -> String {
    let end = cells.lastIndex { $0 != " " } ?? -1
    return String(cells[...end])
  }

  mutating func resize(columns: Int, rows: Int) {
    self.columns = columns
    if rows > self.rows { lines += Array(repeating: Line(), count: rows - self.rows) }
    self.rows = rows
  }

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { feed(byte) }
  }

  private mutating func feed(_ byte: UInt8) {
    switch (state, byte) {
    case (.text, 0x1b):
      state = .escape
      sequence = []
    case (.text, ..<0x20), (.text, 0x7f): control(byte)
    case (.text, _): collect(byte)
    case (.escape, UInt8(ascii: "[")): state = .control
    case (.escape, UInt8(ascii: "]")), (.escape, UInt8(ascii: "P")): state = .string
    case (.escape, UInt8(ascii: "(")), (.escape, UInt8(ascii: ")")): state = .skipOne
    case (.escape, _):
      state = .text
      escape(byte)
    case (.skipOne, _): state = .text
    case (.control, 0x40...0x7e):
      state = .text
      controlSequence(byte)
    case (.control, _): sequence.append(byte)
    case (.string, 0x07): state = .text
    case (.string, 0x1b): state = .stringEscape
    case (.string, _): break
    case (.stringEscape, _): state = byte == UInt8(ascii: "\\") ? .text : .string
    }
  }

  /// Puts together the bytes of one UTF-8 character; stray bytes show as U+FFFD.
  private mutating func collect(_ byte: UInt8) {
    if byte & 0xc0 == 0x80, !character.isEmpty {
      character.append(byte)
    } else {
      if !character.isEmpty { put("\u{fffd}") }
      character = [byte]
    }
    let wanted = character[0] >= 0xf0 ? 4 : character[0] >= 0xe0 ? 3 : character[0] >= 0xc0 ? 2 : 1
    if character.count == wanted {
      put(Character(String(decoding: character, as: UTF8.self)))
      character = []
    }
  }

  private mutating func put(_ character: Character) {
    if wrapPending {
      lines[row].wraps = true
      column = 0
      lineFeed()
    }
    while lines[row].cells.count <= column { lines[row].cells.append(" ") }
    lines[row].cells[column] = character
    if column == columns - 1 { wrapPending = true } else { column += 1 }
  }

  private mutating func lineFeed() {
    wrapPending = false
    if row == lines.count - 1 { lines.append(Line()) }
    row += 1
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x07: bellCount += 1
    case 0x08: move(to: row, column - 1)
    case 0x09: move(to: row, (column / 8 + 1) * 8)
    case 0x0a, 0x0b, 0x0c: lineFeed()
    case 0x0d: move(to: row, 0)
    default: break
    }
  }

  private mutating func move(to newRow: Int, _ newColumn: Int) {
    row = min(max(newRow, top), lines.count - 1)
    column = min(max(newColumn, 0), columns - 1)
    wrapPending = false
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "7"): saved = (row, column)
    case UInt8(ascii: "8"): move(to: saved.row, saved.column)
    case UInt8(ascii: "D"): lineFeed()
    case UInt8(ascii: "E"):
      column = 0
      lineFeed()
    case UInt8(ascii: "M"): move(to: row - 1, column)
    default: break
    }
  }

  private mutating func controlSequence(_ final: UInt8) {
    let words = String(decoding: sequence, as: UTF8.self).split(
      separator: ";", omittingEmptySubsequences: false)
    func number(_ index: Int, or standard: Int) -> Int {
      index < words.count ? Int(words[index]) ?? standard : standard
    }
    let count = max(1, number(0, or: 1))
    switch Character(UnicodeScalar(final)) {
    case "A": move(to: row - count, column)
    case "B": move(to: row + count, column)
    case "C": move(to: row, column + count)
    case "D": move(to: row, column - count)
    case "G": move(to: row, count - 1)
    case "H", "f": move(to: top + count - 1, number(1, or: 1) - 1)
    case "J": eraseScreen(number(0, or: 0))
    case "K": eraseLine(number(0, or: 0))
    case "P":
      let end = min(lines[row].cells.count, column + count)
      if column < end { lines[row].cells.removeSubrange(column..<end) }
    case "@":
      if column < lines[row].cells.count {
        lines[row].cells.insert(contentsOf: repeatElement(" ", count: count), at: column)
        lines[row].cells = Array(lines[row].cells.prefix(columns))
      }
    case "s": saved = (row, column)
    case "u": move(to: saved.row, saved.column)
    default: break
    }
  }

  private mutating func eraseLine(_ mode: Int) {
    switch mode {
    case 0:
      lines[row].cells = Array(lines[row].cells.prefix(column))
      lines[row].wraps = false
    case 1:
      for index in lines[row].cells.indices where index <= column { lines[row].cells[index] = " " }
    default: lines[row] = Line()
    }
  }

  private mutating func eraseScreen(_ mode: Int) {
    if mode == 0 {
      eraseLine(0)
      for index in lines.indices.dropFirst(row + 1) { lines[index] = Line() }
    } else if mode == 2 {
      for index in top..<lines.count { lines[index] = Line() }
    }
  }
}
