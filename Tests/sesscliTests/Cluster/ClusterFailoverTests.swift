import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// Masters that go away in the middle: nothing is lost or done twice without being told.
///
/// A test begins with all servers alive again, whoever is master, so that one cluster serves all.
@Suite(.serialized) struct ClusterFailoverTests {
  // Short, so that a dead master is replaced soon; a machine that is slow for as long only makes
  // one more failover.
  private static let shared = Result { try RedisCluster(nodeTimeout: 2_000) }
  private let cluster: RedisCluster
  private static let count = 100_000

  init() throws {
    cluster = try Self.shared.get()
    try cluster.repair()
    for server in cluster.masters { try server.send("FLUSHALL") }
  }

  private func sets(_ range: Range<Int>) -> String {
    range.map { "set key:\($0) \($0)\n" }.joined()
  }

  /// Has a program set these keys, and takes its answers, as much at once as the pipes hold.
  private func set(
    _ range: Range<Int>, by program: Coprocess, location: SourceLocation = #_sourceLocation
  ) throws {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 5_000) {
      let part = start..<min(start + 5_000, range.upperBound)
      try program.send(sets(part))
      program.expect(
        String(repeating: "OK\n", count: part.count), within: .seconds(90), location: location)
    }
  }

  /// Asserts that the cluster holds these keys, each with its value, and no others.
  private func expectKeys(
    _ expected: some Swift.Collection<Int>, location: SourceLocation = #_sourceLocation
  ) throws {
    let total = try cluster.masters.reduce(0) { $0 + (Int(try $1.send("DBSIZE").dropFirst()) ?? 0) }
    #expect(total == expected.count, sourceLocation: location)
    let values = try cluster.run(
      stdin: expected.map { "get key:\($0)\n" }.joined(), limit: .seconds(120))
    #expect(
      values.out == expected.map { "\($0)\n" }.joined(), "wrong values", sourceLocation: location)
    #expect(values.exitCode == 0, sourceLocation: location)
  }

  // MARK: Scripts

  @Test(.timeLimit(.minutes(5))) func aScriptOutlivesAFailover() throws {
    let program = try Coprocess("-c", "-p", cluster.port)
    try set(0..<45_000, by: program)
    // Some of these are sent before, some while and some after the master goes.
    try program.send(sets(45_000..<50_000))
    try cluster.failOver(try cluster.master(of: "key:1"))
    program.expect(String(repeating: "OK\n", count: 5_000), within: .seconds(90))
    try set(50_000..<Self.count, by: program)
    let run = try program.finish()
    #expect(run.err == "" && run.exitCode == 0)
    try expectKeys(0..<Self.count)
  }

  @Test(.timeLimit(.minutes(5))) func aScriptWaitsForTheSuccessorOfADeadMaster() throws {
    let program = try Coprocess("-c", "-p", cluster.port)
    // Everything is answered and replicated: nothing may be lost then.
    try set(0..<Self.count / 2, by: program)
    try cluster.replicate()
    let master = try cluster.master(of: "key:1")
    master.stop()
    try set(Self.count / 2..<Self.count, by: program)
    let run = try program.finish()
    #expect(run.err.contains("127.0.0.1:\(master.port) does not answer"))
    #expect(run.err.contains(" took over\n"))
    #expect(run.exitCode == 0)
    try expectKeys(0..<Self.count)
  }

  @Test(.timeLimit(.minutes(5))) func whatADeadMasterMayHaveExecutedIsTold() throws {
    let program = try Coprocess("-c", "-p", cluster.port)
    try program.send("set key:0 0\n")
    program.expect("OK\n")
    let master = try cluster.master(of: "key:1")
    let owned = try (1..<2_000).filter { try Self.isKey($0, of: master, cluster) }
    // It takes what is sent and answers nothing, then dies.
    try master.suspend()
    try program.send(sets(1..<2_000))
    try cluster.wait(for: "commands that others have executed") {
      let others = cluster.servers.filter { $0 !== master }
      return try others.contains {
        try $0.send("GET", "key:1999") == "1999" || $0.send("GET", "key:1998") == "1998"
          || $0.send("GET", "key:1997") == "1997"
      }
    }
    master.stop()
    program.expectError("may have been executed", within: .seconds(60))
    // The pipe may be closed already.
    try? program.send(sets(2_000..<3_000))
    let run = try program.finish(within: .seconds(60))
    #expect(run.exitCode == 3)
    let told = run.err.split(separator: "\n").filter { $0.contains("may have been executed") }
    // Whether the kernel ends or resets the connection of a killed server depends on what it had
    // not read.
    let reasons = [
      "the server closed the connection", "the connection broke: Connection reset by peer",
    ]
    #expect(told.count == owned.count)
    for (line, number) in zip(told, owned) {
      let lines = reasons.map {
        "line \(number + 1): Error: 127.0.0.1:\(master.port): \($0); SET may have been executed "
          + "and is not repeated"
      }
      #expect(lines.contains(String(line)))
    }
    #expect(run.out == String(repeating: "OK\n", count: 2_000 - owned.count))
    try cluster.wait(for: "a successor") { try cluster.master(of: "key:1") !== master }
    try cluster.wait(for: "a cluster that is up") {
      try cluster.servers.filter { $0 !== master }.allSatisfy {
        try $0.send("CLUSTER", "INFO").contains("cluster_state:ok")
      }
    }
    let executed = Set(0..<2_000).subtracting(owned).sorted()
    try expectKeys(executed)
  }

  @Test(.timeLimit(.minutes(5))) func whatOnlyReadsIsSentAgain() throws {
    _ = try cluster.run(stdin: sets(0..<5_000))
    try cluster.replicate()
    let program = try Coprocess("-c", "-p", cluster.port)
    try program.send("get key:0\n")
    program.expect("0\n")
    let master = try cluster.master(of: "key:1")
    try master.suspend()
    try program.send((1..<5_000).map { "get key:\($0)\n" }.joined())
    master.stop()
    let run = try program.finish(within: .seconds(60))
    #expect(run.out == (0..<5_000).map { "\($0)\n" }.joined(), "\(run.err)")
    #expect(run.exitCode == 0)
  }

  private static func isKey(
    _ number: Int, of master: RedisServer, _ cluster: RedisCluster
  ) throws -> Bool { try master.send("EXISTS", "key:\(number)").hasPrefix(":") }

  // MARK: decode

  private func fill() throws {
    let script = (0..<Self.count).map { "set session:\($0) '{\"id\":\($0)}'\n" }.joined()
    let run = try cluster.run(stdin: script, limit: .seconds(120))
    #expect(run.exitCode == 0)
    try cluster.replicate()
  }

  private func expectAll(_ run: Run) {
    let ids = run.out.split(separator: "\n").map {
      Int($0.dropFirst(6).dropLast()) ?? -1
    }
    #expect(ids.count == Self.count, "\(run.err)")
    #expect(ids.sorted() == Array(0..<Self.count))
    #expect(run.exitCode == 0, "\(run.err)")
  }

  @Test(.timeLimit(.minutes(5)), arguments: [0, 2])
  func decodeOutlivesAFailover(_ place: Int) throws {
    try fill()
    let program = try Coprocess("-c", "-p", cluster.port, "decode", "session:*")
    // From here on it waits for its reader, in the middle of the first master's keys.
    program.expectOutput(containing: "\"id\":", within: .seconds(60))
    let masters = try Self.masters(cluster)
    try cluster.failOver(masters[place])
    expectAll(try program.finish(within: .seconds(240)))
  }

  @Test(.timeLimit(.minutes(5)), arguments: [0, 1])
  func decodeOutlivesADeadMaster(_ place: Int) throws {
    try fill()
    let program = try Coprocess("-c", "-p", cluster.port, "decode", "session:*")
    program.expectOutput(containing: "\"id\":", within: .seconds(60))
    let master = try Self.masters(cluster)[place]
    master.stop()
    expectAll(try program.finish(within: .seconds(240)))
  }

  /// The masters in the order of their slots.
  private static func masters(_ cluster: RedisCluster) throws -> [RedisServer] {
    // A key of each third of the slots.
    try ["key:0", "key:1", "key:3"].map { ($0, HashSlot.of(Array($0.utf8))) }
      .sorted { $0.1 < $1.1 }.map { try cluster.master(of: $0.0) }
  }

  // MARK: Without a successor

  @Test(.timeLimit(.minutes(5))) func whatNobodyTakesOverIsTold() throws {
    _ = try cluster.run(stdin: sets(0..<100))
    try cluster.replicate()
    let master = try cluster.master(of: "key:1")
    let replica = try cluster.replica(of: master)
    replica.stop()
    master.stop()
    // Ctrl-C ends the wait.
    let program = try Coprocess("-c", "-p", cluster.port, "dbsize")
    program.expectError("waiting up to 30 s for a failover; Ctrl-C ends it", within: .seconds(30))
    program.signal(SIGINT)
    let run = try program.finish()
    #expect(run.out == "" && run.fatalSignal == SIGINT)
  }
}
