import Glibc
import RedisClient

/// Lines of any length from a descriptor.
struct LineBuffer {
  private static let size = 64 << 10

  private var bytes: [UInt8] = []
  private var start = 0
  /// Where the search for the next line's end goes on, so that a long line is not searched again
  /// for each read.
  private var searched = 0
  /// No more input will come.
  private(set) var hasEnded = false
  /// `errno` of a read that failed, 0 while all is well.
  private(set) var failure: Int32 = 0

  /// Whether every line was taken.
  var isAtEnd: Bool { hasEnded && start == bytes.count }

  /// The next whole line without its end; at the end of input, and nowhere else, also one without
  /// line feed.
  mutating func next() -> ArraySlice<UInt8>? {
    let from = max(start, searched)
    let found: Int? = bytes.withUnsafeBytes { raw in
      guard from < raw.count, let base = raw.baseAddress,
        let at = memchr(base + from, 10, raw.count - from)
      else { return nil }
      return UnsafeRawPointer(at) - base
    }
    if let found {
      defer {
        start = found + 1
        searched = start
      }
      return bytes[start..<found]
    }
    searched = bytes.count
    guard hasEnded, start < bytes.count else { return nil }
    defer { start = bytes.count }
    return bytes[start...]
  }

  /// Ends the input without its unfinished last line: the half of `del session:42` names another
  /// key.
  private mutating func cut() {
    hasEnded = true
    bytes = []
    start = 0
    searched = 0
  }

  /// Reads what is there, waiting when nothing is. For when no whole line is left.
  mutating func read(from descriptor: Int32) {
    if start > 0 {
      bytes.removeFirst(start)
      searched -= start
      start = 0
    }
    // Ctrl-C that comes just before read(2) would not end it.
    _ = waitReadable([descriptor, Interrupt.fd])
    if Interrupt.isPending { return cut() }
    let old = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Self.size))
    let count = bytes.withUnsafeMutableBytes { raw in
      Glibc.read(descriptor, raw.baseAddress.map { $0 + old }, Self.size)
    }
    bytes.removeLast(Self.size - max(0, count))
    let error = errno
    if count == 0 {
      hasEnded = true
    } else if count < 0, error != EINTR, error != EAGAIN {
      failure = error
      cut()
    }
  }
}
