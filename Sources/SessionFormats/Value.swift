/// What a session holds, in terms that all formats share.
///
/// Every `Value` is a finite tree at most `Limits.depth` deep, so walking, printing and freeing one
/// is safe for any payload. What a format can express and these cases cannot is a `tagged` value.
public enum Value: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number that neither `Int64` nor `Double` represents exactly, as a literal in JSON's grammar.
  case number(String)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case list([Value])
  /// Entries in the payload's order; keys may repeat and may be any value.
  case map([Pair])
  /// A value that is more than its representation: a tuple, a set, a date.
  indirect case tagged(Tag, Value)
  /// An instance of a class, or a function call, that the payload asks its loader to make. It is
  /// described and never made.
  indirect case object(Object)
  /// A list, map, set or object that the payload refers to more than once. The number is its
  /// identity, counted from 1 in order of appearance.
  indirect case shared(Int, Value)
  /// Another appearance of the shared value with this number; never expanded.
  case reference(Int)
}

extension Value {
  /// The entries of a map; none for anything else.
  public var fields: [Pair] { entries ?? [] }
}

/// One entry of a map.
public struct Pair: Equatable, Sendable {
  public let key: Value
  public let value: Value

  public init(_ key: Value, _ value: Value) {
    self.key = key
    self.value = value
  }
}

/// An instance or a call, as the payload describes it.
public struct Object: Equatable, Sendable {
  /// The class or function by its full name: `app.models.User`, `posix.system`.
  public var name: String
  /// Positional arguments of the constructor or the call.
  public var arguments: [Value] = []
  /// Attributes, by name, in the payload's order.
  public var fields: [Pair] = []
  /// Elements appended to it, if it is a kind of list or set.
  public var items: [Value] = []
  /// Entries put into it, if it is a kind of map.
  public var entries: [Pair] = []
  /// The state passed to it, if that is not a set of named attributes.
  public var state: Value?
  /// Whether making it would call something outside the format's list of harmless names.
  public var isDangerous = false

  public init(name: String) { self.name = name }
}

/// What a tagged value is. The inner value's form is fixed for each tag.
public enum Tag: String, Equatable, Sendable, CaseIterable {
  /// Inner: list.
  case tuple, set, frozenset, deque
  /// Inner: bytes.
  case bytearray
  /// Inner: string, ISO 8601: `2026-01-01T00:00:00.5+02:00`, `2026-01-01`, `10:30:00`.
  case datetime, date, time
  /// Inner: string, ISO 8601 duration as the producer's language prints it (`P1DT2H`).
  case timedelta
  /// Inner: string, a zone's name or offset: `Europe/Berlin`, `+02:00`.
  case timezone
  /// Inner: string, the digits: `1.10`, `NaN`.
  case decimal
  /// Inner: string, `1/3`.
  case fraction
  /// Inner: list of two numbers, real and imaginary part.
  case complex
  /// Inner: string, 8-4-4-4-12 hexadecimal digits.
  case uuid
  /// Inner: string of markup that is safe to show unescaped (markupsafe.Markup, Django's
  /// SafeString).
  case html
  /// Inner: string, the full name of a class or function that is used as a value.
  case global
  /// Inner: bytes in generalised UTF-8 (WTF-8): a string with lone surrogates, which is not valid
  /// Unicode.
  case surrogates
  /// Inner: any value: an identifier that the loader is asked to resolve (pickle's persistent id).
  case persistent
  /// Inner: list of the type number and the bytes: an extension whose meaning the format does not
  /// define.
  case ext
  /// Inner: string, a name that is a kind of value: Ruby's `:name`. Bytes when it is not text.
  case symbol
  /// Inner: list of two strings, pattern and flags.
  case regex
  /// Inner: string: a path in a file system.
  case path
  /// Inner: string: an IP address or network.
  case ip
}
