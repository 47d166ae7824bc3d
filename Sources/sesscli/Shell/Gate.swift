import RedisClient

/// One of the checks that a line for the server passes before it is sent.
///
/// `Gate.all` is the whole list, in order: nothing else keeps a typed line, or a script's, from
/// being sent. Lines of scripts that no rule names are sent together without it (`Script`), but
/// never with `--read-only`.
struct Gate: Sendable {
  let name: String
  /// What would happen without it.
  let why: String
  /// Whether a line that it stops is missing in the open transaction, so that EXEC must not run the
  /// rest.
  var leavesGap = true
  /// - Throws: `CommandError` to stop the line, `RedisError` when there is no server to ask.
  /// - Returns: what becomes of the line.
  let check: @Sendable (Passage) throws -> Verdict

  enum Verdict {
    case passes
    /// Nothing is left to send: it was answered here, or called off.
    case isDone
  }

  static let all: [Gate] = [
    .setting, .subscription, .conversation, .login, .connection, .replies, .readOnly, .flush,
    .strayAnswer, .wholeCluster, .spoiledTransaction,
  ]
}

/// A line on its way through the gates, and what they may ask.
final class Passage {
  let words: [[UInt8]]
  /// The command, in small letters.
  let name: String
  let role: CommandFacts.Role
  let conversation: Conversation
  let session: Session
  let exchange: Exchange
  let readOnly: ReadOnlyGuard?
  let preferences: Preferences
  /// Questions of our own that the connection had answered before the gates asked theirs.
  fileprivate var questions = 0

  var connection: Connection { session.connection }

  init(
    _ words: [[UInt8]], _ exchange: Exchange, _ readOnly: ReadOnlyGuard?,
    _ preferences: Preferences
  ) {
    self.words = words
    name = words.first.map(lowercased) ?? ""
    role = CommandFacts.of(words).role
    conversation = Conversation(words, inTransaction: exchange.connection.isInTransaction)
    session = exchange.session
    self.exchange = exchange
    self.readOnly = readOnly
    self.preferences = preferences
  }

  /// - Returns: whether the line is to be sent now.
  func pass() throws -> Bool {
    for gate in Gate.all {
      do {
        if try gate.check(self) == .isDone { return false }
      } catch let error as CommandError {
        if gate.leavesGap { connection.spoilTransaction() }
        throw error
      }
    }
    return true
  }
}

extension Gate {
  private static let setting = Gate(
    name: "setting",
    why: "A word with a colon is the inspector's: no server may take a mistyped one for a command.",
    leavesGap: false
  ) { line in
    let mode = line.session.mode
    guard mode != .oneShot, let first = line.words.first, Command.isSetting(first) else {
      return .passes
    }
    throw CommandError(
      Command.named(first, in: .interactive) == nil
        ? "unknown setting \"\(escaped(first))\" (help lists them); not sent"
        : "\(escaped(first)) is for the prompt; not sent")
  }

  private static let subscription = Gate(
    name: "subscription",
    why: "A subscribed connection takes few commands, and replies to others would be out of step."
  ) { line in
    guard line.connection.isSubscribed else { return .passes }
    switch line.conversation {
    case .subscription, .replies, .refused: return .passes
    case .ordinary where ![.flushAll, .flushDatabase, .multi].contains(line.role): return .passes
    // If the server took it, what follows would be out of step.
    default:
      throw CommandError(
        "\(line.name.uppercased()) is not for subscribed connections: UNSUBSCRIBE or Ctrl-C "
          + "first; not sent"
      )
    }
  }

  private static let conversation = Gate(
    name: "conversation",
    why: "SYNC, MONITOR in a transaction and their like leave replies and commands out of step."
  ) { line in
    if case .refused(let reason) = line.conversation { throw CommandError("\(reason); not sent") }
    return .passes
  }

  private static let login = Gate(
    name: "login",
    why: "After a refused password or database, AUTH and SELECT say what to connect with instead."
  ) { line in
    guard try line.session.connectAnew(by: line.words) else { return .passes }
    line.exchange.prepare(for: line.words)
    line.exchange.printer.print(.status(Array("OK".utf8)))
    return .isDone
  }

  private static let connection = Gate(
    name: "connection",
    why: "What was meant for a lost transaction, or for keys at another server, must not run here."
  ) { line in
    line.questions = line.connection.questions
    if !line.connection.isSubscribed { try line.session.connect(for: line.words) }
    return .passes
  }

  private static let replies = Gate(
    name: "replies", why: "With replies off, some commands could not be kept in step."
  ) { line in
    try line.exchange.checkReplies(line.words, line.conversation)
    return .passes
  }

  private static let readOnly = Gate(
    name: "read-only", why: "--read-only: only what the server calls reading, or is harmless."
  ) { line in
    // What begins and ends subscriptions writes nothing.
    if line.connection.isSubscribed, line.conversation != .ordinary { return .passes }
    try line.readOnly?.check(line.words, on: line.connection, of: line.session.cluster)
    return .passes
  }

  private static let flush = Gate(
    name: "flush", why: "FLUSHDB and FLUSHALL of the wrong server cannot be undone."
  ) { line in
    let isAllowed = try FlushQuestion.allows(line.words, line.session, line.preferences)
    return isAllowed ? .passes : .isDone
  }

  private static let strayAnswer = Gate(
    name: "stray answer",
    why: "A second answer to a question of ours would be taken for the command's.",
    leavesGap: false
  ) { line in
    if line.connection.questions != line.questions, let problem = line.connection.problem() {
      throw problem
    }
    return .passes
  }

  private static let wholeCluster = Gate(
    name: "whole cluster",
    why: "DBSIZE, KEYS and keys of several slots concern more servers than one.",
    leavesGap: false
  ) { line in
    guard let cluster = line.session.cluster, !line.connection.isInTransaction,
      !line.connection.isSubscribed
    else { return .passes }
    return try line.exchange.performWide(line.words, in: cluster) ? .isDone : .passes
  }

  private static let spoiledTransaction = Gate(
    name: "spoiled transaction",
    why: "EXEC would run a transaction without the command that was not sent.",
    leavesGap: false
  ) { line in
    guard line.connection.isSpoiled, line.role == .exec else { return .passes }
    // Its OK is no reply to EXEC.
    try line.exchange.performSilently([Array("DISCARD".utf8)])
    throw CommandError("EXEC was not sent but DISCARD: a command of the transaction is missing")
  }
}
