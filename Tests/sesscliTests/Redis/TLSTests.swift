import Foundation
import Testing

/// Over TLS everything works as it does without.
@Suite struct TLSTests {
  @Test(arguments: ["rediss://localhost:PORT/2", "valkeys://127.0.0.1:PORT/2"])
  func aURINamesIt(_ uri: String) throws {
    let server = try TLSServer()
    let uri = uri.replacing("PORT", with: "\(server.port)")
    let ca = try Certificates.path("ca.crt")
    let run = try Run.sesscli("-u", uri, "--cacert", ca, "set", "k", "v")
    #expect(run.out == "OK\n", "\(run.err)")
    #expect(try server.run("-n", "2", "get", "k").out == "v\n")
  }

  @Test func theSystemsAuthoritiesAreTrusted() throws {
    let server = try TLSServer()
    let arguments = ["-p", "\(server.port)", "--tls", "ping"]
    for environment in [
      ["SSL_CERT_FILE": try Certificates.path("ca.crt")],
      ["SSL_CERT_DIR": try Certificates.path("authorities")],
    ] {
      let run = try Run.program(Project.sesscli, arguments, environment: environment)
      #expect(run.out == "PONG\n", "\(environment): \(run.err)")
    }
    let folder = try Certificates.path("authorities")
    #expect(
      try Run.sesscli("-p", "\(server.port)", "--tls", "--cacertdir", folder, "ping").out
        == "PONG\n")
  }

  @Test func insecureAcceptsAnybody() throws {
    let server = try TLSServer(certificate: "self")
    let run = try Run.sesscli("-p", "\(server.port)", "--tls", "--insecure", "ping")
    #expect(run.out == "PONG\n", "\(run.err)")
  }

  @Test func aNameThatIsNotTheHosts() throws {
    let server = try TLSServer(certificate: "elsewhere")
    #expect(try server.run("--sni", "redis.example", "ping").out == "PONG\n")
  }

  @Test func ciphersAreChosen() throws {
    let suite = "TLS_CHACHA20_POLY1305_SHA256"
    let server = try TLSServer(["--tls-ciphersuites", suite, "--tls-protocols", "TLSv1.3"])
    #expect(try server.run("--tls-ciphersuites", suite, "ping").out == "PONG\n")
    let older = try TLSServer([
      "--tls-ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384", "--tls-protocols", "TLSv1.2",
    ])
    #expect(
      try older.run("--tls-ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384", "ping").out == "PONG\n")
    let none = try older.run("--tls-ciphers", "ECDHE-ECDSA-CHACHA20-POLY1305", "ping")
    #expect(none.exitCode == 3)
    #expect(
      none.err.hasSuffix("the server refused the TLS handshake: perhaps it takes other ciphers\n"))
  }

  @Test(arguments: ["TLSv1.2", "TLSv1.3"])
  func bothSidesShowCertificates(_ version: String) throws {
    let server = try TLSServer(["--tls-protocols", version], clients: "yes")
    let run = try server.run(
      "--cert", Certificates.path("client.crt"), "--key", Certificates.path("client.key"),
      "set", "k", "v")
    #expect(run.out == "OK\n", "\(run.err)")
    let none = try server.run("set", "none", "v")
    #expect(
      none.err.hasSuffix(": the server wants a client certificate: --cert FILE --key FILE\n"))
    #expect(none.exitCode == 3)
    let alien = try server.run(
      "--cert", Certificates.path("alien.crt"), "--key", Certificates.path("alien.key"),
      "set", "alien", "v")
    #expect(
      alien.err.hasSuffix(": the server does not accept the client certificate: unknown ca\n"))
    #expect(alien.exitCode == 3)
    #expect(try server.redis.send("DBSIZE") == ":1")
  }

  @Test func aServerThatOnlyAsksForACertificate() throws {
    let server = try TLSServer(["--requirepass", "hunter2"], clients: "optional")
    let run = try server.run("echo", "in", environment: ["REDISCLI_AUTH": "hunter2"])
    #expect(run.out == "in\n", "\(run.err)")
  }

  @Test func theKeysPassphraseIsAskedFor() throws {
    let server = try TLSServer(clients: "yes")
    let terminal = try server.terminal(
      "--cert", Certificates.path("client.crt"), "--key", Certificates.path("locked.key"))
    terminal.expect("Passphrase of \(try Certificates.path("locked.key")): ")
    try terminal.enter("open sesame")
    terminal.expect("127.0.0.1:\(server.port)> ")
    try terminal.enter("echo in")
    terminal.expect("\"in\"")
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains("sesame"))
    let other = try server.terminal(
      "--cert", Certificates.path("client.crt"), "--key", Certificates.path("locked.key"))
    other.expect("Passphrase of ")
    try other.enter("open barley")
    other.expect("locked.key: the passphrase is wrong")
    #expect(other.exitCode() == 2)
  }

  @Test func passwords() throws {
    let server = try TLSServer(
      ["--requirepass", "hunter2", "--user", "alice", "on", ">pw", "~*", "+@all"])
    let ca = try Certificates.path("ca.crt")
    #expect(
      try server.run("echo", "in", environment: ["REDISCLI_AUTH": "hunter2"]).out == "in\n")
    #expect(try server.run("--user", "alice", "-a", "pw", "acl", "whoami").out == "alice\n")
    let uri = "rediss://alice:%70w@localhost:\(server.port)"
    #expect(try Run.sesscli("-u", uri, "--cacert", ca, "acl", "whoami").out == "alice\n")
    let wrong = try server.run("-a", "wrong", "--no-auth-warning", "set", "k", "v")
    #expect(wrong.err.hasPrefix("AUTH failed: WRONGPASS"))
    #expect(wrong.exitCode == 3)
    let terminal = try server.terminal("--askpass")
    terminal.expect("Password: ")
    try terminal.enter("hunter2")
    terminal.expect("127.0.0.1:\(server.port)> ")
    try terminal.enter("echo in")
    terminal.expect("\"in\"")
  }

  // MARK: Streams

  @Test func aScriptOfThousandsOfCommands() throws {
    let server = try TLSServer()
    let numbers = 0..<20_000
    let script = numbers.map { "set key:\($0) value\($0)\nget key:\($0)\n" }.joined()
    let run = try server.run(stdin: Array(script.utf8), limit: .seconds(60))
    #expect(run.out == numbers.map { "OK\nvalue\($0)\n" }.joined())
    #expect(run.err == "")
    #expect(try server.redis.send("DBSIZE") == ":20000")
  }

  /// Larger than every buffer on the way, in both directions.
  @Test func largeValues() throws {
    let server = try TLSServer()
    let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
    let value = try [UInt8](#require(try random.read(upToCount: 40 << 20)))
    #expect(value.count == 40 << 20)
    let set = try server.run("-x", "set", "big", stdin: value, limit: .seconds(60))
    #expect(set.out == "OK\n", "\(set.err)")
    let get = try server.run("--raw", "get", "big", limit: .seconds(60))
    #expect(get.stdout.count == value.count + 1)
    #expect(memcmp(get.stdout, value, min(get.stdout.count, value.count)) == 0)
  }

  /// Both sides have more to write than the other reads at once.
  @Test func largeValuesBothWaysAtOnce() throws {
    let server = try TLSServer()
    let value = String(repeating: "x", count: 300_000)
    let script = "set k \(value)\n" + String(repeating: "get k\nset other \(value)\n", count: 100)
    let run = try server.run(stdin: Array(script.utf8), limit: .seconds(60))
    #expect(run.out == "OK\n" + String(repeating: "\(value)\nOK\n", count: 100))
  }

  @Test func decodingAndScanning() throws {
    let server = try TLSServer()
    for number in 0..<2_500 {
      try server.redis.send("SET", "session:\(number)", #"{"user":\#(number)}"#)
    }
    let run = try server.run("decode", "session:*", "--json")
    #expect(run.out.split(separator: "\n").count == 2_500)
    #expect(run.out.contains(#"{"user":2499}"#))
    #expect(run.exitCode == 0)
  }

  @Test func messagesAsTheyCome() throws {
    let server = try TLSServer()
    let child = try Coprocess(arguments: server.options + ["subscribe", "news"])
    child.expect("subscribe\nnews\n1\n")
    for number in 1...3 {
      try server.redis.send("PUBLISH", "news", "\(number)")
      child.expect("message\nnews\n\(number)\n")
    }
    let monitor = try Coprocess(arguments: server.options + ["monitor"])
    monitor.expect("OK\n")
    try server.redis.send("GET", "some key")
    monitor.expectOutput(containing: #""GET" "some key""#)
  }

  @Test func aScriptIsAnsweredAtOnce() throws {
    let server = try TLSServer()
    let child = try Coprocess(arguments: server.options)
    for number in 1...3 {
      try child.send("incr n\n")
      child.expect("\(number)\n")
    }
    #expect(try child.finish().exitCode == 0)
  }

  // MARK: The end of a connection

  @Test func aLostConnectionIsNoticedAndRenewed() throws {
    let server = try TLSServer()
    let terminal = try server.terminal("-n", "3")
    terminal.expect("[3]> ")
    try terminal.enter("set k v")
    terminal.expect("OK\n")
    try server.redis.send("CLIENT", "KILL", "TYPE", "normal")
    terminal.expect("the server closed the connection")
    terminal.expect("not connected> ")
    try terminal.enter("get k")
    terminal.expect("reconnected, database 3 selected again")
    terminal.expect("\"v\"")
    // Killed, it says no farewell.
    server.redis.stop()
    terminal.expect("the server closed the connection")
    try terminal.enter("get k")
    terminal.expect("Connection refused")
    terminal.expect("not connected> ")
    try server.redis.start()
    try terminal.enter("get k")
    terminal.expect("reconnected")
    terminal.expect("(nil)")
    terminal.expect("[3]> ")
  }

  /// The tickets of TLS 1.3 arrive when nothing was asked.
  @Test func ticketsAreNoReplies() throws {
    let server = try TLSServer(["--tls-protocols", "TLSv1.3"])
    let terminal = try server.terminal()
    terminal.expect("127.0.0.1:\(server.port)> ")
    for number in 1...3 {
      try terminal.enter("incr n")
      terminal.expect("(integer) \(number)")
    }
    #expect(!String(decoding: terminal.raw, as: UTF8.self).contains("connected"))
  }

  @Test func controlCRenewsTheConnection() throws {
    let server = try TLSServer()
    let terminal = try server.terminal()
    terminal.expect("> ")
    try terminal.enter("blpop q 0")
    try waitForBlockedClient(of: server.redis)
    try terminal.send(.controlC)
    terminal.expect("127.0.0.1:\(server.port)> ")
    try server.redis.send("RPUSH", "q", "late")
    try terminal.enter("client getname")
    terminal.expect("(nil)")
  }
}
