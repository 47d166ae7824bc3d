import RedisClient
import SessionFormats

/// Redis' types that hold elements.
enum Collection: String {
  case hash, list, set, zset, stream
}

/// Fetches a hash, list, set, sorted set or stream page by page and decodes each element.
struct DecodeCollection {
  /// Elements of a page.
  private static let page = 1_000

  private let kind: Collection
  private let key: [UInt8]
  private let server: any Answering
  private let decoding: Decoding

  init(_ kind: Collection, _ key: [UInt8], on server: any Answering, _ decoding: Decoding) {
    self.kind = kind
    self.key = key
    self.server = server
    self.decoding = decoding
  }

  func parts() throws -> DecodedParts {
    var parts = DecodedParts()
    switch kind {
    case .hash:
      var pairs: [Pair] = []
      try scan("HSCAN") { page in
        for at in stride(from: 0, to: page.count - 1, by: 2) {
          let value = parts.add(
            page[at + 1], at: "field \(escaped(page[at]))", decoding, key: key, field: page[at])
          pairs.append(Pair(Self.name(page[at]), value))
        }
      }
      parts.value = .map(pairs)
      parts.count = pairs.count
    case .set:
      var elements: [Value] = []
      try scan("SSCAN") { page in
        for member in page {
          elements.append(
            parts.add(member, at: "member \(elements.count + 1)", decoding, key: key))
        }
      }
      parts.value = .tagged(.set, .list(elements))
      parts.count = elements.count
    case .list:
      var elements: [Value] = []
      try range("LRANGE") { page in
        for element in page {
          elements.append(
            parts.add(element, at: "element \(elements.count)", decoding, key: key))
        }
        return page.count
      }
      parts.value = .list(elements)
      parts.count = elements.count
    case .zset:
      var pairs: [Pair] = []
      try range("ZRANGE", "WITHSCORES") { page in
        for at in stride(from: 0, to: page.count - 1, by: 2) {
          let member = parts.add(page[at], at: "member \(pairs.count)", decoding, key: key)
          pairs.append(Pair(member, Self.score(page[at + 1])))
        }
        return page.count / 2
      }
      parts.value = .map(pairs)
      parts.count = pairs.count
    case .stream:
      let entries = try stream(&parts)
      parts.value = .map(entries)
      parts.count = entries.count
    }
    return parts
  }

  // MARK: Pages

  /// Hands on the elements of HSCAN or SSCAN, each once.
  private func scan(_ command: String, _ take: ([[UInt8]]) -> Void) throws {
    var seen = SeenKeys()
    var budget = Budget(key)
    var cursor = Array("0".utf8)
    let width = kind == .hash ? 2 : 1
    repeat {
      let words =
        [Array(command.utf8), key, cursor] + ["COUNT", "\(Self.page)"].map { Array($0.utf8) }
      let page = try Scan.page(server.ask(words))
      try budget.spend(page.keys)
      var fresh: [[UInt8]] = []
      for at in stride(from: 0, to: page.keys.count - width + 1, by: width)
      where seen.insert(page.keys[at]) {
        fresh += page.keys[at..<at + width]
      }
      take(fresh)
      guard let next = page.cursor else { return }
      cursor = next
    } while true
  }

  /// Hands on the elements of LRANGE or ZRANGE; `take` says how many there were.
  private func range(_ words: String..., take: ([[UInt8]]) -> Int) throws {
    var budget = Budget(key)
    var start = 0
    while true {
      let bounds = ["\(start)", "\(start + Self.page - 1)"].map { Array($0.utf8) }
      let reply = try server.ask(
        [Array(words[0].utf8), key] + bounds + words.dropFirst().map { Array($0.utf8) })
      let page = try Self.elements(reply).compactMap(\.bytes)
      try budget.spend(page)
      let count = take(page)
      if count < Self.page { return }
      start += count
    }
  }

  private func stream(_ parts: inout DecodedParts) throws -> [Pair] {
    var budget = Budget(key)
    var entries: [Pair] = []
    var start = Array("-".utf8)
    while true {
      let reply = try server.ask(
        [Array("XRANGE".utf8), key, start] + ["+", "COUNT", "\(Self.page)"].map { Array($0.utf8) })
      let page = try Self.elements(reply)
      for entry in page {
        guard let entry = entry.elements, entry.count == 2, let id = entry[0].bytes,
          let words = entry[1].elements?.compactMap(\.bytes)
        else { throw CommandError("XRANGE: the reply is not a list of entries") }
        try budget.spend(words)
        var fields: [Pair] = []
        for at in stride(from: 0, to: words.count - 1, by: 2) {
          let place = "entry \(escaped(id)) field \(escaped(words[at]))"
          fields.append(
            Pair(Self.name(words[at]), parts.add(words[at + 1], at: place, decoding, key: key)))
        }
        entries.append(Pair(Self.name(id), .map(fields)))
        // Exclusive: the page after this entry.
        start = Array("(".utf8) + id
      }
      if page.count < Self.page { return entries }
    }
  }

  private static func elements(_ reply: Reply) throws -> [Reply] {
    if case .error(let text) = reply { throw CommandError("(error) \(escaped(text))") }
    return reply.elements ?? []
  }

  private static func name(_ bytes: [UInt8]) -> Value {
    String(validating: bytes, as: UTF8.self).map(Value.string) ?? .bytes(bytes)
  }

  private static func score(_ bytes: [UInt8]) -> Value {
    let text = String(decoding: bytes, as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    return Double(text).map(Value.double) ?? .string(text)
  }

  /// Memory for one key's elements: as much as the layers of one payload may produce.
  private struct Budget {
    private let key: [UInt8]
    private var bytes = 0
    private var elements = 0

    init(_ key: [UInt8]) { self.key = key }

    mutating func spend(_ page: [[UInt8]]) throws(CommandError) {
      elements += page.count
      for element in page { bytes += element.count }
      if bytes > Limits.output || elements > Limits.nodes {
        throw CommandError(
          "\(escaped(key)): more than \(Limits.output) bytes or \(Limits.nodes) elements to decode")
      }
    }
  }
}
