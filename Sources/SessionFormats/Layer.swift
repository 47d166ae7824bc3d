/// One wrapping around a payload (compression, an encoding, a signature), as a value in
/// `Layer.all`. A class, for the same reason as `Format`.
public final class Layer: Sendable {
  /// What a user types in `--as zlib,pickle`.
  public let name: String
  /// What header lines show instead; see `Format.labels`.
  let labels: [String]
  public let summary: String
  /// A cheap look at the bytes: false means that detection need not try `unwrap`.
  public let recognizes: @Sendable ([UInt8]) -> Bool
  /// Removes the wrapping. It may produce at most `limit` bytes.
  public func unwrap(
    _ bytes: [UInt8], _ context: Context, _ limit: Int
  ) throws(PayloadError) -> Unwrapped {
    var unwrapped = try body(bytes, context, limit)
    unwrapped.layer = name
    unwrapped.writer = unwrapped.writer ?? writer
    return unwrapped
  }

  private let body: @Sendable ([UInt8], Context, _ limit: Int) throws(PayloadError) -> Unwrapped
  /// The only producer that wraps payloads like this.
  private let writer: Writer?
  /// Whether the wrapping proves itself (a checksum, a strict header), so that plain text inside it
  /// is accepted. base64 and hex do not: any word could be one.
  public let isSelfEvident: Bool
  /// Whether nothing marks the bytes (no header, no alphabet), so that many other bytes can be
  /// unwrapped as well. Detection tries it last, never on text or inside another such layer, and
  /// allows it little output.
  let isUnmarked: Bool

  init(
    name: String, labels: [String] = [], summary: String, isSelfEvident: Bool,
    isUnmarked: Bool = false, writer: Writer? = nil,
    recognizes: @escaping @Sendable ([UInt8]) -> Bool,
    unwrap: @escaping @Sendable ([UInt8], Context, _ limit: Int) throws(PayloadError) -> Unwrapped
  ) {
    self.name = name
    self.labels = labels
    self.summary = summary
    self.isSelfEvident = isSelfEvident
    self.isUnmarked = isUnmarked
    self.recognizes = recognizes
    self.writer = writer
    body = unwrap
  }
}

/// A framework that is recognised by how it wraps its data.
enum Writer: Sendable {
  case django, flask, laravel, luaResty, rack, rails, starlette
}

/// The content of a layer.
public struct Unwrapped: Sendable {
  public var bytes: [UInt8]
  /// The layer as shown in the header line: `zlib`, `Flask cookie`.
  public var label: String
  /// What the wrapping itself says, in order: ("signed", "2023-11-14T22:13:20Z"), ("signature",
  /// "valid, secret 1").
  public var facts: [Fact] = []
  /// Whether the bytes are encrypted and no given secret opens them: the content cannot be known.
  public var isSealed = false

  /// The name of the layer; empty for a format whose one text held the payload.
  public internal(set) var layer = ""
  /// Who wrapped it, where that shows.
  var writer: Writer?

  /// Whether the signer always writes JSON, so that a lone text or number is accepted.
  var isJSON = false

  /// Whether a given secret made the signature, so that the signed content is accepted.
  var isAuthentic: Bool {
    facts.contains { $0.verdict == .valid }
  }

  public init(_ bytes: [UInt8], label: String, facts: [Fact] = [], isSealed: Bool = false) {
    self.bytes = bytes
    self.label = label
    self.facts = facts
    self.isSealed = isSealed
  }
}

/// Something that a layer or a framework says besides the payload.
public struct Fact: Equatable, Sendable {
  public let name: String
  public let text: String
  /// Whether the text comes from the payload, so that anyone may have written it.
  private let isWord: Bool
  /// The result of checking a signature; nil for any other fact.
  let verdict: Verdict?

  public enum Verdict: Equatable, Sendable {
    /// There is no signature, or nothing to check it with.
    case unchecked
    case valid, invalid
  }

  @inline(never)
  public init(_ name: String, _ text: String) { self.init(name, text, isWord: false) }

  /// What is known of a signature.
  init(signature verdict: Verdict, _ text: String) {
    self.init("signature", text, isWord: false, verdict)
  }

  /// A fact in the payload's own words.
  @inline(never)
  init(_ name: String, word: String) { self.init(name, word, isWord: true) }

  private init(_ name: String, _ text: String, isWord: Bool, _ verdict: Verdict? = nil) {
    (self.name, self.text, self.isWord, self.verdict) = (name, text, isWord, verdict)
  }

  /// Facts that say the same are equal, whatever their source.
  public static func == (one: Fact, other: Fact) -> Bool {
    one.name == other.name && one.text == other.text
  }

  /// Name and text, for a line of facts separated by commas. A word with a comma in it, or with
  /// spaces at either end, is put in quotes so that it cannot pass for another fact.
  public var phrase: String { "\(name) \(isWord ? Self.quoted(text) : text)" }

  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.utf8.contains(UInt8(ascii: ",")) && !word.utf8.contains(UInt8(ascii: "\""))
      && word.first?.isWhitespace == false && word.last?.isWhitespace == false
    if isPlain { return word }
    return "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// What is known besides the bytes. All of it is optional.
public struct Context: Sendable {
  /// The Redis key. It ranks guesses but decides none.
  public var key: [UInt8]?
  /// The field of a Redis hash, which ranks like the key.
  public var field: [UInt8]?
  /// The name of the cookie whose value the bytes are; some schemes sign it with the value.
  public var cookie: [UInt8]?
  /// Secrets to check signatures and to decrypt with, tried in order.
  public var secrets: [[UInt8]]
  /// Seconds since 1970, for ages.
  public var now: Int64

  public init(
    key: [UInt8]? = nil, field: [UInt8]? = nil, cookie: [UInt8]? = nil, secrets: [[UInt8]] = [],
    now: Int64 = 0
  ) {
    self.key = key
    self.field = field
    self.cookie = cookie
    self.secrets = secrets
    self.now = now
  }
}
