import Foundation
import Testing

/// CLIENT REPLY OFF and SKIP, where redis-cli waits for ever.
@Suite struct SilentReplyTests {
  // MARK: Scripts

  @Test func offLastsUntilOn() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "echo 1\nclient reply off\nset a 1\nget a\nclient reply skip\nCLIENT REPLY ON\nget a\n",
      server)
    #expect(run.out == "1\nOK\n1\n")
    #expect(run.err == "")
    #expect(run.exitCode == 0)
  }

  @Test func skipIsForOneCommand() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "client reply skip\nset a 1\nget a\n2 client reply skip\nget a\necho 2\nclient reply "
        + "skip\nclient reply on\n",
      server)
    #expect(run.out == "1\n2\nOK\n")
    #expect(run.exitCode == 0)
  }

  /// As scripts use it: all in few round trips, and none of it lost.
  @Test func manyInAPipeline() throws {
    let server = try RedisServer()
    let skips = (1...50_000).map { "client reply skip\nset s\($0) 1\necho \($0)\n" }.joined()
    #expect(try Run.script(skips, server).out == (1...50_000).map { "\($0)\n" }.joined())
    #expect(try server.send("DBSIZE") == ":50000")
    let offs = "client reply off\n" + (1...200_000).map { "set o\($0) 1\n" }.joined()
    let run = try Run.script(offs, server)
    #expect(run.out == "")
    #expect(run.exitCode == 0)
    // It has ended only when the server has executed everything.
    #expect(try server.send("DBSIZE") == ":250000")
  }

  @Test func errorsInBetweenHaveNoReply() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "set s 1\nclient reply off\nlpush s 2\nno-such-command\nset\nclient reply nonsense\nclient "
        + "reply on\necho end\n",
      server)
    #expect(run.out == "OK\nOK\nend\n")
    #expect(run.err == "")
    let skipped = try Run.script("client reply skip\nlpush s 2\nget s\n", server)
    #expect(skipped.out == "1\n")
  }

  @Test func whoeverWaitsIsAnsweredAtOnce() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("client reply off\nset a 1\n")
    // The server has it although nothing follows.
    while try server.send("EXISTS", "a") != ":1" {}
    try coprocess.send("client reply on\n")
    coprocess.expect("OK\n")
    try coprocess.send("client reply skip\n")
    try coprocess.send("incr a\n")
    try coprocess.send("get a\n")
    coprocess.expect("2\n")
    #expect(try coprocess.finish().exitCode == 0)
  }

  @Test func theDatabaseIsKnownAllTheSame() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "client reply off\nselect 3\nset a 1\nselect 99\nflushdb\n", server)
    #expect(run.out == "")
    #expect(
      run.err == """
        line 4: (error) ERR DB index is out of range
        line 4: the rest of the script was not sent

        """)
    #expect(run.exitCode == 3)
    let found = try Run.script("client reply skip\nselect 3\nget a\n", server)
    #expect(found.out == "1\n")
  }

  @Test(arguments: ["auth alice wrong", "hello 2 auth alice wrong"])
  func nothingIsSentAfterALoginThatFailed(_ login: String) throws {
    let server = try RedisServer(["--user", "alice", "on", ">pw", "~*", "+@all"])
    for mode in ["off", "skip"] {
      let run = try Run.script("client reply \(mode)\n\(login)\nset k v\n", server)
      #expect(run.exitCode == 3)
      #expect(run.err.contains("WRONGPASS"))
    }
    #expect(try server.send("DBSIZE") == ":0")
  }

  @Test func transactionsAreExecutedWithoutAWord() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "client reply off\nmulti\nincr a\nselect 3\nset b 1\nexec\nset c 1\nmulti\nincr "
        + "a\ndiscard\nclient reply on\necho end\n",
      server)
    #expect(run.out == "OK\nend\n")
    #expect(run.err == "")
    #expect(run.exitCode == 0)
    #expect(try server.send("GET", "a") == "1")
    let other = try Run.script("select 3\nexists b c\n", server)
    #expect(other.out == "OK\n2\n")
    let skipped = try Run.script("client reply skip\nmulti\nincr a\nexec\n", server)
    #expect(skipped.out == "QUEUED\n2\n")
  }

  /// Of a transaction that is not executed one hears.
  @Test func aTransactionThatFails() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "client reply off\nmulti\nset a 1\nno-such-command\nexec\nset b 1\nclient reply on\n", server)
    #expect(run.out == "OK\n")
    #expect(
      run.err == """
        line 4: (error) ERR unknown command 'no-such-command', with args beginning with: 
        line 5: (error) EXECABORT Transaction discarded because of previous errors.

        """)
    #expect(run.exitCode == 1)
    #expect(try server.send("EXISTS", "a") == ":0")
    #expect(try server.send("EXISTS", "b") == ":1")
  }

  /// EXEC announces more replies than come.
  @Test func insideATransactionItIsRefused() throws {
    let server = try RedisServer()
    for line in ["client reply off", "client reply skip"] {
      let run = try Run.script("multi\nset a 1\n\(line)\nexec\nget a\n", server)
      #expect(run.out == "OK\nQUEUED\n\n")
      #expect(
        run.err.hasPrefix(
          "line 3: CLIENT REPLY inside a transaction breaks EXEC's reply: EXEC or DISCARD first; "
            + "not sent\n"
        ))
      #expect(run.exitCode == 1)
    }
    #expect(try Run.script("multi\nclient reply on\nexec\n", server).out == "OK\nQUEUED\nOK\n")
    let on = try Run.script("client reply off\nmulti\nclient reply on\nexec\necho end\n", server)
    #expect(on.err.contains("CLIENT REPLY inside a transaction"))
    #expect(on.out == "")
  }

  @Test func whatIsRepliesOnlyIsRefused() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "client reply off\nsubscribe a\nmonitor\ndecode a\nunsubscribe b\nclient reply on\necho "
        + "end\n",
      server)
    #expect(run.out == "unsubscribe\nb\n0\nOK\nend\n")
    #expect(
      run.err == """
        line 2: SUBSCRIBE is replies only, and they are off: CLIENT REPLY ON first; not sent
        line 3: MONITOR is replies only, and they are off: CLIENT REPLY ON first; not sent
        line 4: decode needs replies, and they are off: CLIENT REPLY ON first

        """)
  }

  @Test func resetTurnsRepliesOn() throws {
    let server = try RedisServer()
    let run = try Run.script("select 3\nclient reply off\nreset\nclient info\n", server)
    #expect(run.out.hasPrefix("OK\nRESET\nid="))
    #expect(run.out.contains(" db=0 "))
    let skipped = try Run.script("client reply skip\nreset\necho end\n", server)
    #expect(skipped.out == "end\n")
  }

  /// A refusal would be a reply where none is expected.
  @Test func whoMayNotTurnThemOff() throws {
    let server = try RedisServer([
      "--user", "bob", "on", ">pw", "~*", "+@all", "-client|reply",
      "--user", "root", "on", ">pw", "~*", "+@all",
    ])
    let run = try Run.script(
      "auth root pw\nclient reply skip\nset a 1\nauth bob pw\nclient reply off\nset a 2\nclient "
        + "reply skip\nget a\n",
      server)
    #expect(run.out == "OK\nOK\nOK\n2\n")
    #expect(run.err.split(separator: "\n").count == 2)
    #expect(run.err.hasPrefix("line 5: (error) NOPERM"))
    #expect(run.exitCode == 1)
  }

  @Test func whoTurnsIntoSomebodyWhoMayNot() throws {
    let server = try RedisServer(["--user", "bob", "on", ">pw", "~*", "+@all", "-client|reply"])
    let run = try Run.script("client reply off\nset a 1\nauth bob pw\nget a\nincr a\n", server)
    #expect(run.out == "1\n2\n")
    #expect(run.err.hasPrefix("line 3: (error) NOPERM"))
    #expect(run.err.contains("client|reply"))
    #expect(run.exitCode == 1)
  }

  @Test func readOnlyHolds() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "client reply off\nset a 1\nget a\nclient reply skip\nset a 2\nclient reply on\nget a\n",
      server,
      "--read-only")
    #expect(run.out == "OK\n\n")
    #expect(run.err.split(separator: "\n").count == 2)
    #expect(try server.send("EXISTS", "a") == ":0")
  }

  @Test func oneShot() throws {
    let server = try RedisServer()
    let run = try Run.sesscli("-s", server.socket, "client", "reply", "off")
    #expect(run.out == "")
    #expect(run.err == "")
    #expect(run.exitCode == 0)
  }

  // MARK: Connections that are lost

  private static let on = ScriptedServer.Step.expect("CLIENT", "REPLY", "ON")
  private static let off = ScriptedServer.Step.expect("CLIENT", "REPLY", "OFF")

  /// Nobody has said that the commands were executed, so the script does not end as if they were.
  @Test func whatIsInDoubtIsTold() throws {
    let server = try ScriptedServer([
      Self.on, .send("+OK\r\n"), Self.off, .expect("set", "a", "1"), .expect("set", "b", "2"),
      Self.on,
      .close,
    ])
    let run = try Run.sesscli(
      "-s", server.socket, stdin: Array("client reply off\nset a 1\nset b 2\n".utf8))
    #expect(
      run.err
        == "line 3: Error: the server closed the connection; of 2 commands without replies "
        + "nobody knows which were executed\n"
    )
    #expect(run.exitCode == 3)
    #expect(server.finish().complaints == [])
  }

  @Test func theRestOfAScriptIsNotSentWhenSomethingIsInDoubt() throws {
    let server = try ScriptedServer([
      Self.on, .send("+OK\r\n"), Self.off, .expect("set", "a", "1"), .close,
    ])
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("client reply off\nset a 1\n")
    server.waitForTheEnd()
    try coprocess.send("set b 2\nset c 3\n")
    let run = try coprocess.finish()
    #expect(
      run.err == """
        the server closed the connection; of 1 command without a reply nobody knows whether it was executed
        line 3: this command was not sent

        """)
    #expect(run.exitCode == 3)
  }

  @Test func aReplyThatNobodyAskedForIsNoticed() throws {
    let server = try ScriptedServer([
      Self.on, .send("+OK\r\n"), Self.off, .expect("get", "a"), .send("$1\r\nx\r\n"), .stall,
    ])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("client reply off")
    terminal.expect("(no replies)> ")
    try terminal.enter("get a")
    terminal.expect("the server sent a reply that nobody asked for; of 1 command without a reply")
    terminal.expect("not connected> ")
  }

  // MARK: The prompt

  @Test func thePromptSaysSo() throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let terminal = try PTY.prompt(at: server.socket, "-n", "0")
    try terminal.enter("client reply off")
    terminal.expect("client reply off\nredis \(server.socket)(no replies)> ")
    for line in ["keys", "decode k"] {
      try terminal.enter(line)
      terminal.expect("needs replies, and they are off: CLIENT REPLY ON first\n")
    }
    try terminal.enter("flushall")
    terminal.expect("FLUSHALL cannot show what would go while replies are off")
    try terminal.enter("incr n")
    terminal.expect("incr n\nredis \(server.socket)(no replies)> ")
    try terminal.enter("select 2")
    terminal.expect("select 2\nredis \(server.socket)[2](no replies)> ")
    try terminal.enter("select 99")
    terminal.expect("(error) ERR DB index is out of range\n")
    terminal.expect("[2](no replies)> ")
    try terminal.enter("multi")
    terminal.expect("multi\nredis \(server.socket)[2](TX)(no replies)> ")
    try terminal.enter("set x 1")
    terminal.expect("set x 1\nredis ")
    try terminal.enter("exec")
    terminal.expect("exec\nredis \(server.socket)[2](no replies)> ")
    // TAB asks on a connection of its own.
    try terminal.send("get x")
    try terminal.send(.tab)
    terminal.expect("get x ")
    try terminal.send(.controlU)
    try terminal.enter("client reply on")
    terminal.expect("OK\nredis \(server.socket)[2]> ")
    try terminal.enter("client reply skip")
    terminal.expect("[2](no reply to the next)> ")
    try terminal.enter("select 0")
    terminal.expect("select 0\nredis \(server.socket)> ")
    try terminal.enter("mget n k")
    terminal.expect("1) \"1\"\n2) \"v\"\n")
  }

  @Test func aNewConnectionReplies() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("client reply off")
    terminal.expect("(no replies)> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("echo a")
    terminal.expect("reconnected, replies are on again\n\"a\"\n")
    try terminal.enter("client reply off")
    terminal.expect("(no replies)> ")
    try terminal.enter("blpop q 0")
    terminal.expect("(no replies)> ")
    try waitForBlockedClient(of: server)
    try terminal.enter("select 1")
    terminal.expect("select 1\n")
    try terminal.send(.controlC)
    terminal.expect("of 1 command without a reply nobody knows whether it was executed\n")
    terminal.expect("replies are on again\n")
    terminal.expect("redis.sock> ")
  }
}
