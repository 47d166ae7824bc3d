import Foundation
import Testing

@testable import sesscli

/// `--scan`, `--bigkeys`, `--memkeys`, `--hotkeys`, `--keystats`: every key looked at.
@Suite struct KeyModeTests {
  @Test func scanListsWhatRedisCLILists() throws {
    let server = try RedisServer()
    try server.fill()
    for options in [[], ["--pattern", "*:1*"], ["--quoted-pattern", #""with \"*""#]] {
      let ours = try Run.program(
        Project.sesscli, ["-s", server.socket, "--no-raw", "--scan"] + options)
      let theirs = try Run.program(
        Project.find("redis-cli") ?? "", ["-s", server.socket, "--no-raw", "--scan"] + options)
      #expect(
        ours.out.split(separator: "\n").sorted() == theirs.out.split(separator: "\n").sorted())
      #expect(!ours.out.isEmpty)
      #expect(ours.err == "")
      #expect(ours.exitCode == 0)
    }
  }

  /// redis-cli ends a raw key at its first NUL.
  @Test func scanWritesWholeKeys() throws {
    let server = try RedisServer()
    try server.send([Array("SET".utf8), [0x61, 0, 0x62], [0x31]])
    #expect(try Run.sesscli("-s", server.socket, "--scan").stdout == [0x61, 0, 0x62, 0x0a])
    #expect(try Run.sesscli("-s", server.socket, "--scan", "--csv").out == "\"a\\x00b\"\n")
    #expect(try Run.sesscli("-s", server.socket, "--scan", "--json").out == "\"a\\u0000b\"\n")
    #expect(try Run.sesscli("-s", server.socket, "--scan", "--pattern", "nothing").out == "")
  }

  @Test func scanShowsATerminalNothingThatItObeys() throws {
    let server = try RedisServer()
    try server.send("SET", "with\u{1b}[31m", "1")
    for style in ["--no-raw", "--raw"] {
      let terminal = try PTY.sesscli("-s", server.socket, style, "--scan")
      terminal.expect(#"with\x1b[31m"#)
      #expect(terminal.exitCode() == 0)
    }
  }

  @Test func scanTakesTheCountAndTheCursor() throws {
    let page = "*2\r\n$1\r\n0\r\n*1\r\n$1\r\nk\r\n"
    let server = try ScriptedServer([
      .expect("SCAN", "18446744073709551615", "MATCH", "a*", "COUNT", "7"), .send(page), .stall,
    ])
    let run = try Run.sesscli(
      "-s", server.socket, "--scan", "--pattern", "a*", "--count", "7", "--cursor",
      "18446744073709551615")
    #expect(run.out == "k\n")
    #expect(server.finish().complaints == [])
  }

  /// Whoever pauses wants the server spared: redis-cli's small pages, unless told otherwise.
  @Test func scanWithPausesAsksForSmallPages() throws {
    let server = try ScriptedServer([
      .expect("SCAN", "0", "COUNT", "10"), .send("*2\r\n$1\r\n0\r\n*0\r\n"), .stall,
    ])
    #expect(try Run.sesscli("-s", server.socket, "--scan", "-i", "0.5").exitCode == 0)
    #expect(server.finish().complaints == [])
  }

  @Test(arguments: ["--bigkeys", "--memkeys", "--hotkeys"])
  func reportsAreRedisCLIs(_ mode: String) throws {
    let server = try RedisServer(mode == "--hotkeys" ? ["--maxmemory-policy", "allkeys-lfu"] : [])
    try server.fill(strings: 200)
    for _ in 0..<3 { try server.send("GET", "key:7") }
    let theirs = try Run.redisCLI(server, mode)
    // Pages of redis-cli's size, since each line tells how much was seen before its page.
    let ours = try Run.sesscli(
      "-s", server.socket, mode, "--count", "10", environment: ["LANG": "C.ASCII"])
    #expect(ours.out == theirs.out)
    #expect(ours.err == "")
    #expect(ours.exitCode == 0)
    let large = try Run.sesscli("-s", server.socket, mode)
    func summary(_ run: Run) -> Substring? { run.out.split(separator: "-------- summary").last }
    #expect(summary(large) == summary(theirs))
  }

  @Test func memoryIsSampledAsAsked() throws {
    let server = try RedisServer()
    try server.fill(strings: 10)
    for samples in ["0", "1"] {
      let theirs = try Run.redisCLI(server, "--memkeys-samples", samples)
      let ours = try Run.sesscli("-s", server.socket, "--memkeys-samples", samples, "--count", "10")
      #expect(ours.out == theirs.out)
    }
  }

  @Test func hotKeysNeedACounter() throws {
    let server = try RedisServer()
    try server.send("SET", "k", "v")
    let run = try Run.sesscli("-s", server.socket, "--hotkeys")
    #expect(run.err.hasPrefix("Error: ERR An LFU maxmemory policy is not selected"))
    #expect(run.exitCode == 1)
  }

  @Test func controlCEndsASamplingWithItsSummary() throws {
    let server = try RedisServer()
    let client = try RawClient(socket: server.socket)
    for number in 0..<5000 { _ = try client.send(["SET", "key:\(number)", "v"]) }
    for mode in ["--bigkeys", "--keystats"] {
      let terminal = try PTY.sesscli("-s", server.socket, mode, "-i", "1000")
      terminal.expect(
        mode == "--bigkeys" ? "Biggest string found so far" : "Ctrl-C to stop the scan.")
      // The first pause comes after a hundred pages.
      try waitForCommands(of: server, "scan", 100)
      try terminal.send(.controlC)
      if mode == "--bigkeys" {
        terminal.expect("-------- summary -------\n\n[")
        terminal.expect("%] Sampled ")
        terminal.expect("strings with ")
      } else {
        terminal.expect("Keys sampled: ")
        terminal.expect("Stopped before the end: --cursor ")
      }
      #expect(terminal.fatalSignal() == SIGINT)
      try server.send("CONFIG", "RESETSTAT")
    }
  }

  private func waitForCommands(of server: RedisServer, _ name: String, _ count: Int) throws {
    let deadline = Deadline(after: .seconds(20))
    while !deadline.isOver {
      let stats = try server.send("INFO", "commandstats")
      if let match = stats.firstMatch(of: try Regex("cmdstat_\(name):calls=(\\d+)")),
        let text = match.output[1].substring, let calls = Int(text), calls >= count
      {
        return
      }
      poll(nil, 0, 5)
    }
    throw HarnessError("\(name) was not called \(count) times")
  }

  @Test func keyStatsTellsWhatIsThere() throws {
    let server = try RedisServer()
    try server.fill(strings: 100)
    let run = try Run.sesscli("-s", server.socket, "--keystats", "--top", "2")
    #expect(run.exitCode == 0)
    #expect(run.err == "")
    let lines = run.out.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.contains("Keys sampled: 305"))
    #expect(lines.contains("--- Top 2 key sizes ---"))
    #expect(lines.contains("list       \"list:39\" has 40 items"))
    #expect(lines.contains("string     \"key:99\" has 99B"))
    let table = try #require(lines.firstIndex { $0.hasPrefix("Type        Total keys") })
    let list = lines[(table + 2)...].first { $0.hasPrefix("list ") }
    // 1 + 2 + ... + 40 items.
    #expect(list?.contains("40  13.11%") == true && list?.contains("820 items       20.50") == true)
    // The memory is what MEMORY USAGE says.
    let client = try RawClient(socket: server.socket)
    let largest = try client.send(["MEMORY", "USAGE", "list:39"]).dropFirst()
    let line = lines.first { $0.hasPrefix("  1 ") }
    #expect(line != nil && !largest.isEmpty)
  }

