import Foundation
import Testing

/// A sesscli whose pipes the test holds: it writes a line and reads the answer before it writes the
/// next one.
final class Coprocess {
  private let child: ChildProcess
  private let home: TemporaryFolder
  private var input: Int32
  private let output: Int32
  private let errors: Int32
  private var run = Run()
  /// How much of the output `expect` has seen.
  private var seen = 0

  var pid: pid_t { child.pid }

  convenience init(_ arguments: String..., environment: [String: String] = [:]) throws {
    try self.init(arguments: arguments, environment: environment)
  }

  init(arguments: [String], environment: [String: String] = [:]) throws {
    home = try TemporaryFolder()
    let (inRead, inWrite) = try pipeEnds()
    let (outRead, outWrite) = try pipeEnds()
    let (errRead, errWrite) = try pipeEnds()
    (input, output, errors) = (inWrite, outRead, errRead)
    defer { for end in [inRead, outWrite, errWrite] { close(end) } }
    child = try ChildProcess(
      Project.sesscli, arguments,
      environment: cleanEnvironment(home: home.path, adding: environment),
      stdin: .descriptor(inRead), stdout: .descriptor(outWrite), stderr: .descriptor(errWrite))
  }

  deinit {
    closeInput()
    close(output)
    close(errors)
  }

  func send(_ text: String) throws { try writeAll(Array(text.utf8), to: input) }

  func closeInput() {
    if input >= 0 { close(input) }
    input = -1
  }

  func signal(_ number: Int32) { child.signal(number) }

  /// Waits until the output goes on with exactly this.
  func expect(
    _ text: String, within limit: Duration = .seconds(10),
    location: SourceLocation = #_sourceLocation
  ) {
    let deadline = Deadline(after: limit)
    let wanted = Array(text.utf8)
    while run.stdout.count < seen + wanted.count, receive(until: deadline) {}
    let got = run.stdout[seen...].prefix(wanted.count)
    #expect(
      String(decoding: got, as: UTF8.self) == text, "stderr: \(run.err)", sourceLocation: location)
    seen += got.count
  }

  /// Waits until the output that `expect` has not seen contains `text`.
  func expectOutput(
    containing text: String, within limit: Duration = .seconds(10),
    location: SourceLocation = #_sourceLocation
  ) {
    let deadline = Deadline(after: limit)
    var found = false
    while true {
      let unseen = String(decoding: run.stdout[seen...], as: UTF8.self)
      found = unseen.contains(text)
      if found || !receive(until: deadline) { break }
    }
    #expect(found, "stdout: \(run.out)", sourceLocation: location)
  }

  /// Waits until it has ended although its input is still open.
  func expectEnd(within limit: Duration = .seconds(10), location: SourceLocation = #_sourceLocation)
  {
    let deadline = Deadline(after: limit)
    while receive(until: deadline) {}
    #expect(isOpen == [false, false], "still running", sourceLocation: location)
  }

  /// Waits until something was said on stderr that contains `text`.
  func expectError(
    _ text: String, within limit: Duration = .seconds(10),
    location: SourceLocation = #_sourceLocation
  ) {
    let deadline = Deadline(after: limit)
    while !run.err.contains(text), receive(until: deadline) {}
    #expect(run.err.contains(text), "stderr: \(run.err)", sourceLocation: location)
  }

  /// Ends the input and waits for the end: all that was written, also what `expect` has seen.
  func finish(within limit: Duration = .seconds(20)) throws -> Run {
    closeInput()
    let deadline = Deadline(after: limit)
    while receive(until: deadline) {}
    guard let code = child.exitCode(within: .milliseconds(Int(deadline.milliseconds))) else {
      child.signal(SIGKILL)
      throw HarnessError("not finished after \(limit)\n\(run.out)\(run.err)")
    }
    run.exitCode = code
    run.fatalSignal = child.fatalSignal
    return run
  }

  private var isOpen = [true, true]

  /// Takes in what comes next; false when the time is over or both streams have ended.
  private func receive(until deadline: Deadline) -> Bool {
    var ends = [output, errors].enumerated().map { index, end in
      pollfd(fd: isOpen[index] ? end : -1, events: Int16(POLLIN), revents: 0)
    }
    guard isOpen != [false, false], poll(&ends, 2, deadline.milliseconds) > 0 else { return false }
    var chunk = [UInt8](repeating: 0, count: 65536)
    for index in 0...1 where ends[index].revents != 0 {
      let count = read(ends[index].fd, &chunk, chunk.count)
      if count <= 0 {
        isOpen[index] = false
      } else if index == 0 {
        run.stdout += chunk[..<count]
      } else {
        run.stderr += chunk[..<count]
      }
    }
    return true
  }
}

extension Run {
  /// A command of bash, where `sesscli` is connected to the server.
  static func bash(
    _ script: String, _ server: RedisServer? = nil, environment: [String: String] = [:]
  ) throws -> Run {
    let option = server.map { "-s '\($0.socket)'" } ?? ""
    return try program(
      "/bin/bash", ["-c", "sesscli() { '\(Project.sesscli)' \(option) \"$@\"; }\n" + script],
      environment: environment)
  }

  /// A script on stdin of a sesscli that is connected to the server.
  static func script(
    _ lines: String, _ server: RedisServer, _ options: String...,
    environment: [String: String] = [:]
  ) throws -> Run {
    try program(
      Project.sesscli, ["-s", server.socket] + options, stdin: Array(lines.utf8),
      environment: environment)
  }
}
