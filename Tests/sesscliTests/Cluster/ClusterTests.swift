import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// A real cluster of three masters as one database. One cluster serves all tests of the suite.
@Suite(.serialized) struct ClusterTests {
  private static let shared = Result { try RedisCluster() }
  private let cluster: RedisCluster

  init() throws {
    cluster = try Self.shared.get()
    try cluster.empty()
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func slotsAreTheServers() throws {
    var random = SystemRandomNumberGenerator()
    let server = try RawClient(socket: cluster.servers[0].socket)
    for _ in 0..<2_000 {
      let key = (0..<Int.random(in: 0...12)).map { _ in
        "{}ab\u{FF}".utf8.randomElement(using: &random) ?? 0
      }
      let reply = try server.send([Array("CLUSTER".utf8), Array("KEYSLOT".utf8), key])
      #expect(reply == ":\(HashSlot.of(key))", "\(key)")
    }
  }

  @Test func oneDatabase() throws {
    let keys = (0..<30).map { "key:\($0)" }
    for key in keys { #expect(try cluster.run("set", key, "v\(key)").out == "OK\n") }
    for key in keys { #expect(try cluster.run("get", key).out == "v\(key)\n") }
    #expect(try cluster.run("dbsize").out == "30\n")
    #expect(try cluster.run("--no-raw", "dbsize").out == "(integer) 30\n")
    let listed = lines(try cluster.run("keys", "key:*").out)
    #expect(listed.count == 30 && Set(listed) == Set(keys))
    let numbered = lines(try cluster.run("--no-raw", "keys", "*").out)
    #expect(numbered.count == 30)
    for (place, line) in numbered.enumerated() {
      #expect(line.hasPrefix(place < 9 ? " \(place + 1)) \"key:" : "\(place + 1)) \"key:"))
    }
    #expect(try cluster.run("--no-raw", "keys", "none*").out == "(empty array)\n")
    let json = try cluster.run("--json", "keys", "*").out
    let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String]
    #expect(Set(parsed ?? []) == Set(keys))
    #expect(try keys.contains(cluster.run("randomkey").out.trimmingCharacters(in: .newlines)))
    let random = try cluster.run(stdin: String(repeating: "randomkey\n", count: 300))
    // Each of the masters has a third.
    #expect(try Set(lines(random.out).map { try cluster.master(of: $0).port }).count == 3)
  }

  /// The modes that look at all keys look at all masters'.
  @Test func walksOverAllMasters() throws {
    let keys = (0..<300).map { "key:\($0)" }
    _ = try cluster.run(stdin: keys.map { "rpush \($0) x\n" }.joined() + "rpush long a b c\n")
    let scanned = lines(try cluster.run("--scan", "--pattern", "key:*").out)
    #expect(scanned.count == 300 && Set(scanned) == Set(keys))
    let biggest = try cluster.run("--bigkeys")
    #expect(biggest.out.contains("Sampled 301 keys in the keyspace!"))
    #expect(biggest.out.contains("Biggest   list found '\"long\"' has 3 items"))
    #expect(biggest.err == "" && biggest.exitCode == 0)
    #expect(try cluster.run("--memkeys").out.contains("Sampled 301 keys in the keyspace!"))
    let cursor = try cluster.run("--scan", "--cursor", "7")
    #expect(cursor.err == "a cursor is of one server, and this is a cluster: leave out -c\n")
    #expect(cursor.exitCode == 1)
  }

  @Test func keysOfSeveralSlotsAreSplitAndJoined() throws {
    _ = try cluster.run(stdin: "set a 1\nset b 2\nset c 3\nset {a}d 4\nlpush l x\n")
    #expect(
      try cluster.run("--no-raw", "mget", "a", "nope", "c", "b", "a", "{a}d", "l").out
        == "1) \"1\"\n2) (nil)\n3) \"3\"\n4) \"2\"\n5) \"1\"\n6) \"4\"\n7) (nil)\n")
    #expect(try cluster.run("exists", "a", "b", "c", "a", "nope").out == "4\n")
    #expect(try cluster.run("touch", "a", "b", "nope").out == "2\n")
    #expect(try cluster.run("del", "a", "b", "nope").out == "2\n")
    #expect(try cluster.run("unlink", "c", "{a}d", "l").out == "3\n")
    #expect(try cluster.run("dbsize").out == "0\n")
    // In a script, between others, in order.
    let run = try cluster.run(
      stdin: "set x 1\nset y 2\nset z 3\nmget x y z\ndel x y\nget z\nexists x y z\n")
    #expect(run.out == "OK\nOK\nOK\n1\n2\n3\n2\n3\n1\n")
    #expect(run.err == "")
  }

  @Test func whatCannotBeSplitIsTheServersError() throws {
    for command in [["mset", "a", "1", "b", "2"], ["sinter", "a", "b"], ["rename", "a", "b"]] {
      let ours = try Run.program(Project.sesscli, ["-c", "-p", cluster.port] + command)
      let theirs = try Run.program(
        try #require(Project.find("redis-cli")), ["-c", "-p", cluster.port] + command)
      #expect(
        ours.out.trimmingCharacters(in: .newlines) == theirs.out.trimmingCharacters(in: .newlines))
      #expect(ours.out.hasPrefix("CROSSSLOT"))
      #expect(ours.exitCode == theirs.exitCode)
    }
    #expect(
      try cluster.run("--no-raw", "select", "1").out.contains(
        "SELECT is not allowed in cluster mode"))
    #expect(try cluster.run("mset", "{t}a", "1", "{t}b", "2").out == "OK\n")
    #expect(try cluster.run("-n", "1", "get", "k").exitCode == 3)
  }

