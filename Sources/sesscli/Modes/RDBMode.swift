import RedisClient

/// `--rdb`: what the server would send a new replica, its data as an RDB file, copied to a file or
/// to standard output.
struct RDBMode {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run(_ name: String) throws {
    let isStream = name == "-"
    if isStream, session.console.output.isTerminal {
      throw CommandError("an RDB file is nothing for a terminal: name a file, or a pipe")
    }
    let file = isStream ? nil : try WholeFile(name)
    // A server that has no disk for the file may then send it as it is made.
    try configure("capa", "eof")
    // Redis from 7.0 on need not send the commands that follow the file.
    try configure("rdb-only", "1")

    let transfer = Transfer(file, session.console.output)
    session.connection.send([Array("SYNC".utf8)], replies: 0)
    session.connection.stream = { transfer.take($0) }
    var progress: Progress?
    defer { progress?.wipe() }
    while !transfer.payload.isWhole {
      try session.connection.wait(timeout: session.options.timeout ?? Connection.replyTimeout)
      if let error = transfer.error { throw error }
      try session.console.output.check()
      guard let head = transfer.payload.head else { continue }
      if progress == nil { progress = begin(head, name) }
      progress?.advance(to: Int64(clamping: transfer.payload.size))
    }
    progress?.wipe()
    session.leave()
    try file?.finish()
    session.console.note("Transfer finished with success after \(transfer.payload.size) bytes")
  }

  private func configure(_ name: String, _ value: String) throws {
    if session.options.verbose { session.console.note("sending REPLCONF \(name) \(value)") }
    // Older servers do not know it, and do without.
    if case .error(let text) = try session.connection.call("REPLCONF", name, value),
      session.options.verbose
    {
      session.console.note("REPLCONF \(name): (error) \(escaped(text))")
    }
  }

  private func begin(_ head: ReplicationPayload.Head, _ name: String) -> Progress {
    let file = escaped(Array(name.utf8))
    switch head {
    case .count(let count):
      session.console.note("SYNC sent to master, writing \(count) bytes to '\(file)'")
      return Progress(
        session.console.output, session.console.errors, total: Int64(clamping: count), unit: "bytes"
      )
    case .mark:
      session.console.note(
        "SYNC sent to master, writing bytes of bulk transfer until EOF marker to '\(file)'")
      return Progress(session.console.output, session.console.errors, total: 0, unit: "bytes")
    }
  }

  /// Writes down what comes.
  private final class Transfer {
    private let file: WholeFile?
    private let output: Output
    private(set) var payload = ReplicationPayload()
    private(set) var error: CommandError?

    init(_ file: WholeFile?, _ output: Output) {
      self.file = file
      self.output = output
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
      guard error == nil else { return }
      do throws(CommandError) {
        try payload.take(bytes) { (data) throws(CommandError) in
          if let file { try file.write(data) } else { output.writeThrough(data) }
        }
      } catch {
        self.error = error
      }
    }
  }
}
