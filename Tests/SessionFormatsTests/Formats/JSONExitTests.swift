import Testing

@testable import SessionFormats

/// JSON's fast exit against the usual way.
@Suite struct JSONExitTests {
  private static func passage(_ bytes: [UInt8]) -> [UInt8]? {
    var writer = JSONWriter(.plain)
    let reader = ByteReader(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
    return (try? Format.json.transcode?(reader, &writer)) == true ? writer.bytes : nil
  }

  private static func usual(_ bytes: [UInt8]) -> [UInt8]? {
    (try? Format.json.read(bytes, nodeLimit: Limits.nodes(stored: bytes.count)))
      .map { JSONWriter.json($0.value) }
  }

  private static let documents: [[UInt8]] = {
    do {
      return try ["node", "others", "flask", "python", "django"].flatMap { folder in
        try Fixture.names(in: folder, suffix: "json")
          .filter { $0 != "manifest.json" }
          .map { try Fixture.bytes("\(folder)/\($0)") }
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  @Test func everyFixture() throws {
    #expect(Self.documents.count > 150)
    var passed = 0
    for document in Self.documents {
      guard let bytes = Self.passage(document) else { continue }
      passed += 1
      #expect(bytes == Self.usual(document))
    }
    // The others have Flask's tags.
    #expect(passed > Self.documents.count * 9 / 10)
  }

  @Test func whatItPasses() {
    for (json, expected) in [
      ("{}", "{}"), ("[]", "[]"), (" [ 1 , 2 ]\n", "[1,2]"),
      (#"{"a" : {"b":[ ]}}"#, #"{"a":{"b":[]}}"#),
      (#"[1,"\u00fc\/\n\ud83e\uded6é"]"#, #"[1,"ü/\n🫖é"]"#),
      (#"[1,"\u001b\u0000"]"#, #"[1,"\u001b\u0000"]"#),
      ("[\"\u{7F}\u{202E}\"]", #"["\u007f\u202e"]"#),
      (
        "[-0,1.50,1E+5,123456789012345678901234567890,true,false,null]",
        "[-0,1.50,1E+5,123456789012345678901234567890,true,false,null]"
      ),
      (#"{"":1,"a":2}"#, #"{"":1,"a":2}"#), (#"[{"a":1},{"a":1}]"#, #"[{"a":1},{"a":1}]"#),
      (#"["a","b.c"]"#, #"["a","b.c"]"#),
    ] {
      let bytes = Self.passage(Array(json.utf8))
      #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == expected)
      #expect(bytes == Self.usual(Array(json.utf8)))
    }
  }

  @Test func whatItLeavesToOthers() {
    for json in [
      "", "1", "\"a\"", "{", "[", "[1", "[1,]", "[01]", "[1.]", "[1e]", "[+1]", "[-]", "[tru]",
      "[\"a]",
      "[\"\u{1}\"]", #"["\x"]"#, #"["\u12"]"#, #"["\ud800"]"#, #"["\udc00"]"#, #"["\ud800\u0041"]"#,
      "[NaN]", "[-Infinity]", "\u{FEFF}[]", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#,
      #"{"":1,"":2}"#,
      #"{" t":[1]}"#, #"[{" d":"x"}]"#, "{\"a\":1}x", "{a:1}", "{\"a\"1}", "{\"a\":1 \"b\":2}",
      #"{"@class":"a.B"}"#, #"{"a":{"@type":"a.B"}}"#, #"["java.util.Date",1700000000000]"#,
      #"{"a":["com.x.JdbcRowSetImpl",{}]}"#, #"["a.b"]"#, #"["\u0061.b",1]"#,
      String(repeating: "[", count: 129) + String(repeating: "]", count: 129),
    ] {
      #expect(Self.passage(Array(json.utf8)) == nil, "\(json)")
    }
    #expect(Self.passage(Array("[\"".utf8) + [0xFF] + Array("\"]".utf8)) == nil)
  }

  /// Damaged documents: nothing that the usual way refuses may pass, nor anything else come out.
  @Test func damaged() {
    var numbers = SeededNumbers(seed: 27)
    let bytes = Array("\"\\{}[],:0-.eEtfnu \t\n\u{1}\u{7F}aÿ".utf8) + [0xED, 0xA0, 0x80, 0xFF]
    for document in Self.documents where document.count < 700 {
      for _ in 0..<40 {
        var damaged = document
        for _ in 0...Int.random(in: 0..<3, using: &numbers) where !damaged.isEmpty {
          let at = Int.random(in: 0..<damaged.count, using: &numbers)
          switch Int.random(in: 0..<4, using: &numbers) {
          case 0: damaged.remove(at: at)
          case 1: damaged.removeSubrange(at...)
          case 2: damaged.insert(bytes.randomElement(using: &numbers) ?? 0, at: at)
          default: damaged[at] = bytes.randomElement(using: &numbers) ?? 0
          }
        }
        guard let passed = Self.passage(damaged) else { continue }
        #expect(passed == Self.usual(damaged), "\(String(decoding: damaged, as: UTF8.self))")
      }
    }
  }
}
