import Foundation
import Testing

/// Sentinels and masters that lie, babble or say nothing: whoever is named a master must say itself
/// that it is one.
@Suite struct LyingSentinelTests {
  private typealias Step = ScriptedServer.Step
  private static let question = Step.expect("SENTINEL", "get-master-addr-by-name", "mymaster")
  private static let master = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"
  private static let replica =
    "*5\r\n$5\r\nslave\r\n$8\r\n10.0.0.5\r\n:6379\r\n$9\r\nconnected\r\n:1\r\n"

  private static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

  /// One connection to a sentinel that names a server on a loopback port.
  private static func names(_ port: UInt16) -> [Step] {
    [question, .send("*2\r\n" + bulk("127.0.0.1") + bulk("\(port)")), .stall]
  }

  private static func uri(_ sentinels: ScriptedServer..., name: String = "mymaster") -> String {
    let places = sentinels.map { "127.0.0.1:\($0.port)" }
    return "sentinel://\(places.joined(separator: ","))/\(name)"
  }

  @Test(arguments: [
    "HTTP/1.1 400 Bad Request\r\n", "+OK\r\n", ":1\r\n", "*0\r\n", "*1\r\n$1\r\na\r\n",
    "*2\r\n$-1\r\n$-1\r\n", "*2\r\n$0\r\n\r\n$4\r\n6379\r\n", "*2\r\n$1\r\na\r\n$1\r\n0\r\n",
    "*2\r\n$1\r\na\r\n$5\r\n65536\r\n", "*2\r\n$3\r\na\u{0}b\r\n$4\r\n6379\r\n",
    "*2\r\n*1\r\n$1\r\na\r\n$4\r\n6379\r\n", "*3\r\n$1\r\na\r\n$4\r\n6379\r\n:1\r\n",
    "-ERR \u{1b}]0;title\u{7}\u{202e}\r\n", "*2\r\n$2000000000\r\n", "*2147483647\r\n",
    "*2\r\n$1\r\na\r\n$4\r\n6379\r\n+unasked\r\n", "",
  ])
  func aSentinelThatIsOfNoHelpIsPassedOver(_ answer: String) throws {
    let master = try ScriptedServer(
      [.expect("ROLE"), .send(Self.master), .expect("get", "k"), .send("$1\r\nv\r\n"), .stall],
      tcp: true)
    let bad = try ScriptedServer([Self.question, .send(answer), .stall], tcp: true)
    let good = try ScriptedServer(Self.names(master.port), tcp: true)
    let run = try Run.sesscli("-t", "0.5", "-u", Self.uri(bad, good), "get", "k")
    #expect(run.out == "v\n")
    #expect(run.err == "")
    #expect(run.exitCode == 0)
    #expect(master.finish().complaints == [])

    let alone = try ScriptedServer([Self.question, .send(answer), .stall], tcp: true)
    let failed = try Run.sesscli("-t", "0.5", "-u", Self.uri(alone), "get", "k")
    #expect(failed.exitCode == 3)
    #expect(failed.err.hasPrefix("no sentinel of mymaster can be asked: 127.0.0.1:\(alone.port): "))
    #expect(failed.err.filter { $0 == "\n" }.count == 1, "\(failed.err)")
    #expect(!failed.stderr.contains(0x1b))
    #expect(!failed.stderr.contains(0xe2))
  }

  @Test func anEndlessAnswerEnds() throws {
    let bad = try ScriptedServer(
      [Self.question, .send("*2147483647\r\n"), .sendEndlessly(Array("$1\r\na\r\n".utf8))],
      tcp: true)
    let run = try Run.sesscli("-u", Self.uri(bad), "get", "k")
    #expect(run.exitCode == 3)
    #expect(run.err.contains("a reply that should be small is without end"))
  }

