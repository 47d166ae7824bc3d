import Foundation
import Testing

@testable import SessionFormats

/// What Ruby marshalled, against what Ruby says it is.
@Suite struct RubyMarshalTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let typed: String
    var testDescription: String { name }
  }

  static let cases: [Case] = {
    do {
      let text = String(decoding: try Fixture.bytes("ruby/cases.jsonl"), as: UTF8.self)
      return try text.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        let parts = try #require(object as? [String: Any])
        return Case(
          name: try #require(parts["name"] as? String),
          bytes: hex(try #require(parts["hex"] as? String)),
          typed: canonical(parts["typed"] ?? NSNull()))
      }
    } catch {
      preconditionFailure("cases.jsonl: \(error)")
    }
  }()

  @Test(arguments: cases)
  func reads(one: Case) throws {
    let reading = try Format.ruby.read(one.bytes)
    let json = JSONWriter.json(reading.value, .typed)
    let object = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
    #expect(Self.canonical(object) == one.typed)
    #expect(reading.label == "Ruby Marshal")
    #expect(reading.findings.isEmpty)
  }

  @Test(arguments: cases)
  func bothExitsAgree(one: Case) throws { try Self.expectBothExits(one.bytes) }

  @Test func bothExitsAgreeOnMutations() throws {
    var numbers = SeededNumbers(seed: 48)
    for one in Self.cases where one.bytes.count < 600 {
      for _ in 0..<40 {
        var mutant = one.bytes
        for _ in 0..<Int.random(in: 1...3, using: &numbers) {
          let at = Int.random(in: 2..<mutant.count, using: &numbers)
          if numbers.next() % 2 == 0 {
            mutant[at] = UInt8(truncatingIfNeeded: numbers.next())
          } else {
            mutant[at] =
              Array("IT\":;@[{}0Fiflo/uUCecmSEd".utf8).randomElement(using: &numbers) ?? 0
          }
        }
        try Self.expectBothExits(mutant)
      }
    }
  }

  @Test func truncatedAtEveryOffset() {
    for one in Self.cases where one.bytes.count < 1000 {
      for count in 0..<one.bytes.count {
        #expect(throws: PayloadError.self, "\(one.name), \(count)") {
          try Format.ruby.read(Array(one.bytes.prefix(count)))
        }
      }
      #expect(throws: PayloadError.self, "\(one.name)") { try Format.ruby.read(one.bytes + [0x30]) }
    }
  }

  // MARK: - Shown as

  private func shown(_ digits: String) throws -> String {
    let json = JSONWriter.json(try Format.ruby.read(hex(digits)).value)
    return String(decoding: json, as: UTF8.self)
  }

  @Test func symbolsAreNames() throws {
    #expect(try shown("0408 7b06 3a06 61 3a06 62") == "{\"a\":\"b\"}")
    // :a and "a" are two keys, which JSON would take for one.
    #expect(
      try shown("0408 7b07 3a06 61 6906 2206 61 6907") == "{\"$map\":[[\"a\",1],[\"a\",2]]}")
  }

  /// Digits, a zero and lower bits of the mantissa, with what Ruby 3.1 reads them as.
  @Test(arguments: [
    ("0408660a302e31000102", ""), ("0408660b302e31000102", "0.09999999999945788"),
    ("0408660b302e3100999a", "0.1"), ("0408660c302e3100ffffff", "0.1000000000003638"),
    ("0408660f302e3100010203040506", "0.09999999999945788"),
    ("0408660c2d322e3500999a", "-2.5000000000174625"),
    ("040866143132333435362e3738390001020304", "123456.78899956125"),
  ])
  func floatsOfRuby18(digits: String, number: String) throws {
    if number.isEmpty {
      #expect(throws: PayloadError.self) { try shown(digits) }
    } else {
      #expect(try shown(digits) == number)
    }
  }

  @Test func timesBeforeRuby18() throws {
    // Seconds and microseconds, without the bit that tells the newer form.
    #expect(
      try shown("0408 75 3a09 54696d65 0d 00f15365 20a10700") == "\"2023-11-14T22:13:20.5Z\"")
  }

  /// Ruby 3.5 keeps the form of sets, but may write their hash without a default.
  @Test func setsWithAndWithoutADefault() throws {
    for hash in ["7b 06 6906 54", "7d 06 6906 54 46"] {
      let reading = try Format.ruby.read(hex("0408 6f 3a08 536574 06 3a0a 4068617368" + hash))
      #expect(reading.value == .tagged(.set, .list([.integer(1)])))
    }
  }

  @Test func unknownClassesAreDataWithANote() throws {
    let reading = try Format.ruby.read(hex("0408 6f 3a09 55736572 06 3a08 406964 6907"))
    var user = Object(name: "User")
    user.fields = [Pair(.string("id"), .integer(2))]
    #expect(reading.value == .object(user))
    #expect(reading.findings.isEmpty)
    #expect(reading.notes == ["objects of User"])
  }

  // MARK: - Support

  static func expectBothExits(_ bytes: [UInt8]) throws {
    var writer = JSONWriter(.plain)
    let transcode = try #require(Format.ruby.transcode)
    let usual = Result { () throws(PayloadError) in try Format.ruby.read(bytes) }
    let fast = Result { () throws(PayloadError) in
      try transcode(ByteReader(bytes), &writer)
    }
    switch (usual, fast) {
    case (.success(let reading), .success(true)):
      #expect(writer.bytes == JSONWriter.json(reading.value), "\(hexText(bytes))")
      #expect(reading.findings.isEmpty)
    case (_, .success(false)): break
    case (.failure(let one), .failure(let other)): #expect(one == other)
    default: Issue.record("\(usual) and \(fast) for \(hexText(bytes))")
    }
  }

  /// JSON in one order, so that it can be compared.
  static func canonical(_ any: Any) -> String {
    switch any {
    case let map as [String: Any]:
      let members = map.map { "\($0.key.debugDescription): \(canonical($0.value))" }
      return "{\(members.sorted().joined(separator: ", "))}"
    case let items as [Any]: return "[\(items.map(canonical).joined(separator: ", "))]"
    case let text as String: return text.debugDescription
    // 1e15 is no integer in Ruby, and one for Foundation.
    default: return "\(any)".replacing(/\.0$/, with: "")
    }
  }
}
