import Foundation
import Testing

/// The prompt tells a replica from a master, and a refused write says where to go.
@Suite struct RoleTests {
  /// A master and a replica that has copied it.
  private struct Pair {
    let master: RedisServer
    let replica: RedisServer

    init() throws {
      let (master, replica) = (
        try RedisServer(["--repl-diskless-sync-delay", "0"], tcp: true),
        try RedisServer(["--repl-diskless-sync-delay", "0"], tcp: true)
      )
      try replica.send("REPLICAOF", "127.0.0.1", "\(master.port)")
      try wait("the replica has not copied its master") {
        try replica.send("INFO", "replication").contains("master_link_status:up")
      }
      (self.master, self.replica) = (master, replica)
    }
  }

  @Test func thePromptShowsAReplicaAsLongAsItIsOne() throws {
    let pair = try Pair()
    let (master, replica) = (pair.master.port, pair.replica.port)
    let terminal = try PTY.sesscli("-p", "\(replica)", "-n", "2", columns: 120)
    terminal.expect("127.0.0.1:\(replica)[2](replica)> ")
    try terminal.enter("set k v")
    terminal.expect(
      "(error) READONLY You can't write against a read only replica.\n"
        + "this is a replica of 127.0.0.1:\(master): write there (connect 127.0.0.1 \(master))\n")
    terminal.expect("127.0.0.1:\(replica)[2](replica)> ")
    try terminal.enter("multi")
    terminal.expect("127.0.0.1:\(replica)[2](replica)(TX)> ")
    try terminal.enter("replicaof no one")
    terminal.expect("QUEUED\n")
    terminal.expect("(replica)(TX)> ")
    try terminal.enter("exec")
    terminal.expect("1) OK\n127.0.0.1:\(replica)[2]> ")
    try terminal.enter("set k v")
    terminal.expect("OK\n")
    try terminal.enter("slaveof 127.0.0.1 \(master)")
    terminal.expect("OK\n127.0.0.1:\(replica)[2](replica)> ")
    // Somebody else makes it a master: the first write that succeeds tells.
    try pair.replica.send("REPLICAOF", "NO", "ONE")
    try terminal.enter("set k v")
    terminal.expect("OK\n127.0.0.1:\(replica)[2]> ")
    // And a replica again, which the first write that fails tells.
    try pair.replica.send("REPLICAOF", "127.0.0.1", "\(master)")
    try terminal.enter("set k v")
    terminal.expect("write there (connect 127.0.0.1 \(master))\n")
    terminal.expect("127.0.0.1:\(replica)[2](replica)> ")
    try terminal.enter("connect 127.0.0.1 \(master)")
    terminal.expect("127.0.0.1:\(master)[2]> ")
    try terminal.enter("set k v")
    terminal.expect("OK\n127.0.0.1:\(master)[2]> ")
  }

  @Test func aReconnectionLearnsTheRoleAnew() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("-s", server.socket)
    terminal.expect("redis.sock> ")
    try server.send("REPLICAOF", "127.0.0.1", "1")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("echo x")
    terminal.expect("reconnected\n\"x\"\n")
    terminal.expect("redis.sock(replica)> ")
  }

  /// FAILOVER answers before it begins.
  @Test func theEndOfAFailoverIsNoticed() throws {
    let pair = try Pair()
    let terminal = try PTY.sesscli("-s", pair.master.socket)
    terminal.expect("redis.sock> ")
    try terminal.enter("failover")
    terminal.expect("OK\n")
    try wait("the failover has not ended") {
      try pair.master.send("INFO", "replication").contains("role:slave")
    }
    try terminal.enter("echo x")
    terminal.expect("\"x\"\n")
    terminal.expect("redis.sock(replica)> ")
  }

  @Test func aScriptIsToldOnceWhereToWrite() throws {
    let pair = try Pair()
    let run = try Run.script("set a 1\nset b 1\nget a\nset c 1\n", pair.replica)
    #expect(run.exitCode == 1)
    #expect(run.out == "\n")
    let lines = run.err.split(separator: "\n")
    let advice =
      "this is a replica of 127.0.0.1:\(pair.master.port): write there (-h 127.0.0.1 -p "
      + "\(pair.master.port))"
    #expect(lines.filter { $0 == advice }.count == 1, "\(run.err)")
    #expect(lines.count == 4, "\(run.err)")
    #expect(lines.filter { $0.contains(": (error) READONLY You can't write") }.count == 3)
    let cli = try Run.program("/usr/bin/redis-cli", ["-s", pair.replica.socket, "set", "k", "v"])
    let one = try Run.sesscli("-s", pair.replica.socket, "set", "k", "v")
    #expect(one.out.split(separator: "\n") == cli.out.split(separator: "\n"))
    #expect(one.err == "")
  }

  /// Nobody is asked but where a prompt shows it.
  @Test func scriptsAndSingleCommandsDoNotAsk() throws {
    let server = try RedisServer(["--user", "alice", "on", ">pw", "~*", "+@all"])
    _ = try Run.sesscli("-s", server.socket, "ping")
    _ = try Run.script("ping\nnosuchcommand\n", server, "--user", "alice", "-a", "pw")
    let statistics = try server.send("INFO", "commandstats")
    #expect(statistics.contains("cmdstat_ping"))
    #expect(!statistics.contains("cmdstat_role"))
    #expect(!statistics.contains("whoami"))
  }

  @Test func whoMayNotAskIsShownNothing() throws {
    let pair = try Pair()
    try pair.replica.send("ACL", "SETUSER", "alice", "on", ">pw", "~*", "+@all", "-role")
    let terminal = try PTY.sesscli(
      "-p", "\(pair.replica.port)", "--user", "alice", environment: ["REDISCLI_AUTH": "pw"])
    terminal.expect("127.0.0.1:\(pair.replica.port)> ")
    try terminal.enter("set k v")
    terminal.expect("this server is a replica: write to its master\n")
    terminal.expect("127.0.0.1:\(pair.replica.port)> ")
  }

  /// A proxy may close at what it does not know, or swallow it.
  @Test(arguments: [[ScriptedServer.Step.close], [.stall], [.send("+OK\r\n+OK\r\n"), .stall]])
  func aServerThatDoesNotTakeTheQuestionIsUsedWithout(_ answer: [ScriptedServer.Step]) throws {
    let server = try ScriptedServer(
      [.expect("ROLE")] + answer,
      [.expect("echo", "x"), .send("$1\r\nx\r\n"), .close],
      [.expect("echo", "y"), .send("$1\r\ny\r\n"), .stall])
    let terminal = try PTY.sesscli("-t", "0.5", "-s", server.socket)
    terminal.expect("redis.sock> ")
    try terminal.enter("echo x")
    terminal.expect("\"x\"\n")
    terminal.expect("not connected> ")
    try terminal.enter("echo y")
    terminal.expect("\"y\"\n")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(server.finish().complaints == [])
  }

  @Test func aHostileRoleIsShownAsEscapes() throws {
    let host = "\u{1b}]0;title\u{7}"
    let server = try ScriptedServer([
      .expect("ROLE"),
      .send("*3\r\n$5\r\nslave\r\n$\(host.utf8.count)\r\n\(host)\r\n:6379\r\n"),
      .expect("set", "k", "v"), .send("-READONLY no\r\n"), .stall,
    ])
    let terminal = try PTY.sesscli("-s", server.socket, columns: 120)
    terminal.expect("(replica)> ")
    try terminal.enter("set k v")
    terminal.expect(#"this is a replica of \x1b]0;title\a:6379: write there"#)
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains("\u{1b}]0"))
  }
}
