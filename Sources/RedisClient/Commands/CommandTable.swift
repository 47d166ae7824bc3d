/// What is known of Redis' own commands without asking a server: their arguments for help and
/// hints, and where their keys stand for completion.
///
/// The table is static text (`CommandTableData.swift`) that is taken apart when it is first asked,
/// so it costs nothing at the start.
package enum CommandTable {
  package struct Entry: Equatable, Sendable {
    /// In capitals, a subcommand after its command: "CONFIG SET".
    package let name: String
    /// Redis' word: string, sorted-set, server.
    package let group: String
    /// The Redis version that brought it.
    package let since: String
    /// Words that it takes with its name, at least that many when negative.
    let arity: Int
    let flags: Set<Flag>
    package let keys: [KeyPositions]
    /// The arguments as the table writes them: "key #count {LEFT|RIGHT}".
    fileprivate let grammar: String
    /// One sentence.
    package let summary: String
    /// Whether it has subcommands and does nothing without one.
    package fileprivate(set) var isContainer = false

    /// As redis-cli's help shows them: "key value [NX|XX]".
    package var arguments: String { Syntax.plain(grammar) }

    package var syntax: Syntax { Syntax(parsing: grammar) }
  }

  enum Flag: Character, Sendable {
    case write = "w"
    case readonly = "r"
    case blocking = "b"
    case pubsub = "p"
    case admin = "a"
  }

  /// In the order of their names, each command followed by its subcommands.
  package static let all: [Entry] = {
    let text = UnsafeBufferPointer(start: rows.utf8Start, count: rows.utf8CodeUnitCount)
    var entries = text.split(separator: UInt8(ascii: "\n")).compactMap { Entry(row: $0) }
    let containers = Set(entries.compactMap { $0.name.split(separator: " ").dropLast().first })
    for index in entries.indices where containers.contains(entries[index].name[...]) {
      entries[index].isContainer = true
    }
    return entries
  }()

  /// The names of all groups, in order.
  package static let groups: [String] = Set(all.map(\.group)).sorted()

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// A command or, with a space, a subcommand, in any case.
  package static func lookup(_ name: String) -> Entry? { byName[name.uppercased()] }

  /// The subcommand that the words begin with, else the command.
  package static func lookup(_ words: [[UInt8]]) -> Entry? {
    guard let first = words.first, first.count <= longestName else { return nil }
    let name = lowercased(first)
    if words.count > 1, words[1].count <= longestName,
      let subcommand = lookup(name + " " + lowercased(words[1]))
    {
      return subcommand
    }
    return lookup(name)
  }

  /// The names of all commands, without subcommands, in order.
  package static let names: [String] = all.map(\.name).filter { !$0.contains(" ") }

  /// The subcommands of a command, in order.
  package static func subcommands(of name: String) -> [Entry] {
    let prefix = name.uppercased() + " "
    return all.filter { $0.name.hasPrefix(prefix) }
  }

  /// The second words of its subcommands, in order: `GET`.
  package static func subcommandNames(of name: String) -> [String] {
    subcommands(of: name).map { String($0.name.dropFirst(name.utf8.count + 1)) }
  }

  /// Whether the command may have done something: it is neither said to read only nor known to be
  /// harmless. What is not in the table may, and so may scripts, functions and transactions.
  /// - Parameter words: the command, a subcommand as the second word.
  package static func mayChange(_ words: [[UInt8]]) -> Bool {
    !words.isEmpty && lookup(words)?.flags.contains(.readonly) != true && !isHarmless(words)
  }

  /// Longer words are no names; a value of megabytes is not folded to find that out.
  package static let longestName = 64
}

extension CommandTable {
  /// One way in which a command names keys; Redis calls it a key specification.
  package enum KeyPositions: Equatable, Sendable {
    /// From word `first` on, every `step` words, to word `first + last`; a negative `last` counts
    /// from the end.
    case range(first: Int, last: Int, step: Int)
    /// As `range`, after a word such as STREAMS, looked for from word `from` on, or backwards from
    /// the end if it is negative.
    case afterWord(String, from: Int, last: Int, step: Int)
    /// As many as the word `count` says, from word `first` on.
    case counted(count: Int, first: Int, step: Int)

    /// Whether the word at `index` names a key, to be typed after `words`, which begin with the
    /// command's name.
    package func contains(_ index: Int, after words: [[UInt8]]) -> Bool {
      switch self {
      case .range(let first, let last, let step):
        return Self.isInRange(index, first, last, step)
      case .afterWord(let word, let from, let last, let step):
        return Self.place(of: word, from, words).map {
          Self.isInRange(index, $0 + 1, last, step)
        } ?? false
      case .counted(let count, let first, let step):
        guard index >= first, let number = Self.number(count, words) else { return false }
        return (index - first).isMultiple(of: step) && (index - first) / step < number
      }
    }

    /// Where a word such as STREAMS stands.
    static func place(of word: String, _ from: Int, _ words: [[UInt8]]) -> Int? {
      let isWord = { (at: Int) in
        words[at].count == word.utf8.count && lowercased(words[at]) == word.lowercased()
      }
      return from > 0
        ? words.indices.dropFirst(from).first(where: isWord)
        : words.indices.dropFirst().last(where: isWord)
    }

    /// How many keys the word at `place` says that there are.
    static func number(_ place: Int, _ words: [[UInt8]]) -> Int? {
      guard words.indices.contains(place),
        let number = Int(String(decoding: words[place], as: UTF8.self)), number > 0
      else { return nil }
      return number
    }

    private static func isInRange(_ index: Int, _ first: Int, _ last: Int, _ step: Int) -> Bool {
      // How many words will follow is not known while one is typed, so any may be a key.
      index >= first && (last < 0 || index <= first + last) && (index - first).isMultiple(of: step)
    }
  }
}

extension CommandTable.Entry {
  /// Reads a row of the table.
  fileprivate init?(row: Slice<UnsafeBufferPointer<UInt8>>) {
    let fields = row.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 8, let arity = Int(fields[3]) else { return nil }
    name = fields[0]
    group = fields[1]
    since = fields[2]
    self.arity = arity
    flags = Set(fields[4].compactMap(CommandTable.Flag.init))
    keys = fields[5].split(separator: " ").compactMap(CommandTable.KeyPositions.init)
    grammar = fields[6]
    summary = fields[7]
  }
}

extension CommandTable.KeyPositions {
  /// Reads `i1:r0/1`: how the first key is found (index, keyword), then which words are keys
  /// (range, number of keys).
  fileprivate init?(_ text: Substring) {
    let halves = text.split(separator: ":")
    guard halves.count == 2 else { return nil }
    let start = halves[0].dropFirst().split(separator: "/")
    let numbers = halves[1].dropFirst().split(separator: "/").compactMap { Int($0) }
    switch (halves[0].first, halves[1].first, start.count, numbers.count) {
    case ("i", "r", 1, 2):
      guard let first = Int(start[0]) else { return nil }
      self = .range(first: first, last: numbers[0], step: numbers[1])
    case ("k", "r", 2, 2):
      guard let from = Int(start[1]) else { return nil }
      self = .afterWord(String(start[0]), from: from, last: numbers[0], step: numbers[1])
    case ("i", "n", 1, 3):
      guard let index = Int(start[0]) else { return nil }
      self = .counted(count: index + numbers[0], first: index + numbers[1], step: numbers[2])
    default: return nil
    }
  }
}
