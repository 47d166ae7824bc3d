import Glibc
import RedisClient

/// Asking for a password without showing it.
enum SecretPrompt {
  /// Longer than any password, and a bound for what a stuck key types.
  private static let longest = 64 << 10

  /// Whether there is a terminal, whatever standard input is.
  static var canAsk: Bool {
    let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return false }
    close(terminal)
    return true
  }

  /// The first line of standard input, and nothing of what follows: that may be a script.
  /// - Returns: nil after Ctrl-C, where there is no line, and from a terminal, which would show it.
  static func firstLine() -> [UInt8]? {
    guard isatty(0) == 0 else { return nil }
    var line: [UInt8] = []
    while line.count < longest {
      _ = waitReadable([0, Interrupt.fd])
      if Interrupt.isPending { return nil }
      var byte: UInt8 = 0
      let count = Glibc.read(0, &byte, 1)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      // A last line need not end.
      guard count == 1 else { return line.isEmpty ? nil : line }
      if byte == 0x0A { return line }
      line.append(byte)
    }
    return nil
  }

  /// Reads a line from the terminal, which shows the prompt and nothing of the answer. Also works
  /// when standard input is a script, as it asks the terminal itself.
  /// - Returns: nil after Ctrl-C, after Ctrl-D on an empty line, and without a terminal.
  static func read(_ prompt: String) -> [UInt8]? {
    let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var found = termios()
    guard tcgetattr(terminal, &found) == 0 else { return nil }
    var silent = found
    // Keys come one by one and make no signals: no way out leaves the terminal silent.
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    silent.c_cc.6 = 1  // VMIN: read(2) waits for one byte
    silent.c_cc.5 = 0  // VTIME: and for as long as it takes
    TerminalSignals.hold()
    // What was typed before the prompt was not meant as an answer.
    tcsetattr(terminal, TCSAFLUSH, &silent)
    show(prompt, on: terminal)
    let answer = readLine(from: terminal)
    show("\n", on: terminal)
    tcsetattr(terminal, TCSANOW, &found)
    TerminalSignals.release()
    return answer
  }

  private static func readLine(from terminal: Int32) -> [UInt8]? {
    var line: [UInt8] = []
    while line.count < longest {
      let ready = waitReadable([terminal, Interrupt.fd, TerminalSignals.fd])
      if ready[1] || Interrupt.isPending || TerminalSignals.isEnding { return nil }
      guard ready[0] else {
        // A changed window does not matter here.
        if ready[2] { _ = TerminalSignals.take() }
        continue
      }
      var byte: UInt8 = 0
      guard Glibc.read(terminal, &byte, 1) == 1 else { return nil }
      switch byte {
      case 0x0A, 0x0D: return line
      case 0x03, 0x1C: return nil  // Ctrl-C, Ctrl-\
      case 0x04: return line.isEmpty ? nil : line  // Ctrl-D
      case 0x15, 0x17: line = []  // Ctrl-U, Ctrl-W
      case 0x08, 0x7F:
        while let last = line.popLast(), last & 0xC0 == 0x80 {}
      default: line.append(byte)
      }
    }
    return nil
  }

  private static func show(_ text: String, on terminal: Int32) {
    _ = Array(text.utf8).withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
  }
}
