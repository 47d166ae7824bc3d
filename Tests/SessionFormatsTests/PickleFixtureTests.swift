import Testing

@testable import SessionFormats

/// What real Pythons wrote is read as what they wrote.
@Suite struct PickleFixtureTests {
  @Test func everyPythonIsThere() {
    let files = Set(PickleFixture.all.map(\.file))
    #expect(files.isSuperset(of: ["cpython-2.7.18.jsonl", "cpickle-2.7.18.jsonl"]))
    // Of 3.12 there is none: it writes the same bytes as 3.11.
    #expect(files.filter { $0.hasPrefix("cpython-3.") }.count >= 7)
    #expect(PickleFixture.all.count > 500)
  }

  @Test(arguments: Set(PickleFixture.all.map(\.file)).sorted())
  func isReadAsWritten(file: String) throws {
    for fixture in PickleFixture.all where fixture.file == file {
      let reading = try #require(try? Pickle.read(fixture.payload), "\(fixture)")
      let typed = String(decoding: JSONWriter.json(reading.value, .typed), as: UTF8.self)
      #expect(typed == fixture.typed, "\(fixture)")
      #expect(reading.findings.isEmpty, "\(fixture)")
      #expect(reading.label == "pickle \(fixture.number)", "\(fixture)")
    }
  }
}
