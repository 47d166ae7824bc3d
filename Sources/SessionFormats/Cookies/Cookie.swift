// https://www.rfc-editor.org/rfc/rfc6265#section-4.2

/// One of the cookies that a browser sends.
public struct Cookie: Equatable, Sendable {
  /// Nil for a bare value.
  public var name: [UInt8]?
  /// Without quotes and percent-encoding. A value that was split over several cookies is joined.
  public var value: [UInt8]
  /// The cookie `name.sig`, which keygrip sends along with it.
  public var signature: [UInt8]?

  init(name: [UInt8]?, value: [UInt8]) {
    self.name = name
    self.value = value
  }

  /// The most cookies in a header: browsers keep 180 per site.
  static let most = 400

  /// Reads a bare value, `name=value`, or a header with several, with or without the header's name.
  public static func parse(_ text: [UInt8]) -> [Cookie] {
    var rest = trimmed(text[...])
    var isHeader = false
    var isSetting = false
    for (name, sets) in [("cookie:", false), ("set-cookie:", true)]
    where rest.prefix(name.utf8.count).elementsEqual(name.utf8, by: { $0 | 0x20 == $1 | 0x20 }) {
      rest = trimmed(rest.dropFirst(name.utf8.count))
      (isHeader, isSetting) = (true, sets)
    }
    var pieces = rest.pieces(";").map(trimmed).filter { !$0.isEmpty }
    // Attributes follow the first pair: Path, Expires ...
    if isSetting { pieces = Array(pieces.prefix(1)) }
    let pairs = pieces.prefix(most).map(pair)
    // Values may contain `=`, and semicolons if they came from somewhere else.
    let isBare =
      !isHeader
      && (pairs.contains { $0.name == nil } || (pairs.count == 1 && isKnown(unescaped(rest))))
    if isBare { return [Cookie(name: nil, value: unescaped(rest))] }
    return gathered(pairs)
  }

  /// Whether the whole is a payload, so that no part of it is a name.
  private static func isKnown(_ bytes: [UInt8]) -> Bool {
    // Its signature ends with `=` after 43 characters.
    if Layer.cookieRsSigned.recognizes(bytes) { return true }
    guard let decoded = try? Decoded(detecting: bytes) else { return false }
    return !decoded.layers.isEmpty || Format.structured.contains { $0.name == decoded.format.name }
  }

  private static func pair(_ piece: ArraySlice<UInt8>) -> Cookie {
    guard let equals = piece.firstIndex(of: UInt8(ascii: "=")), equals > piece.startIndex,
      piece[..<equals].allSatisfy(isNameByte),
      // `YWJj=` and `YWJj==` are padded base64.
      !piece[equals...].allSatisfy({ $0 == UInt8(ascii: "=") }) || equals - piece.startIndex < 16
    else { return Cookie(name: nil, value: unescaped(piece)) }
    return Cookie(name: Array(piece[..<equals]), value: unescaped(piece[(equals + 1)...]))
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !"()<>@,;:\\\"/?={}".utf8.contains(byte)
  }

  /// Puts signatures with what they sign, and joins the parts of split values.
  private static func gathered(_ pairs: [Cookie]) -> [Cookie] {
    var cookies = pairs
    for (at, cookie) in pairs.enumerated() {
      guard let name = cookie.name, name.ends(with: ".sig") else { continue }
      guard let signed = cookies.firstIndex(where: { $0.name == Array(name.dropLast(4)) }) else {
        continue
      }
      cookies[signed].signature = cookie.value
      cookies[at].name = []
    }
    cookies.removeAll { $0.name == [] }
    // Auth.js, Litestar and oauth2-proxy.
    for separator in [".", "-", "_"] { join(&cookies, separator, from: 0) }
    // ASP.NET Core: name=chunks-2, nameC1, nameC2.
    for cookie in cookies where cookie.value.starts(with: "chunks-".utf8) {
      guard let name = cookie.name else { continue }
      join(&cookies, "C", from: 1, of: name)
    }
    return cookies
  }

  private static func join(
    _ cookies: inout [Cookie], _ separator: String, from first: Int, of only: [UInt8]? = nil
  ) {
    let mark = Array(separator.utf8) + Array(String(first).utf8)
    let bases = cookies.compactMap { cookie -> [UInt8]? in
      guard let name = cookie.name, name.suffix(mark.count).elementsEqual(mark) else { return nil }
      return Array(name.dropLast(mark.count))
    }
    for base in bases where only == nil || base == only {
      var names: [[UInt8]] = []
      var value: [UInt8] = []
      while names.count < most {
        let name = base + Array((separator + String(first + names.count)).utf8)
        guard let part = cookies.first(where: { $0.name == name }) else { break }
        names.append(name)
        value += part.value
      }
      guard let at = cookies.firstIndex(where: { $0.name == names.first }),
        names.count > 1 || separator == "."
      else { continue }
      cookies[at] = Cookie(name: base, value: value)
      cookies.removeAll { cookie in
        cookie.name.map { names.contains($0) || (only == $0 && cookie.value != value) } ?? false
      }
    }
  }

  /// The value without quotes and percent-encoding. In quotes, Python's servers write `\075` for
  /// characters that are not allowed there.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var value = text
    if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
      value = unquoted(value.dropFirst().dropLast())[...]
    }
    return percentDecoded(value)
  }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      let byte = text[at]
      at += 1
      guard byte == UInt8(ascii: "\\"), at < text.endIndex else {
        bytes.append(byte)
        continue
      }
      let digits = text[at...].prefix(3)
      let octal = digits.reduce(0) { $0 << 3 | Int($1 & 7) }
      if digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }), octal < 256 {
        bytes.append(UInt8(octal))
        at += 3
      } else {
        bytes.append(text[at])
        at += 1
      }
    }
    return bytes
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 9...13 ~= byte }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
  }
}

extension [UInt8] {
  fileprivate func ends(with text: String) -> Bool {
    suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}
