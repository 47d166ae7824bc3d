import RedisClient

/// `--scan`: the names of all keys, each as one reply in the style of the output, as the server gives them. Memory holds
/// one page; a key may come twice while the server resizes its table, as in redis-cli.
struct ScanMode {
  private let shell: Shell

  init(_ shell: Shell) { self.shell = shell }

  func run() throws {
    var scan = try KeyWalk.scan(shell)
    var seen = SeenKeys()
    while let keys = try scan.next() {
      // A cluster's keys come again when slots move.
      for key in keys where shell.cluster == nil || seen.insert(key) {
        shell.printer.begin()
        key.withUnsafeBytes { shell.printer.string(.bulk, $0, depth: 0, index: 0) }
        shell.printer.endReply()
      }
      if shell.output.isTerminal || shell.options.interval != nil { shell.output.flush() }
      if shell.output.failure != 0 { throw RedisError(.output, "") }
      if let interval = shell.options.interval, interval > 0, !scan.isFinished,
        !Interrupt.pause(interval)
      {
        throw RedisError(.interrupted, "interrupted")
      }
    }
  }
}
