import Foundation
import Testing

/// Each thing that goes wrong with TLS is told in one clear line.
@Suite struct TLSErrorTests {
  private func expectRefusal(
    _ run: Run, _ server: TLSServer, _ reason: String, location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      run.err == "Could not connect to Redis at 127.0.0.1:\(server.port): \(reason)\n",
      sourceLocation: location)
    #expect(run.out == "", sourceLocation: location)
    #expect(run.exitCode == 3, sourceLocation: location)
    // Whatever is wrong, nothing was sent.
    #expect(try server.redis.send("DBSIZE") == ":0", sourceLocation: location)
  }

  @Test(arguments: [
    ("late", "expired on 2002-03-04 05:06 UTC"),
    ("early", "is not valid before 2101-02-03 04:05 UTC"),
    (
      "self", "is self-signed, and not trusted here (--cacert FILE: whom to trust)"
    ),
    (
      "alien",
      "is issued by Alien Authority, who is not trusted here (--cacert FILE: whom to trust)"
    ),
    (
      "elsewhere",
      "is for redis.example, a.example, b.example, c.example and 1 more, not for 127.0.0.1 "
        + "(--sni NAME: whom to expect)"
    ),
  ])
  func certificates(_ name: String, _ reason: String) throws {
    let server = try TLSServer(certificate: name)
    try expectRefusal(server.run("set", "k", "v"), server, "the server's certificate \(reason)")
  }

  @Test func theWrongAuthority() throws {
    let server = try TLSServer()
    let ca = try Certificates.path("alien-ca.crt")
    let run = try Run.sesscli("-p", "\(server.port)", "--tls", "--cacert", ca, "set", "k", "v")
    // Redis sends the authority's certificate as well.
    try expectRefusal(
      run, server,
      "the server's certificate leads back to Test Authority, who is not trusted here (--cacert "
        + "FILE: whom to trust)"
    )
  }

  @Test func aNameThatIsAskedForIsVerified() throws {
    let server = try TLSServer()
    try expectRefusal(
      server.run("--sni", "redis.example", "set", "k", "v"), server,
      "the server's certificate is for localhost, 127.0.0.1, ::1, not for redis.example (--sni "
        + "NAME: whom to expect)"
    )
    // To OpenSSL, no name is any.
    let elsewhere = try TLSServer(certificate: "elsewhere")
    #expect(try elsewhere.run("--sni", "", "ping").exitCode == 3)
  }

  @Test func aServerWithoutTLS() throws {
    let server = try RedisServer(["--requirepass", "hunter2"], tcp: true)
    let run = try Run.sesscli("-p", "\(server.port)", "--tls", "--insecure", "ping")
    #expect(
      run.err.hasSuffix(
        ": the server does not speak TLS on this port: try without --tls (redis://)\n"))
    #expect(run.exitCode == 3)
    let other = try ScriptedServer([.send("220 mail.example ESMTP\r\n"), .stall], tcp: true)
    let mail = try Run.sesscli("-p", "\(other.port)", "--tls", "--insecure", "ping")
    #expect(
      mail.err.hasSuffix(
        ": the server does not speak TLS on this port: try without --tls (redis://)\n"))
  }

  @Test func aServerThatWantsTLS() throws {
    let server = try TLSServer()
    let run = try Run.sesscli("-p", "\(server.port)", "get", "k")
    #expect(
      run.err
        == "Error: the server closed the connection without an answer: does it want TLS (--tls)?\n"
    )
    #expect(run.exitCode == 3)
    // As others than Redis answer.
    let alert = try ScriptedServer([.command, .send([21, 3, 1, 0, 2, 2, 70]), .close], tcp: true)
    let other = try Run.sesscli("-p", "\(alert.port)", "get", "k")
    #expect(other.err == "Error: the server speaks TLS on this port: try --tls\n")
    #expect(other.exitCode == 3)
  }

  @Test func theConnectionEndsInTheHandshake() throws {
    let server = try ScriptedServer([.close], tcp: true)
    let run = try Run.sesscli("-p", "\(server.port)", "--tls", "--insecure", "ping")
    // The kernel may tell of the end in either way.
    #expect(
      run.err.hasSuffix("the server closed the connection instead of answering the TLS handshake\n")
        || run.err.hasSuffix("the server broke off the TLS handshake: Connection reset by peer\n"),
      "\(run.err)")
    #expect(run.exitCode == 3)
  }

  @Test func theHandshakeHasATimeout() throws {
    let server = try ScriptedServer([.stall], tcp: true)
    let run = try Run.sesscli("-t", "0.2", "-p", "\(server.port)", "--tls", "--insecure", "ping")
    #expect(run.err.hasSuffix(": the server did not answer TLS in 0.2 s\n"))
    #expect(run.exitCode == 3)
  }

  @Test func controlCEndsTheHandshake() throws {
    let listener = try Listener(.loopback)
    let terminal = try PTY.sesscli(
      "-t", "1000", "-p", "\(listener.port)", "--tls", "--insecure", "ping")
    let connection = accept(listener.descriptor, nil, nil)
    defer { close(connection) }
    var byte: UInt8 = 0
    #expect(read(connection, &byte, 1) == 1)
    // TLS' first record is under way.
    #expect(byte == 0x16)
    try terminal.send(.controlC)
    #expect(terminal.fatalSignal() == SIGINT)
  }

  @Test func filesAndLists() throws {
    let server = try TLSServer()
    let folder = try TemporaryFolder()
    let (ca, key) = (try Certificates.path("ca.crt"), try Certificates.path("client.key"))
    let (crt, alien) = (try Certificates.path("client.crt"), try Certificates.path("alien.key"))
    let missing = folder.path + "/missing"
    for (options, message) in [
      (["--cacert", missing], "--cacert \(missing): No such file or directory"),
      (["--cacert", folder.path], "--cacert \(folder.path): Is a directory"),
      (["--cacert", key], "--cacert \(key): it holds no certificate in PEM"),
      (["--cacertdir", missing], "--cacertdir \(missing): No such file or directory"),
      (["--cacertdir", ca], "--cacertdir \(ca): Not a directory"),
      (["--cert", missing, "--key", key], "--cert \(missing): No such file or directory"),
      (["--cert", crt, "--key", missing], "--key \(missing): No such file or directory"),
      (["--cert", key, "--key", key], "--cert \(key): it holds no certificate in PEM"),
      (
        ["--cert", crt, "--key", crt],
        "--key \(crt): it holds no private key in PEM"
      ),
      (["--cert", crt, "--key", alien], "--key \(alien): the key is not that of --cert \(crt)"),
      (["--tls-ciphers", "NONE"], "--tls-ciphers: no cipher of that name: NONE"),
      (["--tls-ciphersuites", "NONE"], "--tls-ciphersuites: no such suite: NONE"),
    ] {
      let run = try Run.program(
        Project.sesscli, ["-p", "\(server.port)", "--tls"] + options + ["ping"])
      #expect(run.err == "sesscli: \(message)\n")
      #expect(run.out == "")
      #expect(run.exitCode == 2)
    }
  }

  /// After a failure the files are read again: certificates are renewed.
  @Test func aRenewedFileIsRead() throws {
    let server = try TLSServer()
    let folder = try TemporaryFolder()
    let file = folder.path + "/ca.crt"
    try FileManager.default.copyItem(atPath: Certificates.path("alien-ca.crt"), toPath: file)
    let terminal = try PTY.sesscli("-p", "\(server.port)", "--tls", "--cacert", file)
    terminal.expect("not trusted here")
    terminal.expect("not connected> ")
    try FileManager.default.removeItem(atPath: file)
    try FileManager.default.copyItem(atPath: Certificates.path("ca.crt"), toPath: file)
    try terminal.enter("echo in")
    terminal.expect("\"in\"")
  }
}
