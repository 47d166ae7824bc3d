import Foundation

/// A real Redis Cluster of a suite's own: three masters with a replica each, on loopback ports that
/// were free.
final class RedisCluster: @unchecked Sendable {
  /// The masters in the order of their slots, then their replicas; failovers change who is what.
  let servers: [RedisServer]

  /// - Parameter nodeTimeout: milliseconds after which a server that is silent is taken for dead.
  init(nodeTimeout: Int = 15_000) throws {
    servers = try (0..<6).map { _ in
      try RedisServer(
        [
          "--cluster-enabled", "yes", "--cluster-node-timeout", "\(nodeTimeout)", "--cluster-port",
          "\(RedisServer.freePort())", "--repl-diskless-sync-delay", "0",
          "--cluster-replica-validity-factor", "0",
        ], tcp: true)
    }
    for (number, server) in servers.enumerated() {
      try server.send("CLUSTER", "SET-CONFIG-EPOCH", "\(number + 1)")
      guard number < 3 else { continue }
      let last = number == 2 ? 16_383 : (number + 1) * 5_461 - 1
      try server.send("CLUSTER", "ADDSLOTSRANGE", "\(number * 5_461)", "\(last)")
    }
    for server in servers.dropFirst() {
      try server.send(
        "CLUSTER", "MEET", "127.0.0.1", "\(servers[0].port)", "\(try busPort(of: servers[0]))")
    }
    try wait(for: "six servers that know each other") {
      try servers.allSatisfy { try $0.send("CLUSTER", "INFO").contains("cluster_known_nodes:6") }
    }
    for number in 0..<3 {
      let id = try servers[number].send("CLUSTER", "MYID")
      try wait(for: "a replica") {
        try servers[number + 3].send("CLUSTER", "REPLICATE", id) == "+OK"
      }
    }
    try settle()
  }

  private func busPort(of server: RedisServer) throws -> String {
    // `id host:port@busport flags ...`
    let line = try server.send("CLUSTER", "NODES")
    return String(line.split(separator: " ")[1].split(separator: "@")[1].prefix { $0 != "," })
  }

  /// The port of a server that is alive; the first one's as long as it is.
  var port: String {
    "\((servers.first { (try? $0.send("PING")) != nil } ?? servers[0]).port)"
  }

  /// Waits until all servers agree that all is well: three masters with a replica each, which has
  /// its master's keys.
  func settle() throws {
    try wait(for: "a cluster that is well") {
      try servers.allSatisfy { server in
        let nodes = try server.send("CLUSTER", "NODES").split(separator: "\n")
        return try server.send("CLUSTER", "INFO").contains("cluster_state:ok")
          && nodes.count == 6
          && nodes.allSatisfy { !$0.contains("fail") && $0.contains(" connected") }
          && nodes.filter { $0.contains("master") }.count == 3
          && Self.isInStep(server.send("INFO", "replication"))
      }
    }
  }

  private static func isInStep(_ replication: String) -> Bool {
    replication.contains("role:master")
      ? replication.contains("connected_slaves:1") && replication.contains("state=online")
      : replication.contains("master_link_status:up")
  }

  /// Starts those servers again that were stopped.
  func repair() throws {
    for server in servers where (try? server.send("PING")) == nil {
      server.stop()
      try server.start()
    }
    try settle()
  }

  /// The servers that are masters now.
  var masters: [RedisServer] {
    servers.filter {
      (try? $0.send("INFO", "replication"))?.contains("role:master") ?? false
    }
  }

  func wait(for what: String, _ condition: () throws -> Bool) throws {
    let deadline = Deadline(after: .seconds(60))
    while (try? condition()) != true {
      if deadline.isOver { throw HarnessError("no \(what) within a minute") }
      poll(nil, 0, 10)
    }
  }

  // MARK: Keys

  /// The server that is the master of a key now.
  func master(of key: String) throws -> RedisServer {
    // ":12182"; any server that is alive tells.
    let answers = servers.lazy.compactMap { try? $0.send("CLUSTER", "KEYSLOT", key) }
    let slot = answers.first.flatMap { Int($0.dropFirst()) } ?? -1
    for server in servers {
      guard let nodes = try? server.send("CLUSTER", "NODES"),
        let own = nodes.split(separator: "\n").first(where: { $0.contains("myself") }),
        own.contains("master")
      else { continue }
      for word in own.split(separator: " ").dropFirst(8) where !word.hasPrefix("[") {
        let bounds = word.split(separator: "-").compactMap { Int($0) }
        if let first = bounds.first, let last = bounds.last, (first...last).contains(slot) {
          return server
        }
      }
    }
    throw HarnessError("slot \(slot) has no master")
  }

  /// The replica of a master.
  func replica(of master: RedisServer) throws -> RedisServer {
    let id = try master.send("CLUSTER", "MYID")
    for server in servers where server !== master {
      let nodes = try server.send("CLUSTER", "NODES")
      if nodes.split(separator: "\n").contains(where: {
        $0.contains("myself,slave") && $0.contains(id)
      }) {
        return server
      }
    }
    throw HarnessError("the master on port \(master.port) has no replica")
  }

  /// Fails a master over to its replica without losing anything, and waits until all servers know.
  func failOver(_ master: RedisServer) throws {
    let replica = try replica(of: master)
    let id = try replica.send("CLUSTER", "MYID")
    try replica.send("CLUSTER", "FAILOVER")
    try wait(for: "a failover") {
      try servers.allSatisfy { server in
        try server.send("CLUSTER", "NODES").split(separator: "\n").contains {
          $0.hasPrefix(id) && $0.contains("master") && $0.contains("-")
        } && server.send("CLUSTER", "INFO").contains("cluster_state:ok")
      }
    }
    try wait(for: "a new master") {
      try replica.send("INFO", "replication").contains("role:master")
    }
  }

  /// Waits until replicas have all that their masters have.
  func replicate() throws {
    for server in masters {
      try wait(for: "a replica in step") {
        let info = try server.send("INFO", "replication")
        let offset = info.split(whereSeparator: \.isNewline)
          .first { $0.hasPrefix("master_repl_offset:") }?.dropFirst(19)
        return offset.map { info.contains("offset=\($0),") } ?? false
      }
    }
  }

  /// Empties it, by its servers themselves.
  func empty() throws {
    for server in servers { try server.send("FLUSHALL", "SYNC") }
  }

  // MARK: sesscli

  func run(
    _ arguments: String..., stdin: String = "", limit: Duration = .seconds(60)
  ) throws -> Run {
    try Run.program(
      Project.sesscli, ["-c", "-p", port] + arguments, stdin: Array(stdin.utf8), limit: limit)
  }

  /// The same without `-c`.
  func runPlain(_ arguments: String..., stdin: String = "") throws -> Run {
    try Run.program(Project.sesscli, ["-p", port] + arguments, stdin: Array(stdin.utf8))
  }
}

extension RedisServer {
  /// Stops its process without ending it: what is sent to it stays unanswered.
  func suspend() throws {
    let info = try send("INFO", "server")
    guard
      let pid = info.split(whereSeparator: \.isNewline)
        .first(where: { $0.hasPrefix("process_id:") })
        .flatMap({ pid_t($0.dropFirst(11)) })
    else { throw HarnessError("the server does not tell its process") }
    kill(pid, SIGSTOP)
  }
}
