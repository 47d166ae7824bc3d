import Foundation
import Testing

/// Which of a host's addresses is taken, and for how long each is tried.
@Suite struct AddressTests {
  /// Whether a name has addresses of both families here: not in every container.
  private static func addresses(of name: String) -> Set<Int32> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, "1", &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    return Set(sequence(first: list) { $0?.pointee.ai_next }.compactMap { $0?.pointee.ai_family })
  }

  @Test(
    .enabled(if: addresses(of: "localhost").isSuperset(of: [AF_INET, AF_INET6])),
    arguments: [([], "127.0.0.1"), (["-4"], "127.0.0.1"), (["-6"], "[::1]")])
  func theFamilyIsChosen(_ options: [String], _ address: String) throws {
    let server = try RedisServer(["--bind", "127.0.0.1", "::1"], tcp: true)
    try expect(address, server, ["-h", "localhost"] + options)
  }

  /// The options prefer; they do not forbid.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/net/if_inet6")),
    arguments: [
      (["-h", "::1"], "[::1]"), (["-h", "::1", "-4"], "[::1]"),
      (["-h", "127.0.0.1", "-6"], "127.0.0.1"),
    ])
  func aHostWithOneAddress(_ options: [String], _ address: String) throws {
    let server = try RedisServer(["--bind", "127.0.0.1", "::1"], tcp: true)
    try expect(address, server, options)
  }

  private func expect(_ address: String, _ server: RedisServer, _ options: [String]) throws {
    let run = try Run.program(
      Project.sesscli, options + ["-p", "\(server.port)", "client", "list"])
    #expect(run.out.contains(" laddr=\(address):\(server.port) "), "\(run.out)\(run.err)")
  }

  @Test func anAddressThatRefusesIsNotTheLast() throws {
    // The server has the one address, "localhost" both.
    let server = try RedisServer(tcp: true)
    let run = try Run.sesscli("-h", "localhost", "-6", "-p", "\(server.port)", "ping")
    #expect(run.out == "PONG\n", "\(run.err)")
  }

  @Test func whatFails() throws {
    let port = try RedisServer.freePort()
    let refused = try Run.sesscli("-p", "\(port)", "ping")
    #expect(refused.err == "Could not connect to Redis at 127.0.0.1:\(port): Connection refused\n")
    #expect(refused.exitCode == 3)
    let folder = try TemporaryFolder()
    let long = folder.path + "/" + String(repeating: "x", count: 200)
    #expect(
      try Run.sesscli("-s", long, "ping").err
        == "Could not connect to Redis at \(long): File name too long\n")
  }

  /// A Unix socket whose queue is full answers later.
  @Test func aFullQueueIsWaitedFor() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/full.sock"
    let listener = try Listener(.unix(path))
    var waiting: [Int32] = []
    defer { for descriptor in waiting { close(descriptor) } }
    while true {
      let descriptor = socket(
        AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
      waiting.append(descriptor)
      if withUnixAddress(path, { connect(descriptor, $0, $1) }) != 0 { break }
    }
    let run = try Run.sesscli("-t", "0.2", "-s", path, "ping")
    #expect(run.err == "Could not connect to Redis at \(path): Connection timed out\n")
    #expect(run.exitCode == 3)
    _ = listener
  }
}
