// https://github.com/pallets/itsdangerous/blob/main/src/itsdangerous/signer.py, timed.py and
// url_safe.py

extension Layer {
  /// itsdangerous' `URLSafeTimedSerializer`, which makes Flask's cookie, and Starlette's variant of
  /// it: `payload.timestamp.signature`.
  static let flaskCookie = Layer(
    name: "flask-cookie", labels: ["starlette-cookie", "itsdangerous"],
    summary: "cookie of Flask or Starlette: payload, time and signature of itsdangerous",
    isSelfEvident: true,
    recognizes: { bytes in
      // 4 bytes of time, since 2011-07. What older clocks and later centuries write is only read on
      // request.
      guard let parts = SignedParts(bytes, isTimed: true), parts.time.count == 6 else {
        return false
      }
      return parts.payload.count >= 2
        && parts.payload.allSatisfy { Base64.mayContain($0) || $0 == UInt8(ascii: ".") }
        && Digest(size: parts.signature.count * 3 / 4) != nil
        && (try? Base64.decode(parts.signature, .url)) != nil
        && (try? Base64.decode(parts.time, .url)) != nil
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let parts = SignedParts(bytes, isTimed: true) else {
        throw PayloadError(at: bytes.count, "expected payload.timestamp.signature")
      }
      let (inside, writer) = try payload(parts.payload, context: context, limit: limit)
      let (check, scheme) = try signature(
        parts, context, schemes: Scheme.timed + Scheme.others(context))
      let whose = scheme.map(\.writer) ?? writer
      let label =
        switch whose {
        case .flask: "Flask cookie"
        case .starlette: "Starlette cookie"
        default: "itsdangerous"
        }
      var unwrapped = Unwrapped(
        inside, label: label, facts: [try signingTime(parts.time, context), check])
      unwrapped.writer = whose
      unwrapped.isJSON = scheme != nil
      return unwrapped
    })

  /// `URLSafeSerializer`, `payload.signature`: links and tokens that never expire. Any two words
  /// look like that, so a secret must show it.
  static let itsDangerousSerializer = Layer(
    name: "itsdangerous-untimed",
    summary: "itsdangerous' URLSafeSerializer: payload and signature without a time",
    isSelfEvident: true,
    recognizes: { bytes in
      guard let parts = SignedParts(bytes, isTimed: false), parts.payload.count >= 2 else {
        return false
      }
      return parts.payload.dropFirst().allSatisfy(Base64.mayContain)
        && Digest(size: parts.signature.count * 3 / 4) != nil
        && (try? Base64.decode(parts.signature, .url)) != nil
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let parts = SignedParts(bytes, isTimed: false) else {
        throw PayloadError(at: bytes.count, "expected payload.signature")
      }
      let (check, scheme) = try signature(
        parts, context, schemes: Scheme.untimed + Scheme.others(context))
      if scheme == nil { throw PayloadError(at: 0, "no secret shows that it is signed") }
      let (inside, _) = try payload(parts.payload, context: context, limit: limit)
      var unwrapped = Unwrapped(inside, label: "itsdangerous untimed", facts: [check])
      unwrapped.isJSON = true
      return unwrapped
    })

  /// A session id signed with itsdangerous' `Signer`, as Flask-Session writes with
  /// SESSION_USE_SIGNER. Inside is the id, a part of the Redis key.
  static let signedSessionID = Layer(
    name: "signed-session-id",
    summary: "session id signed by Flask-Session (SESSION_USE_SIGNER) or Flask-KVSession",
    isSelfEvident: true,
    recognizes: { bytes in
      guard let parts = SignedParts(bytes, isTimed: false), parts.signature.count == 27 else {
        return false
      }
      return (SessionID(parts.payload) != nil || isDatedID(parts.payload))
        && (try? Base64.decode(parts.signature, .url)) != nil
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let parts = SignedParts(bytes, isTimed: false) else {
        throw PayloadError(at: bytes.count, "expected id.signature")
      }
      let (check, _) = try signature(parts, context, schemes: Scheme.plain)
      return Unwrapped(Array(parts.payload), label: "signed session id", facts: [check])
    })
}

