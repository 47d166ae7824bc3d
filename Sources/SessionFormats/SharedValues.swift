/// Which containers of a payload appear more than once, while a table of nodes becomes a `Value`.
/// Each is whole where it first appears and a reference from then on, so that the result is never
/// larger than the payload says.
struct SharedValues {
  /// How to show a node that may be shared.
  enum Appearance {
    /// Whole; pass the result to `value(_:of:_:isAtom:)` with this number.
    case first(Int)
    /// Shown above, with this number.
    case again(Int)
    /// Whole: it is an atom, such as a date, and is repeated.
    case atom
  }

  /// Numbers by node; 0 for atoms.
  private var numbers: [Int: Int] = [:]
  /// How often each number was referred to.
  private var references: [Int] = []

  mutating func appearance(of node: Int) -> Appearance {
    if let number = numbers[node] {
      if number == 0 { return .atom }
      references[number - 1] += 1
      return .again(number)
    }
    references.append(0)
    numbers[node] = references.count
    return .first(references.count)
  }

  /// The value of a node that appeared for the first time.
  ///
  /// - Parameter isAtom: whether it can be repeated; false if it holds references to itself.
  mutating func value(_ value: Value, of node: Int, _ number: Int, isAtom: Bool) -> Value {
    guard isAtom, references[number - 1] == 0 else { return .shared(number, value) }
    numbers[node] = 0
    return value
  }

  mutating func removeAll() {
    if !numbers.isEmpty { numbers.removeAll(keepingCapacity: true) }
    references.removeAll(keepingCapacity: true)
  }

  /// The finished value, without the numbers that nothing refers to; the rest are counted from 1 in
  /// order of appearance.
  func renumbered(_ value: Value) -> Value {
    var final: [Int] = []
    var next = 0
    for count in references {
      if count > 0 { next += 1 }
      final.append(count > 0 ? next : 0)
    }
    return next == references.count ? value : Self.renumbered(value, final)
  }

  private static func renumbered(_ value: Value, _ final: [Int]) -> Value {
    func all(_ values: [Value]) -> [Value] { values.map { renumbered($0, final) } }
    func all(_ pairs: [Pair]) -> [Pair] {
      pairs.map { Pair(renumbered($0.key, final), renumbered($0.value, final)) }
    }
    switch value {
    case .list(let elements): return .list(all(elements))
    case .map(let pairs): return .map(all(pairs))
    case .tagged(let tag, let inner): return .tagged(tag, renumbered(inner, final))
    case .object(var object):
      object.arguments = all(object.arguments)
      object.fields = all(object.fields)
      object.items = all(object.items)
      object.entries = all(object.entries)
      object.state = object.state.map { renumbered($0, final) }
      return .object(object)
    case .shared(let number, let inner):
      let inner = renumbered(inner, final)
      return final[number - 1] == 0 ? inner : .shared(final[number - 1], inner)
    case .reference(let number): return .reference(final[number - 1])
    default: return value
    }
  }
}
