/// What a server is to its copies: whom a write must go to.
package enum Role: Equatable {
  case master
  /// A copy of another server; nil when the server did not say of which.
  case replica(of: Endpoint.Address?)
  case sentinel

  /// Reads ROLE's reply; nil when it tells none of them.
  init?(_ reply: Reply) {
    guard let parts = reply.elements, let word = parts.first?.bytes.map(lowercased) else {
      return nil
    }
    switch word {
    case "master", "primary": self = .master
    case "slave", "replica":
      self = .replica(of: parts.count > 2 ? Endpoint.Address(host: parts[1], port: parts[2]) : nil)
    case "sentinel": self = .sentinel
    default: return nil
    }
  }
}

extension Endpoint.Address {
  /// A host and a port as a server tells them; nil when they cannot be any.
  init?(host: Reply, port: Reply) {
    // The longest name that DNS has; a NUL would cut it off.
    guard let bytes = host.bytes, (1...255).contains(bytes.count), !bytes.contains(0),
      let host = String(validating: bytes, as: UTF8.self), let port = port.number,
      (1...65535).contains(port)
    else { return nil }
    self = .tcp(host: host, port: Int(port))
  }
}
