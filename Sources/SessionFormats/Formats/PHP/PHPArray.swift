/// A PHP array while it is read: a list if the keys are 0, 1, 2 ...; else a map.
///
/// PHP keeps the key "5" as the integer 5, so that integers are written like other keys and nothing is lost.
struct PHPArray {
  /// Elements that the payload may claim before any of them is there.
  private static let reserved = 32

  private var items: [Value] = []
  /// The entries of a map; none of a list.
  private(set) var pairs: [Pair] = []
  private var isList = true

  /// - Parameter count: elements that the payload claims.
  init(count: Int) { items.reserveCapacity(min(count, Self.reserved)) }

  init(_ members: some Collection<Pair>) {
    self.init(count: members.count)
    for member in members { append(member.key, member.value) }
  }

  mutating func append(_ key: Value, _ value: Value) {
    if isList, key != .integer(Int64(items.count)) {
      isList = false
      for (index, item) in items.enumerated() { pairs.append(Pair(.string("\(index)"), item)) }
      items = []
    }
    if isList {
      items.append(value)
    } else {
      pairs.append(Pair(Self.name(key), value))
    }
  }

  var value: Value { isList ? .list(items) : .map(pairs) }

  private static func name(_ key: Value) -> Value {
    switch key {
    case .integer(let number): .string(String(number))
    case .number(let literal): .string(literal)
    default: key
    }
  }
}