/// The parts of a signed text, as slices of it, so that indices remain offsets.
private struct SignedParts {
  let payload: ArraySlice<UInt8>
  /// Empty when not timed.
  let time: ArraySlice<UInt8>
  let signature: ArraySlice<UInt8>
  /// The bytes that were signed.
  let signed: ArraySlice<UInt8>

  /// Splits from the right, since a compressed payload starts with a dot.
  init?(_ bytes: [UInt8], isTimed: Bool) {
    let text = withoutLineBreak(bytes)
    guard let last = text.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    signed = text[..<last]
    signature = text[(last + 1)...]
    if isTimed {
      guard let dot = signed.lastIndex(of: UInt8(ascii: ".")) else { return nil }
      payload = signed[..<dot]
      time = signed[(dot + 1)...]
    } else {
      payload = signed
      time = []
    }
    if payload.isEmpty { return nil }
  }
}

/// Flask-KVSession's ids: a random number and the time in hexadecimal digits,
/// `1a2b3c4d5e6f7a8b_6553f100`.
private func isDatedID(_ text: ArraySlice<UInt8>) -> Bool {
  let parts = text.pieces("_")
  return parts.count == 2 && (1...16).contains(parts[0].count) && parts[1].count == 8
    && parts.allSatisfy { $0.allSatisfy { hexDigit($0) != nil } }
}

/// The kinds of ids that Flask-Session has used.
enum SessionID {
  /// `str(uuid4())`, up to version 0.5.
  case uuid
  /// `secrets.token_urlsafe(32)`, since 0.6: 43 characters.
  case token

  init?(_ text: ArraySlice<UInt8>) {
    if text.count == 43, (try? Base64.decode(text, .url)) != nil {
      self = .token
      return
    }
    guard text.count == 36 else { return nil }
    for (at, byte) in text.enumerated() {
      let isDash = at == 8 || at == 13 || at == 18 || at == 23
      guard isDash ? byte == UInt8(ascii: "-") : hexDigit(byte) != nil else { return nil }
    }
    self = .uuid
  }
}

/// The bytes inside a payload, and who probably wrote it.
private func payload(
  _ text: ArraySlice<UInt8>, context: Context, limit: Int
) throws(PayloadError) -> ([UInt8], writer: Writer?) {
  if text.first == UInt8(ascii: ".") {
    let compressed = try Base64.decode(text.dropFirst(), .url)
    do throws(PayloadError) {
      return (try Layer.zlib.unwrap(compressed, context, limit).bytes, .flask)
    } catch {
      throw PayloadError(
        at: text.startIndex + 1, "zlib in the payload, byte \(error.offset): \(error.reason)",
        isLimit: error.isLimit)
    }
  }
  // Starlette encodes with padding and the standard alphabet; itsdangerous without, and URL-safe.
  let isStandard = text.contains {
    $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/")
  }
  let inside = try Base64.decode(text, isStandard ? .standard : .url)
  if isStandard { return (inside, .starlette) }
  // Flask writes compact JSON. Python's default, which Starlette and others keep, has a space after
  // the colon.
  let afterKey = inside.firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? inside.endIndex
  let isSpaced = inside[afterKey...].first == UInt8(ascii: " ")
  return (inside, isSpaced ? nil : .flask)
}

