import Foundation
import Testing

/// Passwords: where they may come from, and where they never show.
@Suite struct PasswordTests {
  private static let warning =
    "Warning: Using a password with '-a' or '-u' option on the command line interface may not be "
    + "safe.\n"

  @Test func fromTheCommandLineAndTheEnvironment() throws {
    let server = try RedisServer(
      ["--requirepass", "hunter2", "--user", "alice", "on", ">pw", "~*", "+@all"], tcp: true)
    for options in ["-a hunter2", "--pass hunter2", "--user alice -a pw", "-a hunter2 -n 0"] {
      let run = try Run.bash("sesscli \(options) echo in", server)
      #expect(run.out == "in\n", "\(options)")
      #expect(run.err == Self.warning)
      #expect(try Run.bash("sesscli \(options) --no-auth-warning echo in", server).err == "")
    }
    let variable = try Run.bash("REDISCLI_AUTH=hunter2 sesscli echo in", server)
    #expect(variable.out == "in\n")
    #expect(variable.err == "")
    for uri in [
      "redis://:hunter2@127.0.0.1:\(server.port)/0", "redis://alice:%70w@localhost:\(server.port)",
      "redis://hunter2@127.0.0.1:\(server.port)",
    ] {
      let run = try Run.sesscli("-u", uri, "echo", "in")
      #expect(run.out == "in\n", "\(uri)")
      #expect(run.exitCode == 0)
    }
    // The option wins over the environment.
    let both = try Run.bash("REDISCLI_AUTH=hunter2 sesscli -a wrong echo in", server)
    #expect(both.exitCode == 3)
  }

  @Test func aURINamesTheDatabase() throws {
    let server = try RedisServer(tcp: true)
    _ = try Run.sesscli("-u", "redis://127.0.0.1:\(server.port)/3", "set", "k", "v")
    #expect(try server.send("DBSIZE") == ":0")
    let run = try Run.sesscli("-u", "redis://127.0.0.1:\(server.port)/3", "dbsize")
    #expect(run.out == "1\n")
    #expect(run.err == "")
  }

  @Test func askedForWithoutEcho() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    let terminal = try PTY.sesscli("--askpass", "-s", server.socket)
    terminal.expect("Password: ")
    try terminal.enter("hunter2")
    terminal.expect("redis.sock> ")
    try terminal.enter("echo in")
    terminal.expect("\"in\"")
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains("hunter2"))
  }

  @Test func notEnteredIsNotEmpty() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("--askpass", "-s", server.socket)
    terminal.expect("Password: ")
    try terminal.send(.controlC)
    terminal.expect("sesscli: no password was entered")
    #expect(terminal.exitCode() == 3)
    let run = try Run.program(
      "/usr/bin/setsid", ["--wait", Project.sesscli, "--askpass", "-s", server.socket, "ping"])
    #expect(run.exitCode == 3)
    #expect(
      run.err
        == "sesscli: --askpass: there is no terminal to ask on, and no line on standard input\n")
  }

  /// As from cron: the first line is the password, and the rest is what it would be without it.
  @Test func withoutATerminalStandardInputGivesIt() throws {
    let server = try RedisServer(["--requirepass", "hunter 2"])
    func run(_ words: String..., stdin: String) throws -> Run {
      try Run.program(
        "/usr/bin/setsid", ["--wait", Project.sesscli, "--askpass", "-s", server.socket] + words,
        stdin: Array(stdin.utf8))
    }
    let script = try run(stdin: "hunter 2\nset k v\nget k\n")
    #expect(script.out == "OK\nv\n")
    #expect(script.err == "" && script.exitCode == 0)
    #expect(try run("get", "k", stdin: "hunter 2").out == "v\n")
    #expect(try run("-x", "set", "k", stdin: "hunter 2\na\nb").out == "OK\n")
    #expect(try run("get", "k", stdin: "hunter 2\n").out == "a\nb\n")
    let wrong = try run("get", "k", stdin: "hunter\n2\n")
    #expect(wrong.out == "" && wrong.exitCode == 3)
    #expect(wrong.err.hasPrefix("AUTH failed: WRONGPASS"))
  }

  @Test func maskedWhereAServerRepeatsIt() throws {
    let server = try ScriptedServer([
      .command, .send("-ERR no user with password 'hunter2'\r\n"), .stall,
    ])
    let run = try Run.sesscli(
      "-s", server.socket, "ping", environment: ["REDISCLI_AUTH": "hunter2"])
    #expect(run.err == "AUTH failed: ERR no user with password '(password)'\n")
    for uri in [
      "redis://:hunter2@localhost:x", "http://:hunter2@localhost", "redis://:hunter2%@localhost",
    ] {
      let wrong = try Run.sesscli("-u", uri, "ping")
      #expect(wrong.exitCode == 2)
      #expect(!wrong.err.contains("hunter2"))
    }
  }

  @Test(arguments: [
    #"REDISCLI_AUTH=$'p\xff' sesscli"#, #"sesscli --no-auth-warning -a $'p\xff'"#,
    #"sesscli --no-auth-warning --pass=$'p\xff'"#,
  ])
  func bytesThatAreNoText(_ start: String) throws {
    let server = try RedisServer()
    try server.send(["CONFIG", "SET", "requirepass"].map { Array($0.utf8) } + [[0x70, 0xff]])
    #expect(try Run.bash("\(start) echo in", server).out == "in\n")
  }

  @Test func anEmptyVariableIsNone() throws {
    let server = try RedisServer()
    let run = try Run.bash("REDISCLI_AUTH= sesscli echo in", server)
    #expect(run.out == "in\n")
    #expect(run.exitCode == 0)
  }

  @Test(arguments: [
    "-ahunter2", "-uredis://u:hunter2@h", "--pass=hunter2 --bogus", "--passhunter2",
    "--passwd=hunter2", "--password=hunter2", "--secret=hunter2", "--pass=hunter2 -n",
    "-uredis://u:hunter2@h -ahunter2",
  ])
  func notInMessagesAboutOptions(_ options: String) throws {
    let run = try Run.bash("sesscli \(options)")
    #expect(run.exitCode == 2)
    #expect(run.err.hasPrefix("sesscli: "))
    #expect(!run.err.contains("hunter2"))
  }

  /// `ps` shows everybody what stands on a command line.
  @Test(arguments: [
    ["-a", "hunter2"], ["--pass", "hunter2"], ["--pass=hunter2"], ["-a=hunter2"],
    ["-u", "redis://:hunter2@127.0.0.1:PORT/1"],
    ["-n", "1", "-u", "redis://default:hunter2@127.0.0.1:PORT"],
  ])
  func notInTheListOfProcesses(_ options: [String]) throws {
    let server = try RedisServer(["--requirepass", "hunter2"], tcp: true)
    var arguments = options.map { $0.replacing("PORT", with: "\(server.port)") }
    if !options.contains("-u") { arguments += ["-p", "\(server.port)"] }
    let child = try Coprocess(arguments: arguments + ["subscribe", "news"])
    child.expect("subscribe\n")
    let line = try String(contentsOfFile: "/proc/\(child.pid)/cmdline", encoding: .utf8)
    #expect(!line.contains("hunter2"))
    #expect(line.contains("*******"))
    #expect(line.contains("\(server.port)"))
    #expect(line.hasSuffix("subscribe\0news\0"))
  }
}
