import Foundation
import Testing

@testable import sesscli

/// Commands on stdin: pipelined as far as possible, answered at once, never out of step.
@Suite struct ScriptTests {
  @Test func whoeverWaitsIsAnsweredAtOnce() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    for number in 1...200 {
      try coprocess.send("incr n\n")
      coprocess.expect("\(number)\n")
    }
    try coprocess.send("echo half-a-")
    try coprocess.send("line\necho second\n")
    coprocess.expect("half-a-line\nsecond\n")
    try coprocess.send("get missing")
    let run = try coprocess.finish()
    #expect(run.out.hasSuffix("second\n\n"))
    #expect(run.exitCode == 0)
  }

  @Test func aHundredThousandCommandsComeBackInOrder() throws {
    let server = try RedisServer()
    let lines = (1...100_000).map { "echo \($0)\n" }.joined()
    let run = try Run.script(lines, server)
    #expect(run.exitCode == 0)
    #expect(run.out == (1...100_000).map { "\($0)\n" }.joined())
  }

  @Test func linesOfAnyLengthAndEnd() throws {
    let server = try RedisServer()
    let value = String(repeating: "0123456789", count: 500_000)
    let run = try Run.script(
      "set big \(value)\r\nstrlen big\r\n\r\n \t\r\n  # comment\r\nget big\r\nget "
        + "missing\r\necho \"a b\"\r\necho end",
      server)
    #expect(run.exitCode == 0)
    #expect(run.out == "OK\n5000000\n\(value)\n\na b\nend\n")
  }

  @Test func aLineThatCannotBeSplitIsToldAndTheRestGoesOn() throws {
    let server = try RedisServer()
    let run = try Run.script("echo 1\necho \"2\necho '3'4\necho 5\n", server)
    #expect(run.out == "1\n5\n")
    #expect(
      run.err == """
        line 2: Invalid argument(s): the quote is not closed (column 6)
        line 3: Invalid argument(s): a space must follow the closing quote (column 8)

        """)
    #expect(run.exitCode == 1)
  }

  @Test func aNumberBeforeACommandRepeatsIt() throws {
    let server = try RedisServer()
    let run = try Run.script("5 incr n\n0 ping\n-1 ping\necho end\n", server)
    #expect(run.out == "1\n2\n3\n4\n5\nend\n")
    #expect(run.err.hasPrefix("line 2: Invalid repeat count 0: it must be from 1"))
    #expect(run.exitCode == 1)
    let alone = try Run.script("5\n", server)
    #expect(alone.err.hasPrefix("line 1: (error) ERR unknown command '5'"))
  }

  @Test func ownCommandsStandInOrder() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "set k '{\"a\":1}'\necho before\ndecode k\necho between\ndecode missing\necho after\n", server
    )
    #expect(run.out == "OK\nbefore\n{\"a\":1}\nbetween\nafter\n")
    #expect(run.err == "line 5: no such key: missing\n")
    #expect(run.exitCode == 1)
  }

  @Test func nothingIsSentAfterASelectThatFailed() throws {
    let server = try RedisServer()
    let run = try Run.script("set a 1\nselect 99\nflushdb\n", server)
    #expect(run.exitCode == 3)
    #expect(run.out == "OK\n")
    #expect(
      run.err == """
        line 2: (error) ERR DB index is out of range
        line 2: the rest of the script was not sent

        """)
    #expect(try server.send("DBSIZE") == ":1")
  }

  @Test func nothingIsSentAfterAnAuthThatFailed() throws {
    let server = try RedisServer(["--user", "alice", "on", ">pw", "~*", "+@all"])
    let run = try Run.script("auth alice wrong\nset k v\n", server)
    #expect(run.exitCode == 3)
    #expect(try server.send("DBSIZE") == ":0")
    #expect(try Run.script("auth alice pw\nset k v\n", server).out == "OK\nOK\n")
  }

  @Test(arguments: ["hello 2 auth alice wrong", "multi\nauth alice wrong\nexec"])
  func nothingIsSentAfterAnyLoginThatFailed(_ login: String) throws {
    let server = try RedisServer(["--user", "alice", "on", ">pw", "~*", "+@all"])
    let run = try Run.script("\(login)\nset k v\n", server)
    #expect(run.exitCode == 3)
    #expect(run.err.contains("the rest of the script was not sent\n"))
    #expect(try server.send("DBSIZE") == ":0")
  }

  @Test func theDatabaseIsThatOfTheLineBefore() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "set k 0\nselect 3\nset k 3\nselect 0\nget k\nselect 3\nget k\n", server)
    #expect(run.out == "OK\nOK\nOK\nOK\n0\nOK\n3\n")
  }

  @Test func quitEndsTheScript() throws {
    let server = try RedisServer()
    let run = try Run.script("set a 1\nquit\nset b 1\n", server)
    #expect(run.exitCode == 0)
    #expect(run.out == "OK\n")
    #expect(try server.send("EXISTS", "b") == ":0")
  }

  @Test func blockingCommandsWait() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("echo before\nblpop q 0\necho after\n")
    coprocess.expect("before\n")
    try waitForBlockedClient(of: server)
    try server.send("RPUSH", "q", "x")
    coprocess.expect("q\nx\nafter\n")
    #expect(try coprocess.finish().exitCode == 0)
  }

  @Test func transactions() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "multi\nset a 1\nincr a\nexec\nget a\nmulti\nset a 9\ndiscard\nget a\n", server)
    #expect(run.out == "OK\nQUEUED\nQUEUED\nOK\n2\n2\nOK\nQUEUED\nOK\n2\n")
    #expect(run.exitCode == 0)
  }

  /// A transaction would otherwise be executed without the line that could not be sent.
  @Test(arguments: ["set b \"2", "subscribe x", "client reply off", "0 ping"])
  func aTransactionThatMissesACommandIsDiscarded(_ line: String) throws {
    let server = try RedisServer()
    let run = try Run.script("multi\nset a 1\n\(line)\nexec\nget a\n", server)
    #expect(run.exitCode == 1)
    // What DISCARD answers is no reply to EXEC.
    #expect(run.out == "OK\nQUEUED\n\n")
    #expect(
      run.err.contains(
        "line 4: EXEC was not sent but DISCARD: a command of the transaction is missing"))
  }

  @Test func aDiscardedTransactionIsNoJSON() throws {
    let server = try RedisServer()
    for muted in ["", "client reply off\n"] {
      let run = try Run.script(
        "\(muted)multi\nset a 1\nset b \"2\nexec\n\(muted.isEmpty ? "" : "client reply on\n")get "
          + "a\n",
        server, "--json")
      #expect(run.out == (muted.isEmpty ? "\"OK\"\n\"QUEUED\"\nnull\n" : "\"OK\"\nnull\n"))
      #expect(run.err.contains("EXEC was not sent but DISCARD"))
      #expect(run.exitCode == 1)
    }
  }

  @Test func aDiscardThatFailsIsTold() throws {
    let server = try ScriptedServer([
      .expect("multi"), .send("+OK\r\n"), .expect("DISCARD"), .send("-ERR no\r\n"), .stall,
    ])
    let run = try Run.program(
      Project.sesscli, ["-s", server.socket], stdin: Array("multi\nget \"k\nexec\n".utf8))
    #expect(run.out == "OK\n")
    #expect(run.err.contains("line 3: (error) ERR no\nline 3: EXEC was not sent but DISCARD"))
    #expect(run.exitCode == 1)
  }

  /// EXEC answers, but the database is still the old one.
  @Test func nothingIsSentAfterASelectThatFailedInsideATransaction() throws {
    let server = try RedisServer()
    let run = try Run.script("multi\nset a 1\nselect 99\nset b 2\nexec\nflushdb\n", server)
    #expect(run.exitCode == 3)
    #expect(run.out == "OK\nQUEUED\nQUEUED\nQUEUED\nOK\nERR DB index is out of range\nOK\n")
    #expect(run.err.contains("line 5: the rest of the script was not sent\n"))
    #expect(try server.send("DBSIZE") == ":2")
  }

  /// EXEC answers nil: what it should have selected is not selected.
  @Test func nothingIsSentAfterATransactionWithASelectThatDidNotRun() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("watch k\nmulti\nselect 3\n")
    coprocess.expect("OK\nOK\nQUEUED\n")
    try server.send("SET", "k", "changed")
    try coprocess.send("exec\nflushdb\n")
    let run = try coprocess.finish()
    #expect(run.exitCode == 3)
    #expect(run.err.contains("the rest of the script was not sent\n"))
    #expect(try server.send("DBSIZE") == ":1")
  }

  @Test func theDatabaseThatATransactionSelectedIsSelectedAgain() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("multi\nselect 3\nexec\n")
    coprocess.expect("OK\nQUEUED\nOK\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("set b 1\n")
    coprocess.expect("OK\n")
    let run = try coprocess.finish()
    #expect(run.err.contains("reconnected, database 3 selected again"))
    #expect(try server.send("EXISTS", "b") == ":0")
  }

  @Test func commandsThatLeaveRepliesOutOfStepAreRefused() throws {
    let server = try RedisServer()
    let run = try Run.script("sync\npsync ? -1\nreplconf ack 0\necho end\n", server)
    #expect(run.out == "end\n")
    #expect(run.err.split(separator: "\n").count == 3)
    #expect(run.err.split(separator: "\n").allSatisfy { $0.hasSuffix("; not sent") })
    #expect(run.exitCode == 1)
  }

  @Test func unsubscribingFromNothingHasAReplyForEachName() throws {
    let server = try RedisServer()
    let run = try Run.script("unsubscribe a b c\nunsubscribe\npunsubscribe x\necho end\n", server)
    #expect(
      run.out
        == "unsubscribe\na\n0\nunsubscribe\nb\n0\nunsubscribe\nc\n0\nunsubscribe\n\n0\npunsubscribe\nx\n0\nend\n"
    )
  }

  @Test func aConnectionLostInTheMiddle() throws {
    let server = try ScriptedServer(
      [.command, .send("+OK\r\n"), .command, .command, .command, .send("+OK\r\n"), .close])
    let run = try Run.sesscli(
      "-s", server.socket, stdin: Array("set a 1\nset b 2\nset c 3\nget d\n".utf8))
    #expect(run.exitCode == 3)
    #expect(run.out == "OK\nOK\n")
    #expect(
      run.err == """
        line 3: Error: the server closed the connection; SET may have been executed and is not repeated
        line 3: the commands up to line 4 were not answered: they may have been executed or not

        """)
  }

  /// The rest was meant for the transaction, too.
  @Test func aTransactionLostBetweenTwoLinesEndsTheScript() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("multi\nset a 1\n")
    coprocess.expect("OK\nQUEUED\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("set b 2\nset c 3\nexec\n")
    let run = try coprocess.finish()
    #expect(run.exitCode == 3)
    #expect(run.err.contains("the open transaction was lost with the old connection"))
    #expect(try server.send("DBSIZE") == ":0")
  }

  @Test func aConnectionClosedBetweenTwoLinesIsRenewed() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket, "-n", "2")
    try coprocess.send("set a 1\n")
    coprocess.expect("OK\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("get a\n")
    coprocess.expect("1\n")
    let run = try coprocess.finish()
    #expect(
      run.err == "the server closed the connection\nreconnected, database 2 selected again\n")
    #expect(run.exitCode == 0)
  }

  @Test func controlCEndsAScriptThatWaitsForInput() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("ping\n")
    coprocess.expect("PONG\n")
    coprocess.signal(SIGINT)
    coprocess.expectEnd()
    #expect(try coprocess.finish().fatalSignal == SIGINT)
  }

  /// `set session:4` is not the beginning of `set session:42 ...` that was meant.
  @Test func controlCDropsTheLineThatHasNotEnded() throws {
    let server = try RedisServer()
    let coprocess = try Coprocess("-s", server.socket)
    try coprocess.send("set whole 1\nset cut va")
    coprocess.expect("OK\n")
    coprocess.signal(SIGINT)
    coprocess.expectEnd()
    let run = try coprocess.finish()
    #expect(run.fatalSignal == SIGINT)
    #expect(run.out == "OK\n")
    #expect(try server.send("EXISTS", "cut") == ":0")
  }

  /// A folder can be opened and not be read.
  @Test func inputThatCannotBeReadIsToldAndNotAnEnd() throws {
    var lines = LineBuffer()
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    try writeAll(Array("set whole 1\nset cut va".utf8), to: ends[1])
    lines.read(from: ends[0])
    close(ends[0])
    close(ends[1])
    #expect(lines.next().map(Array.init) == Array("set whole 1".utf8))
    #expect(lines.next() == nil)
    let folder = open("/tmp", O_RDONLY)
    defer { close(folder) }
    lines.read(from: folder)
    #expect(lines.failure == EISDIR)
    #expect(lines.next() == nil)
    #expect(lines.isAtEnd)
  }
}
