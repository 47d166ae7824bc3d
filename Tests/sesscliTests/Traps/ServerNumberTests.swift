import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// Numbers that a server tells are not believed further than they make sense.
@Suite struct ServerNumberTests {
  /// DBSIZE of Int64.max trapped in the estimate of the prefixes.
  @Test func anAbsurdNumberOfKeys() throws {
    let server = try ScriptedServer([
      .expect("DBSIZE"), .send(":9223372036854775807\r\n"), .command,
      .send("*2\r\n$1\r\n0\r\n*1\r\n$9\r\nsession:1\r\n"), .stall,
    ])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("flushdb")
    terminal.expect("9,223,372,036,854,775,807 keys: ~9,223,372,036,854,775,807 session:*")
    terminal.expect("to cancel: ")
    try terminal.send(.controlC)
    terminal.expect("Cancelled, nothing was sent.\n")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }

  /// The sum over INFO's databases overflowed, and their names reached the terminal as they were.
  @Test func absurdDatabases() throws {
    let info =
      "# Keyspace\r\ndb0\u{1B}[31mEVIL:keys=1\r\ndb1:keys=9223372036854775807\r\ndb2:keys=5\r\n"
    let server = try ScriptedServer([
      .command, .send("$\(info.utf8.count)\r\n\(info)\r\n"), .stall,
    ])
    let terminal = try PTY.prompt(at: server.socket)
    try terminal.enter("flushall")
    terminal.expect("INFO tells of more keys than there can be, so nothing was sent")
    try terminal.send(.controlD)
    #expect(terminal.exitCode() == 0)
  }

  /// A database that grew during the scan, past the digits of its first size, trapped: its numbers
  /// had no room.
  @Test func moreKeysThanAnnounced() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let output = Output(ends[1])
    let printer = ReplyPrinter(output, style: .formatted, palette: .plain, text: .ascii)
    Array("key".utf8).withUnsafeBytes { printer.listed($0, number: 1_000_000, of: 100_001) }
    output.flush()
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(ends[0], &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == "1000000) \"key\"\n")
  }
}
