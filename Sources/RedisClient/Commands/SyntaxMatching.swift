extension Syntax {
  /// What may follow after the words, nil when one of them does not fit.
  package func after(_ words: some Sequence<[UInt8]>) -> Syntax? {
    var rest = self
    for word in words {
      guard let next = rest.after(word) else { return nil }
      rest = next
    }
    return rest
  }

  /// What may follow after the word, nil when it does not fit. A word that stands for itself goes
  /// before any value: after `zunion 2 a b`, WEIGHTS is not one more key.
  package func after(_ word: [UInt8]) -> Syntax? {
    after(word, asLiteral: true) ?? after(word, asLiteral: false)
  }

  private func after(_ word: [UInt8], asLiteral: Bool) -> Syntax? {
    switch self {
    case .literal(let text): return asLiteral && Self.isEqual(text, word) ? .end : nil
    case .value(_, let isNumber):
      return asLiteral || (isNumber && !Self.isNumber(word)) ? nil : .end
    case .sequence(let parts): return Self.after(word, asLiteral, in: parts)
    case .choice(let parts):
      let rests = parts.lazy.compactMap { $0.after(word, asLiteral: asLiteral) }
      // `confirm on|confirm off` begin alike; two values would be two names for one thing.
      guard asLiteral else { return rests.first }
      let all = Array(rests)
      return all.count > 1 ? .choice(all) : all.first
    case .options(let parts): return Self.after(word, asLiteral, anyOf: parts)
    case .optional(let part): return part.after(word, asLiteral: asLiteral)
    case .repeated(let part, _):
      return part.after(word, asLiteral: asLiteral).map { .joining([$0, .repeated(part)]) }
    case .times(let part, let count):
      return part.after(word, asLiteral: asLiteral)
        .map { .joining([$0, count > 1 ? .times(part, count - 1) : .end]) }
    }
  }

  private static func after(_ word: [UInt8], _ asLiteral: Bool, in parts: [Syntax]) -> Syntax? {
    for (index, part) in parts.enumerated() {
      if let rest = part.after(word, asLiteral: asLiteral) {
        // Optional parts come in any order, those that are still open first; options also after all
        // else.
        let options = parts[..<index].filter(\.isOptions)
        let open = part.mayBeAbsent ? parts[..<index].filter(\.comesInAnyOrder) : []
        var following = Array(parts[(index + 1)...])
        if case .value("numkeys", _) = part { count(word, in: &following) }
        // What the word has begun and may go without, `[ANY]` after `COUNT 3`, is over when
        // something else comes.
        let begun = rest.comesInAnyOrder ? .sequence([rest]) : rest
        return .joining(
          (rest.mayBeAbsent ? options + [begun] : [begun] + options) + open + following)
      }
      if !part.mayBeAbsent { return nil }
    }
    return nil
  }

  /// The options go on after one, which may have its value behind a `=`.
  private static func after(
    _ word: [UInt8], _ asLiteral: Bool, anyOf options: [Syntax]
  ) -> Syntax? {
    guard asLiteral else { return nil }
    let name = word.firstIndex(of: UInt8(ascii: "=")).map { Array(word[..<$0]) }
    for option in options {
      if let rest = option.after(word, asLiteral: true) {
        return .joining([rest, .options(options)])
      }
      if let name, case .sequence = option, option.after(name, asLiteral: true) != nil {
        return .options(options)
      }
    }
    return nil
  }

  /// Whether it is optional and known by its first word, so that it may also come after what stands
  /// behind it.
  private var comesInAnyOrder: Bool {
    guard case .optional = self else { return false }
    return next.values.isEmpty
  }

  private var isOptions: Bool {
    if case .options = self { return true }
    return false
  }

  /// `numkeys key [key ...]`: as many keys as the number says.
  private static func count(_ word: [UInt8], in following: inout [Syntax]) {
    guard let number = Int(String(decoding: word, as: UTF8.self)), number >= 0 else { return }
    let key = Syntax.value("key")
    if following.starts(with: [key, .repeated(key)]), number > 0 {
      following.replaceSubrange(..<2, with: [.times(key, number)])
    } else if following.first == .optional(.sequence([key, .repeated(key)])) {
      following.replaceSubrange(..<1, with: number > 0 ? [.times(key, number)] : [])
    }
  }

  // MARK: Words

  private static func isEqual(_ text: String, _ word: [UInt8]) -> Bool {
    guard text.utf8.count == word.count else { return false }
    return zip(text.utf8, word).allSatisfy { small($0) == small($1) }
  }

  private static func small(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  /// Whether a server would take the word for a number somewhere: also `(1`, `+inf` and BITFIELD's
  /// `#3`.
  private static func isNumber(_ word: [UInt8]) -> Bool {
    // Longer words are no numbers, and are not read to find that out.
    guard word.count <= 64 else { return false }
    let digits =
      word.first == UInt8(ascii: "(") || word.first == UInt8(ascii: "#")
      ? word.dropFirst() : word[...]
    return Double(String(decoding: digits, as: UTF8.self)) != nil
  }
}
