// https://github.com/laravel/framework/blob/master/src/Illuminate/Encryption/Encrypter.php,
// https://github.com/laravel/framework/blob/master/src/Illuminate/Cookie/CookieValuePrefix.php

extension Layer {
  /// What Laravel's Encrypter writes: its cookies, and its sessions with `session.encrypt`.
  static let laravel = Layer(
    name: "laravel",
    labels: ["laravel-encrypted"],
    summary: "Laravel's encrypted cookie or session, decrypted with APP_KEY",
    isSelfEvident: true, writer: .laravel,
    recognizes: { $0.starts(with: "eyJpdiI6".utf8) },
    unwrap: { bytes, context, limit throws(PayloadError) in
      if bytes.count > limit { throw Limits.outputExceeded(limit, at: 0) }
      let envelope = try LaravelEnvelope(bytes)
      guard let opened = context.opened(envelope.cipher, envelope.decrypt) else {
        return Unwrapped(
          envelope.text, label: "Laravel encrypted", facts: [context.sealed(envelope.cipher)],
          isSealed: true)
      }
      var inside = opened.bytes
      var facts = [opened.fact]
      if let name = envelope.takePrefix(&inside, secrets: context.secrets) { facts.append(name) }
      return Unwrapped(inside, label: "Laravel encrypted", facts: facts)
    })
}

/// Base64 of `{"iv":"...","value":"...","mac":"...","tag":"..."}`; the first two and the last are
/// base64.
private struct LaravelEnvelope {
  private let iv: [UInt8]
  /// The encrypted bytes.
  let text: [UInt8]
  /// In hexadecimal digits; empty for GCM, which has a tag instead.
  private let mac: [UInt8]
  private let tag: [UInt8]
  /// What the MAC covers: `iv` and `value` as they stand.
  private let signed: [UInt8]

  /// The size of the key decides which variant of the cipher it is.
  var cipher: String { tag.isEmpty ? "AES-CBC" : "AES-GCM" }

  init(_ bytes: [UInt8]) throws(PayloadError) {
    let json = try Base64.decode(Self.withoutPercents(bytes), .standard)
    guard let members = try Format.json.read(json).value.entries else {
      throw PayloadError(at: 0, "expected an object with iv, value and mac in the base64")
    }
    func member(_ name: String) -> [UInt8]? {
      if case .string(let text)? = members[name] { Array(text.utf8) } else { nil }
    }
    guard let iv64 = member("iv"), let value64 = member("value"), let iv = iv64[...].fromBase64,
      let text = value64[...].fromBase64, let tag = (member("tag") ?? [])[...].fromBase64,
      iv.count == 16 && tag.isEmpty || iv.count == 12 && tag.count == 16
    else {
      throw PayloadError(at: 0, "expected iv, value, mac and tag of Laravel's Encrypter")
    }
    self.iv = iv
    self.text = text
    self.tag = tag
    mac = member("mac") ?? []
    signed = iv64 + value64
  }

  /// A cookie as browsers show it has `%3D` for the padding.
  private static func withoutPercents(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    var text = withoutLineBreak(bytes)
    var padding = 0
    while text.count > 3,
      text.suffix(3).elementsEqual("%3D".utf8)
        || text.suffix(3).elementsEqual("%3d".utf8)
    {
      text.removeLast(3)
      padding += 1
    }
    return padding == 0 ? text : (text + [UInt8](repeating: UInt8(ascii: "="), count: padding))[...]
  }

  /// APP_KEY as configured, `base64:...`, or the key's bytes.
  func decrypt(_ secret: [UInt8]) -> (bytes: [UInt8], remark: String)? {
    for key in keys(from: secret) where key.count == 16 || key.count == 32 {
      let remark = "\(key.count * 8) bits"
      if tag.isEmpty {
        let made = hexText(Digest.sha256.hmac(key: key, signed[...]))
        guard equalInConstantTime(Array(made.utf8), mac),
          let plain = Cipher.cbc.decrypt(text[...], key: key, nonce: iv)
        else { continue }
        return (plain, remark)
      }
      if let plain = Cipher.gcm.decrypt(text[...], key: key, nonce: iv, tag: tag) {
        return (plain, remark)
      }
    }
    return nil
  }

  /// Cookies begin with an HMAC of their name, 40 digits and `|`, so that one cannot be passed off
  /// as another. Removes it, and reports the name if it is one that Laravel uses.
  func takePrefix(_ plain: inout [UInt8], secrets: [[UInt8]]) -> Fact? {
    guard plain.count > 41, plain[40] == UInt8(ascii: "|"),
      let prefix = plain[..<40].fromHex
    else { return nil }
    plain.removeFirst(41)
    let guardName = "59ba36addc2b2f9401580f014c7f58ea4e30989d"
    for name in ["laravel_session", "laravel-session", "XSRF-TOKEN", "remember_web_" + guardName] {
      for secret in secrets {
        for key in keys(from: secret)
        where equalInConstantTime(
          Digest.sha1.hmac(key: key, Array((name + "v2").utf8)[...]), prefix)
        {
          return Fact("cookie", name)
        }
      }
    }
    return Fact("cookie", "of a name of the application's")
  }
}
