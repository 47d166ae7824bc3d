import Foundation
import Testing

/// The prompt on a terminal: what it shows, what it asks, what ends what.
@Suite struct PromptTests {
  @Test func thePromptSaysWhereOneIs() throws {
    let server = try RedisServer(tcp: true)
    let terminal = try PTY.sesscli("-p", "\(server.port)")
    terminal.expect("127.0.0.1:\(server.port)> ")
    try terminal.enter("select 2")
    terminal.expect("OK\n127.0.0.1:\(server.port)[2]> ")
    try terminal.enter("multi")
    terminal.expect("OK\n127.0.0.1:\(server.port)[2](TX)> ")
    try terminal.enter("discard")
    terminal.expect("OK\n127.0.0.1:\(server.port)[2]> ")
    try terminal.enter("select 99")
    terminal.expect("out of range\n127.0.0.1:\(server.port)[2]> ")
    server.stop()
    terminal.expect("not connected> ")
    #expect(!terminal.raw.contains(0x9b))
    let socket = try RedisServer()
    let other = try PTY.sesscli("-s", socket.socket)
    other.expect("redis \(socket.socket)> ")
    let nobody = try PTY.sesscli("-s", "/nonexistent.sock")
    nobody.expect(
      "Could not connect to Redis at /nonexistent.sock: No such file or directory\nnot connected> ")
    try nobody.send(.controlD)
    #expect(nobody.exitCode() == 0)
  }

  @Test func colourUnlessUnwanted() throws {
    let server = try RedisServer()
    let coloured = try PTY.prompt(at: server.socket, environment: ["NO_COLOR": ""])
    try coloured.enter("lpush a b c")
    coloured.expect("(integer) 2")
    try coloured.enter("set a")
    coloured.expect("(error) ERR")
    #expect(String(decoding: coloured.raw, as: UTF8.self).contains("\u{1b}[31m(error)"))
    for plain in [
      try PTY.sesscli("-s", server.socket),
      try PTY.sesscli("-s", server.socket, "--no-color", environment: ["NO_COLOR": ""]),
    ] {
      plain.expect("> ")
      try plain.enter("set a")
      plain.expect("(error) ERR")
      plain.expect("> ")
      #expect(!String(decoding: plain.raw, as: UTF8.self).contains(#/\u{1b}\[[0-9;]*m/#))
    }
  }

  @Test func controlDLeaves() throws {
    let server = try RedisServer()
    for leave in ["\u{4}", "quit\r", "exit\r", "EXIT\r"] {
      let terminal = try PTY.prompt(at: server.socket)
      try terminal.send(leave)
      #expect(terminal.exitCode() == 0)
    }
  }

