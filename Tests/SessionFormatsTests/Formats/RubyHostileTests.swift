import Testing

@testable import SessionFormats

/// Marshal that Ruby did not write.
@Suite struct RubyHostileTests {
  private func failure(_ bytes: [UInt8]) -> PayloadError? {
    do throws(PayloadError) {
      _ = try Format.ruby.read(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
      return nil
    } catch {
      return error
    }
  }

  private func failure(_ digits: String) -> PayloadError? { failure(hex("0408" + digits)) }

  private func array(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
    [UInt8(ascii: "["), 3] + (0..<3).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + bytes
  }

  @Test(arguments: [
    ("40 06", "a link to object 1, of which there are 0"),
    ("5b 06 40 06", "a link to object 1, of which there are 1"),
    ("5b 06 40 fa", "a link to object -1, of which there are 1"),
    ("3b 00", "a link to symbol 0, of which there are 0"),
    ("3b fa", "a link to symbol -1, of which there are 0"),
    ("49 2f 06 61 00 06 3a 07 4071 40 00", "a link to an object that is not finished"),
    ("5b fa", "a negative count of elements, -1"),
    ("7b fa", "a negative count of entries, -1"),
    ("22 fa", "a negative length, -1"),
    ("22 04 ff ff ff 7f", "need 2147483647 bytes, none left"),
    ("22 04 ff ff ff ff", "need 4294967295 bytes, none left"),
    ("5b 04 ff ff ff 7f", "2147483647 elements need 2147483647 bytes, 0 left"),
    ("7b 07 30 30 30", "2 entries need 4 bytes, 3 left"),
    ("6f 3a 06 41 fa", "a negative count of instance variables, -1"),
    ("6c 2b fa", "a negative count of words, -1"),
    ("6c 2a 06 00 00", "expected a big integer's sign, found 0x2a"),
    ("66 08 78 79 7a", "not a number: \"xyz\""),
    ("66 0b 30 78 31 70 33 30", "not a number: \"0x1p30\""),
    ("66 00", "not a number: \"\""),
    ("6f 69 06 00", "expected a symbol, found 0x69"),
    ("43 3a 06 41 30", "a subclass of neither String, Regexp, Array nor Hash"),
    ("58", "no type of Marshal begins with 0x58"),
    ("30 30", "1 trailing byte after the value"),
    ("", "need 1 byte, none left"),
  ])
  func isRefused(digits: String, reason: String) {
    let error = failure(digits)
    #expect(error?.reason == reason)
    #expect(error?.isLimit == false)
  }

  @Test func otherVersions() {
    #expect(failure(hex("0409 30"))?.reason == "expected Marshal's version 4.8, found 4.9")
    #expect(failure(hex("0308 30"))?.reason == "expected Marshal's version 4.8, found 3.8")
    #expect(failure(hex("0405 30")) == nil)
  }

  @Test(arguments: ["5b06", "7b0630", "6f3a0641063a064b", "553a0641", "653a0641", "433a0641", "49"])
  func depth(level: String) {
    let levels = [[UInt8]](repeating: hex(level), count: 50_000)
    let bytes: [UInt8] = [4, 8] + levels.joined() + [0x30]
    let error = failure(bytes)
    #expect(error?.isLimit == true, "\(level)")
    #expect(error?.reason == "nested more than 128 deep")
  }

  @Test func nestingUpToTheLimit() {
    let levels = String(repeating: "5b06", count: 128)
    #expect(failure(levels + "30") == nil)
    #expect(failure("5b06" + levels + "30")?.isLimit == true)
  }

  @Test func integersHaveALimit() {
    let fits = [4, 8] + [UInt8(ascii: "l"), UInt8(ascii: "+"), 2, 0, 8]
    #expect(failure(fits + [UInt8](repeating: 0xFF, count: 4096)) == nil)
    let large = [4, 8, UInt8(ascii: "l"), UInt8(ascii: "+"), 2, 1, 8]
    let error = failure(large + [UInt8](repeating: 0xFF, count: 4098))
    #expect(error?.isLimit == true)
    #expect(error?.reason == "an integer of 4098 bytes, 4096 at most")
  }

  /// A long text and half a million links to it, as a symbol, a string, a class's name and an
  /// instance variable's.
  @Test(arguments: ["3a", "22", "63"])
  func longTextManyTimes(type: String) throws {
    let text = hex(type) + [3, 0, 0, 1] + [UInt8](repeating: 0x61, count: 1 << 16)
    let link = type == "3a" ? hex("3b00") : hex("4006")
    let count = 10_000
    let links = Array(repeating: link, count: count).flatMap { $0 }
    let bytes = [4, 8] + array(count + 1, text + links)
    #expect(failure(bytes)?.isLimit == true)
    try RubyMarshalTests.expectBothExits(bytes)
  }

  @Test func longNamesManyTimes() {
    let name = hex("3a") + [3, 0, 0, 1] + [UInt8](repeating: 0x61, count: 1 << 16)
    let objects = Array(repeating: hex("6f3b0000"), count: 10_000).flatMap { $0 }
    let error = failure([4, 8] + array(10_001, hex("6f") + name + [0] + objects))
    #expect(error?.isLimit == true)
  }

  /// Each level refers twice to the one before: expanded, 2 to the power of 60 values.
  @Test func doubling() throws {
    var bytes = hex("0408 5b 41 5b 00")
    for level in 1...59 {
      bytes += hex("5b07 40") + [UInt8(level + 5), UInt8(ascii: "@"), UInt8(level + 5)]
    }
    let reading = try Format.ruby.read(bytes)
    let json = JSONWriter.json(reading.value)
    #expect(json.count < 2000)
    #expect(json.starts(with: "[[],".utf8))
  }

  /// Many small objects, each of which refers to one large array as its content.
  @Test func manyLinksToALargeArray() throws {
    let large = array(20_000, [UInt8](repeating: UInt8(ascii: "0"), count: 20_000))
    let first = hex("553a11") + Array("Gem::Version".utf8) + large
    let others = Array(repeating: hex("553b004007"), count: 5_000).flatMap { $0 }
    let reading = try Format.ruby.read([4, 8] + array(5_001, first + others))
    #expect(reading.findings.count == 100)
    #expect(reading.notes == ["4901 more objects of dangerous classes"])
  }

  @Test func cycles() throws {
    func value(_ digits: String) throws -> Value {
      try Format.ruby.read(hex("0408" + digits)).value
    }
    #expect(try value("5b 06 40 00") == .shared(1, .list([.reference(1)])))
    #expect(
      try value("7b 06 40 00 40 00") == .shared(1, .map([Pair(.reference(1), .reference(1))])))
    var object = Object(name: "A")
    object.fields = [Pair(.string("s"), .reference(1))]
    #expect(try value("6f 3a06 41 06 3a07 4073 40 00") == .shared(1, .object(object)))
    // A string whose instance variable is the string itself.
    var text = Object(name: "String")
    text.fields = [Pair(.string("s"), .reference(1))]
    text.state = .string("a")
    #expect(try value("49 22 06 61 06 3a07 4073 40 00") == .shared(1, .object(text)))
    // A subclass of Array that holds itself.
    var items = Object(name: "A")
    items.items = [.reference(1)]
    #expect(try value("43 3a06 41 5b 06 40 00") == .shared(1, .object(items)))
  }

