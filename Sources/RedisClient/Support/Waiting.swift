import Glibc

/// Whether reading would not wait, or not longer than so many milliseconds.
package func isReadable(_ descriptor: Int32, within milliseconds: Int32 = 0) -> Bool {
  var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  return poll(&entry, 1, milliseconds) > 0
}

/// Waits until one of the descriptors can be read, fails or is at its end, or a signal comes.
/// - Parameter seconds: how long to wait at most.
/// - Returns: for each descriptor, whether it is why the waiting ended. Negative ones never are.
package func waitReadable(_ descriptors: [Int32], seconds: Double? = nil) -> [Bool] {
  var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  let count = poll(&entries, nfds_t(entries.count), Int32(seconds.map { $0 * 1000 + 1 } ?? -1))
  return entries.map { count > 0 && $0.revents != 0 }
}

/// Waits for one of the events of poll(2) on a descriptor.
///
/// - Parameter deadline: in seconds of `monotonicSeconds()`.
/// - Returns: false when none came in time.
/// - Throws: `.interrupted`.
func waitFor(
  _ events: Int16, on descriptor: Int32, until deadline: Double
) throws(RedisError) -> Bool {
  while true {
    if Interrupt.isPending { throw interrupted() }
    let left = min(max(0, deadline - monotonicSeconds()) * 1000, 1e9)
    var descriptors = (
      pollfd(fd: descriptor, events: events, revents: 0),
      pollfd(fd: Interrupt.fd, events: Int16(POLLIN), revents: 0)
    )
    let count = withUnsafeMutableBytes(of: &descriptors) {
      poll($0.assumingMemoryBound(to: pollfd.self).baseAddress, 2, Int32(left.rounded(.up)))
    }
    if count == 0 { return false }
    if count > 0, descriptors.0.revents != 0 { return true }
  }
}

private func interrupted() -> RedisError {
  RedisError(.interrupted, "interrupted while connecting")
}
