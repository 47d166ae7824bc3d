import Testing

@testable import SessionFormats

/// igbinary beyond the fixtures: what this version of PHP does not write, and what nothing should.
@Suite struct IgbinaryTests {
  private func read(_ digits: String, nodeLimit: Int = Limits.nodes) throws(PayloadError) -> Value {
    try Format.igbinary.read(hex("00000002" + digits), nodeLimit: nodeLimit).value
  }

  private func reason(_ digits: String) -> String? {
    failure { () throws(PayloadError) in _ = try read(digits) }.map { "\($0.offset) \($0.reason)" }
  }

  @Test func everyTypeOfScalar() throws {
    #expect(try read("00") == .null)
    #expect(try read("04") == .bool(false))
    #expect(try read("05") == .bool(true))
    #expect(try read("06ff") == .integer(255))
    #expect(try read("07ff") == .integer(-255))
    #expect(try read("08ffff") == .integer(65535))
    #expect(try read("09ffff") == .integer(-65535))
    #expect(try read("0affffffff") == .integer(4_294_967_295))
    #expect(try read("0bffffffff") == .integer(-4_294_967_295))
    #expect(try read("207fffffffffffffff") == .integer(.max))
    #expect(try read("218000000000000000") == .integer(.min))
    #expect(try read("0c3ff8000000000000") == .double(1.5))
    #expect(try read("0d") == .string(""))
    #expect(try read("1102c3a9") == .string("é"))
    #expect(try read("12000141") == .string("A"))
    #expect(try read("130000000141") == .string("A"))
    #expect(try read("26000000000000000141") == .string("A"))
    #expect(try read("1101ff") == .bytes([0xFF]))
  }

  @Test func integersBeyond64Bits() throws {
    let reading = try Format.igbinary.read(hex("00000002 20 8000000000000000"))
    #expect(reading.value == .number("9223372036854775808"))
    #expect(reading.notes == ["byte 4: an integer beyond 64 bits, which PHP reads as 0"])
    #expect(try read("21 8000000000000001") == .number("-9223372036854775809"))
  }

