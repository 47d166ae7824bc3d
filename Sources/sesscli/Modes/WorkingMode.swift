import RedisClient

/// What an option asks for instead of running commands: `--scan`, `--stat` and their kin.
struct WorkingMode {
  private let shell: Shell

  init(_ shell: Shell) { self.shell = shell }

  /// Does it and reports what fails.
  func run() {
    if shell.options.work == .pipe, shell.readOnly != nil {
      shell.complain(
        "--read-only and --pipe exclude each other: --pipe sends what it does not read")
      return shell.fail(.usage)
    }
    if case .eval(let file) = shell.options.work { return EvalMode(shell).run(file) }
    shell.report {
      // Whatever the server refuses at the start, its password or its database, ends here.
      try shell.ensureConnected()
      try work()
    }
    shell.output.flush()
  }

  private func work() throws {
    switch shell.options.work {
    case .commands, .eval: break
    case .scan: try ScanMode(shell).run()
    case .bigKeys: try BigKeysMode(shell, .length).run()
    case .memKeys: try BigKeysMode(shell, .memory).run()
    case .hotKeys: try HotKeysMode(shell).run()
    case .keyStats: try KeyStatsMode(shell).run()
    case .stat: try StatMode(shell).run()
    case .latency: try LatencyMode(shell).run(isHistory: false)
    case .latencyHistory: try LatencyMode(shell).run(isHistory: true)
    case .latencyDistribution: try LatencySpectrumMode(shell).run()
    case .pipe: try PipeMode(shell).run()
    case .rdb(let file): try RDBMode(shell).run(file)
    }
  }
}
