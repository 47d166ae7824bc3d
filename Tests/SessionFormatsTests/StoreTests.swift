import Foundation
import Testing

@testable import SessionFormats

/// Every fixture with a manifest, against what its producer says it holds.
@Suite struct StoreTests {
  @Test(arguments: StoreManifest.all)
  func decodes(payload: StorePayload) throws {
    let stored: Stored
    if let file = payload.file {
      let decoded = try Decoded(detecting: payload.bytes(of: file), context: payload.context)
      if let chain = payload.chain { #expect(decoded.chain == chain) }
      stored = Stored(decoded, key: payload.context.key, now: payload.context.now)
    } else {
      let (fields, chains) = try Self.fields(of: payload)
      if let chain = payload.chain { #expect(chains.contains(chain), "\(chains)") }
      stored = Stored(fields: fields, key: payload.context.key, now: payload.context.now)
    }
    if let framework = payload.framework {
      let sighting = try #require(Framework.sighting(of: stored))
      #expect(sighting.name.hasPrefix(framework), "\(sighting.name)")
    }
    if let json = payload.json {
      try Self.expectSameJSON(
        JSONWriter.json(stored.value, .plain), payload.bytes(of: json), "\(payload.folder)/\(json)")
    }
    if let typed = payload.typed {
      try Self.expectSameJSON(
        JSONWriter.json(stored.value, .typed), payload.bytes(of: typed),
        "\(payload.folder)/\(typed)")
    }
  }

  /// The fast exit writes the bytes of the usual way, or declines.
  @Test(arguments: StoreManifest.all.filter { $0.file != nil })
  func bothExitsAgree(payload: StorePayload) throws {
    let bytes = try payload.bytes(of: try #require(payload.file))
    var output: [UInt8] = []
    guard JSONTranscoder().transcode(bytes, into: &output) else {
      #expect(output.isEmpty)
      return
    }
    let decoded = try Decoded(detecting: bytes)
    #expect(output == JSONWriter.json(decoded.value, .plain))
    #expect(decoded.reading.findings.isEmpty)
  }

  private static func fields(of payload: StorePayload) throws -> ([Pair], chains: Set<String>) {
    var pairs: [Pair] = []
    var chains: Set<String> = []
    for (name, digits) in try #require(payload.fields).sorted(by: { $0.key < $1.key }) {
      var context = payload.context
      context.field = Array(name.utf8)
      let decoded = try Decoded(detecting: hex(digits), context: context)
      pairs.append(Pair(.string(name), decoded.value))
      chains.insert(decoded.chain)
    }
    return (pairs, chains)
  }

  /// Compares documents regardless of the order of their members and of the elements of sets.
  private static func expectSameJSON(_ ours: [UInt8], _ theirs: [UInt8], _ file: String) throws {
    let texts = try [ours, theirs].map { bytes in
      canonical(try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
    }
    #expect(texts[0] == texts[1], "\(file)")
  }

  private static func canonical(_ any: Any) -> String {
    switch any {
    case let map as [String: Any]:
      let members = map.map { name, value in
        if name == "$set" || name == "$frozenset", let items = value as? [Any] {
          return "\(name): [\(items.map(canonical).sorted().joined(separator: ", "))]"
        }
        return "\(name.debugDescription): \(canonical(value))"
      }
      return "{\(members.sorted().joined(separator: ", "))}"
    case let items as [Any]: return "[\(items.map(canonical).joined(separator: ", "))]"
    case let text as String: return text.debugDescription
    default: return "\(any)"
    }
  }
}
