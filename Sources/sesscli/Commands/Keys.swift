import RedisClient

extension Command {
  static let keys = Command(
    name: "keys", arguments: "[pattern]",
    summary:
      "names of the keys that match a pattern, all without one; pages through large databases",
    places: .interactive
  ) { shell, words in
    if words.count > 2 { throw CommandError.usage("usage: keys [pattern]") }
    let pattern = words.count == 2 ? words[1] : [UInt8(ascii: "*")]
    try shell.session.ensureAnswers("keys")
    if !shell.session.connection.isInTransaction, try pages(shell, pattern) { return }
    try shell.perform([words[0], pattern])
  }

  /// Keys beyond which KEYS would keep the server from serving anybody else for tens of
  /// milliseconds.
  private static let pagingThreshold: Int64 = 100_000

  /// Lists the keys by SCAN when there are many. False: there are not.
  private static func pages(_ shell: Shell, _ pattern: [UInt8]) throws -> Bool {
    // A server that does not tell its size is asked as usual.
    guard let total = try shell.session.size(), total > pagingThreshold else { return false }
    shell.console.note(
      "\(grouped(total)) keys: listed by SCAN, so that the server goes on serving others")
    try shell.exchange.listByScan(pattern: pattern, total: total)
    return true
  }
}

extension Exchange {
  /// Lists the keys that match a pattern, page by page, each once.
  ///
  /// - Parameter total: how many keys there are, about.
  func listByScan(pattern: [UInt8], total: Int64) throws {
    prepare(for: [Array("keys".utf8)])
    var found = 0
    try session.walk(pattern: pattern, of: total) { page in
      for key in page {
        found += 1
        // The number of keys is known at the end only, so the numbers are as wide as the largest
        // that may come.
        key.withUnsafeBytes { printer.listed($0, number: found, of: total) }
      }
    }
    printer.endList(count: found)
  }
}
