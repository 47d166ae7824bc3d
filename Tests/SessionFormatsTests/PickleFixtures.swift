import Foundation

@testable import SessionFormats

/// Pickles that were written by real producers, with the typed JSON that is expected of each; see
/// Tests/Fixtures/generate/pickle_cases.py.
struct PickleFixture: CustomStringConvertible, Sendable {
  let file: String
  let name: String
  let number: Int
  let payload: [UInt8]
  let typed: String

  var description: String { "\(file), protocol \(number), \(name)" }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Fixtures/pickle")

  private struct Line: Decodable {
    let name: String
    let `protocol`: Int
    let payload: Data
    let typed: String
  }

  static let all: [PickleFixture] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".jsonl") }.sorted().flatMap { file -> [PickleFixture] in
      let text =
        (try? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)) ?? ""
      return text.split(separator: "\n").compactMap { line in
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else {
          return nil
        }
        return PickleFixture(
          file: file, name: line.name, number: line.protocol, payload: Array(line.payload),
          typed: line.typed)
      }
    }
  }()
}
