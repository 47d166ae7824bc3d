import Testing

/// TAB for names that only the server knows, and for words of the syntax.
@Suite struct ServerCompletionTests {
  private let server: RedisServer

  init() throws { server = try RedisServer() }

  private func tab(_ terminal: PTY, _ line: String, _ completed: String) throws {
    try terminal.send(line)
    try terminal.send(.tab)
    terminal.expectScreen("> \(completed)")
    try terminal.send(.controlU)
  }

  @Test func namesOfTheServerAreCompleted() throws {
    _ = try server.send("ACL", "SETUSER", "alice", "on", "nopass", "+@all", "~*")
    let terminal = try PTY.prompt(at: server.socket, columns: 100)
    try tab(terminal, "config get maxmemory-p", "config get maxmemory-policy")
    try tab(terminal, "CONFIG SET MAXMEMORY-P", "CONFIG SET MAXMEMORY-POLICY")
    try tab(terminal, "acl cat sorteds", "acl cat sortedset")
    try tab(terminal, "acl setuser bob +@sorteds", "acl setuser bob +@sortedset")
    try tab(terminal, "acl getuser al", "acl getuser alice")
    try tab(terminal, "set k v N", "set k v NX")
    try tab(terminal, "xinfo str", "xinfo stream")
    let subscriber = try PTY.prompt(at: server.socket, columns: 100)
    try subscriber.enter("subscribe news:sport")
    subscriber.expect("subscribe")
    subscriber.expect("(integer) 1")
    try tab(terminal, "publish ne", "publish news:sport")
    // The person's own connection has seen none of it.
    try terminal.enter("multi")
    terminal.expect("(TX)> ")
    try tab(terminal, "config get maxmemory-s", "config get maxmemory-samples")
    try terminal.enter("exec")
    terminal.expect("(empty array)")
  }

  @Test func whatTheServerRefusesIsNotCompleted() throws {
    _ = try server.send("ACL", "SETUSER", "bob", "on", ">secret", "+get", "+dbsize", "~*")
    let terminal = try PTY.prompt(
      at: server.socket, "--user", "bob", environment: ["REDISCLI_AUTH": "secret"], columns: 100)
    try terminal.send("config get maxmemory-p")
    try terminal.send(.tab)
    terminal.expect("CONFIG GET parameter [parameter ...]")
    try terminal.send(.controlU)
    try terminal.enter("dbsize")
    terminal.expect("(integer) 0")
    #expect(!terminal.screen.text.contains("policy"))
  }

  @Test func nothingThatFlushesIsEnteredByTab() throws {
    _ = try server.send("SET", "k", "v")
    let terminal = try PTY.prompt(at: server.socket, columns: 100)
    for line in ["fl", "flush", "script f", "function fl", "cluster flu"] {
      try terminal.send(line + "\t\t\t\r")
      terminal.expect("(error)")
      terminal.expect("> ")
    }
    #expect(try server.send("DBSIZE") == ":1")
    // Not even one that would fail.
    #expect(try !server.send("INFO", "commandstats").contains("flush"))
  }

  // MARK: The history

  @Test func theHistoryIsSearchedBothWays() throws {
    let terminal = try PTY.prompt(at: server.socket, columns: 100)
    for word in ["one", "two", "three"] {
      try terminal.enter("echo \(word)")
      terminal.expect("\"\(word)\"\n")
      terminal.expect("> ")
    }
    try terminal.send(.controlR)
    try terminal.send("echo t")
    terminal.expectScreen("`echo t': echo three")
    try terminal.send(.controlR)
    terminal.expectScreen("`echo t': echo two")
    // Ctrl-S is a key here and does not stop the terminal.
    try terminal.send("\u{13}")
    terminal.expectScreen("(i-search)`echo t': echo two")
    try terminal.send("\u{13}")
    terminal.expectScreen("(i-search)`echo t': echo three")
    try terminal.send(.enter)
    terminal.expect("\"three\"\n")
    terminal.expect("> ")
    try terminal.send("echo o")
    // Page Up finds lines that begin like this one.
    try terminal.send("\u{1B}[5~")
    terminal.expectScreen("> echo one")
    try terminal.send(.enter)
    terminal.expect("\"one\"\n")
  }
}
