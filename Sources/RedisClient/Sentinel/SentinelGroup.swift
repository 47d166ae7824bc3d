/// The sentinels that know where a master is, and what they call it.
package struct SentinelGroup: Equatable {
  /// The port that sentinels listen on by default.
  static let defaultPort = 26379

  /// Asked in this order; the one that knew the master is asked first the next time.
  var addresses: [Endpoint.Address]
  let master: [UInt8]
  /// What the sentinels ask for; the endpoint's are the master's.
  package var user: [UInt8]?
  package var password: [UInt8]?

  /// The master's name, safe to print. Sentinel's own rule, letters, digits and `.-_`, binds no
  /// URI.
  package var name: String { escaped(master) }

  /// The sentinel as somebody to connect to, over TLS and by the family of addresses that the
  /// master is.
  func endpoint(_ address: Endpoint.Address, like master: Endpoint) -> Endpoint {
    var endpoint = master
    endpoint.address = address
    endpoint.user = user
    endpoint.password = password
    endpoint.database = 0
    return endpoint
  }
}

extension Endpoint {
  private static let schemes: [(text: String, isTLS: Bool)] = [
    ("sentinel://", false), ("redis+sentinel://", false), ("rediss+sentinel://", true),
  ]

  /// Takes over what a URI names:
  /// `sentinel://[[user:]password@]host[:port][,host[:port]...]/master[/database]`.
  ///
  /// - Returns: whether it is such a URI.
  mutating func applySentinels(_ uri: String) throws(CommandError) -> Bool {
    guard let scheme = Self.schemes.first(where: { uri.utf8.starts(with: $0.text.utf8) }) else {
      return false
    }
    var rest = uri.dropFirst(scheme.text.count)[...]
    try takeCredentials(from: &rest)
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    let hosts = parts[0].split(separator: ",", omittingEmptySubsequences: false)
    guard !hosts.contains(""), parts.count > 1, !parts[1].isEmpty, parts.count <= 3 else {
      throw CommandError(
        "Invalid URI: sentinels and their master are sentinel://host[:port],.../master[/database]")
    }
    var addresses: [Address] = []
    for host in hosts {
      var tcp = (host: "127.0.0.1", port: SentinelGroup.defaultPort)
      try Self.take(host, into: &tcp)
      addresses.append(.tcp(host: tcp.host, port: tcp.port))
    }
    if parts.count > 2, !parts[2].isEmpty {
      guard let number = Int(parts[2]), number >= 0 else {
        throw CommandError("Invalid URI: the database after the last / must be a number")
      }
      database = number
    }
    sentinel = SentinelGroup(addresses: addresses, master: try Self.decode(parts[1]))
    if scheme.isTLS { tls = tls ?? TLSSettings() }
    return true
  }
}
