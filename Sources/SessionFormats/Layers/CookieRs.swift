// https://github.com/SergioBenitez/cookie-rs/tree/master/src/secure

extension Layer {
  /// A signed cookie of Rust's `cookie`: 44 characters of base64 (HMAC-SHA256), then the value.
  /// Other text can look like that, so it must be known to be a cookie, or a secret must show it.
  static let cookieRsSigned = Layer(
    name: "cookie-rs-signed",
    summary: "signed cookie of Rust's cookie crate (actix, Rocket, axum)",
    isSelfEvident: true,
    recognizes: { bytes in
      guard bytes.count > 44, bytes[43] == UInt8(ascii: "="), bytes[44] != UInt8(ascii: "="),
        cookieText(bytes) != nil
      else { return false }
      return (try? Base64.decode(bytes[..<44], .standard)) != nil
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      let text = withoutLineBreak(bytes)
      guard text.count > 44 else {
        throw PayloadError(at: bytes.count, "expected 44 characters of base64 and a value")
      }
      let signature = try Base64.decode(text[..<44], .standard)
      var isValid = false
      let check = context.signature { secret in
        isValid = cookieRsKeys(secret).contains { key in
          equalInConstantTime(
            Digest.sha256.hmac(key: Array(key[..<32]), text[44...]), signature)
        }
        return isValid ? "" : nil
      }
      guard isValid || context.cookie != nil else {
        throw PayloadError(at: 0, "no secret shows that it is signed")
      }
      return Unwrapped(Array(text[44...]), label: "cookie-rs signed", facts: [check])
    })

  /// A private cookie of Rust's `cookie`: base64 of nonce, AES-256-GCM text and tag, which also
  /// authenticates the cookie's name. Only a secret that opens it shows what it is.
  static let cookieRsPrivate = Layer(
    name: "cookie-rs-private",
    summary: "encrypted cookie of Rust's cookie crate, decrypted with its key",
    isSelfEvident: true,
    recognizes: { bytes in
      bytes.count >= 40 && bytes.count <= 64 << 10 && bytes.count % 4 == 0
        && bytes.allSatisfy { Base64.mayContain($0) }
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      if context.secrets.isEmpty { throw PayloadError(at: 0, "no secret is given") }
      let box = try Base64.decode(withoutLineBreak(bytes), .standard)
      let opened = context.opened("AES-256-GCM") { secret in
        for key in cookieRsKeys(secret) where box.count >= 28 {
          if let plain = Cipher.gcm.decrypt(
            box[12..<(box.count - 16)], key: Array(key[32...]), nonce: Array(box[..<12]),
            tag: Array(box[(box.count - 16)...]), authenticating: context.cookie ?? [])
          {
            return (plain, "")
          }
        }
        return nil
      }
      guard let opened else { throw PayloadError(at: 0, "no secret given opens it") }
      return Unwrapped(opened.bytes, label: "cookie-rs private", facts: [opened.fact])
    })
}

/// The signing key and the encryption key: 64 bytes as given, or derived from a shorter secret.
private func cookieRsKeys(_ secret: [UInt8]) -> [[UInt8]] {
  var found = keys(from: secret).filter { $0.count >= 64 }.map { Array($0[..<64]) }
  let info = Array("COOKIE;SIGNED:HMAC-SHA256;PRIVATE:AEAD-AES-256-GCM".utf8)
  for key in keys(from: secret) where key.count >= 32 {
    // HKDF without a salt.
    if let derived = Digest.sha256.hkdf(key, salt: [], info: info, length: 64) {
      found.append(derived)
    }
  }
  return found
}
