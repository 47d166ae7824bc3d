/// The arguments of a command: what may follow its name, in which order.
package indirect enum Syntax: Equatable, Sendable {
  /// A word that stands for itself, compared in any case: `NX`, `=`, `--json`.
  case literal(String)
  /// A word of the person's, by the name it has in help: `key`.
  case value(String, isNumber: Bool = false)
  case sequence([Syntax])
  case choice([Syntax])
  case optional(Syntax)
  /// Any number of times; with `isOptional` also never.
  case repeated(Syntax, isOptional: Bool = true)
  /// So many times: the keys that a `numkeys` has announced. The number is above 0.
  case times(Syntax, Int)
  /// Any of these, in any order and number: an own command's options, shown as `[options]`.
  case options([Syntax])

  /// Nothing follows.
  static let end = Syntax.sequence([])

  /// Whether the command is complete without it.
  package var mayBeAbsent: Bool {
    switch self {
    case .literal, .value, .times: false
    case .sequence(let parts): parts.allSatisfy(\.mayBeAbsent)
    case .choice(let parts): parts.contains(where: \.mayBeAbsent)
    case .optional, .options: true
    case .repeated(let part, let isOptional): isOptional || part.mayBeAbsent
    }
  }

  /// The words and values that may come next.
  package var next: Next {
    switch self {
    case .literal(let word): return Next(literals: [word], values: [])
    case .value(let name, _): return Next(literals: [], values: [name])
    case .sequence(let parts):
      var next = Next()
      for part in parts {
        next.add(part.next)
        if !part.mayBeAbsent { break }
      }
      return next
    case .choice(let parts), .options(let parts):
      return parts.reduce(into: Next()) { $0.add($1.next) }
    case .optional(let part), .repeated(let part, _), .times(let part, _): return part.next
    }
  }

  /// The options that begin so and may come next: `--as FORMAT`.
  package func options(beginningWith prefix: String) -> [Syntax] {
    switch self {
    case .options(let all): return all.filter { $0.description.hasPrefix(prefix) }
    case .sequence(let parts):
      for part in parts {
        let found = part.options(beginningWith: prefix)
        if !found.isEmpty || !part.mayBeAbsent { return found }
      }
      return []
    default: return []
    }
  }

  package struct Next: Equatable {
    /// In the order of the syntax, which is that of the manual.
    package var literals: [String] = []
    package var values: [String] = []

    package init(literals: [String] = [], values: [String] = []) {
      self.literals = literals
      self.values = values
    }

    fileprivate mutating func add(_ other: Next) {
      literals += other.literals.filter { !literals.contains($0) }
      values += other.values.filter { !values.contains($0) }
    }
  }
}

extension Syntax: CustomStringConvertible {
  /// As Redis' manual writes it: `value [NX|XX] [GET]`.
  package var description: String {
    switch self {
    case .literal(let word): return word
    case .value(let name, _): return name
    case .sequence(let parts):
      return parts.map(\.description).filter { !$0.isEmpty }.joined(separator: " ")
    case .choice(let parts): return parts.map(\.description).joined(separator: "|")
    case .optional(let part): return "[\(part)]"
    case .repeated(let part, let isOptional): return isOptional ? "[\(part) ...]" : "\(part) ..."
    case .times(let part, let count):
      // Up to three are counted at a glance.
      return count <= 3
        ? Array(repeating: part.description, count: count).joined(separator: " ")
        : "\(part) [\(part) ...]"
    case .options: return "[options]"
    }
  }
}
