// https://github.com/elixir-plug/plug_crypto/tree/main/lib/plug/crypto

extension Layer {
  /// Plug's signed cookie and Phoenix' tokens: `SFMyNTY.payload.signature`; the payload is an
  /// Erlang term.
  static let plugSigned = Layer(
    name: "plug-signed",
    summary: "signed session or token of Plug and Phoenix",
    isSelfEvident: true,
    recognizes: { PlugToken($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let token = PlugToken(bytes) else {
        throw PayloadError(at: 0, "expected SFMyNTY.payload.signature")
      }
      let check = context.signature { secret in
        for (key, remark) in plugKeys(secret, context) {
          let made = token.digest.hmac(key: key, token.signed)
          if equalInConstantTime(made, token.signature) { return remark }
        }
        return nil
      }
      return Unwrapped(token.payload, label: "Plug signed", facts: [check])
    })

  /// Plug's encrypted cookie: AES-128-GCM with a wrapped key, or XChaCha20-Poly1305 since
  /// plug_crypto 2.1.
  static let plugEncrypted = Layer(
    name: "plug-encrypted",
    summary: "encrypted session of Plug and Phoenix, decrypted with its secret and salts",
    isSelfEvident: true,
    recognizes: { bytes in
      (bytes.starts(with: "QTEyOEdDTQ.".utf8) || bytes.starts(with: "XCP.".utf8))
        && PlugBox(bytes) != nil
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let box = PlugBox(bytes) else {
        throw PayloadError(at: 0, "expected QTEyOEdDTQ.key.iv.text.tag or XCP.text")
      }
      let opened = context.opened(box.cipher) { secret in
        let keys = plugKeys(secret, context)
        for (key, remark) in keys {
          // XChaCha20 does not depend on which salt signs.
          for (signing, _) in box.isWrapped ? keys : [([], "")] {
            if let plain = box.decrypt(key, signing) { return (plain, remark) }
          }
        }
        return nil
      }
      guard let opened else {
        return Unwrapped(
          box.text, label: "Plug encrypted", facts: [context.sealed(box.cipher)], isSealed: true)
      }
      return Unwrapped(opened.bytes, label: "Plug encrypted", facts: [opened.fact])
    })
}

/// Keys derived from a `secret_key_base` and each salt that was given as another secret, then the
/// secret itself.
private func plugKeys(_ secret: [UInt8], _ context: Context) -> [(key: [UInt8], remark: String)] {
  var keys: [(key: [UInt8], remark: String)] = []
  for (at, salt) in context.salts.enumerated() where salt != secret {
    if let key = Digest.sha256.pbkdf2(secret, salt: salt, iterations: 1000, length: 32) {
      keys.append((key, "salt secret \(at + 1)"))
    }
  }
  for salt in ["user auth", "user socket", "encrypted cookie", "signed encrypted cookie"] {
    if let key = Digest.sha256.pbkdf2(
      secret, salt: Array(salt.utf8), iterations: 1000, length: 32)
    {
      keys.append((key, "salt \(salt)"))
    }
  }
  return keys + [(secret, "")]
}

private struct PlugToken {
  let payload: [UInt8]
  let signature: [UInt8]
  let signed: ArraySlice<UInt8>
  let digest: Digest

  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: "SF".utf8), let parts = cookieText(bytes)?.pieces("."),
      parts.count == 3, let payload = parts[1].fromBase64URL,
      let signature = parts[2].fromBase64URL
    else { return nil }
    switch parts[0].text {
    case "SFMyNTY": digest = .sha256
    case "SFMzODQ": digest = .sha384
    case "SFM1MTI": digest = .sha512
    default: return nil
    }
    if signature.count != digest.size { return nil }
    (self.payload, self.signature) = (payload, signature)
    signed = bytes[..<parts[1].endIndex]
  }
}

private struct PlugBox {
  let text: [UInt8]
  let isWrapped: Bool
  private let nonce: [UInt8]
  private let tag: [UInt8]
  /// The encrypted key, its tag and its nonce.
  private let wrapped: [UInt8]

  var cipher: String { isWrapped ? "AES-128-GCM" : "XChaCha20-Poly1305" }

  init?(_ bytes: [UInt8]) {
    guard let text = cookieText(bytes) else { return nil }
    let parts = text.pieces(".")
    if parts.count == 2, parts[0].elementsEqual("XCP".utf8) {
      guard let box = parts[1].fromBase64URL, box.count > 40 else { return nil }
      isWrapped = false
      nonce = Array(box[..<24])
      tag = Array(box[24..<40])
      self.text = Array(box[40...])
      wrapped = []
    } else {
      guard parts.count == 5, parts[0].elementsEqual("QTEyOEdDTQ".utf8),
        let wrapped = parts[1].fromBase64URL, wrapped.count == 44,
        let nonce = parts[2].fromBase64URL, nonce.count == 12,
        let text = parts[3].fromBase64URL, let tag = parts[4].fromBase64URL, tag.count == 16
      else { return nil }
      isWrapped = true
      (self.wrapped, self.nonce, self.text, self.tag) = (wrapped, nonce, text, tag)
    }
  }

  func decrypt(_ key: [UInt8], _ signing: [UInt8]) -> [UInt8]? {
    let data = Array("A128GCM".utf8)
    guard isWrapped else {
      return Cipher.xChaCha20Poly1305.decrypt(
        text[...], key: key, nonce: nonce, tag: tag, authenticating: data)
    }
    guard
      let content = Cipher.gcm.decrypt(
        wrapped[..<16], key: Array(key.prefix(32)), nonce: Array(wrapped[32...]),
        tag: Array(wrapped[16..<32]), authenticating: signing)
    else { return nil }
    return Cipher.gcm.decrypt(
      text[...], key: content, nonce: nonce, tag: tag, authenticating: data)
  }
}
