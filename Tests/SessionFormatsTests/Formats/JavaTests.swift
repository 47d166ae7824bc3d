import Foundation
import Testing

@testable import SessionFormats

/// Streams written by hand, code by code, as the grammar of the protocol has them.
struct JavaBytes {
  var bytes: [UInt8] = [0xAC, 0xED, 0x00, 0x05]

  static func utf(_ text: String) -> [UInt8] {
    let utf = Array(text.utf8)
    return [UInt8(truncatingIfNeeded: utf.count >> 8), UInt8(truncatingIfNeeded: utf.count)] + utf
  }

  static func string(_ text: String) -> [UInt8] { [0x74] + utf(text) }

  static func int(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  /// TC_REFERENCE to the handle with this number.
  static func reference(_ handle: Int) -> [UInt8] { [0x71] + int(0x7E0000 + handle) }

  /// TC_CLASSDESC up to and without the superclass.
  static func description(
    _ name: String, flags: UInt8 = 2, _ fields: [(String, String)] = []
  ) -> [UInt8] {
    var bytes = [0x72] + utf(name) + [UInt8](repeating: 7, count: 8) + [flags]
    bytes += [
      UInt8(truncatingIfNeeded: fields.count >> 8), UInt8(truncatingIfNeeded: fields.count),
    ]
    for (type, field) in fields {
      bytes += Array(type.utf8.prefix(1)) + utf(field)
      if type.utf8.count > 1 { bytes += string(type) }
    }
    return bytes + [0x78]
  }

  static func stream(_ parts: [UInt8]...) -> [UInt8] {
    [0xAC, 0xED, 0x00, 0x05] + parts.flatMap { $0 }
  }
}

@Suite struct JavaTests {
  private func read(_ parts: [UInt8]...) throws(PayloadError) -> Reading {
    try Format.java.read([0xAC, 0xED, 0x00, 0x05] + parts.flatMap { $0 })
  }

  private func typed(_ parts: [UInt8]...) throws -> String {
    let reading = try Format.java.read([0xAC, 0xED, 0x00, 0x05] + parts.flatMap { $0 })
    return String(decoding: JSONWriter.json(reading.value, .typed), as: UTF8.self)
  }

  // MARK: Text

  @Test(arguments: [
    ("4100", "A\u{0}"), ("41C080", "A\u{0}"), ("C3BC", "ü"), ("E7B791", "緑"),
    ("EDA0BEEDBB96", "🫖" as String),
  ])
  func modifiedUTF8(digits: String, expected: String) throws {
    let text = hex(digits)
    // U+1FAD6 is d83e ded6.
    let bytes = digits == "EDA0BEEDBB96" ? hex("EDA0BEEDBB96") : text
    #expect(try read([0x74, 0, UInt8(bytes.count)], bytes).value == .string(expected))
  }

  @Test func aLoneSurrogateIsKept() throws {
    let value = try read([0x74, 0, 4], hex("41EDA080")).value
    #expect(value == .tagged(.surrogates, .bytes(hex("41EDA080"))))
    #expect(
      try read([0x74, 0, 3], hex("EDB080")).value == .tagged(.surrogates, .bytes(hex("EDB080"))))
  }

  /// Java reads C1 81 as A, and so does this, with a note: names are hidden from searches so.
  @Test func overlongTextIsReadAsJavaReadsIt() throws {
    let reading = try read([0x74, 0, 2], hex("C181"))
    #expect(reading.value == .string("A"))
    #expect(reading.notes == ["text at byte 7 in more bytes than Java writes, which hides it"])
    let hidden = JavaBytes.description("com.sun.rowset.JdbcRowSetImpl")
    var name: [UInt8] = []
    for byte in Array("com.sun.rowset.JdbcRowSetImpl".utf8) {
      name += [0xC0 | byte >> 6, 0x80 | byte & 0x3F]
    }
    let overlong = [0x72, 0, UInt8(name.count)] + name + Array(hidden[3 + 29..<hidden.count])
    #expect(try read([0x73], overlong, [0x70]).findings.count == 1)
  }

  @Test(arguments: [
    ("80", 7, "invalid modified UTF-8 in a text of 1 bytes"),
    ("41C3", 8, "invalid modified UTF-8 in a text of 2 bytes"),
    ("C341", 8, "invalid modified UTF-8 in a text of 2 bytes"),
    ("F0908080", 7, "invalid modified UTF-8 in a text of 4 bytes"),
  ])
  func noModifiedUTF8(digits: String, offset: Int, reason: String) {
    let bytes = hex(digits)
    let error = failure { () throws(PayloadError) in
      _ = try read([0x74, 0, UInt8(bytes.count)], bytes)
    }
    #expect(error == PayloadError(at: offset, reason))
  }

