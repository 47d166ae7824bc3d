import Testing

@testable import SessionFormats

/// Payloads of real producers, against what their generators say they hold.
@Suite struct FixtureTests {
  @Test(arguments: Manifest.flask.payloads.filter { $0.expected != nil })
  func flask(payload: Manifest.Payload) throws {
    let secret = Array(Manifest.flask.secret.utf8)
    let decoded = try Decoded(
      detecting: payload.bytes,
      context: Context(
        key: Array(payload.key.utf8), secrets: [secret], now: Manifest.flask.signedAt))
    let expected = try #require(payload.expected)
    #expect(TypedJSON.sorted(decoded.value) == (try TypedJSON.value("flask/\(expected)")))
    #expect(decoded.reading.notes.isEmpty)
    #expect(decoded.reading.findings.isEmpty)
    #expect(decoded.trace.isEmpty)
    if payload.kind == "session" {
      #expect(decoded.format.name == payload.format)
      #expect(decoded.layers.isEmpty)
    } else {
      #expect(decoded.layers[0].facts[0].text.hasPrefix("2023-11-14T22:13:20Z, 0 s ago"))
      #expect(decoded.layers[0].facts[1].text.hasPrefix("valid, secret 1 (salt "))
    }
  }

  @Test(arguments: Manifest.flask.payloads.filter { $0.kind == "signed id" })
  func signedIDs(payload: Manifest.Payload) throws {
    let secret = Array(Manifest.flask.secret.utf8)
    let decoded = try Decoded(detecting: payload.bytes, context: Context(secrets: [secret]))
    #expect(decoded.chain == "signed session id > text")
    #expect(
      decoded.layers[0].facts == [Fact("signature", "valid, secret 1 (salt flask-session)")])
    // The id leads to the session of the same login.
    guard case .string(let id) = decoded.value else {
      Issue.record("\(decoded.value)")
      return
    }
    #expect(Manifest.flask.payloads.contains { $0.key == "session:" + id })
  }

  @Test func oldAndNewEpochsMeetInTheSameSecond() throws {
    let old = try #require(
      Manifest.flask.payloads.first { $0.file.contains("0.24-short") })
    let facts = try Decoded(detecting: old.bytes).layers[0].facts
    #expect(facts[0] == Fact("signed", "2023-11-14T22:13:20Z (itsdangerous before 1.0)"))
  }

  @Test(arguments: try Fixture.names(in: "msgpack", suffix: ".msgpack"))
  func messagePack(name: String) throws {
    let decoded = try Decoded(detecting: Fixture.bytes("msgpack/\(name)"))
    #expect(decoded.format.name == "msgpack")
    let expected = name.replacing(".msgpack", with: ".typed.json")
    #expect(TypedJSON.sorted(decoded.value) == (try TypedJSON.value("msgpack/\(expected)")))
  }

  @Test(arguments: [
    ("zlib-1.json.bin", "zlib > JSON"), ("zlib-9.msgpack.bin", "zlib > MessagePack"),
    ("gzip.json.bin", "gzip > JSON"), ("gzip-members.json.bin", "gzip > JSON"),
    ("base64.msgpack.bin", "base64 > MessagePack"), ("base64-url.json.bin", "base64 > JSON"),
    ("base64-mime.zlib.json.bin", "base64 > zlib > JSON"),
    ("hex.gzip.msgpack.bin", "hex > gzip > MessagePack"),
    ("zlib.base64.json.bin", "zlib > base64 > JSON"),
    ("zlib.base64.pickle.bin", "zlib > base64 > pickle 4"),
    ("base64.zlib.pickle.bin", "base64 > zlib > pickle 4"),
  ])
  func layers(name: String, chain: String) throws {
    let bytes = try Fixture.bytes("layers/\(name)")
    let expected = try TypedJSON.value("layers/session.typed.json")
    let decoded = try Decoded(detecting: bytes)
    #expect(decoded.chain == chain)
    #expect(TypedJSON.sorted(decoded.value) == expected)
    // The header line's chain is accepted as a name.
    let named = try Decoded(reading: bytes, as: chain)
    #expect(named.chain == chain)
    #expect(TypedJSON.sorted(named.value) == expected)
  }

  @Test func everyLayerFixtureIsTested() throws {
    #expect(try Fixture.names(in: "layers", suffix: ".bin").count == 11)
  }
}
