import Testing

@testable import SessionFormats

/// What Rails puts around values, where the fixtures do not reach.
@Suite struct RailsLayerTests {
  private let secret = Array(
    "sesscli-test-secret_key_base-0123456789abcdef0123456789abcdef0123456789abcdef".utf8)

  private func cookie(_ name: String, secrets: [[UInt8]]) throws -> Decoded {
    try Decoded(
      detecting: Fixture.bytes("rails/\(name).cookie"), context: Context(secrets: secrets))
  }

  @Test func sealedWithoutASecret() throws {
    for name in ["gcm-json", "cbc-json", "gcm-7.0"] {
      let sealed = try cookie(name, secrets: [])
      #expect(sealed.chain == "Rails encrypted cookie > sealed")
      #expect(sealed.reading.isOpaque)
      let wrong = try cookie(name, secrets: [Array("wrong".utf8)])
      #expect(wrong.chain == "Rails encrypted cookie > sealed")
      #expect(wrong.layers[0].facts[0].text.hasSuffix("not by the secret given"))
    }
  }

  @Test func signedIsReadWithoutASecret() throws {
    let decoded = try cookie("signed-json", secrets: [])
    #expect(decoded.chain == "Rails signed cookie > JSON")
    #expect(decoded.layers[0].facts[0].text == "not checked, no --secret given")
    #expect(decoded.layers[0].facts[1] == Fact("purpose", "cookie._app_session"))
    let rack = try cookie("rack-marshal", secrets: [Array("wrong".utf8)])
    #expect(rack.chain == "Rack cookie > Ruby Marshal")
    #expect(rack.layers[0].facts[0].text == "invalid for the secret given")
  }

  @Test func rackEncryptedNeedsItsSecret() throws {
    for name in ["rack-v1", "rack-v2"] {
      #expect(try cookie(name, secrets: []).chain == "text")
      var bytes = try Fixture.bytes("rails/\(name).cookie")
      bytes[60] = bytes[60] == 0x41 ? 0x42 : 0x41
      let changed = try Decoded(detecting: bytes, context: Context(secrets: [secret]))
      #expect(changed.chain == "text")
    }
  }

  @Test func privateIDOfRack() throws {
    // By Rack::Session::SessionId#private_id.
    let words = String(decoding: try Fixture.bytes("rails/private-id.txt"), as: UTF8.self)
      .split(whereSeparator: \.isWhitespace)
    #expect(rackPrivateID(Array(words[0].utf8)) == Array(words[1].utf8))
  }

  /// The value of an entry refers to the entry around it, which no cached value does.
  @Test func entriesThatHoldThemselves() throws {
    let head = hex("0408 6f 3a20") + Array("ActiveSupport::Cache::Entry".utf8)
    let bytes = head + hex("06 3a0b 4076616c7565") + hex("5b 06 40 00")
    // It cannot be cut out, and so is shown as the object that it is.
    let decoded = try Decoded(detecting: bytes)
    #expect(decoded.chain == "Ruby Marshal")
    var entry = Object(name: "ActiveSupport::Cache::Entry")
    entry.fields = [Pair(.string("value"), .list([.reference(1)]))]
    #expect(decoded.value == .shared(1, .object(entry)))
  }

  @Test func entriesOf71ThatAreCutOff() throws {
    let bytes = try Fixture.bytes("rails/cache-7.1.bin")
    for count in 0..<bytes.count {
      #expect((try? Decoded(detecting: Array(bytes.prefix(count))))?.chain.contains("Ruby") != true)
    }
  }

  @Test func messagePackExtensionsAreChecked() {
    for digits in [
      "cc80 d4 03 00 00", "cc80 d5 06 01 02", "cc80 c7 00 07", "cc80 d4 0c 01", "cc80 d4 01 00 00",
      "cc80 c7 03 03 01 00 00",
    ] {
      #expect(throws: PayloadError.self, "\(digits)") {
        try Format.railsMessagePack.read(hex(digits))
      }
    }
  }
}
