import Glibc

/// What carries a connection's bytes: a socket, bare or inside TLS, closed with this object.
///
/// Nothing here waits. Who waits does so in poll(2).
protocol Transport: AnyObject {
  /// The socket.
  var descriptor: Int32 { get }
  /// What poll(2) must report before `read` can go on: TLS may have to write first.
  var readEvents: Int16 { get }
  /// The same for `write`: TLS may have to read first.
  var writeEvents: Int16 { get }
  /// Whether something was taken off the socket and not read yet, which poll(2) cannot know.
  var hasReceived: Bool { get }

  /// Whether the server judges who we are, and only its next words tell how.
  var isJudged: Bool { get }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer
  /// Takes as many of the bytes as it can. What was not taken must come first the next time.
  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer
  /// Reads a byte that stays unread.
  func peek() -> Transfer
}

/// What an attempt to read or to write came to.
package enum Transfer {
  /// So many bytes, one at least.
  case bytes(Int)
  /// Nothing until poll(2) reports one of these events.
  case blocked(Int16)
  /// The server closed the connection.
  case ended
  /// The connection broke, with this `errno`.
  case broken(Int32)
  /// The server and we do not understand each other. The text is safe to print.
  case failed(String)
}

/// A socket without encryption.
final class PlainSocket: Transport {
  let descriptor: Int32
  let readEvents = Int16(POLLIN)
  let writeEvents = Int16(POLLOUT)
  let hasReceived = false
  let isJudged = false

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    received(recv(descriptor, buffer.baseAddress, buffer.count, 0))
  }

  func peek() -> Transfer {
    var byte: UInt8 = 0
    return received(recv(descriptor, &byte, 1, Int32(MSG_PEEK)))
  }

  private func received(_ count: Int) -> Transfer {
    if count > 0 { return .bytes(count) }
    if count == 0 { return .ended }
    return errno == EAGAIN || errno == EINTR ? .blocked(readEvents) : .broken(errno)
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    if count >= 0 { return .bytes(count) }
    switch errno {
    case EAGAIN, EINTR: return .blocked(writeEvents)
    case EPIPE, ECONNRESET: return .ended
    default: return .broken(errno)
    }
  }
}
