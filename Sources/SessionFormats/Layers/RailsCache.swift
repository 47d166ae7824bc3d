// https://github.com/rails/rails/tree/main/activesupport/lib/active_support/cache: entry.rb,
// coder.rb and serializer_with_fallback.rb at the tags v4.2, v6.1, v7.0 and v7.1

extension Layer {
  /// What ActiveSupport's cache puts around a value, and so around a session in Rails'
  /// `:cache_store`. From entries that are Marshal objects (up to 7.0), the value is cut out as a
  /// payload of its own.
  static let railsCache = Layer(
    name: "rails-cache",
    labels: [
      "rails-4-cache-entry", "rails-6.1-cache-entry", "rails-7.0-cache-entry",
      "rails-7.1-cache-entry",
    ],
    summary: "cache entry of Rails (ActiveSupport), all versions: value, expiry, version",
    isSelfEvident: true, writer: .rails,
    recognizes: { bytes in
      guard bytes.count >= 5 else { return false }
      switch (bytes[0], bytes[1]) {
      case (0x00, 0x11): return bytes.count >= 15 && 1...4 ~= bytes[2] & 0x7F
      case (0x00, 0x04): return bytes[2] == 8 && bytes[3] == UInt8(ascii: "[")
      case (0x01, 0x78): return Layer.zlib.recognizes(Array(bytes[1...]))
      case (0x04, 0x08): return bytes.starts(with: RailsEntry.head)
      default: return false
      }
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      switch (bytes.first, bytes.dropFirst().first) {
      case (0x00, 0x11): return try RailsEntry.version71(bytes, context, limit)
      case (0x00, _):
        return try RailsEntry.version70(Array(bytes[1...]), context, isCompressed: false)
      case (0x01, _):
        let inside = try Layer.zlib.unwrap(Array(bytes[1...]), context, limit)
        return try RailsEntry.version70(inside.bytes, context, isCompressed: true)
      default: return try RailsEntry.object(bytes, context)
      }
    })
}

/// The three shapes of an entry.
enum RailsEntry {
  /// An object of the class ActiveSupport::Cache::Entry, at the beginning of a payload of Marshal.
  static let head: [UInt8] =
    [4, 8, UInt8(ascii: "o"), UInt8(ascii: ":"), 0x20] + Array("ActiveSupport::Cache::Entry".utf8)

