import RedisClient

/// `--stat`: a line each second (`-i`) with what INFO says of keys, memory, clients and requests,
/// until Ctrl-C; with `-r` so many lines.
struct StatMode {
  /// Lines between two headers.
  private static let headerInterval = 20

  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws {
    var number = 0
    var requests: Int64?
    let limit = session.options.repeats ?? -1
    while number != limit {
      guard let info = try session.persistentAnswer("INFO").map(ServerInfo.init) else { break }
      if number % Self.headerInterval == 0 {
        session.console.output.write(
          """
          ------- data ------ --------------------- load -------------------- - child -
          keys       mem      clients blocked requests            connections          

          """)
      }
      let now = info["total_commands_processed"]
      session.console.output.write(line(info, requests: now, before: requests ?? now))
      session.console.output.flush()
      try session.console.output.check()
      requests = now
      number += 1
      let seconds = session.options.interval ?? 0
      if number != limit, !Interrupt.pause(seconds > 0 ? seconds : 1) { break }
    }
    session.console.endWatching()
  }

  private func line(_ info: ServerInfo, requests: Int64, before: Int64) -> String {
    let delta = requests.subtractingReportingOverflow(before).partialValue
    let child =
      switch (info["rdb_bgsave_in_progress"] != 0, info["aof_rewrite_in_progress"] != 0) {
      case (true, true): "SAVE+AOF"
      case (true, false): "SAVE"
      case (false, true): "AOF"
      case (false, false): info["loading"] != 0 ? "LOAD" : ""
      }
    return padded("\(info.keys)", 11) + padded(abbreviatedBytes(info["used_memory"]), 8) + " "
      + padded("\(info["connected_clients"])", 8) + padded("\(info["blocked_clients"])", 8)
      + padded("\(requests) (\(delta >= 0 ? "+" : "")\(delta))", 19) + " "
      + padded("\(info["total_connections_received"])", 11) + " " + child + "\n"
  }
}

/// What INFO answers: names and numbers.
struct ServerInfo {
  private var values: [Substring: Substring] = [:]
  /// Keys in all databases.
  private(set) var keys: Int64 = 0

  init(_ reply: Reply) throws(CommandError) {
    if case .error(let text) = reply { throw CommandError("INFO: (error) \(escaped(text))") }
    guard let bytes = reply.bytes else { throw CommandError("INFO: the reply is no text") }
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let (name, value) = (line[..<colon], line[line.index(after: colon)...])
      values[name] = value
      // db0:keys=12,expires=3,avg_ttl=0
      if name.hasPrefix("db"), Int(name.dropFirst(2)) != nil, value.hasPrefix("keys=") {
        keys = sum(keys, Int64(value.dropFirst(5).prefix { $0 != "," }) ?? 0)
      }
    }
  }

  /// A number; 0 where the server does not tell it.
  subscript(name: String) -> Int64 { values[name[...]].flatMap { Int64($0) } ?? 0 }
}

extension Session {
  /// The answer to a question that may be asked again: while the server is away, it is tried again
  /// each second. Nil after Ctrl-C.
  func persistentAnswer(_ words: String...) throws -> Reply? {
    let question = words.map { Array($0.utf8) }
    var isAway = false
    while !Interrupt.isPending {
      do {
        try ensureConnected()
        return try connection.call(question)
      } catch let error as RedisError {
        switch error.kind {
        case .interrupted: return nil
        case .connect, .lost, .timeout, .protocolError:
          drop()
          if !isAway { console.note("\(error.message); trying again each second") }
          isAway = true
          _ = Interrupt.pause(1)
        case .authentication, .select, .output: throw error
        }
      }
    }
    return nil
  }
}

extension Console {
  /// Ends a mode that only Ctrl-C ends: that is no failure.
  func endWatching() {
    guard Interrupt.isPending else { return }
    Interrupt.clear()
    // The terminal has echoed ^C.
    if output.isTerminal { output.write("\n") }
  }
}
