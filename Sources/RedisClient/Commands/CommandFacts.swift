/// What the client must know of a command, beside the server's table: what it does to the
/// connection, to the replies and to the data.
package struct CommandFacts: Sendable {
  /// What a command is to the client, where it does something that no other command does.
  package enum Role: Sendable {
    case other
    case select, auth, hello, reset, quit, shutdown
    case multi, exec, discard, watch, unwatch
    case monitor, subscribe, unsubscribe
    /// SYNC and PSYNC, then what a replica says.
    case replicate, replicaTalk
    case client, readonly, readwrite, failover, replicaOf
    /// These are sent and answered like any other but in a cluster or at the prompt.
    case flushDatabase, flushAll, keys, databaseSize, randomKey, scan
  }

  package struct Traits: OptionSet, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Changes what the server keeps for the connection, or what the server is to others.
    static let setsState = Traits(rawValue: 1 << 0)
    /// What follows depends on its success, or it changes the conversation.
    static let endsBatch = Traits(rawValue: 1 << 1)
    /// Its reply tells what the server keeps for the connection, or comes even when replies are
    /// off.
    static let isKnownByItsReply = Traits(rawValue: 1 << 2)
    /// The server may keep silent for as long as the command says.
    static let waits = Traits(rawValue: 1 << 3)
    /// The same, if one of its words is BLOCK.
    static let waitsIfTold = Traits(rawValue: 1 << 4)
    /// The reply is text for reading.
    static let isText = Traits(rawValue: 1 << 5)
    /// The reply to some of its subcommands is (`CommandTraits.texts`).
    static let hasTexts = Traits(rawValue: 1 << 6)
    /// The reply is pairs, as a list in RESP2.
    static let hasPairs = Traits(rawValue: 1 << 7)
    /// Changes nothing that outlives the connection, whatever its subcommand.
    static let isHarmless = Traits(rawValue: 1 << 8)
    /// Concerns all keys, on all masters of a cluster.
    static let concernsAllKeys = Traits(rawValue: 1 << 9)
    /// Treats each key by itself.
    static let splits = Traits(rawValue: 1 << 10)

    /// What a script can send without a look at it.
    fileprivate static let plain: Traits = [.isHarmless, .concernsAllKeys, .splits]
  }

  package let role: Role
  package let traits: Traits

  private init(_ role: Role, _ traits: Traits) {
    self.role = role
    self.traits = traits
  }

  private init(_ traits: Traits) { self.init(.other, traits) }

  /// Whether the command is neither sent nor answered like any other.
  package var isSpecial: Bool {
    switch role {
    case .other, .flushDatabase, .flushAll, .keys, .databaseSize, .randomKey, .scan:
      !traits.isSubset(of: .plain)
    default: true
    }
  }

  /// What is known of a command that no row names.
  private static let unknown = CommandFacts([])

  /// The facts about a command, by its name in any case.
  package static func of(_ name: [UInt8]) -> CommandFacts {
    // Longer words are no names of the table.
    if name.count <= 16, let row = rows[lowercased(name)] { return row }
    // A command that a server or a proxy has under a name of its own: it may change what replies
    // mean, so nothing is sent after it before it was answered.
    guard let last = name.last, last | 0x20 == UInt8(ascii: "e") else { return unknown }
    let lowered = lowercased(name)
    if lowered.hasSuffix("unsubscribe") { return renamedUnsubscribe }
    return lowered.hasSuffix("subscribe") ? renamedSubscribe : unknown
  }

  private static let renamedSubscribe = CommandFacts([.endsBatch])
  private static let renamedUnsubscribe = CommandFacts([.endsBatch, .isKnownByItsReply])

  /// The facts about a command, by its words.
  package static func of(_ words: [[UInt8]]) -> CommandFacts { words.first.map(of) ?? unknown }

  /// By name, in small letters.
  private static let rows: [String: CommandFacts] = [
    // The connection
    "auth": .init(.auth, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    "client": .init(.client, [.setsState, .hasTexts]),
    "hello": .init(.hello, [.setsState, .endsBatch, .isKnownByItsReply, .isHarmless]),
    "quit": .init(.quit, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    "readonly": .init(.readonly, [.setsState, .isHarmless]),
    "readwrite": .init(.readwrite, [.setsState, .isHarmless]),
    "reset": .init(.reset, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    "select": .init(.select, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    // Transactions
    "discard": .init(.discard, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    "exec": .init(.exec, [.endsBatch, .isKnownByItsReply]),
    "multi": .init(.multi, [.isKnownByItsReply, .isHarmless]),
    "unwatch": .init(.unwatch, [.isHarmless]),
    "watch": .init(.watch, [.isHarmless]),
    // Subscriptions and streams
    "monitor": .init(.monitor, [.endsBatch, .waits, .isHarmless]),
    "psubscribe": .init(.subscribe, [.endsBatch, .isHarmless]),
    "psync": .init(.replicate, []),
    "punsubscribe": .init(.unsubscribe, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    "replconf": .init(.replicaTalk, []),
    "ssubscribe": .init(.subscribe, [.endsBatch, .isHarmless]),
    "subscribe": .init(.subscribe, [.endsBatch, .isHarmless]),
    "sunsubscribe": .init(.unsubscribe, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    "sync": .init(.replicate, []),
    "unsubscribe": .init(.unsubscribe, [.endsBatch, .isKnownByItsReply, .isHarmless]),
    // The server
    "asking": .init([.isHarmless]),
    "cluster": .init([.hasTexts]),
    "command": .init([.isHarmless]),
    "config": .init([.hasPairs]),
    "debug": .init([.waits, .hasTexts]),
    "echo": .init([.isHarmless]),
    "failover": .init(.failover, [.setsState]),
    "info": .init([.isText, .isHarmless]),
    "lastsave": .init([.isHarmless]),
    "latency": .init([.hasTexts]),
    "lolwut": .init([.isText, .isHarmless]),
    "memory": .init([.hasTexts]),
    "migrate": .init([.waits]),
    "ping": .init([.isHarmless]),
    "proxy": .init([.hasTexts]),
    "pubsub": .init([.hasPairs, .isHarmless]),
    "replicaof": .init(.replicaOf, [.setsState]),
    "role": .init([.isHarmless]),
    "shutdown": .init(.shutdown, [.endsBatch, .isKnownByItsReply, .waits]),
    "slaveof": .init(.replicaOf, [.setsState]),
    "time": .init([.isHarmless]),
    "wait": .init([.waits, .isHarmless]),
    "waitaof": .init([.waits, .isHarmless]),
    // Waiting for data
    "blmove": .init([.waits]),
    "blmpop": .init([.waits]),
    "blpop": .init([.waits]),
    "brpop": .init([.waits]),
    "brpoplpush": .init([.waits]),
    "bzmpop": .init([.waits]),
    "bzpopmax": .init([.waits]),
    "bzpopmin": .init([.waits]),
    "xread": .init([.waitsIfTold]),
    "xreadgroup": .init([.waitsIfTold]),
    // Keys
    "dbsize": .init(.databaseSize, [.concernsAllKeys]),
    "del": .init([.splits]),
    "exists": .init([.splits]),
    "flushall": .init(.flushAll, [.concernsAllKeys]),
    "flushdb": .init(.flushDatabase, [.concernsAllKeys]),
    "hgetall": .init([.hasPairs]),
    "keys": .init(.keys, [.concernsAllKeys]),
    "mget": .init([.splits]),
    "randomkey": .init(.randomKey, [.concernsAllKeys]),
    "scan": .init(.scan, []),
    "touch": .init([.splits]),
    "unlink": .init([.splits]),
  ]
}
