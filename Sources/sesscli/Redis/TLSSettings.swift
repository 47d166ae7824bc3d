/// How a connection over TLS is made.
struct TLSSettings: Equatable {
  /// The name for Server Name Indication; nil is the host's.
  var serverName: String?
  /// A file with the certificates to believe, instead of the system's.
  var caFile: String?
  /// A folder with such files, named by their hashes.
  var caDirectory: String?
  /// A file with the client's certificate and those up to its issuer.
  var certificate: String?
  /// A file with the private key for it.
  var key: String?
  /// Whether the server must prove who it is.
  var verifies = true
  /// OpenSSL's list for TLS 1.2 and below.
  var ciphers: String?
  /// OpenSSL's list for TLS 1.3.
  var cipherSuites: String?
}
