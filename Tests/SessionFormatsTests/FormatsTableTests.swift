import Foundation
import Testing

@testable import SessionFormats

/// FORMATS.md's table of what is stored where, made from the fixtures; `make record` rewrites it.
@Suite struct FormatsTableTests {
  private static let file = Fixture.folder.appending(path: "../../FORMATS.md").standardized
  private static let marks = (
    start: "<!-- The table is written by `make record`. -->\n", end: "<!-- End of the table. -->\n"
  )

  /// What stands in one row, but for whether it is decoded.
  private struct Combination: Hashable, Comparable {
    let store, version, serializer, compressor: String
    let maker: StorePayload.Maker

    static func < (a: Combination, b: Combination) -> Bool {
      // Versions in the order of their numbers: 3.10 is after 3.9.
      [a.store, a.version, a.serializer, a.compressor, a.maker.rawValue].joined(separator: "\u{1}")
        .compare(
          [b.store, b.version, b.serializer, b.compressor, b.maker.rawValue]
            .joined(separator: "\u{1}"), options: [.numeric, .caseInsensitive])
        == .orderedAscending
    }
  }

  @Test func theTableIsWhatTheFixturesSay() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    let start = try #require(text.range(of: Self.marks.start)).upperBound
    let end = try #require(text.range(of: Self.marks.end)).lowerBound
    let table = Self.table()
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
      let new = text[..<start] + table + text[end...]
      try new.write(to: Self.file, atomically: true, encoding: .utf8)
    } else {
      #expect(
        text[start..<end] == table, "FORMATS.md is not what the fixtures say: make record")
    }
  }

  private static func table() -> String {
    var results: [Combination: Set<String>] = [:]
    for payload in StoreManifest.all {
      let combination = Combination(
        store: payload.store, version: payload.version, serializer: payload.serializer,
        compressor: payload.compressor, maker: payload.made)
      results[combination, default: []].insert(outcome(of: payload))
    }
    var lines = [
      "| store | version | serializer | compressor | bytes | decoded |",
      "|---|---|---|---|---|---|",
    ]
    for (combination, outcomes) in results.sorted(by: { $0.key < $1.key }) {
      let made =
        combination.maker == .real
        ? "made by the real library" : "built from the specification"
      let cells = [
        combination.store, combination.version, combination.serializer, combination.compressor,
        made, outcomes.sorted().joined(separator: ", "),
      ]
      lines.append("| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whether the payload is decoded, by decoding it.
  private static func outcome(of payload: StorePayload) -> String {
    do {
      guard let file = payload.file else {
        for (name, digits) in payload.fields ?? [:] {
          var context = payload.context
          context.field = Array(name.utf8)
          if try Decoded(detecting: hex(digits), context: context).reading.isOpaque {
            return "named"
          }
        }
        return "yes"
      }
      let decoded = try Decoded(detecting: payload.bytes(of: file), context: payload.context)
      if !decoded.reading.isOpaque { return "yes" }
      return decoded.layers.isEmpty ? "named" : "sealed: its key is needed"
    } catch {
      return "no"
    }
  }
}
