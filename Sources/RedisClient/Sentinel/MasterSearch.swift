/// Sentinels may take some time to agree on a new master, and a server may be named that is none
/// any more: a server that is named must say itself that it is a master, and the sentinels are
/// asked again for a while.
extension Connection {
  /// Seconds that a sentinel may take to answer; it has nothing else to do.
  private static let sentinelTimeout = 1.0
  /// Seconds that a server which a sentinel named may take; a master that hangs is replaced soon.
  private static let candidateTimeout = 3.0
  /// Seconds between rounds.
  private static let pause = 0.25
  /// Bytes that a sentinel's answer, a host and a port, may take as a tree.
  private static let answerLimit = 4096

  /// What ends the search.
  private static let final: Set<RedisError.Kind> = [.interrupted, .authentication, .select]

  /// What one round of questions came to.
  private struct Round {
    /// Why each sentinel was of no help, in their order.
    var failures: [String] = []
    /// Somebody named a server.
    var isNamed = false
    /// Somebody does not know the master's name.
    var isUnknown = false
    /// Servers that were tried.
    var tried: [Endpoint.Address] = []
  }

  /// Connects to the master that the sentinels name.
  ///
  /// - Throws: `.connect` when there is none, `.authentication` and `.select` when the master
  ///   refuses.
  func openMaster(of group: SentinelGroup) throws(RedisError) {
    let patience = timeout ?? Self.connectTimeout
    let end = monotonicSeconds() + patience
    var isTold = false
    while true {
      var round = Round()
      if try search(group, &round) { return }
      let reasons = round.failures.joined(separator: "; ")
      guard round.isNamed else {
        let what =
          round.isUnknown
          ? "no sentinel knows a master named \(group.name)"
          : "no sentinel of \(group.name) can be asked"
        throw RedisError(.connect, "\(what): \(reasons)")
      }
      guard monotonicSeconds() < end else {
        throw RedisError(.connect, "\(group.name) has no master at the moment: \(reasons)")
      }
      if !isTold {
        tell?(
          "\(group.name) has no master at the moment; asking the sentinels for "
            + "\(formatSeconds(patience)) s"
        )
        isTold = true
      }
      guard Interrupt.pause(Self.pause) else {
        throw RedisError(.interrupted, "interrupted")
      }
    }
  }

  /// Asks each sentinel in turn; true when the connection stands.
  private func search(_ group: SentinelGroup, _ round: inout Round) throws(RedisError) -> Bool {
    for (index, sentinel) in group.addresses.enumerated() {
      let reason: String?
      do {
        let named = try askSentinel(at: sentinel, of: group)
        if let address = named {
          round.isNamed = true
          reason = try tryMaster(at: address, &round)
        } else {
          round.isUnknown = true
          reason = "knows no master of this name"
        }
      } catch {
        // What a sentinel refuses comes as `.connect`: of the master's refusals another round
        // changes nothing.
        if Self.final.contains(error.kind) { throw error }
        reason = error.message
      }
      guard let reason else {
        var group = group
        group.addresses.remove(at: index)
        group.addresses.insert(sentinel, at: 0)
        self.sentinel = group
        return true
      }
      round.failures.append("\(sentinel.place): \(reason)")
    }
    return false
  }

  /// Where the sentinel says that the master is; nil when it does not know it.
  private func askSentinel(
    at address: Endpoint.Address, of group: SentinelGroup
  ) throws(RedisError) -> Endpoint.Address? {
    let side = Connection(group.endpoint(address, like: endpoint))
    side.timeout = min(timeout ?? Self.sentinelTimeout, Self.sentinelTimeout)
    let reply: Reply
    do {
      try side.open()
      reply = try side.call(
        [Array("SENTINEL".utf8), Array("get-master-addr-by-name".utf8), group.master],
        limit: Self.answerLimit)
    } catch {
      throw error.kind == .interrupted ? error : RedisError(.connect, error.message)
    }
    switch reply {
    case .null: return nil
    case .array(let parts) where parts.count == 2:
      if let address = Endpoint.Address(host: parts[0], port: parts[1]) { return address }
    case .error(let text):
      throw RedisError(.connect, escaped(Array(text.prefix(200))))
    default: break
    }
    throw RedisError(.connect, "its answer is no host and port")
  }

  /// Connects to whom a sentinel named; the reason why that is no master, nil when it is one.
  private func tryMaster(
    at address: Endpoint.Address, _ round: inout Round
  ) throws(RedisError) -> String? {
    guard !round.tried.contains(address) else { return "says the same" }
    round.tried.append(address)
    let (last, allowed) = (endpoint.address, timeout)
    endpoint.address = address
    timeout = min(allowed ?? Self.connectTimeout, Self.candidateTimeout)
    var isMaster = false
    defer {
      timeout = allowed
      if !isMaster {
        close()
        endpoint.address = last
      }
    }
    do {
      try openHere()
      try learnRole()
    } catch {
      if Self.final.contains(error.kind) { throw error }
      return "says \(address.place): \(error.message)"
    }
    switch role {
    // A user who may not ask is told by the first write.
    case .master, nil:
      isMaster = true
      return nil
    case .sentinel: return "says \(address.place), which is a sentinel"
    case .replica(let master):
      return "says \(address.place), which is a replica" + (master.map { " of \($0.place)" } ?? "")
    }
  }
}
