import Foundation
import Testing

/// What was set on a connection by hand is set again on the next one, or told to be lost.
@Suite struct RestoredStateTests {
  @Test func theNameIsGivenAgain() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("-s", server.socket, "-n", "3", columns: 120)
    terminal.expect("[3]> ")
    for (line, reply) in [
      ("client setname worker", "OK\n"), ("client no-evict on", "OK\n"),
      // Neither was executed.
      ("multi", "OK\n"), ("client setname other", "QUEUED\n"), ("discard", "OK\n"),
      ("client setname \"a b\"", "(error)"),
    ] {
      try terminal.enter(line)
      terminal.expect(reply)
    }
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("client info")
    terminal.expect(
      "reconnected, database 3 selected, CLIENT SETNAME sent, CLIENT NO-EVICT sent again\n")
    terminal.expect("name=worker ")
    terminal.expect("e db=3 ")
    terminal.expect("[3]> ")
    for (line, reply) in [
      ("multi", "OK\n"), ("client setname other", "QUEUED\n"), ("exec", "1) OK\n"),
      ("client no-evict off", "OK\n"),
    ] {
      try terminal.enter(line)
      terminal.expect(reply)
    }
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("client getname")
    terminal.expect("reconnected, database 3 selected, CLIENT SETNAME sent again\n\"other\"\n")
    try terminal.enter("reset")
    terminal.expect("RESET\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("client getname")
    terminal.expect("reconnected\n(nil)\n")
  }

  @Test func aNameGivenByHello() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("hello 2 setname worker\nclient getname\n")
    coprocess.expectOutput(containing: "\nworker\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("client getname\nclient setname \"\"\nclient getname\n")
    coprocess.expectOutput(containing: "worker\nOK\n\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("client getname\necho end\n")
    coprocess.expectOutput(containing: "worker\nOK\n\n\nend\n")
  }

