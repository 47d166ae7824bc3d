import RedisClient

extension Command {
  static let cluster = Command(
    name: ":cluster", arguments: "on|off",
    summary: "use all masters of the server's cluster as one database, or this server alone",
    places: .interactive
  ) { shell, words in
    switch words.dropFirst().map(lowercased) {
    case ["on"]:
      if shell.connection.isInTransaction {
        throw CommandError("a transaction is open: EXEC or DISCARD first")
      }
      shell.asksForCluster = true
      try shell.ensureConnected()
      guard let cluster = shell.cluster else {
        throw CommandError("\(shell.connection.endpoint.address.name) is not one of a cluster")
      }
      shell.output.write(
        "\(cluster.masters): \(cluster.map.masters.prefix(16).map(\.name).joined(separator: ", "))\(cluster.map.masters.count > 16 ? ", ..." : "")\n"
      )
    case ["off"]:
      shell.asksForCluster = false
      shell.cluster = nil
    case []: shell.output.write("cluster \(shell.cluster == nil ? "off" : "on")\n")
    default: throw CommandError.usage("usage: :cluster on|off")
    }
  }
}
