/// `--scan`: the names of all keys, each as one reply in the style of the output, as the server gives them. Memory holds
/// one page; a key may come twice while the server resizes its table, as in redis-cli.
struct ScanMode {
  private let shell: Shell

  init(_ shell: Shell) { self.shell = shell }

  func run() throws {
    var scan = KeyWalk.scan(shell)
    while let keys = try scan.next() {
      for key in keys {
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
