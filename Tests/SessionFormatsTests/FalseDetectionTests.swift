import Foundation
import Testing

@testable import SessionFormats

/// Other data in Redis must not be taken for a session. Every kind below is made from seeded random
/// numbers; text is text, a number is a number, and everything else is an error or recognised for
/// what it is.
@Suite struct FalseDetectionTests {
  /// Strings of all kinds together.
  private static let total = 100_000
  private static let each = (total + Junk.kinds.count - 1) / Junk.kinds.count

  @Test func thereAreEnough() { #expect(Self.each * Junk.kinds.count >= Self.total) }

  @Test(arguments: Junk.kinds)
  func nothingIsTakenForASession(kind: Junk) {
    var numbers = SeededNumbers(seed: UInt64(kind.name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
    var wrong: [String: (count: Int, example: [UInt8])] = [:]
    for _ in 0..<Self.each {
      let bytes = kind.make(&numbers)
      guard let decoded = try? Decoded(detecting: bytes), !kind.isRight(decoded, bytes) else {
        continue
      }
      wrong[decoded.chain, default: (0, bytes)].count += 1
    }
    for (chain, (count, example)) in wrong {
      let text = String(validating: example, as: UTF8.self) ?? hexText(example)
      Issue.record("\(kind.name): \(count) of \(Self.each) are \(chain): \(legible(text))")
    }
    let count = wrong.values.reduce(0) { $0 + $1.count }
    print("\(kind.name): \(count) wrong of \(Self.each)")
  }

  /// StoreTests checks that real payloads are what their manifests say. With one more byte, none of
  /// them is a session of another kind.
  @Test func aForeignByteIsNotHidden() throws {
    for payload in StoreManifest.all {
      guard let file = payload.file, let chain = payload.chain,
        !chain.contains("text"), payload.folder != "named"
      else { continue }
      let bytes = try payload.bytes(of: file)
      for changed in [[0x01] + bytes, bytes + [0x01]] {
        guard let decoded = try? Decoded(detecting: changed, context: payload.context) else {
          continue
        }
        #expect(
          ["text", "bytes"].contains(decoded.format.name)
            || decoded.layers.last?.facts.contains { $0.text.hasPrefix("invalid") } == true,
          "\(payload.folder)/\(file): \(decoded.chain)")
      }
    }
  }
}

/// A kind of value that is no session.
struct Junk: Sendable, CustomTestStringConvertible {
  let name: String
  /// Chains besides text, numbers and nothing that are right.
  var chains: Set<String> = []
  let make: @Sendable (inout SeededNumbers) -> [UInt8]

  var testDescription: String { name }

  func isRight(_ decoded: Decoded, _ bytes: [UInt8]) -> Bool {
    ["text", "number", "empty"].contains(decoded.chain) || chains.contains(decoded.chain)
  }

  init(
    _ name: String, _ chains: Set<String> = [],
    make: @escaping @Sendable (inout SeededNumbers) -> [UInt8]
  ) {
    self.name = name
    self.chains = chains
    self.make = make
  }

  /// A kind of text.
  init(
    text name: String, _ chains: Set<String> = [],
    make: @escaping @Sendable (inout SeededNumbers) -> String
  ) {
    self.init(name, chains) { Array(make(&$0).utf8) }
  }

  static let kinds = bytes + letters + words + documents + values + files
}

extension Junk {
  private static let bytes = [
    Junk("random bytes") { numbers in numbers.bytes(.random(in: 1...300, using: &numbers)) },
    Junk("few random bytes") { numbers in numbers.bytes(.random(in: 1...12, using: &numbers)) },
    Junk("low bytes") { numbers in
      numbers.bytes(.random(in: 1...60, using: &numbers)).map { $0 & 0x1F }
    },
    Junk("bytes and zeros") { numbers in
      numbers.bytes(.random(in: 1...60, using: &numbers)).map { $0 & 1 == 0 ? 0 : $0 }
    },
    Junk("bitmaps") { numbers in
      var bits = [UInt8](repeating: 0, count: .random(in: 1...200, using: &numbers))
      for _ in 0..<5 {
        bits[.random(in: 0..<bits.count, using: &numbers)] |= 1 << (numbers.next() % 8)
      }
      return bits
    },
    Junk("big-endian and little-endian numbers") { numbers in
      let value = numbers.next() >> (numbers.next() % 60)
      return withUnsafeBytes(of: numbers.next() % 2 == 0 ? value.bigEndian : value, Array.init)
        + withUnsafeBytes(of: UInt32(truncatingIfNeeded: value), Array.init)
    },
    Junk("UTF-16") { numbers in
      (numbers.next() % 2 == 0 ? [0xFF, 0xFE] : [])
        + Array(sentence(&numbers).utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    },
    Junk("Latin-1") { numbers in
      Array(sentence(&numbers).utf8).map { $0 == 0x20 ? 0xE9 : $0 }
    },
    Junk("protocol buffers") { numbers in
      var message: [UInt8] = []
      for field in 1...UInt8(Int.random(in: 1...6, using: &numbers)) {
        switch numbers.next() % 3 {
        case 0: message += [field << 3, UInt8(numbers.next() % 128)]
        case 1:
          let text = word(&numbers)
          message += [field << 3 | 2, UInt8(text.utf8.count)] + Array(text.utf8)
        default: message += [field << 3 | 1] + numbers.bytes(8)
        }
      }
      return message
    },
    Junk("HyperLogLog") { numbers in
      Array("HYLL".utf8) + [UInt8(numbers.next() % 2), 0, 0, 0] + numbers.bytes(8)
        + numbers.bytes(.random(in: 3...100, using: &numbers)).map { $0 | 0x80 }
    },
  ]

  /// Words of letters in which bytes are written.
  private static let letters: [Junk] = [
    ("hexadecimal digits", "0123456789abcdef"), ("HEXADECIMAL DIGITS", "0123456789ABCDEF"),
    ("digits", "0123456789"), ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ("base64 for URLs", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
    ("base64 padded anywhere", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="),
    ("letters and points", "abcdefghijklmnopqrstuvwxyz0123456789.-"),
    ("printable", String((0x20..<0x7F).map { Character(Unicode.Scalar($0)) })),
    ("separators", "ab12|:;,.*!?%&=-_{}[]()<>\"'"),
    ("a pickle's letters", "(dpIVSaslct.12\n"), ("PHP's letters", "abOsidN:;{}\"0123456789|"),
    ("JSON's letters", "{}[]\",:0123456789truefalsn "),
  ].map { name, alphabet in
    let letters = Array(alphabet.utf8)
    return Junk(name) { numbers in
      (0..<Int.random(in: 1...120, using: &numbers)).map { _ in
        letters[Int(numbers.next() % UInt64(letters.count))]
      }
    }
  }

  private static let words = [
    Junk(text: "sentences", make: sentence),
    Junk(text: "paragraphs") { numbers in
      (0..<6).map { _ in sentence(&numbers) + "." }.joined(separator: "\n\n")
    },
    Junk(text: "scripts") { numbers in
      let ranges: [ClosedRange<UInt32>] = [
        0x41...0x17F, 0x370...0x3FF, 0x400...0x4FF, 0x5D0...0x5EA, 0x620...0x64A, 0x905...0x939,
        0xE01...0xE3A, 0x3041...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x1F300...0x1F64F,
      ]
      let range = ranges[Int(numbers.next() % UInt64(ranges.count))]
      var text = ""
      for _ in 0..<Int.random(in: 1...60, using: &numbers) {
        text.unicodeScalars.append(
          Unicode.Scalar(.random(in: range, using: &numbers)) ?? Unicode.Scalar(0x20))
        if numbers.next() % 7 == 0 { text += " " }
      }
      return text
    },
    Junk(text: "camel case and snakes") { numbers in
      [word(&numbers), word(&numbers).capitalized, word(&numbers).capitalized].joined(
        separator: ["", "_", "-", ".", "::", "/"].randomElement(using: &numbers) ?? "")
    },
    Junk(text: "names and numbers") { numbers in
      [
        "+49 30 \(numbers.next() % 10_000_000)",
        "(0\(numbers.next() % 1000)) \(numbers.next() % 100_000)",
        "\(word(&numbers)).\(word(&numbers))@example.com", "10.0.\(numbers.next() % 256).7:6379",
        "\(word(&numbers).capitalized) \(word(&numbers).capitalized)",
        "\(numbers.next() % 1000).\(numbers.next() % 100) EUR", "-\(numbers.next() % 100)",
        "v\(numbers.next() % 10).\(numbers.next() % 20).\(numbers.next() % 20)",
        "\(Double(numbers.next() % 100_000) / 7)", "1e\(numbers.next() % 300)",
        "2023-11-14T22:13:\(numbers.next() % 50 + 10)Z",
        "\(1_700_000_000 + numbers.next() % 1_000_000)",
        "1\(numbers.next() % 1_000_000_000_000).5", "de-DE,de;q=0.9,en;q=0.\(numbers.next() % 9)",
      ].randomElement(using: &numbers) ?? ""
    },
    Junk(text: "identifiers") { numbers in
      let digits = hexText(numbers.bytes(32))
      let d = Array(digits)
      return [
        "\(String(d[0..<8]))-\(String(d[8..<12]))-4\(String(d[13..<16]))-a\(String(d[17..<20]))-\(String(d[20..<32]))",
        digits, String(digits.prefix(40)), String(digits.prefix(32)), digits.uppercased(),
        Data(numbers.bytes(24)).base64EncodedString(),
        Data(numbers.bytes(32)).base64EncodedString(),
        Data(numbers.bytes(64)).base64EncodedString(),
        Data(numbers.bytes(31)).base64EncodedString(),
        "sk_live_\(digits.prefix(24))", "AKIA\(digits.prefix(16).uppercased())",
        "$2b$12$\(digits.prefix(53))",
        "sha256:\(digits)", "W/\"\(digits.prefix(20))\"", "\(digits.prefix(8)).\(digits.prefix(4))",
        "\(digits.prefix(40))--\(digits.suffix(40))", "\(digits.prefix(24)).\(digits.suffix(32))",
        "pbkdf2_sha256$260000$\(word(&numbers))$\(Data(numbers.bytes(32)).base64EncodedString())",
        "$argon2id$v=19$m=65536,t=3,p=4$\(Data(numbers.bytes(16)).base64EncodedString())$x",
      ].randomElement(using: &numbers) ?? ""
    },
    Junk(text: "URLs") { numbers in
      let query = "a=\(word(&numbers))&b=\(numbers.next() % 100)&next=%2F\(word(&numbers))%3Fx%3D1"
      return [
        "https://example.com/\(word(&numbers))/\(word(&numbers))?\(query)#top", query,
        "/\(word(&numbers))/\(numbers.next() % 1000)?\(query)",
        "redis://:pw@\(word(&numbers)):6379/0",
        "%E2%82%AC\(word(&numbers))%20\(word(&numbers))",
        "\(word(&numbers))=\(word(&numbers)); path=/",
        "data:image/png;base64,\(Data(numbers.bytes(30)).base64EncodedString())",
      ].randomElement(using: &numbers) ?? ""
    },
  ]
}
