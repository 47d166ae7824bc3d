import Foundation
import Testing

@testable import sesscli

/// What keeps one key from being decoded, or one number of a server from being believed, harms
/// nothing else.
@Suite struct DecodeFailureTests {
  /// A pattern went on to nowhere after the first key that was too large: 1,000 sessions were
  /// missing, without a word.
  @Test func oneOddKeyDoesNotEndAPattern() throws {
    let server = try RedisServer()
    for i in 0..<50 { _ = try server.send("SET", "s:\(i)", "{\"n\":\(i)}") }
    // SETRANGE makes a value larger than decode reads.
    _ = try server.send("SETRANGE", "s:large", "\(80 << 20)", "x")
    let drawn = try Run.sesscli("-s", server.socket, "--no-raw", "decode", "s:*")
    #expect(drawn.exitCode == 1)
    #expect(drawn.out.components(separatedBy: "\"n\":").count == 51)
    #expect(drawn.err.contains("s:large: 83886081 bytes; decode reads up to"))
  }

  /// GET refused by an ACL printed nothing and exited with 0.
  @Test func aRefusedGetIsAnError() throws {
    let server = try RedisServer()
    _ = try server.send("SET", "k", "v")
    _ = try server.send("ACL", "SETUSER", "eve", "on", ">pw", "~*", "+@all", "-get", "-mget")
    let run = try Run.sesscli(
      "-s", server.socket, "--user", "eve", "-a", "pw", "--no-auth-warning", "decode", "k")
    #expect(run.exitCode == 1)
    #expect(run.err.contains("NOPERM"))
    // MGET refused in the middle of the pipeline: the next command is answered by its own reply.
    let script = try Run.sesscli(
      "-s", server.socket, "--user", "eve", "-a", "pw", "--no-auth-warning",
      stdin: Array("decode *\nping\n".utf8))
    #expect(script.out == "PONG\n")
    #expect(script.err.contains("NOPERM"))
    #expect(!script.err.contains("nobody asked"))
  }

  /// `--strict` forgot the call that it had named when a later key failed.
  @Test func strictKeepsItsExitCode() throws {
    let server = try RedisServer()
    _ = try server.send("SET", "bad", "cposix\nsystem\n(S'id'\ntR.")
    let run = try Run.sesscli("-s", server.socket, "decode", "--strict", "bad", "none")
    #expect(run.exitCode == 4)
    #expect(run.err.contains("would call posix.system(\"id\")"))
    #expect(run.err.contains("no such key: none"))
  }

  @Test func anEmptyKeyIsAKey() throws {
    let server = try RedisServer()
    _ = try server.send("SET", "", "text")
    let run = try Run.sesscli("-s", server.socket, "--no-raw", "decode", "")
    #expect(run.out.hasPrefix("\"\" · string · 4 bytes · never expires · text\n"))
  }

  @Test func anEmptySetIsNoMap() throws {
    let run = try Run.sesscli("--no-raw", "decode", "--hex", "80048f942e")
    #expect(run.out.hasSuffix("\nset()\n"))
  }
}
