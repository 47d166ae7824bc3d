extension Cluster {
  /// Places of the words that name keys. A command that the table does not know, a module's, is
  /// asked for once.
  package func keyPlaces(of words: [[UInt8]]) throws -> [Int] {
    if let entry = CommandTable.lookup(words) { return entry.keyPlaces(in: words) }
    guard let first = words.first, first.count <= 64 else { return [] }
    let name = lowercased(first)
    if let known = learntKeys[name] { return known?.places(in: words) ?? [] }
    let positions = try positions(of: first)
    if learntKeys.count > 1_000 { learntKeys = [:] }
    learntKeys[name] = positions
    return positions?.places(in: words) ?? []
  }

  /// Asks a server. nil when it does not tell, or the command has no keys at fixed places; it goes
  /// anywhere then, and redirections are followed.
  private func positions(of name: [UInt8]) throws -> CommandTable.KeyPositions? {
    guard let node = map.masters.first else { return nil }
    let reply = try open(node).call([Array("COMMAND".utf8), Array("INFO".utf8), name])
    guard case .array(let parts) = reply.elements?.first, parts.count > 5,
      let first = parts[3].number.map(Int.init(clamping:)), first > 0, first < 1_000,
      let last = parts[4].number.map(Int.init(clamping:)), abs(last) < 1_000,
      let step = parts[5].number.map(Int.init(clamping:)), step > 0, step < 1_000
    else { return nil }
    return .range(first: first, last: last < 0 ? last : last - first, step: step)
  }

  /// The slot of the command's first key; nil for one without keys.
  package func slot(of words: [[UInt8]]) throws -> Int? {
    try keyPlaces(of: words).first.map { HashSlot.of(words[$0]) }
  }
}
