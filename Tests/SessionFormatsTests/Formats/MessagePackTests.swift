import Testing

@testable import SessionFormats

@Suite struct MessagePackTests {
  private func read(_ digits: String) throws(PayloadError) -> Value {
    try Format.messagePack.read(hex(digits)).value
  }

  /// Every first byte of the specification's table, with the value it announces.
  @Test(
    arguments: [
      ("00", .integer(0)), ("7f", .integer(127)), ("e0", .integer(-32)), ("ff", .integer(-1)),
      ("c0", .null), ("c2", .bool(false)), ("c3", .bool(true)),
      ("cc ff", .integer(255)), ("cd ffff", .integer(65535)),
      ("ce ffffffff", .integer(4_294_967_295)),
      ("cf 7fffffffffffffff", .integer(.max)),
      ("cf 8000000000000000", .number("9223372036854775808")),
      ("cf ffffffffffffffff", .number("18446744073709551615")),
      ("d0 80", .integer(-128)), ("d1 8000", .integer(-32768)),
      ("d2 80000000", .integer(-2_147_483_648)), ("d3 8000000000000000", .integer(.min)),
      ("ca 3dcccccd", .double(0.1)), ("ca ff800000", .double(-.infinity)),
      ("ca 7f7fffff", .double(3.4028235e38)), ("cb 3fb999999999999a", .double(0.1)),
      ("cb 8000000000000000", .double(-0.0)),
      ("a0", .string("")), ("a3 616263", .string("abc")), ("d9 02 c3a9", .string("é")),
      ("da 0001 61", .string("a")), ("db 00000001 61", .string("a")),
      ("c4 02 00ff", .bytes([0, 255])), ("c5 0001 61", .bytes([97])),
      ("c6 00000001 61", .bytes([97])),
      ("90", .list([])), ("92 01 c0", .list([.integer(1), .null])),
      ("dc 0001 01", .list([.integer(1)])),
      ("dd 00000001 01", .list([.integer(1)])), ("80", .map([])),
      ("81 a1 61 01", .map([Pair(.string("a"), .integer(1))])),
      ("de 0001 01 02", .map([Pair(.integer(1), .integer(2))])),
      ("df 00000001 c0 c0", .map([Pair(.null, .null)])),
      ("81 81 01 02 90", .map([Pair(.map([Pair(.integer(1), .integer(2))]), .list([]))])),
      ("d4 05 ab", .tagged(.ext, .list([.integer(5), .bytes([0xAB])]))),
      ("d5 80 abcd", .tagged(.ext, .list([.integer(-128), .bytes([0xAB, 0xCD])]))),
      ("c7 00 7f", .tagged(.ext, .list([.integer(127), .bytes([])]))),
      ("c8 0001 01 00", .tagged(.ext, .list([.integer(1), .bytes([0])]))),
      ("c9 00000001 01 00", .tagged(.ext, .list([.integer(1), .bytes([0])]))),
      (
        "d8 02 000102030405060708090a0b0c0d0e0f",
        .tagged(.ext, .list([.integer(2), .bytes(Array(0...15))]))
      ),
    ] as [(String, Value)])
  func everyFormByte(digits: String, expected: Value) throws {
    #expect(try read(digits) == expected)
  }

  @Test func negativeZeroKeepsItsSign() throws {
    guard case .double(let zero) = try read("cb 8000000000000000") else {
      Issue.record("not a double")
      return
    }
    #expect(zero.sign == .minus)
  }

  @Test(arguments: [
    ("d6 ff 00000000", "1970-01-01T00:00:00Z"),
    ("d6 ff 6553f100", "2023-11-14T22:13:20Z"),
    ("d6 ff ffffffff", "2106-02-07T06:28:15Z"),
    // 30 bits of nanoseconds above 34 bits of seconds.
    ("d7 ff 77359400 6553f100", "2023-11-14T22:13:20.5Z"),
    ("d7 ff 00000004 00000000", "1970-01-01T00:00:00.000000001Z"),
    ("d7 ff 00000003 ffffffff", "2514-05-30T01:53:03Z"),
    ("c7 0c ff 3b9ac9ff ffffffffffffffff", "1969-12-31T23:59:59.999999999Z"),
    ("c7 0c ff 00000000 fffffff1886e0900", "0001-01-01T00:00:00Z"),
    ("c7 0c ff 00000000 0000003afff4417f", "9999-12-31T23:59:59Z"),
  ])
  func timestamps(digits: String, time: String) throws {
    #expect(try read(digits) == .tagged(.datetime, .string(time)))
  }

  /// Nanoseconds that make a second, times that no calendar prints, bodies of another length.
  @Test(arguments: [
    "d7 ff ee6b2800 00000000", "c7 0c ff 3b9aca00 0000000000000000",
    "c7 0c ff 00000000 7fffffffffffffff", "c7 0c ff 00000000 8000000000000000",
    "c7 0c ff 00000000 0000003afff44180", "d4 ff 00", "c7 05 ff 0000000000",
  ])
  func timestampsOutsideTheRulesStayExtensions(digits: String) throws {
    let body = hex(digits).dropFirst(digits.hasPrefix("c7") ? 3 : 2)
    let reading = try Format.messagePack.read(hex(digits))
    #expect(reading.value == .tagged(.ext, .list([.integer(-1), .bytes(Array(body))])))
    #expect(reading.notes.count == 1)
  }

