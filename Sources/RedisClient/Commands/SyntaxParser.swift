extension Syntax {
  /// How a text tells words from values.
  package enum Notation {
    /// `CommandTableData.swift`'s: words have no small letters; a choice whose extent is not plain
    /// stands in braces, and a value that is a number after a `#`.
    case table
    /// Every word is a value, and a choice is between single words: `KEY|PATTERN ...`.
    case values
    /// Every word stands for itself: `hints|nohints|confirm on|confirm off`.
    case words
  }

  /// Reads a text such as `key value [NX|XX] [GET key [key ...]]`. It cannot fail: what is not
  /// closed ends with the text.
  package init(parsing text: String, as notation: Notation = .table) {
    var parser = Parser(text: Array(text.utf8)[...], notation: notation)
    self = parser.alternatives()
  }

  /// A text of the table as people are shown it.
  static func plain(_ text: String) -> String {
    String(text.filter { $0 != "#" && $0 != "{" && $0 != "}" })
  }

  /// One part if it is one, so that equal syntaxes are equal.
  package static func joining(_ parts: [Syntax]) -> Syntax {
    let parts = parts.filter { $0 != .end }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }
}

/// A parser by descent. The tables are the program's own, so their depth is known.
private struct Parser {
  var text: ArraySlice<UInt8>
  let notation: Syntax.Notation

  /// Up to the closing bracket, which is not taken.
  mutating func alternatives() -> Syntax {
    var all = [sequence()]
    while text.first == UInt8(ascii: "|") {
      text.removeFirst()
      all.append(sequence())
    }
    return all.count == 1 ? all[0] : .choice(all)
  }

  private mutating func sequence() -> Syntax {
    var parts: [Syntax] = []
    while true {
      while text.first == 0x20 { text.removeFirst() }
      guard let byte = text.first else { break }
      switch byte {
      case UInt8(ascii: "|"), UInt8(ascii: "]"), UInt8(ascii: "}"): return .joining(parts)
      case UInt8(ascii: "["):
        text.removeFirst()
        let inside = alternatives()
        close()
        parts.append(bracketed(inside))
      case UInt8(ascii: "{"):
        text.removeFirst()
        parts.append(alternatives())
        close()
      default:
        let word = self.word()
        if word == "..." {
          // Of the table's, brackets say what is repeated.
          let kept = notation == .values ? parts.dropLast() : []
          parts = kept + [.repeated(.joining(Array(parts[kept.count...])), isOptional: false)]
        } else {
          parts.append(leaf(word))
        }
      }
    }
    return .joining(parts)
  }

  /// `[x ...]` says more than that x is optional.
  private func bracketed(_ inside: Syntax) -> Syntax {
    if case .repeated(let part, _) = inside { return .repeated(part) }
    return .optional(inside)
  }

  private mutating func close() {
    if let byte = text.first, byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
      text.removeFirst()
    }
  }

  private mutating func word() -> String {
    let ends = Array((notation == .values ? " []{}" : " []{}|").utf8)
    let word = text.prefix { !ends.contains($0) }
    text = text[word.endIndex...]
    return String(decoding: word, as: UTF8.self)
  }

  private func leaf(_ word: String) -> Syntax {
    switch notation {
    case .values:
      let names = word.split(separator: "|").map { Syntax.value(String($0)) }
      return names.count == 1 ? names[0] : .choice(names)
    case .words: return .literal(word)
    case .table:
      if word.hasPrefix("#") { return .value(String(word.dropFirst()), isNumber: true) }
      return word.contains(where: \.isLowercase) ? .value(word) : .literal(word)
    }
  }
}
