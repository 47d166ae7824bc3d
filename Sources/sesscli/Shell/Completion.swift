/// What TAB does with a line.
struct Completion: Equatable {
  /// What replaces the part of the line before the cursor: the text that all matches share, or
  /// that part itself when there is nothing to insert.
  var replacement: [UInt8]
  /// Lines that the person may choose from by keys such as menu-complete, each replacing the part
  /// before the cursor. Empty when nothing may be inserted.
  var alternatives: [[UInt8]] = []
  /// What is listed below the line, safe to show.
  var shown: [[UInt8]] = []
  /// How many more there are than `shown`.
  var unshown = 0
  /// The arguments of the command, safe to show.
  var hint: [UInt8]?
}
