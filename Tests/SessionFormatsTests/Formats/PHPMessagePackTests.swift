import Testing

@testable import SessionFormats

/// PHP's dialect of MessagePack: recognised where it cannot be anyone else's.
@Suite struct PHPMessagePackTests {
  private func read(_ digits: String) throws(PayloadError) -> Reading {
    try Format.messagePack.read(hex(digits))
  }

  /// Maps with a nil key that others may write: they stay what they are.
  @Test(arguments: [
    "81 c0 01",  // {None: 1}
    "82 a1 61 82 c0 01 a1 62 02 a1 63 03",  // A reference that is not the root.
    "82 c0 a7 64656661756c74 a2 6465 a1 78",  // {None: "default", "de": "x"}
    "82 c0 04 00 05",  // A reference to what is not there.
    "82 c0 02 00 01",  // A reference to itself, which is no array yet.
    "83 c0 04 00 01 a1 61 01",  // More than a reference.
    "82 c0 03 a1 41 c0",  // A body that is no string.
    "82 c0 07 00 01",  // A marker that is unknown.
    "82 c0 01 c3 01",  // A key that PHP has not.
    "82 a1 61 d4 01 00 a1 62 82 c0 04 00 01",  // PHP has no extensions.
    "82 c0 a3 41205c c0 90",  // No name of a class.
  ])
  func othersMaps(digits: String) throws {
    let reading = try read(digits)
    #expect(reading.label == "MessagePack")
    #expect(reading.findings.isEmpty)
  }

  @Test func theRootOfASession() throws {
    let reading = try read("83 c0 01 a1 61 01 05 a1 62")
    #expect(reading.label == "PHP MessagePack")
    #expect(reading.value == .map([entry("a", .integer(1)), entry("5", .string("b"))]))
    #expect(try read("83 c0 01 00 a1 61 01 a1 62").value == .list([.string("a"), .string("b")]))
  }

  @Test func enumerationsOfNewerVersions() throws {
    let reading = try read("82 c0 01 a1 65 82 c0 06 a4 53756974 a6 486561727473")
    #expect(reading.value == .map([entry("e", .tagged(.global, .string("Suit::Hearts")))]))
  }

  /// The writer counts repeated objects and not repeated references.
  @Test func numbersOfReferences() throws {
    // [&$a, &$a, $o, $o] by msgpack-php 2.2; its own reader takes the last for $a.
    let reading = try read("94 83c0010001 0102 82c0020002 82c0a8737464436c617373a17801 82c0040003")
    var object = Object(name: "stdClass")
    object.fields = [entry("x", .integer(1))]
    #expect(reading.label == "PHP MessagePack")
    #expect(
      reading.value
        == .list([
          .shared(1, .list([.integer(1), .integer(2)])), .reference(1), .shared(2, .object(object)),
          .reference(2),
        ]))
  }

  @Test func anObjectByReference() throws {
    let reading = try read("82 c0 01 a1 6f 84 c0 01 c0 a1 41 a1 78 01 a1 79 82 c0 04 00 02")
    var object = Object(name: "A")
    object.fields = [entry("x", .integer(1)), entry("y", .reference(1))]
    #expect(reading.value == .map([entry("o", .shared(1, .object(object)))]))
  }

  @Test func depthStaysBounded() throws {
    // 64 objects, each with a list of its own, in a session: 129 levels. Then it is MessagePack.
    func nested(_ count: Int) -> String {
      "82 c0 01 a1 61" + String(repeating: "82 c0 a8 737464436c617373 00", count: count) + "c0"
    }
    #expect(try read(nested(63)).label == "PHP MessagePack")
    #expect(try read(nested(64)).label == "MessagePack")
  }

  @Test func findingsOfABodyAndOfAClass() throws {
    let name = "GuzzleHttp\\Cookie\\FileCookieJar"
    let object = "O:\(name.utf8.count):\"\(name)\":0:{}"
    let body = [0xD9, UInt8(object.utf8.count)] + Array(object.utf8)
    let bytes = hex("82 c0 01 a1 61 82 c0 03 a1 54") + body
    let reading = try Format.messagePack.read(bytes)
    #expect(reading.findings.map(\.name) == [name])
    #expect(reading.findings.first?.offset == 5)
  }
}
