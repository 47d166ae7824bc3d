import RedisClient

/// What an option asks for instead of running commands: `--scan`, `--stat` and the like.
struct WorkingMode {
  private let shell: Shell

  init(_ shell: Shell) { self.shell = shell }

  /// Does it and reports what fails.
  func run() {
    if shell.options.work == .pipe, shell.readOnly != nil {
      shell.console.complain(
        "--read-only and --pipe exclude each other: --pipe sends what it does not read")
      return shell.console.fail(.usage)
    }
    if case .eval(let file) = shell.options.work { return EvalMode(shell).run(file) }
    shell.report {
      // Whatever the server refuses at the start, its password or its database, ends here.
      try shell.session.ensureConnected()
      try work()
    }
    shell.console.output.flush()
  }

  private func work() throws {
    switch shell.options.work {
    case .commands, .eval: break
    case .scan: try ScanMode(shell.exchange).run()
    case .bigKeys: try BigKeysMode(shell.session, .length).run()
    case .memKeys: try BigKeysMode(shell.session, .memory).run()
    case .hotKeys: try HotKeysMode(shell.session).run()
    case .keyStats: try KeyStatsMode(shell.session).run()
    case .stat: try StatMode(shell.session).run()
    case .latency: try LatencyMode(shell.session).run(isHistory: false)
    case .latencyHistory: try LatencyMode(shell.session).run(isHistory: true)
    case .latencyDistribution: try LatencySpectrumMode(shell.session).run()
    case .pipe: try PipeMode(shell.session).run()
    case .rdb(let file): try RDBMode(shell.session).run(file)
    }
  }
}
