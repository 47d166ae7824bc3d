/// An error of a cluster's node that says: this command was not executed here.
package enum Redirection: Equatable {
  /// The slot belongs to another master.
  case moved(Int, ClusterNode)
  /// The slot is on its way there, and the key has arrived already.
  case ask(Int, ClusterNode)
  /// The slot is on its way, and of several keys some have arrived.
  case tryAgain
  /// Too few masters are alive.
  case down

  /// - Parameters:
  ///   - error: its text: `MOVED 3999 127.0.0.1:6381`.
  ///   - asked: the host that answered; `:6381` is a port of the same host.
  /// - Returns: nil for every other error, and for a redirection to what is no server.
  package init?(_ error: some Collection<UInt8>, asked: String) {
    // Nearly all errors are others.
    guard let first = error.first, "MATC".utf8.contains(first) else { return nil }
    let words = error.prefix(Self.longest).split(separator: 0x20, omittingEmptySubsequences: false)
    let name = String(decoding: words[0], as: UTF8.self)
    switch name {
    case "MOVED", "ASK":
      guard words.count == 3, let slot = Int(String(decoding: words[1], as: UTF8.self)),
        (0..<HashSlot.count).contains(slot)
      else { return nil }
      let address = Array(words[2])
      // The last colon: an IPv6 address has several.
      guard let colon = address.lastIndex(of: UInt8(ascii: ":")),
        let port = Int(String(decoding: address[(colon + 1)...], as: UTF8.self)),
        let node = ClusterNode(host: Array(address[..<colon]), port: port, asked: asked)
      else { return nil }
      self = name == "ASK" ? .ask(slot, node) : .moved(slot, node)
    case "TRYAGAIN": self = .tryAgain
    case "CLUSTERDOWN": self = .down
    default: return nil
    }
  }

  /// Bytes looked at: the words and a host's name.
  private static let longest = 300
}
