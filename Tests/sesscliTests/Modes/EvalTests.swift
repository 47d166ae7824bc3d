import Foundation
import Testing

/// `--eval`: a script from a file.
@Suite struct EvalTests {
  private func script(_ text: String, in folder: TemporaryFolder) throws -> String {
    let path = folder.path + "/script.lua"
    try Data(text.utf8).write(to: URL(filePath: path))
    return path
  }

  @Test(arguments: [
    [], ["k1", "k2"], ["k1", "k2", ",", "a1"], [",", "a1", "a2"], ["k1,", "a"],
    ["k", ",", "a", ",", "b"], ["", ",", ""], [","],
  ])
  func keysAndArgumentsAreRedisCLIs(_ words: [String]) throws {
    let server = try RedisServer()
    let folder = try TemporaryFolder()
    let file = try script("return {#KEYS, KEYS, #ARGV, ARGV}", in: folder)
    let arguments = ["-s", server.socket, "--no-raw", "--eval", file] + words
    let theirs = try Run.program(Project.find("redis-cli") ?? "", arguments)
    let ours = try Run.program(Project.sesscli, arguments)
    #expect(ours.out == theirs.out)
    #expect(ours.exitCode == 0)
  }

  @Test func failures() throws {
    let server = try RedisServer()
    let folder = try TemporaryFolder()
    let missing = try Run.sesscli("-s", server.socket, "--eval", folder.path + "/none.lua")
    #expect(
      missing.err == "Can't open file '\(folder.path)/none.lua': No such file or directory\n")
    #expect(missing.exitCode == 1)
    let directory = try Run.sesscli("-s", server.socket, "--eval", folder.path)
    #expect(directory.err == "Can't open file '\(folder.path)': Is a directory\n")
    let wrong = try script("syntax error(", in: folder)
    #expect(try Run.sesscli("-s", server.socket, "-e", "--eval", wrong).exitCode == 1)
    #expect(try Run.sesscli("-s", "/nonexistent.sock", "--eval", wrong).exitCode == 3)
  }

  @Test func readOnlyRefusesIt() throws {
    let server = try RedisServer()
    let folder = try TemporaryFolder()
    let file = try script("return redis.call('SET', KEYS[1], 'x')", in: folder)
    let run = try Run.sesscli("-s", server.socket, "--read-only", "--eval", file, "k")
    #expect(run.err == "--read-only: EVAL may write; not sent\n")
    #expect(run.exitCode == 1)
    #expect(try server.send("DBSIZE") == ":0")
    #expect(try Run.sesscli("-s", server.socket, "-r", "2", "--eval", file, "k").out == "OK\nOK\n")
  }

  @Test func bytesPassUnchanged() throws {
    let server = try RedisServer()
    let folder = try TemporaryFolder()
    let file = folder.path + "/bytes.lua"
    try Data(Array("return '".utf8) + [0xff, 0xfe] + Array("' .. ARGV[1]".utf8)).write(
      to: URL(filePath: file))
    let run = try Run.sesscli(
      "-s", server.socket, "-x", "--eval", file, ",", stdin: [0x61, 0x80, 0x0a])
    #expect(run.stdout == [0xff, 0xfe, 0x61, 0x80, 0x0a, 0x0a])
  }
}
