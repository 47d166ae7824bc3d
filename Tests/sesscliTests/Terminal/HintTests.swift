import Foundation
import Testing

/// Hints behind the line, as the screen shows them.
@Suite struct HintTests {
  private let server: RedisServer

  init() throws { server = try RedisServer() }

  private var prompt: String { "redis \(server.socket)> " }

  private func open(
    _ environment: [String: String] = ["NO_COLOR": ""], columns: Int = 110, rows: Int = 24
  ) throws -> PTY {
    try PTY.prompt(at: server.socket, environment: environment, columns: columns, rows: rows)
  }

  /// Waits until the cursor's row is this, after the prompt, and the cursor is behind `typed`.
  private func expectLine(
    _ terminal: PTY, _ typed: String, hint: String, cursor: Int? = nil,
    location: SourceLocation = #_sourceLocation
  ) {
    let line = prompt + typed + hint
    let column = cursor ?? (prompt + typed).count
    terminal.expectScreen(
      where: "\(line.debugDescription) with the cursor in column \(column)", location: location
    ) { screen in
      screen.visible[screen.cursor.row] == line && screen.cursor.column == column
    }
  }

  @Test func theRestIsBehindTheCursorAndGoneAfterEnter() throws {
    let terminal = try open()
    try terminal.send("getrange ")
    expectLine(terminal, "getrange ", hint: "key start end")
    #expect(
      String(decoding: terminal.raw, as: UTF8.self).contains("\u{1B}[2mkey start end\u{1B}[0m"))
    try terminal.send("k")
    expectLine(terminal, "getrange k", hint: " start end")
    try terminal.send(.backspace)
    expectLine(terminal, "getrange ", hint: "key start end")
    try terminal.send("k 0 ")
    expectLine(terminal, "getrange k 0 ", hint: "end")
    try terminal.enter("-1")
    terminal.expect("\"\"\n")
    terminal.expect("> ")
    try terminal.send("mget a")
    expectLine(terminal, "mget a", hint: " [key ...]")
    try terminal.send(.enter)
    terminal.expect("(nil)")
    terminal.expect("> ")
    #expect(terminal.screen.visible.contains(prompt + "getrange k 0 -1"))
    #expect(terminal.screen.visible.contains(prompt + "mget a"))
  }

  @Test func theCursorMovesInFrontOfIt() throws {
    let terminal = try open()
    try terminal.send("lrange é")
    expectLine(terminal, "lrange é", hint: " start stop")
    try terminal.send(.controlU)
    try terminal.send("lrange key")
    try terminal.send(.controlA)
    expectLine(terminal, "lrange key", hint: " start stop", cursor: prompt.count)
    try terminal.send("x")
    expectLine(terminal, "xlrange key", hint: "", cursor: prompt.count + 1)
    try terminal.send(.backspace)
    expectLine(terminal, "lrange key", hint: " start stop", cursor: prompt.count)
    try terminal.send(.enter)
    terminal.expect("(error)")
    #expect(terminal.screen.visible.contains(prompt + "lrange key"))
  }

  @Test func itEndsBeforeTheEdgeOfTheWindow() throws {
    let columns = (prompt + "set k v ").count + 8
    let terminal = try open(columns: columns)
    try terminal.send("set k v ")
    // Seven letters fit when the last column stays empty.
    expectLine(terminal, "set k v ", hint: "[NX|XX]")
    terminal.resize(columns: columns - 3, rows: 24)
    expectLine(terminal, "set k v ", hint: "[NX|")
    terminal.resize(columns: columns + 6, rows: 24)
    expectLine(terminal, "set k v ", hint: "[NX|XX] [GET]")
    try terminal.send(.controlC)
    terminal.expect("^C")
    terminal.expectScreen(where: "the line without the hint") {
      $0.visible.contains(prompt + "set k v ^C")
    }
  }

  @Test func itFollowsALineOfSeveralRows() throws {
    let terminal = try open(columns: 60)
    let value = String(repeating: "v", count: 80)
    try terminal.send("append \(value) ")
    terminal.expectScreen(where: "the hint on the last row") { screen in
      screen.visible[screen.cursor.row].hasSuffix("v value")
        && screen.visible[screen.cursor.row].count == screen.cursor.column + 5
    }
    try terminal.send(.controlA)
    terminal.expectScreen(where: "no hint far from the cursor") {
      !$0.text.contains("value") && $0.cursor.column == prompt.count
    }
    try terminal.send(.controlC)
    terminal.expect("^C")
    terminal.resize(columns: 12, rows: 24)
    try terminal.enter("set k v")
    terminal.expect("OK")
  }

  @Test func aSearchAListAndAQuestionHaveNone() throws {
    _ = try server.send("SET", "k", "v")
    let terminal = try open()
    try terminal.enter("getrange k 0 0")
    terminal.expect("\"v\"")
    terminal.expect("> ")
    try terminal.send(.controlR)
    try terminal.send("getr")
    terminal.expectScreen(where: "a search") {
      $0.visible[$0.cursor.row] == "(reverse-i-search)`getr': getrange k 0 0"
    }
    try terminal.send(.controlC)
    terminal.expect("^C\n\(prompt)")
    try terminal.send("expire k 10 ")
    expectLine(terminal, "expire k 10 ", hint: "[NX|XX|GT|LT]")
    try terminal.send(.tab)
    terminal.expect("gt  lt  nx  xx")
    expectLine(terminal, "expire k 10 ", hint: "[NX|XX|GT|LT]")
    #expect(terminal.screen.visible.contains(prompt + "expire k 10"))
    try terminal.send(.controlU)
    try terminal.enter("flushdb")
    terminal.expect("anything else to cancel: ")
    try terminal.send("get ")
    terminal.expectScreen("cancel: get")
    try terminal.send(.tab)
    try terminal.send(.enter)
    terminal.expect("Cancelled")
    #expect(terminal.screen.visible.contains { $0.hasSuffix("cancel: get") })
  }

  @Test(arguments: [
    ["NO_COLOR": "1"], ["NO_COLOR": "", "TERM": "dumb"], ["NO_COLOR": "", "TERM": "emacs"],
    ["NO_COLOR": "", "TERM": "cons25"],
  ])
  func thereIsNoneThatLooksLikeTypedText(_ environment: [String: String]) throws {
    let terminal = try open(environment)
    try terminal.enter("getrange k 0 -1")
    terminal.expect("\"\"")
    #expect(!terminal.screen.text.contains("key start end"))
    #expect(!terminal.screen.text.contains("start end"))
  }

  @Test func theyCanBeTurnedOff() throws {
    let terminal = try open()
    try terminal.enter(":set nohints")
    terminal.expect(":set nohints\n\(prompt)")
    try terminal.enter("getrange k 0 -1")
    terminal.expect("\"\"\n\(prompt)")
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains("start end"))
    try terminal.enter(":set hints")
    terminal.expect(":set hints\n\(prompt)")
    try terminal.send("getrange ")
    expectLine(terminal, "getrange ", hint: "key start end")
  }

  @Test func aLongLineHasOneAndArrivesWhole() throws {
    let terminal = try open()
    let line = "mget " + String(repeating: "k ", count: 5000)
    try terminal.send(line)
    terminal.expectScreen("k [key ...]")
    try terminal.send(.enter)
    terminal.expect("5000) (nil)")
  }

  @Test func theServerGoingAwayLeavesNoTrace() throws {
    let terminal = try open()
    try terminal.send("getrange ")
    expectLine(terminal, "getrange ", hint: "key start end")
    server.stop()
    terminal.expect("closed the connection")
    terminal.expectScreen("not connected> getrange key start end")
    #expect(!terminal.screen.visible.contains { $0.hasPrefix(prompt) && $0.contains("start end") })
  }
}
