import Testing

@testable import sesscli

/// Lines of scripts that are sent without making words of them.
@Suite struct PlainLineTests {
  @Test(arguments: [
    "get a", "  get\ta  ", "get a\r", "\tset k v\r", "x", "mset a 1 b 2 c 3", "set k \u{ff}é",
    "get  a\t\tb", "set k a\\nb",
  ])
  func itsWordsAreThoseOfTheLine(_ text: String) throws {
    let line = Array(text.utf8)
    let plain = try #require(PlainLine(line))
    let words = try Arguments.split(line)
    #expect(plain.count == words.count)
    #expect(plain.isFirst(words[0], of: line))
    #expect(!plain.isFirst(words[0] + [0x78], of: line))
    #expect(!plain.isFirst([], of: line))
  }

  @Test(arguments: [
    "", " \t\r", "get \"a\"", "get 'a'", "get a\u{b}b", "get a\0", "get a'b", "a\nb",
  ])
  func whatNeedsMoreCareIsNone(_ text: String) {
    #expect(PlainLine(Array(text.utf8)) == nil)
  }

  /// The same lines, once the first of a script and once behind others, are the same commands.
  @Test func theyMeanTheSameInAScript() throws {
    let lines = [
      "rpush l a b", "rpush l \t c\r", "rpush l \"d e\" f", "rpush l 'g' \\x41", "  rpush   l   é",
      "RPUSH l i", "3 rpush l j", "rpush l \(String(repeating: "k", count: 100_000)) \u{c}m",
    ]
    let alone = try RedisServer()
    for line in lines { _ = try Run.script(line + "\n", alone) }
    let together = try RedisServer()
    let run = try Run.script("rpush l\n" + lines.map { $0 + "\n" }.joined(), together)
    #expect(run.out.split(separator: "\n").count == lines.count + 2)
    let list = try Run.sesscli("-s", together.socket, "lrange", "l", "0", "-1")
    #expect(list.stdout == (try Run.sesscli("-s", alone.socket, "lrange", "l", "0", "-1").stdout))
  }

  /// A number alone is a command; before another one it is not.
  @Test func aNumberBeforeACommandIsNoName() throws {
    let server = try RedisServer()
    let run = try Run.script("incr n\n5\n5\n5 incr n\nget n\n", server)
    #expect(run.out == "1\n2\n3\n4\n5\n6\n6\n")
  }

  @Test func whatATransactionSwitchesToIsKnownByItsPlace() throws {
    let server = try RedisServer()
    let run = try Run.script(
      "set a 1\nmulti\nset a 1\nset b 1\nselect 99\nset c 1\nexec\nflushdb\n", server)
    #expect(run.exitCode == 3)
    #expect(run.err.contains("the rest of the script was not sent"))
    #expect(try server.send("DBSIZE") == ":3")
  }
}
