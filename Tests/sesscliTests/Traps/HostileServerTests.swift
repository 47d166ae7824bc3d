import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// A server that misbehaves: one clear line each, the right exit code, bounded memory and time,
/// never out of step.
@Suite struct HostileServerTests {
  /// What one answer to a single command comes to.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var answer: [ScriptedServer.Step]
    /// How the only line on stderr begins.
    var message: String
    var output = ""
    var exitCode: Int32 = 3
  }

  static let cases: [Case] = [
    Case(
      testDescription: "closes at once", answer: [],
      message: "Error: the server closed the connection\n"),
    Case(
      testDescription: "closes in a bulk", answer: [.send("$100\r\nabc")],
      message: "Error: the server closed the connection in the middle of a reply\n"),
    Case(
      testDescription: "closes between elements", answer: [.send("*2\r\n$1\r\na\r\n")],
      message: "Error: the server closed the connection in the middle of a reply\n", output: "a"),
    Case(
      testDescription: "garbage",
      answer: [.send("\u{1b}]52;c;AAAA\u{7}HTTP/1.1 400\r\n\r\n"), .stall],
      message: #"Error: Protocol error, got "\x1b" as reply type byte"#),
    Case(
      testDescription: "a web server", answer: [.send("HTTP/1.1 400 Bad Request\r\n\r\n"), .stall],
      message: #"Error: Protocol error, got "H" as reply type byte"#),
    Case(
      testDescription: "a bulk of 99,999,999,999 bytes",
      answer: [.send("$99999999999\r\nabc"), .close],
      message: "Error: the server closed the connection in the middle of a reply\n"),
    Case(
      testDescription: "a bulk of -5 bytes", answer: [.send("$-5\r\n"), .stall],
      message: "Error: Bulk string length out of range\n"),
    Case(
      testDescription: "an array of 2,147,483,647 elements",
      answer: [.send("*2147483647\r\n$1\r\na\r\n"), .close],
      message: "Error: the server closed the connection in the middle of a reply\n", output: "a"),
    Case(
      testDescription: "an array of 99,999,999,999 elements",
      answer: [.send("*99999999999\r\n"), .stall],
      message: "Error: Multi-bulk length out of range\n"),
    Case(
      testDescription: "an array of -5 elements", answer: [.send("*-5\r\n"), .stall],
      message: "Error: Multi-bulk length out of range\n"),
    Case(
      testDescription: "an integer too large",
      answer: [.send(":99999999999999999999\r\n"), .stall],
      message: "Error: Bad integer value\n"),
    Case(
      testDescription: "an integer that is none", answer: [.send(":1a\r\n"), .stall],
      message: "Error: Bad integer value\n"),
    Case(
      testDescription: "10,000 nested arrays",
      answer: [.send(String(repeating: "*1\r\n", count: 10_000) + ":1\r\n"), .stall],
      message: "Error: a reply's arrays are nested more than 128 deep\n"),
    Case(
      testDescription: "an endless status",
      answer: [.send("+"), .sendEndlessly([UInt8](repeating: 65, count: 65536))],
      message: "Error: a line of more than 65536 bytes: this is not Redis' protocol\n"),
    Case(
      testDescription: "an endless length",
      answer: [.send("$"), .sendEndlessly([UInt8](repeating: 49, count: 65536))],
      message: "Error: a line of more than 65536 bytes: this is not Redis' protocol\n"),
    Case(
      testDescription: "stalls", answer: [.stall],
      message: "Error: the server was silent for 1 s\n"),
    Case(
      testDescription: "stalls in the middle of a reply",
      answer: [.send("*2\r\n$1\r\na\r\n$5\r\nab"), .stall],
      message: "Error: the server was silent for 1 s\n", output: "a"),
  ]

  @Test(arguments: cases) func oneClearLine(_ it: Case) throws {
    let server = try ScriptedServer([.command] + it.answer)
    let run = try Run.sesscli("-t", "1", "-s", server.socket, "get", "k")
    #expect(run.out == it.output)
    #expect(run.err.hasPrefix(it.message), "\(run.err)")
    #expect(run.err.filter { $0 == "\n" }.count == 1, "\(run.err)")
    #expect(run.exitCode == it.exitCode)
    #expect(!run.stderr.contains(0x1b))
    #expect(server.finish().complaints == [])
  }

  /// Whatever the server did, the next command gets its own reply, on a new connection.
  @Test(arguments: cases.filter { !$0.message.contains("silent") })
  func thePromptGoesOnInStep(_ it: Case) throws {
    let server = try ScriptedServer(
      [.command] + it.answer, [.expect("echo", "mine"), .send("$4\r\nmine\r\n"), .stall])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("get k")
    terminal.expect(String(it.message.dropLast(it.message.hasSuffix("\n") ? 1 : 0)))
    terminal.expect("not connected> ")
    try terminal.enter("echo mine")
    terminal.expect("\"mine\"")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
    #expect(server.finish().complaints == [])
  }

  @Test func controlCEndsTheWaitForASilentServer() throws {
    let server = try ScriptedServer(
      [.command, .send("*2\r\n$1\r\na\r\n"), .stall], [.expect("ping"), .send("+PONG\r\n"), .stall])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("get k")
    terminal.expect("1) \"a\"")
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    try terminal.enter("ping")
    terminal.expect("PONG\n")
  }

  @Test func aServerThatIsLoadingOrBusySaysSo() throws {
    let loading = "-LOADING Redis is loading the dataset in memory\r\n"
    let select = try ScriptedServer([.expect("SELECT", "2"), .send(loading), .stall])
    let first = try Run.sesscli("-s", select.socket, "-n", "2", "set", "k", "v")
    #expect(first.exitCode == 3)
    #expect(first.err == "SELECT 2 failed: LOADING Redis is loading the dataset in memory\n")
    #expect(select.finish().complaints == [])
    let auth = try ScriptedServer([.expect("AUTH", "pw"), .send(loading), .stall])
    let second = try Run.sesscli(
      "-s", auth.socket, "set", "k", "v", environment: ["REDISCLI_AUTH": "pw"])
    #expect(second.exitCode == 3)
    #expect(second.err == "AUTH failed: LOADING Redis is loading the dataset in memory\n")
    #expect(auth.finish().complaints == [])
    let command = try ScriptedServer([.command, .send(loading), .stall])
    let third = try Run.sesscli("-s", command.socket, stdin: Array("get k\n".utf8))
    #expect(third.exitCode == 1)
    #expect(third.err == "line 1: (error) LOADING Redis is loading the dataset in memory\n")
  }

  @Test(arguments: ["$2\r\nOK\r\n", ":1\r\n", "*0\r\n", "$-1\r\n"])
  func onlyAStatusIsConsent(_ answer: String) throws {
    let server = try ScriptedServer([.command, .send(answer), .stall])
    let run = try Run.sesscli("-s", server.socket, "-n", "2", "set", "k", "v")
    #expect(run.exitCode == 3)
    #expect(run.err == "SELECT 2 failed: the server's answer is not a status\n")
    #expect(server.finish().received == ["*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n"])
  }

  @Test func aStatusWithoutEndInsteadOfConsent() throws {
    let server = try ScriptedServer(
      [.command, .send("*2147483647\r\n"), .sendEndlessly(Array("$1\r\na\r\n".utf8))])
    let run = try Run.sesscli("-s", server.socket, "-n", "2", "set", "k", "v")
    #expect(run.exitCode == 3)
    #expect(run.err == "Error: a reply that should be small is without end\n")
  }

  // MARK: Replies that nobody asked for

  @Test func aReplyBeforeTheCommandIsNotItsReply() throws {
    let server = try ScriptedServer(
      [.expect("echo", "a"), .send("$1\r\na\r\n+early\r\n"), .stall],
      [.expect("echo", "b"), .send("$1\r\nb\r\n"), .stall])
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("echo a\n")
    coprocess.expect("a\n")
    try coprocess.send("echo b\n")
    coprocess.expect("b\n")
    let run = try coprocess.finish()
    #expect(run.err == "the server sent a reply that nobody asked for\nreconnected\n")
    #expect(server.finish().complaints == [])
  }

  @Test func aReplyTooManyInAPipelineIsToldAndEndsIt() throws {
    let server = try ScriptedServer(
      [
        .command, .send("$1\r\na\r\n"), .command, .command,
        .send("$1\r\nb\r\n+extra\r\n$1\r\nc\r\n"), .stall,
      ])
    let run = try Run.sesscli(
      "-s", server.socket, stdin: Array("echo a\necho b\necho c\n".utf8))
    #expect(run.exitCode == 3)
    #expect(run.err.contains("the server sent a reply that nobody asked for"))
  }

  @Test func aSecondAnswerToAuthIsNotThatToSelect() throws {
    let server = try ScriptedServer(
      [
        .expect("AUTH", "pw"), .send("+OK\r\n+OK\r\n"), .expect("SELECT", "3"),
        .send("-ERR no\r\n"), .stall,
      ])
    let run = try Run.sesscli(
      "-s", server.socket, "-n", "3", "set", "k", "v", environment: ["REDISCLI_AUTH": "pw"])
    #expect(run.exitCode == 3)
    #expect(run.out == "")
    #expect(run.err == "Error: the server sent a reply that nobody asked for\n")
    #expect(server.finish().received == ["*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n"])
  }

  @Test func aSecondAnswerToAQuestionIsNotThatToTheCommand() throws {
    let answer = "*1\r\n*3\r\n$3\r\nget\r\n:2\r\n*1\r\n+readonly\r\n"
    let server = try ScriptedServer(
      [.expect("COMMAND", "INFO", "get"), .send(answer + "$5\r\nextra\r\n"), .stall])
    let run = try Run.sesscli("-s", server.socket, "--read-only", "get", "k")
    #expect(run.exitCode == 3)
    #expect(run.out == "")
    #expect(run.err == "Error: the server sent a reply that nobody asked for\n")
    #expect(server.finish().received.count == 1)
  }

  /// `decode` asks for type, time to live and length at once, and then for the value.
  @Test func anAnswerTooManyIsNotTheDecodedValue() throws {
    let server = try ScriptedServer(
      [
        .command, .command, .command,
        .send("+string\r\n:-1\r\n:5\r\n$5\r\nextra\r\n"), .stall,
      ])
    let run = try Run.sesscli("-s", server.socket, "decode", "k")
    #expect(run.exitCode == 3)
    #expect(run.out == "")
    #expect(run.err == "Error: the server sent a reply that nobody asked for\n")
  }

  /// An array where TYPE's line should be, in little more memory than a tree may take.
  @Test func anAnswerWithoutEndToAQuestion() throws {
    let bulk = "$16384\r\n" + String(repeating: "x", count: 16384) + "\r\n"
    let server = try ScriptedServer(
      [.command, .send("*2147483647\r\n"), .sendEndlessly(Array(bulk.utf8))])
    let run = try Run.program(
      "/bin/bash",
      [
        "-c", "ulimit -v 700000; exec \"$0\" -s \"$1\" decode k", Project.sesscli, server.socket,
      ], limit: .seconds(60))
    #expect(run.err == "Error: a reply that should be small is without end\n")
    #expect(run.exitCode == 3)
  }

  @Test func elementsCountTowardsATreesLimit() {
    let builder = ReplyBuilder(limit: 1000)
    builder.array(count: 1_000_000, depth: 0, index: 0)
    for index in 0..<20 { builder.integer(1, depth: 1, index: index) }
    #expect(builder.refusal == nil)
    for index in 20..<21 { builder.null(depth: 1, index: index) }
    #expect(builder.refusal != nil)
  }

  // MARK: JSON

  @Test(arguments: [
    ("*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n", #"["a","b","c"]"#),
    ("*1\r\n$1\r\na\r\n", #"["a"]"#),
    ("*2\r\n*1\r\n$1\r\na\r\n$1\r\nb\r\n", #"[["a"],"b"]"#),
    ("*2\r\n$-1\r\n$1\r\nb\r\n", #"[null,"b"]"#),
    ("*2\r\n-ERR no\r\n$1\r\nb\r\n", #"[{"error":"ERR no"},"b"]"#),
    ("*4\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n:3\r\n$-1\r\n", #"{"a":[1,2],"3":null}"#),
    ("*0\r\n", "{}"),
  ])
  func onlyNamesAndValuesAreAnObject(_ answer: String, _ json: String) throws {
    let server = try ScriptedServer([.command, .send(answer), .stall])
    let run = try Run.sesscli("-s", server.socket, "--json", "hgetall", "k")
    #expect(run.out == json + "\n")
    #expect(run.exitCode == 0)
  }

  /// JSON's names are strings, whatever the server sends as one.
  @Test func aNameThatIsNoneInTheMiddleOfAnObjectBecomesOne() throws {
    let server = try ScriptedServer(
      [.command, .send("*4\r\n$1\r\na\r\n:1\r\n*2\r\n:2\r\n$1\r\nx\r\n:3\r\n"), .stall])
    let run = try Run.sesscli("-s", server.socket, "--json", "hgetall", "k")
    #expect(run.exitCode == 0)
    #expect(run.out == #"{"a":1,"[2,\"x\"]":3}"# + "\n")
  }

  @Test func aReplyAtThePromptIsTold() throws {
    let server = try ScriptedServer(
      [.command, .send("+OK\r\n+unasked\r\n"), .stall],
      [.expect("ping"), .send("+PONG\r\n"), .stall])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("set k v")
    terminal.expect("OK\n")
    try terminal.enter("ping")
    terminal.expect("the server sent a reply that nobody asked for")
    terminal.expect("PONG\n")
  }

  @Test func bytesAfterQuitAreNobodys() throws {
    let server = try ScriptedServer(
      [.command, .send("+OK\r\n+more\r\n$5\r\n"), .close])
    let run = try Run.sesscli("-s", server.socket, "quit")
    #expect(run.exitCode == 0)
    #expect(run.out == "OK\n")
    #expect(run.err == "")
  }

  // MARK: What would reach the terminal

  static let obeyed =
    "\u{1b}[2J\u{1b}]52;c;AAAA\u{7}\u{9b}31m\u{202e}\u{2066}\u{200f}\u{0}\u{8}\r\u{7f}end"

  /// None of it may reach a terminal, in any style: colours, the clipboard (OSC 52), text that
  /// reads backwards.
  @Test(arguments: ["--no-raw", "--raw", "--csv", "--json"])
  func nothingThatATerminalObeys(_ style: String) throws {
    let bulk = "$\(Self.obeyed.utf8.count)\r\n\(Self.obeyed)\r\n"
    let line = Self.obeyed.replacing("\r", with: "")
    let answers = [
      bulk, "+\(line)\r\n", "-ERR \(line)\r\n", "*3\r\n\(bulk)-\(line)\r\n+\(line)\r\n",
    ]
    let server = try ScriptedServer(
      answers.flatMap { [.command, .send($0)] } + [.stall])
    let terminal = try PTY.sesscli(style, "-s", server.socket, environment: ["TERM": "dumb"])
    terminal.expect("> ")
    for count in [1, 1, 1, 3] {
      try terminal.enter("get k")
      for _ in 0..<count { terminal.expect("end") }
      terminal.expect("> ")
    }
    try terminal.send(.controlD)
    _ = terminal.exitCode()
    let shown = String(decoding: terminal.raw, as: UTF8.self)
    for scalar in shown.unicodeScalars where ![0x0a, 0x0d].contains(scalar.value) {
      #expect(
        scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value),
        "U+\(String(scalar.value, radix: 16))")
      #expect(
        ![0x202e, 0x2066, 0x200f].contains(scalar.value), "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func errorsOfTheConnectionAreTame() throws {
    let server = try ScriptedServer(
      [.command, .send("-ERR \u{1b}]0;title\u{7}\u{202e}\r\n"), .stall])
    let run = try Run.sesscli("-s", server.socket, "-n", "1", "ping")
    #expect(run.err == #"SELECT 1 failed: ERR \x1b]0;title\a\xe2\x80\xae"# + "\n")
  }

  // MARK: Size

  /// The address space allowed here has room for the string once and for nothing else of its size.
  @Test(arguments: [("--raw", 200, 300_000), ("--no-raw", 100, 180_000)])
  func aLargeStringIsHeldOnce(_ style: String, _ mebibytes: Int, _ kibibytes: Int) throws {
    let server = try RedisServer()
    let size = mebibytes << 20
    try server.send("EVAL", "redis.call('SET', 'big', string.rep('x', \(size)))", "0")
    let run = try Run.bash(
      "ulimit -v \(kibibytes); set -o pipefail; sesscli \(style) get big | tail -c 2 | od -An -c",
      server)
    #expect(run.exitCode == 0)
    #expect(run.err == "")
    #expect(
      run.out.split(separator: " ") == (style == "--raw" ? ["x", "\\n\n"] : ["\"", "\\n\n"]))
  }

  @Test func anArrayWithoutEndIsPassedOnInFlatMemory() throws {
    let server = try ScriptedServer(
      [.command, .send("*2147483647\r\n"), .sendEndlessly(Array("$8\r\nabcdefgh\r\n".utf8))])
    let run = try Run.program(
      "/bin/bash",
      [
        "-c", "ulimit -v 60000; \"$0\" -s \"$1\" keys '*' | head -c 9000000 | tail -c 9",
        Project.sesscli, server.socket,
      ], limit: .seconds(60))
    #expect(run.out == "abcdefgh\n")
    #expect(run.err == "")
  }
}
