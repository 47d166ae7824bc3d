import Foundation
import Testing

/// The harness is checked against redis-cli and the shell, so that a failing test means sesscli and
/// not its harness.
@Suite struct HarnessTests {
  private let redisCLI = Project.find("redis-cli") ?? "redis-cli"

  @Test func aServerOfOnesOwn() throws {
    let server = try RedisServer()
    #expect(try server.send("SET", "k", "grüße") == "+OK")
    let run = try Run.program(redisCLI, ["-s", server.socket, "get", "k"])
    #expect(run.out == "grüße\n")
    #expect(run.err == "")
    #expect(run.exitCode == 0)
    server.stop()
    #expect(!FileManager.default.fileExists(atPath: server.socket))
    try server.start()
    #expect(try server.send("DBSIZE") == ":0")
  }

  @Test func aServerWithPasswordAndPort() throws {
    let server = try RedisServer(
      ["--requirepass", "secret", "--user", "alice", "on", ">pw", "~*", "+@all"], tcp: true)
    #expect(try server.send("GET", "k") == "-NOAUTH Authentication required.")
    #expect(try server.send("AUTH", "alice", "pw") == "+OK")
    let run = try Run.program(
      redisCLI, ["-p", "\(server.port)", "-a", "secret", "--no-auth-warning", "ping"])
    #expect(run.out == "PONG\n")
  }

  @Test func aRunThatNeverEndsFailsTheTest() throws {
    #expect(throws: HarnessError.self) {
      try Run.program("/bin/sh", ["-c", "read x </dev/zero"], limit: .milliseconds(50))
    }
  }

  @Test func aRunSeesOnlyItsOwnEnvironmentAndStreams() throws {
    let input = [UInt8](repeating: 65, count: 1_000_000)
    let run = try Run.program(
      "/bin/sh", ["-c", "cat; echo problem >&2; env | sort | grep -v PWD; exit 7"], stdin: input,
      environment: ["LANG": "C.UTF-8"])
    #expect(run.stdout.count > input.count)
    let names = run.out.drop { $0 == "A" }.split(separator: "\n").compactMap {
      $0.split(separator: "=").first.map(String.init)
    }
    #expect(Set(names).subtracting(["_", "SHLVL"]) == ["HOME", "LANG", "PATH"])
    #expect(run.err == "problem\n")
    #expect(run.exitCode == 7)
  }

  @Test func aTerminal() throws {
    let terminal = try PTY("/bin/bash", ["--norc", "--noprofile"], environment: ["PS1": "% "])
    terminal.expect("% ")
    try terminal.enter("tty >/dev/null && stty size && echo $((6 * 7))")
    terminal.expect("24 80\n42\n% ")
    terminal.resize(columns: 100, rows: 30)
    try terminal.enter("stty size")
    terminal.expect("30 100\n% ")
    // What prints is what gets the signal: it is in the foreground by then.
    try terminal.enter("sh -c 'echo sta\"\"rted; exec sleep 1000'")
    terminal.expect("started\n")
    try terminal.send(.controlC)
    terminal.expect("% ")
    try terminal.send(.controlD)
    // bash's own: 128 + SIGINT, the status of its last command.
    #expect(terminal.exitCode() == 130)
  }

  @Test func aScreenAsATerminalShowsIt() {
    var screen = Screen(columns: 10, rows: 3)
    screen.feed(Array("one\r\ntwo\u{1b}[31m!\u{1b}[0m\r\n".utf8))
    screen.feed(Array("a long line, wrapped\r\nx\u{8}y\u{1b}[K".utf8))
    #expect(screen.visible == ["a long lin", "e, wrapped", "y"])
    #expect(screen.logicalLines == ["one", "two!", "a long line, wrapped", "y"])
    #expect(screen.cursor == (2, 1))
    screen.feed(Array("\u{1b}[2J\u{1b}[Hé".utf8))
    #expect(screen.visible == ["é", "", ""])
  }

  @Test func aScriptedServer() throws {
    let server = try ScriptedServer(
      [.command, .send("-LOADING Redis is loading\r\n"), .close],
      [.expect("get", "k"), .send("$3\r\nabc\r\n"), .stall],
      [.expect("PING"), .send("+PONG\r\n")])
    let outputs = try (1...3).map { _ in
      try Run.program(redisCLI, ["-s", server.socket, "get", "k"]).out
    }
    #expect(outputs == ["LOADING Redis is loading\n\n", "abc\n", ""])
    let told = server.finish()
    #expect(told.received == Array(repeating: "*2\r\n$3\r\nget\r\n$1\r\nk\r\n", count: 3))
    #expect(told.complaints.count == 1 && told.complaints[0].hasPrefix("step 0 expects "))
    #expect(told.connections == 3)
  }

  @Test func aTranscriptIsReadAndWrittenUnchanged() throws {
    let text = """
      # A comment, and then a directive.
      % connected

      $ printf 'a\\n\\n'
      a
      \\

      SOCKET[2]> get k
      "v"
      \\# not a comment
      [exit 1]

      """
    let transcript = try Transcript(parsing: text)
    #expect(transcript.text == text)
    #expect(transcript.commandCount == 2)
    #expect(transcript.blocks.map(\.kind) == [.comment, .directive, .command, .prompt])
    #expect(throws: HarnessError.self) { try Transcript(parsing: "output\n$ command\n") }
  }

  @Test func outputInATranscriptIsUnambiguous() {
    let output = Array("# x\n$ y\n\\z\n\u{1b}[31mé\u{9b}\n\n".utf8) + [0xff, 0x0a]
    #expect(
      Transcript.written(output, exitCode: 2) == [
        "\\# x", "\\$ y", "\\\\z", "‹1B›[31mé‹C2›‹9B›", "", "‹FF›", "[exit 2]",
      ])
    #expect(Transcript.written(Array("a\n\n".utf8), exitCode: 0) == ["a", "\\"])
    #expect(Transcript.written(Array("a".utf8), exitCode: 0) == ["a", "\\ no newline"])
    #expect(Transcript.written([], exitCode: 0) == [])
  }

  @Test func aTranscriptIsPlayed() throws {
    let transcript = try Transcript(
      parsing: """
        $ redis-cli -s "$SOCKET" set k v
        OK
        $ redis-cli -s "$SOCKET" get k; echo "$SOCKET"; false
        something else
        """)
    let played = try TranscriptPlayer().play(transcript)
    #expect(played.blocks.map(\.output) == [["OK"], ["v", "SOCKET", "[exit 1]"]])
  }

  @Test func aTranscriptIsTypedAtAPrompt() throws {
    let text = """
      redis SOCKET> set k "a longer value that a terminal of eighty columns has to wrap somewhere, as here"
      OK
      redis SOCKET> keys *
      1) "k"
      redis SOCKET> lrange nothing 0 -1
      (empty array)
      $ sesscli strlen k
      79
      redis SOCKET> select 2
      OK
      redis SOCKET[2]> select 99
      (error) ERR DB index is out of range

      """
    let transcript = try Transcript(parsing: "% connected\n" + text)
    let played = try TranscriptPlayer(program: redisCLI).play(transcript)
    #expect(played.text == "% connected\n" + text)
  }

  @Test func aDifferenceIsReadable() {
    #expect(
      Transcript.difference(expected: ["a", "b", "c"], actual: ["a", "x", "c", "d"])
        == "      a\n    - b\n    + x\n      c\n    + d")
  }
}
