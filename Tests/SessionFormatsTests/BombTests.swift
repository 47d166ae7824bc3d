import Foundation
import Testing

@testable import SessionFormats

/// Small payloads that make a careless reader use up memory, time or stack: nesting, claimed
/// lengths, values that contain themselves, values that double, compressions that swell. Each is
/// rejected in one line, or shown in few bytes. `scripts/measure-bombs` measures time and memory of
/// the release binary with the same payloads.
@Suite struct BombTests {
  @Test(arguments: Bomb.all)
  func isRefusedOrSmall(bomb: Bomb) throws {
    if let folder = ProcessInfo.processInfo.environment["BOMBS"] {
      try Data(bomb.bytes).write(to: URL(filePath: "\(folder)/\(bomb.fileName)"))
    }
    let error: PayloadError?
    do throws(PayloadError) {
      let decoded = try Decoded(reading: bomb.bytes, as: bomb.chain)
      error = nil
      for style in [JSONWriter.Style.plain, .typed] {
        #expect(JSONWriter.json(decoded.value, style).count < 256 << 10)
      }
      #expect(depth(of: decoded.value) <= Limits.depth)
    } catch let failure {
      error = failure
    }
    switch bomb.kind {
    case .depth, .zip:
      #expect(error?.isLimit == true, "\(error.map { "\($0)" } ?? "no error")")
    case .length:
      #expect(error != nil)
    case .cycle, .doubling:
      #expect(error == nil)
    }
    if let error {
      #expect(!error.description.contains("\n") && error.description.utf8.count < 300, "\(error)")
      #expect(error.offset >= 0 && error.offset <= (error.bytes?.count ?? 0), "\(error)")
    }
    // The same without a given format.
    do throws(PayloadError) {
      let decoded = try Decoded(detecting: bomb.bytes)
      #expect(depth(of: decoded.value) <= Limits.depth)
      #expect(JSONWriter.json(decoded.value).count < 4 * bomb.bytes.count + (256 << 10))
    } catch {
      #expect(error.description.utf8.count < 400, "\(error)")
    }
  }

  /// Every format that nests or states lengths has its rows.
  @Test func everyFormatHasRows() {
    let formats = Set(
      Bomb.all.compactMap { $0.chain.split(separator: ",").last.map(String.init) })
    // Text cannot blow up, and the content of the others is one of these.
    let plain: Set = ["empty", "number", "text", "bytes", "json-values", "pickled-form"]
    for format in Format.all where !plain.contains(format.name) {
      #expect(formats.contains(format.name), "\(format.name)")
    }
  }

  private func depth(of value: Value) -> Int {
    switch value {
    case .list(let items): 1 + (items.lazy.map(depth).max() ?? 0)
    case .map(let pairs):
      1 + (pairs.lazy.map { max(depth(of: $0.key), depth(of: $0.value)) }.max() ?? 0)
    case .tagged(_, let inner): depth(of: inner)
    case .shared(_, let inner): depth(of: inner)
    case .object(let object):
      1
        + ((object.arguments + object.items + (object.fields + object.entries).map(\.value)
          + (object.state.map { [$0] } ?? [])).lazy.map(depth).max() ?? 0)
    default: 0
    }
  }
}

/// One payload that is larger, deeper or longer than it looks.
struct Bomb: Sendable, CustomTestStringConvertible {
  enum Kind: String { case depth, length, cycle, doubling, zip }

  let kind: Kind
  /// How it is read.
  let chain: String
  let bytes: [UInt8]

  var testDescription: String { "\(kind.rawValue): \(chain)" }
  var fileName: String { "\(kind.rawValue) \(chain) \(bytes.count)" }

  private init(_ kind: Kind, _ chain: String, _ bytes: [UInt8]) {
    self.kind = kind
    self.chain = chain
    self.bytes = bytes
  }

  static let all =
    depths + lengths + cycles + doublings
    + zips

  /// So many levels that any recursion without a limit overflows.
  private static let levels = 100_000

  /// The text that opens a level, many times, between a beginning and the content.
  private static func nested(
    _ chain: String, _ head: String, _ level: String, _ inside: String = "", end: String = ""
  ) -> Bomb {
    Bomb(
      .depth, chain,
      text(head) + Array(repeatElement(text(level), count: levels).joined()) + text(inside)
        + Array(repeatElement(text(end), count: levels).joined()))
  }

