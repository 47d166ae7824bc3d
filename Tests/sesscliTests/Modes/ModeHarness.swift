import Foundation
import Testing

extension Run {
  /// redis-cli on the same server, to compare with.
  static func redisCLI(
    _ server: RedisServer, _ arguments: String..., stdin: [UInt8] = []
  ) throws -> Run {
    guard let path = Project.find("redis-cli") else { throw HarnessError("no redis-cli on PATH") }
    return try program(path, ["-s", server.socket] + arguments, stdin: stdin)
  }
}

extension RedisServer {
  /// Some keys of every type, and names that are hard to print.
  func fill(strings: Int = 300) throws {
    let client = try RawClient(socket: socket)
    for number in 0..<strings {
      _ = try client.send(["SET", "key:\(number)", String(repeating: "x", count: number)])
    }
    for number in 0..<40 {
      _ = try client.send(["RPUSH", "list:\(number)"] + (0...number).map { "item \($0)" })
      _ = try client.send(["SADD", "set:\(number)", "a", "b"])
      _ = try client.send(["HSET", "hash:\(number)", "field", "value"])
      _ = try client.send(["ZADD", "zset:\(number)", "1", "a"])
      _ = try client.send(["XADD", "stream:\(number)", "1-1", "field", "value"])
    }
    for name in ["with \"quotes\"", "with\nline", "with\u{1b}[31m", "Grüße"] {
      _ = try client.send(["SET", name, "1"])
    }
    _ = try client.send([Array("SET".utf8), [0, 1, 0xff, 0x41], [0x31]])
  }
}