  @Test func percentilesAreAsHDRHistogramHasThem() {
    var sizes = SizeDistribution()
    for size in 1...100 { sizes.add(Int64(size)) }
    let rows = sizes.percentiles
    #expect(rows.map(\.size) == [1, 50, 75, 88, 94, 97, 99, 100])
    #expect(
      rows.map(\.percentile) == [0, 50, 75, 87.5, 93.75, 96.875, 98.4375, 100])
    #expect(rows.map(\.count) == [1, 50, 75, 88, 94, 97, 99, 100])
    #expect(sizes.mean == 50.5)
    var hostile = SizeDistribution()
    hostile.add(.max)
    hostile.add(-1)
    #expect(hostile.percentiles.last?.count == 2)
  }

  /// What a server says of keys is not believed blindly.
  @Test(arguments: [
    "+list\r\n+none\r\n", ":1\r\n+list\r\n", "-ERR no\r\n+list\r\n",
    "+\(String(repeating: "x", count: 100))\r\n+list\r\n",
  ])
  func oddAnswersEndASampling(_ types: String) throws {
    let server = try ScriptedServer([
      .expect("DBSIZE"), .send(":9223372036854775807\r\n"), .command,
      .send("*2\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n"), .command, .command, .send(types),
      .command, .send(":9223372036854775807\r\n"), .stall,
    ])
    let run = try Run.sesscli("-s", server.socket, "--bigkeys")
    if types.hasPrefix("+list\r\n+none") {
      #expect(run.out.contains("1 lists with 9223372036854775807 items (100.00% of keys"))
      #expect(run.exitCode == 0)
    } else {
      #expect(run.err.hasPrefix("TYPE"))
      #expect(run.exitCode == 1)
    }
  }
}
