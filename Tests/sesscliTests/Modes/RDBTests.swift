import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// `--rdb`: the server's data in a file that is whole or not there.
@Suite struct RDBTests {
  private func names(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
  }

  @Test(arguments: ["yes", "no"]) func aFreshServerLoadsTheFile(_ diskless: String) throws {
    let server = try RedisServer([
      "--repl-diskless-sync", diskless, "--repl-diskless-sync-delay", "0",
    ])
    try server.fill()
    let folder = try TemporaryFolder()
    let run = try Run.sesscli("-s", server.socket, "--rdb", folder.path + "/copy.rdb")
    #expect(run.exitCode == 0)
    #expect(run.out == "")
    #expect(
      run.err.contains(diskless == "yes" ? "until EOF marker" : "SYNC sent to master, writing "))
    #expect(run.err.contains("Transfer finished with success after "))
    #expect(try names(in: folder) == ["copy.rdb"])
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/copy.rdb")
    #expect(attributes[.posixPermissions] as? Int == 0o600)

    let copy = try RedisServer(["--dir", folder.path, "--dbfilename", "copy.rdb"])
    #expect(try copy.send("DEBUG", "DIGEST") == server.send("DEBUG", "DIGEST"))
    #expect(try copy.send("DBSIZE") == server.send("DBSIZE"))
  }

  @Test func standardOutputIsAFileToo() throws {
    let server = try RedisServer()
    try server.fill()
    let folder = try TemporaryFolder()
    let run = try Run.sesscli("-s", server.socket, "--rdb", "-")
    try Data(run.stdout).write(to: URL(filePath: folder.path + "/copy.rdb"))
    let copy = try RedisServer(["--dir", folder.path, "--dbfilename", "copy.rdb"])
    #expect(try copy.send("DEBUG", "DIGEST") == server.send("DEBUG", "DIGEST"))
    let terminal = try PTY.sesscli("-s", server.socket, "--rdb", "-")
    terminal.expect("an RDB file is nothing for a terminal")
    #expect(terminal.exitCode() == 1)
  }

  @Test func anOlderCopyIsReplacedAndAnotherKindOfFileIsNot() throws {
    let server = try RedisServer()
    let folder = try TemporaryFolder()
    try Data("old".utf8).write(to: URL(filePath: folder.path + "/old.rdb"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link.rdb", withDestinationPath: "old.rdb")
    #expect(try Run.sesscli("-s", server.socket, "--rdb", folder.path + "/link.rdb").exitCode == 0)
    let bytes = try Data(contentsOf: URL(filePath: folder.path + "/old.rdb"))
    #expect(bytes.starts(with: Data("REDIS".utf8)))
    #expect(try names(in: folder).sorted() == ["link.rdb", "old.rdb"])
    #expect(try Run.sesscli("-s", server.socket, "--rdb", "/dev/null").exitCode == 0)
    #expect(!FileManager.default.fileExists(atPath: "/dev/null.rdb"))
    let nowhere = try Run.sesscli("-s", server.socket, "--rdb", folder.path + "/none/x.rdb")
    #expect(nowhere.err.hasSuffix("/none/x.rdb' cannot be written: No such file or directory\n"))
    #expect(nowhere.exitCode == 1)
  }

  /// What comes after SYNC, the exit code, and a part of the error.
  static let broken: [(payload: String, code: Int32, error: String)] = [
    ("$100\r\nREDIS", 3, "the server closed the connection"),
    ("\n\n$18446744073709551615\r\nREDIS", 3, "the server closed the connection"),
    ("$EOF:0123456789012345678901234567890123456789\r\nREDIS0123456789", 3, "closed"),
    ("$EOF:01234\r\nREDIS", 1, "SYNC: the answer is no RDB file: $EOF:01234"),
    ("-ERR not \u{1b}[31mnow\r\n", 1, "SYNC: (error) ERR not \\x1b[31mnow"),
    ("+OK\r\n", 1, "SYNC: the answer is no RDB file: +OK"),
    ("$-1\r\n", 1, "SYNC: the answer is no RDB file"),
    ("$99999999999999999999999\r\n", 1, "SYNC: the answer is no RDB file"),
    (String(repeating: "x", count: 10_000), 1, "SYNC: the answer is no RDB file"),
  ]

  @Test(arguments: broken.indices) func aBrokenTransferLeavesNothing(_ index: Int) throws {
    let (payload, code, error) = Self.broken[index]
    let server = try ScriptedServer([
      .expect("REPLCONF", "capa", "eof"), .send("+OK\r\n"),
      .expect("REPLCONF", "rdb-only", "1"), .send("-ERR Unrecognized\r\n"),
      .expect("SYNC"), .send(payload),
    ])
    let folder = try TemporaryFolder()
    try Data("old".utf8).write(to: URL(filePath: folder.path + "/x.rdb"))
    let run = try Run.sesscli("-s", server.socket, "--rdb", folder.path + "/x.rdb")
    #expect(run.exitCode == code)
    #expect(run.err.contains(error), "\(run.err)")
    #expect(try names(in: folder) == ["x.rdb"])
    #expect(try Data(contentsOf: URL(filePath: folder.path + "/x.rdb")) == Data("old".utf8))
    #expect(server.finish().complaints == [])
  }

  /// However the network cuts it.
  @Test(arguments: 1...50) func aPayloadInPieces(_ size: Int) throws {
    let mark = "0123456789abcdefghij0123456789abcdefghij"
    let data = "REDIS0011 0123456789abcdefghij and 0123456789"
    for stream in ["\n\n$EOF:\(mark)\r\n\(data)\(mark)", "$\(data.utf8.count)\r\n\(data)*1\r\n"] {
      var payload = ReplicationPayload()
      var out: [UInt8] = []
      var rest = Array(stream.utf8)[...]
      while !rest.isEmpty {
        try Array(rest.prefix(size)).withUnsafeBytes {
          try payload.take($0) { (bytes) throws(CommandError) in out += bytes }
        }
        rest = rest.dropFirst(size)
      }
      #expect(payload.isWhole)
      #expect(String(decoding: out, as: UTF8.self) == data)
      #expect(payload.size == UInt64(data.utf8.count))
    }
  }
}
