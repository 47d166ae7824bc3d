extension CommandTable.Entry {
  /// Places of the words that name keys, or shard channels, which are spread as keys are.
  ///
  /// - Parameter words: the whole command.
  package func keyPlaces(in words: [[UInt8]]) -> [Int] {
    // MIGRATE names its keys at the end when the word for one key is empty.
    keys.flatMap { $0.places(in: words) }.filter { name != "MIGRATE" || !words[$0].isEmpty }
  }
}

extension CommandTable.KeyPositions {
  /// Places of the words that name keys in a whole command.
  package func places(in words: [[UInt8]]) -> [Int] {
    switch self {
    case .range(let first, let last, let step):
      return Self.range(first, last, step, words.count)
    case .afterWord(let word, let from, let last, let step):
      guard let found = Self.place(of: word, from, words) else { return [] }
      // Behind STREAMS as many identifiers follow as there are keys.
      let end = word == "STREAMS" ? found + 1 + (words.count - found - 1) / 2 : words.count
      return Self.range(found + 1, last, step, end)
    case .counted(let count, let first, let step):
      guard let number = Self.number(count, words) else { return [] }
      return Array(
        stride(from: first, to: words.count, by: max(1, step)).prefix(number))
    }
  }

  /// - Parameter end: the place behind the last word that may be a key.
  private static func range(_ first: Int, _ last: Int, _ step: Int, _ end: Int) -> [Int] {
    let bound = last < 0 ? end + last : min(first + last, end - 1)
    guard first > 0, first <= bound else { return [] }
    return Array(stride(from: first, through: bound, by: max(1, step)))
  }
}
