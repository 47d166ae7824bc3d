// https://github.com/rails/rails/tree/main/activesupport/lib/active_support: message_verifier.rb,
// message_encryptor.rb, key_generator.rb and messages/metadata.rb;
// https://github.com/rack/rack/blob/2-2-stable/lib/rack/session/cookie.rb

extension Layer {
  /// `base64--hex`: Rails' signed cookies and Rack's session cookie have the same form, and differ
  /// in how they derive the key from the secret.
  static let signedRubyCookie = Layer(
    name: "rails-signed", labels: ["rails-signed-cookie", "rack-cookie"],
    summary: "signed cookie of Rails (MessageVerifier) or Rack::Session::Cookie",
    isSelfEvident: true,
    recognizes: { bytes in
      guard let parts = SignedRubyCookie(bytes) else { return false }
      return (try? parts.payload()) != nil
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let parts = SignedRubyCookie(bytes) else {
        throw PayloadError(at: bytes.count, "expected base64--hex of 20, 32 or 64 bytes")
      }
      if parts.text.count / 4 > limit / 3 { throw Limits.outputExceeded(limit, at: 0) }
      let message = RailsMessage(try parts.payload(), limit)
      let (fact, writer) = parts.check(context)
      let whose = writer ?? message.likelyWriter
      var unwrapped = Unwrapped(
        message.bytes, label: whose == .rack ? "Rack cookie" : "Rails signed cookie",
        facts: [fact] + message.facts)
      unwrapped.writer = whose
      return unwrapped
    })

  /// `base64--base64--base64` (AES-GCM) and `base64(base64--base64)--hex` (AES-CBC with a
  /// signature).
  static let encryptedRailsCookie = Layer(
    name: "rails-encrypted", labels: ["rails-encrypted-cookie"],
    summary: "encrypted cookie of Rails (MessageEncryptor, AES-GCM or AES-CBC)",
    isSelfEvident: true, writer: .rails,
    recognizes: { EncryptedRailsCookie($0) != nil },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let cookie = EncryptedRailsCookie(bytes) else {
        throw PayloadError(at: bytes.count, "expected text--iv--tag or base64(text--iv)--hex")
      }
      if cookie.text.count > limit { throw Limits.outputExceeded(limit, at: 0) }
      return cookie.open(context, limit)
    })
}

private let dashes: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "-")]

/// Splits at every `--` that cannot be base64: URL-safe base64 may contain dashes, but these parts
/// are not URL-safe.
private func parts(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var parts: [ArraySlice<UInt8>] = []
  let text = withoutLineBreak(bytes)
  var start = text.startIndex
  var at = text.startIndex
  while at < text.endIndex {
    if text[at...].starts(with: dashes) {
      parts.append(text[start..<at])
      at += 2
      start = at
    } else {
      at += 1
    }
  }
  parts.append(text[start...])
  return parts
}

/// Tried in this order: SHA-1 before Rails 7.0's defaults, SHA-256 since.
private let derivations: [Digest] = [.sha1, .sha256]

private func derived(
  _ secret: [UInt8], _ salt: String, _ digest: Digest, _ length: Int
) -> [UInt8]? {
  digest.pbkdf2(secret, salt: Array(salt.utf8), iterations: 1000, length: length)
}

private struct SignedRubyCookie {
  let text: ArraySlice<UInt8>
  let signature: [UInt8]
  let digest: Digest

  init?(_ bytes: [UInt8]) {
    let parts = parts(bytes)
    guard parts.count == 2, let signature = parts[1].fromHex, parts[0].count >= 8,
      let digest = Digest(size: signature.count)
    else { return nil }
    text = parts[0]
    self.signature = signature
    self.digest = digest
  }

  /// Rack before 2.0 breaks its base64 into lines.
  func payload() throws(PayloadError) -> [UInt8] {
    try Base64.decode(text, .standard, inLines: true)
  }

  /// Whether a secret makes the signature, and if so, whose cookie it is.
  func check(_ context: Context) -> (Fact, writer: Writer?) {
    var writer: Writer?
    let fact = context.signature { secret in
      if equalInConstantTime(digest.hmac(key: secret, text), signature) {
        writer = .rack
        return ""
      }
      for derivation in derivations {
        guard let key = derived(secret, "signed cookie", derivation, 64),
          equalInConstantTime(digest.hmac(key: key, text), signature)
        else { continue }
        writer = .rails
        return "salt signed cookie, \(derivation.rawValue)"
      }
      return nil
    }
    return (fact, writer)
  }
}

private struct EncryptedRailsCookie {
  let text: [UInt8]
  let nonce: [UInt8]
  /// GCM's tag; empty for CBC.
  let tag: [UInt8]
  /// CBC's signature, and what was signed.
  let signature: [UInt8]
  let signed: ArraySlice<UInt8>

