@testable import RedisClient
@testable import sesscli

/// Makes commands from the command table: every command of the server, with arguments that fit
/// their names most of the time. The same seed makes the same commands.
struct CommandGenerator {
  private var random: SplitMix
  /// What may not be run unasked, each with its reason.
  static let excluded: Set<String> = {
    let wholly = [
      // They end, block or redirect the server or the connection.
      "SHUTDOWN", "FAILOVER", "REPLICAOF", "SLAVEOF", "MIGRATE", "WAIT", "CLIENT KILL",
      "CLIENT PAUSE",
      "CLIENT REPLY", "CLIENT NO-EVICT", "QUIT", "RESET", "HELLO", "AUTH", "SELECT", "SWAPDB",
      "ASKING", "READONLY", "READWRITE", "RESTORE-ASKING",
      // A conversation of its own: tested where the prompt is.
      "MONITOR", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE",
      "SUNSUBSCRIBE", "SYNC", "PSYNC", "REPLCONF", "MULTI", "EXEC", "DISCARD",
      // They change the server, or empty it for the commands that follow.
      "CONFIG SET", "CONFIG REWRITE", "CONFIG RESETSTAT", "FLUSHALL", "FLUSHDB", "DEBUG", "SAVE",
      "BGSAVE", "BGREWRITEAOF", "ACL SETUSER", "ACL DELUSER", "ACL LOAD", "ACL SAVE",
      "SCRIPT DEBUG", "MODULE LOAD", "MODULE LOADEX", "MODULE UNLOAD",
      // Their answers depend on chance or on what else the server did.
      "RANDOMKEY", "SPOP", "SRANDMEMBER", "HRANDFIELD", "ZRANDMEMBER", "ACL GENPASS", "PFSELFTEST",
      "MEMORY MALLOC-STATS", "MEMORY DOCTOR", "LATENCY HISTOGRAM", "LATENCY DOCTOR", "ACL LOG",
      "CLIENT LIST", "CLIENT UNBLOCK", "SLOWLOG GET", "COMMAND STATS", "INFO",
      // RESP3 alone allows it without REDIRECT.
      "CLIENT TRACKING", "CLIENT CACHING", "CLIENT TRACKINGINFO",
    ]
    return Set(wholly)
  }()

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// One command after the words of its name.
  mutating func command(_ entry: CommandTable.Entry) -> [[UInt8]] {
    var words = entry.name.split(separator: " ").map { spelled(String($0)) }
    var grammar = Grammar(Self.tokens(entry.arguments))
    emit(grammar.alternatives(), entry.group, into: &words)
    // Now and then a word too many or too few: the error is compared as well.
    if below(12) == 0 { words.append(Array("surplus".utf8)) }
    if below(12) == 0, words.count > 1 { words.removeLast() }
    return words
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

  private mutating func spelled(_ name: String) -> [UInt8] {
    Array((below(2) == 0 ? name : name.lowercased()).utf8)
  }

  // MARK: Grammar

  /// What the table says of arguments: `key [NX|XX] [COUNT count] [member ...]`.
  private indirect enum Node {
    case word(String)
    case optional([[Node]])
    case repeated
    case choice([String])
  }

  private static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var word = ""
    for character in text {
      if "[] ".contains(character) {
        if !word.isEmpty { tokens.append(word) }
        word = ""
        if character != " " { tokens.append(String(character)) }
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { tokens.append(word) }
    return tokens
  }

  private struct Grammar {
    private var rest: ArraySlice<String>
    init(_ tokens: [String]) { rest = tokens[...] }

    /// Up to the closing bracket. Inside of brackets a bar stands between whole alternatives,
    /// elsewhere between words; where that is wrong an error comes of it, and is compared as well.
    mutating func alternatives(isNested: Bool = false) -> [[Node]] {
      var all: [[Node]] = [[]]
      while let token = rest.popFirst(), token != "]" {
        let parts = token.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        if token == "[" {
          all[all.count - 1].append(.optional(alternatives(isNested: true)))
        } else if token == "..." {
          all[all.count - 1].append(.repeated)
        } else if parts.count > 1, !isNested {
          all[all.count - 1].append(.choice(parts.filter { !$0.isEmpty }))
        } else {
          for (number, part) in parts.enumerated() {
            if number > 0 { all.append([]) }
            if !part.isEmpty { all[all.count - 1].append(.word(part)) }
          }
        }
      }
      return all.filter { !$0.isEmpty }
    }
  }

  private mutating func emit(
    _ alternatives: [[Node]], _ group: String, into words: inout [[UInt8]]
  ) {
    if alternatives.isEmpty { return }
    for node in pick(alternatives) {
      switch node {
      case .word(let word): words.append(value(word, group, after: words.last))
      case .choice(let choice): words.append(value(pick(choice), group, after: words.last))
      case .optional(let inner): if below(2) == 0 { emit(inner, group, into: &words) }
      case .repeated: break
      }
    }
  }

  // MARK: Values

  private mutating func value(_ name: String, _ group: String, after last: [UInt8]?) -> [UInt8] {
    if last.map(lowercased) == "block" { return Array("1".utf8) }
    if name == name.uppercased(), name.contains(where: \.isLetter) { return spelled(name) }
    switch name {
    case "key", "source", "src", "sourcekey", "key1", "key2", "newkey", "destination", "destkey",
      "dst":
      let fitting = DifferentialState.keys(of: group)
      return below(8) == 0 || fitting.isEmpty
        ? pick(DifferentialState.allKeys) : pick(fitting)
    case "numkeys", "protover": return Array("1".utf8)
    case "timeout": return Array("0.01".utf8)
    case "seconds", "ttl": return Array("1000000".utf8)
    case "milliseconds", "ms": return Array("1000000000".utf8)
    case "unix-time-seconds": return Array("4102444800".utf8)
    case "unix-time-milliseconds": return Array("4102444800000".utf8)
    case "destination-db", "db", "index1", "index2": return Array("0".utf8)
    case "version": return Array("7".utf8)
    case "cursor": return Array("0".utf8)
    case "*", "id", "start", "end", "last-id", "max_deleted_entry_id", "$":
      if group == "stream" {
        return pick(["1-1", "2-1", "3-1", "-", "+", "0", "9-9", ">", "$"]).bytes
      }
      return pick(["0", "1", "-1", "5", "-3"]).bytes
    case "min", "max": return pick(["-inf", "+inf", "(1", "1.5", "[a", "[z", "-", "+", "x"]).bytes
    case "group", "groupname": return pick(["g", "g2", "nogroup"]).bytes
    case "consumer", "consumername": return pick(["alice", "bob"]).bytes
    case "longitude", "latitude":
      return pick(["13.361389", "38.115556", "15", "-0.5", "200"]).bytes
    case "radius", "width", "height": return pick(["200", "1", "0.5"]).bytes
    case "encoding": return pick(["u8", "i16", "u63", "x"]).bytes
    case "pattern": return pick(["*", "h*", "nothing*", "?[a-z]*", "user:*"]).bytes
    case "command", "command-name": return pick(["get", "set", "nosuch", "xread"]).bytes
    case "script":
      return pick([
        "return 1", "return {1,'two',{3,{}}}", "return nil", "return redis.error_reply('BAD luck')",
        "return redis.status_reply('FINE')", "return redis.call('get','nokey')", "return {",
        "return {1,nil,2}", "return {ok='x'}", "return {err='ERR y'}", "return {false,true}",
      ]).bytes
    case "member", "member1", "member2", "element", "pivot":
      return pick(DifferentialState.members).bytes
    case "field": return pick(DifferentialState.fields)
    case "category": return pick(["string", "@all", "read"]).bytes
    case "section": return pick(["server", "keyspace", "nosuch"]).bytes
    case "count", "offset", "increment", "decrement", "score", "weight", "stop", "rank", "len",
      "index",
      "limit", "threshold", "min-idle-time", "bit", "bits":
      // Most fit, some are wrong.
      let odd = ["1.5", "-7", "9223372036854775807", "abc", "1e3"]
      return pick(below(5) > 0 ? ["0", "1", "2", "3", "10", "-1"] : odd).bytes
    default: return pick(DifferentialState.values)
    }
  }
}

extension String {
  var bytes: [UInt8] { Array(utf8) }
}
