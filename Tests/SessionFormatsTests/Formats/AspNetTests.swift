import Testing

@testable import SessionFormats

/// ASP.NET's and Vert.x' sessions beyond the fixtures of StoreTests.
@Suite struct AspNetTests {
  private let head = "02 000001 33221100554477668899aabbccddeeff 0001 61"

  private func read(_ digits: String, as format: Format) throws -> Reading {
    try format.read(hex(digits))
  }

  /// The value of `a` in a session that has nothing else.
  private func value(_ digits: String) throws -> (Value?, notes: [String]) {
    let size = String(hex(digits).count, radix: 16)
    let length = String(repeating: "0", count: 8 - size.count) + size
    let reading = try read(head + length + digits, as: .aspNetSession)
    #expect(reading.facts == [Fact("session", "00112233-4455-6677-8899-aabbccddeeff")])
    return (reading.value.fields["a"], reading.notes)
  }

  @Test(arguments: [
    ("", Value.string("")), ("64 61 72 6b", .string("dark")), ("00 00 00 2a", .integer(42)),
    ("ff ff fb 1e", .integer(-1250)), ("80 00 00 00", .integer(-2_147_483_648)),
    ("c3 a4", .string("ä")), ("01", .bytes([1])), ("00 00 00", .bytes([0, 0, 0])),
    ("7b 7d", .map([])), ("7b 22", .string("{\"")), ("5b 31 5d", .list([.integer(1)])),
    ("0a 09", .string("\n\t")), ("1b 5b 6d", .bytes([0x1B, 0x5B, 0x6D])),
  ])
  func valuesAreWhatTheyLookLike(digits: String, expected: Value) throws {
    let (value, notes) = try value(digits)
    #expect(value == expected)
    #expect(notes.isEmpty)
  }

  @Test func fourCharactersThatAreNoWordMayBeANumber() throws {
    let (value, notes) = try value("65 53 61 2b")
    #expect(value == .string("eSa+"))
    #expect(notes == ["\"a\" is 1699963179 when SetInt32 wrote it"])
  }

  /// JSON in a session in nothing deeper: the levels of both count.
  @Test func deepJSONStaysText() throws {
    for (levels, isText) in [(127, false), (128, true)] {
      let json = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      let (value, _) = try value(hexText(Array(json.utf8)))
      #expect((value == .string(json)) == isText, "\(levels)")
    }
  }

  @Test(arguments: [
    ("01 000000 33221100554477668899aabbccddeeff", 0, "revision 1 of a session, not 2"),
    ("02 000001 33221100554477668899aabbccddeeff", 1, "1 entries need 6 bytes or more, 0 left"),
    ("02 000000 33221100554477668899aabbccddeeff 00", 20, "1 trailing byte after the value"),
    ("02 000001 33221100554477668899aabbccddeeff 0001 ff 00000000", 22, "invalid UTF-8"),
    (
      "02 000001 33221100554477668899aabbccddeeff 0001 61 ffffffff", 27,
      "need 4294967295 bytes, none left"
    ),
  ])
  func errors(digits: String, offset: Int, reason: String) {
    let error = failure { () throws(PayloadError) in
      _ = try Format.aspNetSession.read(hex(digits))
    }
    #expect(error == PayloadError(at: offset, reason))
  }

  @Test func ticketsOfOtherVersionsAreNotRead() throws {
    let ticket = try Fixture.bytes("aspnet/ticket.bin")
    for (at, reason) in [(0, "version 4 of a ticket, not 5")] {
      var other = ticket
      other[at] = 4
      let error = failure { () throws(PayloadError) in _ = try Format.aspNetTicket.read(other) }
      #expect(error == PayloadError(at: at, reason))
    }
  }

  @Test func factsOfALogin() throws {
    let decoded = try Decoded(detecting: Fixture.bytes("aspnet/ticket.bin"))
    let sighting = Framework.sighting(of: Stored(decoded, now: 1_700_003_600))
    #expect(sighting?.name == "ASP.NET Core")
    #expect(
      sighting?.facts == [
        Fact("user", "42"), Fact("name", "ada@example.com"),
        Fact("issued", "2023-11-14T22:13:20Z, 1 h ago"),
        Fact("expires", "2023-11-28T22:13:20Z, in 13 d 23 h"),
      ])
  }

  @Test func factsOfASession() throws {
    let fields = [
      entry("absexp", .integer(638_355_968_000_000_000)), entry("sldexp", .integer(12_000_000_000)),
      entry("data", .map([entry("UserId", .integer(42))])),
    ]
    let sighting = Framework.sighting(of: Stored(fields: fields, now: 1_699_992_800))
    #expect(
      sighting?.facts == [
        Fact("user", "42"), Fact("sliding expiry", "20 min"),
        Fact("absolute expiry", "2023-11-14T22:13:20Z, in 2 h"),
      ])
  }

  @Test(arguments: [
    ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000 as Int64?),
    ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
    ("14 Nov 2023 22:13:20", nil), ("Tue, 14 Now 2023 22:13:20 GMT", nil), ("", nil),
  ])
  func httpTimes(text: String, seconds: Int64?) { #expect(httpTime(text) == seconds) }

  @Test(arguments: [
    (0 as Int64, "PT0S"), (1, "PT0.0000001S"), (-600_000_000, "-PT1M"), (864_000_000_000, "P1D"),
    (937_840_050_000, "P1DT2H3M4.005S"), (.min, "-P10675199DT2H48M5.4775808S"),
  ])
  func spans(ticks: Int64, text: String) { #expect(DotNetTicks.span(ticks) == text) }
}
