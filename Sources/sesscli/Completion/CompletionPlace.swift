import RedisClient

extension Completer {
  /// The word that is to be completed, and the line around it.
  struct Place {
    /// The line up to the cursor.
    let head: [UInt8]
    let word: Arguments.WordAtCursor
    /// The words before it, from the command's name on.
    let words: [[UInt8]]
    /// Whether a space follows the cursor, so that none is inserted.
    let isAtSpace: Bool

    /// Entries listed at most: about a screenful.
    static let longestList = 60
    /// Keys listed one by one; more are gathered by their prefixes.
    static let mostSingleKeys = 24

    // MARK: Names

    /// Commands that destroy, stop or stall what others use. They are completed only when nearly
    /// all of the name is typed: a reflex like `fl` TAB Enter must not reach them.
    static let guarded: Set<String> = [
      "flushall", "flushdb", "shutdown", "swapdb", "debug", "failover", "cluster reset",
      "cluster flushslots", "function flush", "script flush",
    ]

    /// Completes the word to one of the names, in the case that the person uses.
    /// - Parameters:
    ///   - isHarmless: nothing is run by that name, so none needs to be guarded.
    ///   - entersUntyped: whether something is entered where nothing of the word is there yet; else
    ///     names are listed.
    func completing(
      _ names: [String], isHarmless: Bool = false, entersUntyped: Bool = true
    ) -> Completion {
      let typed = String(decoding: word.typed, as: UTF8.self)
      let matches = Set(names.map { $0.lowercased() }).filter { $0.hasPrefix(typed.lowercased()) }
        .sorted { (isGuarded($0) ? 1 : 0, $0) < (isGuarded($1) ? 1 : 0, $1) }
      guard let first = matches.first else { return Completion(replacement: head) }
      let safe = matches.filter {
        isHarmless || !isWithheld($0, typed: typed, isOnly: matches.count == 1)
      }
      let isListOnly = safe.isEmpty || (typed.isEmpty && !entersUntyped)
      if matches.count == 1, !isListOnly {
        return Completion(replacement: line(with: cased(first, typed), isFinal: true))
      }
      let common = matches.dropFirst().reduce(first) { commonPrefix($0, $1) }
      // A shared beginning of nothing but guarded names is not typed for the person either.
      return Completion(
        replacement: isListOnly ? head : line(with: cased(common, typed), isFinal: false),
        alternatives: safe.map { line(with: cased($0, typed), isFinal: false) },
        shown: matches.prefix(Self.longestList).map { Array(cased($0, typed).utf8) },
        unshown: max(0, matches.count - Self.longestList))
    }

    private func isGuarded(_ name: String) -> Bool {
      guard let command = words.first else { return Self.guarded.contains(name) }
      return words.count == 1 && Self.guarded.contains(lowercased(command) + " " + name)
    }

    private func isWithheld(_ name: String, typed: String, isOnly: Bool) -> Bool {
      // `flusha`, `shutd`: five letters that no other command begins with, or all but one.
      isGuarded(name) && !(isOnly && typed.count >= min(5, name.count - 1))
    }

    /// The name as the person would go on typing it: in capitals after capitals.
    private func cased(_ name: String, _ typed: String) -> String {
      let model =
        typed.contains(where: \.isLetter)
        ? typed : words.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
      let rest = name.dropFirst(typed.count)
      return typed
        + (model.contains(where: \.isUppercase) && !model.contains(where: \.isLowercase)
          ? rest.uppercased() : String(rest))
    }

    private func commonPrefix(_ one: String, _ other: String) -> String {
      String(zip(one, other).prefix { $0 == $1 }.map(\.0))
    }

    private func line(with name: String, isFinal: Bool) -> [UInt8] {
      head[..<word.start] + Array(name.utf8) + (isFinal && !isAtSpace ? [0x20] : [])
    }

    // MARK: Keys

    /// Completes the word to one of the keys, which are sorted and begin with it.
    func completing(_ found: FoundKeys) -> Completion {
      guard let first = found.keys.first, let last = found.keys.last else {
        return Completion(replacement: head)
      }
      if found.keys.count == 1 {
        return Completion(replacement: line(with: first, isFinal: found.isWhole))
      }
      // What the first and the last of a sorted list share, all share.
      var common = Array(zip(first, last).prefix { $0 == $1 }.map(\.0))
      while common.count > word.typed.count, !common.endsWithWholeCharacter { common.removeLast() }
      let entries = listed(found, common: common.count)
      return Completion(
        replacement: common.count > word.typed.count ? line(with: common, isFinal: false) : head,
        alternatives: entries.map { line(with: $0.text, isFinal: false) },
        shown: entries.prefix(Self.longestList).map { entry in
          let text = entry.text.escapedForTerminal
          guard entry.count > 1 else { return text }
          return text + Array(" (\(grouped(Int64(entry.count)))\(found.isWhole ? "" : "+"))".utf8)
        },
        unshown: max(0, entries.count - Self.longestList))
    }

    /// The keys, or when there are many, their beginnings up to the next colon, each with the
    /// number of its keys.
    private func listed(_ found: FoundKeys, common: Int) -> [(text: [UInt8], count: Int)] {
      guard found.keys.count > Self.mostSingleKeys else { return found.keys.map { ($0, 1) } }
      var entries: [(text: [UInt8], count: Int)] = []
      var firstOfEntry: [UInt8] = []
      for key in found.keys {
        let colon = key[common...].firstIndex(of: UInt8(ascii: ":"))
        let text = colon.map { Array(key[...$0]) } ?? key
        if let previous = entries.last, previous.text == text, colon != nil {
          entries[entries.count - 1].count += 1
        } else {
          // A beginning that only one key has says less than the key.
          if let previous = entries.last, previous.count == 1 {
            entries[entries.count - 1].text = firstOfEntry
          }
          entries.append((text, 1))
          firstOfEntry = key
        }
      }
      if let previous = entries.last, previous.count == 1 {
        entries[entries.count - 1].text = firstOfEntry
      }
      return entries
    }

    /// - Parameter isFinal: the key is whole, so that its quote is closed and the next word may
    ///   come.
    private func line(with key: [UInt8], isFinal: Bool) -> [UInt8] {
      let quoted = Arguments.quote(key, in: word.quote, closed: isFinal)
      return head[..<word.start] + quoted + (isFinal && !isAtSpace ? [0x20] : [])
    }
  }
}

extension [UInt8] {
  /// Whether it ends after a character, not inside one. Bytes that are no UTF-8 count as
  /// characters.
  fileprivate var endsWithWholeCharacter: Bool {
    guard let lead = lastIndex(where: { $0 & 0xC0 != 0x80 }), self[lead] >= 0xC2 else {
      return true
    }
    let length = self[lead] >= 0xF0 ? 4 : self[lead] >= 0xE0 ? 3 : 2
    return count - lead >= length
  }
}
