import Testing

@testable import SessionFormats

@Suite struct PHPHostileTests {
  @Test(arguments: ["a:1:{i:0;", "O:1:\"A\":1:{s:1:\"a\";", "O:1:\"A\":1:{i:0;"])
  func nesting(opening: String) {
    let bytes = Array(String(repeating: opening, count: 100_000).utf8)
    let error = failure { () throws(PayloadError) in _ = try Format.php.read(bytes) }
    #expect(error?.reason == "nested more than 128 deep")
    #expect(error?.isLimit == true)
  }

  /// A body of its own in a body of its own ...: each is read again as text when it is not one
  /// value.
  @Test func nestedBodies() {
    var text = "x"
    for _ in 0..<200 { text = "C:1:\"U\":\(text.utf8.count):{\(text)}" }
    let error = failure { () throws(PayloadError) in _ = try Format.php.read(Array(text.utf8)) }
    #expect(error?.reason == "nested more than 128 deep")
  }

  /// If a body turns out not to hold values, notes and slots from it are forgotten, but dangers are
  /// not.
  @Test func bodiesThatOnlyBeginAsValues() throws {
    let body = "O:9:\"Mockery\\A\":1:{s:1:\"a\";i:+1;}rest"
    let text = "a:2:{i:0;C:1:\"U\":\(body.utf8.count):{\(body)}i:1;O:1:\"B\":0:{}}"
    let reading = try Format.php.read(Array(text.utf8))
    #expect(reading.findings.map(\.name) == ["Mockery\\A"])
    #expect(
      reading.notes == [
        "2 objects of U, B: loading them runs their __wakeup, __unserialize and __destruct"
      ])
    // References into it mean nothing, and are no reason to mark anything as shared.
    let again = "a:2:{i:0;C:1:\"U\":18:{a:1:{i:0;R:1;}rest}i:1;N;}"
    #expect(
      try Format.php.read(Array(again.utf8)).value
        == .list([.object(object("U", .string("a:1:{i:0;R:1;}rest"))), .null]))
  }

  private func object(_ name: String, _ state: Value) -> Object {
    var object = Object(name: name)
    object.state = state
    return object
  }

  /// With many of them, each takes no more time.
  @Test func manyBodies() throws {
    let objects = (0..<20_000).map { "i:\($0);C:1:\"U\":4:{N;xx}" }.joined()
    let reading = try Format.php.read(Array("a:20000:{\(objects)}".utf8))
    #expect(reading.value.elementCount == 20_000)
  }

  /// Strings that are serialized themselves are looked into, but not for ever, and not beyond the
  /// stack.
  @Test func stringsInStrings() throws {
    var text = "O:1:\"A\":0:{}"
    for _ in 0..<60 { text = "a:1:{i:0;s:\(text.utf8.count):\"\(text)\";}" }
    #expect(try Format.php.read(Array(text.utf8)).notes.isEmpty)
    let deep =
      String(repeating: "a:1:{i:0;", count: 100) + "N;" + String(repeating: "}", count: 100)
    let both =
      String(repeating: "a:1:{i:0;", count: 100) + "s:\(deep.utf8.count):\"\(deep)\";"
      + String(repeating: "}", count: 100)
    #expect(try Format.php.read(Array(both.utf8)).findings.isEmpty)
  }

  @Test(arguments: [
    "a:2147483647:{", "a:4294967295:{i:0;", "s:2147483647:\"", "O:1:\"A\":2147483647:{",
    "C:1:\"A\":2147483647:{", "O:2147483647:\"", "a:99999999999999999999999999:{",
    "C:16:\"SplObjectStorage\":20:{x:i:999999999;O:1:\"A\"}",
  ])
  func claimsAllocateNothing(text: String) {
    #expect(failure { () throws(PayloadError) in _ = try Format.php.read(Array(text.utf8)) } != nil)
  }

  /// A pair of a pair of a pair ... by references: 2^60 elements if they were expanded.
  @Test func doubling() throws {
    var text = "a:61:{i:0;a:0:{}"
    // Each element is an array of two references to the one before it.
    var slot = 2
    for index in 1...60 {
      text += "i:\(index);a:2:{i:0;R:\(slot);i:1;R:\(slot);}"
      slot += 1
    }
    text += "}"
    let reading = try Format.php.read(Array(text.utf8))
    #expect(JSONWriter.json(reading.value, .plain).count < 4_000)
    #expect(JSONWriter.json(reading.value, .typed).count < 8_000)
  }

  @Test func referencesWithNumbersOutOfRange() {
    for number in ["0", "2", "4294967297", "99999999999999999999", "-1", ""] {
      let bytes = Array("a:1:{i:0;R:\(number);}".utf8)
      #expect(failure { () throws(PayloadError) in _ = try Format.php.read(bytes) } != nil)
    }
  }

  @Test func notesAndFindingsAreBounded() throws {
    let objects = (0..<500).map { "i:\($0);O:9:\"Mockery\\A\":0:{}" }.joined()
    let reading = try Format.php.read(Array("a:500:{\(objects)}".utf8))
    #expect(reading.findings.count == 100)
    let keys = (0..<500).map { _ in "s:1:\"a\";i:+1;" }.joined()
    #expect(try Format.php.read(Array("a:500:{\(keys)}".utf8)).notes.count == Limits.notes)
  }

  // MARK: - Both exits

  /// Payloads of every fixture, changed here and there: the fast exit writes the usual way's bytes
  /// or declines.
  @Test func mutationsAgree() throws {
    var numbers = SeededNumbers(seed: 8)
    let transcoder = JSONTranscoder()
    var transcoded = 0
    for name in try Fixture.names(in: "php", suffix: ".bin") {
      let original = try Fixture.bytes("php/\(name)")
      for round in 0..<200 {
        var bytes = original
        for _ in 0..<(round == 0 ? 0 : Int.random(in: 1...3, using: &numbers)) {
          let at = Int.random(in: 0..<bytes.count, using: &numbers)
          // Digits and letters of the grammar keep more of the payloads readable than any byte
          // would.
          bytes[at] =
            Array("0123456789;:{}\"aisbdONRr|!$\0*\\é.".utf8).randomElement(using: &numbers) ?? 0
        }
        for format in [Format.php, .phpSession] {
          var writer = JSONWriter(.plain)
          let reader = ByteReader(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
          guard let transcode = format.transcode,
            (try? transcode(reader, &writer)) == true
          else { continue }
          transcoded += 1
          let reading = try format.read(bytes)
          #expect(format.isPlausible(reading.value))
          #expect(reading.findings.isEmpty)
          #expect(
            writer.bytes == JSONWriter.json(reading.value, .plain),
            "\(name) \(String(decoding: bytes, as: UTF8.self))")
        }
        var output: [UInt8] = []
        if transcoder.transcode(bytes, into: &output) {
          #expect(output == JSONWriter.json(try Decoded(detecting: bytes).value, .plain))
        }
      }
    }
    #expect(transcoded > 500)
  }

  /// What the fast exit must leave to the usual way, and what it must not.
  @Test(arguments: [
    ("a:1:{i:0;d:0.1;}", true), ("a:3:{i:0;d:1;i:1;d:1.0E+25;i:2;d:-0;}", true),
    ("a:1:{s:1:\"k\";s:3:\"€\";}", true), ("a:2:{i:3;N;i:4;N;}", true),
    ("a:1:{i:0;O:3:\"A\\B\":2:{s:1:\"a\";i:1;s:4:\"\0*\0b\";N;}}", true),
    ("a:1:{i:0;s:2:\"\\\"\";}", true), ("a:1:{i:0;i:0;}", true), ("a:0:{}", true),
    ("a:1:{s:2:\"$a\";i:1;}", true),
    ("a:1:{i:0;d:0.00001;}", true), ("a:1:{i:0;d:123456789012345678;}", true),
    ("a:2:{i:0;N;i:2;N;}", false), ("a:1:{i:0;R:1;}", false), ("a:1:{i:0;i:+5;}", true),
    ("a:2:{s:1:\"a\";N;s:1:\"a\";N;}", false), ("a:1:{i:0;i:-0;}", true),
    ("a:1:{i:0;O:9:\"Mockery\\A\":0:{}}", false), ("a:1:{i:0;d:NAN;}", true),
    ("a:1:{i:0;O:1:\"A\":1:{s:1:\"$\";N;}}", false), ("a:1:{i:0;E:3:\"A:B\";}", true),
    ("a:1:{i:0;O:1:\"A\":2:{s:11:\"a:protected\";N;s:4:\"\0*\0a\";N;}}", false),
  ])
  func fastExit(text: String, isTaken: Bool) throws {
    var writer = JSONWriter(.plain)
    let reader = ByteReader(Array(text.utf8))
    let taken = (try? Format.php.transcode?(reader, &writer)) ?? false
    #expect(taken == isTaken)
    if isTaken {
      #expect(writer.bytes == JSONWriter.json(try Format.php.read(Array(text.utf8)).value, .plain))
    }
  }
}
