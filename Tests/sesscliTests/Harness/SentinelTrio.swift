import Foundation

/// A master, two replicas, and three sentinels that watch over them: real servers on loopback
/// ports.
final class SentinelTrio {
  /// Whoever is the master.
  private let servers: [RedisServer]
  let sentinels: [RedisServer]
  static let name = "mymaster"

  /// `sentinel://...`, without what follows the name.
  var uri: String { "sentinel://" + addresses + "/" + Self.name }
  var addresses: String { sentinels.map { "127.0.0.1:\($0.port)" }.joined(separator: ",") }

  init() throws {
    let prompt = ["--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"]
    let master = try RedisServer(prompt, tcp: true)
    let replicas = try (0..<2).map { _ in
      try RedisServer(prompt + ["--replicaof", "127.0.0.1", "\(master.port)"], tcp: true)
    }
    servers = [master] + replicas
    for replica in replicas {
      try wait("a replica has not copied its master") {
        try replica.send("INFO", "replication").contains("master_link_status:up")
      }
    }
    // A second failover waits for twice the timeout of the first. A server that a busy machine
    // makes wait is not down.
    let configuration = """
      sentinel monitor \(Self.name) 127.0.0.1 \(master.port) 2
      sentinel down-after-milliseconds \(Self.name) 8000
      sentinel failover-timeout \(Self.name) 1500

      """
    sentinels = try (0..<3).map { _ in try RedisServer(sentinel: configuration) }
    for sentinel in sentinels {
      // How often they talk, in milliseconds: ten times as often as usual.
      try sentinel.send(
        "SENTINEL", "DEBUG", "info-period", "200", "ping-period", "100", "publish-period", "200")
    }
    for sentinel in sentinels {
      try wait("the sentinels have not found each other") {
        try sentinel.send("INFO", "sentinel").contains(
          "status=ok,address=127.0.0.1:\(master.port),slaves=2,sentinels=3")
      }
    }
  }

  /// The server that the sentinels call the master.
  func master() throws -> RedisServer {
    for server in servers {
      let place = "address=127.0.0.1:\(server.port),"
      if try sentinels[0].send("INFO", "sentinel").contains(place) { return server }
    }
    throw HarnessError("the sentinels know no master")
  }

  /// Has the sentinels choose another master, and waits until all of them know it.
  func failOver() throws -> RedisServer {
    let old = try master()
    try wait("no failover can be started") {
      try sentinels[0].send("SENTINEL", "FAILOVER", Self.name) == "+OK"
    }
    for sentinel in sentinels {
      try wait("the failover has not ended") {
        let told = try sentinel.send("INFO", "sentinel")
        return told.contains("status=ok") && !told.contains("address=127.0.0.1:\(old.port),")
      }
    }
    return try master()
  }
}

/// Asks again and again until it is so.
func wait(_ complaint: String, until isSo: () throws -> Bool) throws {
  let deadline = Deadline(after: .seconds(30))
  while try !isSo() {
    if deadline.isOver { throw HarnessError(complaint) }
    poll(nil, 0, 10)
  }
}
