@preconcurrency import CReadline
@preconcurrency import Glibc
import RedisClient

/// The terminal with GNU readline's editing.
///
/// readline is driven through its callback interface: this code waits in poll(2), so that it
/// notices Ctrl-C, a changed window and the server, and readline gets the bytes one by one.
/// Outside `readLine` the terminal is in `TypeAheadMode`.
final class ReadlineTerminal: Terminal {
  var complete: ((_ line: [UInt8], _ cursor: Int) -> Completion)?
  var hint: ((_ line: [UInt8]) -> String?)?

  private let history: History
  private let usesColor: Bool
  private var prompt = Prompt("")
  /// Whether the terminal can show a hint that nobody takes for typed text.
  private var showsHints = false
  private var input = TerminalInput(descriptor: STDIN_FILENO)
  /// Lines of a paste of several lines that are still to be returned.
  private var pasted: [[UInt8]] = []
  /// What had been typed when the server interrupted, and where the cursor was.
  private var typed: (line: [UInt8], cursor: Int)?
  /// The line that readline has handed over; an inner nil is the end of input.
  private var finished: [UInt8]??
  private var completion: Completion?
  /// Until when the watched descriptor is not looked at, and whether there is something to be told
  /// by then.
  private var resting = (until: 0.0, hasMore: false)
  /// Seconds of such a rest: nobody waits for a message that long, and nobody reads a line that is
  /// shown for less.
  private static let rest = 0.1

  /// Milliseconds of silence after which a paste without marks is over, also through a slow
  /// network; less than anybody needs to read a question.
  private static let pauseOfPaste: Int32 = 150
  /// Seconds after which input that still comes is typed by a person after all.
  private static let longestPaste = 2.0

  /// readline's hooks carry no context, and there is one terminal.
  nonisolated(unsafe) private static var current: ReadlineTerminal?

  /// - Parameter usesColor: whether hints below the line may be dimmed.
  init(history: History, usesColor: Bool) {
    self.history = history
    self.usesColor = usesColor
    Self.current = self
    Interrupt.install()
    initializeReadline()
    for line in history.load() { Self.withCString(line) { add_history($0) } }
  }

  // MARK: Terminal

  func readLine(prompt: Prompt, watch: Int32?) -> ReadResult {
    if !pasted.isEmpty {
      let line = pasted.removeFirst()
      show(Array(prompt.rendered().utf8) + line.escapedForTerminal + [0x0A])
      return .line(line)
    }
    finished = nil
    self.prompt = prompt
    rl_reset_screen_size()
    TypeAheadMode.enter()
    TerminalSignals.hold()
    defer { TerminalSignals.release() }
    rl_callback_handler_install(prompt.rendered(invisible: ("\u{1}", "\u{2}"))) { line in
      ReadlineTerminal.current?.finish(line)
    }
    restoreTyped()
    return wait(watch: watch)
  }

  func remember(_ line: [UInt8]) {
    guard history.append(line) else { return }
    Self.withCString(line) { add_history($0) }
    if history_length > History.limit { stifle_history(Int32(History.limit)) }
  }

  func rest(hasMore: Bool) {
    resting = (monotonicSeconds() + Self.rest, hasMore)
  }

  func showsTyped(_ shows: Bool) { TypeAheadMode.showTyped(shows) }

  var hasTyped: Bool { isReadable(STDIN_FILENO) }

  func discardTypeAhead() -> Int {
    var count = pasted.count
    pasted = []
    let end = monotonicSeconds() + Self.longestPaste
    repeat {
      if isReadable(STDIN_FILENO) { input.fill() }
      count += input.discard()
      // The terminal holds 4 KiB; the rest of a paste comes as it is read.
    } while !input.isAtEnd && monotonicSeconds() < end
      && isReadable(STDIN_FILENO, within: Self.pauseOfPaste)
    return count
  }

  // MARK: Waiting

  private func wait(watch: Int32?) -> ReadResult {
    while true {
      while input.hasBytes || input.isAtEnd {
        if input.isAtEnd, !input.hasBytes { return leave(.endOfInput) }
        rl_callback_read_char()
        if let finished { return result(of: finished) }
        if Interrupt.isPending || TerminalSignals.isEnding { break }
      }
      let rest = resting.until - monotonicSeconds()
      if rest <= 0, resting.hasMore {
        resting.hasMore = false
        return woken()
      }
      let watched = rest > 0 ? -1 : watch ?? -1
      let placement = placeHint()
      show(placement?.shown ?? [])
      let ready = waitReadable(
        [STDIN_FILENO, Interrupt.fd, TerminalSignals.fd, watched],
        seconds: rest > 0 && watch != nil ? min(rest, Self.rest) : nil)
      // Whatever comes, the line is then as the editor left it. It goes out with what the editor
      // writes next.
      buffer(placement?.wiped ?? [])
      for signal in TerminalSignals.take() { handle(signal) }
      if Interrupt.isPending { return interrupted() }
      if ready[0] { input.fill() } else if ready[3] { return woken() }
    }
  }

