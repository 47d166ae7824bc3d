import Glibc

/// Ctrl-C: a request to stop what is running, which never ends the prompt.
///
/// Code that waits does so in poll(2) with `fd` among the descriptors, and code that works for long
/// looks at `isPending`; the one who stops because of it calls `clear()`.
package enum Interrupt {
  private static let pipe = WakePipe()

  /// Readable while an interrupt is pending; -1 before `install()`.
  package static var fd: Int32 { pipe.descriptor }

  package static var isPending: Bool { pipe.isPending(SIGINT) }

  package static func clear() { _ = pipe.take() }

  /// Ends the program as Ctrl-C ends one that knows nothing of it, if one has come: else a shell's
  /// loop around it would go on. For the end of a run outside the prompt, when everything is tidied
  /// up.
  package static func endIfOneHasCome() {
    guard pipe.hasArrived(SIGINT) else { return }
    signal(SIGINT, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(SIGINT)
    // The first process of a container is spared.
    exit(128 + SIGINT)
  }

  /// Waits so many seconds; false when Ctrl-C ends the wait.
  package static func pause(_ seconds: Double) -> Bool {
    var descriptor = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, Int32(min(seconds * 1000, 1e9).rounded(.up)))
    return !isPending
  }

  /// Takes over SIGINT for the rest of the run: what was printed so far is written out before a
  /// script or a single command ends.
  package static func install() {
    pipe.open()
    var handlers = SignalHandlers()
    handlers.install([SIGINT]) { Interrupt.pipe.raise($0) }
  }
}
