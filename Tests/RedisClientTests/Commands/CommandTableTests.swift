import Testing

@testable import RedisClient

@Suite struct CommandTableTests {
  private func words(_ line: String) -> [[UInt8]] {
    line.split(separator: " ").map { Array($0.utf8) }
  }

  @Test func everyRowIsRead() {
    let rows = CommandTable.rows.withUTF8Buffer { $0.split(separator: 0x0A) }
    #expect(CommandTable.all.count == rows.count)
    #expect(CommandTable.all.count > 350)
    #expect(CommandTable.groups.contains("sorted-set"))
    for entry in CommandTable.all {
      #expect(!entry.summary.isEmpty && !entry.group.isEmpty && !entry.since.isEmpty)
      #expect(entry.summary.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }
  }

  @Test func aCommandIsFoundInAnyCase() throws {
    let set = try #require(CommandTable.lookup("Set"))
    #expect(set.name == "SET")
    #expect(set.group == "string")
    #expect(set.since == "1.0.0")
    #expect(set.arity == -3)
    #expect(set.flags == [.write])
    #expect(set.arguments.hasPrefix("key value [NX|XX] [GET] ["))
    #expect(CommandTable.lookup(words("config SET x y"))?.name == "CONFIG SET")
    #expect(CommandTable.lookup(words("config nothing"))?.name == "CONFIG")
    #expect(CommandTable.lookup("CONFIG")?.isContainer == true)
    #expect(CommandTable.lookup(words("nothing")) == nil)
    #expect(CommandTable.lookup([]) == nil)
    #expect(CommandTable.subcommands(of: "object").map(\.name).contains("OBJECT ENCODING"))
  }

  /// The line ends where the next word would be typed; the Redis manual says what it is.
  @Test(
    arguments: [
      ("get", true), ("get k", false), ("set", true), ("set k", false), ("mget a b c", true),
      ("mset", true), ("mset a", false), ("mset a 1", true),
      ("del a b", true), ("rename a", true), ("rename a b", false),
      ("blpop a b", true), ("bitop and", true), ("bitop and dest a", true), ("bitop", false),
      ("object encoding", true), ("object", false),
      ("zunionstore", true), ("zunionstore dest", false), ("zunionstore dest 2", true),
      ("zunionstore dest 2 a", true), ("zunionstore dest 2 a b", false),
      ("eval script", false), ("eval script 1", true), ("eval script 1 a", false),
      ("eval script 0", false), ("eval script x", false),
      ("xread count 1", false), ("xread streams", true), ("xread count 1 streams a", true),
      ("migrate h 1", true), ("migrate h 1 k", false), ("migrate h 1 k 0 10 keys", true),
      ("georadius k 1 1 1 km", false), ("georadius k 1 1 1 km STORE", true),
      ("flushdb", false), ("flushall", false), ("config get", false), ("ping", false),
    ])
  func keyPositionsAreKnown(_ line: String, _ isKey: Bool) throws {
    let words = words(line)
    let entry = try #require(CommandTable.lookup(words))
    #expect(entry.keys.contains { $0.contains(words.count, after: words) } == isKey)
  }

  @Test(
    arguments: [
      ("set k v", true), ("get k", false), ("config set a b", true), ("CONFIG GET a", false),
      ("config", true), ("config nonsense", true), ("config help", false),
      ("function load x", true), ("eval x 0", true), ("exec", true), ("ping", false),
      ("unknown", true), ("xgroup create", true), ("publish c x", true), ("spublish c x", true),
      ("pubsub numsub c", false), ("acl log", false), ("acl log 3", false), ("acl log RESET", true),
      ("client kill id 3", true), ("client setname x", false), ("command docs get", false),
      ("sentinel masters", false), ("sentinel reset *", true), ("sentinel config get *", false),
      ("sentinel config set a b", true), ("debug help", true), ("memory usage k", false),
      ("memory purge", true), ("object freq k", false), ("", false),
    ])
  func whatMayChangeSomethingIsKnown(_ line: String, _ mayChange: Bool) {
    #expect(CommandTable.mayChange(words(line)) == mayChange)
  }

  /// Redis says of each which flag it has; none that writes may be called harmless.
  @Test func nothingThatWritesIsHarmless() {
    for entry in CommandTable.all where entry.flags.contains(.write) {
      let words = entry.name.split(separator: " ").map { Array($0.utf8) }
      #expect(CommandTable.mayChange(words), "\(entry.name)")
    }
  }
}