  @Test func historyIsPrivateAndHoldsNoSecret() throws {
    let server = try RedisServer()
    let home = try TemporaryFolder()
    let terminal = try PTY.prompt(at: server.socket, home: home)
    for line in [
      "get kept", "auth hunter2", "auth alice hunter2", "config set requirepass hunter2",
      "acl setuser bob >hunter2", "hello 2 auth alice hunter2",
      "migrate h 6379 k 0 1000 auth hunter2", "config set requirepass \"\"", "3 auth hunter2",
    ] {
      try terminal.enter(line)
      terminal.expect("redis.sock> ")
    }
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    let path = home.path + "/.sesscli_history"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == "get kept\n")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)

    let again = try PTY.prompt(at: server.socket, home: home)
    try again.send(.up)
    again.expect("get kept")
  }

  // MARK: Ctrl-C

  @Test func controlCClearsTheLine() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.send("set k v")
    terminal.expect("set k v")
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    try terminal.enter("exists k")
    terminal.expect("(integer) 0")
  }

  @Test func controlCStopsALongOutputAtOnce() throws {
    let server = try RedisServer()
    try server.send(
      "EVAL", "for i = 1, 100000 do redis.call('RPUSH', 'l', string.rep('x', 100)) end", "0")
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("lrange l 0 -1")
    terminal.expect("   100) ")
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains("100000) "))
    try terminal.enter("llen l")
    terminal.expect("(integer) 100000")
  }

  @Test func controlCEndsRepetitions() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("1000000000 incr n")
    terminal.expect("(integer) 100\n")
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    try terminal.enter("echo end")
    terminal.expect("\"end\"")
  }

  @Test func controlCLeavesASubscription() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("subscribe news sport")
    terminal.expect("3) (integer) 2")
    terminal.expect("Reading messages... (press Ctrl-C to quit, or type a command)")
    try server.send("PUBLISH", "sport", "goal")
    terminal.expect("3) \"goal\"")
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    try terminal.enter("echo end")
    terminal.expect("\"end\"")
  }

  // MARK: The question before a flush

  private func filled() throws -> RedisServer {
    let server = try RedisServer()
    try server.send(
      "EVAL",
      """
      for i = 1, 1100 do redis.call('SET', 'session:' .. i, i) end
      for i = 1, 104 do redis.call('SET', 'cache:' .. i, i) end
      """, "0")
    return server
  }

  @Test func aFlushIsConfirmedByTheNumberOfKeys() throws {
    let server = try filled()
    let terminal = try PTY.prompt(at: server.socket)
    for answer in ["y", "yes", "", "1203", "flushdb"] {
      try terminal.enter("flushdb")
      terminal.expect("db0 of \(server.socket) holds 1,204 keys: 1,100 session:*, 104 cache:*\n")
      terminal.expect("Type 1204 to delete them, anything else to cancel: ")
      try terminal.enter(answer)
      terminal.expect("Cancelled, nothing was sent.\n")
      terminal.expect("redis.sock> ")
    }
    #expect(try server.send("DBSIZE") == ":1204")
    try terminal.enter("FLUSHDB async")
    terminal.expect("to cancel: ")
    try terminal.send(.controlC)
    terminal.expect("Cancelled, nothing was sent.\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("2 flushdb")
    terminal.expect("to cancel: ")
    try terminal.enter("1,204")
    terminal.expect("OK\n")
    terminal.expect("Type 0 to delete them")
    try terminal.enter("0")
    terminal.expect("OK\n")
    #expect(try server.send("DBSIZE") == ":0")
  }

  @Test func flushallCountsEveryDatabase() throws {
    let server = try filled()
    let terminal = try PTY.prompt(at: server.socket, "-n", "5")
    try terminal.enter("set one 1")
    terminal.expect("OK\n")
    try terminal.enter("flushall")
    terminal.expect(
      "everything in all databases (db0 1,204, db5 1) of \(server.socket) holds 1,205 keys")
    terminal.expect("Type 1205 to delete them")
    try terminal.enter("1205")
    terminal.expect("OK\n")
    #expect(try server.send("DBSIZE") == ":0")
  }

  @Test func theQuestionCanBeTurnedOff() throws {
    for (options, line) in [(["--yes"], "ping"), ([], ":set confirm off")] {
      let server = try filled()
      let terminal = try PTY(Project.sesscli, ["-s", server.socket] + options)
      terminal.expect("> ")
      try terminal.enter(line)
      terminal.expect("redis.sock> ")
      try terminal.enter("flushdb")
      terminal.expect("OK\n")
      #expect(try server.send("DBSIZE") == ":0")
    }
    let server = try filled()
    #expect(try Run.script("flushdb\n", server).out == "OK\n")
    #expect(try Run.bash("sesscli flushall", server).out == "OK\n")
  }

  @Test func aFlushInsideATransactionCannotBeShown() throws {
    let server = try filled()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("multi")
    terminal.expect("(TX)> ")
    try terminal.enter("flushdb")
    terminal.expect("FLUSHDB inside a transaction cannot show what would go")
    try terminal.enter("exec")
    terminal.expect("EXEC was not sent but DISCARD")
    #expect(try server.send("DBSIZE") == ":1204")
  }

  /// Lines pasted after `flushdb` are not its answer.
  @Test func whatWasTypedAheadIsNoAnswer() throws {
    let server = try filled()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.send("debug sleep 0.3\rflushdb\r1204\r")
    terminal.expect("to cancel: ")
    try terminal.enter("no")
    terminal.expect("Cancelled")
    #expect(try server.send("DBSIZE") == ":1204")
  }

  // MARK: Own commands

  @Test func connectGoesElsewhere() throws {
    let server = try RedisServer()
    let other = try RedisServer(tcp: true)
    try other.send("SET", "k", "other")
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("connect 127.0.0.1 \(other.port)")
    terminal.expect("127.0.0.1:\(other.port)> ")
    try terminal.enter("get k")
    terminal.expect("\"other\"")
    #expect(!terminal.screen.text.contains("reconnected"))
    for wrong in ["connect", "connect localhost", "connect localhost 99999", "connect localhost x"]
    {
      try terminal.enter(wrong)
      terminal.expect("usage: connect HOST PORT")
    }
    let free = try RedisServer.freePort()
    try terminal.enter("connect 127.0.0.1 \(free)")
    terminal.expect("Could not connect to Redis at 127.0.0.1:\(free): Connection refused")
    terminal.expect("not connected> ")
  }

  /// The database goes along to the other server, which need not have it.
  @Test func connectSaysHowToLeaveADatabase() throws {
    let server = try RedisServer()
    let other = try RedisServer(["--databases", "2"], tcp: true)
    let terminal = try PTY.sesscli("-s", server.socket, "-n", "2", columns: 120)
    terminal.expect("[2]> ")
    try terminal.enter("connect 127.0.0.1 \(other.port)")
    terminal.expect("SELECT 2 failed: ERR DB index is out of range; select 0 first\n")
    terminal.expect("not connected> ")
    try terminal.enter("select 0")
    terminal.expect("OK\n")
    terminal.expect("127.0.0.1:\(other.port)> ")
    let script = try Run.script(
      "select 2\nconnect 127.0.0.1 \(other.port)\nping\n", server)
    #expect(script.out == "OK\n")
    #expect(
      script.err == "line 2: SELECT 2 failed: ERR DB index is out of range; select 0 first\n")
    #expect(script.exitCode == 3)
  }

  @Test func manyKeysArePagedAndItIsSaid() throws {
    let server = try RedisServer()
    try server.send("EVAL", "for i = 1, 100001 do redis.call('SET', 'k' .. i, '') end", "0")
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("keys k10000*")
    terminal.expect("100,001 keys: listed by SCAN, so that the server goes on serving others\n")
    terminal.expect("k10000")
    terminal.expect("redis.sock> ")
    let listed = Set(terminal.screen.text.matches(of: #/"(k[0-9]+)"/#).map { String($0.output.1) })
    #expect(listed == ["k10000", "k100000", "k100001"])
    try terminal.enter("keys nothing*")
    terminal.expect("(empty array)")
    #expect(try server.send("INFO", "commandstats").contains("cmdstat_keys") == false)
  }

  @Test func aSlowCommandShowsItsTime() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("debug sleep 0.6")
    terminal.expect("OK\n(0.6")
    terminal.expect("s)\n")
    try terminal.enter("ping")
    terminal.expect("PONG\nredis ")
  }

  @Test func aNarrowTerminal() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("-s", server.socket, columns: 20, rows: 10)
    terminal.expectScreen(where: "a prompt") { $0.logicalLines.last?.hasSuffix("sock>") == true }
    try terminal.enter("set k \"a value that is longer than the line\"")
    terminal.expect("OK\n")
    terminal.resize(columns: 100, rows: 30)
    try terminal.enter("get k")
    terminal.expect("\"a value that is longer than the line\"\n")
  }

  // MARK: Completion

  /// `fl`, TAB, Enter in redis-cli runs FLUSHALL.
  @Test func tabNeverCompletesAFlush() throws {
    let server = try filled()
    let terminal = try PTY.prompt(at: server.socket, "--yes")
    for prefix in ["f", "fl", "flu", "flush", "FL"] {
      try terminal.send(prefix)
      try terminal.send(.tab)
      try terminal.send(.enter)
      terminal.expect("redis.sock> ")
      #expect(try server.send("DBSIZE") == ":1204")
    }
  }
}