  @Test func whatCannotBeSetAgainIsToldOnce() throws {
    let server = try RedisServer()
    let other = try RawClient(socket: server.socket)
    let id = try other.send(["CLIENT", "ID"]).dropFirst()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("client tracking on redirect \(id)\nclient setname worker\n")
    coprocess.expect("OK\nOK\n")
    for _ in 0..<2 {
      try server.send("CLIENT", "KILL", "TYPE", "normal")
      try coprocess.send("client getname\n")
      coprocess.expect("worker\n")
    }
    let run = try coprocess.finish()
    #expect(run.exitCode == 0)
    #expect(
      run.err == """
        the server closed the connection
        reconnected, CLIENT SETNAME sent again; lost: CLIENT TRACKING
        the server closed the connection
        reconnected, CLIENT SETNAME sent again

        """)
  }

  @Test func controlCLosesNothingUnnoticed() throws {
    let server = try RedisServer()
    let other = try RawClient(socket: server.socket)
    let id = try other.send(["CLIENT", "ID"]).dropFirst()
    let terminal = try PTY.sesscli("-s", server.socket)
    for line in ["client tracking on redirect \(id)", "client setname worker"] {
      terminal.expect("> ")
      try terminal.enter(line)
      terminal.expect("OK\n")
    }
    try terminal.enter("blpop q 0")
    try waitForBlockedClient(of: server)
    try terminal.send(.controlC)
    terminal.expect("reconnected, CLIENT SETNAME sent again\n")
    terminal.expect("lost with the old connection: CLIENT TRACKING\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("client getname")
    terminal.expect("\"worker\"\n")
  }

  /// Redis Cluster's replicas answer after READONLY only.
  @Test func readonlyIsSentAgainBeforeAnythingElse() throws {
    let server = try ScriptedServer(
      [.expect("readonly"), .send("+OK\r\n"), .expect("ping"), .close],
      [.expect("readonly"), .send("+OK\r\n"), .expect("ping"), .send("+PONG\r\n"), .close],
      [.expect("readonly"), .send("-ERR not any more\r\n"), .expect("ping"), .send("+PONG\r\n")])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("readonly")
    terminal.expect("OK\n")
    try terminal.enter("ping")
    terminal.expect("not connected> ")
    try terminal.enter("ping")
    terminal.expect("reconnected, READONLY sent again\nPONG\n")
    terminal.expect("not connected> ")
    try terminal.enter("ping")
    terminal.expect("reconnected; lost: READONLY\nPONG\n")
    #expect(server.finish().complaints == [])
  }

  // MARK: A server that refuses

  /// redis-cli goes on in database 0. Nothing is sent before the person has named one that there
  /// is.
  @Test func anotherDatabaseCanBeNamed() throws {
    let server = try RedisServer()
    try server.send("SET", "precious", "1")
    let terminal = try PTY.sesscli("-s", server.socket, "-n", "99", "--yes")
    terminal.expect("SELECT 99 failed: ERR DB index is out of range\nnot connected> ")
    for line in ["flushdb", "select 98", "select x", "select -1"] {
      try terminal.enter(line)
      terminal.expect(
        "SELECT \(line == "select 98" ? 98 : 99) failed: ERR DB index is out of range\nnot "
          + "connected> "
      )
    }
    #expect(try server.send("DBSIZE") == ":1")
    try terminal.enter("select 3")
    terminal.expect("OK\n")
    terminal.expect("redis.sock[3]> ")
    try terminal.enter("set k v")
    terminal.expect("OK\n")
    #expect(try server.send("INFO", "keyspace").contains("db3:keys=1"))
  }

  /// As in redis-cli, the database that could not be selected is, once the password is there.
  @Test func aPasswordCanBeNamed() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    for options in [["-n", "2"], ["-n", "2", "-a", "wrong", "--no-auth-warning"]] {
      let terminal = try PTY(Project.sesscli, ["-s", server.socket] + options)
      terminal.expect("failed: ")
      terminal.expect("not connected> ")
      try terminal.enter("auth wrong")
      terminal.expect("AUTH failed: WRONGPASS")
      terminal.expect("not connected> ")
      try terminal.enter("auth hunter2")
      terminal.expect("OK\n")
      terminal.expect("redis.sock[2]> ")
      try terminal.enter("client info")
      terminal.expect("db=2 ")
    }
  }

  @Test func firstThePasswordAndThenTheDatabase() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    let terminal = try PTY.sesscli("-s", server.socket, "-n", "99")
    terminal.expect("SELECT 99 failed: NOAUTH")
    for (line, reply) in [
      ("select 3", "SELECT 3 failed: NOAUTH"), ("auth hunter2", "SELECT 99 failed: ERR DB index"),
      ("select 3", "OK\nredis "),
    ] {
      terminal.expect("> ")
      try terminal.enter(line)
      terminal.expect(reply)
    }
    terminal.expect("redis.sock[3]> ")
  }

  // MARK: A server that is being started

  /// A server with data, started again so that it loads them until `key-load-delay` is taken away.
  private func slowServer() throws -> RedisServer {
    let server = try RedisServer([
      "--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024",
    ])
    try server.send("SET", "k", "v")
    try server.send("DEBUG", "POPULATE", "60000", "filler", "100")
    #expect(try server.send("SAVE") == "+OK")
    return server
  }

  @Test func aServerThatLoadsItsDataIsWaitedFor() throws {
    let server = try slowServer()
    let terminal = try PTY.prompt(at: server.socket, "-n", "0")
    try terminal.enter("get k")
    terminal.expect("\"v\"\n")
    server.stop()
    terminal.expect("not connected> ")
    try server.start()
    try terminal.enter("get k")
    terminal.expect(
      "reconnected\nthe server is loading its data: waiting (Ctrl-C ends it)\n")
    // The wait ends when the person wants it; the command was not sent.
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    try terminal.enter("get k")
    terminal.expect("(error) LOADING")
    terminal.expect("redis.sock> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("get k")
    terminal.expect("waiting (Ctrl-C ends it)\n")
    #expect(try server.send("CONFIG", "SET", "key-load-delay", "0") == "+OK")
    terminal.expect("\"v\"\n", within: .seconds(60))
    #expect(
      String(decoding: terminal.raw, as: UTF8.self).components(separatedBy: "waiting").count == 3)
  }

  @Test func aScriptDoesNotWaitForEver() throws {
    let server = try slowServer()
    let coprocess = try Coprocess("-t", "1", "-s", server.socket)
    try coprocess.send("get k\n")
    coprocess.expect("v\n")
    server.stop()
    try server.start()
    try coprocess.send("set k w\nset k x\n")
    coprocess.expectEnd()
    let run = try coprocess.finish()
    #expect(run.exitCode == 3)
    #expect(run.out == "v\n")
    #expect(
      run.err == """
        the server closed the connection
        reconnected
        the server is loading its data: waiting
        line 2: Error: the server was still loading its data after 1 s

        """)
  }
}
