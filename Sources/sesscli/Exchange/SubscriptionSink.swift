import RedisClient

/// Prints everything that a subscribed connection says, but for the answer to our own PING.
final class SubscriptionSink: ReplySink {
  /// What PING is to say back; nobody guesses it.
  let word = Array(String(UInt64.random(in: 0...UInt64.max), radix: 36).utf8)
  /// Whether PING was answered.
  private(set) var isOver = false
  /// Whether the connection is subscribed, as the answer to PING or, where there was only an error,
  /// the last confirmation says; nil without one.
  private(set) var isSubscribed: Bool?
  /// Whether the last reply answers a command, as messages do not.
  private(set) var isAnswer = false

  private let printer: ReplyPrinter
  private var answers: Int
  /// Whether an array of two was begun and not printed yet, and whether its first element was
  /// "pong".
  private var isHeld = false
  private var isPong = false
  private var isOurs = false

  /// - Parameter asksOnly: whether PING is all that was sent.
  init(_ printer: ReplyPrinter, asksOnly: Bool = false) {
    self.printer = printer
    answers = asksOnly ? 1 : 0
  }

  var refusal: String? { printer.refusal }

  func begin() {
    printer.begin()
    isAnswer = true
    isHeld = false
    isPong = false
    isOurs = false
  }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if depth == 0 {
      // In RESP2 a connection that is not subscribed says the word alone. Where PING is not
      // allowed, the error comes after the command's own answers, of which an error is the only
      // one.
      isOurs = kind == .error ? answers > 0 : kind == .bulk && bytes.elementsEqual(word)
      if isOurs {
        isOver = true
        if kind == .bulk { isSubscribed = false }
        return
      }
    } else if depth == 1, index == 0 {
      isAnswer = !Self.messages.contains { bytes.elementsEqual($0) }
      isPong = isHeld && bytes.elementsEqual(Self.pong)
      if isPong { return }
    } else if isPong, depth == 1, index == 1 {
      isOurs = bytes.elementsEqual(word)
      if isOurs {
        isOver = true
        isSubscribed = true
        return
      }
    }
    release()
    printer.string(kind, bytes, depth: depth, index: index)
  }

  func array(count: Int, depth: Int, index: Int) {
    release()
    if depth == 0, count == 2 {
      isHeld = true
    } else {
      printer.array(count: count, depth: depth, index: index)
    }
  }

  func integer(_ value: Int64, depth: Int, index: Int) {
    release()
    if depth == 1, index == 2 { isSubscribed = value > 0 }
    printer.integer(value, depth: depth, index: index)
  }

  func null(depth: Int, index: Int) {
    release()
    printer.null(depth: depth, index: index)
  }

  func endReply() {
    if isOurs {
      isAnswer = false
      return
    }
    if isAnswer { answers += 1 }
    printer.endReply()
  }

  /// Prints what was held: it is not the beginning of our answer.
  private func release() {
    guard isHeld else { return }
    isHeld = false
    printer.array(count: 2, depth: 0, index: 0)
    guard isPong else { return }
    isPong = false
    Self.pong.withUnsafeBytes { printer.string(.bulk, $0, depth: 1, index: 0) }
  }

  private static let messages = ["message", "pmessage", "smessage"].map { Array($0.utf8) }
  private static let pong = Array("pong".utf8)
}
