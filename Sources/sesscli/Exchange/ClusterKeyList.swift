import RedisClient

/// KEYS of all masters as one list, in the order of the masters, printed while it arrives.
extension Exchange {
  func listKeys(_ words: [[UInt8]], in cluster: Cluster) throws {
    try cluster.openMasters()
    if try cluster.hasMovingSlots() {
      // Keys on their way between two lists would be missing or doubled.
      return try listByScan(pattern: words[1], total: try session.size() ?? 0)
    }
    let before = cluster.map
    let masters = before.masters
    let sinks = masters.map { _ in KeyListSink(printer) }
    prepare(for: words)
    do {
      for node in masters {
        let connection = cluster.connection(to: node, for: .questions)
        connection.send(words)
        connection.startSending()
      }
      // The lengths of all lists come first: numbers are as wide as the last one.
      for (node, sink) in zip(masters, sinks) {
        try read(from: node, into: sink, in: cluster) { sink.count != nil || sink.error != nil }
      }
      if let (node, sink) = zip(masters, sinks).first(where: { $0.1.error != nil }) {
        cluster.closeUnfinished()
        printer.print(.error((sink.error ?? []) + Array(" (\(node.name))".utf8)))
        return try afterReply(words)
      }
      let total = sinks.reduce(Int64(0)) { $0 + ($1.count ?? 0) }
      var number = 0
      for (node, sink) in zip(masters, sinks) {
        sink.print(from: number, of: total)
        try read(from: node, into: sink, in: cluster) { sink.isComplete }
        number = sink.number
      }
      printer.endList(count: number)
      try afterReply(words)
    } catch {
      cluster.closeUnfinished()
      guard error.kind != .interrupted, error.kind != .output else { throw error }
      throw RedisError(error.kind, "\(error.message): the list is not complete")
    }
    try cluster.refresh()
    if !cluster.map.hasSameOwners(as: before) {
      console.complain(
        "slots moved while their keys were listed: some may be missing or twice in the list")
      console.fail(.commandFailed)
    }
  }

  private func read(
    from node: ClusterNode, into sink: KeyListSink, in cluster: Cluster, until isEnough: () -> Bool
  ) throws(RedisError) {
    let connection = cluster.connection(to: node, for: .questions)
    do throws(RedisError) {
      while !isEnough() {
        if try connection.nextReply(into: sink) {
          sink.isComplete = true
          continue
        }
        if isEnough() { return }
        if output.isTerminal { output.flush() }
        try output.check()
        try connection.wait(timeout: cluster.replyTimeout)
      }
    } catch {
      connection.close()
      throw cluster.named(error, node)
    }
  }
}

/// Takes KEYS' reply of one master: holds what comes until the masters before are done, then
/// prints.
private final class KeyListSink: ReplySink {
  private let printer: ReplyPrinter
  private(set) var count: Int64?
  private(set) var error: [UInt8]?
  var isComplete = false
  /// Keys that came together with the length of the list: no more than a read brings.
  private var held: [[UInt8]] = []
  /// The number of the key printed last; nil while keys are held.
  private var last: Int?
  private var total: Int64 = 0

  var number: Int { last ?? 0 }

  init(_ printer: ReplyPrinter) { self.printer = printer }

  func print(from number: Int, of total: Int64) {
    last = number
    self.total = total
    for key in held { key.withUnsafeBytes { take($0) } }
    held = []
  }

  private func take(_ bytes: UnsafeRawBufferPointer) {
    guard let last else {
      held.append([UInt8](bytes))
      return
    }
    self.last = last + 1
    printer.listed(bytes, number: last + 1, of: total)
  }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if depth == 1, kind == .bulk {
      take(bytes)
    } else {
      error = kind == .error ? [UInt8](bytes) : Array("ERR the reply is not a list".utf8)
    }
  }
  func array(count: Int, depth: Int, index: Int) {
    if depth == 0 { self.count = Int64(max(0, count)) }
  }
  func integer(_ value: Int64, depth: Int, index: Int) { unexpected() }
  func null(depth: Int, index: Int) { unexpected() }
  func endReply() { isComplete = true }

  private func unexpected() { error = Array("ERR the reply is not a list of keys".utf8) }
}
