import Testing

@testable import RedisClient

/// What a cluster is learnt from: slots, maps, redirections, and where keys stand in commands.
@Suite struct HashSlotTests {
  private func slot(_ key: String) -> Int { HashSlot.of(Array(key.utf8)) }

  @Test func slotsAsTheSpecificationSays() {
    // Its example for CRC16 is 0x31C3.
    #expect(slot("123456789") == 0x31C3 & 16_383)
    #expect(slot("") == 0)
    #expect(slot("{user1000}.following") == slot("{user1000}.followers"))
    #expect(slot("{user1000}.following") == slot("user1000"))
    #expect(slot("foo{{bar}}zap") == slot("{bar"))
    #expect(slot("foo{bar}{zap}") == slot("bar"))
    #expect(slot("foo{}{bar}") != slot("bar"))
  }

  @Test func setsOfSlots() {
    var set = SlotSet.none
    for slot in [0, 1, 2, 63, 64, 16_383] { set.insert(slot) }
    #expect(set.count == 6)
    #expect(set.description == "slots 0-2, 63-64, 16383")
    #expect(set.contains(64) && !set.contains(65))
    var others = SlotSet.all
    others.subtract(set)
    #expect(others.count == 16_378 && others.first == 3)
    #expect(others.intersection(set).isEmpty)
  }

  // MARK: Maps

  private func server(_ host: String, _ port: Int64) -> Reply {
    .array([.bulk(Array(host.utf8)), .integer(port), .bulk(Array("id".utf8)), .array([])])
  }

  @Test func aMapOfSlots() throws {
    let map = try SlotMap(
      .array([
        .array([.integer(8_000), .integer(16_383), server("10.0.0.2", 7), server("10.0.0.3", 7)]),
        .array([.integer(0), .integer(7_999), server("", 6), server("?", 5)]),
      ]), asked: "::1")
    #expect(map.masters.map(\.name) == ["::1:6", "10.0.0.2:7"])
    #expect(map.replicas.map(\.port).sorted() == [5, 7])
    #expect(map.owner(of: 7_999)?.port == 6)
    #expect(map.owner(of: 8_000)?.host == "10.0.0.2")
    #expect(map.unserved.isEmpty)
    #expect(map.slots(of: ClusterNode(host: "10.0.0.2", port: 7)).count == 8_384)
  }

  @Test(arguments: [
    Reply.null, .integer(3), .array([]), .array([.integer(1)]), .error(Array("ERR no".utf8)),
    .array([.array([.integer(0), .integer(16_384), .array([.bulk([49]), .integer(1)])])]),
    .array([.array([.integer(-1), .integer(5), .array([.bulk([49]), .integer(1)])])]),
    .array([.array([.integer(9), .integer(5), .array([.bulk([49]), .integer(1)])])]),
    .array([.array([.integer(0), .integer(5), .array([.bulk([49]), .integer(0)])])]),
    .array([.array([.integer(0), .integer(5), .array([.bulk([49]), .integer(.max)])])]),
    .array([.array([.integer(0), .integer(5), .array([.bulk([27]), .integer(1)])])]),
    .array([.array([.integer(0), .integer(5), .array([.bulk([49, 0]), .integer(1)])])]),
    .array([.array([.integer(0), .integer(5)])]),
    .array([Reply](repeating: .array([.integer(0), .integer(0)]), count: 16_385)),
  ]) func whatIsNoMap(_ reply: Reply) {
    #expect(throws: CommandError.self) { try SlotMap(reply, asked: "h") }
  }

  @Test func aServersOwnSlots() throws {
    let text = """
      aaaa 127.0.0.1:7000@17000,name myself,master - 0 1 1 connected 0-99 200 [93->-bbbb] [7-<-cccc]
      bbbb 127.0.0.1:7001@17001 master - 0 1 2 connected 100-199
      cccc ::1:7002@17002 slave aaaa 0 1 2 connected
      """
    let slots = try #require(NodeSlots(.bulk(Array(text.utf8)), asked: "h"))
    #expect(slots.isMaster)
    #expect(slots.slots.description == "slots 0-99, 200")
    #expect(slots.targets == [ClusterNode(host: "127.0.0.1", port: 7001)])
    for garbage in ["", "\n\n", "a b myself", "a b:1@2 myself,master - 0 1 1 connected 5-99999"] {
      #expect(NodeSlots(.bulk(Array(garbage.utf8)), asked: "h") == nil)
    }
  }

  // MARK: Redirections

  @Test func redirections() {
    func parse(_ text: String) -> Redirection? { Redirection(Array(text.utf8), asked: "here") }
    #expect(
      parse("MOVED 3999 127.0.0.1:6381") == .moved(3999, ClusterNode(host: "127.0.0.1", port: 6381))
    )
    #expect(parse("ASK 0 ::1:6381") == .ask(0, ClusterNode(host: "::1", port: 6381)))
    #expect(parse("MOVED 1 :6381") == .moved(1, ClusterNode(host: "here", port: 6381)))
    #expect(parse("TRYAGAIN Multiple keys request during rehashing of slot") == .tryAgain)
    #expect(parse("CLUSTERDOWN The cluster is down") == .down)
    for other in [
      "", "MOVED", "MOVED 1", "MOVED 1 h", "MOVED 16384 h:1", "MOVED -1 h:1", "MOVED 1 h:0",
      "MOVED 1 h:70000", "MOVED 1 h:1 2", "MOVED  1 h:1", "MOVED 1 \u{1B}]0;x\u{7}:1",
      "ASKING 1 h:1",
      "ERR MOVED 1 h:1", "MOVED 1 " + String(repeating: "h", count: 300) + ":1",
    ] { #expect(parse(other) == nil, "\(other.debugDescription)") }
  }

  // MARK: Keys of commands

  @Test(arguments: [
    ("get k", ["k"]), ("GET k extra", ["k"]), ("mget a b c", ["a", "b", "c"]),
    ("mset a 1 b 2", ["a", "b"]), ("blpop a b 0", ["a", "b"]), ("ping", []), ("dbsize", []),
    ("eval script 2 a b c", ["a", "b"]), ("eval script 0 a", []), ("eval script x a", []),
    ("eval script 9999999999 a b", ["a", "b"]), ("eval script -1 a", []),
    ("xread count 2 streams a b 0 0", ["a", "b"]), ("xread streams a", []),
    ("xreadgroup group g c streams a >", ["a"]), ("object encoding k", ["k"]),
    ("zunionstore d 2 a b weights 1 2", ["d", "a", "b"]), ("bitop and d a b", ["d", "a", "b"]),
    ("migrate h 1 k 0 100", ["k"]), ("ssubscribe c", ["c"]), ("get", []), ("config get x", []),
  ]) func keysOfCommands(_ line: String, _ keys: [String]) throws {
    let words = line.split(separator: " ").map { Array($0.utf8) }
    let entry = try #require(CommandTable.lookup(words))
    #expect(entry.keyPlaces(in: words).map { String(decoding: words[$0], as: UTF8.self) } == keys)
  }

  @Test func migrateNamesItsKeysAtTheEnd() throws {
    let words = ["migrate", "h", "1", "", "0", "100", "keys", "a", "b"].map { Array($0.utf8) }
    let entry = try #require(CommandTable.lookup(words))
    #expect(entry.keyPlaces(in: words) == [7, 8])
  }
}
