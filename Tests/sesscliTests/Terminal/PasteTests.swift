import Testing

/// Several lines at once, with a destructive one among them.
@Suite struct PasteTests {
  private let server: RedisServer

  init() throws {
    server = try RedisServer()
    _ = try server.send("SET", "k", "v")
  }

  private func open(_ environment: [String: String] = [:]) throws -> PTY {
    try PTY.prompt(at: server.socket, environment: environment, columns: 100)
  }

  private func paste(_ text: String) -> String { "\u{1B}[200~\(text)\u{1B}[201~" }

  @Test func nothingOfAPasteRunsBeforeEnter() throws {
    let terminal = try open()
    try terminal.send(paste("set a 1\rset b 2\r"))
    terminal.expectScreen("set b 2")
    #expect(try server.send("DBSIZE") == ":1")
    try terminal.send(.controlC)
    terminal.expect("^C")
    try terminal.enter("echo end")
    terminal.expect("\"end\"")
    #expect(try server.send("DBSIZE") == ":1")
    try terminal.send(paste("set a 1\rset b 2\r"))
    try terminal.send(.enter)
    terminal.expect("OK\n")
    terminal.expect("OK\n")
    #expect(try server.send("DBSIZE") == ":3")
  }

  /// The number of keys follows FLUSHDB in the paste: it is no answer.
  @Test(arguments: [true, false])
  func aPasteDoesNotAnswerTheQuestion(_ isMarked: Bool) throws {
    // A terminal without marks sends the lines as if they were typed.
    let terminal = try open(isMarked ? [:] : ["TERM": "dumb"])
    // More than the 4,096 bytes that a terminal holds, so that the rest comes while the question is
    // asked.
    let rest = String(repeating: "1\rset x \(String(repeating: "y", count: 200))\r", count: 100)
    let text = "echo before\rflushdb\r" + rest
    if isMarked {
      try terminal.send(paste(text))
      try terminal.send(.enter)
    } else {
      try terminal.send(text)
    }
    terminal.expect("\"before\"\n")
    terminal.expect("200 lines typed or pasted ahead are dropped")
    terminal.expect("anything else to cancel: ")
    #expect(try server.send("DBSIZE") == ":1")
    try terminal.enter("no")
    terminal.expect("Cancelled, nothing was sent.")
    terminal.expect("> ")
    try terminal.enter("exists x")
    terminal.expect("(integer) 0")
    #expect(try server.send("DBSIZE") == ":1")
  }

  @Test(arguments: [true, false])
  func controlCDropsTheRest(_ isMarked: Bool) throws {
    let terminal = try open(isMarked ? [:] : ["TERM": "dumb"])
    let text = "blpop nothing 0\rset a 1\rset b 2\r"
    try terminal.send(isMarked ? paste(text) + "\r" : text)
    try waitForBlockedClient(of: server)
    try terminal.send(.controlC)
    terminal.expect("2 lines typed or pasted ahead are dropped")
    terminal.expect("> ")
    try terminal.enter("dbsize")
    terminal.expect("(integer) 1\n")
  }

  @Test func aLargePasteArrivesWhole() throws {
    let terminal = try open()
    let value = String(repeating: "z", count: 6000)
    try terminal.send(paste("set a \(value)\rset b \(value)"))
    try terminal.send(.enter)
    terminal.expect("OK\n")
    terminal.expect("OK\n")
    #expect(try server.send("STRLEN", "a") == ":6000")
    #expect(try server.send("STRLEN", "b") == ":6000")
  }

  @Test func aReflexAfterTabStillAsks() throws {
    let terminal = try open()
    try terminal.send("fl\t\t\r")
    terminal.expect("ERR unknown command 'fl'")
    terminal.expect("> ")
    try terminal.send("flusha\t\r")
    terminal.expect("anything else to cancel: ")
    try terminal.send("\t\r")
    terminal.expect("Cancelled")
    #expect(try server.send("DBSIZE") == ":1")
  }
}
