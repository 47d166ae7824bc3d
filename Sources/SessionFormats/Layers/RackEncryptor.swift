// https://github.com/rack/rack-session/blob/main/lib/rack/session/encryptor.rb

extension Layer {
  /// The session cookie of rack-session 2, encrypted by its versions 1 (AES-CTR with a signature)
  /// and 2 (AES-GCM).
  ///
  /// Base64 of random bytes has no mark but its first byte, so only a secret that opens a cookie
  /// shows what it is.
  static let rackEncrypted = Layer(
    name: "rack-encrypted", labels: ["rack-encrypted-cookie"],
    summary: "encrypted cookie of rack-session 2 (versions 1 and 2)",
    isSelfEvident: false, writer: .rack,
    recognizes: { bytes in
      guard let first = bytes.first, bytes.count >= 88 else { return false }
      // The first character holds the first six bits of the version.
      return first == UInt8(ascii: "A") && RackEncrypted(bytes) != nil
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let cookie = RackEncrypted(bytes) else {
        throw PayloadError(at: 0, "expected base64 of version 1 or 2 and 62 bytes or more")
      }
      if cookie.bytes.count > limit { throw Limits.outputExceeded(limit, at: 0) }
      let cipher = cookie.version == 1 ? "AES-256-CTR" : "AES-256-GCM"
      guard let (plain, fact) = context.opened(cipher, { cookie.open($0).map { ($0, "") } }) else {
        throw PayloadError(at: 0, "no secret given opens it")
      }
      // "The first 2 bytes of the returned string will indicate the amount of padding".
      guard plain.count >= 2 else { throw PayloadError(at: 0, "an empty message") }
      let padding = Int(plain[0]) | Int(plain[1]) << 8
      guard plain.count >= 2 + padding else {
        throw PayloadError(at: 0, "\(padding) bytes of padding in \(plain.count)")
      }
      return Unwrapped(
        Array(plain[(2 + padding)...]), label: "Rack encrypted cookie", facts: [fact])
    })
}

private struct RackEncrypted {
  let bytes: [UInt8]
  let version: UInt8

  init?(_ text: [UInt8]) {
    let text = withoutLineBreak(text)
    let isURL = text.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    guard let bytes = try? Base64.decode(text, isURL ? .url : .standard), let version = bytes.first
    else { return nil }
    // The smallest sizes of the two versions: 1 + 32 + 16 ... 32, and 1 + 32 + 12 + 16.
    guard version == 1 && bytes.count > 81 || version == 2 && bytes.count > 61 else { return nil }
    self.bytes = bytes
    self.version = version
  }

  func open(_ secret: [UInt8]) -> [UInt8]? {
    if secret.count < 32 { return nil }
    let key = Array(secret[..<32])
    let message = Digest.sha256.hmac(key: key, bytes[1..<33])
    if version == 1 {
      if secret.count < 64 { return nil }
      let end = bytes.count - 32
      let made = Digest.sha256.hmac(key: Array(secret[32...]), bytes[..<end])
      guard equalInConstantTime(made, Array(bytes[end...])) else { return nil }
      return Cipher.ctr.decrypt(bytes[49..<end], key: message, nonce: Array(bytes[33..<49]))
    }
    return Cipher.gcm.decrypt(
      bytes[61...], key: message, nonce: Array(bytes[33..<45]), tag: Array(bytes[45..<61]),
      authenticating: Array(bytes[..<33]))
  }
}
