import Foundation
import Testing

/// A connection that ends: what was set up is set up again first, what is lost is told, nothing is
/// repeated.
@Suite struct ReconnectTests {
  @Test func aCommandThatMayHaveBeenExecutedIsNotRepeated() throws {
    let server = try ScriptedServer(
      [.expect("SELECT", "2"), .send("+OK\r\n"), .expect("incr", "n"), .close],
      [.expect("SELECT", "2"), .send("+OK\r\n"), .expect("get", "n"), .send("$1\r\n1\r\n"), .stall])
    let terminal = try PTY.sesscli("-s", server.socket, "-n", "2")
    terminal.expect("[2]> ")
    try terminal.enter("incr n")
    terminal.expect(
      "Error: the server closed the connection; INCR may have been executed and is not repeated")
    terminal.expect("not connected> ")
    try terminal.enter("get n")
    terminal.expect("reconnected, database 2 selected again")
    terminal.expect("\"1\"\n")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(server.finish().complaints == [])
  }

  @Test func aCommandThatOnlyReadsLeavesNoDoubt() throws {
    let server = try ScriptedServer([.command, .close])
    let run = try Run.sesscli("-s", server.socket, "get", "k")
    #expect(run.err == "Error: the server closed the connection\n")
    #expect(run.exitCode == 3)
  }

  @Test(arguments: [["publish", "c", "m"], ["config", "set", "save", ""], ["debug", "reload"]])
  func whatAdministersLeavesDoubt(_ words: [String]) throws {
    let server = try ScriptedServer([.command, .close])
    let run = try Run.program(Project.sesscli, ["-s", server.socket] + words)
    #expect(
      run.err
        == "Error: the server closed the connection; \(words[0].uppercased()) may have been "
        + "executed and is not repeated\n"
    )
    #expect(run.exitCode == 3)
  }

  @Test func nothingIsSentWhenTheDatabaseCannotBeSelectedAgain() throws {
    let server = try ScriptedServer(
      [.expect("SELECT", "2"), .send("+OK\r\n"), .expect("ping"), .close],
      [.expect("SELECT", "2"), .send("-ERR DB index is out of range\r\n"), .stall],
      [.expect("SELECT", "2"), .send("+OK\r\n"), .expect("flushdb"), .send("+OK\r\n"), .stall])
    let terminal = try PTY.sesscli("-s", server.socket, "-n", "2", "--yes")
    terminal.expect("[2]> ")
    try terminal.enter("ping")
    terminal.expect("not connected> ")
    try terminal.enter("flushdb")
    terminal.expect("SELECT 2 failed: ERR DB index is out of range")
    terminal.expect("not connected> ")
    try terminal.enter("flushdb")
    terminal.expect("OK\n")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(server.finish().complaints == [])
  }

  @Test func aServerStartedAnewOnTheSameSocket() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("set k v")
    terminal.expect("OK\n")
    server.stop()
    terminal.expect("the server closed the connection")
    terminal.expect("not connected> ")
    try terminal.enter("get k")
    terminal.expect("Could not connect to Redis at ")
    terminal.expect("No such file or directory")
    terminal.expect("not connected> ")
    try server.start()
    try terminal.enter("get k")
    terminal.expect("reconnected")
    terminal.expect("(nil)")
    terminal.expect("redis.sock> ")
  }

  @Test func aWatchLostIsReported() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("watch k")
    terminal.expect("OK\n")
    terminal.expect("> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("multi")
    terminal.expect("the WATCH on keys was lost with the old connection; this command was not sent")
    terminal.expect("redis.sock> ")
  }

  @Test func whoTypedAuthIsAuthenticatedAgain() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("auth hunter2")
    terminal.expect("OK\n")
    terminal.expect("> ")
    try terminal.enter("client kill type normal skipme no")
    terminal.expect("(integer) 1")
    terminal.expect("not connected> ")
    try terminal.enter("set k v")
    terminal.expect("reconnected")
    terminal.expect("OK\n")
  }

  @Test(arguments: ["auth alice pw", "hello 2 auth alice pw"])
  func whoATransactionAuthenticatedIsAuthenticatedAgain(_ login: String) throws {
    let server = try RedisServer(["--user", "alice", "on", ">pw", "~*", "+@all"])
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("multi\n\(login)\ndiscard\n")
    coprocess.expect("OK\nQUEUED\nOK\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("acl whoami\n")
    coprocess.expect("default\n")
    try coprocess.send("multi\n\(login)\nexec\necho done\n")
    coprocess.expectOutput(containing: "done\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("acl whoami\n")
    coprocess.expectOutput(containing: "alice\n")
    #expect(try coprocess.finish().exitCode == 0)
  }

  /// The reply was under way: what is still to come must not answer the next command.
  @Test func controlCRenewsTheConnection() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("-s", server.socket, "-n", "3")
    terminal.expect("[3]> ")
    try terminal.enter("blpop q 0")
    try waitForBlockedClient(of: server)
    try terminal.send(.controlC)
    terminal.expect("[3]> ")
    try server.send("RPUSH", "q", "late")
    try terminal.enter("client getname")
    terminal.expect("(nil)")
    try terminal.enter("set here 1")
    terminal.expect("OK\n")
    #expect(try server.send("EXISTS", "here") == ":0")
  }

  @Test func controlCInsideATransactionTellsThatItIsLost() throws {
    let server = try ScriptedServer(
      [.expect("multi"), .send("+OK\r\n"), .expect("get", "k"), .stall], [.stall])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("multi")
    terminal.expect("(TX)> ")
    try terminal.enter("get k")
    terminal.expect("\n")
    try terminal.send(.controlC)
    terminal.expect("the open transaction was lost with the old connection")
    terminal.expect("redis.sock> ")
  }
}