  /// A set whose hash is the one that the set is in.
  @Test func setsInsideTheirOwnHash() throws {
    let bytes = hex("0408 7b 06 6f 3a08 536574 06 3a0a 4068617368 40 00 54")
    let reading = try Format.ruby.read(bytes)
    guard case .shared(1, .map(let pairs)) = reading.value else {
      Issue.record("\(reading.value)")
      return
    }
    var set = Object(name: "Set")
    set.fields = [Pair(.string("hash"), .reference(1))]
    #expect(pairs == [Pair(.object(set), .bool(true))])
  }

  @Test(arguments: [
    // Time: a month 16, a day 0, years beyond their length, 7 bytes.
    "753a0954696d650d 003cc0c0 00000000", "753a0954696d650d 00001ec0 00000000",
    "753a0954696d650f 200000c0 00000000 0a2c", "753a0954696d650c 00000000 000000",
    // Date: too few parts, a day beyond all calendars, a date that is text.
    "553a0944617465 5b06 6900",
    "553a0944617465 5b0b 6900 6904ffffff7f 6900 6900 6900 660c32323939313631",
    "553a0944617465 220661",
    // BigDecimal, Rational, Complex, Set, IPAddr and Duration that are not as their classes make
    // them.
    "753a0f42696744656369 6d616c 0a 7878787878", "553a0d526174696f6e616c 5b06 6906",
    "553a0c436f6d706c6578 5b07 30 30", "6f 3a08536574 06 3a0a4068617368 30",
    "6f 3a08536574 06 3a0a4068617368 7b06 6906 46", "6f 3a0b495041646472 00",
    "6f 3a1c416374697665537570706f72743a3a4475726174696f6e 06 3a0b407061727473 30",
  ])
  func odditiesAreObjects(digits: String) throws {
    let value: Value
    do {
      value = try Format.ruby.read(hex("0408" + digits)).value
    } catch {
      // Lengths that the bytes above get wrong are errors of the format itself.
      Issue.record("\(error)")
      return
    }
    guard case .object = value else {
      Issue.record("\(value)")
      return
    }
  }

  // MARK: - Gadgets

  private func findings(_ name: String) throws -> [Finding] {
    try Decoded(detecting: Fixture.bytes("rails/gadget-\(name).bin")).reading.findings
  }