  /// Whether it is such an object and its value can be cut out.
  static func isObject(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: head) && (try? object(bytes, Context())) != nil
  }

  // MARK: - 7.1

  /// `00 11`, a byte for the type, the expiry as a double, the length of the version, the version,
  /// and the value.
  static func version71(
    _ bytes: [UInt8], _ context: Context, _ limit: Int
  ) throws(PayloadError) -> Unwrapped {
    var reader = ByteReader(bytes)
    try reader.skip(2)
    let type = try reader.byte()
    guard 1...4 ~= type & 0x7F else {
      throw reader.error("types of values are 1 to 4, found \(type & 0x7F)", at: 2)
    }
    let expiry = Double(bitPattern: try reader.little(UInt64.self))
    let length = try reader.little(Int32.self)
    var facts: [Fact] = []
    if expiry != -1 {
      guard let fact = moment("expires", expiry, context) else {
        throw reader.error("an expiry that is no time, \(expiry)", at: 3)
      }
      facts.append(fact)
    }
    if length != -1 {
      let version = try reader.slice(Int(length))
      facts.append(Fact("version", versionText(version)))
    }
    let start = reader.offset
    var inside = try reader.slice(reader.remaining)
    if type & 0x80 != 0 {
      // Rails accepts any object with `inflate`; its own is zlib.
      guard Layer.zlib.recognizes(inside) else {
        throw reader.error("compressed by something else than zlib", at: start)
      }
      do throws(PayloadError) {
        inside = try Layer.zlib.unwrap(inside, context, limit).bytes
      } catch {
        throw PayloadError(
          at: start + error.offset, "zlib: \(error.reason)", isLimit: error.isLimit)
      }
      facts.append(Fact("compressed", "zlib"))
    }
    switch type & 0x7F {
    case 2: facts.append(Fact("value", "text"))
    case 3: facts.append(Fact("value", "bytes"))
    case 4: facts.append(Fact("value", "ASCII text"))
    default: break
    }
    return Unwrapped(inside, label: "Rails 7.1 cache entry", facts: facts)
  }

  /// A version that is not UTF-8 is stored as a Marshal string.
  private static func versionText(_ version: [UInt8]) -> String {
    if version.starts(with: [4, 8]), let reading = try? Format.ruby.read(version),
      let text = reading.value.word
    {
      return text
    }
    return legible(String(decoding: version, as: UTF8.self))
  }

  // MARK: - 7.0

  /// Marshal of `[value, expires_at, version]`, without nils at the end.
  static func version70(
    _ bytes: [UInt8], _ context: Context, isCompressed: Bool
  ) throws(PayloadError) -> Unwrapped {
    let parser = try parsed(bytes)
    let machine = RubyMachine(parser)
    guard let parts = machine.elements(0), 1...3 ~= parts.count else {
      throw PayloadError(at: 1, "expected an array of a value, its expiry and its version")
    }
    var facts: [Fact] = []
    if parts.count > 1, machine.nodes[parts[1]].kind != .null {
      guard let seconds = seconds(parts[1], machine), let fact = moment("expires", seconds, context)
      else { throw PayloadError(at: 1, "the second element is no time") }
      facts.append(fact)
    }
    if parts.count > 2, let version = machine.shortText(parts[2]) {
      facts.append(Fact("version", word: version))
    }
    if isCompressed { facts.append(Fact("compressed", "zlib")) }
    return try cut(1, parser, "Rails 7.0 cache entry", facts)
  }

  // MARK: - 6.1 and older

  /// `@value @version @created_at @expires_in @compressed`, in 4.0 and 4.1 `@v @c @x`.
  static func object(_ bytes: [UInt8], _ context: Context) throws(PayloadError) -> Unwrapped {
    let parser = try parsed(bytes)
    let machine = RubyMachine(parser)
    guard machine.nodes[0].kind == .object, machine.className(0) == "ActiveSupport::Cache::Entry"
    else { throw PayloadError(at: 2, "expected an object of ActiveSupport::Cache::Entry") }
    var value: Int?
    var isCompressed = false
    var version: String?
    var created: Double?
    var lifetime: Double?
    var isOld = false
    for place in machine.pairs(of: 0) {
      let partner = machine.partner(of: place)
      let node = machine.resolved(partner)
      switch machine.shortText(place) {
      case "@value": value = partner
      case "@v":
        value = partner
        isOld = true
      case "@version": version = machine.shortText(node)
      case "@compressed",
        "@c" where machine.nodes[node].kind == .true:
        isCompressed = machine.nodes[node].kind == .true
      case "@created_at", "@b", "@c": created = seconds(node, machine)
      case "@expires_in", "@x": lifetime = seconds(node, machine)
      default: break
      }
    }
    guard let value else { throw PayloadError(at: 2, "an entry without a value") }
    var facts: [Fact] = []
    if let created, let fact = moment("created", created, context) { facts.append(fact) }
    // 4.0 and 4.1 store the time itself.
    let begin = lifetime ?? 0 > 1e9 ? 0 : created ?? 0
    if let lifetime, let fact = moment("expires", begin + lifetime, context) {
      facts.append(fact)
    }
    if let version { facts.append(Fact("version", word: version)) }
    let label = isOld ? "Rails 4 cache entry" : "Rails 6.1 cache entry"
    let node = machine.nodes[machine.resolved(value)]
    // The string is a zlib stream, which is a layer of its own.
    if isCompressed, node.kind == .string {
      return Unwrapped(Array(bytes[node.range]), label: label, facts: facts)
    }
    // 4.x stored the value already marshalled.
    if node.kind == .string, bytes[node.range].starts(with: [4, 8]) {
      return Unwrapped(Array(bytes[node.range]), label: label, facts: facts)
    }
    return try cut(value, parser, label, facts)
  }

  // MARK: - Parts

  private static func parsed(_ bytes: [UInt8]) throws(PayloadError) -> RubyParser {
    let reader = ByteReader(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
    var parser = RubyParser(reader, keepsMarks: true)
    try parser.run()
    return parser
  }

  private static func cut(
    _ node: Int, _ parser: RubyParser, _ label: String, _ facts: [Fact]
  ) throws(PayloadError) -> Unwrapped {
    guard let inside = RubySlice.payload(of: node, parser) else {
      throw PayloadError(
        at: Int(parser.nodes[node].offset), "the value refers to the entry around it")
    }
    return Unwrapped(inside, label: label, facts: facts)
  }

  private static func seconds(_ index: Int, _ machine: RubyMachine) -> Double? {
    if let number = machine.integer(index) { return Double(number) }
    let node = machine.nodes[index]
    return node.kind == .float ? try? machine.double(node) : nil
  }

  private static func moment(_ name: String, _ seconds: Double, _ context: Context) -> Fact? {
    guard seconds.isFinite, let whole = Int64(exactly: seconds.rounded(.down)) else { return nil }
    return name == "expires" ? context.expiry(whole) : context.time(name, whole)
  }
}
