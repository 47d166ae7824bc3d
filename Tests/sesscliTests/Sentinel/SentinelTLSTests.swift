import Foundation
import Testing

/// Sentinels and their master, all over TLS.
@Suite struct SentinelTLSTests {
  @Test func theSettingsHoldForTheSentinelsAndTheMaster() throws {
    let master = try TLSServer()
    let port = try RedisServer.freePort()
    let sentinel = try RedisServer(
      sentinel: """
        tls-port \(port)
        tls-replication yes
        tls-auth-clients no
        tls-cert-file \(try Certificates.path("server.crt"))
        tls-key-file \(try Certificates.path("server.key"))
        tls-ca-cert-file \(try Certificates.path("ca.crt"))
        sentinel monitor mymaster 127.0.0.1 \(master.port) 1

        """)
    let place = "127.0.0.1:\(port)"
    let trusted = ["--cacert", try Certificates.path("ca.crt")]
    for options in [
      ["-u", "rediss+sentinel://\(place)/mymaster"],
      ["-u", "sentinel://\(place)/mymaster", "--tls"],
    ] {
      let run = try Run.program(Project.sesscli, options + trusted + ["set", "k", "v"])
      #expect(run.out == "OK\n")
      #expect(run.err == "")
    }
    #expect(try master.redis.send("DBSIZE") == ":1")

    // Whom nobody vouches for is not asked, and without TLS neither end understands the other.
    for uri in ["rediss+sentinel://\(place)/mymaster", "sentinel://\(place)/mymaster"] {
      let run = try Run.sesscli("-t", "1", "-u", uri, "flushdb")
      #expect(run.exitCode == 3)
      #expect(run.out == "")
      #expect(
        run.err.hasPrefix("no sentinel of mymaster can be asked: \(place): "), "\(run.err)")
      #expect(run.err.filter { $0 == "\n" }.count == 1, "\(run.err)")
    }
    // The plain port of the sentinel names the master's TLS port.
    let plain = try Run.sesscli(
      "-t", "1", "-u", "sentinel://127.0.0.1:\(sentinel.port)/mymaster", "flushdb")
    #expect(plain.exitCode == 3)
    #expect(plain.err.contains("says 127.0.0.1:\(master.port): "), "\(plain.err)")
    #expect(try master.redis.send("DBSIZE") == ":1")
  }
}
