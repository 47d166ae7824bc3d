import Foundation
import Testing

/// `cookie` where something is in the way.
@Suite struct CookieCommandTests {
  private static let signed =
    "connect.sid=s%3Aq2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe.EVDEIhwjMALXyEsEzfv0swmkGNeUWsKpqRkY8fEHgZ0"
  private static let secret = "sesscli-test-key-of-the-fixtures"

  private func express() throws -> String {
    "connect.sid="
      + (try String(
        contentsOfFile: Project.root + "/Tests/Fixtures/cookies/express.cookie", encoding: .utf8))
  }

  @Test func theSecretIsAskedForWithoutEcho() throws {
    let server = try RedisServer()
    let terminal = try PTY.sesscli("-s", server.socket)
    terminal.expect("redis.sock> ")
    try terminal.enter("cookie --ask-secret \(try express())")
    terminal.expect("Secret: ")
    try terminal.enter(Self.secret)
    terminal.expect("valid, secret 1")
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains(Self.secret))
  }

  @Test func aSecretNotEnteredIsNoEmptyOne() throws {
    let run = try Run.program(
      "/usr/bin/setsid", ["--wait", Project.sesscli, "cookie", "--ask-secret", Self.signed])
    #expect(run.exitCode == 1)
    #expect(run.err == "no secret was entered\n")
    #expect(run.out == "")
  }

  @Test func secretsShowNowhere() throws {
    let server = try RedisServer()
    for command in [
      "cookie --secret hunter2", "cookie --secret=hunter2", "decode --secret=hunter2",
    ] {
      let run = try Run.bash("sesscli -s \(server.socket) \(command) --nonsense", server)
      #expect(run.exitCode == 2)
      #expect(!(run.out + run.err).contains("hunter2"))
      let cookie = try Run.bash(
        "sesscli -s \(server.socket) --no-raw \(command) --explain '\(Self.signed)'", server)
      #expect(!(cookie.out + cookie.err).contains("hunter2"))
    }
  }

  /// Keys are looked for in an open transaction's place by nobody.
  @Test func aTransactionIsLeftAlone() throws {
    let server = try RedisServer()
    let run = try Run.bash(
      "printf 'MULTI\\nSET k v\\ncookie --json "
        + "\(Self.signed.replacing("%", with: "%%"))\\nEXEC\\n' | sesscli",
      server)
    #expect(run.out.contains("\"cookie\":\"connect.sid\""))
    #expect(run.out.hasSuffix("OK\n"))
    #expect(run.exitCode == 0)
  }

  @Test func aServerThatRefusesIsSaid() throws {
    let server = try RedisServer(["--requirepass", "hunter2"])
    let run = try Run.bash("sesscli --no-raw cookie '\(Self.signed)'", server)
    #expect(run.out.hasPrefix("connect.sid"))
    #expect(run.err.contains("no key was looked for: "))
    #expect(run.exitCode == 0)
  }

  /// A server that answers wrongly costs the keys, not the cookie.
  @Test func aServerThatAnswersNonsense() throws {
    let server = try ScriptedServer([.command, .send("+OK\r\n+OK\r\n$-99\r\n"), .stall])
    let run = try Run.sesscli("-s", server.socket, "-t", "1", "--no-raw", "cookie", Self.signed)
    #expect(run.out.hasPrefix("connect.sid"))
    #expect(run.exitCode == 0)
  }

  @Test func hugeAndEmptyTextIsRefused() throws {
    let huge = try Run.bash(
      "(printf 'cookie '; head -c 2000000 /dev/zero | tr '\\0' a; echo) | sesscli -s /nonexistent")
    #expect(huge.err.contains("more than 1 MiB"))
    let empty = try Run.sesscli("cookie", "Cookie: ")
    #expect(empty.err == "cookie: there is no cookie in the text\n")
    #expect(empty.exitCode == 1)
  }
}
