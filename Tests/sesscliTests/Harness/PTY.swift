import CHarness
import Foundation
import Testing

/// A program on a terminal of its own, and somebody who types.
///
/// Nothing here waits for a fixed time: `expect` returns as soon as the terminal shows what it
/// should, and fails the test, with a picture of the screen, when it has not within its limit.
final class PTY {
  private let master: Int32
  private let child: ChildProcess
  private let home: TemporaryFolder
  private(set) var screen: Screen
  /// Every byte the program wrote.
  private(set) var raw: [UInt8] = []
  /// Where in `raw` the last `expect` ended.
  private var seen = 0
  private var ended = false

  /// What a key sends.
  enum Key: String {
    case enter = "\r"
    case tab = "\t"
    case escape = "\u{1b}"
    case backspace = "\u{7f}"
    case up = "\u{1b}[A"
    case down = "\u{1b}[B"
    case right = "\u{1b}[C"
    case left = "\u{1b}[D"
    case controlA = "\u{01}"
    case controlC = "\u{03}"
    case controlD = "\u{04}"
    case controlR = "\u{12}"
    case controlU = "\u{15}"
    case controlZ = "\u{1a}"
    case controlBackslash = "\u{1c}"
  }

  /// sesscli on a terminal, colourless unless `environment` says otherwise (`["NO_COLOR": ""]`).
  static func sesscli(
    _ arguments: String..., environment: [String: String] = [:], columns: Int = 80, rows: Int = 24,
    home: TemporaryFolder? = nil
  ) throws -> PTY {
    try PTY(
      Project.sesscli, arguments, environment: environment, columns: columns, rows: rows, home: home
    )
  }

  /// sesscli on a terminal, connected to the server at `socket` and at its prompt.
  static func prompt(
    at socket: String, _ options: String..., environment: [String: String] = [:],
    columns: Int = 80, rows: Int = 24, home: TemporaryFolder? = nil,
    location: SourceLocation = #_sourceLocation
  ) throws -> PTY {
    let terminal = try PTY(
      Project.sesscli, ["-s", socket] + options, environment: environment,
      columns: columns, rows: rows, home: home)
    terminal.expect("> ", location: location)
    return terminal
  }