  @Test func textThatIsNotUTF8IsBytesWithANote() throws {
    let reading = try Format.messagePack.read(hex("a2 c328"))
    #expect(reading.value == .bytes([0xC3, 0x28]))
    #expect(
      reading.notes == [
        "byte 1: a str that is not UTF-8, as writers older than MessagePack's bin type make"
      ])
  }

  @Test func duplicateKeysAreKept() throws {
    #expect(
      try read("82 a1 61 01 a1 61 02")
        == .map([entry("a", .integer(1)), entry("a", .integer(2))]))
  }

  @Test(arguments: [
    ("c1", PayloadError(at: 0, "c1 is never used in MessagePack")),
    ("", PayloadError(at: 0, "need 1 byte, none left")),
    ("92 01", PayloadError(at: 1, "an array of 2 elements needs 2 bytes or more, 1 left")),
    ("82 01 02 03", PayloadError(at: 1, "a map of 2 entries needs 4 bytes or more, 3 left")),
    ("a5 6162", PayloadError(at: 1, "need 5 bytes, 2 left")),
    ("cd 01", PayloadError(at: 1, "need 2 bytes, 1 left")),
    ("d6 ff 00", PayloadError(at: 2, "need 4 bytes, 1 left")),
    ("80 04 95", PayloadError(at: 1, "2 trailing bytes after the value")),
  ])
  func errors(digits: String, expected: PayloadError) {
    #expect(throws: expected) { try Format.messagePack.read(hex(digits)) }
  }

  /// What a decoder that trusts the count would answer with gigabytes.
  @Test(arguments: ["dd ffffffff", "df ffffffff", "db ffffffff", "c6 ffffffff", "c9 ffffffff 01"])
  func claimedSizesAllocateNothing(digits: String) {
    let error = failure { () throws(PayloadError) in _ = try read(digits) }
    #expect(error?.reason.contains("left") == true)
  }

  @Test func depthIsBounded() throws {
    let deepest = [UInt8](repeating: 0x91, count: Limits.depth) + [0xC0]
    #expect(throws: Never.self) { try Format.messagePack.read(deepest) }
    let error = failure { () throws(PayloadError) in
      _ = try Format.messagePack.read([0x91] + deepest)
    }
    #expect(error?.isLimit == true)
    #expect(error?.offset == Limits.depth + 1)
    let maps = [UInt8](repeating: 0x81, count: 100_000)
    #expect(throws: PayloadError.self) { try Format.messagePack.read(maps) }
  }

  @Test func countsOfValuesAreBounded() {
    let million = hex("dd 000f4240") + [UInt8](repeating: 0xC0, count: 1_000_000)
    let bomb: [UInt8] = [0x96] + Array(repeatElement(million, count: 6).joined())
    let error = failure { () throws(PayloadError) in _ = try Format.messagePack.read(bomb) }
    #expect(error?.isLimit == true)
    #expect(error?.reason == "more than \(Limits.nodes) values")
  }

  @Test func smallNumbersAreNoEvidence() throws {
    for digits in ["80", "90", "93 01 02 03", "81 01 02", "c3", "a5 68656c6c6f"] {
      #expect(!Format.messagePack.isPlausible(try read(digits)), "\(digits)")
    }
    for digits in ["81 a1 61 01", "92 a2 6162 01", "91 81 a1 61 c0"] {
      #expect(Format.messagePack.isPlausible(try read(digits)), "\(digits)")
    }
  }

  /// From 16 elements on their count has bytes of its own: a list of numbers that ends where it
  /// says is one.
  @Test func aCountThatFitsIsEvidence() throws {
    let numbers = "dc 00 10" + String(repeating: " 07", count: 16)
    #expect(Format.messagePack.isPlausible(try read(numbers)))
    #expect(!Format.messagePack.isPlausible(try read("9f" + String(repeating: " 07", count: 15))))
  }

  /// Go's tinylib/msgp writes times as an extension of its own.
  @Test func timesOfGo() throws {
    let reading = try Format.messagePack.read(hex("81 a1 74 c7 0c 05 000000006553f100 1dcd6500"))
    #expect(
      reading.value == .map([entry("t", .tagged(.datetime, .string("2023-11-14T22:13:20.5Z")))]))
    #expect(
      reading.notes == ["byte 6: extension 5 shown as the time that Go's tinylib/msgp writes so"])
    // An ObjectId is 12 bytes as well.
    let other = try Format.messagePack.read(hex("c7 0c 05 507f1f77bcf86cd799439011"))
    #expect(
      other.value == .tagged(.ext, .list([.integer(5), .bytes(hex("507f1f77bcf86cd799439011"))])))
  }
}
