import RedisClient

/// `--scan`: the names of all keys, each as one reply in the style of the output, as the server
/// gives them. Memory holds one page; a key may come twice while the server resizes its table, as
/// in redis-cli.
struct ScanMode {
  private let exchange: Exchange
  private let session: Session

  init(_ exchange: Exchange) {
    self.exchange = exchange
    session = exchange.session
  }

  func run() throws {
    var walk = try SamplingWalk.keys(session)
    while let keys = try walk.next() {
      for key in keys {
        exchange.printer.begin()
        key.withUnsafeBytes { exchange.printer.string(.bulk, $0, depth: 0, index: 0) }
        exchange.printer.endReply()
      }
      if session.console.output.isTerminal || session.options.interval != nil {
        session.console.output.flush()
      }
      try session.console.output.check()
      if let interval = session.options.interval, interval > 0, !walk.isFinished,
        !Interrupt.pause(interval)
      {
        throw RedisError(.interrupted, "interrupted")
      }
    }
  }
}