  /// Sentinel goes on naming a server that has become a replica: nothing but questions is sent
  /// there, and not for ever.
  @Test(arguments: [
    (replica, "which is a replica of 10.0.0.5:6379"),
    ("*5\r\n$5\r\nslave\r\n$0\r\n\r\n:0\r\n$7\r\nconnect\r\n:-1\r\n", "which is a replica\n"),
    ("*2\r\n$8\r\nsentinel\r\n*1\r\n$8\r\nmymaster\r\n", "which is a sentinel\n"),
    ("-LOADING\r\n+unasked\r\n", "the server sent a reply that nobody asked for"),
    ("?\r\n", "Protocol error"),
  ])
  func aServerThatIsNoMasterIsNeverUsed(_ role: String, _ reason: String) throws {
    let replica = try ScriptedServer(
      scripts: Array(repeating: [.expect("ROLE"), .send(role), .stall], count: 50), tcp: true)
    let sentinel = try ScriptedServer(
      scripts: Array(repeating: Self.names(replica.port), count: 50), tcp: true)
    let run = try Run.sesscli("-t", "0.5", "-u", Self.uri(sentinel), "set", "k", "v")
    #expect(run.exitCode == 3)
    #expect(run.out == "")
    let lines = run.err.split(separator: "\n")
    #expect(lines.count == 2, "\(run.err)")
    #expect(
      lines.first == "mymaster has no master at the moment; asking the sentinels for 0.5 s")
    let start =
      "mymaster has no master at the moment: 127.0.0.1:\(sentinel.port): says "
      + "127.0.0.1:\(replica.port)"
    #expect(run.err.contains(start))
    #expect(run.err.contains(reason), "\(run.err)")
    let received = replica.finish().received
    #expect(received.count > 1)
    #expect(received.allSatisfy { $0 == "*1\r\n$4\r\nROLE\r\n" })
  }

  /// In the middle of a failover the sentinels do not know it yet; a moment later they do.
  @Test func theSentinelsAreAskedAgain() throws {
    let old = try ScriptedServer([.expect("ROLE"), .send(Self.replica), .stall], tcp: true)
    let new = try ScriptedServer(
      [.expect("ROLE"), .send(Self.master), .expect("set", "k", "v"), .send("+OK\r\n"), .stall],
      tcp: true)
    let sentinel = try ScriptedServer(Self.names(old.port), Self.names(new.port), tcp: true)
    let run = try Run.sesscli("-u", Self.uri(sentinel), "set", "k", "v")
    #expect(run.out == "OK\n")
    #expect(run.exitCode == 0)
    #expect(new.finish().complaints == [])
  }

  /// Two sentinels that name the same dead server cost the time of one.
  @Test func theSameServerIsTriedOnceInARound() throws {
    let dead = try RedisServer.freePort()
    let sentinels = try (0..<2).map { _ in
      try ScriptedServer(
        scripts: Array(repeating: Self.names(dead), count: 50), tcp: true)
    }
    let run = try Run.sesscli("-t", "0.2", "-u", Self.uri(sentinels[0], sentinels[1]), "ping")
    #expect(run.exitCode == 3)
    #expect(
      run.err.contains(
        "127.0.0.1:\(sentinels[0].port): says 127.0.0.1:\(dead): Connection refused; "
          + "127.0.0.1:\(sentinels[1].port): says the same\n"), "\(run.err)")
  }

  @Test func aHostileNameIsShownAsEscapes() throws {
    let name = "my\u{1b}]0;title\u{7}"
    let sentinel = try ScriptedServer(
      [.expect("SENTINEL", "get-master-addr-by-name", name), .send("*-1\r\n"), .stall], tcp: true)
    let run = try Run.sesscli("-u", Self.uri(sentinel, name: "my%1b]0;title%07"), "ping")
    #expect(run.exitCode == 3)
    #expect(run.err.hasPrefix(#"no sentinel knows a master named my\x1b]0;title\a: "#))
    #expect(sentinel.finish().complaints == [])
  }

  @Test func thePasswordsAreNotMixedUp() throws {
    let master = try ScriptedServer(
      [
        .expect("AUTH", "alice", "pw"), .send("+OK\r\n"), .expect("SELECT", "2"), .send("+OK\r\n"),
        .expect("get", "k"), .send("$1\r\nv\r\n"), .stall,
      ], tcp: true)
    let sentinel = try ScriptedServer(
      [.expect("AUTH", "s3cret"), .send("+OK\r\n")] + Self.names(master.port), tcp: true)
    let uri = Self.uri(sentinel).replacing("://", with: "://alice:pw@") + "/2"
    let run = try Run.sesscli(
      "--no-auth-warning", "-u", uri, "get", "k", environment: ["SESSCLI_SENTINEL_AUTH": "s3cret"])
    #expect(run.out == "v\n")
    #expect(run.err == "")
    #expect(sentinel.finish().complaints == [])
    #expect(master.finish().complaints == [])
  }

  @Test func aRefusedPasswordIsSentOnce() throws {
    let master = try ScriptedServer(
      [.expect("AUTH", "wrong"), .send("-WRONGPASS wrong is not it\r\n"), .stall], [.stall],
      tcp: true)
    let sentinel = try ScriptedServer(Self.names(master.port), [.stall], tcp: true)
    let run = try Run.sesscli(
      "-u", Self.uri(sentinel), "get", "k", environment: ["REDISCLI_AUTH": "wrong"])
    #expect(run.exitCode == 3)
    #expect(run.err == "AUTH failed: WRONGPASS (password) is not it\n")
    #expect(master.finish().connections == 1)
    // The sentinel's own is another matter: the next one may take it.
    let closed = try ScriptedServer(
      [.expect("AUTH", "s3cret"), .send("-WRONGPASS no\r\n"), .stall], tcp: true)
    let refused = try Run.sesscli(
      "-u", Self.uri(closed), "get", "k", environment: ["SESSCLI_SENTINEL_AUTH": "s3cret"])
    #expect(
      refused.err
        == "no sentinel of mymaster can be asked: 127.0.0.1:\(closed.port): AUTH failed: "
        + "WRONGPASS no\n"
    )
  }

  // MARK: A master that is none any more

  private static let refusal = "-READONLY You can't write against a read only replica.\r\n"

  @Test func afterARefusedWriteTheSentinelsAreAskedAtThePrompt() throws {
    let old = try ScriptedServer(
      [.expect("set", "k", "v"), .send(Self.refusal), .stall], tcp: true)
    let new = try ScriptedServer([.expect("get", "k"), .send("$-1\r\n"), .stall], tcp: true)
    let sentinel = try ScriptedServer(Self.names(old.port), Self.names(new.port), tcp: true)
    let terminal = try PTY.sesscli("-u", Self.uri(sentinel), columns: 200)
    terminal.expect("127.0.0.1:\(old.port)> ")
    try terminal.enter("set k v")
    terminal.expect("(error) READONLY You can't write against a read only replica.\n")
    terminal.expect(
      "127.0.0.1:\(old.port) is not the master of mymaster any more: nothing was written; "
        + "the sentinels are asked before the next command\nnot connected> ")
    try terminal.enter("get k")
    terminal.expect(
      "mymaster is now at 127.0.0.1:\(new.port) (was 127.0.0.1:\(old.port))\nreconnected\n(nil)\n"
        + "127.0.0.1:\(new.port)> ")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(new.finish().complaints == [])
  }

  @Test func aScriptGoesOnWithTheNewMaster() throws {
    let old = try ScriptedServer(
      [
        .expect("get", "k"), .send("$-1\r\n"), .expect("set", "k", "1"), .expect("set", "k", "2"),
        .send(Self.refusal + Self.refusal), .stall,
      ], tcp: true)
    let new = try ScriptedServer(
      [.expect("set", "k", "3"), .send("+OK\r\n"), .stall], tcp: true)
    let sentinel = try ScriptedServer(Self.names(old.port), Self.names(new.port), tcp: true)
    let coprocess = try Coprocess("-u", Self.uri(sentinel))
    try coprocess.send("get k\n")
    coprocess.expect("\n")
    try coprocess.send("set k 1\nset k 2\n")
    coprocess.expectError("line 3: (error) READONLY")
    try coprocess.send("set k 3\n")
    coprocess.expect("OK\n")
    let run = try coprocess.finish()
    #expect(run.exitCode == 1)
    #expect(
      run.err == """
        line 2: (error) READONLY You can't write against a read only replica.
        127.0.0.1:\(old.port) is not the master of mymaster any more: nothing was written; \
        the sentinels are asked before the next command
        line 3: (error) READONLY You can't write against a read only replica.
        mymaster is now at 127.0.0.1:\(new.port) (was 127.0.0.1:\(old.port))
        reconnected

        """)
    #expect(old.finish().complaints == [])
    #expect(new.finish().complaints == [])
  }

  /// The transaction goes to where it was begun, which refuses it; it is not begun anew elsewhere.
  @Test func aTransactionStaysWhereItWasBegun() throws {
    let old = try ScriptedServer(
      [
        .expect("multi"), .send("+OK\r\n"), .expect("set", "k", "v"), .send(Self.refusal),
        .expect("exec"), .send("-EXECABORT Transaction discarded\r\n"), .stall,
      ], tcp: true)
    let new = try ScriptedServer([.expect("get", "k"), .send("$-1\r\n"), .stall], tcp: true)
    let sentinel = try ScriptedServer(Self.names(old.port), Self.names(new.port), tcp: true)
    let terminal = try PTY.sesscli("-u", Self.uri(sentinel), columns: 200)
    terminal.expect("127.0.0.1:\(old.port)> ")
    for (line, prompt) in [
      ("multi", "OK\n127.0.0.1:\(old.port)(TX)> "), ("set k v", "(TX)> "),
      ("exec", "not connected> "), ("get k", "(nil)\n127.0.0.1:\(new.port)> "),
    ] {
      try terminal.enter(line)
      terminal.expect(prompt)
    }
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(old.finish().complaints == [])
    #expect(new.finish().complaints == [])
  }

  @Test func controlCEndsTheSearch() throws {
    let dead = try RedisServer.freePort()
    let sentinel = try ScriptedServer(
      scripts: Array(repeating: Self.names(dead), count: 500), tcp: true)
    let terminal = try PTY.sesscli("-t", "100", "-u", Self.uri(sentinel), columns: 200)
    terminal.expect("mymaster has no master at the moment; asking the sentinels for 100 s\n")
    try terminal.send(.controlC)
    terminal.expect("not connected> ")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }
}
