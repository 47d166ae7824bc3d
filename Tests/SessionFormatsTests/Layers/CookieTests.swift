import Testing

@testable import SessionFormats

/// Every cookie of the fixtures with the right secret before and after a wrong one, with only a
/// wrong one, with none, cut off and tampered with. StoreTests checks the content.
@Suite struct CookieTests {
  static let all = StoreManifest.all.filter { $0.folder == "cookies" }
  static let withSecrets = all.filter { !($0.secrets ?? []).isEmpty }
  private static let wrong = Array("not the secret of the fixtures..".utf8)

  /// What the facts say of a signature or a cipher; nil if nothing.
  private func verdict(
    _ bytes: [UInt8], _ payload: StorePayload, _ secrets: [[UInt8]]
  ) -> String? {
    var context = payload.context
    context.secrets = secrets
    guard let decoded = try? Decoded(detecting: bytes, context: context) else { return nil }
    let facts = decoded.layers.flatMap(\.facts)
    // A cipher that opens says more than the signature around it.
    let fact =
      facts.last { $0.name == "decrypted" || $0.name == "encrypted" }
      ?? facts.last { $0.name == "signature" }
    return fact?.text
  }

  private func bytes(_ payload: StorePayload) throws -> [UInt8] {
    try payload.bytes(of: try #require(payload.file))
  }

  @Test(arguments: withSecrets)
  func theSecretThatFitsIsNamedByItsPosition(payload: StorePayload) throws {
    let bytes = try bytes(payload)
    let secrets = payload.context.secrets
    // gorilla's cipher opens with the second one.
    let position = payload.file == "gorilla-encrypted.cookie" ? 2 : 1
    let first = try #require(verdict(bytes, payload, secrets))
    #expect(first.contains("secret \(position)"), "\(first)")
    let second = try #require(verdict(bytes, payload, [Self.wrong] + secrets))
    #expect(second.contains("secret \(position + 1)"), "\(second)")
    #expect(!first.contains("invalid") && !second.contains("invalid"))
    for secret in payload.secrets ?? [] {
      #expect(!(first + second).contains(secret), "a secret is shown")
    }
  }

  @Test(arguments: withSecrets)
  func withoutTheSecretNothingIsBelieved(payload: StorePayload) throws {
    let bytes = try bytes(payload)
    // Without a secret that opens it, nothing shows what it is.
    if payload.chain?.hasPrefix("cookie-rs private") == true
      || payload.chain == "Django signer > text"
    {
      #expect(verdict(bytes, payload, [Self.wrong]) == nil)
      return
    }
    let none = try #require(verdict(bytes, payload, []))
    #expect(none.contains("no --secret given"), "\(none)")
    let wrong = try #require(verdict(bytes, payload, [Self.wrong]))
    #expect(wrong.contains("the secret given") && !wrong.contains("valid,"), "\(wrong)")
    let two = try #require(verdict(bytes, payload, [Self.wrong, []]))
    #expect(two.contains("the 2 secrets given"), "\(two)")
  }

  /// One character changed anywhere: never "valid", never decrypted.
  @Test(arguments: withSecrets)
  func tampered(payload: StorePayload) throws {
    let original = try bytes(payload)
    let step = max(1, original.count / 10)
    for at in stride(from: 0, to: original.count, by: step) {
      var bytes = original
      bytes[at] = bytes[at] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      guard let text = verdict(bytes, payload, payload.context.secrets) else { continue }
      let isBelieved =
        text.contains("secret") && !text.contains("invalid")
        && !text.contains("not ")
      #expect(!isBelieved, "byte \(at): \(text)")
    }
  }

  /// Cut off anywhere: an error or something else, and no trap.
  @Test(arguments: all)
  func truncated(payload: StorePayload) throws {
    let original = try bytes(payload)
    // Padding of base64 at the end may be left out.
    let end = original.lastIndex { $0 != UInt8(ascii: "=") } ?? 0
    for count in stride(from: 0, to: end, by: max(1, original.count / 12)) {
      guard let text = verdict(Array(original[..<count]), payload, payload.context.secrets)
      else { continue }
      #expect(!text.hasPrefix("valid"), "\(count) bytes: \(text)")
    }
  }

  /// Bytes changed, doubled and left out at random, also in headers: nothing traps.
  @Test(arguments: all)
  func mutated(payload: StorePayload) throws {
    var random = SystemRandomNumberGenerator()
    let original = try bytes(payload)
    for _ in 0..<12 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(contentsOf: bytes[at...].prefix(9), at: at)
        default: bytes.removeSubrange(at..<min(bytes.count, at + 3))
        }
      }
      for cookie in Cookie.parse(Array("Cookie: a=1; b=".utf8) + bytes) {
        var context = payload.context
        context.cookie = cookie.name
        _ = SessionKeys(cookie, try? Decoded(detecting: cookie.value, context: context))
      }
    }
  }

  /// Each layer on its own is asked for any text without a trap.
  @Test func everyLayerRefusesWhatIsNotIts() {
    let texts = [
      "", ".", "..", "....", "s:", "s:.", "e:..", "j:", "|||", "2|", "2|1:0|", "2|1:0|10:1|", "::",
      ":::",
      "Fe26.2*******", "Fe26.2*", "gAAAAA", "CfDJ8", "CfDJ8AAAA", "SFMyNTY..", "QTEyOEdDTQ....",
      "XCP.", "ey", "ey..", "eyJhbGciOiJub25lIn0..", "!?", "!=?=", "MT", "AQ", "?a=b", "--", "ey--",
      String(repeating: "=", count: 120), String(repeating: "A", count: 4096),
      String(repeating: "a", count: 72), "2|99999999999999999999:0|", "2|1:0|999999:1|x|00",
    ]
    for text in texts {
      for layer in Layer.all {
        let context = Context(secrets: [Self.wrong], now: 1_700_000_000)
        if layer.recognizes(Array(text.utf8)) || text.count < 200 {
          _ = try? layer.unwrap(Array(text.utf8), context, 1 << 16)
        }
      }
    }
  }

  /// Words with dots, colons and dashes, and base64, are not cookies.
  @Test(arguments: [
    "www.example.com", "2023.11.14", "a.b.c.d.e",
    "session:q2Jv0WmT7y-sXl4nKc_8dRfPbZ3hGtUe5iAoQw1N060",
    "1.2.3", "one.two.three", "s:hello.world", "e:a.b.c", "key=value; other=value",
    "user|1700000000|admin", "see you at 10:30:00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709-file",
    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk=",
    "version-1.2.3.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdE", "https://example.com/a?b=c&d=e",
  ])
  func ordinaryTextIsNoCookie(text: String) throws {
    let decoded = try Decoded(
      detecting: Array(text.utf8), context: Context(secrets: [Self.wrong], now: 1_700_000_000))
    let cookies = Set(Layer.cookies.map(\.name))
    #expect(!decoded.layers.contains { cookies.contains($0.label.lowercased()) })
    #expect(
      decoded.chain == "text" || decoded.chain.hasPrefix("form") || decoded.chain == "hex > bytes",
      "\(decoded.chain)")
  }

  // MARK: What only some cookies have

  @Test func anAlgorithmIsNotBelieved() throws {
    // A token without a signature, and one whose algorithm claims another one's.
    let none = Array("eyJhbGciOiJub25lIn0.eyJhZG1pbiI6dHJ1ZX0.".utf8)
    let facts = try Decoded(detecting: none, context: Context(secrets: [[1]])).layers[0].facts
    #expect(facts.contains(Fact("signature", "none: anybody can have written it")))
    let short = Array("eyJhbGciOiJIUzUxMiJ9.eyJhZG1pbiI6dHJ1ZX0.AAAA".utf8)
    let said = try Decoded(detecting: short, context: Context(secrets: [[1]])).layers[0].facts
    #expect(said.contains(Fact("signature", "invalid, 3 bytes instead of 64")))
  }

  @Test func timesThatAreOverSaySo() throws {
    // {"alg":"none"}, {"exp":1700000000}
    let token = Array("eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAwMDB9.".utf8)
    let before = try Decoded(detecting: token, context: Context(now: 1_699_999_000)).layers[0].facts
    #expect(before.contains(Fact("expires", "2023-11-14T22:13:20Z, in 16 min 40 s")))
    let after = try Decoded(detecting: token, context: Context(now: 1_700_000_060)).layers[0].facts
    #expect(after.contains(Fact("expired", "2023-11-14T22:13:20Z, 1 min ago")))
  }

  /// Made by the keygrip of Debian's node-keygrip 1.1.0: new
  /// Keygrip([secret]).sign("session=eyJ2aWV3cyI6MX0=").
  @Test func keygrip() {
    let secret = Array("sesscli-test-key-of-the-fixtures".utf8)
    func fact(_ value: String, _ secrets: [[UInt8]]) -> Fact? {
      Keygrip.fact(
        name: Array("session".utf8), value: Array(value.utf8), signature: Array(Self.grip.utf8),
        context: Context(secrets: secrets))
    }
    #expect(
      fact("eyJ2aWV3cyI6MX0=", [Self.wrong, secret])
        == Fact("signature", "valid, secret 2 (keygrip)"))
    #expect(
      fact("eyJ2aWV3cyI6Mn0=", [secret]) == Fact("signature", "invalid for the secret given"))
    #expect(Keygrip.fact(name: [], value: [], signature: [0x21], context: Context()) == nil)
  }
  private static let grip = "ArOMO-pvxM9oZnvPooDDEvK_wsk"
}
