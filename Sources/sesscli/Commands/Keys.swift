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
    var progress = Progress(output, console.errors, total: total)
    var scan = try session.scan(pattern: pattern)
    var seen = SeenKeys()
    var found = 0
    var scanned: Int64 = 0
    defer { progress.wipe() }
    while let page = try scan.next() {
      if !page.isEmpty { progress.giveWay() }
      for key in page where seen.insert(key) {
        found += 1
        // The number of keys is known at the end only, so the numbers are as wide as the largest
        // that may come.
        key.withUnsafeBytes { printer.listed($0, number: found, of: total) }
      }
      if output.isTerminal { output.flush() }
      try output.check()
      scanned += Int64(Scan.pageSize)
      progress.advance(to: min(scanned, total))
    }
    progress.wipe()
    printer.endList(count: found)
  }
}
