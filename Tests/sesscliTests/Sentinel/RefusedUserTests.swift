import Foundation
import Testing

/// NOPERM says who was refused, beside the server's own words.
@Suite struct RefusedUserTests {
  private func server() throws -> RedisServer {
    try RedisServer(["--user", "alice", "on", ">pw", "~a*", "+@all", "-set"])
  }

  /// From Redis 7.2 on the server says it itself, once.
  private func lineNames(_ user: String, _ text: String) -> Bool {
    text.contains("NOPERM") && text.components(separatedBy: user).count == 2
  }

  @Test func thePromptNamesTheUser() throws {
    let server = try server()
    let terminal = try PTY.prompt(at: server.socket, columns: 120)
    func isRefused(_ line: String) throws {
      try terminal.enter(line)
      terminal.expect("(error) NOPERM")
      terminal.expect("alice")
      terminal.expect("> ")
    }
    for login in ["auth alice pw", "hello 2 auth alice pw"] {
      try terminal.enter("reset")
      terminal.expect("RESET\n")
      try terminal.enter(login)
      terminal.expect("> ")
      try isRefused("set a 1")
      try isRefused("get b")
    }
    try terminal.enter("multi")
    terminal.expect("(TX)> ")
    try isRefused("set a 1")
    try terminal.enter("discard")
    terminal.expect("OK\n")
    #expect(!(try server.send("INFO", "commandstats").contains("whoami")))
  }

  @Test func theUserIsWhoeverTheServerTakesUsFor() throws {
    let server = try RedisServer(["--user", "default", "on", "nopass", "~*", "+@all", "-set"])
    try server.send("ACL", "SETUSER", "alice", "on", ">pw", "~*", "+@all", "-set")
    let script = "set a 1\nauth alice pw\nset a 1\nreset\nset a 1\n"
    let run = try Run.script(script, server)
    #expect(run.exitCode == 1)
    let lines = run.err.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    for (line, (number, user)) in zip(lines, [(1, "default"), (3, "alice"), (5, "default")]) {
      #expect(line.hasPrefix("line \(number): (error) NOPERM "))
      #expect(lineNames(user, line), "\(line)")
    }
  }

  /// Whoever gave up a user's rights does not have them again after a reconnection.
  @Test func aResetOutlivesTheConnection() throws {
    let server = try server()
    let coprocess = try Coprocess("-s", server.socket, "-n", "2", "--user", "alice", "-a", "pw")
    try coprocess.send("acl whoami\nreset\nacl whoami\nset k v\n")
    coprocess.expect("alice\nRESET\ndefault\nOK\n")
    try server.send("CLIENT", "KILL", "TYPE", "normal")
    try coprocess.send("acl whoami\nget k\n")
    coprocess.expect("default\nv\n")
  }

  @Test(arguments: [[], ["--no-raw"], ["--csv"]])
  func aSingleCommandAnswersAsRedisCLIDoes(_ style: [String]) throws {
    let server = try server()
    let words =
      style + ["-s", server.socket, "--no-auth-warning", "--user", "alice", "-a", "pw"]
      + ["set", "a", "1"]
    let cli = try Run.program("/usr/bin/redis-cli", words)
    let run = try Run.program(Project.sesscli, words)
    #expect(run.out.split(separator: "\n") == cli.out.split(separator: "\n"))
    #expect(run.err == "")
  }
}
