import RedisClient
import SessionFormats

/// Fetches what `decode` shows: keys and patterns, of every Redis type.
struct DecodeKeys {
  let session: Session
  let decoding: Decoding
  private var limit: Double { session.options.timeout ?? Connection.replyTimeout }

  init(_ session: Session, _ decoding: Decoding) {
    self.session = session
    self.decoding = decoding
  }

  func run(_ words: [[UInt8]]) throws {
    try session.ensureAnswers("decode")
    if session.connection.isInTransaction {
      throw CommandError(
        "decode reads keys, which a transaction would only queue: EXEC or DISCARD first")
    }
    for word in words {
      if try !isPattern(word) {
        do {
          try show(word, mustExist: true, on: session.server)
        } catch let error as CommandError {
          session.console.complain(error.message)
          session.console.fail(.commandFailed)
        }
      } else if decoding.writesJSON {
        do {
          try session.cluster.map { try stream(pattern: word, in: $0) } ?? stream(pattern: word)
        } catch let error as CommandError {
          // Replies of the pipeline are still to come, and would answer later commands.
          if session.connection.owed > 0 { session.drop() }
          throw error
        }
      } else {
        try draw(pattern: word)
      }
    }
  }

  /// Whether the word stands for several keys. A key whose own name looks like a pattern is that
  /// key.
  private func isPattern(_ word: [UInt8]) throws -> Bool {
    guard word.contains(where: { "*?[".utf8.contains($0) }) else { return false }
    return try session.server.ask([Array("EXISTS".utf8), word]) != .integer(1)
  }

  // MARK: Patterns

  /// For people: a header and a tree for each key.
  private func draw(pattern: [UInt8]) throws {
    let found = try session.walk(pattern: pattern, of: try session.size() ?? 0) { page in
      for key in page { try showListed(key, on: session.server) }
      session.console.output.flush()
    }
    if found == 0 { session.console.note("no key matches \(escaped(pattern))") }
  }

  /// For programs, millions of keys: while a page's values are decoded, the server already fetches
  /// the next page's values and looks for the keys after those. Memory holds two pages.
  private func stream(pattern: [UInt8]) throws {
    let connection = session.connection
    let total = try connection.call("DBSIZE").number ?? 0
    var progress = Progress(session.console.output, session.console.errors, total: total)
    defer { progress.wipe() }
    var walk = try KeyWalk(connection, pattern: pattern, expecting: total)
    // What is no string is fetched beside the pipeline, whose replies must stay in order.
    let side = Connection(connection.endpoint)
    defer { side.close() }

    func sendScan() { if let question = walk.question { connection.send(question) } }
    func receivePage() throws -> [[UInt8]] {
      let page = ScanPage()
      try connection.receive(into: page, timeout: limit)
      return try walk.take(page)
    }
    func send(values keys: [[UInt8]]) {
      if !keys.isEmpty { connection.send([Array("MGET".utf8)] + keys) }
    }

    sendScan()
    var page = try receivePage()
    sendScan()
    send(values: page)
    while true {
      let looked = walk.looked
      // Replies to come: the next page, then this page's values.
      let next = walk.isFinished ? nil : try receivePage()
      if let next {
        sendScan()
        send(values: next)
      }
      if !page.isEmpty {
        let sink = ValueSink(decoding, page)
        try connection.receive(into: sink, timeout: limit)
        if let error = sink.error { throw CommandError("(error) \(escaped(error))") }
        if !sink.others.isEmpty, !side.isOpen { try side.open() }
        for key in sink.others { try showListed(key, on: side) }
      }
      try session.console.output.check()
      if !page.isEmpty { progress.giveWay() }
      progress.advance(to: looked)
      guard let next else { break }
      page = next
    }
  }

  // MARK: One key

  /// A key of a pattern: one that cannot be shown does not keep the others from it.
  func showListed(_ key: [UInt8], on server: any Answering) throws {
    do {
      try show(key, mustExist: false, on: server)
    } catch let error as CommandError {
      session.console.complain(error.message)
      session.console.fail(.commandFailed)
    }
  }

  private func show(_ key: [UInt8], mustExist: Bool, on server: any Answering) throws {
    let replies = try server.ask(
      ["TYPE", "PTTL", "STRLEN"].map { [Array($0.utf8), key] })
    guard replies.count == 3 else { return }
    if case .error(let text) = replies[0] { throw CommandError("(error) \(escaped(text))") }
    let type = escaped(replies[0].bytes ?? [])
    var header = Decoding.Header(
      key: key, type: type, size: 0, ttl: replies[1].number ?? -1)
    switch type {
    case "none":
      // Of a pattern: it expired since it was listed.
      if mustExist { throw CommandError("no such key: \(escaped(key))") }
    case "string":
      let size = replies[2].number ?? 0
      guard size <= Int64(Limits.output) else {
        throw CommandError("\(escaped(key)): \(size) bytes; decode reads up to \(Limits.output)")
      }
      switch try server.ask([Array("GET".utf8), key]) {
      case .bulk(let bytes):
        header.size = bytes.count
        decoding.show(bytes, header)
      case .error(let text): throw CommandError("\(escaped(key)): (error) \(escaped(text))")
      // It expired a moment ago.
      default: if mustExist { throw CommandError("no such key: \(escaped(key))") }
      }
    default:
      guard let kind = Collection(rawValue: type) else {
        throw CommandError("\(escaped(key)): decode does not know Redis' type \(type)")
      }
      let parts = try parts(kind, key, on: server)
      header.size = parts.count
      decoding.show(parts, header)
    }
  }

  private func parts(
    _ kind: Collection, _ key: [UInt8], on server: any Answering
  ) throws -> DecodedParts {
    // A key that moves to another server of a cluster meanwhile is fetched anew: cursors do not
    // move with it.
    for _ in 0..<Self.mostMoves {
      session.cluster?.answering = []
      let parts = try DecodeCollection(kind, key, on: server, decoding).parts()
      if session.cluster?.answering.count ?? 0 <= 1 { return parts }
    }
    throw CommandError("\(escaped(key)): kept moving between servers while it was fetched")
  }

  private static let mostMoves = 4
}

/// Decodes MGET's values as they arrive.
private final class ValueSink: ReplySink {
  private let decoding: Decoding
  private let keys: [[UInt8]]
  /// Keys that hold no string, or that are gone.
  private(set) var others: [[UInt8]] = []
  private(set) var error: [UInt8]?

  init(_ decoding: Decoding, _ keys: [[UInt8]]) {
    self.decoding = decoding
    self.keys = keys
  }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if depth == 0 {
      error = [UInt8](bytes)
    } else if index < keys.count {
      decoding.line(bytes, key: keys[index])
    }
  }
  func null(depth: Int, index: Int) {
    if depth == 1, index < keys.count { others.append(keys[index]) }
  }
  func array(count: Int, depth: Int, index: Int) {}
  func integer(_ value: Int64, depth: Int, index: Int) {}
  func endReply() {}
}
