// https://www.playframework.com/documentation/2.5.x/JavaSessionFlash

extension Layer {
  /// PLAY_SESSION up to Play 2.5: 40 hexadecimal digits of HMAC-SHA1, a dash and a form. Later ones
  /// are JSON Web Tokens.
  static let play = Layer(
    name: "play",
    summary: "session cookie of Play up to 2.5: signature and form",
    isSelfEvident: true,
    recognizes: { bytes in
      bytes.count > 43 && bytes[40] == UInt8(ascii: "-") && cookieText(bytes) != nil
        && bytes[..<40].fromHex != nil && bytes[41...].contains(UInt8(ascii: "="))
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      let text = withoutLineBreak(bytes)
      guard text.count > 41, let signature = text[..<40].fromHex else {
        throw PayloadError(at: 0, "expected 40 hexadecimal digits, a dash and a form")
      }
      let check = context.signature { secret in
        equalInConstantTime(Digest.sha1.hmac(key: secret, text[41...]), signature) ? "" : nil
      }
      return Unwrapped(Array(text[41...]), label: "Play", facts: [check])
    })
}
