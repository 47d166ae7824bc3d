import Foundation
import SessionFormats
import Testing

/// Tests/Fixtures/*/manifest.json: what real stores keep, and what it must be decoded to.
struct StoreManifest: Decodable {
  let payloads: [StorePayload]

  /// Every payload of every folder that has a manifest of this shape.
  static let all: [StorePayload] = {
    do {
      return try Fixture.names(in: ".").flatMap { folder -> [StorePayload] in
        guard let bytes = try? Fixture.bytes("\(folder)/manifest.json") else {
          return []
        }
        let manifest = try Foundation.JSONDecoder().decode(StoreManifest.self, from: Data(bytes))
        return manifest.payloads.map { payload in
          var payload = payload
          payload.folder = folder
          return payload
        }
      }
    } catch {
      preconditionFailure("a manifest of the fixtures: \(error)")
    }
  }()
}

/// One stored session.
struct StorePayload: Decodable, CustomTestStringConvertible {
  /// Who made the bytes.
  enum Maker: String, Decodable { case real, specification }

  /// A string's bytes; nil for a hash.
  let file: String?
  /// A hash: each field's bytes in hexadecimal digits.
  let fields: [String: String]?
  let store: String
  let version: String
  let serializer: String
  let compressor: String
  let made: Maker
  let key: String?
  /// The name of the cookie that the bytes are the value of.
  let cookie: String?
  let secrets: [String]?
  /// The chain that must be shown; of a hash, chains of its fields.
  let chain: String?
  /// How the sighting's name must begin.
  let framework: String?
  /// Files with the value as plain and as typed JSON.
  let json: String?
  let typed: String?

  var folder = ""

  private enum CodingKeys: String, CodingKey {
    case file, fields, store, version, serializer, compressor, made, key, cookie, secrets, chain
    case framework, json, typed
  }

  var testDescription: String { "\(folder)/\(file ?? key ?? store)" }

  var context: Context {
    Context(
      key: key.map { Array($0.utf8) }, cookie: cookie.map { Array($0.utf8) },
      secrets: (secrets ?? []).map { Array($0.utf8) },
      now: 1_700_000_000)
  }

  func bytes(of file: String) throws -> [UInt8] { try Fixture.bytes("\(folder)/\(file)") }
}
