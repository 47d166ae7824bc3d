import Foundation
import Testing

/// `--read-only` refuses what the server says writes, whichever way it is asked to.
@Suite struct ReadOnlyTests {
  static let writes = [
    "set k w", "SET k w", "del k", "flushall", "xgroup create s g $ mkstream",
    "eval \"return redis.call('set','k','w')\" 0", "evalsha abc 0", "fcall f 0", "getdel k",
    "sort k store l", "function load x", "restore k 0 x", "bitfield k get u8 0",
  ]
  static let reads = [
    "get k", "mget k l", "config get port", "xinfo help", "object encoding k", "exists k",
    "eval_ro 'return 1' 0", "sort_ro k", "scan 0", "info server", "client getname", "keys *",
    "bitfield_ro k get u8 0", "dbsize", "type k", "memory usage k", "command count",
  ]

  @Test func oneShot() throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let run = try Run.bash("sesscli --read-only set k w", server)
    #expect(run.exitCode == 1)
    #expect(run.out == "")
    #expect(run.err == "--read-only: SET may write; not sent\n")
    #expect(try Run.bash("sesscli --read-only get k", server).out == "v\n")
  }

  @Test(arguments: writes) func whatWritesIsRefused(_ line: String) throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let run = try Run.script("\(line)\nget k\n", server, "--read-only")
    #expect(run.out == "v\n")
    #expect(run.err.hasPrefix("line 1: --read-only: "))
    #expect(run.err.hasSuffix("; not sent\n"))
    #expect(run.exitCode == 1)
  }

  @Test func whatReadsIsNot() throws {
    let server = try RedisServer()
    try server.send("SET", "k", "5")
    let run = try Run.script(Self.reads.joined(separator: "\n"), server, "--read-only")
    #expect(!run.err.contains("--read-only"))
  }

  @Test func insideATransaction() throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let run = try Run.script(
      "multi\nget k\nexec\nmulti\nget k\nset k w\nexec\nget k\n", server, "--read-only")
    #expect(run.out == "OK\nQUEUED\nv\nOK\nQUEUED\nOK\nv\n")
    #expect(run.exitCode == 1)
  }

  @Test func atThePrompt() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("--read-only", "-s", server.socket)
    terminal.expect("> ")
    try terminal.enter("set k v")
    terminal.expect("--read-only: SET may write; not sent")
    terminal.expect("> ")
    try terminal.enter("multi")
    terminal.expect("(TX)> ")
    try terminal.enter("del k")
    terminal.expect("--read-only: DEL may write; not sent")
    terminal.expect("(TX)> ")
    try terminal.enter("flushdb")
    terminal.expect("--read-only: FLUSHDB may write; not sent")
  }

  @Test func aRenamedCommandIsKnownByItsNewName() throws {
    let server = try RedisServer([
      "--rename-command", "SET", "put", "--rename-command", "EVAL", "lua",
      "--rename-command", "GET", "fetch", "--rename-command", "DEL", "get",
    ])
    let run = try Run.script(
      "put k v\nlua 'return 1' 0\nget k\nfetch k\n", server, "--read-only")
    #expect(run.out == "\n")
    #expect(
      run.err == """
        line 1: --read-only: PUT may write; not sent
        line 2: --read-only: LUA may write; not sent
        line 3: --read-only: GET may write; not sent

        """)
  }

  /// The server does not tell, so the table that sesscli has decides; what is not in it may write.
  @Test func whoMayNotAskIsStillGuarded() throws {
    let server = try RedisServer(["--user", "alice", "on", ">pw", "~*", "+@all", "-command"])
    try server.send("SET", "k", "v")
    let options = ["--read-only", "--user", "alice", "-a", "pw", "--no-auth-warning"]
    let run = try Run.program(
      Project.sesscli, ["-s", server.socket] + options,
      stdin: Array(
        "get k\nset k w\nnonsense\nmulti\nget k\nexec\nxgroup create s g 0\nconfig get port\n".utf8)
    )
    #expect(run.out == "v\nOK\nQUEUED\nv\nport\n0\n")
    #expect(run.err.split(separator: "\n").count == 3)
  }
}
