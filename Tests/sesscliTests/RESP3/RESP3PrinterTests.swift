import Foundation
import Testing

@testable import RedisClient
@testable import sesscli

/// The printer's words for RESP3's types, whichever hiredis is installed: the elements are handed
/// to it as the reader would, and redis-cli prints the same reply, which a script on the server
/// makes.
@Suite struct RESP3PrinterTests {
  /// A reply.
  indirect enum Tree {
    case text(String)
    case number(Int)
    case double(String)
    case truth(Bool)
    case status(String)
    case verbatim(String)
    case list([Tree])
    case set([Tree])
    case map([(Tree, Tree)])

    /// As a script of RESP3 returns it. A map's or a set's elements come in order when its keys are
    /// 1, 2, 3.
    var lua: String {
      switch self {
      case .text(let text): "'\(Self.escaped(text))'"
      case .number(let number): "\(number)"
      case .double(let text): "{double=\(text)}"
      case .truth(let truth): "\(truth)"
      case .status(let text): "{ok='\(text)'}"
      case .verbatim(let text): "{verbatim_string={format='txt',string='\(Self.escaped(text))'}}"
      case .list(let elements): "{" + elements.map(\.lua).joined(separator: ",") + "}"
      case .set(let elements):
        "{set={" + elements.map { "[\($0.lua)]=true" }.joined(separator: ",") + "}}"
      case .map(let pairs):
        "{map={" + pairs.map { "[\($0.lua)]=\($1.lua)" }.joined(separator: ",") + "}}"
      }
    }

    private static func escaped(_ text: String) -> String {
      text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    func feed(_ sink: any ReplySink, depth: Int = 0, index: Int = 0) {
      func string(_ kind: StringKind, _ text: String) {
        Array(text.utf8).withUnsafeBytes { sink.string(kind, $0, depth: depth, index: index) }
      }
      func aggregate(_ kind: AggregateKind, _ elements: [Tree]) {
        sink.aggregate(kind, count: elements.count, depth: depth, index: index)
        for (place, element) in elements.enumerated() {
          element.feed(sink, depth: depth + 1, index: place)
        }
      }
      switch self {
      case .text(let text): string(.bulk, text)
      case .number(let number): sink.integer(Int64(number), depth: depth, index: index)
      case .double(let text): string(.double, text)
      case .truth(let truth): sink.boolean(truth, depth: depth, index: index)
      case .status(let text): string(.status, text)
      case .verbatim(let text): string(.verbatim, text)
      case .list(let elements): aggregate(.array, elements)
      case .set(let elements): aggregate(.set, elements)
      case .map(let pairs): aggregate(.map, pairs.flatMap { [$0, $1] })
      }
    }
  }

  private static let trees: [Tree] = [
    .double("1.5"), .truth(true), .truth(false), .verbatim("two\nlines"), .text("grün"),
    .status("FINE"), .list([]), .map([]), .set([]), .set([.number(1), .number(2)]),
    .map([(.text("a"), .number(1))]), .map([(.text("a"), .list([]))]),
    .map([(.number(1), .text("x")), (.number(2), .text("y"))]),
    .map([(.text("one"), .list([.number(1)]))]),
    .map([(.text("two"), .list([.number(1), .number(2)]))]),
    .map([(.text("deep"), .list([.list([.list([.text("alone")])])]))]),
    .map([(.text("deep"), .list([.list([.list([.text("a"), .text("b")])])]))]),
    .map([(.text("a"), .map([(.text("b"), .map([(.text("c"), .text("d"))]))]))]),
    .map([
      (.text("a"), .map([(.text("b"), .map([(.text("c"), .list([.number(1), .number(2)]))]))]))
    ]),
    .map([
      (
        .text("a"),
        .map([(.text("b"), .list([.map([(.text("c"), .set([.number(1), .number(2)]))])]))])
      )
    ]),
    .map([(.list([.number(1), .number(2)]), .text("a list as name"))]),
    .map([(.list([.number(1)]), .list([.number(2)]))]),
    .map([(.double("0.5"), .text("x"))]), .map([(.truth(true), .text("x"))]),
    .list([
      .map([(.text("a"), .number(1))]), .map([(.number(1), .text("x")), (.number(2), .text("y"))]),
    ]),
    .list([
      .set([.number(1), .number(2)]), .list([.truth(false), .double("2.25"), .verbatim("v")]),
    ]),
    .map([(.text("list"), .list((1...12).map { .list([.number($0), .text("x")]) }))]),
    .list((1...11).map { .map([(.number(1), .number($0)), (.number(2), .set([.number(1)]))]) }),
    .map([(.text("quote\""), .text("back\\slash"))]), .map([(.text("e"), .map([]))]),
  ]

  @Test(arguments: DifferentialMode.allCases)
  func everyTypeIsWrittenAsRedisCLIWritesIt(_ mode: DifferentialMode) throws {
    let server = try RedisServer()
    let redisCLI = try #require(Project.find("redis-cli"))
    let mark = mode == .raw ? "@mark@\n" : "\"@mark@\"\n"
    let script = Self.trees.map {
      "eval \"redis.setresp(3); return \($0.quotedLua)\" 0\necho @mark@\n"
    }
    let theirs = try Run.program(
      redisCLI, ["-s", server.socket, "-3", mode.option], stdin: Array(script.joined().utf8))
    let expected = theirs.out.split(separator: mark, omittingEmptySubsequences: false)
    try #require(expected.count == Self.trees.count + 1)

    let folder = try TemporaryFolder()
    let path = folder.path + "/out"
    for (tree, text) in zip(Self.trees, expected) {
      let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      try #require(file >= 0)
      defer { close(file) }
      let output = Output(file)
      let printer = ReplyPrinter(output, style: mode.style, palette: .plain, text: .ascii)
      printer.begin()
      tree.feed(Flushing(printer, output))
      printer.endReply()
      output.flush()
      let ours = try String(contentsOfFile: path, encoding: .utf8)
      // Nothing is no empty line in raw style, and redis-cli ends a string at a quote in quoted
      // JSON.
      let isNothing = mode == .raw && text == "\n" && ours.isEmpty
      var repaired = String(text)
      if mode == .quotedJSON { repaired.replace(#"quote\\""#, with: #"quote\\\""#) }
      #expect(isNothing || ours == repaired, "\(tree.lua)")
    }
  }

  /// Writes out what may be written after each element, as for somebody who looks on.
  private final class Flushing: ReplySink {
    private let sink: any ReplySink
    private let output: Output
    init(_ sink: any ReplySink, _ output: Output) {
      self.sink = sink
      self.output = output
    }

    func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
      sink.string(kind, bytes, depth: depth, index: index)
      output.flush()
    }
    func array(count: Int, depth: Int, index: Int) {
      aggregate(.array, count: count, depth: depth, index: index)
    }
    func aggregate(_ kind: AggregateKind, count: Int, depth: Int, index: Int) {
      sink.aggregate(kind, count: count, depth: depth, index: index)
      output.flush()
    }
    func integer(_ value: Int64, depth: Int, index: Int) {
      sink.integer(value, depth: depth, index: index)
      output.flush()
    }
    func boolean(_ value: Bool, depth: Int, index: Int) {
      sink.boolean(value, depth: depth, index: index)
      output.flush()
    }
    func null(depth: Int, index: Int) { sink.null(depth: depth, index: index) }
    func endReply() {}
  }

  /// What redis-cli 7.0 cannot print: it ends with "Unknown reply type".
  @Test(
    arguments: zip(
      DifferentialMode.allCases,
      [
        "12345678901234567890", "(big number) 12345678901234567890",
        "12345678901234567890", "12345678901234567890", "12345678901234567890",
      ]))
  func aBigNumberIsItsDigits(_ mode: DifferentialMode, _ text: String) throws {
    let output = Output(-1)
    let printer = ReplyPrinter(output, style: mode.style, palette: .plain, text: .ascii)
    printer.begin()
    Array("12345678901234567890".utf8).withUnsafeBytes {
      printer.string(.bigNumber, $0, depth: 0, index: 0)
    }
    printer.endReply()
    #expect(output.buffer == Array((text + "\n").utf8))
  }

  @Test func invalidationsAreOneLineForPeople() {
    let output = Output(-1)
    let printer = ReplyPrinter(output, style: .formatted, palette: .plain, text: .ascii)
    let pushes = PushPrinter(printer, output, .ascii)
    func push(_ first: String, _ keys: [String]?) -> String {
      output.buffer = []
      pushes.aggregate(.push, count: 2, depth: 0, index: 0)
      Array(first.utf8).withUnsafeBytes { pushes.string(.bulk, $0, depth: 1, index: 0) }
      if let keys {
        pushes.aggregate(.array, count: keys.count, depth: 1, index: 1)
        for (index, key) in keys.enumerated() {
          Array(key.utf8).withUnsafeBytes { pushes.string(.bulk, $0, depth: 2, index: index) }
        }
      } else {
        pushes.null(depth: 1, index: 1)
      }
      pushes.endReply()
      return String(decoding: output.buffer, as: UTF8.self)
    }
    #expect(push("invalidate", ["a", "b\u{1B}"]) == "-> invalidate: 'a', 'b\\x1b'\n")
    #expect(push("invalidate", nil) == "1) \"invalidate\"\n2) (nil)\n")
    #expect(push("other", ["a"]) == "1) \"other\"\n2) 1) \"a\"\n")
    #expect(push("invalidate", ["c"]) == "-> invalidate: 'c'\n")
  }
}

extension RESP3PrinterTests.Tree {
  /// As it stands between the double quotes of a script's line.
  fileprivate var quotedLua: String {
    lua.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}

extension DifferentialMode {
  var style: ReplyStyle {
    switch self {
    case .raw: .raw
    case .formatted: .formatted
    case .csv: .csv
    case .json: .json
    case .quotedJSON: .quotedJSON
    }
  }
}
