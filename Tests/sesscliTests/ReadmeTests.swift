import Foundation
import SessionFormats
import Testing

@testable import sesscli

/// The README promises what the lists in the source hold, no more and no less.
@Suite(.serialized) struct ReadmeTests {
  private let readme: String

  init() throws {
    readme = try String(contentsOfFile: Project.root + "/README.md", encoding: .utf8)
  }

  /// The rows of the table under a heading row.
  private func rows(under heading: String) -> [String] {
    guard let start = readme.range(of: heading + "\n") else { return [] }
    return readme[start.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
      .dropFirst().prefix { $0.hasPrefix("|") }.map(String.init)
  }

  /// Expects the rows under the heading, or writes them: `make record`.
  private func expect(_ expected: [String], under heading: String) throws {
    let rows = rows(under: heading)
    guard ProcessInfo.processInfo.environment["RECORD"] != nil else {
      #expect(rows == expected, "README.md, \(heading): make record")
      return
    }
    let old = rows.map { $0 + "\n" }.joined()
    let new = expected.map { $0 + "\n" }.joined()
    let rule = try #require(readme.range(of: heading + "\n")?.upperBound)
    let start = try #require(readme[rule...].range(of: "\n")?.upperBound)
    let text = readme[..<start] + new + readme[start...].dropFirst(old.count)
    try text.write(toFile: Project.root + "/README.md", atomically: true, encoding: .utf8)
  }

  @Test func formats() throws {
    try expect(
      Format.all.map { "| \($0.name) | \($0.summary.replacing("|", with: "\\|")) |" },
      under: "| format | reads |")
  }

  @Test func layers() throws {
    try expect(Layer.all.map { "| \($0.name) | \($0.summary) |" }, under: "| layer | removes |")
  }

  @Test func commands() throws {
    let expected = Command.all.map { command in
      let usage = [command.name, command.arguments].filter { !$0.isEmpty }.joined(separator: " ")
      return "| `\(usage.replacing("|", with: "\\|"))` | \(command.summary) |"
    }
    try expect(expected, under: "| own command | does |")
  }

  @Test func session() throws {
    let transcript = try String(
      contentsOfFile: Project.root + "/Tests/Transcripts/readme.txt", encoding: .utf8)
    let start = try #require(transcript.range(of: "redis SOCKET> "))
    let session = transcript[start.lowerBound...].replacing(
      "redis SOCKET> ", with: "127.0.0.1:6379> ")
    #expect(readme.contains("```\n\(session)```\n"))
  }

  /// The library's section shows lines of the example that is built.
  @Test func libraryExample() throws {
    let main = try String(
      contentsOfFile: Project.root + "/Examples/ReadSession/Sources/ReadSession/main.swift",
      encoding: .utf8)
    let code = try #require(readme.split(separator: "```swift\n").last).split(separator: "```")[0]
    var rest = main.split(separator: "\n").map { $0.drop { $0 == " " } }[...]
    for line in code.split(separator: "\n").map({ $0.drop { $0 == " " } }) {
      let place = rest.firstIndex(of: line)
      #expect(place != nil, "not in the example: \(line)")
      if let place { rest = rest[place...].dropFirst() }
    }
  }

  @Test func exitCodes() {
    let codes = rows(under: "| exit code | meaning |").compactMap {
      $0.split(separator: " ").dropFirst().first
    }
    let known: [sesscli.ExitCode] = [.success, .commandFailed, .usage, .noConnection, .danger]
    #expect(codes.map(String.init) == known.map { "\($0.rawValue)" })
  }

  @Test func options() {
    let section =
      readme.split(separator: "\n## Options\n").last?.split(separator: "\n## ").first ?? ""
    let words = Set(section.split { " `|,\n".contains($0) }.map(String.init))
    for name in CommandLineOption.all.flatMap(\.names) { #expect(words.contains(name), "\(name)") }
  }

  @Test func differencesFromRedisCLI() {
    let table = rows(under: "| differs from redis-cli | why |")
    for difference in KnownDifference.allCases {
      #expect(table.contains { $0.contains(difference.rawValue) }, "\(difference.rawValue)")
    }
  }

  @Test func tagsHaveARow() {
    for tag in Tag.allCases where tag != .surrogates {
      #expect(readme.contains("\"$\(tag.rawValue)\""))
    }
  }
}
