import Testing

@testable import SessionFormats

/// The formats that go from bytes to JSON in one pass write what the usual way writes, or decline.
/// They never write what is damaged or malicious, which the usual way rejects.
@Suite struct FastExitTests {
  static let formats: [Format] = [
    .igbinary, .messagePack, .json, .php, .phpSession, .phpBinary, .ruby,
  ]

  /// Payloads of the formats, by real producers.
  static let payloads: [[UInt8]] = {
    do {
      return try ["igbinary", "msgpack", "flask", "php"].flatMap { folder in
        try Fixture.names(in: folder).filter { name in
          folder == "php" && !name.hasSuffix(".json")
            || [
              ".igbinary", ".msgpack", "-shop.json", "-login.json", "-scalars-msgpack.json",
            ].contains { name.hasSuffix($0) }
        }.map { try Fixture.bytes("\(folder)/\($0)") }
      } + Self.made
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  /// What the fixtures do not have.
  static let made: [[UInt8]] =
    [
      // Lists that are none, in all ways to say 0, keys that are the same as text and as a number.
      hex("00000002 1402 08 0000 05 0601 05"), hex("00000002 1402 0600 05 110161 05"),
      hex("00000002 1402 110135 05 0605 04"),
      hex("00000002 1403 0600 1400 0601 0101 0602 25 0101"),
      hex("00000002 1402 0601 25 0507 0602 25 1101 61"), hex("00000002 1401 0dff"),
      hex("82 c0 01 a161 81 01 a1 62"), hex("82 c0 01 a161 82 00 a1 62 01 c0"),
      hex("82 c0 01 00 a2 6161"), hex("82 a161 01 a161 02"), hex("81 a3 616263 ca 3dcccccd"),
      hex("82 a2 6161 d6ff 65535710 a1 62 c7 0c ff 00000001 0000000065535710"),
      // Ruby: keys that are numbers, no text, or the same as text and as a symbol; wrapped values.
      hex("0408 7b06 69063a0661"), hex("0408 7b06 22 06ff 30"),
      hex("0408 7b07 2206 61 30 3a06 61 54"),
      hex("0408 5b07 49 2206 61 063a06 4554 4006"), hex("0408 5b07 6608 312e35 4006"),
      hex("0408 433a 0948617368 7b06 2206 61 30"), hex("0408 7d06 3a06 61 30 6906"),
      hex("0408 6f3a 0641 06 3a07 4062 6906"),
      hex("82 c0 01 a161 d6 ff 00000000"), hex("91 92 01 02"), hex("81 a1 61 c4 02 00ff"),
      hex("82 a161 81 c0 01 a162 81 c0 a1 41"),
    ]
    + [
      "a:2:{i:0;N;s:1:\"a\";b:1;}", "a:2:{i:0;N;i:0;b:1;}", "a:1:{i:-0;d:0.5;}", "a:1:{i:+0;i:-0;}",
      "a:2:{i:00;i:7;i:1;d:NAN;}", "a:2:{i:1;N;i:01;N;}", "a:1:{i:99999999999999999999;N;}",
      "a:3:{i:0;a:0:{}i:1;R:2;i:2;i:+7;}", "a:1:{s:1:\"\u{80}\";N;}", "a:1:{S:1:\"\\41\";N;}",
      "a:1:{i:0;O:1:\"A\":2:{s:4:\"\0*\0a\";i:1;s:4:\"\0A\0b\";a:1:{i:0;i:5;}}}",
      "a:1:{i:0;O:1:\"A\":2:{s:1:\"a\";i:1;s:1:\"a\";i:2;}}",
      "a:1:{i:0;O:1:\"A\":1:{s:2:\"$a\";i:1;}}", "a:1:{i:0;O:1:\"A\":1:{i:0;i:1;}}",
      "a:2:{i:0;O:1:\"A\":0:{}i:1;r:2;}", "a:1:{i:0;E:3:\"A:B\";}",
      "a:1:{i:0;C:1:\"A\":4:{i:5;}}", "a:2:{i:0;i:1;i:1;C:1:\"A\":4:{R:2;}}",
      "a:1:{i:0;s:22:\"O:1:\"A\":1:{s:1:\"b\";N;}\";}", "a|N;", "a|N;b|N;", "!a|b|i:1;",
      "a|i:1;a|i:2;",
      "\u{1}aN;", "\u{1}ai:5;", "a:1:{i:5;d:0.10000000000000001;}", "a:1:{i:5;d:1.5E+25;}",
    ].map { Array($0.utf8) }
    + [
      #"{"a":1,"a":2}"#, #"{" t":[1]}"#, #"{"\u0020t":[1]}"#, #"{" t":[1],"b":2}"#,
      #" [ 1 , -0 , 1.50, 1E5 , 123456789012345678901234567890 ] "#,
      #"["\u00e9\ud83e\uded6\/\"\\\b\f\n\r\t\u007f\u202e","\ud800"]"#, #"["\ud83e\uded6"]"#,
      #"{"é":"é","e\u0301":"漢字","\u00e9":1}"#, "[NaN]", "[01]", "[1.]", "[-]", "[1e]",
      "[\"a\u{1}\"]", #"{"a":{},"b":[],"c":[[]]}"#, #"{"a" : true , "b":false,"c":null}"#,
      #"["\x"]"#, #"["\u12g4"]"#, "[tru]", "{\"a\":1,}", "[1,]", "\u{FEFF}[1]", "[\"12345678é\"]",
    ].map { Array($0.utf8) }

  private func compare(_ bytes: [UInt8], _ format: Format, _ what: @autoclosure () -> String) {
    let limit = Limits.nodes(stored: bytes.count)
    compareOutline(bytes, format, what())
    var writer = JSONWriter(.plain)
    guard let transcode = format.transcode,
      (try? transcode(ByteReader(bytes, nodeLimit: limit), &writer)) == true
    else { return }
    guard let reading = try? format.read(bytes, nodeLimit: limit) else {
      Issue.record("\(format.name) writes what it does not read: \(what())")
      return
    }
    let json = JSONWriter.json(reading.value)
    #expect(writer.bytes == json, "\(format.name): \(what())")
    #expect(
      reading.findings.isEmpty && format.isPlausible(reading.value), "\(format.name): \(what())")
  }

  private func compareOutline(
    _ bytes: [UInt8], _ format: Format, _ what: @autoclosure () -> String
  ) {
    let reader = ByteReader(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
    guard let outline = try? format.outline?(reader) else { return }
    guard let reading = try? format.read(bytes, nodeLimit: reader.nodeLimit) else {
      Issue.record("\(format.name) outlines what it does not read: \(what())")
      return
    }
    let problem = OutlineCheck.problem(outline, of: reading.value, count: bytes.count)
    #expect(problem == nil, "\(format.name): \(what())")
  }

  private func compare(_ bytes: [UInt8]) {
    for format in Self.formats { compare(bytes, format, hexText(bytes)) }
  }

  @Test func fixturesAndWhatTheyLack() {
    #expect(Self.payloads.count > 60)
    for bytes in Self.payloads { compare(bytes) }
  }

  /// Sessions of scalars and arrays take the fast exit: it would be no use if it declined them.
  @Test func usualSessionsAreNotDeclined() throws {
    let names = [
      "session-scalars.igbinary", "session-loose.igbinary", "session-strings.igbinary",
      "session-strings.msgpack", "wordpress-alloptions.igbinary",
    ]
    for name in names {
      var output: [UInt8] = []
      #expect(
        JSONTranscoder().transcode(try Fixture.bytes("igbinary/\(name)"), into: &output), "\(name)")
    }
    for name in [
      "flask-session-0.8.0-py3.12-login.msgpack", "flask-session-0.8.0-py3.12-shop.msgpack",
      "flask-session-0.8.0-py3.12-json-shop.json",
    ] {
      var output: [UInt8] = []
      #expect(
        JSONTranscoder().transcode(try Fixture.bytes("flask/\(name)"), into: &output), "\(name)")
    }
  }

