import Foundation
import Synchronization

/// A server that does exactly what a script says, to see how sesscli takes it: wrong, late, too
/// much or nothing.
final class ScriptedServer {
  enum Step: Sendable {
    /// Reads that many bytes' worth of exactly this; anything else is a complaint.
    case expect([UInt8])
    /// Reads one whole command, an array of bulks, whatever it is.
    case command
    case send([UInt8])
    /// Reads a PING with a word and answers it as Redis does.
    case pong(isSubscribed: Bool)
    /// Sends the same for ever, until the client has gone.
    case sendEndlessly([UInt8])
    /// Reads until the client closes: a server that has nothing to say.
    case stall
    case close

    /// The command in the form that clients send.
    static func expect(_ words: String...) -> Step {
      .expect(
        Array(
          ("*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()).utf8))
    }
    static func send(_ text: String) -> Step { .send(Array(text.utf8)) }
  }

  private struct Log {
    var received: [[UInt8]] = []
    var complaints: [String] = []
    var connections = 0
  }

  private let folder: TemporaryFolder
  private let listener: Listener
  private let log: Shared
  var socket: String { folder.path + "/redis.sock" }
  /// The loopback port, 0 for a Unix socket.
  var port: UInt16 { listener.port }

  private final class Shared: Sendable {
    let log = Mutex(Log())
    let done = DispatchSemaphore(value: 0)
  }

  /// One script for each connection, in order; a connection beyond the last is refused. The last
  /// step of a script is followed by closing the connection.
  convenience init(_ scripts: [Step]..., tcp: Bool = false) throws {
    try self.init(scripts: scripts, tcp: tcp)
  }

  init(scripts: [[Step]], tcp: Bool = false) throws {
    folder = try TemporaryFolder()
    listener = try Listener(tcp ? .loopback : .unix(folder.path + "/redis.sock"))
    log = Shared()
    let (log, listener) = (log, listener)
    let thread = Thread {
      for script in scripts {
        let connection = accept(listener.descriptor, nil, nil)
        guard connection >= 0 else { break }
        log.log.withLock { $0.connections += 1 }
        Self.run(script, on: connection, log)
        Glibc.close(connection)
      }
      shutdown(listener.descriptor, Int32(SHUT_RDWR))
      log.done.signal()
    }
    thread.start()
  }

  /// Waits until the last script has ended.
  func waitForTheEnd() {
    _ = log.done.wait(timeout: .now() + 10)
    log.done.signal()
  }

  /// Ends the server and tells what happened: what each connection sent, and where it left its
  /// script.
  func finish() -> (received: [String], complaints: [String], connections: Int) {
    shutdown(listener.descriptor, Int32(SHUT_RDWR))
    if log.done.wait(timeout: .now() + 10) == .timedOut {
      return ([], ["the scripted server still waits for its client"], 0)
    }
    let log = log.log.withLock { $0 }
    return (
      log.received.map { String(decoding: $0, as: UTF8.self) }, log.complaints, log.connections
    )
  }

  /// Questions about the server, which are answered unless a script expects them.
  private static let courtesies: [[UInt8]: String] = [
    Array("*1\r\n$4\r\nROLE\r\n".utf8): "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n",
    Array("*1\r\n$4\r\nPING\r\n".utf8): "+PONG\r\n",
  ]

  private static func run(_ script: [Step], on connection: Int32, _ shared: Shared) {
    var pending: [UInt8] = []
    var received: [UInt8] = []
    var expected: [UInt8] = []
    defer { shared.log.withLock { $0.received.append(received) } }

    /// More bytes from the client; false when it has closed.
    func more() -> Bool {
      var chunk = [UInt8](repeating: 0, count: 65536)
      let count = read(connection, &chunk, chunk.count)
      guard count > 0 else { return false }
      let bytes = Array(chunk[..<count])
      // Nobody's script is about the questions that sesscli asks by itself, each alone, when it
      // connects.
      if let answer = courtesies[bytes], expected != bytes {
        return (try? writeAll(Array(answer.utf8), to: connection)) != nil
      }
      pending += bytes
      received += bytes
      return true
    }
    func complain(_ text: String) {
      let rest = String(decoding: pending, as: UTF8.self).debugDescription
      shared.log.withLock { $0.complaints.append("\(text), got \(rest)") }
    }

    for (number, step) in script.enumerated() {
      expected = []
      switch step {
      case .expect(let bytes):
        expected = bytes
        while pending.count < bytes.count, bytes.starts(with: pending), more() {}
        guard pending.starts(with: bytes) else {
          return complain(
            "step \(number) expects \(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        pending.removeFirst(bytes.count)
      case .command:
        while wholeCommand(pending) == nil, more() {}
        guard let count = wholeCommand(pending) else {
          return complain("step \(number) expects a command")
        }
        pending.removeFirst(count)
      case .pong(let isSubscribed):
        while wholeCommand(pending) == nil, more() {}
        let command = pending.prefix(wholeCommand(pending) ?? 0)
        let start = Array("*2\r\n$4\r\nPING\r\n".utf8)
        guard command.starts(with: start) else {
          return complain("step \(number) expects PING with a word")
        }
        pending.removeFirst(command.count)
        let head = Array((isSubscribed ? "*2\r\n$4\r\npong\r\n" : "").utf8)
        guard (try? writeAll(head + command.dropFirst(start.count), to: connection)) != nil else {
          return
        }
      case .send(let bytes):
        // A client that has already left is the client's right.
        guard (try? writeAll(bytes, to: connection)) != nil else { return }
      case .sendEndlessly(let bytes):
        while (try? writeAll(bytes, to: connection)) != nil {}
        return
      case .stall: while more() {}
      case .close: return
      }
    }
  }

  /// How many bytes the first command in `bytes` has, nil when it is not whole.
  private static func wholeCommand(_ bytes: [UInt8]) -> Int? {
    var index = 0
    func line(_ mark: UInt8) -> Int? {
      guard index < bytes.count, bytes[index] == mark,
        let end = bytes[index...].firstIndex(of: 10)
      else { return nil }
      let number = Int(String(decoding: bytes[(index + 1)..<(end - 1)], as: UTF8.self))
      index = end + 1
      return number
    }
    guard let count = line(UInt8(ascii: "*")) else { return nil }
    for _ in 0..<count {
      guard let length = line(UInt8(ascii: "$")) else { return nil }
      index += length + 2
    }
    return index <= bytes.count ? index : nil
  }
}
