import Foundation
import Testing

/// SUBSCRIBE at the prompt: messages come while one types.
@Suite struct SubscriptionTests {
  private func subscribe(_ server: RedisServer, _ options: String...) throws -> PTY {
    let terminal = try PTY(Project.sesscli, ["-s", server.socket] + options)
    terminal.expect("> ")
    try terminal.enter("subscribe news")
    terminal.expect("1) \"subscribe\"\n2) \"news\"\n3) (integer) 1\n")
    terminal.expect("Reading messages... (press Ctrl-C to quit, or type a command)\n")
    terminal.expect("(subscribed mode)> ")
    return terminal
  }

  @Test func messagesComeAboveTheLineThatIsTyped() throws {
    let server = try RedisServer()
    let terminal = try subscribe(server)
    try terminal.send("psub")
    terminal.expect("psub")
    for text in ["one", "two"] {
      #expect(try server.send("PUBLISH", "news", text) == ":1")
      terminal.expect("1) \"message\"\n2) \"news\"\n3) \"\(text)\"\n")
      terminal.expectScreen(where: "the line as it was typed") {
        $0.lineBeforeCursor == "redis \(server.socket)(subscribed mode)> psub"
      }
    }
    try terminal.enter("scribe sp*")
    terminal.expect("1) \"psubscribe\"\n2) \"sp*\"\n3) (integer) 2\n")
    try server.send("PUBLISH", "sport", "goal")
    terminal.expect("1) \"pmessage\"\n2) \"sp*\"\n3) \"sport\"\n4) \"goal\"\n")
    try terminal.enter("unsubscribe")
    terminal.expect("3) (integer) 1\n")
    terminal.expect("(subscribed mode)> ")
    try terminal.enter("punsubscribe")
    terminal.expect("3) (integer) 0\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("echo end")
    terminal.expect("\"end\"")
  }

  /// The confirmation of the last channel says 0 although shards have subscriptions of their own.
  @Test func theServerSaysWhenItIsOver() throws {
    let server = try RedisServer()
    let terminal = try subscribe(server)
    try terminal.enter("ssubscribe s1 s2")
    terminal.expect("2) \"s2\"\n3) (integer) 2\n")
    try terminal.enter("unsubscribe nothing news other")
    terminal.expect("2) \"other\"\n3) (integer) 0\n")
    terminal.expect("(subscribed mode)> ")
    try server.send("SPUBLISH", "s2", "still")
    terminal.expect("1) \"smessage\"\n2) \"s2\"\n3) \"still\"\n")
    try terminal.enter("sunsubscribe")
    terminal.expect("3) (integer) 0\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("echo end")
    terminal.expect("\"end\"")
  }

  @Test func whatElseCanBeTyped() throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let terminal = try subscribe(server)
    try terminal.enter("ping")
    terminal.expect("1) \"pong\"\n2) \"\"\n")
    try terminal.enter("ping again")
    terminal.expect("1) \"pong\"\n2) \"again\"\n")
    try terminal.enter("get k")
    terminal.expect("(error) ERR Can't execute 'get': only (P|S)SUBSCRIBE")
    for line in ["flushall", "multi", "monitor", "client reply off", "shutdown nosave"] {
      try terminal.enter(line)
      terminal.expect("is not for subscribed connections: UNSUBSCRIBE or Ctrl-C first; not sent\n")
      terminal.expect("(subscribed mode)> ")
    }
    for line in ["keys", "decode k"] {
      try terminal.enter(line)
      terminal.expect("needs replies, not messages: UNSUBSCRIBE or Ctrl-C first\n")
      terminal.expect("(subscribed mode)> ")
    }
    #expect(try server.send("DBSIZE") == ":1")
    try terminal.enter("2 ping")
    terminal.expect("1) \"pong\"\n2) \"\"\n1) \"pong\"\n2) \"\"\n")
    try terminal.enter("quit")
    #expect(terminal.exitCode() == 0)
  }

  @Test func resetEndsIt() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket, "-n", "3")
    try terminal.enter("subscribe news")
    terminal.expect("redis.sock[3](subscribed mode)> ")
    try terminal.enter("reset")
    terminal.expect("RESET\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("client info")
    terminal.expect(" db=0 ")
  }