  init?(_ bytes: [UInt8]) {
    let parts = parts(bytes)
    if parts.count == 3 {
      guard let text = try? Base64.decode(parts[0], .standard),
        let nonce = try? Base64.decode(parts[1], .standard), nonce.count == 12,
        let tag = try? Base64.decode(parts[2], .standard), tag.count == 16
      else { return nil }
      (self.text, self.nonce, self.tag) = (text, nonce, tag)
      (signature, signed) = ([], [])
      return
    }
    guard parts.count == 2, let signature = parts[1].fromHex, signature.count >= 20,
      let inner = try? Base64.decode(parts[0], .standard, inLines: true)
    else { return nil }
    let pieces = SessionFormats.parts(inner)
    guard pieces.count == 2, let text = try? Base64.decode(pieces[0], .standard),
      !text.isEmpty, text.count % 16 == 0,
      let nonce = try? Base64.decode(pieces[1], .standard), nonce.count == 16
    else { return nil }
    (self.text, self.nonce, tag) = (text, nonce, [])
    (self.signature, signed) = (signature, parts[0])
  }

  func open(_ context: Context, _ limit: Int) -> Unwrapped {
    let label = "Rails encrypted cookie"
    let cipher = tag.isEmpty ? "AES-256-CBC" : "AES-256-GCM"
    let opened = context.opened(cipher) { secret in
      for derivation in derivations {
        if let plain = tag.isEmpty ? cbc(secret, derivation) : gcm(secret, derivation) {
          return (plain, derivation.rawValue)
        }
      }
      return nil
    }
    guard let opened else {
      return Unwrapped(text, label: label, facts: [context.sealed(cipher)], isSealed: true)
    }
    let message = RailsMessage(opened.bytes, limit)
    return Unwrapped(message.bytes, label: label, facts: [opened.fact] + message.facts)
  }

  private func gcm(_ secret: [UInt8], _ derivation: Digest) -> [UInt8]? {
    derived(secret, "authenticated encrypted cookie", derivation, 32).flatMap {
      Cipher.gcm.decrypt(text[...], key: $0, nonce: nonce, tag: tag)
    }
  }

  private func cbc(_ secret: [UInt8], _ derivation: Digest) -> [UInt8]? {
    guard let digest = Digest(size: signature.count),
      let signing = derived(secret, "signed encrypted cookie", derivation, 64),
      equalInConstantTime(digest.hmac(key: signing, signed), signature),
      let key = derived(secret, "encrypted cookie", derivation, 32)
    else { return nil }
    return Cipher.cbc.decrypt(text[...], key: key, nonce: nonce)
  }
}

/// The content of a cookie, without the envelope
/// `{"_rails":{"message":"base64","exp":null,"pur":"cookie.name"}}` that Rails has written around
/// it since 5.2, or with the message as JSON under `data`.
private struct RailsMessage {
  private(set) var bytes: [UInt8]
  private(set) var facts: [Fact] = []
  private var isRails = false

  init(_ plain: [UInt8], _ limit: Int) {
    bytes = plain
    guard plain.starts(with: Array("{\"_rails\":{".utf8)),
      let reading = try? Format.json.read(plain, nodeLimit: Limits.nodes(stored: plain.count)),
      let outer = reading.value.entries, outer.count == 1,
      let entries = outer["_rails"]?.entries
    else { return }
    if case .string(let message)? = entries["message"] {
      guard let inside = try? Base64.decode(Array(message.utf8)[...], .standard) else { return }
      bytes = inside
    } else if let data = entries["data"] {
      // A value that was serialized before is a JSON string.
      if case .string(let text) = data, let first = text.utf8.first, "{[\"".utf8.contains(first) {
        bytes = Array(text.utf8)
      } else {
        bytes = JSONWriter.json(data)
      }
      if bytes.count > limit {
        bytes = plain
        return
      }
    } else {
      return
    }
    isRails = true
    if let purpose = entries["pur"]?.word { facts.append(Fact("purpose", word: purpose)) }
    if let expiry = entries["exp"]?.word { facts.append(Fact("expires", word: expiry)) }
  }

  /// Who probably wrote it: Rack's session is a hash; Rails signs anything, and since 5.2 says what
  /// for.
  var likelyWriter: Writer {
    let isHash =
      bytes.starts(with: [4, 8, UInt8(ascii: "{")])
      || bytes.starts(with: [4, 8, UInt8(ascii: "}")])
      || bytes.first == UInt8(ascii: "{") || bytes.first == 0x78
    return isHash && !isRails ? .rack : .rails
  }
}
