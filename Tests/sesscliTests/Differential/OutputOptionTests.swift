import Foundation
import Testing

@testable import sesscli

/// The options that change how replies are written, beside the styles: both tools write the same
/// bytes.
@Suite struct OutputOptionTests {
  @Test(arguments: [
    ["-d", ","], ["-d", ""], ["-D", ";"], ["-D", ""], ["-d", " ", "-D", "\\n"], ["-d", "é"],
    ["-r", "3"], ["-r", "0"], ["-r", "2", "-i", "0.01"], ["-r", "2", "-D", "|"],
    ["-d", ",", "--no-raw"], ["-D", ";", "--csv"], ["-D", ";", "--json"], ["-2", "--json"],
    ["-2", "--quoted-json"], ["-2"], ["-e"], ["--no-raw", "-r", "2"],
    ["--raw", "--json"], ["--csv", "--json"], ["--quoted-json", "--json"], ["--raw", "--csv"],
    ["--no-raw", "--raw"], ["--csv", "--no-raw"],
  ])
  func theBytesAreRedisCLIs(_ options: [String]) throws {
    let server = try RedisServer()
    let client = try RawClient(socket: server.socket)
    for command in DifferentialState.commands { _ = try client.send(command) }
    let redisCLI = try #require(Project.find("redis-cli"))
    for command in [
      "lrange lbig 0 3", "get s", "get nokey", "exists s", "hgetall hbig", "hmget h f nofield",
      "info keyspace", "xrange x2 - +", "zrange z 0 -1 withscores", "xread streams x2 0", "echo x",
      "config get maxmemory", "memory doctor",
    ] {
      let words = ["-s", server.socket] + options + command.split(separator: " ").map(String.init)
      let theirs = try Run.program(redisCLI, words)
      let ours = try Run.program(Project.sesscli, words)
      #expect(ours == theirs, "\(words.dropFirst(2))")
    }
  }
}

extension Run: Equatable {
  static func == (one: Run, other: Run) -> Bool {
    one.stdout == other.stdout && one.stderr == other.stderr && one.exitCode == other.exitCode
  }
}
