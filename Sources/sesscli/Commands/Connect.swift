import RedisClient

extension Command {
  static let connect = Command(
    name: "connect", arguments: "HOST PORT", summary: "go to another server",
    places: .interactiveAndScripts
  ) { shell, words in
    guard words.count == 3, let port = Int(String(decoding: words[2], as: UTF8.self)),
      (0...65535).contains(port), let host = String(validating: words[1], as: UTF8.self)
    else { throw CommandError.usage("usage: connect HOST PORT") }
    shell.session.leave()
    shell.session.cluster = nil
    shell.session.asksForCluster = shell.options.cluster
    shell.session.connection.move(to: .tcp(host: host, port: port))
    do {
      try shell.session.ensureConnected()
    } catch let error as RedisError {
      // The database is that of the old server.
      let number = shell.session.connection.endpoint.database
      guard error.kind == .select, number != 0, error.message.hasPrefix("SELECT ") else {
        throw error
      }
      throw RedisError(.select, error.message + "; select 0 first")
    }
  }
}
