import Foundation
import Testing

/// How sesscli ends, for each case that `--help` documents.
@Suite struct ExitCodeTests {
  @Test func success() throws {
    let server = try RedisServer()
    #expect(try Run.bash("sesscli set k v", server).exitCode == 0)
    #expect(try Run.script("set k v\nget k\n", server).exitCode == 0)
    #expect(try Run.script("", server).exitCode == 0)
    #expect(try Run.bash("sesscli -r 0 set never 1", server).exitCode == 0)
    #expect(try server.send("EXISTS", "never") == ":0")
  }

  @Test func anErrorOfAOneShotCommandCountsWithE() throws {
    let server = try RedisServer()
    #expect(try Run.bash("sesscli nonsense", server).exitCode == 0)
    #expect(try Run.bash("sesscli -e nonsense", server).exitCode == 1)
    let repeated = try Run.bash("sesscli -e -r 3 nonsense", server)
    #expect(repeated.exitCode == 1)
    #expect(repeated.err.filter { $0 == "\n" }.count == 1)
  }

  @Test func anErrorInsideOfAReplyCounts() throws {
    let server = try RedisServer()
    let run = try Run.script("multi\nset k v\nlpush k 1\nexec\n", server)
    #expect(run.exitCode == 1)
    #expect(run.out.hasPrefix("OK\nQUEUED\nQUEUED\nOK\nWRONGTYPE "))
  }

  @Test func eStopsBeforeTheNextCommandIsSent() throws {
    let server = try ScriptedServer(
      [.expect("set", "a", "1"), .send("-ERR no\r\n"), .stall])
    let run = try Run.sesscli(
      "-s", server.socket, "-e", stdin: Array("set a 1\nset b 2\nset c 3\n".utf8))
    #expect(run.exitCode == 1)
    #expect(run.err == "line 1: (error) ERR no\n")
    let told = server.finish()
    #expect(told.complaints == [])
    #expect(told.received == ["*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\n1\r\n"])
  }

  /// Of sesscli's own commands; Redis judges its own.
  @Test(arguments: [
    "decode --nope k", "decode --as nosuch k", "decode --as nosuch --stdin", "decode k --as",
    "decode", "decode --stdin k", "decode --hex --base64 80", "cookie", "cookie --as nosuch v",
  ])
  func wrongArguments(_ words: String) throws {
    let run = try Run.bash("sesscli -p 1 \(words) </dev/null")
    #expect(run.exitCode == 2)
    #expect(run.out == "")
    #expect(run.err.filter { $0 == "\n" }.count == 1)
    #expect(!run.err.contains("connect"))
  }

  @Test func whatCannotBeReadAndWouldRunIsDanger() throws {
    let run = try Run.bash(
      #"printf "cposix\\nsystem\\n(S'id'\\ntR.x" | sesscli decode --stdin --strict"#)
    #expect(run.exitCode == 4)
    #expect(run.out == "")
    #expect(run.err.hasSuffix("the payload would call posix.system(\"id\")\n"))
  }

  @Test func eStopsAtALineThatCannotBeSplit() throws {
    let server = try RedisServer()
    let run = try Run.script("get \"a\nset later 1\n", server, "-e")
    #expect(run.exitCode == 1)
    #expect(try server.send("EXISTS", "later") == ":0")
  }

  @Test(arguments: [
    "--bogus", "-n", "-p x ping", "-p 65536 ping", "-n -1 ping", "-n x ping", "-t 0 ping",
    "-t x ping",
    "-r x ping", "-i -1 ping", "--user alice ping",
    "-u http://localhost ping", "-u redis://localhost:x ping", "-u redis://localhost/x ping",
    "--demo -p 6379 ping",
  ])
  func usage(_ words: String) throws {
    let run = try Run.bash("sesscli \(words)")
    #expect(run.exitCode == 2)
    #expect(run.out == "")
    #expect(run.err.hasPrefix("sesscli: "))
    #expect(run.err.hasSuffix("\nTry: sesscli --help\n"))
    #expect(run.err.filter { $0 == "\n" }.count == 2)
  }

  @Test func nobodyListens() throws {
    let port = try RedisServer.freePort()
    for arguments in [["-p", "\(port)"], ["-h", "localhost", "-p", "\(port)"]] {
      let run = try Run.program(Project.sesscli, arguments + ["get", "k"])
      #expect(run.exitCode == 3)
      #expect(run.err.hasPrefix("Could not connect to Redis at "))
      #expect(run.err.hasSuffix(": Connection refused\n"))
    }
    let socket = try Run.sesscli(
      "-s", "/nonexistent/redis.sock", stdin: Array("get k\nget l\n".utf8))
    #expect(socket.exitCode == 3)
    #expect(
      socket.err
        == "line 1: Could not connect to Redis at /nonexistent/redis.sock: No such file or "
        + "directory\n"
    )
    let name = try Run.sesscli("-h", "no-such-host.invalid", "ping")
    #expect(name.exitCode == 3)
    #expect(name.err.hasPrefix("Could not connect to Redis at no-such-host.invalid:6379: "))
  }