  /// Text with `\xhh` for bytes.
  private static func text(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"), rest.count > 2 {
        bytes.append(
          UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private static let javaArray =
    #"\xac\xed\x00\x05ur\x00\x13[Ljava.lang.Object;\x90\xce\x58\x9f\x10\x73\x29\x6c\x02\x00\x00xp"#

  private static let depths = [
    nested("json", "", "[", end: "]"), nested("json", "", "{\"a\":", "1", end: "}"),
    nested("msgpack", "", #"\x91"#, #"\xc0"#), nested("msgpack", "", #"\x81\xa1a"#, #"\xc0"#),
    Bomb(
      .depth, "pickle",
      Array(repeatElement(text("]"), count: levels).joined())
        + Array(repeatElement(text("a"), count: levels - 1).joined()) + text(".")),
    Bomb(
      .depth, "pickle",
      [0x80, 2, 0x4E] + Array(repeatElement(UInt8(0x85), count: levels)) + text(".")),
    nested("php", "", "a:1:{i:0;", "N;", end: "}"),
    nested("php", "", "O:1:\"A\":1:{s:1:\"a\";", "N;", end: "}"),
    nested("php-session", "a|", "a:1:{i:0;", "N;", end: "}"),
    nested("php-binary", #"\x01a"#, "a:1:{i:0;", "N;", end: "}"),
    nested("rails-msgpack", #"\xcc\x80"#, #"\x91"#, #"\xc0"#),
    nested("igbinary", #"\x00\x00\x00\x02"#, #"\x14\x01\x06\x00"#, #"\x00"#),
    nested("ruby", #"\x04\x08"#, #"[\x06"#, "0"),
    nested("ruby", #"\x04\x08"#, #"o:\x06A\x06:\x06a"#, "0"),
    nested("java", javaArray + #"\x00\x00\x00\x01"#, #"uq\x00\x7e\x00\x00\x00\x00\x00\x01"#, "p"),
    nested("named", #"\x83"#, #"l\x00\x00\x00\x01"#, "j", end: "j"),
    nested("named", #"\x83"#, #"h\x01"#, "j"),
    nested("named", #"\xd9\xd9\xf7"#, #"\x81"#, #"\xf6"#),
    nested("named", #"\x05\x0b\x03\x00\x00\x00\x01"#, #"\x02\x00\x00\x00\x01"#, #"\x05"#),
    Bomb(
      .depth, "aspnet-ticket",
      text(#"\x05\x00\x00\x00\x01a\x01\x00\x00\x00"#)
        + Array(
          repeatElement(text(#"\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00\x01"#), count: levels)
            .joined())),
  ]

  /// Counts and lengths far above what follows.
  private static let lengths: [Bomb] = [
    ("json", #"[1e999999999,"#), ("msgpack", #"\xdd\xff\xff\xff\xff\x01"#),
    ("msgpack", #"\xdf\xff\xff\xff\xff\x01"#), ("msgpack", #"\xc6\xff\xff\xff\xff\x01"#),
    ("msgpack", #"\xdb\x7f\xff\xff\xff\x01"#),
    ("pickle", #"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f."#),
    ("pickle", #"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xff."#),
    ("pickle", #"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f."#),
    ("pickle", #"\x80\x02r\xff\xff\xff\xff."#),
    ("php", "a:2147483647:{i:0;N;}"), ("php", "s:2147483647:\"a\";"),
    ("php", "a:99999999999999999999:{}"), ("php", "O:2147483647:\"A\":0:{}"),
    ("php-session", "a|a:2147483647:{i:0;N;}"), ("php-binary", #"\x01aa:2147483647:{i:0;N;}"#),
    ("igbinary", #"\x00\x00\x00\x02\x16\xff\xff\xff\xff\x06\x00"#),
    ("igbinary", #"\x00\x00\x00\x02\x13\xff\xff\xff\xffa"#),
    ("igbinary", #"\x00\x00\x00\x02\x26\xff\xff\xff\xff\xff\xff\xff\xffa"#),
    ("ruby", #"\x04\x08[\x04\xff\xff\xff\x7f0"#), ("ruby", #"\x04\x08"\x04\xff\xff\xff\x7fa"#),
    ("ruby", #"\x04\x08{\x04\xff\xff\xff\x7f0"#), ("ruby", #"\x04\x08l+\x04\xff\xff\xff\x7f0"#),
    ("java", javaArray + #"\x7f\xff\xff\xffp"#),
    ("java", #"\xac\xed\x00\x05|\x7f\xff\xff\xff\xff\xff\xff\xffa"#),
    ("java", #"\xac\xed\x00\x05z\x7f\xff\xff\xffa"#),
    ("aspnet", #"\x02\xff\xff\xff0123456789abcdef\x00\x01a\x00\x00\x00\x00"#),
    ("aspnet", #"\x02\x00\x00\x010123456789abcdef\x00\x01a\xff\xff\xff\xff"#),
    ("aspnet-ticket", #"\x05\x00\x00\x00\x01a\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00\x00\x00"#),
    ("aspnet-ticket", #"\x05\x00\x00\x00\xff\xff\xff\xff\x0fa\x00\x00\x00\x00\x00\x00\x00"#),
    ("aspnet-items", #"\xff\xff\xff\x7f\xff\xff\xff\xff\x01a\x01\x00\x00\x00\x15"#),
    ("vertx", #"\x00\x00\x00\x08abcdefgh0123456789abcdef\x00\x00\x00\x7f\xff\xff\xff\x00"#),
    ("named", #"\x83l\xff\xff\xff\xffj"#), ("named", #"\x83t\xff\xff\xff\xffjj"#),
    ("named", #"\xd9\xd9\xf7\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x00"#),
    ("named", #"\x05\x0b\x03\xff\xff\xff\xff\x05"#),
    ("named", #"\x0e\xff\x81\x04\x01\x02\xff\x82"#),
  ].map { Bomb(.length, $0, text($1)) }

  /// Values that contain themselves are shown with a reference in that place.
  private static let cycles: [Bomb] = [
    ("pickle", #"\x80\x02]q\x00h\x00a."#), ("pickle", #"\x80\x02}q\x00U\x01ah\x00s."#),
    ("php", "a:1:{i:0;R:1;}"), ("php", "O:1:\"A\":1:{s:1:\"a\";r:1;}"),
    ("php-session", "a|a:1:{i:0;R:1;}"),
    ("igbinary", #"\x00\x00\x00\x02\x14\x01\x06\x00\x01\x00"#),
    ("ruby", #"\x04\x08[\x06@\x00"#), ("ruby", #"\x04\x08{\x06:\x06a@\x00"#),
    ("java", javaArray + #"\x00\x00\x00\x01q\x00\x7e\x00\x01"#),
  ].map { Bomb(.cycle, $0, text($1)) }

  /// A value that holds another twice, which holds another twice: 2 to the power of 100 when
  /// written out.
  private static let doublings: [Bomb] = {
    let steps = 100
    var pickle = text(#"\x80\x02]q\x00"#)
    for step in 0..<UInt8(steps) { pickle += [0x68, step, 0x68, step, 0x86, 0x71, step + 1] }
    // An array of arrays: each holds the one before it twice.
    var php = "a:\(steps):{i:0;a:1:{i:0;i:1;}"
    for step in 1..<steps {
      let before = step == 1 ? 2 : step + 2
      php += "i:\(step);a:2:{i:0;R:\(before);i:1;R:\(before);}"
    }
    php += "}"
    var ruby = text(#"\x04\x08[\x69"#) + text(#"[\x00"#)
    for step in 1..<steps {
      // Small integers are their value and five more.
      let link = [0x40, UInt8(step <= 122 ? step + 5 : 0)]
      ruby += text(#"[\x07"#) + link + link
    }
    return [
      Bomb(.doubling, "pickle", pickle + text(".")), Bomb(.doubling, "php", Array(php.utf8)),
      Bomb(.doubling, "ruby", ruby),
      // DUP of a tuple of itself, without a memo.
      Bomb(
        .doubling, "pickle",
        [0x80, 2, 0x29] + Array(repeatElement([0x32, 0x86], count: 100).joined()) + [0x2E]),
      // Long texts, each referred to again and again.
      Bomb(
        .doubling, "pickle",
        text(#"\x80\x02(X\x00\x10\x00\x00"#) + Array(repeatElement(0x61, count: 4096))
          + text(#"q\x00"#) + Array(repeatElement(text(#"h\x00"#), count: 30).joined()) + text("l.")
      ),
    ]
  }()

  /// A hundred megabytes in few bytes, once and twice: CPython's compressors, see
  /// Tests/Fixtures/generate.
  private static let zips: [Bomb] = {
    do {
      return try Fixture.names(in: "hostile").filter { $0.hasPrefix("bomb.") }.map { name in
        let layers = name.split(separator: ".").dropFirst().reversed().joined(separator: ",")
        return Bomb(.zip, layers, try Fixture.bytes("hostile/\(name)"))
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }()
}
