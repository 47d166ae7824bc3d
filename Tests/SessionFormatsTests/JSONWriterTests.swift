import Foundation
import Testing

@testable import SessionFormats

@Suite struct JSONWriterTests {
  private func plain(_ value: Value) -> String {
    String(decoding: JSONWriter.json(value, .plain), as: UTF8.self)
  }

  private func typed(_ value: Value) -> String {
    String(decoding: JSONWriter.json(value, .typed), as: UTF8.self)
  }

  @Test func atomsAreTheSameInBothStyles() {
    let atoms: [(Value, String)] = [
      (.null, "null"), (.bool(true), "true"), (.bool(false), "false"),
      (.integer(0), "0"), (.integer(-7), "-7"), (.integer(.min), "-9223372036854775808"),
      (.integer(.max), "9223372036854775807"),
      (.number("123456789012345678901234567890"), "123456789012345678901234567890"),
      (.double(1), "1.0"), (.double(-0.0), "-0.0"), (.double(0.1), "0.1"),
      (.double(1.7976931348623157e308), "1.7976931348623157e+308"),
      (.double(.nan), #"{"$float":"nan"}"#), (.double(.infinity), #"{"$float":"inf"}"#),
      (.double(-.infinity), #"{"$float":"-inf"}"#),
      (.string("größer"), "\"größer\""),
      (.bytes([0, 255, 16, 32]), #"{"$bytes":"AP8QIA=="}"#),
      (.bytes([]), #"{"$bytes":""}"#),
      (.list([]), "[]"), (.map([]), "{}"),
      (.reference(3), #"{"$ref":3}"#),
      (.tagged(.ext, .list([.integer(5), .bytes([1])])), #"{"$ext":[5,{"$bytes":"AQ=="}]}"#),
      (.tagged(.persistent, .string("7")), #"{"$persistent":"7"}"#),
    ]
    for (value, json) in atoms {
      #expect(plain(value) == json)
      #expect(typed(value) == json)
    }
  }

  @Test func whatATerminalWouldObeyIsEscaped() {
    #expect(
      plain(.string("a\"\\\u{8}\t\n\u{C}\r\u{0}\u{1B}[31m\u{7F}\u{9B}"))
        == #""a\"\\\b\t\n\f\r\u0000\u001b[31m\u007f\u009b""#)
    #expect(
      plain(.string("\u{2028}\u{2029}\u{202E}\u{2066}\u{200F}\u{61C}"))
        == #""\u2028\u2029\u202e\u2066\u200f\u061c""#)
    #expect(plain(.string("\u{A0}€\u{2027}\u{1F600}؝")) == "\"\u{A0}€\u{2027}\u{1F600}؝\"")
  }

  @Test func aLoneSurrogateIsAnEscapeInAString() {
    let text = Value.tagged(.surrogates, .bytes([0x61, 0xED, 0xA0, 0x80, 0xC3, 0xBC]))
    #expect(plain(text) == #""a\ud800ü""#)
    #expect(typed(.map([Pair(text, .null)])) == #"{"a\ud800ü":null}"#)
  }

  @Test func tagsOfEachStyle() {
    let table: [(Value, String, String)] = [
      (.tagged(.tuple, .list([.integer(1)])), "[1]", #"{"$tuple":[1]}"#),
      (.tagged(.deque, .list([])), "[]", #"{"$deque":[]}"#),
      (.tagged(.bytearray, .bytes([1])), #"{"$bytes":"AQ=="}"#, #"{"$bytearray":"AQ=="}"#),
      (
        .tagged(.datetime, .string("2026-01-01T00:00:00")), #""2026-01-01T00:00:00""#,
        #"{"$datetime":"2026-01-01T00:00:00"}"#
      ),
      (.tagged(.decimal, .string("1.10")), #""1.10""#, #"{"$decimal":"1.10"}"#),
      (
        .tagged(.regex, .list([.string("a+"), .string("i")])), #""/a+/i""#,
        #"{"$regex":["a+","i"]}"#
      ),
      (
        .tagged(.complex, .list([.double(1), .double(-2)])), "[1.0,-2.0]",
        #"{"$complex":[1.0,-2.0]}"#
      ),
    ]
    for (value, inPlain, inTyped) in table {
      #expect(plain(value) == inPlain)
      #expect(typed(value) == inTyped)
    }
  }

  @Test func mapsThatAreNoJSONObject() {
    #expect(plain(.map([Pair(.integer(1), .null)])) == #"{"$map":[[1,null]]}"#)
    let twice: Value = .map([Pair(.string("a"), .null), Pair(.string("a"), .bool(true))])
    #expect(plain(twice) == #"{"$map":[["a",null],["a",true]]}"#)
    let tag: Value = .map([Pair(.string("$ref"), .integer(1))])
    #expect(plain(tag) == #"{"$ref":1}"#)
    #expect(typed(tag) == #"{"$map":[["$ref",1]]}"#)
    // Swift holds these two keys for equal, JSON does not.
    let forms: Value = .map([Pair(.string("\u{E9}"), .null), Pair(.string("e\u{301}"), .null)])
    #expect(plain(forms) == "{\"\u{E9}\":null,\"e\u{301}\":null}")
  }

  @Test func objects() {
    var object = Object(name: "app.models.User")
    #expect(plain(.object(object)) == #"{"$class":"app.models.User"}"#)
    object.arguments = [.integer(1)]
    object.fields = [Pair(.string("id"), .integer(7))]
    object.items = [.null]
    object.entries = [Pair(.string("k"), .integer(2))]
    object.state = .string("s")
    #expect(
      plain(.object(object))
        == #"{"$class":"app.models.User","$args":[1],"id":7,"$items":[null],"#
        + #""$entries":{"k":2},"$state":"s"}"#)
    #expect(
      typed(.object(object))
        == #"{"$object":{"class":"app.models.User","args":[1],"fields":{"id":7},"#
        + #""items":[null],"entries":{"k":2},"state":"s"}}"#)
    object.fields = [Pair(.string("$class"), .integer(7))]
    #expect(plain(.object(object)).contains(#""$fields":{"$class":7}"#))
    var call = Object(name: "posix.system")
    call.arguments = [.string("id")]
    call.isDangerous = true
    #expect(plain(.object(call)) == #"{"$danger":"posix.system","$args":["id"]}"#)
    #expect(typed(.object(call)) == #"{"$danger":{"class":"posix.system","args":["id"]}}"#)
  }

  @Test func sharedContainers() {
    let point: Value = .tagged(.tuple, .list([.integer(1), .integer(2)]))
    let twice: Value = .list([.shared(1, point), .reference(1)])
    #expect(plain(twice) == "[[1,2],[1,2]]")
    #expect(typed(twice) == #"[{"$shared":[1,{"$tuple":[1,2]}]},{"$ref":1}]"#)
    let nested: Value = .list([.shared(1, .list([.list([])])), .reference(1)])
    #expect(plain(nested) == #"[[[]],{"$ref":1}]"#)
    let cycle: Value = .shared(1, .list([.reference(1)]))
    #expect(plain(cycle) == #"[{"$ref":1}]"#)
    let long: Value = .list([
      .shared(1, .list([.string(String(repeating: "x", count: 2000))])), .reference(1),
    ])
    #expect(plain(long).hasSuffix(#"],{"$ref":1}]"#))
  }

  @Test func writtenJSONReadsBackInFoundation() throws {
    let value: Value = .map([
      Pair(.string("text"), .string(String(decoding: Array(UInt8(0)..<0x80), as: UTF8.self))),
      Pair(.string("list"), .list([.double(2.5e-308), .double(1e16), .integer(.max)])),
    ])
    let object = try JSONSerialization.jsonObject(with: Data(JSONWriter.json(value)))
    let map = try #require(object as? [String: Any])
    #expect(map["text"] as? String == String(decoding: Array(UInt8(0)..<0x80), as: UTF8.self))
    let list = try #require(map["list"] as? [NSNumber])
    #expect(list[0].doubleValue == 2.5e-308)
    #expect(list[1].doubleValue == 1e16)
    #expect(list[2].int64Value == .max)
  }

  /// Zero-width and other invisible characters passed as they were: two keys could look the same.
  @Test func invisibleCharactersAreEscaped() {
    func json(_ text: String) -> String {
      String(decoding: JSONWriter.json(.string(text)), as: UTF8.self)
    }
    let hidden: [UInt32] = [
      0xAD, 0x034F, 0x061C, 0x115F, 0x180E, 0x200B, 0x200E, 0x2028, 0x202E, 0x2060, 0x2064, 0x206F,
      0xFEFF, 0xFFF9, 0x1D173, 0xE0001, 0xE0041, 0xE007F, 0xE0100,
    ]
    for value in hidden {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let units = Array(String(scalar).utf16).map {
        let digits = String($0, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
      #expect(json("a\(scalar)b") == "\"a\(units.joined())b\"")
    }
    // Joiners and the variation selectors of emoji shape the characters next to them.
    let shown = "a\u{200C}b\u{200D}c é\u{301} \u{2764}\u{FE0F} 👩\u{200D}💻 日本 ი ｱ \u{FFFD}"
    #expect(json(shown) == "\"\(shown)\"")
  }
}
