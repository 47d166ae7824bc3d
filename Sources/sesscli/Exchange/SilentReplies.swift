import RedisClient

/// CLIENT REPLY OFF and SKIP: commands whose replies the server keeps to itself.
///
/// What sesscli must know all the same (which database, which user, whether a transaction is open)
/// it learns by having the server answer for as long, and shows nothing of that but errors.
extension Exchange {
  /// - Throws: `CommandError` for a command that could not be kept in step while replies are off;
  ///   it must not be sent.
  func checkReplies(_ words: [[UInt8]], _ conversation: Conversation) throws(CommandError) {
    if cluster != nil, case .setsReplies(let mode) = conversation, mode != .on {
      throw CommandError(
        "CLIENT REPLY is of one connection, and a cluster is used over several; not sent")
    }
    guard connection.replyMode != .on else { return }
    switch conversation {
    case .stream, .subscription:
      throw CommandError(
        "\(escaped(words[0]).uppercased()) is replies only, and they are off: CLIENT REPLY ON "
          + "first; not sent"
      )
    case .setsReplies where connection.isInTransaction:
      throw CommandError(
        "CLIENT REPLY inside a transaction breaks EXEC's reply: EXEC or DISCARD first; not sent")
    default: return
    }
  }

  /// CLIENT REPLY OFF or SKIP.
  func mute(_ words: [[UInt8]], _ mode: ReplyMode) throws(RedisError) {
    if !connection.mayMute {
      // A refusal would be a reply where none is expected; who may say ON may say OFF.
      if case .error(let text) = try connection.askToAnswer() {
        connection.hear()
        return try printError(text, of: words)
      }
      connection.mayMute = true
    }
    connection.mute(mode)
    try connection.push()
  }

  /// Sends a command while replies are off.
  func performUnheard(_ words: [[UInt8]], _ conversation: Conversation) throws {
    guard connection.isInTransaction || CommandTraits.isKnownByItsReply(words) else {
      connection.send(words)
      try connection.push()
      connection.note(words, ReplyOutcome())
      return
    }
    if connection.isMuted { try connection.unmute() }
    let isSkipped = connection.replyMode == .skipsNext
    if isSkipped { connection.hear() }
    switch conversation {
    // The server confirms UNSUBSCRIBE and RESET all the same.
    case .replies, .farewell: try exchange(words, conversation)
    case .ordinary where !isSkipped && CommandFacts.of(words).role == .reset:
      try exchange(words, conversation)
    default: try receiveUnheard(words)
    }
    if connection.isOpen, connection.replyMode == .off, !connection.isInTransaction {
      // The user that we are now may not be allowed to.
      try mute(["CLIENT", "REPLY", "OFF"].map { Array($0.utf8) }, .off)
    }
  }

  /// Sends a command, in whatever mode replies are, and shows nothing of its reply but an error.
  func performSilently(_ words: [[UInt8]]) throws {
    if connection.replyMode == .on {
      try receiveUnheard(words)
    } else {
      try performUnheard(words, .ordinary)
    }
  }

  /// Sends a command and notes its reply, of which only an error is shown.
  private func receiveUnheard(_ words: [[UInt8]]) throws(RedisError) {
    let reply = ReplySummary(
      watched: CommandFacts.of(words).role == .exec ? connection.changePlaces : [])
    connection.send(words)
    try connection.receive(into: reply, timeout: replyLimit(words))
    if reply.outcome.isError {
      try printError(reply.outcome.error, of: words)
    } else {
      connection.note(words, reply.outcome)
    }
  }

  private func printError(_ text: [UInt8], of words: [[UInt8]]) throws(RedisError) {
    prepare(for: words)
    printer.begin()
    text.withUnsafeBytes { printer.string(.error, $0, depth: 0, index: 0) }
    printer.endReply()
    try afterReply(words)
  }
}

/// Forgets a reply but for what matters of it.
private final class ReplySummary: ReplySink {
  private let watched: Set<Int>
  private(set) var outcome = ReplyOutcome()

  init(watched: Set<Int>) { self.watched = watched }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    guard kind == .error else { return }
    if outcome.errors == 0 { outcome.error = [UInt8](bytes) }
    outcome.errors += 1
    if depth == 0 { outcome.isError = true }
    if depth == 1, watched.contains(index) { outcome.failedElements.insert(index) }
  }
  func null(depth: Int, index: Int) { if depth == 0 { outcome.isNull = true } }
  func array(count: Int, depth: Int, index: Int) {}
  func integer(_ value: Int64, depth: Int, index: Int) {}
  func endReply() {}
}
