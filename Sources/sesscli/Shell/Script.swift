import Glibc

/// Runs commands from standard input, one on each line, pipelined adaptively: while input is ready, commands are sent
/// in full batches; as soon as none is, everything is answered, so that a program which writes one command and waits
/// is served at once. Replies come in the order of the commands.
struct Script {
  /// Commands sent and not answered. Bounds what the server must buffer when its replies are large.
  private static let window = 10_000
  /// Bytes queued for the server before no more input is read.
  private static let backlog = 1 << 20

  private let shell: Shell
  private let input: Int32
  private var lines: LineBuffer
  /// Commands sent and not answered, oldest first.
  private var pending = Queue<(words: [[UInt8]], line: Int)>()
  private var line = 0
  /// Whether MULTI is among the commands that are not answered yet.
  private var hasSentMulti = false

  init(_ shell: Shell, input: Int32 = 0) {
    self.shell = shell
    self.input = input
    lines = LineBuffer()
  }

  mutating func run() {
    let input = input
    shell.nextLine = { input }
    while !shell.isOver {
      guard let next = lines.next() else {
        if lines.isAtEnd { break }
        fill()
        continue
      }
      line += 1
      run(next)
    }
    drain()
    shell.output.flush()
  }

  /// Reads more input; while none is ready, receives what the server owes.
  private mutating func fill() {
    if pending.isEmpty {
      shell.output.flush()
      lines.read(from: input)
      return
    }
    attempt {
      (script) throws(RedisError) in
      try script.receiveReady()
      if script.pending.isEmpty {
        script.shell.output.flush()
        script.lines.read(from: script.input)
        return
      }
      if try script.wait(other: script.input) { script.lines.read(from: script.input) }
    }
  }

  private mutating func run(_ text: ArraySlice<UInt8>) {
    guard let first = text.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
    if first == UInt8(ascii: "#") { return }
    let repeats: Int
    var words: [[UInt8]]
    do {
      (repeats, words) = try Arguments.splitRepeated(Array(text))
    } catch {
      drain()
      shell.line = line
      shell.complain(error.message)
      shell.fail(.commandFailed)
      if shell.options.stopsAtError { shell.isOver = true }
      return
    }
    guard !words.isEmpty else { return }
    for _ in 0..<repeats where !shell.isOver {
      if words.count == 1, lowercased(words[0]) == "keys" { words.append([UInt8(ascii: "*")]) }
      runOnce(words)
    }
  }

  private mutating func runOnce(_ words: [[UInt8]]) {
    let isOwn = Command.named(words[0], in: .script) != nil
    let conversation = Conversation(
      words, inTransaction: shell.connection.isInTransaction || hasSentMulti)
    // Whatever is more than a command and its reply is run alone, after everything before it was answered.
    if isOwn || conversation != .ordinary || shell.options.stopsAtError || shell.readOnly != nil
      || CommandTraits.endsBatch(words) || !shell.connection.isOpen
    {
      drain()
      guard !shell.isOver else { return }
      shell.line = line
      hasSentMulti = false
      shell.execute(words)
      let name = lowercased(words[0])
      let mustSucceed = name == "select" || name == "auth"
      if !isOwn, shell.printer.outcome.isError, mustSucceed {
        // What follows was meant for another database or another user.
        shell.complain("the rest of the script was not sent")
        shell.fail(.noConnection)
        shell.isOver = true
      }
      if shell.options.stopsAtError, shell.status != .success { shell.isOver = true }
      if name == "quit", !isOwn { shell.isOver = true }
      return
    }
    shell.connection.send(words)
    pending.append((words, line))
    if words[0].count == 5, lowercased(words[0]) == "multi" { hasSentMulti = true }
    while pending.count >= Self.window || shell.connection.backlog >= Self.backlog, !shell.isOver {
      attempt {
        (script) throws(RedisError) in
        try script.receiveReady()
        if script.pending.count >= Self.window || script.shell.connection.backlog >= Self.backlog {
          _ = try script.wait(other: -1)
        }
      }
    }
  }

