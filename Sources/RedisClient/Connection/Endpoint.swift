/// Which server, which user and which database.
package struct Endpoint: Equatable {
  package enum Address: Equatable {
    case tcp(host: String, port: Int)
    case unix(path: String)
  }

  /// Which of a host's addresses are tried first.
  package enum Family: Equatable { case any, ipv4, ipv6 }

  package var address: Address
  /// Options `-4` and `-6`.
  package var family = Family.any
  /// nil: no TLS.
  package var tls: TLSSettings?
  package var user: [UInt8]?
  package var password: [UInt8]?
  /// Selected again after every reconnection, before anything else.
  package var database = 0
  /// Who knows where the server is; `address` then holds until they name another one.
  package var sentinel: SentinelGroup?

  package init(address: Address = .tcp(host: "127.0.0.1", port: 6379)) { self.address = address }

  /// The host's name or address; nil for a Unix socket.
  var host: String? {
    if case .tcp(let host, _) = address { return host }
    return nil
  }

  /// As redis-cli's prompt shows it: `127.0.0.1:6379`, `[::1]:6379`, `redis /run/redis.sock`.
  package var description: String {
    if case .unix = address { return "redis \(address.place)" }
    return address.place
  }
}

extension Endpoint.Address {
  /// `127.0.0.1:6379`, `[::1]:6379`, a socket's path.
  package var place: String {
    switch self {
    case .tcp(let host, let port):
      escaped(Array((host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host).utf8)) + ":\(port)"
    case .unix(let path): escaped(Array(path.utf8))
    }
  }

  /// As in messages.
  package var name: String {
    switch self {
    case .tcp(let host, let port): "\(escaped(Array(host.utf8))):\(port)"
    case .unix(let path): escaped(Array(path.utf8))
    }
  }
}
