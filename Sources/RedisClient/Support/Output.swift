import Glibc

/// A buffered file descriptor: standard output or standard error.
///
/// After a failed write it swallows everything; `failure` says why, and whoever drives the work
/// asks.
package final class Output {
  /// Large enough that a million lines cost some hundred system calls, small enough to stay in the
  /// cache.
  private static let size = 64 << 10
  /// Bytes of a large string that are written at once.
  static let piece = 1 << 16

  /// `F_SETPIPE_SZ`, which Swift's Glibc leaves out.
  private static let setPipeSize: Int32 = 1031

  let descriptor: Int32
  package let isTerminal: Bool
  /// `errno` of the write that failed, 0 while all is well.
  package private(set) var failure: Int32 = 0
  /// The same in words; nil while all is well.
  package var problem: String? {
    failure == 0 ? nil : "cannot write the output: \(String(cString: strerror(failure)))"
  }
  /// Ends the work at hand when nothing can be written any more; there is nobody to tell.
  package func check() throws(RedisError) {
    if failure != 0 { throw RedisError(.output, "") }
  }

  /// What is to be written; append to it, then call `flushIfFull()`.
  ///
  /// Checking each access for overlap at run time would be a quarter of the time that a million
  /// keys take. There is one thread, and whoever appends calls nothing that touches the buffer
  /// meanwhile.
  @exclusivity(unchecked)
  package var buffer: [UInt8] = []
  /// Places in `buffer` where something may have to be inserted, in order. From the first on
  /// nothing is written yet.
  private var marks: [Int] = []
  /// Whether much was written, and the pipe, if it is one, was widened for more.
  private var isWide = false
  /// The last byte written; a line end while there is none.
  private var last: UInt8 = 10

  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    buffer.reserveCapacity(Self.size + 4096)
  }

  package func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    flushIfFull()
  }

  package func write(_ bytes: some Sequence<UInt8>) {
    buffer.append(contentsOf: bytes)
    flushIfFull()
  }

  /// Ends the line that was begun, if one was.
  package func endLine() { if buffer.last ?? last != 10 { buffer.append(10) } }

  /// Appends a string, in pieces when it is large: beside the received bytes no second copy is
  /// kept.
  @inline(__always)
  func appendInPieces(
    _ bytes: UnsafeRawBufferPointer, _ append: (UnsafeRawBufferPointer, inout [UInt8]) -> Void
  ) {
    if bytes.count <= Self.piece { return append(bytes, &buffer) }
    var rest = bytes
    while rest.count > Self.piece, failure == 0, !Interrupt.isPending {
      var end = Self.piece
      // Neither a character of UTF-8 nor a line end, CR LF, is cut.
      while end > Self.piece - 4, rest[end] & 0xC0 == 0x80 || rest[end] == 10 { end -= 1 }
      append(UnsafeRawBufferPointer(rebasing: rest[..<end]), &buffer)
      flush()
      rest = UnsafeRawBufferPointer(rebasing: rest[end...])
    }
    if rest.count <= Self.piece { append(rest, &buffer) }
  }

  /// Holds back what is appended from now on, until `release`: something may have to be inserted
  /// before it.
  func hold() { marks.append(buffer.count) }

  /// Ends every `hold`, with something inserted at the place of each.
  func release(inserting pieces: [[UInt8]] = []) {
    for (mark, piece) in zip(marks, pieces).reversed() {
      buffer.insert(contentsOf: piece, at: mark)
    }
    marks = []
  }

  /// Writes many bytes without a copy of them.
  package func writeThrough(_ bytes: UnsafeRawBufferPointer) {
    flush()
    write(out: bytes)
  }

  /// Forgets what was not written yet: after Ctrl-C nobody wants the rest.
  package func discard() {
    buffer.removeAll(keepingCapacity: true)
    marks = []
  }

  @inline(__always)
  package func flushIfFull() {
    guard buffer.count >= Self.size else { return }
    if !isWide { widen() }
    flush()
  }

  /// Lets a pipe hold more than what is written at once, so that its reader and we do not wait for
  /// each other each time.
  private func widen() {
    isWide = true
    _ = fcntl(descriptor, Self.setPipeSize, Int32(16 * Self.size))
  }

  /// Writes everything out, waiting for a slow reader unless Ctrl-C is pressed.
  package func flush() {
    if let held = marks.first {
      buffer[..<held].withUnsafeBytes { write(out: $0) }
      buffer.removeFirst(held)
      for index in marks.indices { marks[index] -= held }
      return
    }
    guard !buffer.isEmpty else { return }
    buffer.withUnsafeBytes { write(out: $0) }
    buffer.removeAll(keepingCapacity: buffer.capacity <= 4 * Self.size)
  }

  private func write(out bytes: UnsafeRawBufferPointer) {
    guard failure == 0, let end = bytes.last else { return }
    last = end
    var written = 0
    while written < bytes.count {
      // A piece at a time: a slow terminal would take all of a large value before it noticed
      // Ctrl-C.
      let size = min(bytes.count - written, Self.size)
      let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, size)
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        var descriptor = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&descriptor, 1, -1)
      } else if errno != EINTR {
        failure = errno
        return
      }
      if Interrupt.isPending, isTerminal || count < 0 { return }
    }
  }
}