  /// `home` is the HOME of the program; give the same to a second one to look at its history.
  init(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], columns: Int = 80,
    rows: Int = 24, directory: String = Project.root, home: TemporaryFolder? = nil
  ) throws {
    self.home = try home ?? TemporaryFolder()
    screen = Screen(columns: columns, rows: rows)
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0, let name = ptsname(master)
    else {
      throw HarnessError("posix_openpt: \(lastError())")
    }
    Self.setSize(master, columns, rows)
    let terminal = ChildProcess.Stream.terminal(String(cString: name))
    child = try ChildProcess(
      path, arguments,
      environment: cleanEnvironment(
        home: self.home.path,
        adding: ["TERM": "xterm", "NO_COLOR": "1"].merging(environment) { $1 }),
      directory: directory, session: true, stdin: terminal, stdout: .same(0), stderr: .same(0))
  }

  deinit { close(master) }

  private static func setSize(_ descriptor: Int32, _ columns: Int, _ rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }

  /// Changes the window's size, which the program is told by SIGWINCH.
  func resize(columns: Int, rows: Int) {
    Self.setSize(master, columns, rows)
    screen.resize(columns: columns, rows: rows)
  }

  /// Closes the terminal's window, so to speak: the program gets SIGHUP.
  func hangUp() { kill(-child.pid, SIGHUP) }

  func signal(_ number: Int32) { child.signal(number) }

  var pid: pid_t { child.pid }

  func send(_ text: String) throws { try writeAll(Array(text.utf8), to: master) }

  func send(_ key: Key) throws { try send(key.rawValue) }

  /// Types a line and Enter.
  func enter(_ line: String) throws { try send(line + Key.enter.rawValue) }

  /// Waits until the program has written `text`, not counting what an earlier `expect` has already
  /// seen.
  ///
  /// Escape sequences in between do not matter. False, and a failed test, when it does not come.
  @discardableResult
  func expect(
    _ text: String, within limit: Duration = .seconds(10),
    location: SourceLocation = #_sourceLocation
  ) -> Bool {
    let wanted = Array(text.utf8)
    return wait(within: limit, for: "\(text.debugDescription)", location) {
      let (plain, origins) = Self.plain(self.raw[self.seen...])
      guard let start = plain.firstRange(of: wanted)?.lowerBound else { return false }
      self.seen = origins[start + wanted.count - 1] + 1
      return true
    }
  }

  /// Waits until the screen shows `text` somewhere.
  @discardableResult
  func expectScreen(
    _ text: String, within limit: Duration = .seconds(10),
    location: SourceLocation = #_sourceLocation
  ) -> Bool {
    wait(within: limit, for: "\(text.debugDescription) on the screen", location) {
      self.screen.text.contains(text)
    }
  }

  /// Waits until `condition` holds for the screen; `what` names it when it does not.
  @discardableResult
  func expectScreen(
    where what: String, within limit: Duration = .seconds(10),
    location: SourceLocation = #_sourceLocation, _ condition: (Screen) -> Bool
  ) -> Bool {
    wait(within: limit, for: what, location) { condition(self.screen) }
  }

  /// Waits until the program has ended.
  func exitCode(
    within limit: Duration = .seconds(10), location: SourceLocation = #_sourceLocation
  ) -> Int32? {
    let deadline = Deadline(after: limit)
    while !ended, receive(until: deadline) {}
    let code = child.exitCode(within: .milliseconds(Int(deadline.milliseconds)))
    if code == nil {
      Issue.record(
        "still running after \(limit); the screen:\n\(picture)", sourceLocation: location)
    }
    return code
  }

  /// Waits until a signal has ended the program, and tells which; nil when it ended by itself.
  func fatalSignal(location: SourceLocation = #_sourceLocation) -> Int32? {
    exitCode(location: location) == nil ? nil : child.fatalSignal
  }

  /// Reads what has come without waiting for more, true if there was anything.
  @discardableResult
  func receiveAvailable() -> Bool { receive(until: Deadline(after: .zero)) }

  private func wait(
    within limit: Duration, for what: String, _ location: SourceLocation, _ condition: () -> Bool
  ) -> Bool {
    let deadline = Deadline(after: limit)
    while true {
      if condition() { return true }
      if !receive(until: deadline) {
        Issue.record(
          "\(ended ? "ended without" : "no") \(what) within \(limit); the screen:\n\(picture)",
          sourceLocation: location)
        return false
      }
    }
  }

  private var picture: String { screen.visible.map { "  |\($0)" }.joined(separator: "\n") }

  /// Waits for output and takes it in; false when the time is over or the program has closed the
  /// terminal.
  func receive(until deadline: Deadline) -> Bool {
    var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard !ended, poll(&ready, 1, deadline.milliseconds) > 0 else { return false }
    var chunk = [UInt8](repeating: 0, count: 65536)
    let count = read(master, &chunk, chunk.count)
    guard count > 0 else {
      // EIO: nobody has the terminal open any more.
      ended = true
      return false
    }
    raw += chunk[..<count]
    screen.feed(chunk[..<count])
    return true
  }

  /// The text without escape sequences, and for each byte where it stood.
  private static func plain(_ bytes: ArraySlice<UInt8>) -> (text: [UInt8], origins: [Int]) {
    var text: [UInt8] = []
    var origins: [Int] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == 0x1b {
        index = endOfEscape(bytes, index)
        continue
      }
      // readline writes BEL and the terminal's driver CR where a reader sees nothing.
      if bytes[index] != 0x0d, bytes[index] != 0x07 {
        text.append(bytes[index])
        origins.append(index)
      }
      index += 1
    }
    return (text, origins)
  }

  private static func endOfEscape(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int {
    var index = start + 1
    guard index < bytes.endIndex else { return index }
    switch bytes[index] {
    case UInt8(ascii: "["):
      index += 1
      while index < bytes.endIndex, !(0x40...0x7e).contains(bytes[index]) { index += 1 }
    case UInt8(ascii: "]"):
      while index < bytes.endIndex, bytes[index] != 0x07 {
        if bytes[index] == 0x1b { return min(index + 2, bytes.endIndex) }
        index += 1
      }
    case UInt8(ascii: "("), UInt8(ascii: ")"): index += 1
    default: break
    }
    return min(index + 1, bytes.endIndex)
  }
}
