// https://github.com/oauth2-proxy/oauth2-proxy/blob/master/pkg/encryption/utils.go and
// pkg/sessions/persistence/ticket.go

extension Layer {
  /// oauth2-proxy's signed cookie, `value|time|signature`. The value is a ticket for a session in
  /// Redis, or the encrypted session.
  static let oauth2Proxy = Layer(
    name: "oauth2-proxy",
    summary: "signed cookie of oauth2-proxy",
    isSelfEvident: true,
    recognizes: { OAuth2Cookie($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let cookie = OAuth2Cookie(bytes), let signed = context.time("signed", cookie.seconds)
      else { throw PayloadError(at: 0, "expected value|time|signature") }
      let check =
        context.cookie == nil && !context.secrets.isEmpty
        ? Fact(
          signature: .unchecked, "not checked, the cookie's name is signed as well: name=value")
        : context.signature { secret in
          for key in keys(from: secret) {
            let made = cookie.digest.hmac(
              key: key, ((context.cookie ?? []) + cookie.encoded + cookie.time)[...])
            if equalInConstantTime(made, cookie.signature) { return "" }
          }
          return nil
        }
      let isTicket = cookie.value.allSatisfy { $0 > 0x20 && $0 < 0x7F }
      if isTicket {
        return Unwrapped(cookie.value, label: "oauth2-proxy", facts: [signed, check])
      }
      return Unwrapped(
        cookie.value, label: "oauth2-proxy",
        facts: [signed, check, Fact("encrypted", "session in the cookie, not supported")],
        isSealed: true)
    })
}

private struct OAuth2Cookie {
  let value: [UInt8]
  let seconds: Int64
  let signature: [UInt8]
  let digest: Digest
  let encoded: ArraySlice<UInt8>
  let time: ArraySlice<UInt8>

  init?(_ bytes: [UInt8]) {
    guard let parts = cookieText(bytes)?.pieces("|"), parts.count == 3, parts[1].count == 10,
      let seconds = parts[1].decimal, let value = parts[0].fromBase64URL, value.count > 16,
      let signature = parts[2].fromBase64URL, [27, 28, 43, 44].contains(parts[2].count),
      let digest = Digest(size: signature.count)
    else { return nil }
    (self.value, self.seconds, self.signature, self.digest) = (value, seconds, signature, digest)
    (encoded, time) = (parts[0], parts[1])
  }
}
