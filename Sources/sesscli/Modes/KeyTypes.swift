import RedisClient

/// What the modes that sample keys ask of each: its type, its length, its memory.
struct KeyTypes {
  enum Measure { case length, memory }

  /// A type of keys and what was found of it.
  struct Tally {
    let name: String
    /// The command that tells a key's length; nil for types of modules.
    let command: String?
    /// What the length counts.
    let unit: String
    var count: Int64 = 0
    var length: Int64 = 0
    var memory: Int64 = 0
    var longest: (key: [UInt8], length: Int64)?
    var largest: (key: [UInt8], memory: Int64)?
  }

  /// Types that modules may add. Redis' own are six; more than this no server has.
  private static let limit = 256

  /// In redis-cli's order; those of modules follow as they are met.
  private(set) var all = [
    Tally(name: "list", command: "LLEN", unit: "items"),
    Tally(name: "hash", command: "HLEN", unit: "fields"),
    Tally(name: "string", command: "STRLEN", unit: "bytes"),
    Tally(name: "stream", command: "XLEN", unit: "entries"),
    Tally(name: "set", command: "SCARD", unit: "members"),
    Tally(name: "zset", command: "ZCARD", unit: "members"),
  ]
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// The type of each key as a place in `all`; nil for a key that is gone.
  mutating func types(of keys: [[UInt8]]) throws -> [Int?] {
    let replies = try session.server.ask(keys.map { [Array("TYPE".utf8), $0] })
    return try zip(keys, replies).map { key, reply in
      guard case .status(let name) = reply else {
        throw CommandError("TYPE \(escaped(key)): \(Self.reason(reply))")
      }
      return try place(of: escaped(name))
    }
  }

  private mutating func place(of name: String) throws -> Int? {
    if let place = all.firstIndex(where: { $0.name == name }) { return place }
    if name == "none" { return nil }
    guard all.count < Self.limit, name.utf8.count <= 64 else {
      throw CommandError("TYPE: the server names more types than Redis has")
    }
    all.append(Tally(name: name, command: nil, unit: "?"))
    return all.count - 1
  }

  /// What is measured of each key, in bytes or its type's unit; 0 for a key that changed meanwhile.
  func sizes(of keys: [[UInt8]], _ types: [Int?], _ measure: Measure) throws -> [Int64] {
    var asked: [(index: Int, command: [[UInt8]])] = []
    for (index, type) in types.enumerated() {
      guard let type else { continue }
      switch measure {
      case .length:
        guard let command = all[type].command else { continue }
        asked.append((index, [Array(command.utf8), keys[index]]))
      case .memory:
        var command = [Array("MEMORY".utf8), Array("USAGE".utf8), keys[index]]
        if let samples = session.options.memKeysSamples {
          command += [Array("SAMPLES".utf8), Array(String(samples).utf8)]
        }
        asked.append((index, command))
      }
    }
    var sizes = [Int64](repeating: 0, count: keys.count)
    for ((index, command), reply) in zip(asked, try session.server.ask(asked.map(\.command))) {
      switch reply {
      case .integer(let size): sizes[index] = max(0, size)
      case .null: warn(command[0], keys[index])
      case .error(let text) where text.starts(with: "WRONGTYPE".utf8):
        warn(command[0], keys[index])
      default:
        let name = escaped(command[0])
        throw CommandError("\(name) \(escaped(keys[index])): \(Self.reason(reply))")
      }
    }
    return sizes
  }

  private func warn(_ command: [UInt8], _ key: [UInt8]) {
    session.console.note(
      "Warning: \(escaped(command)) on '\(escaped(key))' failed (it has changed or gone)")
  }

  /// Adds a key; true when it is the first or the largest of its type so far, in what is measured.
  mutating func add(_ key: [UInt8], _ type: Int, _ size: Int64, _ measure: Measure) -> Bool {
    switch measure {
    case .length:
      all[type].length = sum(all[type].length, size)
      guard size > all[type].longest?.length ?? 0 else { return false }
      all[type].longest = (key, size)
    case .memory:
      all[type].memory = sum(all[type].memory, size)
      guard size > all[type].largest?.memory ?? 0 else { return false }
      all[type].largest = (key, size)
    }
    return true
  }

  mutating func count(_ type: Int) { all[type].count += 1 }

  private static func reason(_ reply: Reply) -> String {
    if case .error(let text) = reply { return "(error) \(escaped(text))" }
    return "the reply is not what this command answers"
  }
}

/// The sum of what a server says; it may say anything.
func sum(_ a: Int64, _ b: Int64) -> Int64 {
  let (sum, overflow) = a.addingReportingOverflow(b)
  return overflow ? .max : sum
}
