import Testing

@testable import RedisClient
@testable import sesscli

@Suite struct HelpTextTests {
  private func help(_ topic: String...) throws(CommandError) -> String {
    try HelpText().text(for: topic.map { Array($0.utf8) })
  }

  @Test func aCommandIsExplained() throws {
    #expect(
      try help("GET") == """
          GET key
          summary: Get the value of a key
          since: 1.0.0
          group: string

        """)
    #expect(try help("config", "get").hasPrefix("  CONFIG GET parameter [parameter ...]\n"))
    #expect(try help("config").contains("\n  CONFIG GET parameter [parameter ...]\n"))
  }

  @Test func anOwnCommandIsExplained() throws {
    let text = try help("decode")
    let decode = try #require(Command.all.first { $0.name == "decode" })
    #expect(text.contains(decode.summary))
    for option in decode.options { #expect(text.contains("    \(option.name)")) }
    // The name is also one of Redis' own.
    #expect(try help("keys").contains("  KEYS pattern\n"))
  }

  @Test func theOverviewNamesAllOwnCommandsAndGroups() throws {
    let text = try help()
    for command in Command.all { #expect(text.contains("  " + command.name)) }
    for group in CommandTable.groups { #expect(text.contains("@" + group)) }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(!text.utf8.contains(0x1B))
    #expect(try HelpText(palette: Palette(isColoured: true)).text(for: []).utf8.contains(0x1B))
  }

  @Test func aGroupIsListed() throws {
    let text = try help("@HyperLogLog")
    #expect(text.hasPrefix("  PFADD key [element [element ...]]\n    Adds"))
    #expect(text.contains("\n  PFCOUNT key [key ...]\n"))
    #expect(!text.contains("GET"))
  }

  @Test func whatIsUnknownIsAnError() {
    #expect(
      throws: CommandError(
        "no help for 'hgeta'; there are HGETALL")
    ) { try help("hgeta") }
    #expect(throws: CommandError("no help for 'x\\x1b[m'; help lists the groups of commands")) {
      try help("x\u{1B}[m")
    }
    #expect(throws: CommandError.self) { try help("@nothing") }
    #expect(throws: CommandError.self) { try help("get", "k") }
  }
}
