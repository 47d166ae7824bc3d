import Foundation
import Testing

/// `--pipe`: protocol in, a count of the replies out.
@Suite struct PipeTests {
  @Test(arguments: [
    "", "SET a 1\r\nSET b 2\r\n", "SET a 1\r\nLPUSH a 2\r\nnosuch\r\n", "SET a 1\nget a",
    "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*1\r\n$4\r\nPING\r\n",
    "MULTI\r\nSET a 2\r\nLPUSH a 1\r\nEXEC\r\n", "KEYS *\r\nGET missing\r\nINCR n\r\n",
  ])
  func countsAreRedisCLIs(_ input: String) throws {
    let server = try RedisServer()
    let theirs = try Run.redisCLI(server, "--pipe", stdin: Array(input.utf8))
    try server.send("FLUSHALL")
    let ours = try Run.sesscli("-s", server.socket, "--pipe", stdin: Array(input.utf8))
    #expect(ours.out == theirs.out)
    #expect(ours.exitCode == theirs.exitCode)
  }

  @Test func errorsAreToldWithTheirNumber() throws {
    let server = try RedisServer()
    let run = try Run.sesscli(
      "-s", server.socket, "--pipe", stdin: Array("SET a 1\r\nLPUSH a 2\r\n".utf8))
    #expect(
      run.err
        == "reply 2: (error) WRONGTYPE Operation against a key holding the wrong kind of value\n")
    #expect(run.exitCode == 1)
  }

  @Test func theDatabaseIsSelectedFirst() throws {
    let server = try RedisServer()
    _ = try Run.sesscli("-s", server.socket, "-n", "3", "--pipe", stdin: Array("SET a 1\r\n".utf8))
    #expect(try server.send("DBSIZE") == ":0")
    let refused = try Run.sesscli(
      "-s", server.socket, "-n", "99", "--pipe", stdin: Array("SET a 1\r\n".utf8))
    #expect(refused.exitCode == 3)
    #expect(try server.send("DBSIZE") == ":0")
  }

  /// The input ends in the middle of a command: the server waits for the rest, and we do not wait
  /// for ever.
  @Test func theLastReplyIsWaitedForSoLongOnly() throws {
    let server = try RedisServer()
    let run = try Run.sesscli(
      "-s", server.socket, "--pipe", "--pipe-timeout", "0.2",
      stdin: Array("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$900\r\nabc".utf8))
    #expect(
      run.out == "All data transferred. Waiting for the last reply...\nerrors: 1, replies: 0\n")
    #expect(run.err == "No replies for 0.2 seconds: exiting.\n")
    #expect(run.exitCode == 1)
  }

  /// The server writes megabytes before it reads, as do we.
  @Test func neitherSideWaitsForTheOther() throws {
    let replies = Array(String(repeating: "+OK\r\n", count: 1_000_000).utf8)
    let input = Array(String(repeating: "SET key value\r\n", count: 300_000).utf8)
    let server = try ScriptedServer([.send(replies), .stall])
    let run = try Run.sesscli(
      "-s", server.socket, "--pipe", "--pipe-timeout", "0.5", stdin: input)
    #expect(server.finish().received.first?.utf8.starts(with: input) == true)
    #expect(run.out.hasSuffix("errors: 1, replies: 1000000\n"))
    #expect(run.exitCode == 1)
  }

  @Test func aServerThatEndsItIsTold() throws {
    let server = try RedisServer()
    let run = try Run.sesscli("-s", server.socket, "--pipe", stdin: Array("*x\r\n".utf8))
    #expect(run.out.hasSuffix("errors: 1, replies: 1\n"))
    // Bytes that the server had not read when it closed make a reset of its end.
    let ends = [
      "the server closed the connection", "the connection broke: Connection reset by peer",
    ]
    #expect(
      ends.map { "reply 1: (error) ERR Protocol error: invalid multibulk length\nError: \($0)\n" }
        .contains(run.err), "\(run.err)")
    #expect(run.exitCode == 3)
  }

  @Test(arguments: ["+OK\r\n?!\r\n", "*1000000000\r\n", "$99999999999999\r\n", "+OK"])
  func repliesThatAreNoneEndIt(_ replies: String) throws {
    let server = try ScriptedServer([.expect(Array("PING\r\n".utf8)), .send(replies), .stall])
    let run = try Run.sesscli(
      "-s", server.socket, "--pipe", "--pipe-timeout", "0.2", stdin: Array("PING\r\n".utf8))
    #expect(run.out.contains("replies: "))
    #expect(run.exitCode == 3 || run.exitCode == 1)
  }

  @Test func readOnlyRefusesIt() throws {
    let server = try RedisServer()
    let run = try Run.sesscli(
      "-s", server.socket, "--read-only", "--pipe", stdin: Array("SET a 1\r\n".utf8))
    #expect(run.err.hasPrefix("--read-only and --pipe exclude each other"))
    #expect(run.exitCode == 2)
    #expect(try server.send("DBSIZE") == ":0")
  }

  @Test func controlCTellsTheCount() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket, "--pipe")
    try coprocess.send("SET a 1\r\n")
    while try server.send("EXISTS", "a") != ":1" { poll(nil, 0, 5) }
    coprocess.signal(SIGINT)
    coprocess.expectEnd()
    let run = try coprocess.finish()
    #expect(run.out == "errors: 0, replies: 1\n")
    #expect(run.fatalSignal == SIGINT)
  }
}
