import RedisClient
import SessionFormats

/// Looks for the key that a cookie points to: by the rules of the frameworks, else for keys that
/// contain the id.
struct CookieLookup {
  private let session: Session
  /// Whether the server was asked for and does not answer; then nothing else is looked for.
  private var isUnreachable = false

  /// When the search by name ends, for all cookies of a header together; nil before the first one.
  private var deadline: Double?

  /// Seconds that the search by name may take, and the keys it may look at.
  private static let patience = 3.0
  private static let mostKeys: Int64 = 2_000_000
  /// Keys shown at most: more belong to something else.
  private static let mostFound = 20

  struct Found {
    var keys: [SessionKeys.Candidate] = []
    /// What to say of them.
    var lines: [String] = []
  }

  init(_ session: Session) { self.session = session }

  mutating func find(_ wanted: SessionKeys) throws -> Found {
    guard !(wanted.ids.isEmpty && wanted.candidates.isEmpty), !isUnreachable else { return Found() }
    do {
      try session.ensureAnswers("looking for it")
      if session.connection.isInTransaction {
        return Found(lines: ["no key was looked for: a transaction is open"])
      }
      var found = Found(keys: try existing(wanted.candidates))
      if found.keys.isEmpty { found = try search(wanted.ids + wanted.traces) }
      for key in found.keys {
        found.lines.append("key \(escaped(key.key)) (\(key.rule))\(try describe(key.key))")
      }
      return found
    } catch let error as RedisError {
      if error.kind == .interrupted { throw error }
      isUnreachable = true
      session.drop()
      let reason = error.kind == .connect ? "" : ": \(error.message)"
      let place = session.connection.sentinel?.name ?? session.connection.endpoint.address.name
      session.console.note("no key was looked for: no Redis at \(place)\(reason)")
      return Found()
    } catch let error as CommandError {
      session.console.note("no key was looked for: \(error.message)")
      return Found()
    }
  }

  private func existing(
    _ candidates: [SessionKeys.Candidate]
  ) throws -> [SessionKeys.Candidate] {
    var found: [SessionKeys.Candidate] = []
    var refusal: [UInt8]?
    let replies = try session.server.ask(candidates.map { [Array("EXISTS".utf8), $0.key] })
    for (candidate, reply) in zip(candidates, replies) {
      if case .error(let text) = reply { refusal = text }
      if reply == .integer(1) { found.append(candidate) }
    }
    if let refusal, found.isEmpty { throw CommandError("(error) \(escaped(refusal))") }
    return found
  }

  /// Scans for keys that contain one of the texts, one text after the other.
  private mutating func search(_ texts: [[UInt8]]) throws -> Found {
    let end = deadline ?? monotonicSeconds() + Self.patience
    deadline = end
    var found = Found()
    for text in texts {
      let any = [UInt8(ascii: "*")]
      var walk = try session.keyWalk(pattern: any + Scan.pattern(of: text) + any)
      while let page = try walk.next() {
        for key in page {
          found.keys.append(SessionKeys.Candidate(key: key, rule: "contains the id"))
        }
        if found.keys.count >= Self.mostFound { break }
        if monotonicSeconds() > end || walk.looked >= Self.mostKeys {
          let total = try session.size() ?? 0
          if found.keys.isEmpty {
            found.lines.append(
              "no key found among \(grouped(walk.looked)) of \(grouped(total)) keys")
          }
          return found
        }
      }
      if !found.keys.isEmpty { break }
    }
    if found.keys.count > Self.mostFound {
      found.keys.removeLast(found.keys.count - Self.mostFound)
      found.lines.append("more than \(Self.mostFound) keys contain the id")
    }
    if found.keys.isEmpty {
      found.lines.append("no key of database \(session.connection.endpoint.database) has its id")
    }
    return found
  }

  /// `, string, expires in 23h 59m (...)`.
  private func describe(_ key: [UInt8]) throws -> String {
    let type = try session.server.ask([Array("TYPE".utf8), key])
    let ttl = try session.server.ask([Array("PTTL".utf8), key])
    return ", \(escaped(type.bytes ?? [])), \(Moment.expiry(milliseconds: ttl.number ?? -1))"
  }
}
