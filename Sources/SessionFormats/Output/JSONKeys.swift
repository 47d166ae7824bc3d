/// Which maps can be written as a JSON object.
enum JSONKeys {
  /// Up to this many keys, comparing each with each is faster than hashing them.
  static let compared = 24

  /// Whether all keys are strings and none repeats. Strings are compared by their bytes: JSON does
  /// not know canonical equivalence, which Swift compares by.
  static func areDistinct(_ pairs: [Pair], allowingTags: Bool) -> Bool {
    for pair in pairs where !isKey(pair.key, allowingTags: allowingTags) { return false }
    if pairs.count > compared { return Set(pairs.map { bytes($0.key) }).count == pairs.count }
    for later in pairs.indices.dropFirst() {
      for earlier in 0..<later where isSame(pairs[later].key, pairs[earlier].key) { return false }
    }
    return true
  }

  /// In typed style a symbol is tagged, and a key with a dollar sign could be taken for a tag.
  private static func isKey(_ key: Value, allowingTags: Bool) -> Bool {
    switch key {
    case .string(let text): allowingTags || text.utf8.first != UInt8(ascii: "$")
    case .tagged(.surrogates, .bytes(let text)):
      allowingTags || text.first != UInt8(ascii: "$")
    case .tagged(.symbol, .string): allowingTags
    default: false
    }
  }

  private static func isSame(_ one: Value, _ other: Value) -> Bool {
    switch (one, other) {
    case (.string(let one), .string(let other)),
      (.string(let one), .tagged(.symbol, .string(let other))),
      (.tagged(.symbol, .string(let one)), .string(let other)),
      (.tagged(.symbol, .string(let one)), .tagged(.symbol, .string(let other))):
      isSame(one, other)
    case (.tagged(.surrogates, .bytes(let one)), .tagged(.surrogates, .bytes(let other))):
      one == other
    default: false
    }
  }

  /// Strings with the same bytes are equal for `==`, which rejects others faster.
  static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.count == other.utf8.count && one == other && one.utf8.elementsEqual(other.utf8)
  }

  /// Keys that occur more than once, as many as there may be notes.
  static func repeated(_ pairs: [Pair]) -> [String] {
    var repeated: [String] = []
    if pairs.count <= compared {
      for later in pairs.indices.dropFirst() {
        for earlier in 0..<later where isRepeated(pairs[later].key, pairs[earlier].key) {
          repeated.append(String(decoding: bytes(pairs[later].key), as: UTF8.self))
          break
        }
      }
      return repeated
    }
    var seen = Set<[UInt8]>(minimumCapacity: pairs.count)
    for pair in pairs {
      let key = bytes(pair.key)
      if isName(pair.key), !seen.insert(key).inserted {
        repeated.append(String(decoding: key, as: UTF8.self))
        if repeated.count == Limits.notes { break }
      }
    }
    return repeated
  }

  @inline(__always)
  private static func isRepeated(_ one: Value, _ other: Value) -> Bool {
    switch (one, other) {
    case (.string(let one), .string(let other)): isSame(one, other)
    case (.bytes(let one), .bytes(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    default: false
    }
  }

  private static func isName(_ key: Value) -> Bool {
    switch key {
    case .string, .bytes, .integer: true
    default: false
    }
  }

  private static func bytes(_ key: Value) -> [UInt8] {
    switch key {
    case .string(let text), .tagged(_, .string(let text)): Array(text.utf8)
    case .tagged(_, .bytes(let text)), .bytes(let text): text
    case .integer(let number): Array(String(number).utf8)
    default: []
    }
  }
}
