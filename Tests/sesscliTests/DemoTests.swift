import Foundation
import Testing

@testable import sesscli

/// `sesscli --demo`: what it holds, and that nothing of it is left, however the inspector ends.
@Suite struct DemoTests {
  /// `make run` opens the demo unless a server is named, whatever options stand before it.
  @Test(arguments: [
    ("", true), ("-t 5", true), ("--json -n 1 -r 2 -i 1 ping", true), ("ping -h", true),
    ("-t 5 -h x", false), ("-a pw -n 1 -r 2 -i 1 -t 5 --user u --pass p -p 1", false),
    ("-t -1 -u redis://x", false), ("-- -h x", true),
  ])
  func makeRunOpensTheDemoUnlessAServerIsNamed(_ options: String, _ isDemo: Bool) throws {
    let run = try Run.program(
      "/bin/bash", ["-c", "'\(Project.root)/scripts/run' /bin/echo \(options)"])
    #expect(run.out.hasPrefix("--demo") == isDemo)
  }

  @Test func everyCommandOfTheSampleDataSucceeds() throws {
    let server = try RedisServer()
    var sessions = 0
    for command in DemoData.commands {
      let reply = try server.send(command)
      #expect(!reply.hasPrefix("-"), "\(command.map { String(decoding: $0, as: UTF8.self) })")
      if command[1].starts(with: "session:".utf8) { sessions += 1 }
    }
    #expect(sessions >= 12)
    #expect(try server.send("DBSIZE") == ":62")
    for (key, type) in [
      ("counter:visits", "string"), ("user:42", "hash"), ("queue:mail", "list"),
      ("online", "set"), ("bestsellers", "zset"), ("shops", "zset"), ("orders", "stream"),
    ] {
      #expect(try server.send("TYPE", key) == "+\(type)")
    }
    #expect(try server.send("PFCOUNT", "visitors:2026-01") == ":12")
    #expect(try server.send("BITCOUNT", "active:2026-01-01") == ":2")
    #expect(try server.send("EXISTS", "grüße:日本") == ":1")
  }

  @Test func theDataAreTheFixturesByteForByte() throws {
    let fixture = try Project.fixture("flask/flask-session-0.3.2-py2.7-shop.pickle")
    #expect(DemoData.commands.contains { $0.count > 2 && $0[2] == fixture })
  }

  @Test func anOrdinaryEndLeavesNothing() throws {
    let temporary = try TemporaryFolder()
    let run = try Run.sesscli(
      "--demo", environment: ["TMPDIR": temporary.path], limit: .seconds(30))
    #expect(run.exitCode == 0)
    #expect(run.out == "")
    #expect(run.err == "")
    #expect(try contents(temporary) == [])
  }

  @Test func aScriptSeesTheData() throws {
    let run = try Run.sesscli("--demo", stdin: Array("get counter:visits\n".utf8))
    #expect(run.out == "48213\n")
    #expect(run.exitCode == 0)
  }

  @Test(arguments: [SIGKILL, SIGHUP, SIGTERM, SIGQUIT, SIGSEGV])
  func aSignalLeavesNothing(_ signal: Int32) throws {
    let temporary = try TemporaryFolder()
    let terminal = try PTY.sesscli(
      "--demo", environment: ["TMPDIR": temporary.path, "SWIFT_BACKTRACE": "enable=no"])
    terminal.expect("redis.sock> ")
    let folder = try #require(try contents(temporary).first)
    let server = try #require(try processes(mentioning: folder).first)
    terminal.signal(signal)
    #expect(terminal.exitCode() == 128 + signal)
    try waitUntil("the server \(server) has ended") {
      try processes(mentioning: folder).isEmpty
    }
    try waitUntil("the folder has gone") { try contents(temporary).isEmpty }
  }

  @Test func aClosedTerminalLeavesNothing() throws {
    let temporary = try TemporaryFolder()
    var terminal: PTY? = try PTY.sesscli("--demo", environment: ["TMPDIR": temporary.path])
    terminal?.expect("redis.sock> ")
    let folder = try #require(try contents(temporary).first)
    terminal = nil
    try waitUntil("the server has ended") { try processes(mentioning: folder).isEmpty }
    try waitUntil("the folder has gone") { try contents(temporary).isEmpty }
  }

  @Test func controlCInTheInspectorSparesTheServer() throws {
    let terminal = try PTY.sesscli("--demo")
    terminal.expect("redis.sock> ")
    try terminal.send("get")
    terminal.expect("get")
    try terminal.send(.controlC)
    terminal.expect("redis.sock> ")
    try terminal.enter("get counter:visits")
    terminal.expect("\"48213\"")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }

  @Test func withoutAServerOnThePathTheDemoSaysWhatIsMissing() throws {
    let run = try Run.sesscli("--demo", environment: ["PATH": "/nonexistent"])
    #expect(run.exitCode == 3)
    #expect(run.err.contains("no redis-server on PATH"))
    #expect(run.err.contains("redis-tools"))
  }

  private func contents(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
  }

  /// The processes whose command line has `text` in it: a Redis server names its socket there.
  private func processes(mentioning text: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      guard Int(name) != nil else { return false }
      let line = try? Data(contentsOf: URL(filePath: "/proc/\(name)/cmdline"))
      return line.map { String(decoding: $0, as: UTF8.self).contains(text) } ?? false
    }
  }

  private func waitUntil(_ what: String, _ condition: () throws -> Bool) throws {
    let deadline = Deadline(after: .seconds(10))
    while try !condition() {
      try #require(!deadline.isOver, "\(what), within 10 seconds")
      poll(nil, 0, 2)
    }
  }
}
