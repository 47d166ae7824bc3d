/// One way of keeping sessions, as a value in `Framework.all`.
public struct Framework: Sendable {
  /// What the header line shows: `Flask-Session`.
  public let name: String
  public let summary: String
  /// The keys that it uses by default. They rank what it writes but decide nothing.
  public let keys: [KeyPattern]
  /// The names of the formats and layers that it writes, the likeliest first.
  public let writes: [String]
  /// Whether the session is this framework's, and what it says. A key that anyone could use is no
  /// reason.
  let sights: @Sendable (Stored) -> Sighting?

  init(
    name: String, summary: String, keys: [KeyPattern] = [], writes: [String] = [],
    sights: @escaping @Sendable (Stored) -> Sighting?
  ) {
    self.name = name
    self.summary = summary
    self.keys = keys
    self.writes = writes
    self.sights = sights
  }

  /// Every framework, those with the clearest marks first.
  public static let all: [Framework] =
    dotNet + javaStores + [vertx, django] + pythonStores + [celery, rq] + [express] + nodeStores
    + otherStores + [flaskSession, flask, starlette, sanicSession] + php + [gitLab, rails, rack]

  /// PHP's: the frameworks, then what only shows PHP itself.
  static let php = [
    magento, nextcloud, symfony, laravel, codeIgniter, yii, cakePHP, thinkPHP, wordPress, phpRedis,
  ]

  /// The framework that wrote the stored value; nil when nothing shows it.
  public static func sighting(of stored: Stored) -> Sighting? {
    for framework in all {
      if let sighting = framework.sights(stored) { return sighting }
    }
    return nil
  }
}

/// What is stored under a key, decoded: everything that a framework can be recognised by.
public struct Stored: Sendable {
  public var key: [UInt8]?
  /// Whether it is a Redis hash. Its `value` is then a map from each field to its decoded value.
  public var isHash = false
  /// The names of the layers around a string, outermost first.
  public var layers: [String] = []
  /// Who wrote each layer, where that shows.
  var writers: [Writer?] = []
  /// Who wrote the innermost layer.
  var writer: Writer? { writers.last ?? nil }
  /// Whether it is Flask's tagged JSON.
  var isTagged = false
  /// The name of the format; empty for a hash.
  public var format = ""
  public var value: Value
  /// Seconds since 1970, for ages; 0 when not known.
  public var now: Int64 = 0

  /// A string.
  public init(_ decoded: Decoded, key: [UInt8]? = nil, now: Int64 = 0) {
    self.key = key
    self.now = now
    layers = decoded.layers.map(\.layer)
    writers = decoded.layers.map(\.writer)
    isTagged = decoded.reading.isTagged
    format = decoded.format.name
    value = decoded.value
  }

  /// A hash.
  public init(fields: [Pair], key: [UInt8]? = nil, now: Int64 = 0) {
    self.key = key
    self.now = now
    isHash = true
    value = .map(fields)
  }

  /// The entries of the session, when it is a map.
  var entries: [Pair]? { value.entries }

  /// A time as header lines show it: `2023-11-14T22:13:20Z, 5 min ago`; nil beyond the calendar.
  @inline(never)
  func moment(seconds: Int64) -> String? {
    guard let time = isoTime(seconds: seconds) else { return nil }
    if now <= 0 { return time }
    let (distance, isOverflow) = now.subtractingReportingOverflow(seconds)
    if isOverflow { return time }
    let age = spanText(seconds: distance.magnitude)
    return time + (distance < 0 ? ", in \(age)" : ", \(age) ago")
  }

  /// Like `moment(seconds:)`, but from milliseconds.
  func moment(milliseconds: Int64) -> String? { moment(seconds: milliseconds / 1000) }
}

/// A framework recognised in a payload.
public struct Sighting: Equatable, Sendable {
  /// The framework's name, with its versions where the payload shows them: `Flask-Session 0.6 or
  /// newer`.
  public var name: String
  /// What the framework keeps in the session under its own names: ("user", "42"). The texts come
  /// from the payload.
  public var facts: [Fact]

  init(_ name: String, facts: [Fact] = []) {
    self.name = name
    self.facts = facts
  }
}

extension Value {
  /// The value without the mark that says it is shared.
  var unshared: Value {
    if case .shared(_, let inner) = self { inner } else { self }
  }

  /// The entries of a map; nil for anything else.
  var entries: [Pair]? {
    @inline(never)
    get { if case .map(let pairs) = unshared { pairs } else { nil } }
  }

  /// The number of elements of a list or tuple; nil for anything else.
  var elementCount: Int? {
    switch unshared {
    case .list(let items): items.count
    case .tagged(.tuple, let inner): inner.elementCount
    default: nil
    }
  }

  /// A string or an integer, as text.
  var word: String? {
    @inline(never)
    get {
      switch self {
      case .string(let text): text
      case .integer(let number): String(number)
      case .number(let literal): literal
      case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
      case .tagged(.uuid, .string(let text)), .tagged(.symbol, .string(let text)): text
      default: nil
      }
    }
  }
}

extension [Pair] {
  /// The value of the last entry with that name, which is the one that readers keep.
  subscript(name: String) -> Value? {
    // Frameworks look names up everywhere; inlined copies of this would be half of their code.
    @inline(never)
    get {
      last {
        switch $0.key {
        case .string(let key), .tagged(.symbol, .string(let key)): key == name
        // Python 2 pickles names as bytes.
        case .bytes(let key): key == [UInt8](name.utf8)
        default: false
        }
      }?.value
    }
  }
}
