/// What came of asking the person for a line.
enum ReadResult: Equatable {
  /// A line without its newline. A pasted argument in quotes may hold newlines.
  case line([UInt8])
  /// Ctrl-C: what had been typed is dropped, nothing is to be run.
  case interrupted
  /// Ctrl-D on an empty line, or the terminal is gone.
  case endOfInput
  /// The watched descriptor became readable while the person was typing; the prompt is wiped, and
  /// the next `readLine` shows the typed text again.
  case wokenByServer
}

/// The text before the cursor, and the colour it is shown in.
struct Prompt: Equatable {
  var text: String
  /// Parameters of an SGR sequence, such as "1;32"; nil for plain text.
  var style: String?
  /// Whether commands are typed behind it, which have completion and hints; an answer to a question
  /// has none.
  var takesCommands: Bool

  init(_ text: String, style: String? = nil, takesCommands: Bool = true) {
    self.text = text
    self.style = style
    self.takesCommands = takesCommands
  }

  /// The prompt as terminals want it; line editors need to know which bytes take no room, so
  /// `invisible` is put around each sequence.
  func rendered(invisible: (start: String, end: String) = ("", "")) -> String {
    guard let style else { return text }
    let (start, end) = invisible
    return "\(start)\u{1B}[\(style)m\(end)\(text)\(start)\u{1B}[0m\(end)"
  }
}

/// Where a person types: lines with editing, history and completion.
protocol Terminal: AnyObject {
  /// Shows the prompt and waits for a line, or for `watch` to become readable.
  func readLine(prompt: Prompt, watch: Int32?) -> ReadResult

  /// Keeps a line for recall, in memory and on disk, unless `History` finds that it must not be
  /// kept. Safe for any line.
  func remember(_ line: [UInt8])

  /// Drops lines that were typed or pasted ahead, after a Ctrl-C has stopped one of them or one of
  /// them is asked about.
  /// - Returns: how many lines that were.
  func discardTypeAhead() -> Int

  /// Has the next `readLine` leave the line on the screen for long enough to be read, before a
  /// server that talks without end interrupts it again.
  ///
  /// - Parameter hasMore: whether it is interrupted then even if the watched descriptor has nothing
  ///   to say.
  func rest(hasMore: Bool)

  /// Whether what is typed between two prompts is shown while it is typed.
  func showsTyped(_ shows: Bool)

  /// Whether something was typed that no prompt has taken yet.
  var hasTyped: Bool { get }

  /// What TAB does with a line and the offset of the cursor in it.
  var complete: ((_ line: [UInt8], _ cursor: Int) -> Completion)? { get set }

  /// What is shown behind a line while it is typed, safe to show; nil for nothing.
  var hint: ((_ line: [UInt8]) -> String?)? { get set }
}

extension Terminal {
  func readLine(prompt: Prompt) -> ReadResult { readLine(prompt: prompt, watch: nil) }
}
