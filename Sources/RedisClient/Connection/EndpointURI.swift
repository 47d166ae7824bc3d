extension Endpoint {
  /// Takes over what a URI names: `redis://[[user:]password@]host[:port][/database]`,
  /// percent-decoded; `rediss://` with TLS.
  ///
  /// - Throws: `CommandError`, which never quotes the URI: it may hold a password.
  package mutating func apply(uri: String) throws(CommandError) {
    if try applySentinels(uri) { return }
    let schemes: [(text: String, isTLS: Bool)] = [
      ("redis://", false), ("valkey://", false), ("rediss://", true), ("valkeys://", true),
    ]
    guard let scheme = schemes.first(where: { uri.utf8.starts(with: $0.text.utf8) }) else {
      throw CommandError(
        "Invalid URI scheme: a server's URI begins with redis:// or, for TLS, with rediss://")
    }
    if scheme.isTLS { tls = tls ?? TLSSettings() }
    var rest = uri.dropFirst(scheme.text.count)[...]
    var tcp = (host: "127.0.0.1", port: 6379)
    if case .tcp(let host, let port) = address { tcp = (host, port) }

    try takeCredentials(from: &rest)
    if let slash = rest.firstIndex(of: "/") {
      let name = rest[rest.index(after: slash)...]
      if !name.isEmpty {
        guard let number = Int(name), number >= 0 else {
          throw CommandError("Invalid URI: the database after the last / must be a number")
        }
        database = number
      }
      rest = rest[..<slash]
    }
    try Self.take(rest, into: &tcp)
    address = .tcp(host: tcp.host, port: tcp.port)
  }

  /// Takes over and removes what stands before the last @: `[user:]password`.
  mutating func takeCredentials(from rest: inout Substring) throws(CommandError) {
    guard let at = rest.lastIndex(of: "@") else { return }
    let credentials = rest[..<at]
    rest = rest[rest.index(after: at)...]
    if let colon = credentials.firstIndex(of: ":") {
      if colon > credentials.startIndex { user = try Self.decode(credentials[..<colon]) }
      password = try Self.decode(credentials[credentials.index(after: colon)...])
    } else if !credentials.isEmpty {
      password = try Self.decode(credentials)
    }
  }

  /// Takes over what is there of `host:port`; the address of IPv6 stands in brackets.
  static func take(
    _ text: Substring, into tcp: inout (host: String, port: Int)
  ) throws(CommandError) {
    if text.first == "[", let close = text.firstIndex(of: "]") {
      tcp.host = String(text[text.index(after: text.startIndex)..<close])
      let rest = text[text.index(after: close)...]
      if rest.first == ":" { tcp.port = try port(rest.dropFirst()) }
    } else if let colon = text.lastIndex(of: ":") {
      if colon > text.startIndex { tcp.host = try Self.text(text[..<colon]) }
      tcp.port = try port(text[text.index(after: colon)...])
    } else if !text.isEmpty {
      tcp.host = try Self.text(text)
    }
  }

  private static func port(_ text: Substring) throws(CommandError) -> Int {
    guard let port = Int(text), (0...65535).contains(port) else {
      throw CommandError("Invalid URI: the port must be a number from 0 to 65535")
    }
    return port
  }

  private static func text(_ part: Substring) throws(CommandError) -> String {
    guard let text = String(validating: try decode(part), as: UTF8.self) else {
      throw CommandError("Invalid URI: the host is not UTF-8")
    }
    return text
  }

  static func decode(_ part: Substring) throws(CommandError) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = part.utf8[...]
    while let byte = rest.popFirst() {
      if byte != UInt8(ascii: "%") {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexadecimalValue),
        let low = rest.popFirst().flatMap(hexadecimalValue)
      else { throw CommandError("Invalid URI: % must be followed by two hexadecimal digits") }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
