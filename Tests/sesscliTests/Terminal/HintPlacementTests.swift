import Testing

@testable import sesscli

@Suite struct HintPlacementTests {
  private func place(
    _ hint: String, line: String, cursor: Int? = nil, columns: Int = 40
  ) -> HintPlacement? {
    HintPlacement(
      hint, prompt: "db> ", line: Array(line.utf8), cursor: cursor ?? line.utf8.count,
      columns: columns)
  }

  private func shown(_ placement: HintPlacement?) -> String? {
    placement.map { String(decoding: $0.shown, as: UTF8.self) }
  }

  @Test func theCursorComesBack() {
    #expect(shown(place("key", line: "get ")) == "\u{1B}[2mkey\u{1B}[0m\u{1B}[3D")
    #expect(
      shown(place("key", line: "get ", cursor: 1)) == "\u{1B}[3C\u{1B}[2mkey\u{1B}[0m\u{1B}[6D")
    let wiped = place("key", line: "get ", cursor: 1).map {
      String(decoding: $0.wiped, as: UTF8.self)
    }
    #expect(wiped == "\u{1B}[3C\u{1B}[J\u{1B}[3D")
  }

  @Test func whatDoesNotFitIsCut() {
    // "db> get " takes 8 columns of 12, and the last one stays empty.
    #expect(shown(place("key more", line: "get ", columns: 12))?.contains("mkey\u{1B}") == true)
    #expect(place(" key", line: "get ", columns: 10) == nil)
    #expect(place("key", line: "get ", columns: 9) == nil)
    #expect(place("key", line: "get ", columns: 0) == nil)
    // "db> set é日 " takes 12 columns: the row has room for one letter.
    #expect(shown(place("key", line: "set é日 ", columns: 14))?.contains("mk\u{1B}") == true)
    // On the second row: 16 columns in rows of 10.
    #expect(shown(place("key", line: "get 1234567 ", columns: 10))?.contains("mkey\u{1B}") == true)
  }

  @Test func thereIsNoneWhereTheEndOfTheLineIsNotKnown() {
    #expect(place("key", line: "get 1234567 ", cursor: 3, columns: 10) == nil)
    #expect(place("key", line: "get \u{1} ") == nil)
    #expect(place("key", line: "get \t") == nil)
    #expect(
      HintPlacement("key", prompt: "", line: [0x67, 0xFF, 0x20], cursor: 3, columns: 40) == nil)
  }
}
