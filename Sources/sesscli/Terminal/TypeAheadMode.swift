import Glibc
import RedisClient

/// How the terminal is left between two prompts: as it was found, but without the kernel's line
/// editing, which would cut what is typed or pasted ahead at 4,095 bytes a line without a word.
///
/// The mode found is put back when the program ends, is stopped (Ctrl-Z) or is killed.
enum TypeAheadMode {
  nonisolated(unsafe) private static var found = termios()
  nonisolated(unsafe) private static var isActive = false
  /// What was set for each signal before, by its number, and what is set now.
  nonisolated(unsafe) private static var earlier: UnsafeMutablePointer<sigaction>?
  nonisolated(unsafe) private static var own: UnsafeMutablePointer<sigaction>?

  /// Sets the mode if it is not set; the shell may have changed it while the program was stopped.
  static func enter() {
    var mode = termios()
    guard tcgetattr(STDIN_FILENO, &mode) == 0, mode.c_lflag & tcflag_t(ICANON) != 0 else { return }
    found = mode
    mode.c_lflag &= ~tcflag_t(ICANON)
    mode.c_cc.6 = 1  // VMIN: read(2) waits for one byte
    mode.c_cc.5 = 0  // VTIME: and for as long as it takes
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    isActive = true
    guard own == nil else { return }
    atexit { TypeAheadMode.leave() }
    installHandlers()
  }

  /// Whether the kernel shows what is typed ahead: in the middle of messages, which readline shows
  /// again below them, it should not. To be on again before readline takes over, which shows no
  /// more than it finds shown.
  static func showTyped(_ shows: Bool) {
    var mode = termios()
    guard isActive, found.c_lflag & tcflag_t(ECHO) != 0, tcgetattr(STDIN_FILENO, &mode) == 0 else {
      return
    }
    mode.c_lflag = shows ? mode.c_lflag | tcflag_t(ECHO) : mode.c_lflag & ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }

  /// Puts back the mode found. May be called from a signal handler.
  static func leave() {
    guard isActive else { return }
    isActive = false
    tcsetattr(STDIN_FILENO, TCSANOW, &found)
  }

  /// Lets Ctrl-S and Ctrl-Q be keys until the line editor puts its mode back; while output runs
  /// they stop and continue it as ever.
  static func freeControlS() {
    var mode = termios()
    guard tcgetattr(STDIN_FILENO, &mode) == 0 else { return }
    mode.c_iflag &= ~tcflag_t(IXON)
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }

  /// Has the mode found put back before a signal stops or ends the program.
  private static func installHandlers() {
    // A handler must not allocate: what it needs is ready before it runs.
    let earlier = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
    let own = UnsafeMutablePointer<sigaction>.allocate(capacity: 1)
    earlier.initialize(repeating: sigaction(), count: 65)
    own.initialize(to: sigaction())
    sigemptyset(&own.pointee.sa_mask)
    own.pointee.__sigaction_handler.sa_handler = { signal in
      let saved = errno
      TypeAheadMode.leave()
      sigaction(signal, TypeAheadMode.earlier! + Int(signal), nil)
      // Blocked while it is handled, the signal takes effect when it is let through.
      raise(signal)
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, signal)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      // Here again after a stop, or when an earlier handler wants the program to go on.
      sigaction(signal, TypeAheadMode.own!, nil)
      TypeAheadMode.enter()
      errno = saved
    }
    self.earlier = earlier
    self.own = own
    for signal in [SIGTSTP] + TerminalSignals.fatal where !SignalHandlers.isIgnored(signal) {
      sigaction(signal, own, earlier + Int(signal))
    }
  }
}