/// When the payload was signed, and how long ago that is if `now` is known.
private func signingTime(
  _ text: ArraySlice<UInt8>, _ context: Context
) throws(PayloadError) -> Fact {
  let bytes = try Base64.decode(text, .url)
  guard bytes.count <= 7 else {
    throw PayloadError(at: text.startIndex, "a timestamp of \(bytes.count) bytes, 7 at most")
  }
  var seconds = bytes.reduce(Int64(0)) { $0 << 8 | Int64($1) }
  var remark = ""
  // itsdangerous up to 0.24 counted from 2011-01-01; no cookie is older than that.
  if seconds < 1_293_840_000 {
    seconds += 1_293_840_000
    remark = " (itsdangerous before 1.0)"
  }
  guard let time = context.moment(seconds) else {
    throw PayloadError(at: text.startIndex, "a timestamp beyond the year 9999, \(seconds)")
  }
  return Fact("signed", time + remark)
}

/// One way to derive the key from the secret, and who uses it.
private struct Scheme {
  enum Derivation {
    /// HMAC of the salt with the secret as the key.
    case hmac
    /// Hash of the salt, "signer" and the secret.
    case djangoConcat
  }

  let salt: [UInt8]
  let derivation: Derivation
  let writer: Writer?
  /// The salt for display.
  let name: String

  init(salt: String, derivation: Derivation, writer: Writer? = nil) {
    self.init(salt: Array(salt.utf8), derivation: derivation, writer: writer, name: salt)
  }

  private init(salt: [UInt8], derivation: Derivation, writer: Writer?, name: String) {
    (self.salt, self.derivation, self.writer, self.name) = (salt, derivation, writer, name)
  }

  func key(_ secret: [UInt8], _ digest: Digest) -> [UInt8] {
    switch derivation {
    case .hmac: digest.hmac(key: secret, salt[...])
    case .djangoConcat: digest.hash(salt + Array("signer".utf8) + secret)
    }
  }

  /// An application's own salt: the cookie's name, which fastapi-sessions uses, or a salt that was
  /// given as another secret.
  static func others(_ context: Context) -> [Scheme] {
    var salts: [(salt: [UInt8], name: String)] = []
    if let cookie = context.cookie {
      salts.append((cookie, legible(String(decoding: cookie, as: UTF8.self))))
    }
    for (at, salt) in context.salts.enumerated() { salts.append((salt, "secret \(at + 1)")) }
    return salts.flatMap { salt, name in
      [Derivation.djangoConcat, .hmac].map {
        Scheme(salt: salt, derivation: $0, writer: nil, name: name)
      }
    }
  }

  static let timed = [
    Scheme(salt: "cookie-session", derivation: .hmac, writer: .flask),
    Scheme(salt: "itsdangerous.Signer", derivation: .djangoConcat, writer: .starlette),
    Scheme(salt: "itsdangerous", derivation: .djangoConcat),
  ]
  static let untimed = [Scheme(salt: "itsdangerous", derivation: .djangoConcat)]
  static let plain = [
    Scheme(salt: "flask-session", derivation: .hmac),
    Scheme(salt: "flask-sessions", derivation: .hmac),
    Scheme(salt: "quart-session", derivation: .hmac),
    Scheme(salt: "itsdangerous.Signer", derivation: .djangoConcat),
  ]
}

/// Whether a secret makes the signature. Tries every secret with every scheme; the length of the
/// signature tells the hash. The scheme is nil when none fits.
private func signature(
  _ parts: SignedParts, _ context: Context, schemes: [Scheme]
) throws(PayloadError) -> (Fact, Scheme?) {
  let signature = try Base64.decode(parts.signature, .url)
  guard let digest = Digest(size: signature.count) else {
    throw PayloadError(
      at: parts.signature.startIndex,
      "a signature of \(signature.count) bytes; 20, 32, 48 and 64 are known")
  }
  var fitting: Scheme?
  let check = context.signature { secret in
    for scheme in schemes {
      let made = digest.hmac(key: scheme.key(secret, digest), parts.signed)
      guard equalInConstantTime(made, signature) else { continue }
      fitting = scheme
      return "salt \(scheme.name)" + (digest == .sha1 ? "" : ", \(digest.rawValue)")
    }
    return nil
  }
  return (check, fitting)
}