  @Test func longStrings() throws {
    let text = String(repeating: "é", count: 40_000)
    let bytes = Array(text.utf8)
    let head: [UInt8] = [0x7C, 0, 0, 0, 0] + JavaBytes.int(bytes.count)
    #expect(try read(head, bytes).value == .string(text))
  }

  // MARK: Handles

  @Test func handlesCountEverythingThatHasOne() throws {
    // Description 0, its field's type 1, the object 2, its text 3; then a reference to each of the
    // last two.
    let object =
      [0x73] + JavaBytes.description("A", [("Ljava/lang/Object;", "o")]) + [0x70]
      + JavaBytes.string("x")
    let array: [UInt8] = [0x75] + JavaBytes.description("[LA;") + [0x70] + JavaBytes.int(3)
    let text = try typed(array, object, JavaBytes.reference(4), JavaBytes.reference(5))
    #expect(
      text == #"[{"$shared":[1,{"$object":{"class":"A","fields":{"o":"x"}}}]},{"$ref":1},"x"]"#)
  }

  @Test func resetForgetsHandles() throws {
    let error = failure { () throws(PayloadError) in
      _ = try read(JavaBytes.string("x"), [0x79], JavaBytes.reference(0))
    }
    #expect(error == PayloadError(at: 9, "handle 0x7e0000, but only 0 are given so far"))
    #expect(
      try typed(JavaBytes.string("x"), [0x79], JavaBytes.string("y"), JavaBytes.reference(0))
        == #"["x","y","y"]"#)
  }

  @Test func oneOfSeveralValuesRefersToAnother() throws {
    let reading = try read(JavaBytes.string("x"), JavaBytes.reference(0), [0x70])
    #expect(reading.value == .list([.string("x"), .string("x"), .null]))
    #expect(reading.notes == ["3 values, one after the other"])
  }

  // MARK: Objects

  @Test func aFieldOfEachLevel() throws {
    let object =
      [0x73] + JavaBytes.description("B", [("I", "n")])
      + JavaBytes.description("A", [("Z", "n")]) + [0x70, 1] + JavaBytes.int(-2)
    let text = try typed(object)
    #expect(text == #"{"$object":{"class":"B","fields":{"$map":[["n",true],["n",-2]]}}}"#)
  }

  /// tomcat-redis-session-manager's metadata: the description has a field, the data a block.
  @Test func aClassThatWritesNoneOfItsFields() throws {
    let object =
      [0x73] + JavaBytes.description("M", flags: 3, [("[B", "hash")])
      + [0x70, 0x77, 2, 9, 9, 0x78]
    #expect(try typed(object) == #"{"$object":{"class":"M","state":[{"$bytes":"CQk="}]}}"#)
  }

