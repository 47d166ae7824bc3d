/// How a connection is encrypted and whom it trusts.
package struct TLSSettings: Equatable, Sendable {
  /// The name asked of the server (SNI) and looked for in its certificate; nil is the host's.
  /// Option `--sni`.
  package var serverName: String?
  /// A file of certificate authorities, which replaces the system's. Option `--cacert`.
  package var caFile: String?
  /// A folder of them, under names that `openssl rehash` makes; replaces the system's as well.
  /// Option `--cacertdir`.
  package var caDirectory: String?
  /// Our own certificate, with those between it and its authority. Option `--cert`.
  package var certificate: String?
  /// Its private key, given whenever the certificate is. Option `--key`.
  package var key: String?
  /// Whether the server must prove who it is. Not with option `--insecure`.
  package var verifies = true
  /// OpenSSL's list of ciphers for TLS 1.2. Option `--tls-ciphers`.
  package var ciphers: String?
  /// The same for TLS 1.3. Option `--tls-ciphersuites`.
  package var cipherSuites: String?
  /// Asks for the passphrase of an encrypted key.
  package var passphrase = PassphraseQuestion { _ in nil }

  package init() {}
}

/// Asks for a key's passphrase. Two are always equal: settings do not differ by who asks.
package struct PassphraseQuestion: Equatable, Sendable {
  /// The answer for this file; nil when there is none.
  let ask: @Sendable (_ file: String) -> [UInt8]?

  package init(_ ask: @escaping @Sendable (_ file: String) -> [UInt8]?) { self.ask = ask }

  package static func == (one: Self, other: Self) -> Bool { true }
}
