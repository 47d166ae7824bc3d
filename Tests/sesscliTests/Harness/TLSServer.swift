import Foundation

/// A real Redis server that speaks nothing but TLS on a loopback port. Its Unix socket is there for
/// setting up.
final class TLSServer {
  let redis: RedisServer
  let port: UInt16

  /// - Parameters:
  ///   - options: the server's own.
  ///   - certificate: one of `Certificates`.
  ///   - clients: whether they must show a certificate: `no`, `yes`, `optional`.
  init(_ options: [String] = [], certificate: String = "server", clients: String = "no") throws {
    port = try RedisServer.freePort()
    redis = try RedisServer(
      [
        "--tls-port", "\(port)", "--tls-auth-clients", clients,
        "--tls-cert-file", Certificates.path("\(certificate).crt"),
        "--tls-key-file", Certificates.path("\(certificate).key"),
        "--tls-ca-cert-file", Certificates.path("ca.crt"),
      ] + options)
  }

  /// Options that connect to it and trust it.
  var options: [String] {
    get throws { ["-p", "\(port)", "--tls", "--cacert", try Certificates.path("ca.crt")] }
  }

  /// Runs sesscli on it.
  func run(
    _ arguments: String..., stdin: [UInt8] = [], environment: [String: String] = [:],
    limit: Duration = .seconds(20)
  ) throws -> Run {
    try Run.program(
      Project.sesscli, options + arguments, stdin: stdin, environment: environment, limit: limit)
  }

  /// Opens sesscli on it at a terminal.
  func terminal(_ arguments: String...) throws -> PTY {
    try PTY(Project.sesscli, options + arguments)
  }
}
