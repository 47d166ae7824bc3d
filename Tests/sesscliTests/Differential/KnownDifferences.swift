import Foundation

@testable import sesscli

/// A way of writing replies, with the options that ask both tools for it.
enum DifferentialMode: String, CaseIterable {
  case raw, formatted, csv, json, quotedJSON

  var option: String {
    switch self {
    case .raw: "--raw"
    case .formatted: "--no-raw"
    case .csv: "--csv"
    case .json: "--json"
    case .quotedJSON: "--quoted-json"
    }
  }
  var isJSON: Bool { self == .json || self == .quotedJSON }
}

/// What differs from redis-cli on purpose: README's table has a row for each.
enum KnownDifference: String, CaseIterable {
  case errorsOnStandardError = "a script's errors are on standard error, with their line"
  case noBlankLine = "raw: an error is not followed by an empty line"
  case nothingIsNothing = "raw: an empty array is no empty line"
  case errorInJSON = "JSON: an error is {\"error\":...}"
  case bytesInJSON = "JSON: bytes that are not UTF-8 are {\"$bytes\":...}"
  case floatInJSON = "JSON: infinities are {\"$float\":...}"
  case quoteInJSON = "quoted JSON: a quote does not end its string"
  case textEndsItsLine = "a text such as INFO's always ends its line"
}

/// Undoes sesscli's improvements in its output, and says which there were.
struct Undoing {
  let mode: DifferentialMode
  /// Whether two outputs are the same where numbers move.
  var isSame: ([UInt8], [UInt8]) -> Bool = { $0 == $1 }
  var seen: Set<KnownDifference> = []

  /// What redis-cli would have written for this output.
  ///
  /// - Parameters:
  ///   - errors: for each line of the case, its error on standard error.
  ///   - redis: what redis-cli wrote.
  mutating func undo(
    _ output: [UInt8], lines: [[[UInt8]]], errors: [[UInt8]?], redis: [UInt8]
  ) -> [UInt8] {
    let isText = lines.contains(where: CommandTraits.isText)
    var output = output
    if mode == .raw, output.isEmpty, redis == [10] {
      seen.insert(.nothingIsNothing)
      return redis
    }
    if mode.isJSON { output = withoutObjects(output) }
    let bare = output
    if errors.contains(where: { $0 != nil }) {
      seen.insert(.errorsOnStandardError)
      output = withErrors(bare, lines, errors)
    }
    if mode == .raw, !isSame(output, redis) {
      let longer = withBlankLines(bare)
      if longer != bare {
        seen.insert(.noBlankLine)
        output = withErrors(longer, lines, errors)
      }
    }
    if isText, !isSame(output, redis) {
      // QUEUED, or an error: redis-cli writes it without an end.
      let shorter = withoutEnds(output, lines)
      if shorter != output { seen.insert(.textEndsItsLine) }
      output = shorter
    }
    return output
  }

  /// Puts the errors of standard error back to where the lines' replies stand. Before the last line of a transaction
  /// each reply is one line: QUEUED, or OK.
  private func withErrors(_ output: [UInt8], _ lines: [[[UInt8]]], _ errors: [[UInt8]?]) -> [UInt8]
  {
    if errors.isEmpty { return output }
    var rest = output[...]
    var result: [UInt8] = []
    for (number, error) in errors.enumerated() {
      if let error {
        result += written(error, isText: CommandTraits.isText(lines[number]))
      } else if number == errors.count - 1 {
        result += rest
      } else if let end = rest.firstIndex(of: 10) {
        result += rest[...end]
        rest = rest[(end + 1)...]
      }
    }
    return result
  }

  /// Appends a line end to each line that is an error.
  private func withBlankLines(_ output: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for line in output.split(separator: 10, omittingEmptySubsequences: false) {
      result += line + [10]
      let code = line.prefix { (0x41...0x5A).contains($0) }
      if code.count >= 3, line.dropFirst(code.count).first == 32 { result.append(10) }
    }
    return Array(result.dropLast())
  }

  private func withoutEnds(_ output: [UInt8], _ lines: [[[UInt8]]]) -> [UInt8] {
    if lines.count == 1 { return output.last == 10 ? Array(output.dropLast()) : output }
    var rest = output[...]
    var result: [UInt8] = []
    for (number, line) in lines.enumerated() {
      guard number < lines.count - 1, let end = rest.firstIndex(of: 10) else { break }
      result += rest[..<end]
      if !CommandTraits.isText(line) { result.append(10) }
      rest = rest[(end + 1)...]
    }
    return result + rest
  }

  /// An error as redis-cli writes it.
  private func written(_ message: [UInt8], isText: Bool) -> [UInt8] {
    if isText { return message + [10] }
    switch mode {
    case .raw: return message + [10, 10]
    case .formatted: return "(error) ".bytes + message + [10]
    case .csv: return "ERROR,\"".bytes + represented(message) + "\"\n".bytes
    case .json, .quotedJSON:
      var text: [UInt8] = "error:\"".bytes
      for byte in represented(message) {
        if byte == UInt8(ascii: "\\"), mode == .quotedJSON { text.append(byte) }
        text.append(byte)
      }
      return text + "\"\n".bytes
    }
  }

  private func represented(_ message: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for byte in message {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        text.append(UInt8(ascii: "\\"))
      }
      text.append(byte)
    }
    return text
  }

  /// Replaces the objects that sesscli writes where redis-cli leaves JSON.
  private mutating func withoutObjects(_ output: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var at = 0
    func starts(_ text: String) -> Bool { output[at...].starts(with: text.utf8) }
    while at < output.count {
      let tags: [(String, KnownDifference)] = [
        ("{\"error\":", .errorInJSON), ("{\"$bytes\":", .bytesInJSON),
        ("{\"$float\":", .floatInJSON),
      ]
      guard let (tag, difference) = tags.first(where: { starts($0.0) }),
        let end = Self.stringEnd(output, from: at + tag.utf8.count), end < output.count,
        output[end] == UInt8(ascii: "}")
      else {
        if mode == .quotedJSON, starts("\\\\\\\"") {
          seen.insert(.quoteInJSON)
          result += "\\\\\"".bytes
          at += 4
        } else {
          result.append(output[at])
          at += 1
        }
        continue
      }
      seen.insert(difference)
      let literal = output[(at + tag.utf8.count)..<end]
      switch difference {
      case .bytesInJSON:
        let bytes = Data(base64Encoded: Data(literal.dropFirst().dropLast())) ?? Data()
        result += jsonString([UInt8](bytes))
      case .floatInJSON: result += literal.dropFirst().dropLast()
      default:
        result += "error:".bytes
        var inner = Undoing(mode: mode)
        result += inner.withoutObjects(Array(literal))
        seen.formUnion(inner.seen)
      }
      at = end + 1
    }
    return result
  }

  /// Where a string literal ends that begins here.
  private static func stringEnd(_ output: [UInt8], from: Int) -> Int? {
    guard from < output.count, output[from] == UInt8(ascii: "\"") else { return nil }
    var at = from + 1
    while at < output.count {
      if output[at] == UInt8(ascii: "\"") { return at + 1 }
      at += output[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// A string as redis-cli writes it: bytes above ASCII as they are.
  private func jsonString(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = [UInt8(ascii: "\"")]
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 8: text += "\\b".bytes
      case 9: text += "\\t".bytes
      case 10: text += "\\n".bytes
      case 12: text += "\\f".bytes
      case 13: text += "\\r".bytes
      case 0..<32: text += "\\u00".bytes + String(format: "%02x", byte).bytes
      default: text.append(byte)
      }
    }
    return text + [UInt8(ascii: "\"")]
  }
}
