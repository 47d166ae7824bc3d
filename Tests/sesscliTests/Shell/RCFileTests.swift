import Foundation
import Testing

/// ~/.redisclirc and ~/.sessclirc, as a person meets them at the prompt.
@Suite struct RCFileTests {
  private let server: RedisServer
  private let home: TemporaryFolder

  init() throws {
    server = try RedisServer()
    home = try TemporaryFolder()
    _ = try server.send("SET", "k", "v")
  }

  private func write(_ text: String, _ name: String, mode: Int = 0o600) throws {
    let path = home.path + "/" + name
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  /// What is shown before the first prompt, and the preferences then.
  private func start(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> (shown: String, preferences: String) {
    let terminal = try PTY(
      Project.sesscli, ["-s", server.socket] + arguments, environment: environment, columns: 160,
      home: home)
    terminal.expect("> ")
    let shown = terminal.screen.visible.prefix { !$0.hasPrefix("redis ") }.joined(separator: "\n")
    try terminal.enter(":set")
    terminal.expect("confirm o")
    terminal.expect("> ")
    let preferences = terminal.screen.visible.filter {
      $0.hasPrefix("hints ") || $0.hasPrefix("confirm ")
    }
    return (shown, preferences.joined(separator: ", "))
  }

  @Test func redisCLIsFileIsRead() throws {
    try write(":set nohints\n", ".redisclirc")
    let result = try start()
    #expect(result.shown == "")
    #expect(result.preferences == "hints off, confirm on")
  }

  @Test func ourFileComesSecond() throws {
    try write(":set nohints", ".redisclirc")
    try write("# mine\n\n  :SET Hints\n:set confirm off\n", ".sessclirc")
    let result = try start()
    #expect(result.shown == "")
    #expect(result.preferences == "hints on, confirm off")
  }

  @Test func theFilesCanBeNamed() throws {
    try write(":set nohints", ".redisclirc")
    try write(":set confirm off", ".sessclirc")
    try write(":set nohints", "other")
    let none = ["REDISCLI_RCFILE": "/dev/null", "SESSCLI_RCFILE": "/dev/null"]
    #expect(try start(environment: none).preferences == "hints on, confirm on")
    let other = ["REDISCLI_RCFILE": home.path + "/other", "SESSCLI_RCFILE": home.path + "/nowhere"]
    #expect(try start(environment: other).preferences == "hints off, confirm on")
  }

  @Test func eachProblemIsALine() throws {
    try write("flushall\n:set nohints\n:set \"x\n:set colours \u{1B}[31m\n:set", ".sessclirc")
    try write(":set confirm off\n", ".redisclirc")
    let result = try start()
    let ours = home.path + "/.sessclirc"
    #expect(
      result.shown == """
        \(home.path)/.redisclirc:1: unknown preference 'confirm off'
        \(ours):1: 'flushall' is no :set line
        \(ours):3: a quote is not closed
        \(ours):4: unknown preference 'colours \\x1b[31m'
        \(ours):5: unknown preference ''
        """)
    #expect(result.preferences == "hints off, confirm on")
    #expect(try server.send("DBSIZE") == ":1")
  }

  @Test(arguments: [0o620, 0o602, 0o666])
  func theQuestionIsNotTurnedOffByAFileThatOthersCanWrite(_ mode: Int) throws {
    try write(":set nohints\n:set confirm off\n", ".sessclirc", mode: mode)
    let result = try start()
    #expect(
      result.shown.contains(".sessclirc:2: ':set confirm off' is ignored, as others can write"))
    #expect(result.preferences == "hints off, confirm on")
  }

  @Test func whatIsNoSuchFileIsIgnored() throws {
    try FileManager.default.createDirectory(
      atPath: home.path + "/.sessclirc", withIntermediateDirectories: false)
    try write(String(repeating: "x", count: 70_000), ".redisclirc")
    let result = try start()
    #expect(
      result.shown == """
        \(home.path)/.redisclirc: larger than 64 KiB; ignored
        \(home.path)/.sessclirc: not a regular file; ignored
        """)
  }

  @Test func yesOnTheCommandLineCountsMore() throws {
    try write(":set confirm on", ".sessclirc")
    #expect(try start("--yes").preferences == "hints on, confirm off")
  }

  @Test func scriptsDoNotReadThem() throws {
    try write("nonsense", ".sessclirc")
    let run = try Run.sesscli(
      "-s", server.socket, stdin: Array("get k\n".utf8), environment: ["HOME": home.path])
    #expect(run.out == "v\n")
    #expect(run.err == "")
  }
}
