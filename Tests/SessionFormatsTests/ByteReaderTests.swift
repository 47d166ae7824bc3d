import Testing

@testable import SessionFormats

@Suite struct ByteReaderTests {
  @Test func claimedSizesAreComparedWithWhatIsLeft() throws {
    var reader = ByteReader([1, 2, 3])
    #expect(throws: PayloadError(at: 0, "need 9 bytes, 3 left")) { try reader.skip(9) }
    #expect(throws: PayloadError(at: 0, "need 18446744073709551615 bytes, 3 left")) {
      _ = try reader.range(UInt64.max)
    }
    #expect(throws: PayloadError(at: 0, "a negative length, -1")) { try reader.skip(-1) }
    #expect(try reader.big(UInt16.self) == 0x0102)
    #expect(throws: PayloadError(at: 2, "1 trailing byte after the value")) {
      try reader.expectEnd()
    }
  }
}
