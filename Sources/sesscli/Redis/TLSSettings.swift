/// How a connection is encrypted and whom it trusts.
struct TLSSettings: Equatable, Sendable {
  /// The name asked of the server (SNI) and looked for in its certificate; nil is the host's. Option `--sni`.
  var serverName: String?
  /// A file of certificate authorities, which replaces the system's. Option `--cacert`.
  var caFile: String?
  /// A folder of them, under names that `openssl rehash` makes; replaces the system's as well. Option `--cacertdir`.
  var caDirectory: String?
  /// Our own certificate, with those between it and its authority. Option `--cert`.
  var certificate: String?
  /// Its private key, given whenever the certificate is. Option `--key`.
  var key: String?
  /// Whether the server must prove who it is. Not with option `--insecure`.
  var verifies = true
  /// OpenSSL's list of ciphers for TLS 1.2. Option `--tls-ciphers`.
  var ciphers: String?
  /// The same for TLS 1.3. Option `--tls-ciphersuites`.
  var cipherSuites: String?
}
