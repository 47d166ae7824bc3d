// https://github.com/Pylons/webob/blob/main/src/webob/cookies.py (SignedSerializer)

extension Layer {
  /// Pyramid's SignedCookieSessionFactory: base64 of HMAC-SHA512 and the session, `[renewed,
  /// created, state]`.
  static let webobSigned = Layer(
    name: "pyramid-cookie",
    summary: "session cookie of Pyramid (webob): signature and JSON or pickle in base64",
    isSelfEvident: false,
    recognizes: { bytes in
      bytes.count >= 88 && bytes.count <= 64 << 10
        && bytes.allSatisfy { Base64.mayContain($0) || $0 == 0x0A || $0 == 0x0D }
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      let signed = try Base64.decode(withoutLineBreak(bytes), .url)
      guard signed.count > 64 else {
        throw PayloadError(at: bytes.count, "\(signed.count) bytes, the signature alone has 64")
      }
      let signature = Array(signed[..<64])
      let salts = ["pyramid.session.", "pyramid_session_redis.", ""].map { Array($0.utf8) }
      let check = context.signature { secret in
        for salt in salts + context.salts {
          let made = Digest.sha512.hmac(key: salt + secret, signed[64...])
          if equalInConstantTime(made, signature) { return "sha512" }
        }
        return nil
      }
      return Unwrapped(Array(signed[64...]), label: "Pyramid cookie", facts: [check])
    })
}
