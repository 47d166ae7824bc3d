import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// The traps that redis-cli's users fell into, each with its story. sesscli must not have them.
@Suite struct TrapTests {
  /// `redis-cli -n 99 set k v` says "SELECT 99 failed" and writes into database 0; `flushdb` would
  /// have emptied it.
  @Test func trap1AFailedSelectEndsEverything() throws {
    let server = try RedisServer()
    try server.send("SET", "precious", "1")
    let oneShot = try Run.bash("sesscli -n 99 flushdb", server)
    #expect(oneShot.exitCode == 3)
    #expect(oneShot.out == "")
    #expect(oneShot.err == "SELECT 99 failed: ERR DB index is out of range\n")
    let script = try Run.script("set k v\nflushdb\n", server, "-n", "99")
    #expect(script.exitCode == 3)
    #expect(script.out == "")
    #expect(try server.send("DBSIZE") == ":1")
  }

  /// A wrong password on a server that needs none: redis-cli says "AUTH failed" and runs the
  /// command all the same.
  @Test func trap2AFailedAuthEndsEverything() throws {
    let server = try ScriptedServer([
      .expect("AUTH", "guess"), .send("-ERR no password set\r\n"), .stall,
    ])
    let run = try Run.sesscli(
      "-s", server.socket, "set", "k", "v", environment: ["REDISCLI_AUTH": "guess"])
    #expect(run.exitCode == 3)
    #expect(run.err == "AUTH failed: ERR no password set\n")
    let told = server.finish()
    #expect(told.complaints == [])
    #expect(told.received == ["*2\r\n$4\r\nAUTH\r\n$5\r\nguess\r\n"])
  }

  /// After a reconnection redis-cli's prompt says `[2]`, and commands go to database 0.
  @Test func trap3AReconnectionSelectsTheDatabaseFirst() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("select 2")
    terminal.expect("[2]> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("the server closed the connection")
    terminal.expect("not connected> ")
    try terminal.enter("set where here")
    terminal.expect("reconnected, database 2 selected again")
    terminal.expect("OK")
    terminal.expect("[2]> ")
    #expect(try server.send("DBSIZE") == ":0")
  }

