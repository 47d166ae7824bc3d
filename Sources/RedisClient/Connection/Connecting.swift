import Glibc

/// Connects to the first of the server's addresses that answers, and inside it, where asked for, in
/// TLS.
///
/// - Parameter timeout: seconds for finding the addresses and for each of them, TLS's handshake
///   included.
/// - Throws: `.connect` or `.interrupted`; of several addresses, the first one's error.
func connectTransport(
  to endpoint: Endpoint, timeout: Double
) throws(RedisError) -> any Transport {
  // Before anything is sent: what the options name may be missing.
  var context: TLSContext?
  if let tls = endpoint.tls {
    do { context = try TLSContext.with(tls) } catch { throw RedisError(.connect, error.message) }
  }
  var failure: RedisError?
  for address in try addresses(of: endpoint, timeout: timeout) {
    let deadline = monotonicSeconds() + timeout
    let socket: PlainSocket
    do {
      socket = try connectedSocket(address, until: deadline)
    } catch {
      if error.kind == .interrupted { throw error }
      failure = failure ?? error
      continue
    }
    guard let context else { return socket }
    let encrypted = try TLSSocket(socket, context, host: endpoint.host)
    // What TLS says first is no line of Redis', for whose end a plain server waits without a word.
    if try encrypted.shakeHands(until: min(deadline, monotonicSeconds() + handshakePatience)) {
      return encrypted
    }
    if try isPlainRedis(address, until: min(deadline, monotonicSeconds() + handshakePatience)) {
      throw RedisError(.connect, TLSSocket.isMissing)
    }
    guard try encrypted.shakeHands(until: deadline) else {
      throw RedisError(.connect, "the server did not answer TLS in \(formatSeconds(timeout)) s")
    }
    return encrypted
  }
  throw failure ?? RedisError(.connect, "the host has no address")
}

/// Seconds after which a silent server may be one without TLS.
private let handshakePatience = 1.0

/// Whether the server answers a plain command as Redis does.
private func isPlainRedis(
  _ address: SocketAddress, until deadline: Double
) throws(RedisError) -> Bool {
  let socket: PlainSocket
  do {
    socket = try connectedSocket(address, until: deadline)
  } catch {
    if error.kind == .interrupted { throw error }
    return false
  }
  let question = Array("PING\r\n".utf8)
  guard case .bytes = question.withUnsafeBytes({ socket.write($0) }),
    try waitFor(Int16(POLLIN), on: socket.descriptor, until: deadline)
  else { return false }
  var answer: [UInt8] = [0]
  guard case .bytes = answer.withUnsafeMutableBytes({ socket.read(into: $0) }) else { return false }
  // "+PONG", "-NOAUTH ..."
  return answer == [UInt8(ascii: "+")] || answer == [UInt8(ascii: "-")]
}

private func addresses(
  of endpoint: Endpoint, timeout: Double
) throws(RedisError) -> [SocketAddress] {
  switch endpoint.address {
  case .unix(let path): return [try unixAddress(path)]
  case .tcp(let host, let port):
    let found = try Lookup.addresses(of: host, port: port, timeout: timeout)
    // "localhost" is both, and servers listen on IPv4 more often.
    let preferred = endpoint.family == .ipv6 ? AF_INET6 : AF_INET
    return found.filter { $0.family == preferred } + found.filter { $0.family != preferred }
  }
}

private func unixAddress(_ path: String) throws(RedisError) -> SocketAddress {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
    throw RedisError(.connect, errorText(ENAMETOOLONG))
  }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  return SocketAddress(family: AF_UNIX, bytes: withUnsafeBytes(of: address) { Array($0) })
}

private func connectedSocket(
  _ address: SocketAddress, until deadline: Double
) throws(RedisError) -> PlainSocket {
  let type = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
  let descriptor = Glibc.socket(address.family, Int32(type), 0)
  guard descriptor >= 0 else { throw RedisError(.connect, errorText(errno)) }
  let socket = PlainSocket(descriptor)
  var result = startConnecting(descriptor, address)
  // A Unix socket whose queue is full cannot be waited for.
  while result == EAGAIN, address.family == AF_UNIX, monotonicSeconds() < deadline {
    _ = try waitFor(0, on: -1, until: min(deadline, monotonicSeconds() + 0.01))
    result = startConnecting(descriptor, address)
  }
  if result == EAGAIN { result = ETIMEDOUT }
  if result == EINPROGRESS || result == EINTR {
    guard try waitFor(Int16(POLLOUT), on: descriptor, until: deadline) else {
      throw RedisError(.connect, errorText(ETIMEDOUT))
    }
    var size = socklen_t(MemoryLayout<Int32>.size)
    if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &result, &size) != 0 { result = errno }
  }
  guard result == 0 else { throw RedisError(.connect, errorText(result)) }
  if address.family != AF_UNIX { setOptions(descriptor) }
  return socket
}

/// The `errno` of connect(2), 0 when it connected at once.
private func startConnecting(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
  address.bytes.withUnsafeBytes { bytes in
    bytes.withMemoryRebound(to: sockaddr.self) {
      connect(descriptor, $0.baseAddress, socklen_t(bytes.count)) == 0 ? 0 : errno
    }
  }
}

/// A command goes out at once, and a server that vanished without a word is noticed within a
/// minute.
private func setOptions(_ descriptor: Int32) {
  let options: [(level: Int32, name: Int32, value: Int32)] = [
    (Int32(IPPROTO_TCP), TCP_NODELAY, 1), (SOL_SOCKET, SO_KEEPALIVE, 1),
    // As hiredis does: seconds of silence, seconds between questions, questions.
    (Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15), (Int32(IPPROTO_TCP), TCP_KEEPINTVL, 5),
    (Int32(IPPROTO_TCP), TCP_KEEPCNT, 3),
  ]
  for option in options {
    var value = option.value
    // Without them it works as well.
    _ = setsockopt(
      descriptor, option.level, option.name, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