  /// Waits for every reply owed.
  private mutating func drain() {
    while !pending.isEmpty, !shell.isOver {
      attempt {
        (script) throws(RedisError) in
        try script.receiveReady()
        if !script.pending.isEmpty { _ = try script.wait(other: -1) }
      }
    }
  }

  /// Prints the replies that have arrived.
  private mutating func receiveReady() throws(RedisError) {
    while let next = pending.first {
      if !isReceiving {
        shell.line = next.line
        shell.prepare(for: next.words)
        shell.printer.begin()
        isReceiving = true
      }
      guard try shell.connection.nextReply(into: shell.printer) else { return }
      isReceiving = false
      pending.removeFirst()
      try shell.afterReply(next.words)
    }
  }
  /// Whether the printer holds the beginning of the oldest pending command's reply.
  private var isReceiving = false

  private mutating func wait(other: Int32) throws(RedisError) -> Bool {
    // Whoever reads our output sees every reply before we wait for more.
    shell.output.flush()
    return try shell.connection.wait(
      timeout: shell.options.timeout ?? Connection.replyTimeout, other: other)
  }

  private mutating func attempt(_ work: (inout Script) throws(RedisError) -> Void) {
    do {
      try work(&self)
    } catch {
      let count = pending.count
      if let next = pending.first { shell.line = next.line }
      shell.handle(error, during: pending.first?.words ?? [])
      if count > 1, let last = pending.elements.last, error.kind != .output,
        error.kind != .interrupted
      {
        shell.complain(
          "the commands up to line \(last.line) were not answered: they may have been executed or not"
        )
      }
      pending.removeAll()
      isReceiving = false
      shell.isOver = true
    }
  }
}

/// First in, first out. An array alone would move everything with each removal.
private struct Queue<Element> {
  private var storage: [Element] = []
  private var head = 0

  var elements: ArraySlice<Element> { storage[head...] }
  var count: Int { storage.count - head }
  var isEmpty: Bool { head == storage.count }
  var first: Element? { head < storage.count ? storage[head] : nil }

  mutating func append(_ element: Element) { storage.append(element) }

  mutating func removeFirst() {
    head += 1
    // Moving as many elements as were removed costs each of them one move.
    if head * 2 >= storage.count {
      storage.removeFirst(head)
      head = 0
    }
  }

  mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    head = 0
  }
}

/// Lines of any length from a descriptor.
struct LineBuffer {
  private static let size = 64 << 10

  private var bytes: [UInt8] = []
  private var start = 0
  /// Where the search for the next line's end goes on, so that a long line is not searched again for each read.
  private var searched = 0
  /// No more input will come.
  private var hasEnded = false

  /// Whether every line was taken.
  var isAtEnd: Bool { hasEnded && start == bytes.count }

  /// The next whole line without its end; at the end of input also one without line feed.
  mutating func next() -> ArraySlice<UInt8>? {
    let from = max(start, searched)
    let found: Int? = bytes.withUnsafeBytes { raw in
      guard from < raw.count, let base = raw.baseAddress,
        let at = memchr(base + from, 10, raw.count - from)
      else { return nil }
      return UnsafeRawPointer(at) - base
    }
    if let found {
      defer {
        start = found + 1
        searched = start
      }
      return bytes[start..<found]
    }
    searched = bytes.count
    guard hasEnded, start < bytes.count else { return nil }
    defer { start = bytes.count }
    return bytes[start...]
  }

  /// Reads what is there, waiting when nothing is.
  mutating func read(from descriptor: Int32) {
    if start > 0 {
      bytes.removeFirst(start)
      searched -= start
      start = 0
    }
    let old = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Self.size))
    let count = bytes.withUnsafeMutableBytes { raw in
      Glibc.read(descriptor, raw.baseAddress.map { $0 + old }, Self.size)
    }
    bytes.removeLast(Self.size - max(0, count))
    if count == 0 || (count < 0 && (errno != EINTR || Interrupt.isPending) && errno != EAGAIN) {
      hasEnded = true
    }
  }
}
