import RedisClient

extension DecodeKeys {
  /// For programs: the keys of all masters of a cluster, each once, a page at a time. What a
  /// failover interrupts is fetched again; it only reads.
  func stream(pattern: [UInt8], in cluster: Cluster) throws {
    let total = try session.size() ?? 0
    try session.walk(pattern: pattern, of: total, expecting: total) { try show($0, in: cluster) }
  }

  private func show(_ keys: [[UInt8]], in cluster: Cluster) throws {
    // GET of each: MGET's keys would have to be of one slot.
    let sink = ValueAnswer(decoding, keys)
    do {
      try cluster.exchange(
        keys.map { [Array("GET".utf8), $0] }, slots: keys.map(HashSlot.of)
      ) { sink.begin($0) }
    } catch let error as RedisError {
      guard error.kind != .interrupted, error.kind != .output else { throw error }
      throw RedisError(
        error.kind,
        "\(error.message); \(keys.count - sink.done.count) keys, and those not scanned yet, are "
          + "missing"
      )
    }
    for index in sink.others { try showListed(keys[index], on: cluster) }
    for (index, error) in sink.errors.sorted(by: { $0.key < $1.key }) {
      session.console.complain("\(escaped(keys[index])): (error) \(escaped(error))")
      session.console.fail(.commandFailed)
    }
  }
}

/// Decodes GET's values as they arrive.
private final class ValueAnswer: AnswerSink {
  private let decoding: Decoding
  private let keys: [[UInt8]]
  private var index = 0
  private(set) var error: [UInt8]?
  /// Keys that were answered, but for those with errors; those that hold no string.
  private(set) var done: Set<Int> = []
  private(set) var others: [Int] = []
  private(set) var errors: [Int: [UInt8]] = [:]

  init(_ decoding: Decoding, _ keys: [[UInt8]]) {
    self.decoding = decoding
    self.keys = keys
  }

  /// The reply to come is that key's value.
  func begin(_ index: Int) -> ValueAnswer {
    self.index = index
    error = nil
    return self
  }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index place: Int) {
    guard depth == 0 else { return }
    guard kind == .error else {
      note()
      return decoding.line(bytes, key: keys[index])
    }
    if bytes.starts(with: "WRONGTYPE".utf8) {
      note()
      others.append(index)
    } else {
      error = [UInt8](bytes)
      errors[index] = error
    }
  }
  func array(count: Int, depth: Int, index: Int) {}
  func integer(_ value: Int64, depth: Int, index: Int) {}
  // It expired since it was listed.
  func null(depth: Int, index: Int) { note() }
  func endReply() {}

  private func note() {
    errors[index] = nil
    done.insert(index)
  }
}
