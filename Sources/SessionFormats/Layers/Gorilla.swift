// https://github.com/gorilla/securecookie/blob/main/securecookie.go

extension Layer {
  /// gorilla's securecookie: base64 of `time|value|HMAC-SHA256`. The value is in base64, and
  /// encrypted when there is a block key.
  static let gorilla = Layer(
    name: "securecookie",
    summary: "securecookie of gorilla (Go), also encrypted with its block key",
    isSelfEvident: true,
    recognizes: { GorillaCookie($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let cookie = GorillaCookie(bytes), let made = context.time("signed", cookie.seconds)
      else { throw PayloadError(at: 0, "expected time|value|signature in base64") }
      let check =
        context.cookie == nil && !context.secrets.isEmpty
        ? Fact(
          signature: .unchecked, "not checked, the cookie's name is signed as well: name=value")
        : context.signature { secret in
          for key in keys(from: secret) {
            let made = Digest.sha256.hmac(
              key: key, ((context.cookie ?? []) + [UInt8(ascii: "|")] + cookie.signed)[...])
            if equalInConstantTime(made, cookie.signature) { return "" }
          }
          return nil
        }
      // CTR decrypts with any key, so the result must begin like the output of Go's encoders.
      let isForged = check.text.hasPrefix("invalid")
      let opened = context.opened("AES-CTR") { secret in
        for key in keys(from: secret) where !isForged && cookie.value.count > 16 {
          if let plain = Cipher.ctr.decrypt(
            cookie.value[16...], key: key, nonce: Array(cookie.value[..<16])),
            GorillaCookie.isPlain(plain)
          {
            return (plain, "")
          }
        }
        return nil
      }
      if let opened {
        return Unwrapped(
          GorillaCookie.inside(opened.bytes), label: "securecookie",
          facts: [made, check, opened.fact])
      }
      if GorillaCookie.isPlain(cookie.value) {
        return Unwrapped(
          GorillaCookie.inside(cookie.value), label: "securecookie", facts: [made, check])
      }
      return Unwrapped(
        cookie.value, label: "securecookie", facts: [made, check, context.sealed("AES-CTR")],
        isSealed: true)
    })
}

struct GorillaCookie {
  let seconds: Int64
  let value: [UInt8]
  let signature: [UInt8]
  /// The time and the value, with their bars.
  let signed: ArraySlice<UInt8>

  init?(_ bytes: [UInt8]) {
    // Ten digits and a bar begin like this until 2033.
    guard bytes.starts(with: "MT".utf8), bytes.count >= 64,
      let text = cookieText(bytes)?.fromBase64URL, text.count > 44, text[10] == UInt8(ascii: "|"),
      let seconds = text[..<10].decimal, text[text.count - 33] == UInt8(ascii: "|"),
      let value = text[11..<(text.count - 33)].fromBase64URL
    else { return nil }
    self.seconds = seconds
    self.value = value
    signature = Array(text[(text.count - 32)...])
    signed = text[..<(text.count - 33)]
  }

  /// The text alone, when the gob is nothing but a text.
  static func inside(_ bytes: [UInt8]) -> [UInt8] { gobText(bytes).map { Array($0.utf8) } ?? bytes }

  /// Whether it is printable, as JSON and ids are, or a gob: its length first, then small numbers.
  static func isPlain(_ bytes: [UInt8]) -> Bool {
    if bytes.isEmpty || bytes.allSatisfy({ (0x20...0x7E).contains($0) }) { return true }
    if String(validating: bytes, as: UTF8.self) != nil, bytes.first == UInt8(ascii: "{") {
      return true
    }
    return gobText(bytes) != nil || isGob(bytes)
  }

  private static func isGob(_ bytes: [UInt8]) -> Bool {
    // A definition: the length, a negative type id, the id again.
    bytes.count > 8 && bytes[0] < 0x80 && Int(bytes[0]) < bytes.count && bytes[1] == 0xFF
  }

  /// The text of a gob that holds nothing else, such as redistore's session ids: length, type 6, 0,
  /// length, text.
  static func gobText(_ bytes: [UInt8]) -> String? {
    guard bytes.count > 4, bytes[0] < 0x80, Int(bytes[0]) == bytes.count - 1, bytes[1] == 0x0C,
      bytes[2] == 0, bytes[3] < 0x80, Int(bytes[3]) == bytes.count - 4
    else { return nil }
    return String(validating: bytes[4...], as: UTF8.self)
  }
}
