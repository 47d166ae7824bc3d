import Glibc
import RedisClient

/// The bytes typed at the terminal, read ahead so that a paste costs one call instead of one call
/// per character, and is not cut at the 4,095 bytes that the kernel holds for a line.
struct TerminalInput {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var position = 0
  private(set) var isAtEnd = false

  init(descriptor: Int32) { self.descriptor = descriptor }

  var hasBytes: Bool { position < buffer.count }

  mutating func next() -> UInt8? {
    guard position < buffer.count else { return nil }
    defer { position += 1 }
    return buffer[position]
  }

  /// Reads what is there, waiting for at least one byte. Does nothing when a signal comes first.
  mutating func fill() {
    // A page at a time: a terminal hands over no more than 4 KiB per call.
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &chunk, chunk.count)
    if count > 0 {
      buffer = Array(buffer[position...]) + chunk[..<count]
      position = 0
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      isAtEnd = true
    }
  }

  /// Takes over what the terminal still holds, before its mode changes: in line mode the kernel
  /// would cut long lines.
  mutating func drain() {
    while !isAtEnd, isReadable(descriptor) { fill() }
  }

  /// - Returns: how many lines ended in what was there.
  @discardableResult
  mutating func discard() -> Int {
    defer {
      buffer = []
      position = 0
    }
    return buffer[position...].count { $0 == 0x0A || $0 == 0x0D }
  }
}
