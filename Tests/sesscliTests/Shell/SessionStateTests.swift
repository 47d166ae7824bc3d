import Foundation
import Testing

/// What commands change for the connection is in the prompt, and in the next connection.
@Suite struct SessionStateTests {
  /// When `(TX)` stands in the prompt.
  @Test func transactions() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    let (plain, open) = ("redis \(server.socket)> ", "redis \(server.socket)(TX)> ")
    for (line, reply, prompt) in [
      ("exec", "(error) ERR EXEC without MULTI", plain),
      ("discard", "(error) ERR DISCARD without MULTI", plain),
      ("multi x", "(error) ERR wrong number of arguments for 'multi' command", plain),
      ("multi", "OK", open),
      ("multi", "(error) ERR MULTI calls can not be nested", open),
      ("watch k", "(error) ERR WATCH inside MULTI is not allowed", open),
      ("set s 1", "QUEUED", open),
      ("lpush s 1", "QUEUED", open),
      ("exec", "1) OK\n2) (error) WRONGTYPE", plain),
      ("multi", "OK", open),
      ("no-such-command", "(error) ERR unknown command", open),
      ("exec", "(error) EXECABORT", plain),
      ("multi", "OK", open),
      ("exec x", "(error) EXECABORT", plain),
      ("multi", "OK", open),
      ("discard x", "(error) ERR wrong number of arguments", open),
      ("discard", "OK", plain),
      ("multi", "OK", open),
      ("exec", "(empty array)", plain),
      ("multi", "OK", open),
      ("reset", "RESET", plain),
      ("get s", "\"1\"", plain),
      ("watch s", "OK", plain),
      ("set s 2", "OK", plain),
      ("multi", "OK", open),
      ("get s", "QUEUED", open),
      ("exec", "(nil)", plain),
    ] {
      try terminal.enter(line)
      terminal.expect("\n" + reply)
      terminal.expect("\n" + prompt)
    }
  }

  /// EXEC without MULTI is an error and leaves the WATCH.
  @Test func aWatchOutlivesAnExecWithoutMulti() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("watch k")
    terminal.expect("OK\n")
    try terminal.enter("exec")
    terminal.expect("ERR EXEC without MULTI\n")
    terminal.expect("> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("multi")
    terminal.expect("the WATCH on keys was lost with the old connection; this command was not sent")
  }

  /// In redis-cli the prompt keeps (TX) after a reconnection, and the commands are executed at
  /// once.
  @Test func aTransactionThatIsLost() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket, "-n", "2")
    try terminal.enter("multi")
    terminal.expect("(TX)> ")
    try terminal.enter("set k 1")
    terminal.expect("QUEUED\n")
    terminal.expect("(TX)> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("the server closed the connection\n")
    terminal.expect("not connected> ")
    try terminal.enter("set k 2")
    terminal.expect(
      "reconnected, database 2 selected again\nthe open transaction was lost with the old "
        + "connection; this command was not sent\n"
    )
    terminal.expect("redis.sock[2]> ")
    try terminal.enter("get k")
    terminal.expect("(nil)\n")
  }

  /// Whoever resets is nobody; a connection made later does not log in behind his back.
  @Test func aResetIsKept() throws {
    let server = try RedisServer(["--user", "alice", "on", ">pw", "~*", "+@all"])
    let terminal = try PTY.prompt(
      at: server.socket, "--user", "alice", "-a", "pw", "--no-auth-warning", "-n", "3")
    try terminal.enter("acl whoami")
    terminal.expect("\"alice\"\n")
    try terminal.enter("reset")
    terminal.expect("RESET\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("acl whoami")
    terminal.expect("\"default\"\n")
    terminal.expect("> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("acl whoami")
    terminal.expect("reconnected\n\"default\"\n")
    try terminal.enter("client info")
    terminal.expect(" db=0 ")
    try terminal.enter("auth alice pw")
    terminal.expect("OK\n")
    terminal.expect("> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("acl whoami")
    terminal.expect("reconnected\n\"alice\"\n")
  }

  /// A name is no password.
  @Test func helloNamesAConnectionAuth() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("hello 2 setname auth")
    terminal.expect("\"proto\"")
    terminal.expect("> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("client getname")
    terminal.expect("reconnected, CLIENT SETNAME sent again\n\"auth\"\n")
  }

  @Test func shutdownLeavesThePrompt() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("shutdown abort")
    terminal.expect("(error) ERR No shutdown in progress.\n")
    try terminal.enter("shutdown nonsense")
    terminal.expect("(error) ERR syntax error\n")
    try terminal.enter("shutdown nosave now force")
    terminal.expect("not connected> ")
    #expect(!terminal.screen.text.contains("Error:"))
    try terminal.enter("get k")
    terminal.expect("Could not connect to Redis at ")
  }

  /// What the connection held went with the server: it is told when that is back, and nothing is
  /// sent without it.
  @Test func shutdownTakesAWatchWithIt() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket, "-n", "3")
    try terminal.enter("client setname me")
    terminal.expect("OK\n")
    try terminal.enter("watch k")
    terminal.expect("OK\n")
    try terminal.enter("shutdown nosave")
    terminal.expect("not connected> ")
    server.stop()
    try server.start()
    try terminal.enter("set k v")
    terminal.expect("reconnected, database 3 selected, CLIENT SETNAME sent again\n")
    terminal.expect("the WATCH on keys was lost with the old connection; this command was not sent")
    terminal.expect("redis.sock[3]> ")
    try terminal.enter("exists k")
    terminal.expect("(integer) 0\n")
  }

  @Test func shutdownInAScript() throws {
    let server = try RedisServer()
    for (watches, setting) in [("", "client setname me\n"), ("watch k\n", "")] {
      let script = try Coprocess("-s", server.socket, "-n", "3")
      try script.send(setting + watches + "echo ready\nshutdown nosave\n")
      script.expect("OK\nready\n")
      let deadline = Deadline(after: .seconds(10))
      while (try? server.send("PING")) != nil, !deadline.isOver { poll(nil, 0, 5) }
      server.stop()
      try server.start()
      try script.send("set k v\nset l v\n")
      let run = try script.finish()
      if watches.isEmpty {
        #expect(run.err == "reconnected, database 3 selected, CLIENT SETNAME sent again\n")
        #expect(run.out.hasSuffix("OK\nOK\n"))
        #expect(run.exitCode == 0)
      } else {
        #expect(
          run.err == """
            reconnected, database 3 selected again
            line 4: the WATCH on keys was lost with the old connection; this command was not sent

            """)
        #expect(run.exitCode == 3)
        #expect(try server.send("DBSIZE") == ":0")
      }
    }
  }

  // MARK: Ctrl-C

  @Test func monitorGoesOnUntilControlC() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket, "-n", "3")
    try terminal.enter("monitor")
    terminal.expect("OK\n")
    try server.send("ECHO", "watched")
    terminal.expect("\"ECHO\" \"watched\"\n")
    try terminal.send(.controlC)
    terminal.expect("redis.sock[3]> ")
    try server.send("ECHO", "unwatched")
    try terminal.enter("client info")
    terminal.expect(" db=3 ")
    #expect(!terminal.screen.text.contains("unwatched"))
  }

  @Test(arguments: ["xread block 0 streams s $", "wait 1 0", "bzpopmin z 0", "2 blpop q 0"])
  func whatBlocksEndsWithControlC(_ line: String) throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter(line)
    try waitForBlockedClient(of: server)
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    try terminal.enter("echo end")
    terminal.expect("\"end\"\n")
  }
}
