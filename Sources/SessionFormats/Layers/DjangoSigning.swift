// https://docs.djangoproject.com/en/5.2/topics/signing/,
// https://github.com/django/django/blob/main/django/core/signing.py

extension Layer {
  /// `signing.dumps` and `TimestampSigner`, `payload:time:signature`: sessions since Django 3.1,
  /// the signed_cookies backend, messages, `get_signed_cookie`.
  static let djangoSigned = Layer(
    name: "django-signed",
    summary: "Django's signing: payload, time and signature (sessions, signed cookies)",
    isSelfEvident: true, writer: .django,
    recognizes: { bytes in
      guard let parts = DjangoParts(bytes) else { return false }
      return parts.seconds != nil && (try? parts.digest()) != nil
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let parts = DjangoParts(bytes), let seconds = parts.seconds,
        let signed = context.time("signed", seconds)
      else { throw PayloadError(at: bytes.count, "expected payload:time:signature") }
      let check = try parts.check(context)
      // `signing.dumps` holds JSON in base64; `TimestampSigner` with its own salt holds plain text.
      if check.verdict == .valid, check.text.contains("(salt django.core.signing)"),
        let json = parts.payload.fromBase64URL, (try? Format.json.read(json)) != nil
      {
        var unwrapped = Unwrapped(json, label: "Django signed", facts: [signed, check])
        unwrapped.isJSON = true
        return unwrapped
      }
      let inside = try parts.inside(context, limit)
      return Unwrapped(inside, label: "Django signed", facts: [signed, check])
    })

  /// `Signer` without a time, `payload:signature`. A word, a colon and a token look the same, so a
  /// secret or the content must show it.
  static let djangoSigner = Layer(
    name: "django-signer",
    summary: "Django's Signer: payload and signature without a time",
    isSelfEvident: true, writer: .django,
    recognizes: { bytes in
      guard let parts = DjangoParts(bytes, isTimed: false) else { return false }
      return (try? parts.digest()) != nil
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let parts = DjangoParts(bytes, isTimed: false) else {
        throw PayloadError(at: bytes.count, "expected payload:signature")
      }
      let check = try parts.check(context)
      let inside = try parts.inside(context, limit)
      guard check.verdict == .valid || inside.count < parts.payload.count else {
        throw PayloadError(at: 0, "no secret shows that it is signed")
      }
      return Unwrapped(inside, label: "Django signer", facts: [check])
    })

  /// Sessions up to Django 3.0: base64 of a signature, a colon, and JSON or a pickle.
  static let djangoSession = Layer(
    name: "django-session",
    summary: "session of Django up to 3.0: base64 of signature and JSON or pickle",
    isSelfEvident: true, writer: .django,
    recognizes: { bytes in
      guard bytes.count >= 60, bytes.count <= Limits.output / 8 else { return false }
      // The first 40 bytes are hexadecimal digits, which 54 characters of base64 show.
      guard let head = bytes[..<56].fromBase64, head.count > 40 else { return false }
      return head[..<40].fromHex != nil && head[40] == UInt8(ascii: ":")
    },
    unwrap: { bytes, context, limit throws(PayloadError) in
      let text = withoutLineBreak(bytes)
      if text.count / 4 > limit / 3 { throw Limits.outputExceeded(limit, at: 0) }
      let decoded = try Base64.decode(text, .standard)
      guard decoded.count > 41, let signature = decoded[..<40].fromHex,
        decoded[40] == UInt8(ascii: ":")
      else { throw PayloadError(at: 0, "expected 40 hexadecimal digits and a colon in base64") }
      let inside = Array(decoded[41...])
      let check = context.signature { secret in
        for salt in ["django.contrib.sessionsSessionStore"] {
          let key = Digest.sha1.hash(Array(salt.utf8) + secret)
          if equalInConstantTime(Digest.sha1.hmac(key: key, inside[...]), signature) { return "" }
        }
        return nil
      }
      return Unwrapped(inside, label: "Django session", facts: [check])
    })
}

/// The parts of a signed text, split from the right: a value may contain colons.
private struct DjangoParts {
  let payload: ArraySlice<UInt8>
  let time: ArraySlice<UInt8>
  let signature: ArraySlice<UInt8>
  let signed: ArraySlice<UInt8>

