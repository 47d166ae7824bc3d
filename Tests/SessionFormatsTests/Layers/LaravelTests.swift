import Foundation
import Testing

@testable import SessionFormats

@Suite struct LaravelTests {
  private static let payloads = StoreManifest.all.filter {
    $0.folder == "php" && ($0.file ?? "").hasPrefix("laravel-cookie")
  }

  private func context(_ secrets: [String]) -> Context {
    Context(secrets: secrets.map { Array($0.utf8) })
  }

  /// The key as APP_KEY has it, as its bytes, and which of several it is.
  @Test(arguments: LaravelTests.payloads)
  func keys(payload: StorePayload) throws {
    let bytes = try payload.bytes(of: try #require(payload.file))
    let key = try #require(payload.secrets?.first)
    let raw = Array(try #require(Data(base64Encoded: String(key.dropFirst("base64:".count)))))
    for secrets in [[Array(key.utf8)], [raw], [Array("other".utf8), Array(key.utf8)]] {
      let decoded = try Decoded(detecting: bytes, context: Context(secrets: secrets))
      let layer = try #require(decoded.layers.first)
      #expect(!layer.isSealed)
      #expect(layer.facts.first?.name == "decrypted")
      #expect(
        layer.facts.first?.text.hasSuffix("secret \(secrets.count) (\(raw.count * 8) bits)") == true
      )
      #expect(layer.facts.last == Fact("cookie", "laravel_session"))
    }
  }

  @Test(arguments: LaravelTests.payloads)
  func withoutTheKeyItIsSealed(payload: StorePayload) throws {
    let bytes = try payload.bytes(of: try #require(payload.file))
    let none = try Decoded(detecting: bytes)
    #expect(none.chain == "Laravel encrypted > sealed")
    #expect(none.layers.first?.facts.first?.text.hasSuffix(", no --secret given") == true)
    let wrong = "base64:" + Data(repeating: 7, count: 32).base64EncodedString()
    let other = try Decoded(detecting: bytes, context: context([wrong]))
    #expect(other.layers.first?.facts.first?.text.hasSuffix(", not by the secret given") == true)
    #expect(other.reading.isOpaque)
  }

  /// One character of the text changed: the MAC or the tag does not fit any more.
  @Test(arguments: LaravelTests.payloads)
  func changed(payload: StorePayload) throws {
    let bytes = try payload.bytes(of: try #require(payload.file))
    let json = try Base64.decode(bytes[...], .standard)
    var text = String(decoding: json, as: UTF8.self)
    let value = try #require(text.range(of: "\"value\":\""))
    let first = text[value.upperBound]
    text.replaceSubrange(
      value.upperBound..<text.index(after: value.upperBound), with: first == "A" ? "B" : "A")
    let cookie = Array(Data(text.utf8).base64EncodedString().utf8)
    let decoded = try Decoded(detecting: cookie, context: context(payload.secrets ?? []))
    #expect(decoded.reading.isOpaque)
  }

  /// Browsers show the padding as `%3D`.
  @Test func percentSigns() throws {
    let payload = try #require(Self.payloads.first)
    let bytes = try payload.bytes(of: try #require(payload.file))
    let text = String(decoding: bytes, as: UTF8.self).replacing("=", with: "%3D")
    let whole = try Decoded(detecting: bytes, context: context(payload.secrets ?? []))
    let decoded = try Decoded(
      detecting: Array(text.utf8), context: context(payload.secrets ?? []))
    #expect(decoded.value == whole.value)
  }

  @Test(arguments: [
    "{\"iv\":\"\",\"value\":\"\",\"mac\":\"\"}", "{\"iv\":1}",
    "{\"iv\":\"AAAA\",\"value\":\"AAAA\"}",
  ])
  func whatIsNoEnvelopeIsNone(json: String) throws {
    let text = Array(Data(json.utf8).base64EncodedString().utf8)
    let decoded = try Decoded(detecting: text)
    #expect(!decoded.chain.contains("Laravel"))
  }
}