  private func result(of line: [UInt8]?) -> ReadResult {
    guard let line else {
      // Where readline ends bracketed paste it has already begun a new line.
      if !Self.isOn("enable-bracketed-paste") { show([0x0A]) }
      return .endOfInput
    }
    let lines = PastedLines.split(line)
    pasted = Array(lines.dropFirst())
    return .line(lines.first ?? [])
  }

  /// Called by readline when Enter or, with nil, Ctrl-D was typed.
  private func finish(_ line: UnsafeMutablePointer<CChar>?) {
    input.drain()
    rl_callback_handler_remove()
    finished = .some(line.map { Self.bytes($0) })
    free(line)
  }

  private func interrupted() -> ReadResult {
    Interrupt.clear()
    input.discard()
    pasted = []
    rl_callback_sigcleanup()
    rl_free_line_state()
    moveBelowLine(after: "^C")
    return leave(.interrupted)
  }

  private func woken() -> ReadResult {
    rl_callback_sigcleanup()
    typed = (currentLine, Int(rl_point))
    rl_clear_visible_line()
    return leave(.wokenByServer)
  }

  private func leave(_ result: ReadResult) -> ReadResult {
    input.drain()
    rl_callback_handler_remove()
    return result
  }

  private func restoreTyped() {
    guard let (line, cursor) = typed else { return }
    typed = nil
    _ = Self.withCString(line) { rl_insert_text($0) }
    rl_point = Int32(cursor)
    rl_redisplay()
  }

  private func handle(_ signal: Int32) {
    switch signal {
    case SIGWINCH: rl_resize_terminal()
    case SIGCONT: redrawAfterStop()
    case SIGTSTP:
      rl_deprep_term_function()
      TerminalSignals.deliver(SIGTSTP)
      redrawAfterStop()
    default:
      moveBelowLine(after: "")
      rl_deprep_term_function()
      TerminalSignals.deliver(signal)
      // Still here: the handler of the signal wants to go on.
      redrawAfterStop()
    }
  }

  /// The shell has used the terminal meanwhile: its mode is set again and the line shown again.
  private func redrawAfterStop() {
    rl_deprep_term_function()
    rl_prep_term_function(1)
    rl_reset_screen_size()
    rl_forced_update_display()
  }

  // MARK: The line

  private var currentLine: [UInt8] { Self.bytes(rl_line_buffer) }

  /// Puts the cursor on a fresh line below all of the line being edited.
  private func moveBelowLine(after mark: String) {
    rl_point = rl_end
    rl_redisplay()
    show(Array("\(mark)\r\n".utf8))
  }

  private func show(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    buffer(bytes)
    fflush(rl_outstream)
  }

  private func buffer(_ bytes: [UInt8]) { fwrite(bytes, 1, bytes.count, rl_outstream) }

  // MARK: Hints

  /// In these the line is not all that is shown, or the next byte is not a key of its own.
  private static let partialStates = UInt(
    RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_SEARCH | RL_STATE_NUMERICARG | RL_STATE_METANEXT
      | RL_STATE_MOREINPUT | RL_STATE_MULTIKEY | RL_STATE_VIMOTION | RL_STATE_CHARSEARCH)

  /// Where the hint for the line goes, nil when there is none or it could not be told from typed
  /// text.
  private func placeHint() -> HintPlacement? {
    guard showsHints, prompt.takesCommands, rl_readline_state & Self.partialStates == 0,
      rl_display_prompt == rl_prompt, !Self.isOn("show-mode-in-prompt")
    else { return nil }
    let line = currentLine
    guard let text = hint?(line) else { return nil }
    var rows: Int32 = 0
    var columns: Int32 = 0
    rl_get_screen_size(&rows, &columns)
    if Self.isOn("horizontal-scroll-mode"),
      Array(prompt.text.utf8).columns + line.columns >= columns
    {
      return nil
    }
    return HintPlacement(
      text, prompt: prompt.text, line: line, cursor: Int(rl_point), columns: Int(columns))
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    text.withMemoryRebound(to: UInt8.self, capacity: strlen(text)) {
      Array(UnsafeBufferPointer(start: $0, count: strlen(text)))
    }
  }

  /// Lines hold no NUL: a terminal cannot enter one.
  private static func withCString<T>(_ line: [UInt8], _ body: (UnsafePointer<CChar>) -> T) -> T {
    (line + [0]).withUnsafeBytes { body($0.assumingMemoryBound(to: CChar.self).baseAddress!) }
  }

  // MARK: Setting up

