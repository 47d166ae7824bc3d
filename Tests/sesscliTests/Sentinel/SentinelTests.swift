import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// A master that sentinels watch over: found by them, and found again.
@Suite struct SentinelTests {
  /// One trio for everything: it takes some seconds to agree.
  @Test func theMasterIsFoundAndFoundAgain() throws {
    let trio = try SentinelTrio()
    let first = try trio.master()
    #expect(try Run.sesscli("-u", trio.uri + "/2", "set", "k", "v").out == "OK\n")
    #expect(try first.send("INFO", "keyspace").contains("db2:keys=1"))
    // One sentinel that is not there is passed over, and so is one that never was any.
    let some = "sentinel://127.0.0.1:1,127.0.0.1:\(first.port),\(trio.addresses)/mymaster/2"
    #expect(try Run.sesscli("-u", some, "get", "k").out == "v\n")
    let unknown = try Run.sesscli("-u", "sentinel://\(trio.addresses)/other", "set", "k", "w")
    #expect(unknown.exitCode == 3)
    #expect(unknown.out == "")
    let places = trio.sentinels.map { "127.0.0.1:\($0.port): knows no master of this name" }
    #expect(
      unknown.err == "no sentinel knows a master named other: \(places.joined(separator: "; "))\n")

    let terminal = try PTY.sesscli("-t", "60", "-u", trio.uri + "/2", columns: 200)
    terminal.expect("127.0.0.1:\(first.port)[2]> ")
    try terminal.enter("client setname worker")
    terminal.expect("OK\n")
    let coprocess = try Coprocess("-t", "60", "-u", trio.uri)
    try coprocess.send("set a 1\nwait 2 20000\n")
    coprocess.expect("OK\n2\n")

    let second = try trio.failOver()
    terminal.expect("the server closed the connection", within: .seconds(30))
    terminal.expect("not connected> ")
    try terminal.enter("get k")
    terminal.expect(
      "mymaster is now at 127.0.0.1:\(second.port) (was 127.0.0.1:\(first.port))\n"
        + "reconnected, database 2 selected, CLIENT SETNAME sent again\n\"v\"\n"
        + "127.0.0.1:\(second.port)[2]> ", within: .seconds(60))
    // Completion, on a connection of its own, asks the same server.
    try terminal.send("type k\t")
    terminal.expect("type k ")
    try terminal.send("\r")
    terminal.expect("string\n")
    try coprocess.send("get a\nset a 2\nwait 1 20000\n")
    coprocess.expect("1\nOK\n", within: .seconds(60))
    coprocess.expectError("mymaster is now at 127.0.0.1:\(second.port)")

