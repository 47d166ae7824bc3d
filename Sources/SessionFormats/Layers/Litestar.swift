// https://github.com/litestar-org/litestar/blob/main/litestar/middleware/session/client_side.py

extension Layer {
  /// Litestar's client-side session: base64 of nonce, AES-GCM text, a mark, and the JSON that is
  /// authenticated with it. Longer ones are split over `session-0`, `session-1`; join their parts
  /// first.
  static let litestar = Layer(
    name: "litestar",
    summary: "client-side session of Litestar, decrypted with its secret",
    isSelfEvident: true,
    recognizes: { bytes in
      bytes.count >= 90 && bytes.count <= 64 << 10 && bytes.allSatisfy { Base64.mayContain($0) }
        // Looks at the JSON at the end before decoding everything.
        && bytes.suffix(4).fromBase64?.contains(UInt8(ascii: "}")) == true
        && LitestarBox(bytes) != nil
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let box = LitestarBox(bytes) else {
        throw PayloadError(at: 0, "no mark additional_authenticated_data= inside the base64")
      }
      var facts: [Fact] = []
      if let entries = (try? Format.json.read(box.data))?.value.entries,
        case .integer(let end) = entries["expires_at"], let fact = context.expiry(end)
      {
        facts.append(fact)
      }
      let cipher = "AES-GCM"
      let opened = context.opened(cipher) { secret in
        for key in keys(from: secret) {
          if let plain = Cipher.gcm.decrypt(
            box.text[...], key: key, nonce: box.nonce, tag: box.tag, authenticating: box.data)
          {
            return (plain, "")
          }
        }
        return nil
      }
      guard let opened else {
        return Unwrapped(
          box.text, label: "Litestar", facts: facts + [context.sealed(cipher)], isSealed: true)
      }
      return Unwrapped(opened.bytes, label: "Litestar", facts: facts + [opened.fact])
    })
}

private struct LitestarBox {
  let nonce: [UInt8]
  let text: [UInt8]
  let tag: [UInt8]
  let data: [UInt8]

  init?(_ bytes: [UInt8]) {
    let mark = Array("additional_authenticated_data=".utf8)
    guard let all = withoutLineBreak(bytes).fromBase64 else { return nil }
    // The JSON after the mark is short: {"expires_at":1700000000}.
    guard all.count >= 28 + mark.count else { return nil }
    let from = max(28, all.count - mark.count - 256)
    var found: Int?
    for at in from...(all.count - mark.count) where all[at...].starts(with: mark) { found = at }
    guard let found else { return nil }
    nonce = Array(all[..<12])
    text = Array(all[12..<(found - 16)])
    tag = Array(all[(found - 16)..<found])
    data = Array(all[(found + mark.count)...])
  }
}
