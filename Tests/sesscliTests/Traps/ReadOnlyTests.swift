import Foundation
import Testing

/// `--read-only` refuses what may change something, whichever way it is asked to.
@Suite struct ReadOnlyTests {
  static let writes = [
    "set k w", "SET k w", "del k", "flushall", "xgroup create s g $ mkstream",
    "eval \"return redis.call('set','k','w')\" 0", "evalsha abc 0", "fcall f 0", "getdel k",
    "sort k store l", "function load x", "restore k 0 x", "bitfield k get u8 0", "swapdb 0 1",
  ]
  /// Redis does not say that these write; they change the server, its clients or all of its data.
  static let administers = [
    "replicaof 127.0.0.1 1", "REPLICAOF no one", "slaveof 127.0.0.1 1", "debug flushall",
    "debug populate 10", "debug reload", "debug sleep 0", "debug object k", "shutdown nosave",
    "failover", "cluster reset", "cluster addslots 1", "cluster addslotsrange 1 2",
    "cluster delslots 1", "cluster delslotsrange 1 2", "cluster setslot 1 stable",
    "cluster failover", "cluster forget x", "cluster meet 127.0.0.1 1", "cluster replicate x",
    "cluster flushslots", "cluster bumpepoch", "cluster saveconfig", "cluster set-config-epoch 1",
    "config set maxmemory-policy allkeys-lru", "config rewrite", "config resetstat",
    "acl setuser bob on", "acl deluser bob", "acl load", "acl save", "acl log reset",
    "script flush", "script load 'return 1'", "script kill", "function flush", "function delete x",
    "function restore x", "function kill", "client kill id 1", "client pause 1",
    "client unpause", "client unblock 1", "save", "bgsave", "bgrewriteaof", "slowlog reset",
    "latency reset", "memory purge", "module load /x", "module loadex /x", "module unload x",
    "publish c m", "spublish c m", "config nonsense", "nonsense",
  ]
  static let reads = [
    "get k", "mget k l", "config get port", "xinfo help", "object encoding k", "exists k",
    "eval_ro 'return 1' 0", "sort_ro k", "scan 0", "info server", "client getname", "keys *",
    "bitfield_ro k get u8 0", "dbsize", "type k", "memory usage k", "command count",
    "ping", "echo x", "select 0", "hello", "time", "lastsave", "role", "lolwut", "wait 0 0",
    "client id", "client info", "client list", "client setname me", "client no-evict on",
    "client tracking off", "client trackinginfo", "command docs get", "command info get",
    "acl list",
    "acl whoami", "acl cat", "acl getuser default", "acl users", "acl dryrun default get k",
    "acl genpass", "acl log", "acl log 3", "script exists x", "memory doctor", "memory stats",
    "memory malloc-stats", "object freq k", "latency latest", "latency history x",
    "latency doctor", "slowlog get", "slowlog len", "module list", "function list",
    "function stats", "function dump", "pubsub channels", "pubsub numsub c", "config help",
    "script help", "watch k", "unwatch", "multi", "get k", "exec", "multi", "discard",
    "unsubscribe c", "readwrite", "asking", "reset",
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

  @Test(arguments: administers) func whatAdministersIsRefused(_ line: String) throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let run = try Run.script("\(line)\nget k\n", server, "--read-only")
    #expect(run.out == "v\n")
    #expect(run.err.hasPrefix("line 1: --read-only: "))
    #expect(run.err.hasSuffix(" may write; not sent\n"))
    #expect(run.exitCode == 1)
  }

  @Test func aSubcommandIsNamed() throws {
    let server = try RedisServer()
    let run = try Run.sesscli("-s", server.socket, "--read-only", "config", "set", "save", "")
    #expect(run.err == "--read-only: CONFIG SET may write; not sent\n")
    #expect(run.exitCode == 1)
  }

  @Test func aClusterIsReadAndNotChanged() throws {
    // The server's own choice, 10,000 above its port, may be no port.
    let bus = try RedisServer.freePort()
    let server = try RedisServer(
      ["--cluster-enabled", "yes", "--cluster-port", "\(bus)"], tcp: true)
    let run = try Run.program(
      Project.sesscli, ["-p", "\(server.port)", "--read-only"],
      stdin: Array(
        "cluster addslots 1\ncluster countkeysinslot 1\ncluster keyslot a\ncluster myid\n".utf8))
    #expect(run.err == "line 1: --read-only: CLUSTER ADDSLOTS may write; not sent\n")
    #expect(run.out.hasPrefix("0\n15495\n"))
  }

  /// No command has such a name, and what the server says of one is not taken for another.
  @Test func aNameThatIsNoneIsRefused() throws {
    let server = try RedisServer()
    let long = String(repeating: "x", count: 65)
    let run = try Run.script("\(long)\n\(long)y\nping\n", server, "--read-only")
    #expect(run.out == "PONG\n")
    #expect(run.err.split(separator: "\n").count == 2)
    #expect(run.err.hasPrefix("line 1: --read-only: \(long.uppercased()) may write; not sent\n"))
  }

  /// Redis before 7 tells nothing of subcommands, and says of MEMORY as a whole that it reads only.
  @Test(arguments: [("purge", true), ("stats", false), ("nonsense", true)])
  func anOldServerDoesNotTellOfSubcommands(_ subcommand: String, _ isRefused: Bool) throws {
    let answer =
      "*1\r\n*7\r\n$6\r\nmemory\r\n:-2\r\n*2\r\n+readonly\r\n+random\r\n:0\r\n:0\r\n:0\r\n*0\r\n"
    let server = try ScriptedServer(
      [.expect("COMMAND", "INFO", "memory"), .send(answer)]
        + (isRefused ? [] : [.expect("memory", subcommand), .send("+fine\r\n")]) + [.stall])
    let run = try Run.sesscli("-s", server.socket, "--read-only", "memory", subcommand)
    #expect(run.out == (isRefused ? "" : "fine\n"))
    #expect(run.exitCode == (isRefused ? 1 : 0))
    #expect(server.finish().complaints == [])
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
    #expect(run.out == "OK\nQUEUED\nv\nOK\nQUEUED\nv\n")
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
    terminal.expect("(TX)> ")
    try terminal.enter("debug flushall")
    terminal.expect("--read-only: DEBUG may write; not sent")
    terminal.expect("(TX)> ")
    try terminal.enter("discard")
    terminal.expect("OK\n")
    terminal.expect("> ")
    try terminal.enter("shutdown nosave")
    terminal.expect("--read-only: SHUTDOWN may write; not sent")
    terminal.expect("> ")
    try terminal.enter("get k")
    terminal.expect("(nil)\n")
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
        """
        get k
        set k w
        nonsense
        multi
        get k
        exec
        xgroup create s g 0
        config get port
        config set port 1
        publish c m
        memory purge
        slowlog len

        """.utf8))
    #expect(run.out == "v\nOK\nQUEUED\nv\nport\n0\n0\n")
    #expect(
      run.err == """
        line 2: --read-only: SET may write; not sent
        line 3: --read-only: NONSENSE may write; not sent
        line 7: --read-only: XGROUP CREATE may write; not sent
        line 9: --read-only: CONFIG SET may write; not sent
        line 10: --read-only: PUBLISH may write; not sent
        line 11: --read-only: MEMORY PURGE may write; not sent

        """)
  }
}
