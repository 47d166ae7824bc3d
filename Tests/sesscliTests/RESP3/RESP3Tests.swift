import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// RESP3 over a real connection, where hiredis can read it: `scripts/test-resp3` builds with one
/// that can.
@Suite(.enabled(if: ReplyReader.protocolVersion >= 3, "hiredis 0.14 reads RESP2 only"))
struct RESP3Tests {
  private static let commands = [
    "hgetall h", "hgetall nokey", "smembers ints", "zrange z 0 -1 withscores", "zscore z a",
    "config get maxmemory*", "xinfo stream x full", "xread streams x 0", "command docs xread",
    "command info get", "hrandfield hbig 1000 withvalues", "geopos geo Palermo nobody",
    "lcs s s idx",
    "acl getuser alice", "function list", "client trackinginfo", "debug protocol string",
    "debug protocol integer", "debug protocol double", "debug protocol null",
    "debug protocol array",
    "debug protocol set", "debug protocol map", "debug protocol push", "debug protocol verbatim",
    "debug protocol true", "debug protocol false", "info nosuch", "client list type master",
  ]

  @Test(arguments: DifferentialMode.allCases)
  func everyTypeIsWrittenAsRedisCLIWritesIt(_ mode: DifferentialMode) throws {
    let server = try Self.server()
    let redisCLI = try #require(Project.find("redis-cli"))
    for command in Self.commands {
      let options =
        ["-s", server.socket, "-3", mode.option] + command.split(separator: " ").map(String.init)
      let theirs = try Run.program(redisCLI, options)
      let ours = try Run.program(Project.sesscli, options)
      var undoing = Undoing(mode: mode)
      let lines = [command.split(separator: " ").map { Array($0.utf8) }]
      let undone = undoing.undo(ours.stdout, lines: lines, errors: [], redis: theirs.stdout)
      #expect(undone == theirs.stdout, "\(command)")
      #expect(ours.exitCode == 0 && ours.err == "", "\(command)")
    }
  }

  /// The server's own maps are what the table of shapes makes of RESP2's arrays.
  @Test func jsonIsTheSameInBothProtocols() throws {
    let server = try Self.server()
    for command in Self.commands where !command.hasPrefix("debug") {
      let words = command.split(separator: " ").map(String.init)
      let old = try Run.program(Project.sesscli, ["-s", server.socket, "--json"] + words)
      let new = try Run.program(Project.sesscli, ["-s", server.socket, "-3", "--json"] + words)
      #expect(old.out == new.out, "\(command)")
    }
  }

  @Test func whatEndsRedisCLIIsWritten() throws {
    let server = try RedisServer()
    let script = "debug protocol bignum\ndebug protocol attrib\necho in-step\n"
    let run = try Run.script(script, server, "-3")
    #expect(
      run.out
        == "1234567999999999999999999999999999999\nSome real reply following the "
        + "attribute\nin-step\n"
    )
    #expect(run.err == "" && run.exitCode == 0)
  }

  @Test func helloChangesTheProtocolAndAReconnectionKeepsIt() throws {
    let server = try Self.server()
    let script = "hello 3\nhgetall nokey\nhello 2\nhgetall nokey\nhello 3\nreset\nhgetall nokey\n"
    let run = try Run.script(script, server, "--no-raw")
    let answers = run.out.split(separator: "\n").filter { $0.hasPrefix("(empty") }
    #expect(answers == ["(empty hash)", "(empty array)", "(empty array)"])
    let prompt = try PTY.prompt(at: server.socket, "-3")
    try server.send("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    prompt.expect("not connected> ")
    try prompt.enter("hgetall nokey")
    prompt.expect("(empty hash)\n")
  }

  @Test func pushesComeBesideRepliesAndAtThePrompt() throws {
    let server = try Self.server()
    let script = "client tracking on\nget s\nset s other\necho in-step\n"
    let quiet = try Run.script(script, server, "-3")
    #expect(quiet.out == "OK\nhello world\nOK\nin-step\n")
    try server.send("SET", "s", "hello world")
    let loud = try Run.script(script, server, "-3", "--show-pushes", "yes")
    #expect(loud.out == "OK\nhello world\nOK\ninvalidate\ns\nin-step\n")

    let prompt = try PTY.prompt(at: server.socket, "-3")
    try prompt.enter("client tracking on")
    prompt.expect("OK\n")
    try prompt.enter("get int")
    prompt.expect("\"42\"\n")
    try server.send("SET", "int", "43")
    prompt.expect("-> invalidate: 'int'\n")
    try prompt.enter("get int")
    prompt.expect("\"43\"\n")
  }

  @Test func aReplyThatNobodyAskedForIsStillRefused() throws {
    let server = try ScriptedServer(
      [.command, .send("%0\r\n"), .command, .send("+OK\r\n+unasked\r\n"), .stall], [.stall])
    let run = try Run.sesscli("-s", server.socket, "-3", stdin: Array("ping\nping\n".utf8))
    #expect(run.exitCode == 3)
    #expect(run.err.contains("the server sent a reply that nobody asked for"))
  }

  private static func server() throws -> RedisServer {
    let server = try RedisServer()
    let client = try RawClient(socket: server.socket)
    for command in DifferentialState.commands { _ = try client.send(command) }
    return server
  }
}
