@testable import SessionFormats

/// Holds an outline to the value that the same format reads. Tests and fuzzing share it.
struct OutlineCheck {
  private let outline: Outline
  private var next = 0
  private var problem: String?

  /// What is wrong with an outline; nil if every value stands where it says.
  ///
  /// - Parameter count: bytes of the payload.
  static func problem(_ outline: Outline, of value: Value, count: Int) -> String? {
    var check = OutlineCheck(outline: outline)
    check.visit(value, parent: -1, name: nil)
    if check.problem == nil, check.next != outline.entries.count {
      check.problem = "\(outline.entries.count) entries, \(check.next) values"
    }
    return check.problem ?? check.misplaced(in: count)
  }

  private init(outline: Outline) { self.outline = outline }

  /// Bytes lie in the payload, and those of a part in those of the whole, after those of the part
  /// before it.
  private func misplaced(in count: Int) -> String? {
    var ends: [Int: Int] = [:]
    for (index, entry) in outline.entries.enumerated() {
      let around = entry.parent < 0 ? 0..<count : outline.entries[entry.parent].range
      let start = max(around.lowerBound, ends[entry.parent] ?? 0)
      if entry.range.lowerBound < start || entry.range.upperBound > around.upperBound {
        return "\(outline.path(of: index)) at \(entry.range) in \(start)..<\(around.upperBound)"
      }
      ends[entry.parent] = entry.range.upperBound
    }
    return nil
  }

  private mutating func visit(_ value: Value, parent: Int, name: String?) {
    guard problem == nil else { return }
    let index = next
    guard index < outline.entries.count else {
      problem = "no entry for \(name ?? "the root")"
      return
    }
    next += 1
    let entry = outline.entries[index]
    let value = value.unshared
    if entry.parent != parent || entry.kind != Self.kind(value) {
      problem = "\(outline.path(of: index)) is \(entry.kind) in \(entry.parent), not \(value)"
    }
    if let name, outline.path(of: index).last != name {
      problem = "\(outline.path(of: index)) instead of \(name)"
    }
    if let text = Self.text(value), outline.text(entry.text) != text {
      problem = "\(outline.path(of: index)) is \(outline.text(entry.text)), not \(text)"
    }
    switch value {
    case .list(let items): visit(items, parent: index)
    case .map(let pairs): visit(pairs, parent: index)
    case .tagged(.tuple, .list(let items)), .tagged(.set, .list(let items)),
      .tagged(.frozenset, .list(let items)), .tagged(.deque, .list(let items)):
      if hasParts(index) { visit(items, parent: index) }
    case .object(let object):
      // An object with more than members is one entry.
      if hasParts(index) { visit(object.fields, parent: index) }
    default: break
    }
  }

  private func hasParts(_ index: Int) -> Bool {
    next < outline.entries.count && outline.entries[next].parent == index
  }

  private mutating func visit(_ items: [Value], parent: Int) {
    for (index, item) in items.enumerated() { visit(item, parent: parent, name: String(index)) }
  }

  private mutating func visit(_ pairs: [Pair], parent: Int) {
    for (index, pair) in pairs.enumerated() {
      switch pair.key {
      case .string(let text): visit(pair.value, parent: parent, name: text)
      case .tagged(.symbol, .string(let text)): visit(pair.value, parent: parent, name: text)
      // Its digits where integers are names, its place elsewhere.
      case .integer: visit(pair.value, parent: parent, name: nil)
      default: visit(pair.value, parent: parent, name: String(index))
      }
    }
  }

  private static func kind(_ value: Value) -> Outline.Kind {
    switch value {
    case .null: .null
    case .bool: .bool
    case .integer: .integer
    case .number: .number
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    case .list: .list
    case .map: .map
    case .tagged(let tag, _): .tagged(tag)
    case .object: .object
    case .shared(_, let inner): kind(inner)
    case .reference: .reference
    }
  }

  private static func text(_ value: Value) -> String? {
    switch value {
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let literal): literal
    case .double(let number): number.description
    case .string(let text), .tagged(_, .string(let text)): text
    case .object(let object): object.name
    default: nil
    }
  }
}
