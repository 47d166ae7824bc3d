import Testing

@testable import sesscli

/// Completion of what is neither a command nor a key.
@Suite struct CompletionNamesTests {
  private let answers: [NameSearch.Kind: [String]] = [
    .parameters: ["maxmemory", "maxmemory-policy", "maxclients", "save", "evil\u{1B}[31m"],
    .categories: ["keyspace", "read", "write"],
    .users: ["default", "alice", "two words"],
    .channels: ["news:sport", "news:\u{1B}[31m"],
    .shardChannels: ["shard:1"],
  ]

  private func complete(_ line: String, asked: (NameSearch.Kind) -> Void = { _ in }) -> Completion {
    withoutActuallyEscaping(asked) { asked in
      let completer = Completer(
        names: { kind in
          asked(kind)
          return (answers[kind] ?? []).map { Array($0.utf8) }
        },
        keys: { _ in FoundKeys(keys: [Array("key".utf8)], isWhole: true) })
      return completer.complete(Array(line.utf8), line.utf8.count)
    }
  }

  private func tab(_ line: String) -> String {
    String(decoding: complete(line).replacement, as: UTF8.self)
  }

  private func listed(_ line: String) -> [String] {
    complete(line).shown.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func wordsOfTheSyntaxAreCompleted() {
    #expect(tab("set k v N") == "set k v NX ")
    #expect(tab("set k v n") == "set k v nx ")
    #expect(tab("SET k v nx g") == "SET k v nx get ")
    #expect(listed("SET k v ") == ["EX", "EXAT", "GET", "KEEPTTL", "NX", "PX", "PXAT", "XX"])
    #expect(tab("set k v nx x") == "set k v nx x", "given already")
    #expect(tab("set k v nonsense x") == "set k v nonsense x")
    #expect(tab("blmove a b l") == "blmove a b left ")
    #expect(tab("zunion 2 a b w") == "zunion 2 a b w")
    #expect(listed("zunion 2 a b w") == ["weights", "withscores"])
    #expect(tab("client kill ty") == "client kill type ")
    #expect(tab("xinfo str") == "xinfo stream ")
    #expect(tab("xinfo stream k f") == "xinfo stream k full ")
    #expect(tab("client li") == "client list ")
  }

  @Test func whatNobodyBeganIsListedAndNotEntered() {
    for line in ["flushall ", "flushdb ", "bgsave ", "shutdown ", "zadd k ", "expire k 10 "] {
      #expect(tab(line) == line)
      #expect(!listed(line).isEmpty)
    }
    // Nothing else can stand there.
    #expect(tab("xreadgroup ") == "xreadgroup group ")
    #expect(tab("migrate h 1 ") == "migrate h 1 key ")
  }

  @Test(
    arguments: [
      "script fl", "function fl", "cluster res", "cluster flu", "fail", "3 script f",
      "SCRIPT FLU",
    ])
  func destructiveSubcommandsAreNotCompletedFromABarePrefix(_ line: String) {
    let completion = complete(line)
    #expect(completion.replacement == Array(line.utf8))
    #expect(!completion.shown.isEmpty)
    for alternative in completion.alternatives {
      let text = String(decoding: alternative, as: UTF8.self).lowercased()
      #expect(!text.contains("flush") && !text.hasSuffix("reset"))
    }
  }

  @Test func destructiveSubcommandsAreCompletedWhenNearlyTyped() {
    #expect(tab("script flus") == "script flush ")
    #expect(tab("help script fl") == "help script flush ")
  }

  @Test func parametersAreCompleted() {
    #expect(tab("config get maxm") == "config get maxmemory")
    #expect(listed("config get maxm") == ["maxmemory", "maxmemory-policy"])
    #expect(tab("CONFIG GET MAXC") == "CONFIG GET MAXCLIENTS ")
    #expect(tab("config set maxmemory-") == "config set maxmemory-policy ")
    #expect(tab("config set maxmemory 1 sa") == "config set maxmemory 1 save ")
    #expect(tab("config set maxmemory ma") == "config set maxmemory ma", "a value")
    #expect(!listed("config get ").contains { $0.contains("evil") })
  }

  @Test func accessRulesAreCompleted() {
    #expect(tab("acl cat key") == "acl cat keyspace ")
    #expect(
      listed("acl setuser alice +@").sorted() == ["+@all", "+@keyspace", "+@read", "+@write"])
    #expect(tab("acl setuser alice on -@wr") == "acl setuser alice on -@write ")
    #expect(tab("acl setuser alice +hgetal") == "acl setuser alice +hgetall ")
    #expect(tab("acl setuser alice allk") == "acl setuser alice allkeys ")
    #expect(tab("acl getuser al") == "acl getuser alice ")
    #expect(tab("acl deluser alice two") == "acl deluser alice \"two words\" ")
    #expect(tab("acl dryrun alice hgeta") == "acl dryrun alice hgetall ")
    #expect(tab("command list filterby aclcat re") == "command list filterby aclcat read ")
  }

  @Test func passwordsAreNoUsers() {
    var asked: [NameSearch.Kind] = []
    let completion = complete("auth al") { asked.append($0) }
    #expect(completion.replacement == Array("auth al".utf8))
    #expect(asked.isEmpty)
  }

  @Test func channelsAreCompleted() {
    #expect(tab("publish news:s") == "publish news:sport ")
    #expect(tab("subscribe news:sport news:s") == "subscribe news:sport news:sport ")
    #expect(listed("publish n") == ["news:\\x1b[31m", "news:sport"])
    #expect(tab("publish news:sport n") == "publish news:sport n", "a message")
    #expect(tab("spublish sh") == "spublish shard:1 ")
    #expect(tab("ssubscribe sh") == "ssubscribe shard:1 ")
  }

  @Test func fixedNamesAreCompleted() {
    #expect(tab("info keysp") == "info keyspace ")
    #expect(tab("scan 0 type zs") == "scan 0 type zset ")
    #expect(tab("command docs hgeta") == "command docs hgetall ")
    #expect(tab("bitop xo") == "bitop xor ")
  }

  @Test func ownOptionsFollowKeys() {
    #expect(tab("decode k --ty") == "decode k --typed ")
    #expect(tab("decode --secret ke") == "decode --secret ke")
    #expect(tab("decode --secret x ke") == "decode --secret x key ")
    #expect(tab("decode k ke") == "decode k key ")
    #expect(tab("keys ke") == "keys ke")
  }
}
