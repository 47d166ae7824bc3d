// https://github.com/pallets/flask/blob/main/src/flask/json/tag.py

/// Flask's tagged JSON: an object whose only key is a tag stands for a value that JSON cannot
/// express.
enum FlaskTag {
  /// What an object's only entry stands for; nil when it is an ordinary object. An object that
  /// looks like a tag around the wrong kind of value is ordinary too: other producers may use the
  /// same keys.
  static func untagged(_ pair: Pair) -> Value? {
    guard case .string(let tag) = pair.key, tag.utf8.first == 0x20, tag.utf8.count <= 3 else {
      return nil
    }
    switch (tag, pair.value) {
    case (" t", .list): return .tagged(.tuple, pair.value)
    case (" m", .string): return .tagged(.html, pair.value)
    case (" b", .string(let text)):
      return (try? Base64.decode(Array(text.utf8)[...], .standard)).map(Value.bytes)
    case (" u", .string(let digits)):
      return uuid(digits).map { .tagged(.uuid, .string($0)) }
    case (" d", .string(let date)):
      return HTTPDate.isoTime(date).map { .tagged(.datetime, .string($0)) }
    case (" di", .map(let pairs)):
      // The escape for an object whose only key is a tag's name: two underscores follow it.
      guard pairs.count == 1, case .string(let key) = pairs[0].key, key.hasSuffix("__") else {
        return nil
      }
      return .map([Pair(.string(String(key.dropLast(2))), pairs[0].value)])
    default: return nil
    }
  }

  private static func uuid(_ digits: String) -> String? {
    let digits = Array(digits.utf8)
    guard digits.count == 32 else { return nil }
    var text = ""
    for (at, digit) in digits.enumerated() {
      guard hexDigit(digit) != nil else { return nil }
      if at == 8 || at == 12 || at == 16 || at == 20 { text += "-" }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text.lowercased()
  }
}

/// The fixed form of a date in HTTP, `Tue, 14 Nov 2023 22:13:20 GMT`: RFC 9110, section 5.6.7.
enum HTTPDate {
  /// The same time in ISO 8601, `2023-11-14T22:13:20Z`; nil for any other text.
  static func isoTime(_ date: String) -> String? {
    let bytes = Array(date.utf8)
    let form = Array("www, dd mmm dddd dd:dd:dd GMT".utf8)
    guard bytes.count == form.count else { return nil }
    for (byte, kind) in zip(bytes, form) {
      switch kind {
      case UInt8(ascii: "d"): guard byte &- 0x30 < 10 else { return nil }
      case UInt8(ascii: "w"), UInt8(ascii: "m"):
        guard (byte | 0x20) &- 0x61 < 26 else { return nil }
      default: guard byte == kind else { return nil }
      }
    }
    func number(_ range: Range<Int>) -> Int {
      range.reduce(0) { $0 * 10 + Int(bytes[$1] - 0x30) }
    }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec"
    let days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let month = text(8..<11)
    guard
      let place = stride(from: 0, to: 36, by: 3).first(where: {
        months.dropFirst($0).hasPrefix(month)
      }),
      1...days[place / 3] ~= number(5..<7), number(17..<19) < 24, number(20..<22) < 60,
      number(23..<25) <= 60
    else { return nil }
    let monthDigits = place / 3 < 9 ? "0\(place / 3 + 1)" : "\(place / 3 + 1)"
    return "\(text(12..<16))-\(monthDigits)-\(text(5..<7))T\(text(17..<25))Z"
  }
}
