/// Commands on their way to the server, as the bytes of Redis' protocol.
struct RequestQueue {
  /// Bytes that stay allocated when all is sent, and that may have been sent before the rest is
  /// moved to the front.
  private static let slack = 1 << 20

  private var bytes: [UInt8] = []
  private var sent = 0

  /// Bytes not sent.
  var backlog: Int { bytes.count - sent }

  mutating func append(_ command: [[UInt8]]) {
    // A request is too simple to pay hiredis two arrays of pointers for each.
    bytes.append(UInt8(ascii: "*"))
    appendLine(command.count)
    for argument in command {
      bytes.append(UInt8(ascii: "$"))
      appendLine(argument.count)
      bytes.append(contentsOf: argument)
      bytes.append(13)
      bytes.append(10)
    }
  }

  /// Appends what is a request already.
  mutating func append(_ request: UnsafeRawBufferPointer) { bytes.append(contentsOf: request) }

  private mutating func appendLine(_ number: Int) {
    // Without a string for each of the numbers of a command.
    var unit = 1
    while number / unit >= 10 { unit *= 10 }
    while unit > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
      unit /= 10
    }
    bytes.append(13)
    bytes.append(10)
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= Self.slack)
    sent = 0
  }

  /// Sends as much as the transport takes now.
  ///
  /// - Returns: how the connection broke; nil when it did not.
  mutating func send(over transport: any Transport) -> Transfer? {
    var isBlocked = false
    while backlog > 0, !isBlocked {
      let result = bytes.withUnsafeBytes {
        transport.write(UnsafeRawBufferPointer(rebasing: $0[sent...]))
      }
      switch result {
      case .bytes(let count): sent += count
      case .blocked: isBlocked = true
      // What the server said before it closed (why it did, often) is still to be read.
      case .ended: sent = bytes.count
      case .broken, .failed: return result
      }
    }
    if backlog == 0 {
      removeAll()
    } else if sent > Self.slack {
      bytes.removeFirst(sent)
      sent = 0
    }
    return nil
  }
}
