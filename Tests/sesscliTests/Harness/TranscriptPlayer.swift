import Foundation
import Testing

/// Plays a transcript: on a Redis server, in a folder and with a home of its own.
final class TranscriptPlayer {
  private let program: String
  private let folder: TemporaryFolder
  private let home: TemporaryFolder
  private var server: RedisServer?
  private var serverOptions: [String] = []
  private var wantsServer = true
  private var isConnected = false
  private var replOptions: [String] = []
  private var environment: [String: String] = [:]
  private var size = (columns: 80, rows: 24)
  private var terminal: PTY?
  private var promptsUsed = 0

  /// `program` is what `sesscli` and the prompts stand for.
  init(program: String = Project.sesscli) throws {
    self.program = program
    folder = try TemporaryFolder()
    home = try TemporaryFolder()
  }

  /// The transcript with the output that the commands have now.
  func play(_ transcript: Transcript, location: SourceLocation = #_sourceLocation) throws
    -> Transcript
  {
    var result = transcript
    for index in transcript.blocks.indices {
      let block = transcript.blocks[index]
      let next = transcript.blocks[(index + 1)...].first { $0.kind != .comment }
      switch block.kind {
      case .comment: break
      case .directive: try direct(block.line.dropFirst(2))
      case .command: result.blocks[index].output = try command(block.line)
      case .prompt:
        let played = try type(block.line, isLast: next?.kind != .prompt, location)
        result.blocks[index].line = played.line
        result.blocks[index].output = played.output
      }
    }
    return result
  }

  private func direct(_ text: Substring) throws {
    let words = text.split(separator: " ").map(String.init)
    switch words.first {
    case "connected": isConnected = true
    case "server": serverOptions = Array(words.dropFirst())
    case "no-server": wantsServer = false
    case "repl": replOptions = Array(words.dropFirst())
    case "environment":
      for word in words.dropFirst() {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw HarnessError("% environment NAME=VALUE, not \(word)") }
        environment[String(parts[0])] = String(parts[1])
      }
    case "terminal":
      guard words.count == 3, let columns = Int(words[1]), let rows = Int(words[2]) else {
        throw HarnessError("% terminal COLUMNS ROWS")
      }
      size = (columns, rows)
    default: throw HarnessError("unknown directive: % \(text)")
    }
  }

  private func prepare() throws {
    if wantsServer, server == nil { server = try RedisServer(serverOptions) }
    let wrapper = folder.path + "/sesscli"
    if FileManager.default.fileExists(atPath: wrapper) { return }
    let option = isConnected ? "-s \"$SOCKET\" " : ""
    // Written by a child: a file that this process writes is inherited, open, by children that
    // other tests start at the same time, and Linux executes no file that somebody has open for
    // writing.
    _ = try Run.program(
      "/bin/sh", ["-c", "cat > \"$0\" && chmod 755 \"$0\"", wrapper],
      stdin: Array("#!/bin/sh\nexec '\(program)' \(option)\"$@\"\n".utf8))
  }

  private func command(_ line: String) throws -> [String] {
    try prepare()
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    var variables = environment
    variables["PATH"] = "\(folder.path):\(path)"
    variables["SOCKET"] = server?.socket ?? folder.path + "/no-server.sock"
    variables["TMP"] = folder.path
    variables["HOME"] = home.path
    let run = try Run.program(
      "/bin/bash", ["-c", String(line.dropFirst(2))], environment: variables, merged: true,
      limit: .seconds(60))
    return Transcript.written(normalised(run.stdout), exitCode: run.exitCode)
  }

  /// Types one line into the inspector, which is opened before the first, and reads up to the next
  /// prompt.
  private func type(_ line: String, isLast: Bool, _ location: SourceLocation) throws
    -> (line: String, output: [String])
  {
    try prepare()
    let expectedPrompt = Transcript.prompt(of: line) ?? ""
    let typed = String(line.dropFirst(expectedPrompt.count))
    let terminal: PTY
    if let open = self.terminal {
      terminal = open
    } else {
      let socket = server?.socket ?? folder.path + "/no-server.sock"
      terminal = try PTY(
        program, ["-s", socket] + replOptions, environment: environment,
        columns: size.columns, rows: size.rows, home: home)
      self.terminal = terminal
      promptsUsed = 0
    }

    guard let start = awaitPrompt(terminal, after: promptsUsed, location) else {
      self.terminal = nil
      return ("(no prompt)", [])
    }
    try terminal.enter(typed)
    let end = awaitPrompt(terminal, after: start + 1, orEnd: true, location)
    var lines = terminal.screen.logicalLines
    var output = lines[min(start + 1, lines.count)..<(end ?? lines.count)].map { $0 }
    // The line that the cursor was left in, at its start.
    if end == nil, output.last == "" { output.removeLast() }
    promptsUsed = end ?? 0
    lines[start] = String(decoding: normalised(Array(lines[start].utf8)), as: UTF8.self)
    var exitCode: Int32 = 0
    if end == nil || isLast {
      if end != nil { try terminal.send(.controlD) }
      exitCode = terminal.exitCode(location: location) ?? -1
      self.terminal = nil
    }
    let bytes = Array(output.map { $0 + "\n" }.joined().utf8)
    let shown = lines[start].isEmpty ? line : lines[start]
    return (shown, Transcript.written(normalised(bytes), exitCode: exitCode))
  }

  /// The number of the logical line, at least `first`, in which the cursor stands behind an empty
  /// prompt.
  private func awaitPrompt(
    _ terminal: PTY, after first: Int, orEnd: Bool = false, _ location: SourceLocation
  ) -> Int? {
    let deadline = Deadline(after: .seconds(20))
    while true {
      if let text = terminal.screen.lineBeforeCursor {
        let line = String(decoding: normalised(Array(text.utf8)), as: UTF8.self)
        let number = terminal.screen.logicalLines.count - 1
        if number >= first, Transcript.prompt(of: line) == line { return number }
      }
      if !terminal.receive(until: deadline) {
        if orEnd, !deadline.isOver { return nil }
        Issue.record(
          "no prompt; the screen:\n\(terminal.screen.text)", sourceLocation: location)
        return nil
      }
    }
  }

  /// The paths of this run, in words.
  private func normalised(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    let names = [
      (server?.socket ?? folder.path + "/no-server.sock", "SOCKET"),
      (folder.path, "TMP"), (home.path, "HOME"), (program, "sesscli"),
    ]
    for (path, name) in names {
      result.replace(Array(path.utf8), with: Array(name.utf8))
    }
    return result
  }
}
