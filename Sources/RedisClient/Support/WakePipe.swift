import Glibc
import Synchronization

/// A pipe that a signal handler writes to, so that a poll(2) which is about to start cannot miss
/// the signal, and a set of the signals that have arrived.
package struct WakePipe: ~Copyable, Sendable {
  private let pending = Atomic<UInt64>(0)
  /// The signals that have arrived so far, also those that were taken.
  private let arrived = Atomic<UInt64>(0)
  private let readEnd = Atomic<Int32>(-1)
  private let writeEnd = Atomic<Int32>(-1)

  package init() {}

  /// Readable while a signal is pending; -1, which poll(2) ignores, until `open()`.
  package var descriptor: Int32 { readEnd.load(ordering: .relaxed) }

  /// Creates the pipe, once. Children do not inherit it.
  package func open() {
    guard descriptor < 0 else { return }
    var ends: [Int32] = [-1, -1]
    // Without descriptors the flags still work; only a poll that is about to start may miss one.
    guard pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    readEnd.store(ends[0], ordering: .relaxed)
    writeEnd.store(ends[1], ordering: .relaxed)
  }

  /// Records a signal. Does only what a signal handler may do.
  package func raise(_ signal: Int32) {
    let saved = errno
    arrived.bitwiseOr(1 << UInt64(signal & 63), ordering: .relaxed)
    pending.bitwiseOr(1 << UInt64(signal & 63), ordering: .sequentiallyConsistent)
    var byte: UInt8 = 0
    _ = write(writeEnd.load(ordering: .relaxed), &byte, 1)
    errno = saved
  }

  package func isPending(_ signal: Int32) -> Bool {
    pending.load(ordering: .relaxed) & (1 << UInt64(signal & 63)) != 0
  }

  /// Whether the signal has arrived at any time.
  func hasArrived(_ signal: Int32) -> Bool {
    arrived.load(ordering: .relaxed) & (1 << UInt64(signal & 63)) != 0
  }

  /// Takes the set of signals that have arrived, bit N for signal N, and makes the descriptor
  /// unreadable. Signals wait meanwhile, so that the set and the pipe always agree.
  package func take() -> UInt64 {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var drained = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &drained, drained.count) > 0 {}
    return pending.exchange(0, ordering: .sequentiallyConsistent)
  }
}

/// The signals whose handlers only write to a pipe, with what was set before them.
package struct SignalHandlers {
  private var saved: [(signal: Int32, action: sigaction)] = []

  package init() {}

  /// Installs `handler` without SA_RESTART, so that a blocking call returns with EINTR.
  package mutating func install(
    _ signals: [Int32], _ handler: @escaping @convention(c) (Int32) -> Void
  ) {
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = handler
      sigemptyset(&action.sa_mask)
      var old = sigaction()
      if sigaction(signal, &action, &old) == 0 { saved.append((signal, old)) }
    }
  }

  /// Whether the program was started with the signal ignored, as nohup(1) does.
  package static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Puts back what was there before `install`.
  package mutating func restore() {
    for var entry in saved.reversed() { sigaction(entry.signal, &entry.action, nil) }
    saved = []
  }
}