  /// After RESET the connection is nobody's, and PING is refused as well.
  @Test func resetWhereAPasswordIsNeeded() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    let terminal = try subscribe(server, "-a", "hunter2", "--no-auth-warning")
    try terminal.enter("reset")
    terminal.expect("RESET\nredis \(server.socket)> ")
    try terminal.enter("get k")
    terminal.expect("(error) NOAUTH")
  }

  @Test(arguments: ["", "half a li"]) func controlCGoesBackToThePrompt(_ typed: String) throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket, "-n", "3")
    try terminal.enter("subscribe news")
    terminal.expect("(subscribed mode)> ")
    try terminal.send(typed)
    if !typed.isEmpty { terminal.expect(typed) }
    try terminal.send(.controlC)
    terminal.expect("the subscription has ended; this is a new connection\n")
    terminal.expect("redis.sock[3]> ")
    #expect(try server.send("PUBLISH", "news", "nobody listens") == ":0")
    try terminal.enter("set here 1")
    terminal.expect("OK\n")
    #expect(try server.send("EXISTS", "here") == ":0")
  }

  /// Listeners are often allowed little else.
  @Test func aUserWhoMayNotPing() throws {
    let server = try RedisServer([
      "--user", "ear", "on", ">pw", "resetchannels", "&news", "+subscribe", "+unsubscribe",
    ])
    let terminal = try PTY.prompt(
      at: server.socket, "--user", "ear", "-a", "pw", "--no-auth-warning")
    try terminal.enter("subscribe secret")
    terminal.expect("(error) NOPERM")
    terminal.expect("redis.sock> ")
    try terminal.enter("subscribe news")
    terminal.expect("3) (integer) 1\n")
    terminal.expect("(subscribed mode)> ")
    try server.send("PUBLISH", "news", "hello")
    terminal.expect("3) \"hello\"\n")
    try terminal.enter("subscribe secret")
    terminal.expect("(error) NOPERM")
    terminal.expect("(subscribed mode)> ")
    try terminal.enter("unsubscribe news")
    terminal.expect("3) (integer) 0\n")
    terminal.expect("redis.sock> ")
    #expect(!terminal.screen.text.contains("'ping'"))
  }

  @Test func aConnectionThatIsLost() throws {
    let server = try RedisServer()
    let terminal = try subscribe(server)
    try terminal.send("get ")
    terminal.expect("get ")
    server.stop()
    terminal.expect("the server closed the connection; the subscription is lost\n")
    terminal.expectScreen(where: "the line as it was typed") {
      $0.lineBeforeCursor == "not connected> get "
    }
    try server.start()
    try terminal.enter("k")
    terminal.expect("reconnected\n(nil)\n")
  }

  /// Nothing is lost, and the line can be typed and is seen meanwhile.
  @Test func aFloodOfMessages() throws {
    let server = try RedisServer()
    let terminal = try subscribe(server)
    let count = 10_000
    #expect(
      try server.send(
        "EVAL", "for i = 1, \(count) do redis.call('PUBLISH', 'news', i) end", "0") == "$-1")
    terminal.expect("\"100\"\n")
    try terminal.send("unsubscribe")
    terminal.expect("(subscribed mode)> unsubscribe", within: .seconds(60))
    try terminal.send(.enter)
    terminal.expect("3) (integer) 0\n", within: .seconds(60))
    terminal.expect("redis.sock> ")
    let text = String(decoding: terminal.raw, as: UTF8.self)
    #expect(text.matches(of: #/2\) "news"\r\n3\) "/#).count == count)
    #expect(text.contains("\"\(count)\"\r\n"))
  }

  // MARK: Servers that do not keep to it

  private static func confirm(_ channel: String, _ count: String) -> String {
    "*3\r\n$9\r\nsubscribe\r\n$\(channel.utf8.count)\r\n\(channel)\r\n:\(count)\r\n"
  }

  @Test(arguments: ["0", "-1", "9223372036854775807"]) func absurdCounts(_ count: String) throws {
    let server = try ScriptedServer([
      .expect("subscribe", "a"), .send(Self.confirm("a", count)), .pong(isSubscribed: true),
      .expect("unsubscribe"), .send(Self.confirm("a", count)), .pong(isSubscribed: false),
      .expect("echo", "mine"), .send("$4\r\nmine\r\n"), .stall,
    ])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("subscribe a")
    terminal.expect("3) (integer) \(count)\n")
    terminal.expect("(subscribed mode)> ")
    try terminal.enter("unsubscribe")
    terminal.expect("redis.sock> ")
    try terminal.enter("echo mine")
    terminal.expect("\"mine\"\n")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(server.finish().complaints == [])
  }

  @Test func messagesThatLookLikeReplies() throws {
    let server = try ScriptedServer(
      [
        .expect("subscribe", "a"),
        .send(
          "*2\r\n$4\r\npong\r\n$5\r\nguess\r\n$5\r\nguess\r\n*2\r\n$4\r\npong\r\n:7\r\n*2\r\n*1\r\n+x\r\n:1\r\n"
        ),
        .send(Self.confirm("\u{1b}]0;owned\u{7}", "1")), .pong(isSubscribed: true),
        .send("*3\r\n$7\r\nmessage\r\n$11\r\nunsubscribe\r\n$1\r\n0\r\n"), .expect("ping"),
        .send("*2\r\n$4\r\npong\r\n$0\r\n\r\n"), .pong(isSubscribed: true),
        .send("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$9999\r\nhalf"), .stall,
      ], [.expect("echo", "mine"), .send("$4\r\nmine\r\n"), .stall])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("subscribe a")
    terminal.expect(
      #"""
      1) "pong"
      2) "guess"
      "guess"
      1) "pong"
      2) (integer) 7
      1) 1) x
      2) (integer) 1
      """#)
    terminal.expect(#"2) "\x1b]0;owned\a""#)
    terminal.expect("1) \"message\"\n2) \"unsubscribe\"\n3) \"0\"\n")
    terminal.expect("(subscribed mode)> ")
    try terminal.enter("ping")
    terminal.expect("1) \"pong\"\n2) \"\"\n")
    terminal.expect("1) \"message\"\n2) \"a\"\n")
    try terminal.send(.controlC)
    terminal.expect("the subscription has ended; this is a new connection\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("echo mine")
    terminal.expect("\"mine\"\n")
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains("\u{1b}]0;"))
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(server.finish().complaints == [])
  }

  /// A cluster that moves a slot ends the subscriptions to its channels without being asked.
  @Test func aSubscriptionThatTheServerEnds() throws {
    let server = try ScriptedServer([
      .expect("ssubscribe", "a"), .send(Self.confirm("a", "1")), .pong(isSubscribed: true),
      .send("*3\r\n$12\r\nsunsubscribe\r\n$1\r\na\r\n:0\r\n"), .pong(isSubscribed: false),
      .expect("echo", "mine"), .send("$4\r\nmine\r\n"), .stall,
    ])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("ssubscribe a")
    terminal.expect("1) \"sunsubscribe\"\n2) \"a\"\n3) (integer) 0\n")
    terminal.expect("redis.sock> ")
    try terminal.enter("echo mine")
    terminal.expect("\"mine\"\n")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(server.finish().complaints == [])
  }

  // MARK: Scripts

  @Test func aScriptGoesOnSubscribing() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("subscribe a\npsubscribe b*\n")
    coprocess.expect("subscribe\na\n1\npsubscribe\nb*\n2\n")
    for channel in ["a", "b1"] {
      #expect(try server.send("PUBLISH", channel, "x") == ":1")
    }
    coprocess.expect("message\na\nx\npmessage\nb*\nb1\nx\n")
    try coprocess.send("unsubscribe a\n")
    coprocess.expect("unsubscribe\na\n1\n")
    try coprocess.send("punsubscribe\nclient info\n")
    coprocess.expect("punsubscribe\nb*\n0\n")
    // The same connection, which is not subscribed any more.
    coprocess.expectOutput(containing: " sub=0 psub=0 ")
    let run = try coprocess.finish()
    #expect(run.err == "")
    #expect(run.exitCode == 0)
  }

  @Test func theLastLineListensUntilControlC() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("subscribe a")
    coprocess.closeInput()
    coprocess.expect("subscribe\na\n1\n")
    #expect(try server.send("PUBLISH", "a", "x") == ":1")
    coprocess.expect("message\na\nx\n")
    coprocess.signal(SIGINT)
    #expect(try coprocess.finish().fatalSignal == SIGINT)
    let once = try Coprocess("-s", server.socket, "subscribe", "a")
    once.expect("subscribe\na\n1\n")
    #expect(try server.send("PUBLISH", "a", "x") == ":1")
    once.expect("message\na\nx\n")
    once.signal(SIGINT)
    #expect(try once.finish().fatalSignal == SIGINT)
  }
}