  @Test func externalizables() throws {
    let own =
      JavaBytes.description("E", flags: 0x0C) + [0x70, 0x77, 1, 5] + JavaBytes.string("x") + [0x78]
    #expect(try typed([0x73], own) == #"{"$object":{"class":"E","state":[{"$bytes":"BQ=="},"x"]}}"#)
    let error = failure { () throws(PayloadError) in
      _ = try read([0x73], JavaBytes.description("E", flags: 4), [0x70, 1, 2, 3])
    }
    #expect(error?.offset == 22)
    #expect(
      error?.reason.hasPrefix("E wrote itself in a form of its own (Externalizable of protocol 1)")
        == true)
  }

  @Test func proxiesAndClasses() throws {
    let proxy: [UInt8] =
      [0x73, 0x7D] + JavaBytes.int(1) + JavaBytes.utf("java.lang.Runnable") + [0x78]
      + JavaBytes.description(
        "java.lang.reflect.Proxy", [("Ljava/lang/reflect/InvocationHandler;", "h")])
      + [0x70, 0x70]
    #expect(
      try typed(proxy)
        == #"{"$object":{"class":"java.lang.reflect.Proxy","args":[{"$global":"java.lang.Runnable"}],"fields":{"h":null}}}"#
    )
    #expect(try typed([0x76], JavaBytes.description("[[J"), [0x70]) == #"{"$global":"long[][]"}"#)
    #expect(
      try typed(JavaBytes.description("A"), [0x70])
        == #"{"$object":{"class":"java.io.ObjectStreamClass","args":[{"$global":"A"}]}}"#)
  }

  /// ObjectOutputStream.writeFatalException, in the middle of an object.
  @Test func theWritingWasStopped() throws {
    let exception =
      [0x7B, 0x73] + JavaBytes.description("java.io.NotSerializableException") + [0x70]
    let object = [0x73] + JavaBytes.description("A", [("LB;", "b")]) + [0x70]
    let reading = try read(object, exception)
    #expect(reading.value == .object(Object(name: "java.io.NotSerializableException")))
    #expect(reading.notes == ["the writing was stopped by java.io.NotSerializableException"])
    #expect(try read(object, exception, JavaBytes.string("next")).notes.count == 2)
  }

  @Test func aKnownClassInAnUnknownFormIsAnObject() throws {
    let integer =
      [0x73] + JavaBytes.description("java.lang.Integer", [("Ljava/lang/Object;", "value")]) + [
        0x70, 0x70,
      ]
    #expect(
      try typed(integer) == #"{"$object":{"class":"java.lang.Integer","fields":{"value":null}}}"#)
    let map: [UInt8] =
      [0x73] + JavaBytes.description("java.util.HashMap", flags: 3) + [0x70, 0x77, 8]
      + JavaBytes.int(16) + JavaBytes.int(9) + [0x70, 0x70, 0x78]
    #expect(
      try typed(map)
        == #"{"$object":{"class":"java.util.HashMap","state":[{"$bytes":"AAAAEAAAAAk="},null,null]}}"#
    )
  }

  // MARK: Errors

  @Test(arguments: [
    ("", 4, "a stream without a value"),
    ("6F", 4, "0x6f is no type code (0x70 to 0x7e)"),
    ("78", 4, "TC_ENDBLOCKDATA where a value should be"),
    ("7374000141", 5, "a class description should be here, not 0x74"),
    ("7370", 4, "null where a class description should be"),
    ("717E0000", 5, "need 4 bytes, 3 left"),
    ("71007E0000", 4, "handle 0x7e0000, but only 0 are given so far"),
    ("710000000000", 4, "handle 0x0, but only 0 are given so far"),
    ("7C8000000000000000", 13, "a negative length, -9223372036854775808"),
    ("7AFFFFFFFF", 9, "a negative length, -1"),
    ("77054142", 6, "need 5 bytes, 2 left"),
    ("73720001410000000000000000060000", 5, "a class that is both Serializable and Externalizable"),
    ("7372000141000000000000000002000158000161", 20, "0x58 is no type code of a field"),
    ("7672000141000000000000000002000079", 20, "TC_RESET inside a value"),
    (
      "75720001410000000000000000020000787000000001", 4,
      "an array of the class A, which is no array's"
    ),
    (
      "7572000 25B4C0000000000000000020000787000000001", 4,
      "an array of the class [L, which is no array's"
    ),
    (
      "757200025B5B0000000000000000020000787000000001", 4,
      "an array of the class [[, which is no array's"
    ),
    (
      "757200035B4C3B00000000000000000200007870FFFFFFFF", 4, "an array of -1 elements, 0 bytes left"
    ),
    (
      "757200035B4C3B000000000000000002000078707FFFFFFF", 4,
      "an array of 2147483647 elements, 0 bytes left"
    ),
    ("757200025B4A00000000000000000200007870 7FFFFFFF", 27, "need 17179869176 bytes, none left"),
    ("7E7200014100000000000000001200007870 70", 22, "a constant's name should be here, a text"),
    ("737D7FFFFFFF", 5, "a proxy of 2147483647 interfaces, 0 bytes left"),
    ("7B70", 5, "a Throwable should be here"),
  ])
  func errors(digits: String, offset: Int, reason: String) {
    let error = failure { () throws(PayloadError) in _ = try read(hex(digits)) }
    #expect(error?.offset == offset && error?.reason == reason, "\(String(describing: error))")
  }

  @Test func anInstanceOfAClassWhoseDescriptionHasNotEnded() {
    // An object of the class stands in its own annotation.
    let description = JavaBytes.description("A")
    let error = failure { () throws(PayloadError) in
      _ = try read(
        [0x73], Array(description.dropLast()), [0x73], JavaBytes.reference(0), [0x78, 0x70])
    }
    #expect(error?.reason == "an instance of a class whose description has not ended")
    let ownParent = failure { () throws(PayloadError) in
      _ = try read([0x73], description, JavaBytes.reference(0))
    }
    #expect(ownParent?.reason == "an instance of a class whose description has not ended")
  }

  // MARK: Explanation

  @Test func theDisassemblyNamesEveryCode() throws {
    let bytes = JavaBytes.stream(
      [0x73], JavaBytes.description("A", [("I", "n")]), [0x70], JavaBytes.int(5),
      JavaBytes.reference(1), [0x77, 1, 0xFF])
    #expect(
      JavaStream.explain(bytes) == [
        "     0: STREAM_MAGIC, STREAM_VERSION 5", "     4: TC_OBJECT",
        "     5: TC_CLASSDESC 0x7e0000 A 506381209866536711 SC_SERIALIZABLE",
        "    20: field I n", "    24: TC_ENDBLOCKDATA", "    25: TC_NULL",
        "    30: TC_REFERENCE 0x7e0001", "    35: TC_BLOCKDATA 1 bytes ff",
      ])
    #expect(JavaStream.explain(Array(bytes.dropLast())).last == "byte 37: need 1 byte, none left")
  }
}