  private func said(_ finding: Finding) -> String {
    "\(finding.effect.rawValue) \(finding.name)"
  }

  @Test func templateBehindAProxy() throws {
    let found = try findings("erb")
    #expect(found.map(said) == ["call ERB.result", "evaluate system('id')"])
  }

  @Test func rubyGems() throws {
    let found = try findings("rubygems")
    #expect(
      found.map(said) == [
        "create Gem::Requirement", "create Gem::Package::TarReader", "create Net::BufferedIO",
        "create Gem::Package::TarReader::Entry", "call Gem::RequestSet.resolve",
        "create Gem::RequestSet", "call Kernel.system",
      ])
    #expect(found.last?.arguments == [.string("id")])
  }

  @Test func others() throws {
    let stub = try findings("stub")
    #expect(stub.map(said) == ["call open"])
    #expect(stub.first?.arguments == [.string("|id 1>&2")])
    #expect(try findings("codegen").map(said) == ["evaluate system('id')"])
    #expect(try findings("method").map(said) == ["call Worker -> system"])
  }

  @Test func dangerIsMarkedInTheValue() throws {
    let value = try Decoded(detecting: Fixture.bytes("rails/gadget-erb.bin")).value
    let json = String(decoding: JSONWriter.json(value), as: UTF8.self)
    #expect(json.hasPrefix("{\"$danger\":\"ActiveSupport::Deprecation::"))
    #expect(json.contains("{\"$danger\":\"ERB\",\"src\":\"system('id')\""))
  }

  @Test(arguments: ["erb", "rubygems", "stub", "codegen", "method"])
  func theFastExitLeavesGadgetsToTheOther(name: String) throws {
    let bytes = try Fixture.bytes("rails/gadget-\(name).bin")
    var output: [UInt8] = []
    #expect(!JSONTranscoder().transcode(bytes, into: &output))
  }

  @Test func versionsAndRequirementsOfGemsAreData() throws {
    let bytes = hex(
      """
      0408 553a1547656d3a3a526571756972656d656e74 5b06 5b06 5b07 4922073e3d063a064554
      553a1147656d3a3a56657273696f6e 5b06 49220631063b0654
      """.filter { !$0.isNewline })
    #expect(try Format.ruby.read(bytes).findings.isEmpty)
  }

  /// Each class that has a meaning, written in every way that the grammar has, with no content or
  /// the wrong content. (A RubyGems version without its content was once read past the end of the
  /// table.)
  @Test(arguments: RubyKnown.names.keys.sorted() + ["ERB", "Net::BufferedIO", "Gem::Source"])
  func aKnownClassInAnyForm(name: String) {
    let symbol = [UInt8(ascii: ":"), UInt8(name.utf8.count + 5)] + Array(name.utf8)
    let nothing: [UInt8] = [UInt8(ascii: "0")]
    let contents: [[UInt8]] = [
      nothing, Array("i\u{6}".utf8), Array("[\u{0}".utf8), Array("[\u{6}0".utf8),
      Array("[\u{7}00".utf8), Array("[\u{6}[\u{6}[\u{7}00".utf8), Array("{\u{0}".utf8),
      Array("\"\u{0}".utf8), Array("\"\u{8}1.0".utf8), Array("f\u{6}1".utf8),
      Array("@\u{0}".utf8), Array("@\u{6}".utf8), Array("o;\u{0}\u{0}".utf8),
      Array("U;\u{0}[\u{0}".utf8),
    ]
    var payloads: [[UInt8]] = []
    for form in "oSuUdCe" {
      let head = [4, 8] + Array("\(form)".utf8) + symbol
      switch form {
      // Names with values: none, a variable, one that is known by its name.
      case "o", "S":
        payloads.append(head + [0])
        for variable in ["@a", "@set", "@value", "@hash", "@src", "@version", "seconds"] {
          let name = [UInt8(ascii: ":"), UInt8(variable.utf8.count + 5)] + Array(variable.utf8)
          payloads += contents.map { head + [6] + name + $0 }
        }
      // Bytes.
      case "u":
        payloads += [0, 1, 7, 8, 40].map {
          head + [UInt8($0 + ($0 > 0 ? 5 : 0))] + [UInt8](repeating: 0x31, count: $0)
        }
      default: payloads += contents.map { head + $0 }
      }
    }
    for payload in payloads {
      // Alone, as the last element, and in front of another.
      let body = payload.dropFirst(2)
      for whole in [
        payload, [4, 8] + Array("[\u{6}".utf8) + body,
        [4, 8] + Array("[\u{7}".utf8) + body + nothing,
        payload + nothing, Array(payload.dropLast()),
      ] {
        var writer = JSONWriter(.plain)
        _ = try? Format.ruby.read(whole)
        _ = try? Format.ruby.transcode?(ByteReader(whole), &writer)
      }
    }
  }
}