  private func initializeReadline() {
    rl_readline_name = UnsafePointer(strdup("sesscli"))
    rl_instream = stdin
    rl_outstream = stdout
    // Signals and the window's size are this file's business, and nobody else's environment.
    rl_catch_signals = 0
    rl_catch_sigwinch = 0
    rl_change_environment = 0
    rl_getc_function = { _ in ReadlineTerminal.current?.nextByte() ?? EOF }
    rl_input_available_hook = { ReadlineTerminal.current?.hasInput == true ? 1 : 0 }
    setUpCompletion()
    // Defaults that inputrc can change. A recalled line that was edited but not run is put back.
    rl_variable_bind("revert-all-at-newline", "on")
    rl_variable_bind("show-all-if-ambiguous", "on")
    let hasCharacters = TerminalLocale.setUTF8()
    rl_initialize()
    if !hasCharacters {
      // Bytes pass through as they are: the terminal makes characters of them.
      for (name, value) in [("convert-meta", "off"), ("input-meta", "on"), ("output-meta", "on")] {
        rl_variable_bind(name, value)
      }
    }
    useBuiltInTerminfoIfNeeded()
    // Without colour a hint would look like typed text.
    showsHints = usesColor && rl_get_termcap("up") != nil
    rl_prep_term_function = { meta in
      rl_prep_terminal(meta)
      TypeAheadMode.freeControlS()
    }
    bindKeys()
    using_history()
    stifle_history(Int32(History.limit))
  }

  private func useBuiltInTerminfoIfNeeded() {
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    guard rl_get_termcap("up") == nil, !BuiltInTerminfo.plain.contains(name) else { return }
    let old = getenv("TERMINFO").map { String(cString: $0) }
    setenv("TERMINFO", BuiltInTerminfo.entry, 1)
    rl_reset_terminal(BuiltInTerminfo.name)
    if let old { setenv("TERMINFO", old, 1) } else { unsetenv("TERMINFO") }
    rl_variable_bind("enable-bracketed-paste", "on")
  }

  /// Keys that readline itself knows only where the system has an /etc/inputrc.
  private func bindKeys() {
    let keys: [(String, @convention(c) (Int32, Int32) -> Int32)] = [
      ("\\e[1;5C", rl_forward_word), ("\\e[1;5D", rl_backward_word),
      ("\\e[5C", rl_forward_word), ("\\e[5D", rl_backward_word),
      ("\\e[3~", rl_delete), ("\\e[3;5~", rl_kill_word),
      ("\\e[1~", rl_beg_of_line), ("\\e[4~", rl_end_of_line),
      ("\\e[5~", rl_history_search_backward), ("\\e[6~", rl_history_search_forward),
    ]
    for (sequence, function) in keys { rl_bind_keyseq_if_unbound(sequence, function) }
  }

  private static func isOn(_ variable: String) -> Bool {
    rl_variable_value(variable).map { String(cString: $0) } == "on"
  }

  // MARK: What readline asks for

  /// The next byte typed; waits when readline is in the middle of something, such as a paste.
  private func nextByte() -> Int32 {
    while true {
      if let byte = input.next() { return Int32(byte) }
      if input.isAtEnd || Interrupt.isPending || TerminalSignals.isEnding { return EOF }
      if waitReadable([STDIN_FILENO, Interrupt.fd])[0] { input.fill() }
    }
  }

  private var hasInput: Bool { input.hasBytes || isReadable(STDIN_FILENO) }

  // MARK: Completion

  /// The whole line up to the cursor is the word that readline completes: where arguments begin
  /// and how they are quoted is not its business but that of `complete`.
  private func setUpCompletion() {
    rl_completer_word_break_characters = UnsafePointer(strdup(""))
    rl_completer_quote_characters = nil
    rl_sort_completion_matches = 0
    rl_ignore_completion_duplicates = 0
    rl_attempted_completion_function = { _, _, end in
      rl_attempted_completion_over = 1
      rl_completion_suppress_append = 1
      return ReadlineTerminal.current?.completeLine(cursor: Int(end))
    }
    rl_completion_display_matches_hook = { _, _, _ in ReadlineTerminal.current?.showMatches() }
  }

  /// - Returns: readline's list: the replacement, then the alternatives if there are several.
  private func completeLine(cursor: Int) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let line = currentLine
    let head = Array(line[..<min(cursor, line.count)])
    guard prompt.takesCommands, let completion = complete?(line, cursor) else { return nil }
    self.completion = completion
    var list = [completion.replacement]
    if completion.shown.count > 1 {
      // The listing is ours, so these need not be the same entries.
      let alternatives = completion.alternatives
      list += alternatives.count > 1 ? alternatives : [list[0], list[0]]
    } else if !completion.shown.isEmpty || completion.hint != nil, completion.replacement == head {
      showMatches()
    } else if completion.replacement == head {
      return nil
    }
    // readline frees the list and its strings.
    let size = MemoryLayout<UnsafeMutablePointer<CChar>?>.stride * (list.count + 1)
    guard let memory = malloc(size) else { return nil }
    let pointers = memory.bindMemory(
      to: UnsafeMutablePointer<CChar>?.self, capacity: list.count + 1)
    for (index, line) in list.enumerated() {
      pointers[index] = Self.withCString(line) { strdup($0) }
    }
    pointers[list.count] = nil
    return pointers
  }

  /// Lists the matches and the hint below the line, and shows the line again below them.
  private func showMatches() {
    guard let completion else { return }
    var rows: Int32 = 0
    var columns: Int32 = 0
    rl_get_screen_size(&rows, &columns)
    let cursor = rl_point
    moveBelowLine(after: "")
    rl_point = cursor
    show(completion.listing(columns: Int(columns), rows: Int(rows), usesColor: usesColor))
    rl_forced_update_display()
  }
}
