import Foundation
import Testing

/// A real Flask application with a real Flask-Session logs a user in, and sesscli reads what it
/// stored.
///
/// The virtual environments are made by `make test`; without them these tests fail rather than pass
/// unseen.
@Suite struct LiveTests {
  /// What Tests/Live/app.py prints.
  private struct Login: Decodable {
    let key, cookie, secret, flaskCookie: String
    let ttl: Int
  }

  struct Variant: Sendable, CustomTestStringConvertible {
    let version: String
    let options: [String]
    /// What a login holds in JSON; the formats say different things of what JSON lacks.
    let json: String
    var testDescription: String { ([version] + options).joined(separator: " ") }
  }

  private static func login(token: String) -> String {
    #"{"_permanent":true,"user_id":42,"user":"Grüße","roles":["admin","editor"],"#
      + #""visit":"3f1c0a9e-6d2b-4e8f-9a51-7c0d4b2e8f13","spent":"1.10","#
      + #""since":"2026-01-01T12:30:00","token":\#(token),"#
      + #""_flashes":[["message","Willkommen zurück"]]}"#
  }

  static let variants = [
    Variant(
      version: "0.5.0", options: ["--signed"], json: login(token: #"{"$bytes":"AP8="}"#)),
    Variant(
      version: "0.8.0", options: ["--signed"], json: login(token: #"{"$bytes":"AP8="}"#)),
    // msgspec writes bytes as base64 text, which a reader cannot tell from text.
    Variant(version: "0.8.0", options: ["--json"], json: login(token: #""AP8=""#)),
  ]

  @Test(arguments: variants) func aLoginIsReadBack(_ variant: Variant) throws {
    let server = try RedisServer()
    let login = try logIn(server, variant)
    #expect(login.ttl == 2_678_400)

    let decoded = try Run.sesscli("-s", server.socket, "decode", login.key, "--json")
    #expect(decoded.out == variant.json + "\n")
    #expect(decoded.err == "")
    #expect(decoded.exitCode == 0)
  }

  @Test(arguments: variants.filter { $0.options == ["--signed"] })
  func aSignedSessionIDIsResolved(_ variant: Variant) throws {
    let login = try logIn(try RedisServer(), variant)
    let cookie = Array(login.cookie.utf8)
    let id = login.key.dropFirst("session:".count)
    let json = try Run.sesscli(
      "decode", "--stdin", "--json", "--secret", login.secret, stdin: cookie)
    #expect(json.out == "\"\(id)\"\n")
    try expectSignature(of: cookie, login)
  }

  @Test func aFlaskCookieIsRead() throws {
    let login = try logIn(try RedisServer(), Self.variants[1])
    let cookie = Array(login.flaskCookie.utf8)
    let typed = try Run.sesscli("decode", "--stdin", "--typed", stdin: cookie)
    #expect(typed.out == #"{"roles":{"$tuple":["admin","editor"]},"user_id":42}"# + "\n")
    try expectSignature(of: cookie, login)
  }

  private func expectSignature(of cookie: [UInt8], _ login: Login) throws {
    for (secrets, verdict) in [
      (["--secret", login.secret], "signature valid"),
      (["--secret", "old key", "--secret", login.secret], "signature valid"),
      (["--secret", "not the key"], "signature invalid"), ([], "signature not checked"),
    ] {
      let run = try Run.program(
        Project.sesscli, ["decode", "--stdin", "--explain"] + secrets, stdin: cookie)
      #expect(run.out.contains(verdict), "\(secrets)")
    }
  }

  private func logIn(_ server: RedisServer, _ variant: Variant) throws -> Login {
    let python = "\(Project.root)/.build/venv/flask-session-\(variant.version)/bin/python"
    try #require(
      FileManager.default.isExecutableFile(atPath: python), "no \(python): `make test` makes it")
    let run = try Run.program(
      python, ["Tests/Live/app.py", server.socket] + variant.options, limit: .seconds(60))
    try #require(run.exitCode == 0, "\(run.err)")
    return try JSONDecoder().decode(Login.self, from: Data(run.stdout))
  }
}
