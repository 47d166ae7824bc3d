import RedisClient

/// What may stand for a value in the manual's syntax, where the words of that kind are known.
enum CompletionNames {
  /// Words of the command language, in any case.
  case words([String])
  /// Names that somebody has given, as they are.
  case names([[UInt8]])

  /// - Parameters:
  ///   - value: its name in the syntax: `parameter`.
  ///   - typed: what there is of the word.
  ///   - ask: what the server answers.
  /// - Returns: nil when a value of that name may be anything.
  init?(
    _ value: String, of entry: CommandTable.Entry, typed: [UInt8],
    ask: (NameSearch.Kind) -> [[UInt8]]
  ) {
    switch value {
    case "parameter": self = .words(Self.plain(ask(.parameters)))
    case "categoryname", "category": self = .words(Self.plain(ask(.categories)))
    case "rule":
      self = .words(Self.rules(typed) { Self.plain(ask(.categories)) })
    // What is typed after AUTH is more often a password.
    case "username" where entry.name != "AUTH": self = .names(ask(.users))
    case "channel": self = .names(ask(.channels))
    case "shardchannel": self = .names(ask(.shardChannels))
    case "command-name", "command": self = .words(CommandTable.names)
    case "section": self = .words(Self.sections)
    case "type" where entry.name == "SCAN": self = .words(Self.types)
    case "operation": self = .words(["AND", "OR", "XOR", "NOT"])
    default: return nil
    }
  }

  /// Those that can be typed as they are; the server's own always can.
  private static func plain(_ names: [[UInt8]]) -> [String] {
    names.filter {
      !$0.isEmpty && $0.allSatisfy { (0x21..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x27 }
    }
    .map { String(decoding: $0, as: UTF8.self) }
  }

  /// Rules of ACL SETUSER. Those that begin with a sign are listed after that sign, as there are
  /// hundreds.
  private static func rules(_ typed: [UInt8], categories: () -> [String]) -> [String] {
    guard let sign = typed.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return flags
    }
    let head = sign == UInt8(ascii: "+") ? "+" : "-"
    if typed.count > 1, typed[1] == UInt8(ascii: "@") {
      return (["all"] + categories()).map { "\(head)@\($0)" }
    }
    return CommandTable.names.map { head + $0 }
  }

  private static let flags = [
    "on", "off", "nopass", "resetpass", "reset", "allkeys", "resetkeys", "allchannels",
    "resetchannels", "allcommands", "nocommands", "clearselectors", "sanitize-payload",
    "skip-sanitize-payload",
  ]

  /// Of INFO.
  private static let sections = [
    "server", "clients", "memory", "persistence", "stats", "replication", "cpu", "commandstats",
    "latencystats", "sentinel", "cluster", "modules", "keyspace", "errorstats", "all", "default",
    "everything",
  ]

  private static let types = ["string", "list", "set", "zset", "hash", "stream"]
}
