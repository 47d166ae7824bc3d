import Foundation
import Testing

/// Every file of Tests/Transcripts, played against a real server and compared byte for byte.
@Suite struct TranscriptTests {
  static let files: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Project.transcripts)) ?? []
    return names.filter { $0.hasSuffix(".txt") }.sorted()
  }()

  @Test func thereAreTranscripts() {
    #expect(!Self.files.isEmpty, "no Tests/Transcripts/*.txt")
  }

  @Test(arguments: files) func transcript(_ file: String) throws {
    let path = "\(Project.transcripts)/\(file)"
    let expected = try Transcript(parsing: String(contentsOfFile: path, encoding: .utf8))
    try #require(expected.commandCount > 0, "\(file) has no command")
    let actual = try TranscriptPlayer().play(expected)
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try actual.text.write(toFile: path, atomically: true, encoding: .utf8)
      return
    }
    for (old, new) in zip(expected.blocks, actual.blocks) where old != new {
      let difference = Transcript.difference(
        expected: [old.line] + old.output, actual: [new.line] + new.output)
      Issue.record("\(file):\n\(difference)")
    }
  }
}
