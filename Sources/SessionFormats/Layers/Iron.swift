// https://github.com/hapijs/iron, https://github.com/vvo/iron-session

extension Layer {
  /// A sealed object of iron: hapi's yar, iron-session (with `~2` at the end), h3 and Nuxt.
  static let iron = Layer(
    name: "iron",
    summary: "iron seal (hapi, iron-session, Nuxt), decrypted with its password",
    isSelfEvident: true,
    recognizes: { $0.starts(with: "Fe26.2*".utf8) && IronSeal($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let seal = IronSeal(bytes) else {
        throw PayloadError(at: 0, "expected the eight parts of Fe26.2*...")
      }
      var facts: [Fact] = []
      if !seal.passwordID.isEmpty { facts.append(Fact("password id", word: seal.passwordID)) }
      if let end = seal.expires.flatMap({ context.expiry($0 / 1000) }) { facts.append(end) }
      let cipher = "AES-256-CBC"
      guard let opened = context.opened(cipher, seal.decrypt) else {
        return Unwrapped(
          seal.text, label: "iron", facts: facts + [context.sealed(cipher)], isSealed: true)
      }
      return Unwrapped(opened.bytes, label: "iron", facts: facts + [opened.fact])
    })
}

private struct IronSeal {
  let passwordID: String
  let text: [UInt8]
  /// In milliseconds; nil when it never expires.
  let expires: Int64?
  private let salt: [UInt8]
  private let iv: [UInt8]
  private let macSalt: [UInt8]
  private let mac: [UInt8]
  private let signed: ArraySlice<UInt8>

  init?(_ bytes: [UInt8]) {
    guard var text = cookieText(bytes) else { return nil }
    // iron-session adds its own version after a tilde.
    if let (head, version) = text.splitLast("~"), version.decimal != nil { text = head }
    let parts = text.pieces("*")
    guard parts.count == 8, parts[0].elementsEqual("Fe26.2".utf8), let iv = parts[3].fromBase64URL,
      iv.count == 16, let sealed = parts[4].fromBase64URL, let mac = parts[7].fromBase64URL,
      mac.count == 32, parts[5].isEmpty || parts[5].decimal != nil, parts[2].fromHex != nil,
      parts[6].fromHex != nil
    else { return nil }
    passwordID = parts[1].text
    self.text = sealed
    expires = parts[5].isEmpty ? nil : parts[5].decimal
    salt = Array(parts[2])
    self.iv = iv
    macSalt = Array(parts[6])
    self.mac = mac
    signed = text[..<parts[5].endIndex]
  }

  /// One round of PBKDF2; the salts are used as text, not decoded.
  func decrypt(_ password: [UInt8]) -> (bytes: [UInt8], remark: String)? {
    func derived(_ salt: [UInt8]) -> [UInt8]? {
      Digest.sha1.pbkdf2(password, salt: salt, iterations: 1, length: 32)
    }
    guard let macKey = derived(macSalt), let key = derived(salt),
      equalInConstantTime(Digest.sha256.hmac(key: macKey, signed), mac),
      let plain = Cipher.cbc.decrypt(text[...], key: key, nonce: iv)
    else { return nil }
    return (plain, "")
  }
}
