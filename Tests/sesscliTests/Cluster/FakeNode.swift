import Foundation
import Synchronization

/// A server that answers each command as a closure says, on any number of connections: what a
/// cluster's node that lies would say.
final class FakeNode: Sendable {
  private let listener: Listener
  private let log = Mutex<[String]>([])
  var port: UInt16 { listener.port }
  /// The commands that it was sent, in order, words joined by blanks.
  var received: [String] { log.withLock { $0 } }

  /// - Parameter answer: the reply's bytes to the command's words; nil closes the connection.
  init(_ answer: @escaping @Sendable (_ words: [String], _ port: UInt16) -> String?) throws {
    listener = try Listener(.loopback)
    let listener = listener
    Thread { [weak self] in
      while true {
        let connection = accept(listener.descriptor, nil, nil)
        guard connection >= 0 else { return }
        Thread { [weak self] in
          Self.serve(connection) { words in
            self?.log.withLock { $0.append(words.joined(separator: " ")) }
            return answer(words, listener.port)
          }
          close(connection)
        }.start()
      }
    }.start()
  }

  deinit { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }

  private static func serve(_ connection: Int32, _ answer: ([String]) -> String?) {
    var pending: [UInt8] = []
    while true {
      while let (words, rest) = command(pending) {
        pending = rest
        guard let reply = answer(words),
          (try? writeAll(Array(reply.utf8), to: connection)) != nil
        else { return }
      }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(connection, &chunk, chunk.count)
      guard count > 0 else { return }
      pending += chunk[..<count]
    }
  }

  /// The first command, and what follows it.
  private static func command(_ bytes: [UInt8]) -> ([String], [UInt8])? {
    var index = 0
    func line() -> Int? {
      guard let end = bytes[index...].firstIndex(of: 10) else { return nil }
      defer { index = end + 1 }
      return Int(String(decoding: bytes[(index + 1)..<(end - 1)], as: UTF8.self))
    }
    guard let count = line() else { return nil }
    var words: [String] = []
    for _ in 0..<count {
      guard let length = line(), index + length + 2 <= bytes.count else { return nil }
      words.append(String(decoding: bytes[index..<(index + length)], as: UTF8.self))
      index += length + 2
    }
    return (words, Array(bytes[index...]))
  }
}
