import Foundation
import Testing

@testable import sesscli

/// `--stat`, `--latency`, `--latency-history`, `--latency-dist`: what is looked at until Ctrl-C.
@Suite struct WatchingTests {
  private static let info = """
    # Server\r
    used_memory:29989273\r
    connected_clients:2\r
    blocked_clients:1\r
    total_commands_processed:%\r
    total_connections_received:97\r
    rdb_bgsave_in_progress:1\r
    aof_rewrite_in_progress:0\r
    db0:keys=300000,expires=1,avg_ttl=0\r
    db3:keys=8,expires=0,avg_ttl=0\r
    dbx:keys=zzz\r
    """

  private static func answer(_ text: String) -> ScriptedServer.Step {
    .send("$\(text.utf8.count)\r\n\(text)\r\n")
  }

  @Test func aLineOfStatIsRedisCLIs() throws {
    let server = try ScriptedServer([
      .expect("INFO"), Self.answer(Self.info.replacing("%", with: "518936")),
      .expect("INFO"), Self.answer(Self.info.replacing("%", with: "518938")), .stall,
    ])
    let run = try Run.sesscli("-s", server.socket, "--stat", "-r", "2", "-i", "0.01")
    #expect(
      run.out == """
        ------- data ------ --------------------- load -------------------- - child -
        keys       mem      clients blocked requests            connections          
        300008     28.60M   2       1       518936 (+0)         97          SAVE
        300008     28.60M   2       1       518938 (+2)         97          SAVE

        """)
    #expect(run.exitCode == 0)
  }

  @Test func theHeaderComesEveryTwentyLines() throws {
    let server = try RedisServer()
    let run = try Run.sesscli("-s", server.socket, "--stat", "-r", "41", "-i", "0.001")
    #expect(run.out.split(separator: "\n").count == 41 + 3 * 2)
    #expect(run.out.split(separator: "\n")[22].hasPrefix("------- data"))
  }

  @Test func controlCEndsIt() throws {
    let server = try RedisServer()
    for mode in ["--stat", "--latency", "--latency-history", "--latency-dist"] {
      let terminal = try PTY.sesscli("-s", server.socket, mode, "-i", "0.05")
      terminal.expect(mode == "--stat" ? "(+1)" : mode == "--latency-dist" ? "-----" : "samples)")
      try terminal.send(.controlC)
      #expect(terminal.fatalSignal() == SIGINT)
      #expect(terminal.raw.suffix(2) == [13, 10])
    }
  }

  @Test func aServerThatComesBackIsWatchedFurther() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("-s", server.socket, "--stat", "-i", "0.05")
    terminal.expect("(+1)")
    server.stop()
    terminal.expect("trying again each second")
    try server.start()
    terminal.expect("reconnected")
    terminal.expect("(+1)")
    try terminal.send(.controlC)
    #expect(terminal.fatalSignal() == SIGINT)
  }

  @Test func aServerThatWasNeverThereIsNotWaitedFor() throws {
    for mode in ["--stat", "--latency", "--scan", "--bigkeys", "--pipe", "--latency-dist"] {
      let run = try Run.sesscli("-s", "/nonexistent.sock", mode)
      #expect(run.exitCode == 3)
      #expect(run.err.hasPrefix("Could not connect to Redis at /nonexistent.sock"))
      #expect(run.out == "")
    }
  }

  @Test func aRefusedPasswordEndsEveryMode() throws {
    let server = try RedisServer(["--requirepass", "secret"])
    for mode in ["--stat", "--latency", "--scan", "--bigkeys", "--hotkeys", "--pipe", "--rdb=-"] {
      let run = try Run.sesscli(
        "-s", server.socket, "--no-auth-warning", "-a", "wrong", mode,
        stdin: Array("SET a 1\r\n".utf8))
      #expect(run.exitCode == 3)
      #expect(run.err.hasPrefix("AUTH failed: WRONGPASS"))
      #expect(run.out == "")
    }
  }

  @Test(arguments: [
    ("--raw", #"^\d+ \d+ \d+\.\d\d \d+\n$"#), ("--csv", #"^\d+,\d+,\d+\.\d\d,\d+\n$"#),
    ("--json", #"^{"min": \d+, "max": \d+, "avg": \d+\.\d\d, "count": \d+}\n$"#),
    ("--no-raw", #"^min: \d+, max: \d+, avg: \d+\.\d\d \(\d+ samples\)\n$"#),
  ])
  func latencyInAPipeIsOneLine(_ style: String, _ pattern: String) throws {
    let server = try RedisServer()
    let run = try Run.sesscli("-s", server.socket, "--latency", "-i", "0.05", style)
    #expect(run.out.contains(try Regex(pattern)), "\(run.out)")
    #expect(run.exitCode == 0)
    let history = try Run.sesscli(
      "-s", server.socket, "--latency-history", "-i", "0.05", "-r", "2", style)
    #expect(history.out.split(separator: "\n").count == 2)
    #expect(history.out.contains(" seconds range\n") == (style == "--no-raw"))
  }

  @Test func theSpectrumHasNoColoursInAPipe() throws {
    let server = try RedisServer()
    let run = try Run.sesscli("-s", server.socket, "--latency-dist", "-i", "0.05", "-r", "2")
    #expect(!run.stdout.contains(0x1b))
    #expect(run.out.contains("A,B,C,D,E        10,20,30,40,50  milliseconds\n"))
    #expect(run.out.split(separator: "\n").suffix(2).allSatisfy { $0.contains("%") })
    let terminal = try PTY.sesscli(
      "-s", server.socket, "--latency-dist", "-i", "0.05", "-r", "1", environment: ["NO_COLOR": ""])
    #expect(terminal.exitCode() == 0)
    #expect(String(decoding: terminal.raw, as: UTF8.self).contains("\u{1b}[48;5;196m \u{1b}[0m"))
  }

  @Test func bucketsAreRedisCLIs() {
    let letters = [(5.0, "."), (125, "-"), (126, "*"), (999, "1"), (9500, "A"), (61e6, "?")]
    for (microseconds, letter) in letters {
      let bucket = LatencySpectrumMode.bucket(microseconds)
      #expect(String(LatencySpectrumMode.buckets[bucket].letter) == letter)
    }
  }
}
