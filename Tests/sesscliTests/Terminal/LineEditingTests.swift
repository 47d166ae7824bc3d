import Foundation
import Testing

/// The prompt as somebody sees it who types at a terminal.
@Suite struct LineEditingTests {
  private let server: RedisServer

  init() throws { server = try RedisServer() }

  private var prompt: String { "redis \(server.socket)> " }

  private func open(
    _ environment: [String: String] = [:], home: TemporaryFolder? = nil
  ) throws -> PTY {
    try PTY.prompt(at: server.socket, environment: environment, columns: 100, home: home)
  }

  // MARK: Ctrl-C, Ctrl-D, Ctrl-Z

  @Test func controlCDropsTheLineAndNothingElse() throws {
    let terminal = try open()
    try terminal.send("set dropped 1")
    terminal.expect("dropped 1")
    try terminal.send(.controlC)
    terminal.expect("^C")
    terminal.expect("> ")
    try terminal.enter("ping")
    terminal.expect("PONG")
    #expect(try server.send("EXISTS", "dropped") == ":0")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }

  @Test func controlCLeavesASearch() throws {
    let terminal = try open()
    try terminal.enter("echo first")
    terminal.expect("\"first\"")
    try terminal.send(.controlR)
    terminal.expect("reverse-i-search")
    try terminal.send("ech")
    terminal.expect("echo first")
    try terminal.send(.controlC)
    terminal.expect("^C")
    try terminal.enter("ping")
    terminal.expect("PONG")
  }

  @Test func controlZStopsAndTheLineIsThereAfterwards() throws {
    let shell = try PTY(
      "/bin/bash", ["--norc", "--noprofile"], environment: ["PS1": "% "], columns: 100)
    shell.expect("% ")
    try shell.enter("'\(Project.sesscli)' -s '\(server.socket)'")
    shell.expect("> ")
    try shell.send("echo half")
    shell.expect("echo half")
    try shell.send(.controlZ)
    shell.expect("Stopped")
    shell.expect("% ")
    try shell.enter("fg")
    shell.expect("echo half")
    try shell.enter("-done")
    shell.expect("\"half-done\"")
    // The same while a command runs. What is typed before the prompt would only wait in the
    // terminal, which forgets it at Ctrl-Z.
    shell.expect("> ")
    try shell.enter("blpop nothing 0")
    try waitForBlockedClient(of: server)
    try shell.send(.controlZ)
    shell.expect("Stopped")
    shell.expect("% ")
    try shell.enter("fg")
    shell.expect("fg\n")
    #expect(try server.send("RPUSH", "nothing", "came") == ":1")
    shell.expect("\"came\"")
  }

  @Test func theTerminalIsAsBeforeHoweverItEnds() throws {
    for typed in ["half a line", "blpop nothing 0\r"] {
      let shell = try PTY(
        "/bin/sh", ["-c", "trap : HUP; \"$0\" -s \"$1\"; stty -a", Project.sesscli, server.socket],
        columns: 100)
      shell.expect("> ")
      try shell.send(typed)
      shell.expect(typed.replacing("\r", with: "\n"))
      shell.hangUp()
      shell.expect(" icanon ")
      shell.expect(" echo ")
    }
  }

  // MARK: Text

  @Test func charactersAreEditedWithoutALocale() throws {
    for environment in [["LANG": ""], ["LC_ALL": "C"], ["LC_ALL": "POSIX", "TERM": "dumb"]] {
      let terminal = try open(environment)
      try terminal.send("echo héé")
      terminal.expect("echo héé")
      try terminal.send(.left)
      try terminal.send(.left)
      try terminal.send(.backspace)
      try terminal.enter("日X")
      terminal.expect("\"日Xéé\"")
    }
  }

  @Test(arguments: ["xterm", "no-such-terminal", "dumb", ""])
  func everyTerminalWillDo(_ name: String) throws {
    let terminal = try open(["TERM": name])
    try terminal.send("cho \(String(repeating: "y", count: 150))")
    try terminal.send(.controlA)
    try terminal.enter("e")
    terminal.expect("\"" + String(repeating: "y", count: 150) + "\"")
  }

  @Test func linesOfAnyLengthArrive() throws {
    let terminal = try open()
    let long = String(repeating: "y", count: 20_000)
    try terminal.enter("set typed \(long)")
    terminal.expect("OK")
    // Typed ahead without the marks of a paste, while the commands before run.
    try terminal.send("ping\rdebug sleep 0.1\rset ahead \(long)\rstrlen ahead\r")
    terminal.expect("(integer) 20000")
    #expect(try server.send("STRLEN", "typed") == ":20000")
    #expect(try server.send("STRLEN", "ahead") == ":20000")
  }

  @Test func aPasteIsEditedFirstAndThenRunLineByLine() throws {
    let terminal = try open()
    try terminal.send("\u{1B}[200~echo one\rset json \"{\r  1\r}\"\recho tw\u{1B}[201~")
    terminal.expect("echo tw")
    try terminal.enter("o")
    terminal.expect("\"one\"\n")
    terminal.expect("OK\n")
    terminal.expect("\"two\"\n")
    #expect(try server.send("GET", "json") == "{\n  1\n}")
  }

  @Test func theLineFollowsTheWindow() throws {
    let terminal = try open()
    let text = String(repeating: "y", count: 90)
    try terminal.send("echo " + text)
    terminal.expect(text)
    terminal.resize(columns: 160, rows: 30)
    let line = prompt + "echo " + text
    terminal.expectScreen(where: "the line anew in the wider window") { $0.visible.contains(line) }
    try terminal.send(.enter)
    terminal.expect("\"" + text + "\"")
  }

  // MARK: History

  @Test func linesAreRecalledButNoSecrets() throws {
    let home = try TemporaryFolder()
    let first = try open(home: home)
    try first.enter("echo kept")
    first.expect("\"kept\"")
    try first.enter("auth hunter2")
    first.expect("(error)")
    try first.send(.up)
    first.expect("echo kept")
    let second = try open(home: home)
    try second.send(.up)
    second.expect("echo kept")
    let path = home.path + "/.sesscli_history"
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "echo kept\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func inputrcIsHonoured() throws {
    let home = try TemporaryFolder()
    let path = home.path + "/inputrc"
    try "$if sesscli\n\"\\C-t\": \"ping\"\n$endif\n$if bash\n\"\\C-t\": \"pong\"\n$endif\n"
      .write(toFile: path, atomically: true, encoding: .utf8)
    let terminal = try open(["INPUTRC": path])
    try terminal.send("\u{14}")
    terminal.expect("ping")
    try terminal.send(.enter)
    terminal.expect("PONG")
  }

  // MARK: Completion

  @Test func keysAreCompletedFromTheServer() throws {
    for i in 0..<1204 { _ = try server.send("SET", "session:\(i)", "x") }
    for key in ["cache:1", "cache:2", "foo bar", "evil\u{1B}[31m"] {
      _ = try server.send("SET", key, "value of \(key.prefix(3))")
    }
    let terminal = try open()
    try terminal.send("get ")
    try terminal.send(.tab)
    terminal.expect("session: (1,204)")
    terminal.expectScreen("cache: (2)")
    terminal.expectScreen("evil\\x1b[31m")
    try terminal.send("fo")
    try terminal.send(.tab)
    terminal.expectScreen("> get \"foo bar\"")
    try terminal.send(.enter)
    terminal.expect("\"value of foo\"")
    try terminal.send("get ev")
    try terminal.send(.tab)
    terminal.expectScreen("> get \"evil\\x1b[31m\"")
    try terminal.send(.enter)
    terminal.expect("\"value of evi\"")
    #expect(!terminal.raw.contains(Array("evil\u{1B}".utf8)))
  }

  @Test func aReflexDoesNotFlush() throws {
    _ = try server.send("SET", "k", "v")
    let terminal = try open()
    try terminal.send("fl")
    try terminal.send(.tab)
    terminal.expect("flushall  flushdb")
    terminal.expect("> fl")
    try terminal.send(.enter)
    terminal.expect("ERR unknown command 'fl'")
    #expect(try server.send("DBSIZE") == ":1")
  }

  @Test func theArgumentsAreShown() throws {
    let terminal = try open()
    try terminal.send("getrange k ")
    try terminal.send(.tab)
    terminal.expect("GETRANGE key start end")
    try terminal.send(.controlU)
    try terminal.enter(":set nohints")
    try terminal.send("getrange k ")
    try terminal.send(.tab)
    try terminal.enter("0 -1")
    terminal.expect("\"\"")
    #expect(
      terminal.screen.text.components(separatedBy: "GETRANGE key start end").count == 2)
  }

  // MARK: The server and passwords

  @Test func aServerThatGoesAwayIsNoticedAndTheTypedTextKept() throws {
    let terminal = try open()
    try terminal.send("pin")
    terminal.expect("pin")
    server.stop()
    terminal.expect("closed the connection")
    terminal.expect("not connected> pin")
    try server.start()
    try terminal.enter("g")
    terminal.expect("PONG")
  }

  @Test func aPasswordIsAskedForWithoutBeingShown() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    let terminal = try PTY.sesscli("-s", server.socket, "--askpass")
    terminal.expect("Password: ")
    try terminal.send("hunter3")
    try terminal.send(.backspace)
    try terminal.enter("2")
    terminal.expect("> ")
    try terminal.enter("ping")
    terminal.expect("PONG")
    #expect(!terminal.screen.text.contains("hunter"))
    let cancelled = try PTY.sesscli("-s", server.socket, "--askpass")
    cancelled.expect("Password: ")
    try cancelled.send(.controlC)
    #expect(cancelled.exitCode() == 3)
  }
}
