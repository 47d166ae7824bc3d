import Foundation

/// A program that ran to its end: what it wrote and how it ended.
struct Run {
  var stdout: [UInt8] = []
  var stderr: [UInt8] = []
  var exitCode: Int32 = 0
  /// The signal that ended it.
  var fatalSignal: Int32?

  var out: String { String(decoding: stdout, as: UTF8.self) }
  var err: String { String(decoding: stderr, as: UTF8.self) }

  /// Runs sesscli with an empty home and no LANG. A program that has not ended within `limit` is
  /// killed, which fails the test by throwing.
  static func sesscli(
    _ arguments: String..., stdin: [UInt8] = [], environment: [String: String] = [:],
    limit: Duration = .seconds(20)
  ) throws -> Run {
    try program(
      Project.sesscli, arguments, stdin: stdin, environment: environment, limit: limit)
  }

  /// Runs any program; `merged` sends its stderr where its stdout goes, in the order written.
  static func program(
    _ path: String, name: String? = nil, _ arguments: [String], stdin input: [UInt8] = [],
    environment: [String: String] = [:], merged: Bool = false, limit: Duration = .seconds(20)
  ) throws -> Run {
    let home = try TemporaryFolder()
    let (inRead, inWrite) = try pipeEnds()
    let (outRead, outWrite) = try pipeEnds()
    let (errRead, errWrite) = try pipeEnds()
    let child: ChildProcess
    do {
      defer { for end in [inRead, outWrite, errWrite] { close(end) } }
      child = try ChildProcess(
        path, name: name, arguments,
        environment: cleanEnvironment(home: home.path, adding: environment),
        stdin: .descriptor(inRead), stdout: .descriptor(outWrite),
        stderr: merged ? .same(1) : .descriptor(errWrite))
    }

    var run = Run()
    let deadline = Deadline(after: limit)
    let finished = exchange(
      input: input, to: inWrite, from: outRead, errRead, into: &run, until: deadline)
    guard finished, let code = child.exitCode(within: .milliseconds(Int(deadline.milliseconds)))
    else {
      child.signal(SIGKILL)
      let command = ([path] + arguments).joined(separator: " ")
      throw HarnessError("not finished after \(limit): \(command)\n\(run.out)\(run.err)")
    }
    run.exitCode = code
    run.fatalSignal = child.fatalSignal
    return run
  }

  /// Writes and reads at once, as neither side may wait for the other; closes all three
  /// descriptors.
  private static func exchange(
    input: [UInt8], to inWrite: Int32, from outRead: Int32, _ errRead: Int32, into run: inout Run,
    until deadline: Deadline
  ) -> Bool {
    // A child may end without reading its input.
    signal(SIGPIPE, SIG_IGN)
    _ = fcntl(inWrite, F_SETFL, O_NONBLOCK)
    var sent = 0
    var open = [
      pollfd(fd: inWrite, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: outRead, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errRead, events: Int16(POLLIN), revents: 0),
    ]
    func shut(_ index: Int) {
      close(open[index].fd)
      open[index].fd = -1
    }
    defer { for index in open.indices where open[index].fd >= 0 { shut(index) } }
    if input.isEmpty { shut(0) }
    var chunk = [UInt8](repeating: 0, count: 65536)
    while open[1].fd >= 0 || open[2].fd >= 0 {
      guard poll(&open, nfds_t(open.count), deadline.milliseconds) > 0 else { return false }
      if open[0].revents != 0 {
        let count = input.withUnsafeBytes {
          write(inWrite, $0.baseAddress! + sent, input.count - sent)
        }
        if count > 0 { sent += count }
        if sent == input.count || count < 0 && errno != EAGAIN { shut(0) }
      }
      for index in 1...2 where open[index].revents != 0 {
        let count = read(open[index].fd, &chunk, chunk.count)
        if count <= 0 {
          shut(index)
        } else if index == 1 {
          run.stdout += chunk[..<count]
        } else {
          run.stderr += chunk[..<count]
        }
      }
    }
    return true
  }
}
