// https://www.rfc-editor.org/rfc/rfc7516, https://www.rfc-editor.org/rfc/rfc7518#section-5
// https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/jwt.ts

extension Layer {
  /// An encrypted JSON Web Token in five parts. It can be opened when the key itself encrypts the
  /// content (`dir`), either as given or derived as Auth.js and mod_auth_openidc do.
  static let jwe = Layer(
    name: "jwe",
    summary: "encrypted JSON Web Token, decrypted when its key is given (Auth.js, dir)",
    isSelfEvident: true,
    recognizes: { JSONWebToken.parts($0, count: 5) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let parts = JSONWebToken.parts(bytes, count: 5),
        let header = JSONWebToken.header(parts[0]), let name = header["enc"]?.word
      else { throw PayloadError(at: 0, "expected header.key.iv.text.tag with \"enc\" inside") }
      var token: [[UInt8]] = []
      for part in parts[1...] { token.append(try Base64.decode(part, .url)) }
      let algorithm = JSONWebToken.algorithm(header)
      var facts = [Fact("algorithm", "\(algorithm), \(legible(name))")]
      if let id = header["kid"]?.word { facts.append(Fact("key id", word: id)) }
      guard algorithm == "dir", token[0].isEmpty, header["zip"] == nil,
        let content = ContentEncryption(rawValue: name)
      else {
        facts.append(Fact("encrypted", "with a key made for it (\(algorithm)), not supported"))
        return Unwrapped(token[2], label: "JWE", facts: facts, isSealed: true)
      }
      let opened = context.opened(name) { secret in
        for (key, remark) in JWEKeys.all(secret, content.keySize, cookie: context.cookie) {
          if let text = content.decrypt(
            token[2], key: key, nonce: token[1], tag: token[3], authenticating: Array(parts[0]))
          {
            return (text, remark)
          }
        }
        return nil
      }
      guard let opened else {
        return Unwrapped(
          token[2], label: "JWE", facts: facts + [context.sealed(name)], isSealed: true)
      }
      facts.append(opened.fact)
      if let claims = (try? Format.json.read(opened.bytes))?.value.entries {
        facts += JSONWebToken.times(claims, context)
      }
      return Unwrapped(opened.bytes, label: "JWE", facts: facts)
    })
}

/// The `enc` algorithms.
private enum ContentEncryption: String {
  case a128gcm = "A128GCM"
  case a192gcm = "A192GCM"
  case a256gcm = "A256GCM"
  case a128cbc = "A128CBC-HS256"
  case a192cbc = "A192CBC-HS384"
  case a256cbc = "A256CBC-HS512"

  var keySize: Int {
    switch self {
    case .a128gcm: 16
    case .a192gcm: 24
    case .a256gcm, .a128cbc: 32
    case .a192cbc: 48
    case .a256cbc: 64
    }
  }

  func decrypt(
    _ text: [UInt8], key: [UInt8], nonce: [UInt8], tag: [UInt8], authenticating data: [UInt8]
  ) -> [UInt8]? {
    let digest: Digest
    switch self {
    case .a128gcm, .a192gcm, .a256gcm:
      return Cipher.gcm.decrypt(
        text[...], key: key, nonce: nonce, tag: tag, authenticating: data)
    case .a128cbc: digest = .sha256
    case .a192cbc: digest = .sha384
    case .a256cbc: digest = .sha512
    }
    // The first half signs, the second encrypts; half of the MAC is the tag.
    let half = keySize / 2
    let bits = UInt64(data.count) * 8
    let length = (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
    let made = digest.hmac(key: Array(key[..<half]), (data + nonce + text + length)[...])
    guard equalInConstantTime(Array(made.prefix(half)), tag) else { return nil }
    return Cipher.cbc.decrypt(text[...], key: Array(key[half...]), nonce: nonce)
  }
}

/// The keys that a secret may stand for.
private enum JWEKeys {
  static func all(
    _ secret: [UInt8], _ size: Int, cookie: [UInt8]?
  ) -> [(key: [UInt8], remark: String)] {
    var found = keys(from: secret).filter { $0.count == size }.map { ($0, "") }
    // mod_auth_openidc.
    if size == 32 { found.append((Digest.sha256.hash(secret), "hashed")) }
    func add(_ salt: String, _ info: String, _ writer: String) {
      if let key = Digest.sha256.hkdf(
        secret, salt: Array(salt.utf8), info: Array(info.utf8), length: size)
      {
        found.append((key, writer))
      }
    }
    for name in names(cookie) {
      add(name, "Auth.js Generated Encryption Key (\(name))", "Auth.js 5")
      add(name, "NextAuth.js Generated Encryption Key (\(name))", "NextAuth.js 4")
    }
    add("", "NextAuth.js Generated Encryption Key", "NextAuth.js 4")
    return found
  }

  /// The cookie's name is the salt. A long token is split over `name.0`, `name.1`.
  private static func names(_ cookie: [UInt8]?) -> [String] {
    var names = [
      "authjs.session-token", "__Secure-authjs.session-token", "next-auth.session-token",
      "__Secure-next-auth.session-token",
    ]
    if let cookie {
      var name = cookie[...]
      if let (head, tail) = name.splitLast("."), tail.count == 1, tail.decimal != nil {
        name = head
      }
      let text = name.text
      if !names.contains(text) { names.insert(text, at: 0) }
    }
    return names
  }
}
