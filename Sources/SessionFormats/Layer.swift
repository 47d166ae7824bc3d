/// One wrapping around a payload (compression, an encoding, a signature), as a value in `Layer.all`.
/// An object, as `Format` is.
public final class Layer: Sendable {
  /// What a user types in `--as zlib,pickle`.
  public let name: String
  /// What header lines show in its stead; see `Format.labels`.
  let labels: [String]
  public let summary: String
  /// A cheap look at the bytes: false means that `unwrap` need not be tried when detecting.
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
  /// Who alone wraps payloads so.
  private let writer: Writer?
  /// Whether the wrapping proves itself (a checksum, a strict head), so that plain text inside it is believed;
  /// base64 and hex do not: any word may be one.
  public let isSelfEvident: Bool
  /// Whether nothing at all marks the bytes (no head, no alphabet), so that many others can be unwrapped as well. When
  /// detecting it is tried last, never on text nor inside another such layer, and may produce little.
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

/// A framework that is told by its way to wrap what it keeps.
enum Writer: Sendable {
  case django, flask, laravel, luaResty, rack, rails, starlette
}

/// What a layer held.
public struct Unwrapped: Sendable {
  public var bytes: [UInt8]
  /// The layer as shown in the header line: `zlib`, `Flask cookie`.
  public var label: String
  /// What the wrapping itself says, in order: ("signed", "2023-11-14T22:13:20Z"), ("signature", "valid, secret 1").
  public var facts: [Fact] = []
  /// Whether the bytes are encrypted and no secret given opens them: nothing inside can be known.
  public var isSealed = false

  /// The name of the layer; empty for a format whose one text held the payload.
  public internal(set) var layer = ""
  /// Who wrapped it, as far as that shows.
  var writer: Writer?

  /// Whether who signed it writes JSON whatever it is, so that a text or a number alone is believed.
  var isJSON = false

  /// Whether a secret that was given has made the signature, so that what is signed is believed.
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

/// Something a layer or a framework says beside the payload.
public struct Fact: Equatable, Sendable {
  public let name: String
  public let text: String
  /// Whether the text stands in the payload, so that anybody may have written it.
  private let isWord: Bool
  /// What a check of a signature came to; nil for any other fact.
  let verdict: Verdict?

  public enum Verdict: Equatable, Sendable {
    /// There is none, or nothing to check it with.
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

  /// Facts that say the same are equal, whoever says it.
  public static func == (one: Fact, other: Fact) -> Bool {
    one.name == other.name && one.text == other.text
  }

  /// Name and text for a line of facts with commas between them: a word that has one, or blanks at an end, is put in quotes, so
  /// that it cannot pass for another fact.
  public var phrase: String { "\(name) \(isWord ? Self.quoted(text) : text)" }

  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.utf8.contains(UInt8(ascii: ",")) && !word.utf8.contains(UInt8(ascii: "\""))
      && word.first?.isWhitespace == false && word.last?.isWhitespace == false
    if isPlain { return word }
    return "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// What is known beside the bytes. Nothing in it is required.
public struct Context: Sendable {
  /// The Redis key, which ranks guesses and decides none.
  public var key: [UInt8]?
  /// The field of a Redis hash, which ranks as the key does.
  public var field: [UInt8]?
  /// The name of the cookie that the bytes are the value of: some schemes sign it with the value.
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