  @Test func withoutTheOptionRedirectionsAreShownAsRedisCliShowsThem() throws {
    let redisCli = try #require(Project.find("redis-cli"))
    var redirected = 0
    for key in ["a", "b", "c", "d"] {
      let ours = try cluster.runPlain("--no-raw", "get", key)
      let theirs = try Run.program(redisCli, ["-p", cluster.port, "--no-raw", "get", key])
      #expect(ours.out == theirs.out)
      #expect(ours.err == "" && ours.exitCode == 0)
      if ours.out.hasPrefix("(error) MOVED") { redirected += 1 }
    }
    #expect(redirected > 0 && redirected < 4)
  }

  @Test func aServerThatIsNoneOfAClusterIsUsedAsItIs() throws {
    let server = try RedisServer(tcp: true)
    let run = try Run.sesscli(
      "-c", "-p", "\(server.port)", stdin: Array("select 2\nset k v\nkeys\ndbsize\n".utf8))
    #expect(run.out == "OK\nOK\nk\n1\n" && run.err == "" && run.exitCode == 0)
  }

  @Test func aClusterThatIsBeingSetUp() throws {
    let server = try RedisServer(
      ["--cluster-enabled", "yes", "--cluster-port", "\(RedisServer.freePort())"], tcp: true)
    let program = try Coprocess("-c", "-p", "\(server.port)")
    try program.send("get k\n")
    program.expectError("line 1: (error) CLUSTERDOWN Hash slot not served\n")
    try program.send("cluster addslotsrange 0 16383\n")
    program.expect("OK\n")
    try cluster.wait(for: "a cluster") {
      try server.send("CLUSTER", "INFO").contains("cluster_state:ok")
    }
    try program.send("set k v\nget k\n")
    program.expect("OK\nv\n")
    try program.send("keys\n")
    program.expect("k\n")
    #expect(try program.finish().exitCode == 1)
  }

  // MARK: Scripts

  @Test func aScriptOfManyCommandsIsAnsweredInOrder() throws {
    var script = ""
    var expected = ""
    for i in 0..<30_000 {
      switch i % 5 {
      case 0: (script, expected) = (script + "set k:\(i) \(i)\n", expected + "OK\n")
      case 1: (script, expected) = (script + "get k:\(i - 1)\n", expected + "\(i - 1)\n")
      case 2: (script, expected) = (script + "incr k:\(i - 2)\n", expected + "\(i - 1)\n")
      case 3:
        (script, expected) = (script + "append k:\(i - 3) x\n", expected + "\("\(i - 2)x".count)\n")
      default: (script, expected) = (script + "incr counter\n", expected + "\(i / 5 + 1)\n")
      }
    }
    let run = try cluster.run(stdin: script)
    #expect(run.out == expected)
    #expect(run.err == "" && run.exitCode == 0)
    #expect(try cluster.run("dbsize").out == "6001\n")
  }

