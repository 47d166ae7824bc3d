// https://github.com/bbangert/beaker/blob/master/beaker/session.py,
// https://github.com/ericrasmussen/pyramid_redis_sessions

extension Layer {
  /// Beaker's cookie with the id of a session in Redis: 40 hexadecimal digits of HMAC-SHA1, then
  /// the id. 72 digits could be anything, so the cookie's name or a secret must show it.
  static let beakerID = Layer(
    name: "beaker-id",
    summary: "session id signed by Beaker",
    isSelfEvident: true,
    recognizes: { $0.count == 72 && $0[...].fromHex != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard bytes.count == 72, let signature = bytes[..<40].fromHex else {
        throw PayloadError(at: 0, "expected 40 hexadecimal digits and an id of 32")
      }
      var isValid = false
      let check = context.signature { secret in
        isValid = equalInConstantTime(Digest.sha1.hmac(key: secret, bytes[40...]), signature)
        return isValid ? "" : nil
      }
      guard isValid || context.cookie?[...].text.contains("beaker") == true else {
        throw PayloadError(at: 0, "no secret and no cookie's name shows that it is signed")
      }
      return Unwrapped(Array(bytes[40...]), label: "Beaker id", facts: [check])
    })

  /// A session in a cookie with the signature first: Beaker's (over the base64), and Pyramid 1's
  /// `signed_serialize` (over the pickle), which pyramid_redis_sessions uses to sign ids.
  static let hexSigned = Layer(
    name: "beaker-cookie", labels: ["pyramid-1-cookie"],
    summary: "session cookie of Beaker or Pyramid 1: signature and base64",
    isSelfEvident: false,
    recognizes: { bytes in
      bytes.count > 48 && bytes.count <= 64 << 10 && bytes[..<40].fromHex != nil
        && withoutLineBreak(bytes)[40...].fromBase64 != nil
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      let text = withoutLineBreak(bytes)
      guard text.count > 40, let signature = text[..<40].fromHex else {
        throw PayloadError(at: 0, "expected 40 hexadecimal digits in front of base64")
      }
      let inside = try Base64.decode(text[40...], .standard)
      var label = "Beaker cookie"
      let check = context.signature { secret in
        if equalInConstantTime(Digest.sha1.hmac(key: secret, text[40...]), signature) { return "" }
        guard equalInConstantTime(Digest.sha1.hmac(key: secret, inside[...]), signature) else {
          return nil
        }
        label = "Pyramid 1 cookie"
        return ""
      }
      return Unwrapped(inside, label: label, facts: [check])
    })
}
