import Glibc
import RedisClient

/// `--pipe`: sends standard input to the server as it is, Redis' protocol or plain lines of
/// commands, and counts the replies. Neither side waits for the other: what the server answers is
/// read while it is sent more.
struct PipeMode {
  /// Bytes read at once, and bytes that may wait for the server before no more is read.
  private static let readSize = 256 << 10
  private static let backlog = 1 << 20

  private let session: Session
  private let input: Int32

  init(_ session: Session, input: Int32 = 0) {
    self.session = session
    self.input = input
  }

  func run() throws {
    let connection = session.connection
    let mark = Self.randomMark()
    let replies = PipeReplies(mark: mark) { number, message in
      session.console.complain("reply \(number): (error) \(escaped(message))")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readSize, alignment: 16)
    defer { buffer.deallocate() }
    var hasEnded = false
    do {
      // From here on any number of replies may come.
      connection.send(raw: UnsafeRawBufferPointer(start: nil, count: 0))
      while !replies.hasMark {
        while try connection.nextReply(into: replies), !replies.hasMark {}
        if replies.hasMark { break }
        let takesInput = !hasEnded && connection.backlog < Self.backlog
        let isReady = try connection.wait(
          timeout: hasEnded && session.options.pipeTimeout > 0 ? session.options.pipeTimeout : nil,
          other: takesInput ? input : -1, isSending: !takesInput && !hasEnded)
        guard takesInput, isReady else { continue }
        let count = read(input, buffer.baseAddress, buffer.count)
        if count > 0 {
          connection.send(raw: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } else if count == 0 {
          hasEnded = true
          say("All data transferred. Waiting for the last reply...")
          // The line end ends a command that the input left unfinished.
          let last =
            "\r\n*2\r\n$4\r\nECHO\r\n$\(mark.count)\r\n" + String(decoding: mark, as: UTF8.self)
          Array((last + "\r\n").utf8).withUnsafeBytes { connection.send(raw: $0) }
        } else if errno != EINTR, errno != EAGAIN {
          throw CommandError("standard input cannot be read: \(String(cString: strerror(errno)))")
        }
      }
      say("Last reply received from server.")
    } catch let error as RedisError where error.kind == .timeout {
      session.console.complain(
        "No replies for \(formatSeconds(session.options.pipeTimeout)) seconds: exiting.")
      replies.errors += 1
    } catch {
      if (error as? RedisError)?.kind == .interrupted { Interrupt.clear() }
      summarize(replies)
      throw error
    }
    summarize(replies)
    if replies.errors > 0 { session.console.fail(.commandFailed) }
  }

  private func summarize(_ replies: PipeReplies) {
    say("errors: \(replies.errors), replies: \(replies.count)")
  }

  private func say(_ line: String) {
    session.console.output.write(line + "\n")
    session.console.output.flush()
  }

  /// Twenty letters and digits that no data hold by chance.
  private static func randomMark() -> [UInt8] {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
    return (0..<20).map { _ in letters.randomElement() ?? 0x30 }
  }
}

/// Counts replies and looks for the one that is the mark.
private final class PipeReplies: ReplySink {
  private let mark: [UInt8]
  private let report: (Int, [UInt8]) -> Void
  private(set) var count = 0
  var errors = 0
  private(set) var hasMark = false

  init(mark: [UInt8], report: @escaping (Int, [UInt8]) -> Void) {
    self.mark = mark
    self.report = report
  }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    guard depth == 0 else { return }
    switch kind {
    case .error:
      errors += 1
      report(count + 1, [UInt8](bytes))
    case .bulk: hasMark = bytes.elementsEqual(mark)
    default: break
    }
  }
  func endReply() { if !hasMark { count += 1 } }
  func array(count: Int, depth: Int, index: Int) {}
  func integer(_ value: Int64, depth: Int, index: Int) {}
  func null(depth: Int, index: Int) {}
}
