import Foundation
import Testing

/// A file of Tests/Transcripts: commands and, below each, exactly what they print.
/// Tests/Transcripts/README.md describes the format.
struct Transcript: Sendable {
  /// One line that is not output, and the output that belongs to it.
  struct Block: Sendable, Equatable {
    enum Kind: Sendable, Equatable { case comment, directive, command, prompt }
    var kind: Kind
    /// The whole line: `$ sesscli get k`, `SOCKET[2]> get k`, `# a comment`.
    var line: String
    var output: [String] = []
    /// Empty lines that separate this block from the next.
    var separators = 0
  }

  var blocks: [Block] = []

  /// The prompt, after normalisation, at the start of a line: `SOCKET[2](TX)> `.
  static func prompt(of line: String) -> String? {
    let pattern = #/(redis )?(SOCKET|redis\.sock|not connected)(\[[0-9]+\])?(\([A-Za-z ]+\))*> /#
    return line.prefixMatch(of: pattern).map { String($0.output.0) }
  }

  init(parsing text: String) throws {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    for (number, line) in lines.enumerated() {
      let kind: Block.Kind? =
        line.hasPrefix("#")
        ? .comment
        : line.hasPrefix("% ")
          ? .directive
          : line.hasPrefix("$ ") ? .command : Self.prompt(of: line) != nil ? .prompt : nil
      if let kind {
        blocks.append(Block(kind: kind, line: line))
      } else if blocks.isEmpty || [.comment, .directive].contains(blocks[blocks.count - 1].kind) {
        guard line.isEmpty else {
          throw HarnessError("line \(number + 1): output without a command: \(line)")
        }
        if blocks.isEmpty { continue }
        blocks[blocks.count - 1].separators += 1
      } else {
        blocks[blocks.count - 1].output.append(line)
      }
    }
    for index in blocks.indices {
      while blocks[index].output.last == "" {
        blocks[index].output.removeLast()
        blocks[index].separators += 1
      }
    }
  }

  var text: String {
    blocks.map { block in
      ([block.line] + block.output + Array(repeating: "", count: block.separators))
        .joined(separator: "\n") + "\n"
    }.joined()
  }

  var commandCount: Int { blocks.count { $0.kind == .command || $0.kind == .prompt } }

  /// Output as it is written in a transcript: any bytes, one way only.
  static func written(_ output: [UInt8], exitCode: Int32) -> [String] {
    var lines = readable(output).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    let isWhole = lines.last == ""
    if isWhole { lines.removeLast() }
    // A line that would be taken for something else is marked; so is an empty one that would look
    // like a separator.
    for index in lines.indices {
      let line = lines[index]
      let isAmbiguous =
        ["#", "% ", "$ ", "\\", "[exit "].contains { line.hasPrefix($0) } || prompt(of: line) != nil
      if isAmbiguous { lines[index] = "\\" + line }
    }
    var last = lines.count - 1
    while last >= 0, lines[last].isEmpty {
      lines[last] = "\\"
      last -= 1
    }
    if !isWhole { lines.append("\\ no newline") }
    if exitCode != 0 { lines.append("[exit \(exitCode)]") }
    return lines
  }

  /// Text as it is, and each byte that is no text or that a terminal would obey as `‹1B›`.
  static func readable(_ bytes: [UInt8]) -> String {
    var result = ""
    func hexadecimal(_ byte: UInt8) {
      let digits = String(byte, radix: 16, uppercase: true)
      result += "‹" + (digits.count == 1 ? "0" : "") + digits + "›"
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      let piece = bytes[index..<min(index + length, bytes.count)]
      if let text = String(validating: piece, as: UTF8.self),
        text.unicodeScalars.allSatisfy({ isPlain($0) })
      {
        result += text
        index += length
      } else {
        hexadecimal(byte)
        index += 1
      }
    }
    return result
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format: scalar == "\n" || scalar == "\t"
    default: true
    }
  }

  /// A readable comparison: ` ` both, `-` expected only, `+` actual only.
  static func difference(expected: [String], actual: [String]) -> String {
    let changes = actual.difference(from: expected)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in changes {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [String] = []
    var (left, right) = (0, 0)
    while left < expected.count || right < actual.count {
      if removed.contains(left), left < expected.count {
        lines.append("    - \(expected[left])")
        left += 1
      } else if inserted.contains(right), right < actual.count {
        lines.append("    + \(actual[right])")
        right += 1
      } else {
        lines.append("      \(actual[right])")
        left += 1
        right += 1
      }
    }
    return lines.joined(separator: "\n")
  }
}