  init?(_ bytes: [UInt8], isTimed: Bool = true) {
    guard bytes.count <= Limits.output / 8 else { return nil }
    let text = withoutLineBreak(bytes)
    guard let (signed, signature) = text.splitLast(":"), [27, 43].contains(signature.count),
      !signed.isEmpty
    else { return nil }
    if isTimed {
      guard let (payload, time) = signed.splitLast(":"), !payload.isEmpty else { return nil }
      (self.payload, self.time) = (payload, time)
    } else {
      (payload, time) = (signed, [])
    }
    (self.signature, self.signed) = (signature, signed)
  }

  /// The time in base 62: six digits from 1999 to the year 3769.
  var seconds: Int64? {
    guard time.count == 6 else { return nil }
    var value: Int64 = 0
    for byte in time {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A") + 10
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 36
      default: return nil
      }
      value = value * 62 + Int64(digit)
    }
    // Until 2106; anything later is a word.
    return value >= 1_000_000_000 && value < 1 << 32 ? value : nil
  }

  func digest() throws(PayloadError) -> (Digest, [UInt8]) {
    let bytes = try Base64.decode(signature, .url)
    guard let digest = Digest(size: bytes.count) else {
      throw PayloadError(at: signature.startIndex, "a signature of \(bytes.count) bytes")
    }
    return (digest, bytes)
  }

  /// The salts of Django's own uses, the cookie's name (`get_signed_cookie`), and any secret that
  /// was given as a salt.
  func check(_ context: Context) throws(PayloadError) -> Fact {
    let (digest, made) = try digest()
    let own = [
      "django.contrib.sessions.SessionStore", "django.contrib.sessions.backends.signed_cookies",
      "django.core.signing", "django.core.signing.TimestampSigner", "django.core.signing.Signer",
      "django.contrib.messages",
    ]
    var salts = own.map { (salt: Array($0.utf8), name: $0) }
    for (at, salt) in context.salts.enumerated() { salts.append((salt, "secret \(at + 1)")) }
    if let cookie = context.cookie { salts += Self.salts(cookie: cookie, context) }
    return context.signature { secret in
      // `get_cookie_signer` puts a prefix before the secret.
      for prefix in ["", "django.http.cookies"] {
        for (salt, name) in salts {
          let key = digest.hash(salt + Array("signer".utf8) + Array(prefix.utf8) + secret)
          guard equalInConstantTime(digest.hmac(key: key, signed), made) else { continue }
          return "salt \(legible(name))" + (digest == .sha1 ? ", sha1" : "")
        }
      }
      return nil
    }
  }

  /// The salts of `set_signed_cookie`: the cookie's name and a salt of the application's, separated
  /// by a length since 2026.
  private static func salts(
    cookie: [UInt8], _ context: Context
  ) -> [(salt: [UInt8], name: String)] {
    let given = [([], "")] + context.salts.enumerated().map { ($1, " and secret \($0 + 1)") }
    return given.flatMap { salt, name in
      // Django counts characters.
      let length = String(decoding: salt, as: UTF8.self).unicodeScalars.count
      let counted = Array("django.http.cookies.v2:\(length):".utf8) + salt + cookie
      let text = String(decoding: cookie, as: UTF8.self) + name
      return [(cookie + salt, text), (counted, text)]
    }
  }

  /// What was signed. Text that is not base64 was signed as it is.
  func inside(_ context: Context, _ limit: Int) throws(PayloadError) -> [UInt8] {
    if payload.first == UInt8(ascii: "."),
      let compressed = payload.dropFirst().fromBase64URL
    {
      do throws(PayloadError) {
        return try Layer.zlib.unwrap(compressed, context, limit).bytes
      } catch {
        throw PayloadError(
          at: payload.startIndex + 1, "zlib in the payload, byte \(error.offset): \(error.reason)",
          isLimit: error.isLimit)
      }
    }
    guard payload.count >= 2, let decoded = payload.fromBase64URL,
      Format.structured.contains(where: { $0.recognizes(decoded) })
    else { return Array(payload) }
    return decoded
  }
}