  @Test func versionOneIsTheSame() throws {
    let reading = try Format.igbinary.read(hex("00000001 14 01 11 01 61 06 01"))
    #expect(reading.label == "igbinary 1")
    #expect(reading.value == .map([entry("a", .integer(1))]))
    #expect(
      failure { () throws(PayloadError) in _ = try Format.igbinary.read(hex("0000000300")) }?.reason
        == "version 3; 1 and 2 are known")
  }

  @Test func wideCountsAndNumbers() throws {
    // The same array with counts, lengths and numbers of 16 and of 32 bits.
    let value = Value.list([.string("ab"), .string("ab"), .list([]), .list([])])
    #expect(try read("150004 0600 12000261 62 0601 0f0000 0602 150000 0603 020001") == value)
    #expect(
      try read("1600000004 0600 130000000261 62 0601 1000000000 0602 1600000000 0603 0300000001")
        == value)
  }

  @Test func classesByNumber() throws {
    let one = Object(name: "A")
    #expect(
      try read("1402 0600 18000141 1400 0601 1b0000 1400") == .list([.object(one), .object(one)]))
    #expect(
      try read("1402 0600 190000000141 1400 0601 1c00000000 1400")
        == .list([.object(one), .object(one)]))
  }

  @Test func bodiesOfWideLengths() throws {
    var object = Object(name: "A")
    object.state = .integer(7)
    #expect(try read("170141 1d04 693a373b") == .object(object))
    #expect(try read("170141 1e0004 693a373b") == .object(object))
    #expect(try read("170141 1f00000004 693a373b") == .object(object))
    object.state = .string("i:7")
    #expect(try read("170141 1d03 693a37") == .object(object))
    // What reads as a value and goes on is none.
    object.state = .string("i:7;x")
    #expect(try read("170141 1d05 693a373b78") == .object(object))
  }

  @Test func elementsThatWereLeftOut() throws {
    #expect(try read("1402 00 110161 05") == .map([entry("a", .bool(true))]))
  }

  @Test func repeatedKeysAreAllShown() throws {
    let value = try read("1402 110161 05 0e00 04")
    #expect(value == .map([entry("a", .bool(true)), entry("a", .bool(false))]))
    #expect(
      String(decoding: JSONWriter.json(value), as: UTF8.self)
        == #"{"$map":[["a",true],["a",false]]}"#)
  }

  @Test func referencesToReferences() throws {
    // [&$a, &$a] with a scalar, and a reference said twice.
    #expect(
      try read("1402 0600 25 0607 0601 25 0101") == .list([.shared(1, .integer(7)), .reference(1)]))
    #expect(
      try read("1402 0600 25 25 0607 0601 25 0101")
        == .list([.shared(1, .integer(7)), .reference(1)]))
    // An array that holds itself.
    #expect(try read("1401 0600 25 0100") == .shared(1, .list([.reference(1)])))
  }

  @Test func damage() {
    #expect(reason("") == "4 need 1 byte, none left")
    #expect(reason("28") == "4 0x28 is no type of igbinary")
    #expect(reason("0501") == "5 1 trailing byte after the value")
    #expect(reason("1d00") == "4 0x1d stands behind the name of a class only")
    #expect(reason("0e00") == "4 string 0; there are 0 before it")
    #expect(reason("1401 0600 0105") == "8 a reference to value 5; there are 1 before it")
    #expect(
      reason("16ffffffff 0600") == "4 an array of 4294967295 elements needs as many bytes, 2 left")
    #expect(reason("13ffffffff 41") == "9 need 4294967295 bytes, 1 left")
    #expect(reason("26ffffffffffffffff 41") == "13 need 18446744073709551615 bytes, 1 left")
    #expect(reason("1401 0c") == "6 expected a string, found 0x0c")
    #expect(reason("170141 06") == "7 expected an array, found 0x06")
    #expect(reason("1700 1400") == "6 a class without a name")
    #expect(reason("170120 1400") == "6 0x20 in the name of a class")
    #expect(reason("170141 27 0d") == "8 a case without a name")
  }

  @Test func depthIsLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "1401 0600 ", count: depth - 1) + "1400"
    }
    _ = try read(nested(Limits.depth))
    #expect(reason(nested(Limits.depth + 1))?.hasSuffix("nested more than 128 deep") == true)
    // Objects with integers for keys hold a list: two levels each.
    let objects = String(repeating: "170141 1401 0600 ", count: 65) + "05"
    #expect(reason(objects)?.hasSuffix("nested more than 128 deep") == true)
    // A body of PHP's own is as deep as what is around it.
    let arrays =
      String(repeating: "a:1:{i:0;", count: 70) + "N;" + String(repeating: "}", count: 70)
    let body = arrays.utf8.map { hexText([$0]) }.joined()
    let inside =
      String(repeating: "1401 0600 ", count: 70) + "170141 1e"
      + hexText([UInt8(arrays.utf8.count >> 8), UInt8(arrays.utf8.count & 255)]) + body
    #expect(reason(inside)?.hasSuffix("nested more than 128 deep") == true)
  }

  @Test func valuesAreLimited() {
    let error = failure { () throws(PayloadError) in
      _ = try read("1403 0600 00 0601 00 0602 00", nodeLimit: 3)
    }
    #expect(error?.isLimit == true)
    #expect(error?.reason == "more than 3 values")
  }

  /// Two bytes may stand for a long string, many times over: 24 GB of text in 300 KB.
  @Test func namedStringsAreLimited() {
    let text = [0x13, 0, 2, 0, 0] + [UInt8](repeating: 0x61, count: 1 << 17)
    var bytes: [UInt8] = hex("00000002 16 00010000") + [0x06, 0] + text
    for index in 1..<65536 { bytes += [0x08, UInt8(index >> 8), UInt8(index & 255), 0x0E, 0] }
    let error = failure { () throws(PayloadError) in _ = try Format.igbinary.read(bytes) }
    #expect(error?.isLimit == true)
    #expect(error?.reason.hasSuffix("bytes of strings that are named again") == true)
    var output: [UInt8] = []
    #expect(!JSONTranscoder().transcode(bytes, into: &output))
  }

  @Test func gadgetsAreNamed() throws {
    for (name, label) in [("gadget.igbinary", "igbinary 2"), ("gadget.msgpack", "PHP MessagePack")]
    {
      let bytes = try Fixture.bytes("igbinary/\(name)")
      let decoded = try Decoded(detecting: bytes)
      #expect(decoded.chain == label)
      let finding = try #require(decoded.reading.findings.first)
      #expect(decoded.reading.findings.count == 1)
      #expect(finding.effect == .create)
      #expect(finding.name == "Monolog\\Handler\\BufferHandler")
      #expect(finding.remark?.hasPrefix("gadget: ") == true)
      // The offset is that of the object: a type with the length of the name, or a map.
      #expect(
        name == "gadget.igbinary" ? bytes[finding.offset] == 0x17 : bytes[finding.offset] == 0x84)
      #expect(
        String(decoding: JSONWriter.json(decoded.value), as: UTF8.self).contains(
          #"{"$danger":"Monolog\\Handler\\BufferHandler""#))
      var output: [UInt8] = []
      #expect(!JSONTranscoder().transcode(bytes, into: &output) && output.isEmpty)
    }
  }

  @Test func digitsOfANumberAreNoPayload() throws {
    for text in ["0000000200", "00000002140006", "000000021400"] {
      let decoded = try Decoded(detecting: Array(text.utf8))
      #expect(decoded.layers.isEmpty, "\(text): \(decoded.chain)")
    }
  }

  @Test func numbersInBinaryAreNoPayload() {
    // Two bytes after their length, a count, heads of MP4, ICO and JPEG 2000.
    for digits in [
      "00000002 062a", "00000002 07ff", "00000001 00", "00000001 05", "0000000205 05",
      "00000018 66747970 6d703432", "00000100 0100 1010", "0000000c 6a502020 0d0a870a",
    ] {
      let decoded = try? Decoded(detecting: hex(digits))
      #expect(decoded?.format.name != "igbinary", "\(digits)")
    }
  }

  @Test func scalarsOfCaches() throws {
    for digits in ["00000002 05", "00000002 0a 6553f1b0", "00000002 0c 3ff8000000000000"] {
      #expect(try Decoded(detecting: hex(digits)).chain == "igbinary 2")
    }
  }

  @Test func theOutlineEndsWhereReadingDoes() throws {
    for name in try Fixture.names(in: "igbinary", suffix: ".igbinary") {
      let bytes = try Fixture.bytes("igbinary/\(name)")
      let lines = IgbinaryOutline.lines(bytes)
      #expect(lines.count > 1 && !lines.contains { $0.contains("byte ") }, "\(name)")
      let cut = IgbinaryOutline.lines(Array(bytes.dropLast()))
      #expect(cut.last?.contains("need") == true, "\(name)")
    }
  }

  /// A disassembly ends with its last line, even if the arrays around it claim more.
  @Test(.timeLimit(.minutes(1))) func anOutlineOfEndlessArrays() throws {
    let array: [UInt8] = [0x16, 0xFF, 0xFF, 0xFF, 0xFF]
    let bytes = [0, 0, 0, 2] + Array(repeatElement(array, count: 64).joined())
    let lines = Format.igbinary.explain?(bytes + [UInt8](repeating: 0, count: 4_000))
    #expect(lines?.count == 2_001)
    #expect(lines?.last == "... more")
  }
}
