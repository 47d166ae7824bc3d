import Glibc
import RedisClient

/// The signals that matter while the terminal is in raw mode: they are noted, and acted upon where
/// the state of the screen is known.
enum TerminalSignals {
  private static let pipe = WakePipe()
  nonisolated(unsafe) private static var handlers = SignalHandlers()

  /// Readable when a signal was noted.
  static var fd: Int32 { pipe.descriptor }

  /// Signals that end the program, and must find the terminal as it was.
  static let fatal: [Int32] = [SIGTERM, SIGHUP, SIGQUIT]

  static var isEnding: Bool { fatal.contains { pipe.isPending($0) } }

  /// Notes signals until `release()`. A fatal one that is ignored (nohup) stays ignored.
  static func hold() {
    pipe.open()
    handlers.install([SIGWINCH, SIGTSTP, SIGCONT] + fatal.filter { !SignalHandlers.isIgnored($0) })
    {
      TerminalSignals.pipe.raise($0)
    }
  }

  /// Lets signals do what they did before `hold()`, also those that were noted and not yet taken.
  static func release() {
    handlers.restore()
    for signal in take() where signal == SIGTSTP || fatal.contains(signal) { raise(signal) }
  }

  /// The signals noted since the last call.
  static func take() -> [Int32] {
    let set = pipe.take()
    return set == 0 ? [] : (1..<64).filter { set & (1 << UInt64($0)) != 0 }
  }

  /// Does what the signal would have done if it had not been held: stops the program until it is
  /// continued, ends it, or runs the handler that was installed before.
  static func deliver(_ signal: Int32) {
    release()
    raise(signal)
    hold()
  }
}