  /// After a reconnection inside MULTI redis-cli's prompt keeps `(TX)`, and commands are executed
  /// at once.
  @Test func trap4ATransactionLostWithTheConnectionIsReportedAndItsCommandNotSent() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("multi")
    terminal.expect("(TX)> ")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("not connected> ")
    try terminal.enter("set k v")
    terminal.expect(
      "the open transaction was lost with the old connection; this command was not sent")
    terminal.expect("redis.sock> ")
    #expect(try server.send("EXISTS", "k") == ":0")
    try terminal.enter("set k v")
    terminal.expect("OK\n")
    #expect(try server.send("EXISTS", "k") == ":1")
  }

  /// A script that redis-cli runs ends with 0 whatever fails in it, and `-e` is ignored there.
  @Test func trap5AScriptsErrorsAreItsExitCode() throws {
    let server = try RedisServer()
    let run = try Run.script("set k v\nlpush k 1\nset after 1\n", server)
    #expect(run.exitCode == 1)
    #expect(run.out == "OK\nOK\n")
    let stopped = try Run.script("lpush k 1\nset later 1\n", server, "-e")
    #expect(stopped.exitCode == 1)
    #expect(stopped.out == "")
    #expect(try server.send("EXISTS", "later") == ":0")
  }

  /// Ctrl-C at redis-cli's prompt ends it, and so it does while BLPOP waits.
  @Test func trap7ControlCNeverEndsTheInspector() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.send("flushall")
    terminal.expect("flushall")
    try terminal.send(.controlC)
    terminal.expect("> ")
    try terminal.enter("blpop nothing 0")
    terminal.expect("\n")
    try waitForBlockedClient(of: server)
    try terminal.send(.controlC)
    terminal.expect("> ")
    try terminal.enter("echo still-here")
    terminal.expect("\"still-here\"")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }

  /// What redis-cli calls `--json` is not JSON for errors (`error:"..."`) and for bytes that are no
  /// UTF-8.
  @Test func trap8JsonIsAlwaysJSON() throws {
    let server = try RedisServer()
    try server.send([Array("SET".utf8), Array("k".utf8), [0xff, 0x00, 0x41]])
    let value = try Run.bash("sesscli --json get k", server)
    #expect(value.out == "{\"$bytes\":\"/wBB\"}\n")
    let error = try Run.bash("sesscli --json lpush k 1", server)
    let object = try JSONSerialization.jsonObject(with: Data(error.stdout)) as? [String: String]
    #expect(object?.keys.sorted() == ["error"])
    #expect(object?["error"]?.hasPrefix("WRONGTYPE ") == true)
    let inside = try Run.bash(
      #"sesscli --json eval "return {redis.error_reply('ERR \"x\"'), '\255', false, {}, 1}" 0"#,
      server)
    #expect(
      inside.out == #"[{"error":"ERR \"x\""},{"$bytes":"/w=="},null,[],1]"# + "\n")
  }

  /// redis-cli's lists of keys are cut at a NUL byte, and a key with a line end looks like two.
  @Test func trap9AKeyIsPrintedWhole() throws {
    let server = try RedisServer()
    try server.send([Array("SET".utf8), [0x61, 0x00, 0x62], [0x31]])
    #expect(try Run.bash("sesscli keys '*'", server).stdout == [0x61, 0x00, 0x62, 0x0a])
    try server.send([Array("RENAME".utf8), [0x61, 0x00, 0x62], Array("a\nb".utf8)])
    #expect(try Run.bash("sesscli --json keys '*'", server).out == "[\"a\\nb\"]\n")
    #expect(try Run.bash("sesscli --csv keys '*'", server).out == "\"a\\nb\"\n")
  }

  /// `redis-cli keys x | wc -l` says 1 when there is no key. A nil keeps its line, so that replies
  /// can be counted.
  @Test func trap10NothingFoundPrintsNothing() throws {
    let server = try RedisServer()
    #expect(try Run.bash("sesscli keys 'x*'", server).out == "")
    #expect(try Run.script("keys x*\nget x\nping\n", server).out == "\nPONG\n")
  }

  /// redis-cli prints a script's errors among its data, each with an empty line after it.
  @Test func trap11ErrorsStayOutOfTheData() throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let message = "WRONGTYPE Operation against a key holding the wrong kind of value"
    let script = try Run.script("get k\n\n# comment\nlpush k 1\nget k\n", server)
    #expect(script.out == "v\nv\n")
    #expect(script.err == "line 4: (error) \(message)\n")
    let oneShot = try Run.bash("sesscli lpush k 1", server)
    #expect(oneShot.out == message + "\n")
    #expect(oneShot.err == "")
    #expect(oneShot.exitCode == 0)
    let failing = try Run.bash("sesscli -e lpush k 1", server)
    #expect(failing.out == "")
    #expect(failing.err == message + "\n")
    #expect(failing.exitCode == 1)
  }

  /// redis-cli's `help` and `clear` write colours and control codes into pipes and files.
  @Test func trap12NoEscapeSequenceInAPipe() throws {
    let server = try RedisServer()
    let help = try Run.script("help\nhelp get\nhelp @list\nclear\n", server)
    #expect(!help.stdout.contains(0x1b))
    #expect(help.out.contains("GET"))
    let decode = try Run.script("set k {\"a\":1}\ndecode k\nget nothing\n", server, "--no-raw")
    #expect(!decode.stdout.contains(0x1b) && !decode.stderr.contains(0x1b))
  }

  /// MONITOR and SUBSCRIBE in redis-cli's scripts never end, and the lines after them never run.
  @Test func trap13AStreamLastsUntilTheNextLineAndSwallowsNothing() throws {
    let server = try RedisServer()
    let run = try Run.script("subscribe a b\n# comment\n\nset k v\nget k\n", server)
    #expect(run.out == "subscribe\na\n1\nsubscribe\nb\n2\nOK\nv\n")
    #expect(run.err == "")
    #expect(run.exitCode == 0)

    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("subscribe news\n")
    coprocess.expect("subscribe\nnews\n1\n")
    try server.send("PUBLISH", "news", "one")
    coprocess.expect("message\nnews\none\n")
    try coprocess.send("# not a command\n\n")
    try server.send("PUBLISH", "news", "two")
    coprocess.expect("message\nnews\ntwo\n")
    try coprocess.send("echo next\n")
    coprocess.expect("next\n")
    try coprocess.send("monitor\n")
    coprocess.expect("OK\n")
    // The last line: the stream goes on after the end of the input.
    coprocess.closeInput()
    try server.send("ECHO", "watched")
    coprocess.expectOutput(containing: "\"ECHO\" \"watched\"\n")
    coprocess.signal(SIGINT)
    #expect(try coprocess.finish().fatalSignal == SIGINT)
  }

  /// RESP3 kills redis-cli (a big number) or its connection (an attribute). Where hiredis cannot
  /// read RESP3, sesscli does not let a server change to it; where it can, `RESP3Tests` has the
  /// rest of the story.
  @Test(.enabled(if: ReplyReader.protocolVersion < 3))
  func trap14RESP3IsRefusedAndItsTypesAreOneLine() throws {
    let server = try RedisServer()
    let reason = "RESP3 needs hiredis 1.0 or newer, and this sesscli was built with 0.14"
    let hello = try Run.script("hello 3\necho still-in-step\n", server)
    #expect(hello.out == "still-in-step\n")
    #expect(hello.err == "line 1: \(reason); not sent\n")
    #expect(hello.exitCode == 1)
    let option = try Run.sesscli("-s", server.socket, "-3", "ping")
    #expect(option.err.hasPrefix("sesscli: -3: \(reason)\n"))
    #expect(option.exitCode == 2 && option.out == "")
    for reply in ["(3492890328409238509324850943850943825024385\r\n", "|1\r\n+a\r\n+b\r\n+c\r\n"] {
      let scripted = try ScriptedServer([.command, .send(reply), .stall])
      let run = try Run.sesscli("-s", scripted.socket, "get", "k")
      #expect(run.exitCode == 3)
      #expect(run.out == "")
      #expect(
        run.err.hasPrefix("Error: Protocol error, got \"\(reply.first!)\" as reply type byte"))
      #expect(run.err.filter { $0 == "\n" }.count == 1)
    }
  }

  /// redis-cli cuts what is pasted at 4,095 bytes without a word, and loses count of characters
  /// beyond ASCII.
  @Test func trap15ALongPasteArrivesWhole() throws {
    let server = try RedisServer()
    let terminal = try PTY.prompt(at: server.socket)
    let value = String(repeating: "grüße日本-", count: 1_000)
    try terminal.enter("set k \(value)")
    terminal.expect("OK\n")
    #expect(try server.send("GET", "k") == value)
  }

  /// redis-cli waits for each line's reply before it sends the next, and asks for the documentation
  /// of all commands first.
  @Test func trap16AScriptIsSentWithoutWaitingAndNothingElseIs() throws {
    let commands = (1...3).map { "*2\r\n$3\r\nget\r\n$1\r\n\($0)\r\n" }.joined()
    let server = try ScriptedServer(
      // All but the first, which opens the connection, come before any of them is answered.
      [.command, .send("$1\r\na\r\n"), .command, .command, .send("$1\r\nb\r\n$1\r\nc\r\n"), .stall])
    let run = try Run.sesscli("-s", server.socket, stdin: Array("get 1\nget 2\nget 3\n".utf8))
    #expect(run.out == "a\nb\nc\n")
    let told = server.finish()
    #expect(told.complaints == [])
    #expect(told.received == [commands])
  }
}

/// Waits until a client of the server is blocked in a command.
func waitForBlockedClient(of server: RedisServer) throws {
  let deadline = Deadline(after: .seconds(10))
  while try !server.send("INFO", "clients").contains("blocked_clients:1") {
    if deadline.isOver { throw HarnessError("no client is blocked") }
  }
}