  @Test func wrongOrMissingPassword() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    let wrong = try Run.bash("REDISCLI_AUTH=wrong sesscli set k v", server)
    #expect(wrong.exitCode == 3)
    #expect(
      wrong.err
        == "AUTH failed: WRONGPASS invalid username-password pair or user is disabled.\n")
    let missing = try Run.bash("sesscli -n 2 set k v", server)
    #expect(missing.exitCode == 3)
    #expect(missing.err == "SELECT 2 failed: NOAUTH Authentication required.\n")
    let right = try Run.bash("REDISCLI_AUTH=hunter2 sesscli dbsize", server)
    #expect(right.out == "0\n")
    #expect(right.exitCode == 0)
    // Without -n nothing is asked of the server before the command, whose error counts as any
    // other.
    let script = try Run.script("set k v\n", server)
    #expect(script.exitCode == 1)
    #expect(script.err == "line 1: (error) NOAUTH Authentication required.\n")
  }

  @Test func whoeverReadsHasEnough() throws {
    let server = try RedisServer()
    try server.send("EVAL", "for i = 1, 100000 do redis.call('SET', 'k' .. i, i) end", "0")
    let list = try Run.bash("set -o pipefail; sesscli keys '*' | head -1", server)
    #expect(list.exitCode == 0)
    #expect(list.err == "")
    let script = try Run.bash(
      "yes 'get k1' | head -200000 | sesscli | head -1; echo ${PIPESTATUS[2]}", server)
    #expect(script.out == "1\n1\n")
    #expect(script.err == "")
  }

  @Test func standardInputIsClosed() throws {
    let server = try RedisServer()
    let script = try Run.bash("sesscli <&-", server)
    #expect(script.exitCode == 1)
    #expect(script.err == "standard input cannot be read: Bad file descriptor\n")
    #expect(try Run.bash("sesscli set k v <&-", server).out == "OK\n")
    let argument = try Run.bash("sesscli -x set k <&-", server)
    #expect(argument.exitCode == 1)
    #expect(argument.err == "standard input cannot be read: Bad file descriptor\n")
    #expect(try server.send("GET", "k") == "v")
    let folder = try Run.bash("sesscli < /", server)
    #expect(folder.exitCode == 1)
    #expect(folder.err == "standard input cannot be read: Is a directory\n")
  }

  @Test func standardOutputCannotBeWritten() throws {
    let server = try RedisServer()
    for (place, reason) in [
      (">&-", "Bad file descriptor"), (">/dev/full", "No space left on device"),
    ] {
      for command in [
        "sesscli ping", "echo ping | sesscli", "sesscli --help", "sesscli -v",
        "sesscli --generate man",
      ] {
        let run = try Run.bash("\(command) \(place)", server)
        #expect(run.exitCode == 1)
        #expect(run.err == "sesscli: cannot write the output: \(reason)\n")
      }
    }
    #expect(try Run.bash("sesscli --help | head -c 1; echo ${PIPESTATUS[0]}").out == "s0\n")
    #expect(try Run.bash("sesscli ping 2>&-", server).out == "PONG\n")
    // With all three closed the connection must not become one of them.
    let closed = try Run.bash("sesscli set k v <&- >&- 2>&-; echo $?", server)
    #expect(closed.out == "1\n")
    #expect(try server.send("GET", "k") == "v")
  }

  @Test func aFullDiskStopsAScript() throws {
    let server = try RedisServer()
    let run = try Run.bash(
      "(for i in {1..50000}; do echo incr n; done) | sesscli >/dev/full", server)
    #expect(run.exitCode == 1)
    #expect(run.err == "sesscli: cannot write the output: No space left on device\n")
    #expect(run.out == "")
  }

  @Test func controlCWhileACommandWaits() throws {
    let server = try RedisServer()
    let child = try Coprocess("-s", server.socket, "blpop", "nothing", "0")
    try waitForBlockedClient(of: server)
    child.signal(SIGINT)
    let run = try child.finish()
    #expect(run.fatalSignal == SIGINT)
    #expect(run.out == "")
    #expect(run.err == "")
  }

  /// A shell ends its loop when the command in it died of Ctrl-C, and goes on after a command that
  /// exited.
  @Test func controlCEndsALoopOfAShell() throws {
    let server = try RedisServer()
    let loop = "for i in 1 2 3; do \"$@\"; echo \"round $i\"; done"
    let terminal = try PTY(
      "/bin/bash",
      ["-c", loop, "bash", Project.sesscli, "-s", server.socket, "blpop", "nothing", "0"])
    try waitForBlockedClient(of: server)
    try terminal.send(.controlC)
    #expect(terminal.fatalSignal() == SIGINT)
    #expect(!terminal.screen.text.contains("round"))
  }

  @Test func controlCEndsRepetitions() throws {
    let server = try RedisServer()
    let repeated = try Coprocess("-s", server.socket, "-r", "-1", "-i", "0.01", "ping")
    repeated.expect("PONG\nPONG\n")
    repeated.signal(SIGINT)
    #expect(try repeated.finish().fatalSignal == SIGINT)
    let monitor = try Coprocess("-s", server.socket, "monitor")
    monitor.expect("OK\n")
    monitor.signal(SIGINT)
    let run = try monitor.finish()
    #expect(run.fatalSignal == SIGINT)
    #expect(run.err == "")
  }

  /// `sesscli ... &` in a script, and whatever runs below `trap '' INT`.
  @Test(arguments: ["-s \"$SOCKET\" blpop nothing 0", "-s \"$SOCKET\" <<<'blpop nothing 0'"])
  func anIgnoredControlCStaysIgnored(_ words: String) throws {
    let server = try RedisServer()
    let run = try Run.bash(
      """
      trap '' INT
      "$PROGRAM" \(words) & pid=$!
      until sesscli info clients | grep -q blocked_clients:1; do sleep 0.01; done
      kill -INT $pid
      sesscli ping
      sesscli rpush nothing came
      wait $pid; echo $?
      """, server, environment: ["PROGRAM": Project.sesscli, "SOCKET": server.socket])
    #expect(run.out.split(separator: "\n").sorted() == ["0", "1", "PONG", "came", "nothing"])
    #expect(run.err == "")
  }
}