  @Test func errorsHaveTheirLines() throws {
    let run = try cluster.run(stdin: "set a 1\nlpush a x\nset b 2\nget b\nincr nope x\nget a\n")
    #expect(run.out == "OK\nOK\n2\n1\n")
    #expect(
      run.err
        == "line 2: (error) WRONGTYPE Operation against a key holding the wrong kind of value\n"
        + "line 5: (error) ERR wrong number of arguments for 'incr' command\n")
    #expect(run.exitCode == 1)
  }

  @Test func aProgramThatWaitsIsServedAtOnce() throws {
    let program = try Coprocess("-c", "-p", cluster.port)
    for i in 0..<50 {
      try program.send("set k:\(i) \(i)\n")
      program.expect("OK\n")
      try program.send("get k:\(i)\n")
      program.expect("\(i)\n")
    }
    #expect(try program.finish().exitCode == 0)
  }

  @Test func subscriptionsAndBlockingCommands() throws {
    let program = try Coprocess("-c", "-p", cluster.port)
    // Each in a slot of another master.
    for name in ["a", "b", "c", "d"] {
      try program.send("blpop list:\(name) 0\n")
      try cluster.wait(for: "a client that waits") {
        try cluster.master(of: "list:\(name)").send("INFO", "clients").contains("blocked_clients:1")
      }
      #expect(try cluster.run("rpush", "list:\(name)", "x").out == "1\n")
      program.expect("list:\(name)\nx\n")
    }
    try program.send("ssubscribe shard:b\n")
    program.expect("ssubscribe\nshard:b\n1\n")
    #expect(try cluster.run("spublish", "shard:b", "hello").out == "1\n")
    program.expect("smessage\nshard:b\nhello\n")
    try program.send("get nothing\n")
    program.expect("\n")
    #expect(try program.finish().exitCode == 0)
  }

  // MARK: Transactions

  @Test func transactionsGoWhereTheirKeysAre() throws {
    for key in ["a", "b", "c", "d"] {
      let run = try cluster.run(
        stdin: "multi\nping\nset \(key) 1\nincr \(key)\nexec\nget \(key)\n")
      #expect(run.out == "OK\nQUEUED\nQUEUED\nQUEUED\nPONG\nOK\n2\n2\n")
      #expect(run.err == "" && run.exitCode == 0)
    }
    let other = try cluster.run(stdin: "multi\nset a 5\nset b 6\nexec\nget a\nget b\n")
    #expect(
      other.err.contains(
        "line 3: CROSSSLOT: this key is of slot 3300, and the transaction of slot 15495; not sent\n"
      ))
    #expect(
      other.err.contains(
        "line 4: EXEC was not sent but DISCARD: a command of the transaction is missing\n"))
    #expect(other.out.hasSuffix("\n2\n2\n"))
    let wide = try cluster.run(stdin: "multi\nflushall\nexec\ndbsize\n")
    #expect(
      wide.err.contains(
        "FLUSHALL inside a transaction would reach one server of the cluster only; not sent"))
    #expect(wide.out.hasSuffix("\n4\n"))
  }

  @Test func watchedKeysGuardATransaction() throws {
    for key in ["a", "b", "c"] {
      let program = try Coprocess("-c", "-p", cluster.port)
      try program.send("watch \(key)\nget {x}1\nget {y}2\nget {z}3\n")
      program.expect("OK\n\n\n\n")
      _ = try cluster.run("set", key, "changed")
      try program.send("multi\nset \(key) mine\nexec\nget \(key)\n")
      program.expect("OK\nQUEUED\n\nchanged\n")
      try program.send("watch \(key)\nmulti\nset \(key) mine\nexec\nget \(key)\n")
      program.expect("OK\nOK\nQUEUED\nOK\nmine\n")
      #expect(try program.finish().exitCode == 0)
    }
    let run = try cluster.run(stdin: "watch a\nwatch b\n")
    #expect(run.err.contains("WATCH: keys are watched at"))
  }

  // MARK: Slots that move

  /// Begins to move the slot of `{tag}` to another master.
  private func beginMigration(_ tag: String) throws -> (
    slot: String, from: RedisServer, to: RedisServer
  ) {
    let from = try cluster.master(of: tag)
    let to = try #require(cluster.servers.prefix(3).first { $0 !== from })
    let slot = "\(HashSlot.of(Array(tag.utf8)))"
    let (source, target) = (try from.send("CLUSTER", "MYID"), try to.send("CLUSTER", "MYID"))
    #expect(try to.send("CLUSTER", "SETSLOT", slot, "IMPORTING", source) == "+OK")
    #expect(try from.send("CLUSTER", "SETSLOT", slot, "MIGRATING", target) == "+OK")
    return (slot, from, to)
  }

  private func endMigration(_ slot: String, to server: RedisServer) throws {
    let id = try server.send("CLUSTER", "MYID")
    try server.send("CLUSTER", "SETSLOT", slot, "NODE", id)
    for other in cluster.servers.prefix(3) where other !== server {
      try other.send("CLUSTER", "SETSLOT", slot, "NODE", id)
    }
    let number = try #require(Int(slot))
    try cluster.wait(for: "servers that know the slot's master") {
      try cluster.servers.allSatisfy { asked in
        try asked.send("CLUSTER", "NODES").split(separator: "\n").contains {
          $0.hasPrefix(id) && SlotsOfLine.contain(number, in: $0)
        }
      }
    }
  }

  private enum SlotsOfLine {
    static func contain(_ slot: Int, in line: Substring) -> Bool {
      line.split(separator: " ").dropFirst(8).contains { word in
        let bounds = word.split(separator: "-").compactMap { Int($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return false }
        return (first...last).contains(slot)
      }
    }
  }

  @Test func aSlotOnItsWay() throws {
    let tag = "{moving}"
    _ = try cluster.run(
      stdin:
        "set \(tag)1 one\nset \(tag)2 two\nhset \(tag)h f v g w\nset {a}3 three\nset {b}4 "
        + "four\nset {d}5 five\n"
    )
    let (slot, from, to) = try beginMigration("moving")
    for key in ["\(tag)1", "\(tag)h"] {
      #expect(try from.send("MIGRATE", "127.0.0.1", "\(to.port)", key, "0", "5000") == "+OK")
    }
    // One key has arrived, one has not, one is new.
    #expect(try cluster.run("get", "\(tag)1").out == "one\n")
    #expect(try cluster.run("get", "\(tag)2").out == "two\n")
    #expect(try cluster.run("set", "\(tag)new", "x").out == "OK\n")
    #expect(try cluster.run("hget", "\(tag)h", "f").out == "v\n")
    #expect(try cluster.run("mget", "\(tag)1", "{a}3", "\(tag)new").out == "one\nthree\nx\n")
    #expect(try cluster.run("decode", "\(tag)h").out == "{\"f\":\"v\",\"g\":\"w\"}\n")
    // Commands with several keys of it are refused until all have arrived.
    let both = try cluster.run("mget", "\(tag)1", "\(tag)2")
    #expect(both.out.hasPrefix("TRYAGAIN"))
    let names = ["\(tag)1", "\(tag)2", "\(tag)h", "\(tag)new", "{a}3", "{b}4", "{d}5"]
    #expect(lines(try cluster.run("keys").out).sorted() == names.sorted())
    #expect(lines(try cluster.run("decode", "*").out).count == names.count)
    // Pipelined, in order.
    let script = (0..<2_000).map { "incr \(tag)counter\nincr {a}n\($0)\n" }.joined()
    let run = try cluster.run(stdin: script)
    #expect(run.out == (1...2_000).map { "\($0)\n1\n" }.joined())
    #expect(run.err == "" && run.exitCode == 0)
    #expect(try from.send("MIGRATE", "127.0.0.1", "\(to.port)", "\(tag)2", "0", "5000") == "+OK")
    #expect(try cluster.run("mget", "\(tag)1", "\(tag)2").out == "one\ntwo\n")
    try endMigration(slot, to: to)
    #expect(try cluster.run("get", "\(tag)1").out == "one\n")
    #expect(try cluster.master(of: tag).port == to.port)
  }

  @Test func aSlotThatMovesInTheMiddleOfAScript() throws {
    let program = try Coprocess("-c", "-p", cluster.port)
    for i in 1...3 {
      try program.send("incr {slot}n\n")
      program.expect("\(i)\n")
    }
    let (slot, from, to) = try beginMigration("slot")
    #expect(try from.send("MIGRATE", "127.0.0.1", "\(to.port)", "{slot}n", "0", "5000") == "+OK")
    try endMigration(slot, to: to)
    try program.send(String(repeating: "incr {slot}n\nincr other\n", count: 1_000))
    let run = try program.finish()
    #expect(run.out == "1\n2\n3\n" + (1...1_000).map { "\($0 + 3)\n\($0)\n" }.joined())
    #expect(run.err == "" && run.exitCode == 0)
  }

  // MARK: decode

  @Test func decodeOfAPatternIsOfAllMasters() throws {
    var script = ""
    for i in 0..<3_000 { script += "set session:\(i) '{\"id\":\(i)}'\n" }
    script += "hset session:hash a 1 b 2\nset other 1\n"
    _ = try cluster.run(stdin: script)
    let run = try cluster.run("decode", "session:*")
    let expected = (0..<3_000).map { "{\"id\":\($0)}" } + ["{\"a\":1,\"b\":2}"]
    #expect(lines(run.out).sorted() == expected.sorted())
    #expect(run.err == "" && run.exitCode == 0)
    #expect(try cluster.run("decode", "session:7", "session:8").out == "{\"id\":7}\n{\"id\":8}\n")
    let missing = try cluster.run("decode", "session:none")
    #expect(missing.err == "no such key: session:none\n" && missing.exitCode == 1)
  }

  @Test func nothingIsWrittenWithReadOnly() throws {
    for key in ["a", "b", "c", "d"] {
      let run = try cluster.run("--read-only", "set", key, "v")
      #expect(run.err == "--read-only: SET may write; not sent\n" && run.exitCode == 1)
      #expect(try cluster.run("--read-only", "get", key).out == "\n")
    }
    #expect(try cluster.run("--read-only", "flushall").exitCode == 1)
    #expect(try cluster.run("--read-only", "del", "a", "b").exitCode == 1)
  }

  // MARK: At the prompt

  @Test func thePromptTheQuestionAndCompletion() throws {
    let terminal = try PTY.sesscli("-c", "-p", cluster.port, columns: 110)
    terminal.expect("127.0.0.1:\(cluster.port) (3 masters)> ")
    for key in ["a", "b", "c", "d"] {
      try terminal.enter("set session:\(key) 1")
      let port = try cluster.master(of: "session:\(key)").port
      terminal.expect("OK\n127.0.0.1:\(port) (3 masters)> ")
    }
    try terminal.enter("multi")
    terminal.expect("(3 masters)(TX)> ")
    try terminal.enter("discard")
    terminal.expect("(3 masters)> ")
    try terminal.send("get session:")
    try terminal.send(.tab)
    try terminal.send(.tab)
    for key in ["a", "b", "c", "d"] { terminal.expectScreen("session:\(key)") }
    try terminal.send(.controlU)
    try terminal.enter("keys")
    terminal.expect("4) \"session:")
    try terminal.enter("flushall")
    let counts = try cluster.servers.prefix(3).map {
      "127.0.0.1:\($0.port) \(try $0.send("DBSIZE").dropFirst())"
    }
    terminal.expect(
      "the cluster of 3 masters (\(counts.joined(separator: ", "))) holds 4 keys: 4 session:*")
    terminal.expect("Type 4 to delete them, anything else to cancel: ")
    try terminal.enter("n")
    terminal.expect("Cancelled, nothing was sent.\n")
    try terminal.enter("flushdb")
    terminal.expect("anything else to cancel: ")
    try terminal.enter("4")
    terminal.expect("OK\n")
    for server in cluster.servers.prefix(3) { #expect(try server.send("DBSIZE") == ":0") }
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }

  @Test func aClusterIsOffered() throws {
    let key = try #require(
      ["a", "b", "c", "d"].first { try cluster.master(of: $0) !== cluster.servers[0] })
    let terminal = try PTY.sesscli("-p", cluster.port, columns: 110)
    terminal.expect("127.0.0.1:\(cluster.port)> ")
    try terminal.enter("get \(key)")
    terminal.expect("(error) MOVED")
    terminal.expect(
      "this server is one of a cluster: \":cluster on\" uses all its masters as one database")
    try terminal.enter(":cluster on")
    terminal.expect("3 masters: 127.0.0.1:\(cluster.port), ")
    terminal.expect("(3 masters)> ")
    try terminal.enter("get \(key)")
    terminal.expect("(nil)\n")
    try terminal.enter(":cluster off")
    try terminal.enter("ping")
    terminal.expect("PONG\n")
    let server = try RedisServer(tcp: true)
    try terminal.enter("connect 127.0.0.1 \(server.port)")
    terminal.expect("127.0.0.1:\(server.port)> ")
    try terminal.enter(":cluster on")
    terminal.expect("127.0.0.1:\(server.port) is not one of a cluster")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }
}
