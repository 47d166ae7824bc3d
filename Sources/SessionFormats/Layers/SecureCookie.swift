// https://github.com/pallets-eco/secure-cookie (Werkzeug's contrib.securecookie up to 0.16)

extension Layer {
  /// Werkzeug's SecureCookie, Flask's session up to 0.9: `signature?name=value&name=value`.
  static let secureCookie = Layer(
    name: "werkzeug-cookie",
    summary: "SecureCookie of Werkzeug, session of Flask up to 0.9",
    isSelfEvident: false,
    recognizes: { bytes in
      guard let mark = bytes.prefix(96).firstIndex(of: UInt8(ascii: "?")), mark == 28 else {
        return false
      }
      return bytes[..<mark].fromBase64?.count == 20
        && SecureCookie.pairs(bytes, from: mark + 1) != nil
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")),
        let pairs = SecureCookie.pairs(bytes, from: mark + 1)
      else { throw PayloadError(at: 0, "expected signature?name=value&...") }
      let signature = try Base64.decode(bytes[..<mark], .standard)
      let signed = pairs.reduce(into: [UInt8]()) { $0 += [UInt8(ascii: "|")] + $1 }
      let check = context.signature { secret in
        equalInConstantTime(Digest.sha1.hmac(key: secret, signed[...]), signature) ? "" : nil
      }
      return Unwrapped(
        Array(withoutLineBreak(bytes)[(mark + 1)...]), label: "Werkzeug cookie", facts: [check])
    })
}

extension Format {
  /// The inside of Werkzeug's SecureCookie: `name=pickle&name=pickle`, each pickle in base64.
  static let pickledForm = Format(
    name: "pickled-form",
    summary: "name=value pairs with a pickle in base64 each (Werkzeug's SecureCookie)",
    recognizes: { $0.count <= 64 << 10 && SecureCookie.pairs($0, from: 0) != nil },
    read: { reader throws(PayloadError) in
      guard let parts = SecureCookie.pairs(reader.bytes, from: 0) else {
        throw PayloadError(at: 0, "expected name=base64&...")
      }
      var entries: [Pair] = []
      var reading = Reading(.null, label: "pickled form")
      for part in parts {
        guard let equals = part.firstIndex(of: UInt8(ascii: "=")),
          let name = String(validating: percentDecoded(part[..<equals]), as: UTF8.self)
        else { throw PayloadError(at: part.startIndex, "expected name=base64") }
        let value = Array(part[(equals + 1)...])
        let bytes = try Base64.decode(percentDecoded(value[...])[...], .standard)
        do throws(PayloadError) {
          let inside = try Format.pickle.read(bytes, nodeLimit: 65_536)
          entries.append(Pair(.string(name), inside.value))
          reading.findings += inside.findings
        } catch {
          throw PayloadError(
            at: equals + 1,
            "the pickle of \"\(legible(name))\", byte \(error.offset): \(error.reason)",
            isLimit: error.isLimit)
        }
      }
      reading.value = .map(entries)
      return reading
    })
}

enum SecureCookie {
  /// The pairs; nil unless each has a name and base64 that begins a pickle or could.
  static func pairs(_ bytes: [UInt8], from start: Int) -> [ArraySlice<UInt8>]? {
    guard start < bytes.count, bytes.count <= 64 << 10 else { return nil }
    let text = withoutLineBreak(bytes)
    var parts: [ArraySlice<UInt8>] = []
    var at = start
    // One at a time: nearly always, the first one rules it out.
    while at <= text.endIndex {
      let end = min(bytes.span.firstOffset(of: UInt8(ascii: "&"), from: at) ?? .max, text.endIndex)
      let part = text[at..<end]
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")), equals > at,
        part[(equals + 1)...].allSatisfy({ Base64.mayContain($0) || $0 == UInt8(ascii: "%") }),
        let value = percentDecoded(part[(equals + 1)...])[...].fromBase64, value.last == 0x2E
      else { return nil }
      parts.append(part)
      at = end + 1
    }
    return parts
  }
}

/// The text without percent-encoding. A `%` without two hexadecimal digits stands for itself.
public func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.count)
  var at = text.startIndex
  while at < text.endIndex {
    if text[at] == UInt8(ascii: "%"), at + 2 < text.endIndex, let high = hexDigit(text[at + 1]),
      let low = hexDigit(text[at + 2])
    {
      bytes.append(high << 4 | low)
      at += 3
    } else {
      bytes.append(text[at])
      at += 1
    }
  }
  return bytes
}
