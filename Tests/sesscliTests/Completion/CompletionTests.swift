import Testing

@testable import sesscli

@Suite struct CompletionTests {
  private func completer(_ keys: [String] = [], isWhole: Bool = true) -> Completer {
    Completer { prefix in
      FoundKeys(
        keys: keys.map { Array($0.utf8) }.filter { $0.starts(with: prefix) }, isWhole: isWhole)
    }
  }

  /// The line after TAB at its end.
  private func tab(_ line: String, _ keys: [String] = []) -> String {
    let completion = completer(keys).complete(Array(line.utf8), line.utf8.count)
    return String(decoding: completion.replacement, as: UTF8.self)
  }

  private func listed(_ line: String, _ keys: [String] = [], isWhole: Bool = true) -> [String] {
    completer(keys, isWhole: isWhole).complete(Array(line.utf8), line.utf8.count).shown
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func hint(_ line: String) -> String? {
    completer().complete(Array(line.utf8), line.utf8.count).hint
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func namesAreCompletedInTheCaseTyped() {
    #expect(tab("hgeta") == "hgetall ")
    #expect(tab("HGETA") == "HGETALL ")
    #expect(tab("Hgeta") == "Hgetall ")
    #expect(tab("zunions") == "zunionstore ")
    #expect(tab("deco") == "decode ")
    #expect(tab("5 deco") == "5 decode ")
    #expect(tab("nosuch") == "nosuch")
    #expect(listed("incrb") == ["incrby", "incrbyfloat"])
    #expect(tab("incrb") == "incrby")
    #expect(listed("INCRB") == ["INCRBY", "INCRBYFLOAT"])
  }

  @Test(arguments: ["f", "fl", "flu", "flush", "FL", "3 fl", "shut", "deb", "swap"])
  func destructiveCommandsAreNotCompletedFromABarePrefix(_ line: String) {
    let completion = completer().complete(Array(line.utf8), line.utf8.count)
    #expect(completion.replacement == Array(line.utf8))
    let guarded = ["flushall", "flushdb", "shutdown", "debug", "swapdb"]
    for alternative in completion.alternatives {
      let name = String(decoding: alternative, as: UTF8.self).lowercased()
      #expect(!guarded.contains { name.hasSuffix($0) })
    }
    #expect(!completion.shown.isEmpty)
  }

  @Test func destructiveCommandsAreCompletedWhenNearlyTyped() {
    #expect(tab("flushd") == "flushdb ")
    #expect(tab("flusha") == "flushall ")
    #expect(tab("FLUSHD") == "FLUSHDB ")
    #expect(tab("shutd") == "shutdown ")
    #expect(tab("help flushd") == "help flushdb ")
    #expect(listed("f").suffix(2) == ["flushall", "flushdb"])
  }

  @Test func keysAreNotOfferedToCommandsThatTakeNone() {
    #expect(listed("flushdb ", ["a", "b"]) == ["async", "sync"])
    #expect(listed("flushall ", ["a", "b"]) == ["async", "sync"])
    #expect(tab("flushdb ", ["a"]) == "flushdb ")
    #expect(tab("set k ", ["a"]) == "set k ")
    #expect(tab("nosuch ", ["a"]) == "nosuch ")
  }

  @Test func subcommandsAreCompleted() {
    #expect(tab("config re") == "config re")
    #expect(listed("config re") == ["resetstat", "rewrite"])
    #expect(tab("config rese") == "config resetstat ")
    #expect(tab("CONFIG RESE") == "CONFIG RESETSTAT ")
    #expect(listed("CONFIG ").contains("GET"))
    #expect(tab("object enc") == "object encoding ")
    #expect(tab("object encoding se", ["session:1"]) == "object encoding session:1 ")
  }

  @Test func helpIsCompleted() {
    #expect(tab("help @sor") == "help @sorted-set ")
    #expect(tab("help hgeta") == "help hgetall ")
    #expect(tab("help config rese") == "help config resetstat ")
  }

  @Test func ownOptionsAndWordsAreCompleted() {
    #expect(tab("decode --ty") == "decode --typed ")
    #expect(tab("decode --typed se", ["session:1"]) == "decode --typed session:1 ")
    #expect(tab("decode --as se", ["session:1"]) == "decode --as se")
    #expect(tab(":set noh") == ":set nohints ")
    #expect(listed(":set confirm ") == ["off", "on"])
  }

  @Test func keysAreCompleted() {
    let keys = ["session:4f1a", "session:4f2b", "session:9", "user:1"]
    #expect(tab("get s", keys) == "get session:")
    #expect(tab("get session:4", keys) == "get session:4f")
    #expect(listed("get session:4", keys) == ["session:4f1a", "session:4f2b"])
    #expect(tab("decode session:4f1", keys) == "decode session:4f1a ")
    #expect(tab("mget user:1 session:9", keys) == "mget user:1 session:9 ")
    #expect(tab("get nothing", keys) == "get nothing")
    // A key that SCAN returns twice is one key.
    #expect(tab("get u", ["user:1", "user:1"]) == "get user:1 ")
  }

  @Test func keysThatNeedQuotesAreQuoted() {
    #expect(tab("get f", ["foo bar", "foo baz"]) == "get \"foo ba")
    #expect(tab("get \"foo ba", ["foo bar", "foo baz", "foo"]) == "get \"foo ba")
    #expect(tab("get \"foo bar", ["foo bar"]) == "get \"foo bar\" ")
    #expect(tab("get 'foo", ["foo bar"]) == "get 'foo bar' ")
    #expect(tab("get it", ["it's"]) == "get \"it's\" ")
    #expect(tab("get x", ["x\u{1B}[31m\n"]) == "get \"x\\x1b[31m\\n\" ")
    #expect(listed("get x", ["x\u{1B}[31m", "xy"]) == ["x\\x1b[31m", "xy"])
  }

  @Test func bytesThatAreNoTextAreQuoted() {
    let completer = Completer { _ in FoundKeys(keys: [[0x62, 0xFF, 0x00]], isWhole: true) }
    let completion = completer.complete(Array("get b".utf8), 5)
    #expect(completion.replacement == Array(#"get "b\xff\x00" "#.utf8))
  }

  @Test func theSharedPartEndsWithAWholeCharacter() {
    // é is C3 A9, è is C3 A8: they share a byte.
    #expect(tab("get cl", ["clé", "clè"]) == "get cl")
    #expect(tab("get c", ["clé", "clè"]) == "get cl")
  }

  @Test func manyKeysAreGatheredByTheirPrefixes() {
    let keys =
      (0..<1204).map { "session:\($0)" } + ["cache:view:1", "cache:page:2", "only:one", "k"]
    #expect(listed("get ", keys) == ["cache: (2)", "k", "only:one", "session: (1,204)"])
    #expect(tab("get ", keys) == "get ")
    #expect(
      listed("get ", keys, isWhole: false) == ["cache: (2+)", "k", "only:one", "session: (1,204+)"])
    #expect(listed("get ca", keys) == ["cache:page:2", "cache:view:1"])
    let completion = completer(keys).complete(Array("get session:".utf8), 12)
    #expect(completion.shown.count + completion.unshown == 1204)
  }

  @Test func aSearchCutShortDoesNotEndTheWord() {
    let completion = completer(["session:1"], isWhole: false).complete(Array("get s".utf8), 5)
    #expect(completion.replacement == Array("get session:1".utf8))
  }

  @Test func whatFollowsTheCursorStays() {
    let completion = completer(["user:1"]).complete(Array("get us more".utf8), 6)
    #expect(completion.replacement == Array("get user:1".utf8))
  }

  @Test func theArgumentsAreShownAsAHint() throws {
    #expect(try #require(hint("set k ")).hasPrefix("SET key value [NX|XX]"))
    #expect(hint("config set ") == "CONFIG SET parameter value [parameter value ...]")
    #expect(try #require(hint("decode ")).hasPrefix("decode "))
    #expect(hint("nosuch ") == nil)
    #expect(hint("set") == nil)
    var quiet = completer()
    quiet.showsHints = false
    #expect(quiet.complete(Array("set k ".utf8), 6).hint == nil)
  }

  @Test func nothingIsCompletedAfterAMisplacedQuote() {
    #expect(tab("get \"a\"b", ["b"]) == "get \"a\"b")
  }

  @Test func theListFitsTheWindow() {
    let names = (10..<40).map { Array("entry-\($0)".utf8) }
    var completion = Completion(replacement: [], shown: names)
    func rows() -> [String] {
      String(decoding: completion.listing(columns: 40, rows: 12, usesColor: false), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
    // Four columns of ten fit in 40, six rows are half of twelve.
    #expect(rows().count == 7)
    #expect(rows()[0] == "entry-10  entry-16  entry-22  entry-28")
    #expect(rows().last == "... and 6 more")
    completion.shown = [Array("日本".utf8), Array("b".utf8), Array("c".utf8)]
    completion.hint = Array("GET key".utf8)
    #expect(rows() == ["GET key", "日本  b     c"])
    #expect(
      completion.listing(columns: 40, rows: 12, usesColor: true)
        .starts(with: Array("\u{1B}[2mGET key\u{1B}[0m\n".utf8)))
  }
}
