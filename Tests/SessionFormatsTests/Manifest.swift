import Foundation
import SessionFormats
import Testing

/// Tests/Fixtures/flask/manifest.json: what real Flask, Flask-Session and Starlette wrote.
struct Manifest: Decodable {
  let secret: String
  let signedAt: Int64
  let payloads: [Payload]

  struct Payload: Decodable, CustomTestStringConvertible {
    let file: String
    let kind: String
    let key: String
    let ttl: Int
    let format: String
    let producer: String
    let version: String
    let expected: String?

    var testDescription: String { file }
    var bytes: [UInt8] { get throws { try Fixture.bytes("flask/\(file)") } }
  }

  static let flask: Manifest = {
    do {
      let bytes = try Fixture.bytes("flask/manifest.json")
      return try Foundation.JSONDecoder().decode(Manifest.self, from: Data(bytes))
    } catch {
      preconditionFailure("the manifest of the fixtures: \(error)")
    }
  }()
}

/// The value that typed JSON stands for, as Foundation and nothing under test reads it.
enum TypedJSON {
  static func value(_ path: String) throws -> Value {
    let bytes = try Fixture.bytes(path)
    return try value(
      of: JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
  }

  /// Maps become sorted by key, since Foundation forgets their order: see `sorted`.
  private static func value(of any: Any) throws -> Value {
    switch any {
    case is NSNull: return .null
    case let text as String: return .string(text)
    case let number as NSNumber:
      if isBoolean(number) { return .bool(number.boolValue) }
      if let integer = Int64(number.stringValue) { return .integer(integer) }
      if UInt64(number.stringValue) != nil { return .number(number.stringValue) }
      return .double(number.doubleValue)
    case let items as [Any]: return .list(try items.map(value))
    case let map as [String: Any]:
      guard map.count == 1, let (key, inner) = map.first, key.hasPrefix("$") else {
        return sorted(.map(try map.map { Pair(.string($0.key), try value(of: $0.value)) }))
      }
      if key == "$bytes" {
        let text = try #require(inner as? String)
        return .bytes(Array(try #require(Data(base64Encoded: text))))
      }
      let tag = try #require(Tag(rawValue: String(key.dropFirst())))
      return .tagged(tag, try value(of: inner))
    default: throw PayloadError(at: 0, "no typed JSON: \(any)")
    }
  }

  private static func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }

  /// The value with the entries of every map in the order of their keys' texts, and sets in that of
  /// their elements.
  static func sorted(_ value: Value) -> Value {
    switch value {
    case .map(let pairs):
      .map(
        pairs.map { Pair($0.key, sorted($0.value)) }.sorted { "\($0.key)" < "\($1.key)" })
    case .list(let items): .list(items.map(sorted))
    case .tagged(.set, .list(let items)):
      .tagged(.set, .list(items.map(sorted).sorted { "\($0)" < "\($1)" }))
    case .tagged(let tag, let inner): .tagged(tag, sorted(inner))
    case .shared(let number, let inner): .shared(number, sorted(inner))
    default: value
    }
  }
}
