import Testing

@testable import sesscli

/// What redis-cli 7.2 shows for the same lines, but where a comment says what is better.
@Suite struct ArgumentHintTests {
  private func hint(_ line: String) -> String? { ArgumentHint.text(for: Array(line.utf8)) }

  private static let expiry =
    "[EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]"
  private static let circle = "[WITHCOORD] [WITHDIST] [WITHHASH]"

  @Test(
    arguments: [
      ("get ", "key"), ("get abc ", nil), ("decrby ", "key decrement"), ("decrby x ", "decrement"),
      ("lpop k ", "[count]"), ("lpop k 3 ", nil),
      ("xrange k - + ", "[COUNT count]"), ("xrange k - + COUNT ", "count"),
      ("bitfield_ro k GET u8 ", "offset [GET encoding offset ...]"),
      ("bitfield_ro k GET u8 0 GET u8 0 ", "[GET encoding offset ...]"),
      ("config set maxmemory ", "value [parameter value ...]"),
      ("config set maxmemory 1 ", "[parameter value ...]"),
      ("zrandmember k ", "[count [WITHSCORES]]"), ("zrandmember k 3 ", "[WITHSCORES]"),
      ("zrandmember k 3 withscores ", nil), ("zrandmember k many ", nil),
      ("mget ", "key [key ...]"), ("mget a b c ", "[key ...]"),
      ("scan 0 MATCH ", "pattern [COUNT count] [TYPE type]"),
      ("scan 0 COUNT ", "count [MATCH pattern] [TYPE type]"),
      ("scan 0 COUNT 10 TYPE string ", "[MATCH pattern]"),
      ("blmove a b LEFT ", "LEFT|RIGHT timeout"),
      ("zrange k 1 2 limit 2 4 ", "[BYSCORE|BYLEX] [REV] [WITHSCORES]"),
      ("zrange k 1 2 bylex rev limit 2 4 withscores ", nil),
      ("set k v ", "[NX|XX] [GET] \(expiry)"), ("set k v XX ", "[GET] \(expiry)"),
      ("set k v nx get ", expiry), ("set k v EX ", "seconds [NX|XX] [GET]"),
      ("set k v EX 5 ", "[NX|XX] [GET]"), ("set k v KEEPTTL ", "[NX|XX] [GET]"),
      ("set k v nonsense ", nil),
      (
        "georadius k 1 -2.5 3 km count ",
        "count [ANY] \(circle) [ASC|DESC] [STORE key] [STOREDIST key]"
      ),
      ("georadius k 1 2 3 m count 9 ", "[ANY] \(circle) [ASC|DESC] [STORE key] [STOREDIST key]"),
      ("georadius k 1 2 3 m count 9 asc ", "\(circle) [STORE key] [STOREDIST key]"),
      ("georadius k 1 x ", nil),
      ("zadd k ", "[NX|XX] [GT|LT] [CH] [INCR] score member [score member ...]"),
      ("zadd k ch lt ", "[NX|XX] [INCR] score member [score member ...]"),
      ("zadd k (1 ", "member [score member ...]"), ("zadd k -inf m ", "[score member ...]"),
      (
        "xadd k MAXLEN ~ ",
        "threshold [LIMIT count] [NOMKSTREAM] *|id field value [field value ...]"
      ),
      ("xread COUNT 1 ", "[BLOCK milliseconds] STREAMS key [key ...] id [id ...]"),
      ("hello 3 auth u p ", "[SETNAME clientname]"),
      (
        "migrate h 1 k 0 10 auth2 u ",
        "password [COPY] [REPLACE] [KEYS key [key ...]]"
      ),
      // redis-cli takes WEIGHTS for one more key.
      ("zunion 2 a b weights 1 2 ", "[weight ...] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]"),
      ("5 get ", "key"), ("flushdb ", "[ASYNC|SYNC]"), ("ping ", "[message]"),
      ("", nil), (" ", nil), ("5 ", nil), ("nosuch ", nil),
    ] as [(String, String?)])
  func theRestIsShown(_ line: String, _ text: String?) { #expect(hint(line) == text) }

  @Test(
    arguments: [
      // A name is enough when it is whole; a word of the syntax counts when a space follows it.
      ("get", " key"), ("ge", nil), ("config ge", nil),
      ("config get", " parameter [parameter ...]"),
      ("xrange k - + COU", " [COUNT count]"), ("xrange k - + COUNT", " [COUNT count]"),
      // What can only be a value is one while it is typed: `set foo` is not asked for a key once
      // more.
      ("set f", " value [NX|XX] [GET] \(expiry)"), ("get \"a b", nil),
      ("set \"a b", " value [NX|XX] [GET] \(expiry)"),
    ] as [(String, String?)])
  func anUnfinishedWordHasAHintBehindIt(_ line: String, _ text: String?) {
    #expect(hint(line) == text)
  }

  @Test func containersNameTheirSubcommands() {
    #expect(hint("object ") == "ENCODING|FREQ|HELP|IDLETIME|REFCOUNT")
    #expect(hint("object") == " ENCODING|FREQ|HELP|IDLETIME|REFCOUNT")
  }

  @Test func ownCommandsHaveHints() throws {
    #expect(hint("decode ") == "[options] KEY|PATTERN ...")
    #expect(hint("decode session:1 ") == "[options] [KEY|PATTERN ...]")
    #expect(hint("decode --json --as ") == "FORMAT [options] KEY|PATTERN ...")
    #expect(try #require(hint("decode --")).hasPrefix(" --"))
    #expect(try #require(hint("decode --t")).contains("--typed"))
    #expect(hint("keys ") == "[pattern]")
    #expect(hint(":set ") == "hints|nohints|confirm on|confirm off")
    #expect(hint(":set confirm ") == "on|off")
    #expect(hint("connect localhost ") == "PORT")
    #expect(hint("help ") == "[COMMAND|@group]")
  }

  @Test func thereIsNoneWhereItWouldMislead() {
    #expect(hint("get \"a\"b") == nil)
    #expect(hint("set k \"{\n1}\" ") == nil)
    #expect(
      ArgumentHint.text(for: Array("set k ".utf8) + [UInt8](repeating: 0x78, count: 1 << 20)) == nil
    )
  }
}