    // Nobody announces this one.
    second.stop()
    terminal.expect("not connected> ")
    try terminal.enter("set k w")
    terminal.expect("mymaster is now at 127.0.0.1:", within: .seconds(60))
    terminal.expect("reconnected, database 2 selected, CLIENT SETNAME sent again\nOK\n")
    terminal.expect("[2]> ")
    // This sentinel may hear of it from the others.
    try wait("the sentinels do not agree") { try trio.master().port != second.port }
    let third = try trio.master()
    try terminal.enter("client info")
    terminal.expect("laddr=127.0.0.1:\(third.port) ")
    #expect(try Run.sesscli("-u", trio.uri + "/2", "decode", "k").exitCode == 0)
    for sentinel in trio.sentinels { sentinel.stop() }
    let nobody = try Run.sesscli("-u", trio.uri, "get", "k")
    #expect(nobody.exitCode == 3)
    let reasons = trio.sentinels.map { "127.0.0.1:\($0.port): Connection refused" }
    #expect(
      nobody.err == "no sentinel of mymaster can be asked: \(reasons.joined(separator: "; "))\n")
  }

  private func parse(
    _ words: String..., variables: [String: String] = [:]
  ) -> (options: Options?, usage: String?) {
    let invocation = Options.parse(words.map { Array($0.utf8) }) { name in
      variables[name].map { Array($0.utf8) }
    }
    switch invocation {
    case .run(let options): return (options, nil)
    case .usage(let text): return (nil, text)
    case .say: return (nil, nil)
    }
  }

  @Test func aURINamesSentinelsAndTheirMaster() throws {
    let plain = try #require(parse("-u", "sentinel://a,b:1,[::1]:2,[fe80::1]/mymaster").options)
    let group = try #require(plain.endpoint.sentinel)
    #expect(
      group.addresses == [
        .tcp(host: "a", port: 26379), .tcp(host: "b", port: 1), .tcp(host: "::1", port: 2),
        .tcp(host: "fe80::1", port: 26379),
      ])
    #expect(group.master == Array("mymaster".utf8))
    #expect(plain.endpoint.password == nil)
    #expect(group.password == nil)

    let full = try #require(
      parse(
        "-u", "sentinel://al%69ce:p%40ss@h/my%1bmaster/3",
        variables: ["SESSCLI_SENTINEL_AUTH": "other"]
      ).options)
    #expect(full.endpoint.user == Array("alice".utf8))
    #expect(full.endpoint.password == Array("p@ss".utf8))
    #expect(full.endpoint.database == 3)
    #expect(full.endpoint.sentinel?.master == Array("my\u{1b}master".utf8))
    #expect(full.endpoint.sentinel?.password == Array("other".utf8))
    #expect(full.warnsOfPassword)
    #expect(parse("-u", "sentinel://h/m", "-n", "5").options?.endpoint.database == 5)
    #expect(parse("-u", "redis+sentinel://h/m").options?.endpoint.sentinel != nil)
    #expect(parse("-u", "redis+sentinel://h/m").options?.endpoint.tls == nil)
    #expect(parse("-u", "rediss+sentinel://h/m").options?.endpoint.tls != nil)
  }

  @Test(arguments: [
    "sentinel://", "sentinel://h", "sentinel://h/", "sentinel:///m", "sentinel://a,,b/m",
    "sentinel://h/m/x", "sentinel://h/m/-1", "sentinel://h/m/0/0", "sentinel://h:x/m",
    "sentinel://h:65536/m", "sentinel://h/%zz", "sentinel://secret@h",
  ])
  func aWrongURIIsAUsageErrorThatDoesNotRepeatIt(_ uri: String) {
    let message = parse("-u", uri).usage
    #expect(message?.hasPrefix("Invalid URI: ") == true, "\(message ?? "none")")
    #expect(message?.contains("secret") == false)
  }

  @Test func theSentinelsMayWantACredentialOfTheirOwn() throws {
    func finish(
      _ uri: String, _ user: String?, _ password: String?, _ variable: String?
    ) throws -> SentinelGroup? {
      var draft = CommandLineDraft()
      try draft.options.endpoint.apply(uri: uri)
      draft.sentinelUser = user.map { Array($0.utf8) }
      draft.sentinelPassword = password.map { Array($0.utf8) }
      return try draft.finish(command: []) {
        $0 == "SESSCLI_SENTINEL_AUTH" ? variable.map { Array($0.utf8) } : nil
      }.endpoint.sentinel
    }
    let uri = "sentinel://alice:pw@h/m"
    let named = try finish(uri, "watcher", "given", "variable")
    #expect(named?.user == Array("watcher".utf8))
    #expect(named?.password == Array("given".utf8))
    #expect(try finish(uri, nil, nil, "variable")?.password == Array("variable".utf8))
    #expect(try finish(uri, nil, nil, "")?.password == nil)
    #expect(throws: CommandError.self) { try finish(uri, "watcher", nil, nil) }
    #expect(throws: CommandError.self) { try finish("redis://h", nil, "given", nil) }
    #expect(throws: CommandError.self) { try finish("redis://h", "watcher", nil, nil) }
    #expect(try finish("redis://h", nil, nil, "variable") == nil)
  }

  @Test func whatTheSentinelsNameIsNotNamedTwice() {
    for words in [["-h", "x"], ["-p", "1"], ["-s", "/x"], ["-c"]] {
      let invocation = Options.parse(
        (["-u", "sentinel://h/m"] + words).map { Array($0.utf8) }, environment: { _ in nil })
      guard case .usage(let message) = invocation else {
        Issue.record("\(words)")
        continue
      }
      #expect(message.hasPrefix("the sentinels name the server"))
    }
  }
}
