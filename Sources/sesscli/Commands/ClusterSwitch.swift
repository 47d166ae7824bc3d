import RedisClient

extension Command {
  static let cluster = Command(
    name: ":cluster", arguments: "on|off",
    summary: "use all masters of the server's cluster as one database, or this server alone",
    places: .interactive
  ) { shell, words in
    switch words.dropFirst().map(lowercased) {
    case ["on"]:
      if shell.session.connection.isInTransaction {
        throw CommandError("a transaction is open: EXEC or DISCARD first")
      }
      shell.session.asksForCluster = true
      try shell.session.ensureConnected()
      guard let cluster = shell.session.cluster else {
        throw CommandError(
          "\(shell.session.connection.endpoint.address.name) is not one of a cluster")
      }
      let names = cluster.map.masters.prefix(16).map(\.name).joined(separator: ", ")
      let more = cluster.map.masters.count > 16 ? ", ..." : ""
      shell.console.output.write("\(cluster.masters): \(names)\(more)\n")
    case ["off"]:
      shell.session.asksForCluster = false
      shell.session.cluster = nil
    case []: shell.console.output.write("cluster \(shell.session.cluster == nil ? "off" : "on")\n")
    default: throw CommandError.usage("usage: :cluster on|off")
    }
  }
}
