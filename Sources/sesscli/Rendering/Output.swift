import Glibc

/// A buffered file descriptor: standard output or standard error.
///
/// After a failed write it swallows everything; `failure` says why, and whoever drives the work asks.
final class Output {
  /// Large enough that a million lines cost some hundred system calls, small enough to stay in the cache.
  private static let size = 64 << 10

  let descriptor: Int32
  let isTerminal: Bool
  /// `errno` of the write that failed, 0 while all is well.
  private(set) var failure: Int32 = 0
  /// What is to be written; append to it, then call `flushIfFull()`.
  var buffer: [UInt8] = []

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    buffer.reserveCapacity(Self.size + 4096)
  }

  func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    flushIfFull()
  }

  func write(_ bytes: some Sequence<UInt8>) {
    buffer.append(contentsOf: bytes)
    flushIfFull()
  }

  /// Forgets what was not written yet: after Ctrl-C nobody wants the rest.
  func discard() { buffer.removeAll(keepingCapacity: true) }

  @inline(__always)
  func flushIfFull() { if buffer.count >= Self.size { flush() } }

  /// Writes everything out, waiting for a slow reader unless Ctrl-C is pressed.
  func flush() {
    guard !buffer.isEmpty else { return }
    defer { buffer.removeAll(keepingCapacity: buffer.capacity <= 4 * Self.size) }
    guard failure == 0 else { return }
    var written = 0
    buffer.withUnsafeBytes { bytes in
      while written < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          var descriptor = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&descriptor, 1, -1)
        } else if errno != EINTR {
          failure = errno
          return
        } else if Interrupt.isPending, isTerminal {
          return
        }
      }
    }
  }
}
