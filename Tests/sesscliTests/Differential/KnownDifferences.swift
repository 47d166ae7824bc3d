import Foundation

@testable import RedisClient
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
  case nameInJSON = "JSON: a name that is not UTF-8 is written in escapes"
  case floatInJSON = "JSON: infinities are {\"$float\":...}"
  case quoteInJSON = "quoted JSON: a quote does not end its string"
  case keysAlone = "KEYS without a pattern lists every key"
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
    if lines == [["KEYS".bytes]] || lines == [["keys".bytes]] {
      seen.insert(.keysAlone)
      return redis
    }
    if mode.isJSON {
      if isText, let message = Self.onlyError(output) {
        seen.insert(.errorInJSON)
        return message + [10]
      }
      output = withoutObjects(output)
      let named = withoutEscapes(output)
      if mode == .json, named != output, !isSame(output, redis) {
        seen.insert(.nameInJSON)
        output = named
      }
    }
    let hasErrors = errors.contains { $0 != nil }
    if hasErrors { seen.insert(.errorsOnStandardError) }
    // Each alone, then together, until it is what redis-cli wrote.
    for choice in 0..<8 {
      var differences: Set<KnownDifference> = []
      var candidate = output
      if choice & 1 != 0, mode == .raw {
        candidate = withBlankLines(candidate)
        differences.insert(.noBlankLine)
      }
      let dropsEnds = choice & 2 != 0 && isText
      if dropsEnds { differences.insert(.textEndsItsLine) }
      candidate = assembled(candidate, lines, errors, dropsEnds: dropsEnds)
      if choice & 4 != 0, mode == .raw {
        candidate.append(10)
        differences.insert(.nothingIsNothing)
      }
      if isSame(candidate, redis) {
        seen.formUnion(differences)
        return candidate
      }
    }
    return assembled(output, lines, errors, dropsEnds: false)
  }

  /// The case's output with the errors of standard error where the lines' replies stand. Before the
  /// last line of a transaction each reply is one line: QUEUED, or OK.
  ///
  /// - Parameter dropsEnds: whether a text's line has no end: QUEUED, or an error.
  private func assembled(
    _ output: [UInt8], _ lines: [[[UInt8]]], _ errors: [[UInt8]?], dropsEnds: Bool
  ) -> [UInt8] {
    var rest = output[...]
    var result: [UInt8] = []
    for (number, line) in lines.enumerated() {
      let isText = CommandTraits.isText(line)
      if number < errors.count, let error = errors[number] {
        result += written(error, isText: isText)
        continue
      }
      let end = number == lines.count - 1 ? rest.endIndex : rest.firstIndex(of: 10).map { $0 + 1 }
      let reply = rest[..<(end ?? rest.endIndex)]
      rest = rest[reply.endIndex...]
      result += dropsEnds && isText && reply.last == 10 ? reply.dropLast() : reply
    }
    return result
  }

  /// How errors inside of replies begin.
  private static let codes = [
    "ERR", "NOPROTO", "WRONGTYPE", "NOSCRIPT", "BUSYGROUP", "BUSYKEY", "NOGROUP", "NOTBUSY",
    "INVALIDOBJ", "UNKILLABLE", "BAD", "CODE",
  ]

  /// Appends a line end to each line that is an error.
  private func withBlankLines(_ output: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for line in output.split(separator: 10, omittingEmptySubsequences: false) {
      result += line + [10]
      if Self.codes.contains(where: { line.starts(with: "\($0) ".utf8) }) { result.append(10) }
    }
    return Array(result.dropLast())
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

  /// As redis-cli represents it; JSON leaves bytes above ASCII as they are, but for quoted JSON.
  private func represented(_ message: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for byte in message {
      if byte >= 0x80, mode == .json {
        text.append(byte)
      } else {
        withUnsafeBytes(of: byte) { Escaping.append($0, as: .ascii, to: &text) }
      }
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

  /// The message, when all of the output is an error.
  private static func onlyError(_ output: [UInt8]) -> [UInt8]? {
    let object = try? JSONSerialization.jsonObject(with: Data(output)) as? [String: String]
    return object?["error"]?.bytes
  }

  /// Replaces what a name that is not UTF-8 has instead of its bytes: `\\\\xff`.
  private func withoutEscapes(_ output: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = output[...]
    while let byte = rest.first {
      let digits = String(decoding: rest.dropFirst(3).prefix(2), as: UTF8.self)
      if rest.starts(with: "\\\\x".utf8), let value = UInt8(digits, radix: 16) {
        result += jsonString([value]).dropFirst().dropLast()
        rest = rest.dropFirst(5)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
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