  /// Jackson's and fastjson's classes may be gadgets: what names one is for the usual way.
  @Test func namesOfClassesAreDeclined() {
    let gadget = #"com.sun.rowset.JdbcRowSetImpl"#
    let texts = [
      #"{"@class":"\#(gadget)"}"#, #"{"\u0040class":"\#(gadget)"}"#,
      #"{"a":1,"@type":"\#(gadget)"}"#,
      #"["\#(gadget)",{}]"#, #"{"a":["com\u002esun.A",{}]}"#, #"[ "java.util.Date",1]"#,
    ]
    for text in texts {
      var output: [UInt8] = []
      #expect(!JSONTranscoder().transcode(Array(text.utf8), into: &output), "\(text)")
    }
  }

  @Test func everyTruncation() {
    for bytes in Self.payloads {
      for count in 0..<bytes.count {
        let part = Array(bytes.prefix(count))
        compare(part)
        if bytes.starts(with: [0, 0, 0]) {
          #expect(failure { () throws(PayloadError) in _ = try Format.igbinary.read(part) } != nil)
        }
      }
      compare(bytes + [0])
      compare(bytes + bytes)
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func mutations(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    for bytes in Self.payloads where bytes.count < 1000 {
      for _ in 0..<60 {
        var mutant = bytes
        for _ in 0..<Int.random(in: 1...3, using: &numbers) {
          let at = Int.random(in: 0..<mutant.count, using: &numbers)
          switch numbers.next() % 6 {
          case 0: mutant[at] ^= 1 << UInt8(numbers.next() % 8)
          case 1: mutant[at] = UInt8(truncatingIfNeeded: numbers.next())
          case 2: mutant[at] = UInt8(numbers.next() % 0x28)
          case 3 where mutant.count > 1: mutant.remove(at: at)
          case 4: mutant.insert(mutant[Int.random(in: 0..<mutant.count, using: &numbers)], at: at)
          default:
            let from = Int.random(in: 0..<mutant.count, using: &numbers)
            mutant.insert(contentsOf: mutant[from...].prefix(12), at: at)
          }
        }
        compare(mutant)
      }
    }
  }

  /// Random documents of igbinary's own words: arrays in arrays, strings by number, references.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func randomWordsOfIgbinary(seed: UInt64) {
    var numbers = SeededNumbers(seed: 100 + seed)
    var read = 0
    for _ in 0..<2000 {
      var bytes = hex("00000002")
      for _ in 0..<Int.random(in: 1...14, using: &numbers) { bytes += word(&numbers) }
      compare(bytes, .igbinary, hexText(bytes))
      if (try? Format.igbinary.read(bytes)) != nil { read += 1 }
    }
    #expect(read > 20)
  }

  private func word(_ numbers: inout SeededNumbers) -> [UInt8] {
    let small = UInt8(numbers.next() % 4)
    return switch numbers.next() % 12 {
    case 0: [0x14, small]
    case 1: [0x14, 1, 0x06, 0]
    case 2: [0x06, small]
    case 3: [0x11, 1, 0x61 + small]
    case 4: [0x0E, small]
    case 5: [0x01, small]
    case 6: [0x25]
    case 7: [0x17, 1, 0x41, 0x14, small]
    case 8: [0x22, small]
    case 9: [0x14, 2, 0x11, 1, 0x61, 0x05]
    case 10: [0x17, 1, 0x53, 0x27]
    default: [UInt8(numbers.next() % 0x28)]
    }
  }

  @Test func bombs() {
    var deep = [UInt8](repeating: 0x91, count: 100_000)
    deep.append(0xC0)
    let pairs = [UInt8](repeating: 0x81, count: 100_000) + [0xC0]
    let arrays = hex("00000002") + Array([[0x14, 1, 0x06, 0] as [UInt8]].repeated(50_000).joined())
    let brackets = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    for bytes in [
      deep, pairs, arrays, brackets, hex("dd ffffffff c0"), hex("df ffffffff c0"),
      hex("00000002 16 ffffffff 00"),
    ] {
      var output: [UInt8] = []
      #expect(!JSONTranscoder().transcode(bytes, into: &output) && output.isEmpty)
      let start = ContinuousClock.now
      // For php_binary one of them is 50,000 variables that were not set.
      for format in Self.formats where format.name != Format.phpBinary.name {
        #expect(failure { () throws(PayloadError) in _ = try format.read(bytes) } != nil)
      }
      // It takes well under a millisecond; the machine may be busy.
      #expect(ContinuousClock.now - start < .seconds(1))
    }
  }
}

extension Array {
  fileprivate func repeated(_ count: Int) -> [Element] {
    Array(repeatElement(self, count: count).joined())
  }
}
