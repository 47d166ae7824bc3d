/// Which replies have maps and numbers in RESP3, by command, as Redis 7.0 writes them.
package enum ReplyShapeTable {
  /// The shape of a command's reply; `plain` for nearly all.
  ///
  /// - Parameter command: as it was sent. Options such as WITHSCORES count where options stand, not
  ///   where a key is.
  package static func shape(of command: [[UInt8]]) -> ReplyShape {
    guard let first = command.first, first.count <= longestName else { return .plain }
    let name = lowercased(first)
    if command.count > 1, containers.contains(name), command[1].count <= longestName,
      let rule = rules[name + " " + lowercased(command[1])]
    {
      return rule.shape(of: command)
    }
    return rules[name]?.shape(of: command) ?? .plain
  }

  /// What decides about a command's shape.
  enum Rule: Sendable {
    case always(ReplyShape)
    /// Only with this word at or behind a place.
    case with(String, from: Int, ReplyShape)
    /// Only with this word behind as many keys as the word at this place says.
    case withBehindKeys(String, count: Int, ReplyShape)
    /// One shape for the command with this many words, another one for more.
    case words(Int, ReplyShape, more: ReplyShape)

    func shape(of command: [[UInt8]]) -> ReplyShape {
      switch self {
      case .always(let shape): return shape
      case .with(let word, let from, let shape):
        return contains(command, word, from: from) ? shape : .plain
      case .withBehindKeys(let word, let place, let shape):
        guard place < command.count,
          let keys = Int(String(decoding: command[place].prefix(20), as: UTF8.self)),
          (0..<command.count).contains(keys)
        else { return .plain }
        return contains(command, word, from: place + 1 + keys) ? shape : .plain
      case .words(let count, let shape, let more): return command.count <= count ? shape : more
      }
    }

    private func contains(_ command: [[UInt8]], _ word: String, from: Int) -> Bool {
      command.dropFirst(from).contains {
        $0.count == word.utf8.count && lowercased($0) == word
      }
    }
  }

  /// Longer words are no names.
  private static let longestName = 32

  /// Commands whose subcommands have rules.
  private static let containers = Set(
    rules.keys.compactMap { $0.contains(" ") ? String($0.prefix { $0 != " " }) : nil })

  /// By command, or by command and subcommand.
  private static let rules: [String: Rule] = [
    // Hashes, sorted sets, places.
    "hgetall": .always(.map(.plain)),
    "hrandfield": .with("withvalues", from: 3, .pairs(.plain)),
    "zadd": .always(.double),
    "zincrby": .always(.double),
    "zscore": .always(.double),
    "zmscore": .always(.list(.double)),
    "zrange": scores,
    "zrevrange": scores,
    "zrangebyscore": scores,
    "zrevrangebyscore": scores,
    "zrandmember": .with("withscores", from: 3, .pairs(.double)),
    "zdiff": .withBehindKeys("withscores", count: 1, .pairs(.double)),
    "zinter": .withBehindKeys("withscores", count: 1, .pairs(.double)),
    "zunion": .withBehindKeys("withscores", count: 1, .pairs(.double)),
    "zpopmin": popped,
    "zpopmax": popped,
    "bzpopmin": .always(.tuple([.plain, .plain, .double])),
    "bzpopmax": .always(.tuple([.plain, .plain, .double])),
    "zmpop": .always(poppedOfSeveral),
    "bzmpop": .always(poppedOfSeveral),
    "geopos": .always(.list(.list(.double))),
    "georadius": .with("withcoord", from: 6, places),
    "georadius_ro": .with("withcoord", from: 6, places),
    "georadiusbymember": .with("withcoord", from: 5, places),
    "georadiusbymember_ro": .with("withcoord", from: 5, places),
    "geosearch": .with("withcoord", from: 2, places),
    "lcs": .with("idx", from: 3, .map(.plain)),
    // Streams.
    "xread": .always(.entries(.plain)),
    "xreadgroup": .always(.entries(.plain)),
    "xinfo stream": .words(
      3, .map(.plain),
      more: .fields(["groups": .list(.fields(["consumers": .list(.map(.plain))]))])),
    "xinfo groups": .always(.list(.map(.plain))),
    "xinfo consumers": .always(.list(.map(.plain))),
    // The server and its connections.
    "acl getuser": .always(.fields(["selectors": .list(.map(.plain))])),
    "acl log": .always(.list(.fields(["age-seconds": .double]))),
    "client trackinginfo": .always(.map(.plain)),
    "cluster links": .always(.list(.map(.plain))),
    "cluster shards": .always(.list(.fields(["nodes": .list(.map(.plain))]))),
    "cluster slots": .always(
      .list(.tuple([.plain, .plain, .tuple([.plain, .plain, .plain, .map(.plain)])]))),
    "command": .words(1, .list(command(depth: 2)), more: .plain),
    "command docs": .always(.map(documentation(depth: 2))),
    "command info": .always(.list(command(depth: 2))),
    "config get": .always(.map(.plain)),
    "function list": .always(.list(.fields(["functions": .list(.map(.plain))]))),
    "function stats": .always(
      .fields(["running_script": .map(.plain), "engines": .map(.map(.plain))])),
    "hello": .always(.fields(["modules": .list(.map(.plain))])),
    "latency histogram": .always(.map(.fields(["histogram_usec": .map(.plain)]))),
    "memory stats": .always(
      .fields(
        [
          "dataset.percentage": .double, "peak.percentage": .double,
          "allocator-fragmentation.ratio": .double, "allocator-rss.ratio": .double,
          "rss-overhead.ratio": .double, "fragmentation": .double,
        ], others: .map(.plain))),
    "module list": .always(.list(.map(.plain))),
    "sentinel config": .with("get", from: 2, .map(.plain)),
    "sentinel master": .always(.map(.plain)),
    "sentinel masters": .always(.list(.map(.plain))),
    "sentinel pending-scripts": .always(.list(.map(.plain))),
    "sentinel replicas": .always(.list(.map(.plain))),
    "sentinel sentinels": .always(.list(.map(.plain))),
    "sentinel slaves": .always(.list(.map(.plain))),
  ]

  private static let scores = Rule.with("withscores", from: 4, .pairs(.double))
  private static let popped = Rule.words(2, .tuple([.plain, .double]), more: .pairs(.double))
  private static let poppedOfSeveral = ReplyShape.tuple([
    .plain, .list(.tuple([.plain, .double])),
  ])
  /// The coordinates are the only array beside a member's name; distance and hash are none.
  private static let places = ReplyShape.list(.tuple([.plain, .list(.double)]))

  /// One command in COMMAND's reply.
  ///
  /// - Parameter depth: levels of commands; subcommands have none of their own.
  private static func command(depth: Int) -> ReplyShape {
    let search = ReplyShape.fields(["spec": .map(.plain)])
    return .tuple([
      .plain, .plain, .plain, .plain, .plain, .plain, .plain, .plain,
      .list(.fields(["begin_search": search, "find_keys": search])),
      depth > 1 ? .list(command(depth: depth - 1)) : .plain,
    ])
  }

  /// One command in COMMAND DOCS' reply.
  private static func documentation(depth: Int) -> ReplyShape {
    var fields: [String: ReplyShape] = ["arguments": .list(argument(depth: 8))]
    if depth > 1 { fields["subcommands"] = .map(documentation(depth: depth - 1)) }
    return .fields(fields)
  }

  /// An argument that may consist of others. Redis' own are nested four deep.
  private static func argument(depth: Int) -> ReplyShape {
    depth > 1 ? .fields(["arguments": .list(argument(depth: depth - 1))]) : .map(.plain)
  }
}
