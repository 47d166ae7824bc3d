// https://github.com/mozilla/node-client-sessions

extension Layer {
  /// An encrypted session of Mozilla's client-sessions: `iv.text.created.duration.mac`.
  static let clientSessions = Layer(
    name: "client-sessions",
    summary: "encrypted session of client-sessions (Node), decrypted with its secret",
    isSelfEvident: true,
    recognizes: { ClientSession($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let session = ClientSession(bytes) else {
        throw PayloadError(at: 0, "expected iv.text.created.duration.mac")
      }
      let cipher = "AES-256-CBC"
      let made = session.created / 1000
      let (end, overflows) = made.addingReportingOverflow(session.duration / 1000)
      var facts = [context.time("created", made)].compactMap(\.self)
      if !overflows, let end = context.expiry(end) { facts.append(end) }
      guard let opened = context.opened(cipher, session.decrypt) else {
        return Unwrapped(
          session.text, label: "client sessions", facts: facts + [context.sealed(cipher)],
          isSealed: true)
      }
      // The cookie's name, `=`, and JSON.
      guard let equals = opened.bytes.firstIndex(of: UInt8(ascii: "=")) else {
        throw PayloadError(at: 0, "the decrypted text has no name in front")
      }
      return Unwrapped(
        Array(opened.bytes[(equals + 1)...]), label: "client sessions", facts: facts + [opened.fact]
      )
    })
}

private struct ClientSession {
  let iv: [UInt8]
  let text: [UInt8]
  /// In milliseconds.
  let created: Int64
  let duration: Int64
  let mac: [UInt8]
  private let signed: [UInt8]

  init?(_ bytes: [UInt8]) {
    guard let parts = cookieText(bytes)?.pieces("."), parts.count == 5, parts[0].count == 22,
      parts[2].count == 13, let created = parts[2].decimal, let duration = parts[3].decimal,
      let iv = parts[0].fromBase64URL, let text = parts[1].fromBase64URL,
      let mac = parts[4].fromBase64URL, !text.isEmpty, text.count % 16 == 0,
      [16, 24, 32, 48, 64].contains(mac.count)
    else { return nil }
    (self.iv, self.text, self.created, self.duration, self.mac) = (iv, text, created, duration, mac)
    let dot = [UInt8(ascii: ".")]
    signed = iv + dot + text + dot + Array(parts[2]) + dot + Array(parts[3])
  }

  func decrypt(_ secret: [UInt8]) -> (bytes: [UInt8], remark: String)? {
    func derived(_ purpose: String) -> [UInt8] {
      Digest.sha256.hmac(key: secret, Array(purpose.utf8)[...])
    }
    let digest = Digest(size: mac.count) ?? .sha256
    let made = digest.hmac(key: derived("cookiesession-signature"), signed[...])
    guard equalInConstantTime(made, mac),
      let plain = Cipher.cbc.decrypt(
        text[...], key: derived("cookiesession-encryption"), nonce: iv)
    else { return nil }
    return (plain, "")
  }
}
