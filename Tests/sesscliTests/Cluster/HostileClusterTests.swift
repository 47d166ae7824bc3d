import Foundation
import Testing

/// Servers that say they are of a cluster and lie: an error in a line, never a loop, a crash or a
/// drive of the terminal.
@Suite struct HostileClusterTests {
  /// The map of a cluster of one, in which the server that was asked serves everything.
  private static func map(_ port: UInt16) -> String {
    "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$0\r\n\r\n:\(port)\r\n"
  }

  private static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

  private func run(
    _ words: String..., stdin: String = "",
    answer: @escaping @Sendable ([String], UInt16) -> String?
  ) throws -> (run: Run, received: [String]) {
    let node = try FakeNode { words, port in
      words == ["CLUSTER", "SLOTS"] ? Self.map(port) : answer(words, port)
    }
    let run = try Run.program(
      Project.sesscli, ["-c", "-p", "\(node.port)"] + words, stdin: Array(stdin.utf8))
    return (run, node.received)
  }

  @Test(arguments: [
    ":3\r\n", "$-1\r\n", "+OK\r\n", "-NOPERM no\r\n",
    "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\nh\r\n:1\r\n",
    "*1\r\n*3\r\n:-5\r\n:16\r\n*2\r\n$1\r\nh\r\n:1\r\n",
    "*1\r\n*3\r\n:0\r\n:9223372036854775807\r\n*2\r\n$1\r\nh\r\n:1\r\n",
    "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\nh\r\n:99999\r\n",
    "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$9\r\n\u{1B}]0;hi\u{7}xx\r\n:6379\r\n",
    "*1\r\n*3\r\n:0\r\n:1\r\n*1\r\n*1\r\n*0\r\n",
    "*16385\r\n" + String(repeating: "*0\r\n", count: 16_385),
    "*2147483647\r\n*3\r\n:0\r\n",
  ]) func absurdMaps(_ map: String) throws {
    let node = try FakeNode { words, _ in
      // Half a map is all there is.
      map.hasPrefix("*2147483647") && words.first == "CLUSTER" ? map + "nonsense\r\n" : map
    }
    let run = try Run.sesscli("-c", "-p", "\(node.port)", "get", "k")
    #expect(run.out == "" && run.err.split(separator: "\n").count == 1, "\(run.err)")
    #expect(!run.err.contains("\u{1B}"))
    #expect(run.exitCode == 1 || run.exitCode == 3)
    #expect(!node.received.contains("get k"))
  }

