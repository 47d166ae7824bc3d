import Foundation
import Testing

@testable import sesscli

@Suite struct HistoryTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/history" }

  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ line: String) -> [UInt8] { Array(line.utf8) }

  private func texts(_ lines: [[UInt8]]) -> [String] {
    lines.map { String(decoding: $0, as: UTF8.self) }
  }

  private func stored() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private func mode() throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test func linesAreReadBackByTheNextOne() throws {
    let first = History(path: path)
    for line in ["ping", "get clé", "ping"] { #expect(first.append(bytes(line))) }
    #expect(texts(History(path: path).load()) == ["ping", "get clé", "ping"])
    #expect(try stored() == "ping\nget clé\nping\n")
  }

  @Test func onlyTheOwnerCanReadIt() throws {
    _ = History(path: path).append(bytes("ping"))
    #expect(try mode() == 0o600)
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
    _ = History(path: path).append(bytes("pong"))
    #expect(try mode() == 0o600)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(texts(History(path: path).load()) == ["ping", "pong"])
    #expect(try mode() == 0o600)
  }

  @Test func secretsAreKeptNowhere() throws {
    let history = History(path: path)
    #expect(history.append(bytes("ping")))
    #expect(!history.append(bytes("auth hunter2")))
    #expect(!history.append(bytes("auth \"hunter2")))
    #expect(try stored() == "ping\n")
    // Nor are they recalled when somebody else has written them.
    try "config set requirepass x\nget k\n".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(texts(history.load()) == ["get k"])
  }

  @Test func aLineIsNotKeptTwiceInARow() throws {
    let history = History(path: path)
    #expect(history.append(bytes("ping")))
    #expect(!history.append(bytes("ping")))
    #expect(!history.append(bytes("  ")))
    #expect(!history.append([UInt8](repeating: 0x61, count: History.longestLine + 1)))
    let next = History(path: path)
    _ = next.load()
    #expect(!next.append(bytes("ping")))
    #expect(try stored() == "ping\n")
  }

  @Test func twoInspectorsDoNotOverwriteEachOther() throws {
    let one = History(path: path)
    let other = History(path: path)
    _ = one.append(bytes("from one"))
    _ = other.append(bytes("from the other"))
    _ = one.append(bytes("from one again"))
    #expect(
      texts(History(path: path).load()) == ["from one", "from the other", "from one again"])
  }

  @Test func newlinesAreKeptInsideALine() throws {
    let lines = ["set k \"{\n  \\n 1\n}\"", "\u{1}odd", "plain \\n"]
    let history = History(path: path)
    for line in lines { _ = history.append(bytes(line)) }
    #expect(texts(History(path: path).load()) == lines)
    #expect(try stored().split(separator: "\n").count == lines.count)
  }

  @Test func theFileIsCutToItsNewestLines() throws {
    let count = 2 * History.limit + 1
    let text = (1...count).map { "get \($0)\n" }.joined()
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    let lines = texts(History(path: path).load())
    #expect(lines.count == History.limit)
    #expect(lines.last == "get \(count)")
    #expect(try stored().split(separator: "\n").count == History.limit)
    #expect(try mode() == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["history"])
  }

  @Test func aLinkToTheFileStaysALink() throws {
    let target = folder.path + "/elsewhere"
    let text = String(repeating: "ping\npong\n", count: History.limit + 1)
    try text.write(toFile: target, atomically: false, encoding: .utf8)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    #expect(History(path: path).load().count == History.limit)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == target)
    #expect(
      try String(contentsOfFile: target, encoding: .utf8).split(separator: "\n").count
        == History.limit)
  }

  @Test func withoutAFileLinesAreStillRecalled() {
    let none = History(path: nil)
    #expect(none.append(bytes("ping")))
    #expect(none.load().isEmpty)
    #expect(History(path: "/dev/null").append(bytes("ping")))
    #expect(History(path: folder.path + "/no/such/folder").append(bytes("ping")))
  }

  @Test func bytesThatAreNoTextAreKept() {
    let line: [UInt8] = [0x67, 0x20, 0xFF, 0xC3]
    _ = History(path: path).append(line)
    #expect(History(path: path).load() == [line])
  }
}
