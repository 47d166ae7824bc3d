import Glibc

/// Bytes on their way, and what is wrong with them.
extension Connection {
  /// Waits until the server took or sent something, and does it.
  ///
  /// - Parameters:
  ///   - other: a descriptor to wait for as well.
  ///   - isSending: whether replies may lie for some milliseconds while there is more to send. A
  ///     server that wakes its client for each of them is slower.
  /// - Returns: whether `other` can be read.
  @discardableResult
  package func wait(
    timeout: Double?, other: Int32 = -1, isSending: Bool = false
  ) throws(RedisError) -> Bool {
    guard let transport else { throw RedisError(.lost, "not connected") }
    // After Ctrl-C nothing is sent.
    if Interrupt.isPending { throw RedisError(.interrupted, "interrupted") }
    // Nearly always the socket takes everything at once, and one system call is saved.
    if backlog > 0 {
      try writeOut(transport)
      // Nobody will answer what was sent while replies are off.
      if backlog == 0, owed == 0, other < 0 { return false }
    }
    // Of a stream of replies something is nearly always there.
    if backlog == 0, other < 0, try readIn(transport) { return false }
    let isSending = isSending && backlog > 0
    var descriptors = (
      pollfd(
        fd: transport.descriptor,
        events: (isSending ? 0 : transport.readEvents) | (backlog > 0 ? transport.writeEvents : 0),
        revents: 0),
      pollfd(fd: other, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Interrupt.fd, events: Int16(POLLIN), revents: 0)
    )
    let hasReceived = transport.hasReceived
    let milliseconds: Int32 =
      if hasReceived {
        0
      } else if isSending {
        Self.replyDelay
      } else {
        timeout.map { Int32(min($0 * 1000, 1e9).rounded(.up)) } ?? -1
      }
    let count = withUnsafeMutableBytes(of: &descriptors) {
      poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 3, milliseconds)
    }
    if Interrupt.isPending { throw RedisError(.interrupted, "interrupted") }
    if count == 0, !hasReceived, !isSending {
      throw RedisError(.timeout, "the server was silent for \(formatSeconds(timeout ?? 0)) s")
    }
    if count < 0 { return false }
    let ready = descriptors.0.revents
    if backlog > 0, ready & transport.writeEvents != 0 { try writeOut(transport) }
    // An error and a connection that ended are told by reading.
    let isReadable = ready & ~Int16(POLLIN | POLLOUT) != 0 || ready & transport.readEvents != 0
    if hasReceived || isReadable || isSending { _ = try readIn(transport) }
    return descriptors.1.revents != 0
  }

  func writeOut(_ transport: any Transport) throws(RedisError) {
    if let end = requests.send(over: transport) { throw failure(end) }
  }

  /// Reads what is there; false when nothing is.
  private func readIn(_ transport: any Transport) throws(RedisError) -> Bool {
    let result = transport.read(into: UnsafeMutableRawBufferPointer(rebasing: input[..<readSize]))
    switch result {
    case .bytes(let count):
      if count == readSize { readSize = min(2 * readSize, Self.longestRead) }
      let bytes = UnsafeRawBufferPointer(rebasing: input[..<count])
      if let stream {
        stream(bytes)
        return true
      }
      if owed == 0, protocolVersion < 3 { throw unasked() }
      if !hasHeard, endpoint.tls == nil, bytes.starts(with: Self.alert) {
        throw RedisError(.protocolError, "the server speaks TLS on this port: try --tls")
      }
      hasHeard = true
      try reader.feed(bytes)
      if owed == 0 { try takePushes() }
      return true
    case .blocked: return false
    case .ended, .broken, .failed: throw failure(result)
    }
  }
  /// How a TLS server begins to say that a plain command is not TLS.
  private static let alert: [UInt8] = [0x15, 0x03]

  /// What the end of the connection is to the person.
  func failure(_ end: Transfer) -> RedisError {
    // A server that expects TLS takes a plain command for nonsense, and Redis then closes without a
    // word.
    let mayWantTLS =
      owed > 0 && !hasHeard && !isOfCluster && endpoint.tls == nil && endpoint.host != nil
    switch end {
    case .ended where mayWantTLS, .broken(ECONNRESET) where mayWantTLS:
      return RedisError(
        .lost, "the server closed the connection without an answer: does it want TLS (--tls)?")
    case .broken(let number):
      return RedisError(.lost, "the connection broke: \(errorText(number))")
    case .failed(let reason): return RedisError(.lost, reason)
    case .ended, .bytes, .blocked:
      let middle = reader.isInReply ? " in the middle of a reply" : ""
      return RedisError(.lost, "the server closed the connection\(middle)")
    }
  }

  func unasked() -> RedisError {
    RedisError(.protocolError, "the server sent a reply that nobody asked for")
  }

  // MARK: What nobody asked for

  /// What is wrong with the idle connection: the server closed it, or sent what nobody asked for,
  /// so that the next reply could not be trusted to belong to the next command. Nil when all is
  /// well.
  package func problem() -> RedisError? {
    guard let transport else { return RedisError(.lost, "not connected") }
    if protocolVersion == 3, !isSubscribed { return problemBesidePushes(transport) }
    guard isSubscribed || (owed == 0 && reader.pending == 0) else { return unasked() }
    switch transport.peek() {
    case .bytes: return isSubscribed ? nil : unasked()
    case .blocked: return nil
    case let end: return failure(end)
    }
  }

  /// As `problem()`, where the server may send messages unasked: those that came are handed on.
  private func problemBesidePushes(_ transport: any Transport) -> RedisError? {
    guard owed == 0 else { return unasked() }
    do {
      while true {
        try takePushes()
        let result = transport.read(into: input)
        switch result {
        case .bytes(let count): try reader.feed(UnsafeRawBufferPointer(rebasing: input[..<count]))
        case .blocked: return nil
        case .ended, .broken, .failed: return failure(result)
        }
      }
    } catch {
      return error
    }
  }

  /// Hands on the messages received while nothing is owed.
  func takePushes() throws(RedisError) {
    while reader.isInPush {
      guard let pushes else { throw unasked() }
      let received = try reader.next(into: pushes, pushes: pushes)
      if let reason = pushes.refusal { throw RedisError(.protocolError, reason) }
      if received == .nothing { return }
    }
    if reader.isInReply { throw unasked() }
  }
}