  @Test func redirectionsWithoutEnd() throws {
    for kind in ["MOVED", "ASK"] {
      let (run, received) = try run("get", "k") { words, port in
        words == ["ASKING"] ? "+OK\r\n" : "-\(kind) 7629 127.0.0.1:\(port)\r\n"
      }
      #expect(run.out.hasPrefix("\(kind) 7629 127.0.0.1:"))
      #expect(run.exitCode == 0 && run.err == "")
      #expect(received.filter { $0 == "get k" }.count == 17)
      #expect(received.filter { $0 == "ASKING" }.count == (kind == "ASK" ? 16 : 0))
    }
    // The same in a script, and of decode.
    let (script, _) = try self.run(stdin: "get k\nget k\nping\n") { words, port in
      words == ["ping"] ? "+PONG\r\n" : "-MOVED 7629 :\(port)\r\n"
    }
    #expect(script.out == "PONG\n" && script.exitCode == 1)
    #expect(
      script.err.split(separator: "\n").map { $0.prefix(27) }
        == ["line 1: (error) MOVED 7629 ", "line 2: (error) MOVED 7629 "])
    let (decode, _) = try self.run("decode", "k") { _, port in "-MOVED 7629 :\(port)\r\n" }
    #expect(decode.err.hasPrefix("(error) MOVED 7629") && decode.exitCode == 1)
  }

  @Test(arguments: [
    "MOVED", "MOVED 1", "MOVED x 127.0.0.1:1", "MOVED 16384 127.0.0.1:1", "MOVED 1 127.0.0.1:0",
    "MOVED 1 127.0.0.1:70000", "MOVED 1 \u{1B}]0;owned\u{7}:7000", "ASK 1 :", "MOVED 1 a b:1",
  ]) func redirectionsToNowhere(_ error: String) throws {
    let (run, received) = try run("--no-raw", "get", "k") { _, _ in "-\(error)\r\n" }
    // An error like any other: in a pipe its bytes are as they came.
    #expect(run.out == "(error) \(error)\n" && run.exitCode == 0)
    #expect(received.filter { $0 == "get k" }.count == 1)
  }

  @Test func whatDoesNotGetBetter() throws {
    let (down, received) = try run("set", "k", "v") { _, _ in "-CLUSTERDOWN The cluster is down\r\n"
    }
    #expect(
      down.out == "CLUSTERDOWN The cluster is down\n\n"
        || down.out == "CLUSTERDOWN The cluster is down\n")
    #expect(received.filter { $0 == "set k v" }.count == 1)
    let (again, tries) = try run("mget", "{k}1", "{k}2") { _, _ in "-TRYAGAIN later\r\n" }
    #expect(again.out.hasPrefix("TRYAGAIN later\n"))
    #expect(tries.filter { $0.hasPrefix("mget") }.count > 2)
  }

  @Test func aCommandThatMayHaveRunIsNotSentAgain() throws {
    let (run, received) = try run("incr", "k") { words, _ in nil }
    #expect(
      run.err
        == "Error: the server closed the connection; INCR may have been executed and is not "
        + "repeated\n"
    )
    #expect(run.exitCode == 3)
    #expect(received.filter { $0 == "incr k" }.count == 1)
    let (split, sent) = try self.run("del", "a", "b") { words, _ in nil }
    #expect(split.err.contains("may have been executed and is not repeated") && split.exitCode == 3)
    #expect(sent.filter { $0.hasPrefix("del") }.count <= 2)
    let (script, all) = try self.run(stdin: "incr k\nincr k\nget k\n") { words, _ in nil }
    #expect(script.err.contains("line 1: Error: "))
    #expect(script.exitCode == 3)
    #expect(all.filter { $0.hasPrefix("incr") }.count <= 2)
  }

  /// A message that is published twice is heard twice, though nothing is written.
  @Test func aMessageIsNotPublishedAgain() throws {
    let (run, received) = try run("spublish", "c", "m") { words, _ in nil }
    #expect(
      run.err
        == "Error: the server closed the connection; SPUBLISH may have been executed and is not "
        + "repeated\n"
    )
    #expect(run.exitCode == 3)
    #expect(received.filter { $0 == "spublish c m" }.count == 1)
    let (script, sent) = try self.run(stdin: "spublish c m\n") { words, _ in nil }
    #expect(script.err.contains("SPUBLISH may have been executed and is not repeated"))
    #expect(script.exitCode == 3)
    #expect(sent.filter { $0 == "spublish c m" }.count == 1)
  }

  @Test func scansThatNeverEndWell() throws {
    // SCAN ends, and the server tells each time that it has become a replica, or nothing, or an
    // error.
    for nodes in [
      Self.bulk("aaaa 127.0.0.1:1@2 myself,slave bbbb 0 1 1 connected\n"), "$-1\r\n",
      "-ERR no\r\n", ":1\r\n",
    ] {
      let (run, _) = try run("decode", "*") { words, _ in
        switch words.first {
        case "SCAN": "*2\r\n$1\r\n0\r\n*0\r\n"
        case "CLUSTER": nodes
        default: ":0\r\n"
        }
      }
      #expect(run.exitCode != 0 && run.out == "")
      #expect(run.err.contains("the keys of slots 0-16383 are missing"), "\(run.err)")
    }
  }

  @Test func partOfAFlushIsTold() throws {
    let server = try RedisServer(tcp: true)
    let good = server.port
    let node = try FakeNode { words, port in
      switch words.first?.uppercased() {
      case "CLUSTER":
        "*2\r\n*3\r\n:0\r\n:8000\r\n*2\r\n$0\r\n\r\n:\(port)\r\n"
          + "*3\r\n:8001\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:\(good)\r\n"
      case "FLUSHALL": "-NOPERM this user has no permissions\r\n"
      default: ":0\r\n"
      }
    }
    let run = try Run.sesscli("-c", "-p", "\(node.port)", "flushall")
    #expect(
      run.err
        == "FLUSHALL was done at 127.0.0.1:\(good) only: 127.0.0.1:\(node.port): NOPERM this "
        + "user has no permissions\n"
    )
    #expect(run.out == "" && run.exitCode == 1)
  }

  @Test func slotsThatNobodyServesAreTold() throws {
    let node = try FakeNode { words, port in
      switch words.first?.uppercased() {
      case "CLUSTER" where words.count > 1 && words[1] == "SLOTS":
        "*1\r\n*3\r\n:0\r\n:8000\r\n*2\r\n$0\r\n\r\n:\(port)\r\n"
      case "CLUSTER":
        HostileClusterTests.bulk("aaaa 127.0.0.1:1@2 myself,master - 0 1 1 connected 0-8000\n")
      case "SCAN": "*2\r\n$1\r\n0\r\n*0\r\n"
      default: ":7\r\n"
      }
    }
    let size = try Run.sesscli("-c", "-p", "\(node.port)", "dbsize")
    #expect(size.out == "7\n" && size.exitCode == 3)
    #expect(size.err.contains("slots 8001-16383"))
    let decode = try Run.sesscli("-c", "-p", "\(node.port)", "decode", "*")
    #expect(decode.err.contains("the keys of slots 8001-16383 are missing"))
    #expect(decode.exitCode != 0)
    // A key of such a slot: 7629 is served, 11298 is not.
    #expect(
      try Run.sesscli("-c", "-p", "\(node.port)", "get", "d").err.contains("CLUSTERDOWN slot 11298")
    )
  }
}
