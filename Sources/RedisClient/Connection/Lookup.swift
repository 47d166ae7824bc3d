import Glibc
import Synchronization

/// An address as the kernel takes it: a `sockaddr` of some kind.
struct SocketAddress: Equatable, Sendable {
  let family: Int32
  let bytes: [UInt8]
}

/// Finds a host's addresses on a thread of its own: getaddrinfo(3) may wait half a minute for name
/// servers, and Ctrl-C does not end it.
final class Lookup: Sendable {
  private let host: String
  private let port: Int
  /// Closed when there is an answer.
  private let signal: Int32
  private let answer = Mutex<Answer?>(nil)

  private struct Answer {
    /// getaddrinfo's, and `errno`.
    var code: Int32
    var number: Int32 = 0
    var addresses: [SocketAddress] = []
  }

  private init(_ host: String, _ port: Int, signal: Int32) {
    self.host = host
    self.port = port
    self.signal = signal
  }

  /// - Parameter timeout: seconds.
  /// - Throws: `.connect` or `.interrupted`. The thread then ends by itself.
  static func addresses(
    of host: String, port: Int, timeout: Double
  ) throws(RedisError) -> [SocketAddress] {
    let numeric = resolve(host, port, AI_NUMERICHOST)
    if numeric.code == 0 { return numeric.addresses }
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw RedisError(.connect, errorText(errno))
    }
    defer { close(ends[0]) }
    let lookup = Lookup(host, port, signal: ends[1])
    try lookup.start()
    guard try waitFor(Int16(POLLIN), on: ends[0], until: monotonicSeconds() + timeout) else {
      throw RedisError(
        .connect, "no name server answered in \(formatSeconds(timeout)) s")
    }
    guard let answer = lookup.answer.withLock({ $0 }) else { return [] }
    guard answer.code == 0 else {
      throw RedisError(
        .connect,
        answer.code == EAI_SYSTEM
          ? errorText(answer.number) : String(cString: gai_strerror(answer.code)))
    }
    return answer.addresses
  }

  private func start() throws(RedisError) {
    // Signals are for the thread that waits.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let this = Unmanaged.passRetained(self)
    let failure = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let this = Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue()
        let answer = Lookup.resolve(this.host, this.port, 0)
        this.answer.withLock { $0 = answer }
        close(this.signal)
        return nil
      }, this.toOpaque())
    guard failure == 0 else {
      this.release()
      close(signal)
      throw RedisError(.connect, errorText(failure))
    }
    pthread_detach(thread)
  }

  private static func resolve(_ host: String, _ port: Int, _ flags: Int32) -> Answer {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = flags | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else { return Answer(code: code, number: errno) }
    defer { freeaddrinfo(list) }
    var answer = Answer(code: 0)
    var next = list
    while let entry = next?.pointee {
      let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
      answer.addresses.append(SocketAddress(family: entry.ai_family, bytes: Array(bytes)))
      next = entry.ai_next
    }
    return answer
  }
}
