import Foundation
import Testing

@testable import SessionFormats

/// What real Pythons wrote is read as what they wrote.
@Suite struct PickleFixtureTests {
  @Test func everyPythonIsThere() {
    let files = Set(PickleFixture.all.map(\.file))
    #expect(files.isSuperset(of: ["cpython-2.7.18.jsonl", "cpickle-2.7.18.jsonl"]))
    // There is none for 3.12, which writes the same bytes as 3.11.
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

/// Session payloads in separate files, which the fuzz targets also start from.
@Suite struct PickleSampleTests {
  private func reading(_ name: String) throws -> Reading {
    let file = PickleFixture.folder.appendingPathComponent(name)
    return try Pickle.read(Array(Data(contentsOf: file)))
  }

  /// Python 3 wrote the same objects in each protocol.
  @Test func everyProtocolSaysTheSame() throws {
    let typed = try (0...5).map {
      String(
        decoding: JSONWriter.json(try reading("pickle-p\($0).bin").value, .typed), as: UTF8.self)
    }
    for text in typed { #expect(text == typed[4]) }
    for number in 0...5 {
      #expect(try reading("pickle-p\(number).bin").label == "pickle \(number)")
    }
    #expect(typed[4] == #"{"user_id":42,"n":"é"}"#)
  }

  /// cPickle with a byte `str`, INST and OBJ of old-style classes, and a dict in itself. The order
  /// is that of the payload; CPython 2.7 loads the same.
  @Test func cPickleOfPython2() throws {
    let typed = try (0...2).map {
      String(
        decoding: JSONWriter.json(try reading("pickle-cpy27-p\($0).bin").value, .typed),
        as: UTF8.self)
    }
    #expect(typed[0] == typed[1])
    #expect(typed[1] == typed[2])
    #expect(
      typed[2]
        == #"{"$shared":[1,{"set":{"$set":[1]},"old":{"$object":{"class":"__main__.Old","#
        + #""fields":{"x":1}}},"raw":{"$bytes":"/wA="},"user_id":42,"#
        + #""_flashes":[{"$tuple":["message","hi"]}],"self":{"$ref":1},"li":[1,"a"],"#
        + #""init":{"$object":{"class":"__main__.Init","args":[3],"fields":{"a":3}}},"#
        + #""new":{"$object":{"class":"__main__.New","fields":{"y":"✓"}}},"#
        + #""big":1180591620717411303424,"dt":{"$datetime":"2024-01-02T03:04:05.678901"},"#
        + #""d":{"$date":"2024-01-02"},"none":null,"ok":true,"name":"Ada ✓","f":1.5,"#
        + #""od":{"a":1},"bytes":"café","l":5,"#
        + #""u":{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"},"t":{"$tuple":[1,2,3,4]},"#
        + #""dec":{"$decimal":"1.25"}}]}"#)
  }
}
