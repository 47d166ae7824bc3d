// https://github.com/fernet/spec/blob/master/Spec.md

extension Layer {
  /// A Fernet token: aiohttp's EncryptedCookieStorage, and anything that uses Python's
  /// `cryptography`.
  static let fernet = Layer(
    name: "fernet",
    summary: "Fernet token (aiohttp, cryptography), decrypted with its key",
    isSelfEvident: true,
    recognizes: { $0.starts(with: "gAAAAA".utf8) && FernetToken($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let token = FernetToken(bytes), let made = context.time("made", token.seconds) else {
        throw PayloadError(at: 0, "expected version, time, text and HMAC in base64")
      }
      let cipher = "AES-128-CBC"
      guard let opened = context.opened(cipher, token.decrypt) else {
        return Unwrapped(
          Array(token.bytes[25..<(token.bytes.count - 32)]), label: "Fernet",
          facts: [made, context.sealed(cipher)], isSealed: true)
      }
      return Unwrapped(opened.bytes, label: "Fernet", facts: [made, opened.fact])
    })
}

private struct FernetToken {
  /// Version, 8 bytes of time, 16 of initialization vector, text, 32 of HMAC.
  let bytes: [UInt8]

  init?(_ text: [UInt8]) {
    guard let bytes = cookieText(text)?.fromBase64URL, bytes.count >= 73,
      (bytes.count - 57) % 16 == 0, bytes[0] == 0x80
    else { return nil }
    self.bytes = bytes
  }

  var seconds: Int64 { bytes[1..<9].reduce(0) { $0 << 8 | Int64($1) } }

  /// The first half of the key signs, the second half decrypts.
  func decrypt(_ secret: [UInt8]) -> (bytes: [UInt8], remark: String)? {
    let body = bytes.count - 32
    for key in keys(from: secret) where key.count == 32 {
      let made = Digest.sha256.hmac(key: Array(key[..<16]), bytes[..<body])
      if equalInConstantTime(made, Array(bytes[body...])),
        let plain = Cipher.cbc.decrypt(
          bytes[25..<body], key: Array(key[16...]), nonce: Array(bytes[9..<25]))
      {
        return (plain, "")
      }
    }
    return nil
  }
}
