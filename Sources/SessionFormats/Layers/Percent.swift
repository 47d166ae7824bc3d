// https://www.rfc-editor.org/rfc/rfc3986#section-2.1

extension Layer {
  /// Percent-encoding as in cookies: `%7B%22`. A `+` stays a `+`.
  static let percent = Layer(
    name: "percent",
    summary: "percent-encoding, as in cookies and addresses",
    isSelfEvident: false,
    recognizes: { Percent.recognizes($0) },
    unwrap: { bytes, _, limit throws(PayloadError) in
      Unwrapped(try Percent.decode(bytes, limit: limit), label: "percent")
    })

  /// Percent-encoding as in HTML forms, where `+` is a space; only on request, since base64 also
  /// has `+`.
  static let form = Layer(
    name: "form",
    summary: "percent-encoding with + for a blank, as forms have it; only with --as",
    isSelfEvident: false,
    recognizes: { _ in false },
    unwrap: { bytes, _, limit throws(PayloadError) in
      let blanks = bytes.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }
      return Unwrapped(try Percent.decode(blanks, limit: limit), label: "form")
    })
}

enum Percent {
  /// Visible ASCII with at least one escape, and every escape complete.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    let text = withoutLineBreak(bytes)
    guard text.contains(UInt8(ascii: "%")) else { return false }
    return text.indices.allSatisfy { at in
      text[at] == UInt8(ascii: "%")
        ? at + 2 < text.endIndex && hexDigit(text[at + 1]) != nil && hexDigit(text[at + 2]) != nil
        : text[at] > 0x20 && text[at] < 0x7F
    }
  }

  static func decode(_ bytes: [UInt8], limit: Int) throws(PayloadError) -> [UInt8] {
    let text = withoutLineBreak(bytes)
    var inside: [UInt8] = []
    inside.reserveCapacity(min(text.count, limit))
    var at = text.startIndex
    while at < text.endIndex {
      if inside.count == limit { throw Limits.outputExceeded(limit, at: at) }
      let byte = text[at]
      if byte != UInt8(ascii: "%") {
        inside.append(byte)
        at += 1
        continue
      }
      guard at + 2 < text.endIndex, let high = hexDigit(text[at + 1]),
        let low = hexDigit(text[at + 2])
      else { throw PayloadError(at: at, "two hexadecimal digits must follow a %") }
      inside.append(high << 4 | low)
      at += 3
    }
    return inside
  }
}
