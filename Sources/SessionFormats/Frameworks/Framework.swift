/// One way of keeping sessions, as a value in `Framework.all`.
public struct Framework: Sendable {
  /// What the header line shows: `Flask-Session`.
  public let name: String
  public let summary: String
  /// Whether the payload is this framework's, and what it says. A key that anybody could have is no reason.
  let sights: @Sendable (_ decoded: Decoded, _ key: [UInt8]?) -> Sighting?

  /// Every framework, the most telling marks first.
  public static let all: [Framework] = [flaskSession, flask, starlette]

  /// The framework that wrote the payload; nil when nothing shows it.
  public static func sighting(of decoded: Decoded, key: [UInt8]? = nil) -> Sighting? {
    for framework in all {
      if let sighting = framework.sights(decoded, key) { return sighting }
    }
    return nil
  }
}

/// A framework, seen in a payload.
public struct Sighting: Equatable, Sendable {
  /// The framework's name with its versions, where the payload shows them: `Flask-Session 0.6 or newer`.
  public var name: String
  /// What the framework keeps in the session under names of its own: ("user", "42"). The texts come from the
  /// payload.
  public var facts: [Fact]

  init(_ name: String, facts: [Fact] = []) {
    self.name = name
    self.facts = facts
  }
}

extension Value {
  /// The value without the mark that it is shared.
  var unshared: Value {
    if case .shared(_, let inner) = self { inner } else { self }
  }

  /// The entries of a map, nil for anything else.
  var entries: [Pair]? {
    if case .map(let pairs) = unshared { pairs } else { nil }
  }

  /// The number of elements of a list or a tuple, nil for anything else.
  var elementCount: Int? {
    switch unshared {
    case .list(let items): items.count
    case .tagged(.tuple, let inner): inner.elementCount
    default: nil
    }
  }

  /// A text or an integer, as text.
  var word: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .number(let literal): literal
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
    case .tagged(.uuid, .string(let text)): text
    default: nil
    }
  }
}

extension [Pair] {
  /// The value of the last entry with that name, which is the one that readers keep.
  subscript(name: String) -> Value? {
    last {
      switch $0.key {
      case .string(let key): key == name
      // Python 2 pickles names as bytes.
      case .bytes(let key): key == [UInt8](name.utf8)
      default: false
      }
    }?.value
  }
}
