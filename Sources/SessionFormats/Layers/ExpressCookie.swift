// https://github.com/tj/node-cookie-signature, https://github.com/crypto-utils/keygrip,
// https://github.com/expressjs/cookie-parser, https://github.com/remix-run/react-router

extension Layer {
  /// What Express' `cookie-signature` writes and cookie-parser reads: `s:value.signature`.
  static let expressCookie = Layer(
    name: "express-cookie",
    summary: "signed cookie of Express (cookie-signature): `s:` value and signature",
    isSelfEvident: true,
    recognizes: { $0.starts(with: "s:".utf8) && SignedID($0, from: 2) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let parts = SignedID(bytes, from: bytes.starts(with: "s:".utf8) ? 2 : 0) else {
        throw PayloadError(at: bytes.count, "expected s:value.signature")
      }
      return Unwrapped(Array(parts.value), label: "Express cookie", facts: [parts.check(context)])
    })

  /// The same without `s:`, over an id: @fastify/session, Better Auth.
  static let signedID = Layer(
    name: "signed-id",
    summary: "session id and its HMAC-SHA256 (Fastify, Better Auth)",
    isSelfEvident: true,
    recognizes: { bytes in
      guard bytes.count < 256, let parts = SignedID(bytes, from: 0) else { return false }
      return (20...128).contains(parts.value.count) && parts.value.allSatisfy(isIDByte)
        && isRandomLooking(parts.value)
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let parts = SignedID(bytes, from: 0) else {
        throw PayloadError(at: bytes.count, "expected id.signature")
      }
      return Unwrapped(Array(parts.value), label: "signed id", facts: [parts.check(context)])
    })

  /// A cookie of React Router or Remix: JSON in base64 and its HMAC-SHA256.
  static let remixCookie = Layer(
    name: "remix-cookie",
    summary: "signed cookie of Remix and React Router: base64 JSON and signature",
    isSelfEvident: true,
    recognizes: { bytes in
      guard let parts = SignedID(bytes, from: 0), let inside = parts.value.fromBase64 else {
        return false
      }
      return inside.count >= 2 && Format.json.recognizes(inside)
        && (try? Format.json.read(inside)) != nil
    },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let parts = SignedID(bytes, from: 0) else {
        throw PayloadError(at: bytes.count, "expected base64.signature")
      }
      let inside = try Base64.decode(parts.value, .standard)
      return Unwrapped(inside, label: "Remix cookie", facts: [parts.check(context)])
    })

  /// cookie-parser's mark before JSON.
  static let jsonCookie = Layer(
    name: "j",
    summary: "`j:` in front of JSON, as Express sets cookies that are objects",
    isSelfEvident: true,
    recognizes: { bytes in
      // Two letters prove nothing: JSON must follow.
      guard bytes.starts(with: "j:".utf8), bytes.count > 3 else { return false }
      let inside = Array(bytes[2...])
      return Format.json.recognizes(inside) && (try? Format.json.read(inside)) != nil
    },
    unwrap: { bytes, _, _ throws(PayloadError) in
      guard bytes.starts(with: "j:".utf8) else { throw PayloadError(at: 0, "expected j:") }
      return Unwrapped(Array(bytes[2...]), label: "j")
    })

  /// @fastify/secure-session: libsodium's secretbox and its nonce. Only named, as OpenSSL has no
  /// XSalsa20.
  static let secureSession = Layer(
    name: "secure-session",
    summary: "encrypted session of Fastify (secretbox); named only",
    isSelfEvident: true,
    recognizes: { bytes in
      guard let text = cookieText(bytes), text.count > 60 else { return false }
      let parts = text.pieces(";")
      return parts.count == 2 && parts[1].count == 32 && parts[1].fromBase64?.count == 24
        && (parts[0].fromBase64?.count ?? 0) > 16
    },
    unwrap: { bytes, _, _ throws(PayloadError) in
      guard let parts = cookieText(bytes)?.pieces(";"), parts.count == 2 else {
        throw PayloadError(at: 0, "expected text;nonce in base64")
      }
      let box = try Base64.decode(parts[0], .standard)
      _ = try Base64.decode(parts[1], .standard)
      return Unwrapped(
        box, label: "secure session",
        facts: [Fact("encrypted", "XSalsa20-Poly1305, not supported")],
        isSealed: true)
    })
}

/// `value.signature`, with HMAC-SHA256 in standard base64, split at the last dot.
private struct SignedID {
  let value: ArraySlice<UInt8>
  let signature: [UInt8]

  init?(_ bytes: [UInt8], from start: Int) {
    // The value may be any text.
    guard bytes.count <= 64 << 10, case let text = withoutLineBreak(bytes).dropFirst(start),
      let (value, made) = text.splitLast("."), !value.isEmpty, made.count == 43 || made.count == 44,
      let signature = try? Base64.decode(made, .standard), signature.count == 32
    else { return nil }
    (self.value, self.signature) = (value, signature)
  }

  func check(_ context: Context) -> Fact {
    context.signature {
      equalInConstantTime(Digest.sha256.hmac(key: $0, value), signature) ? "" : nil
    }
  }
}

/// Whether the byte can occur in a random id.
private func isIDByte(_ byte: UInt8) -> Bool {
  Base64.mayContain(byte) && byte != UInt8(ascii: "=")
}

/// Whether there are digits, small letters and capitals: a name seldom has all three.
private func isRandomLooking(_ text: ArraySlice<UInt8>) -> Bool {
  text.contains { (0x30...0x39).contains($0) } && text.contains { (0x41...0x5A).contains($0) }
    && text.contains { (0x61...0x7A).contains($0) }
}

/// Keygrip signs a cookie with a second one, `name.sig`, which koa and cookie-session send along
/// with it.
public enum Keygrip {
  /// What checking the signature shows; nil when the text is not a signature.
  public static func fact(
    name: [UInt8], value: [UInt8], signature: [UInt8], context: Context
  ) -> Fact? {
    guard let made = signature[...].fromBase64URL, let digest = Digest(size: made.count) else {
      return nil
    }
    let signed = name + [UInt8(ascii: "=")] + value
    return context.signature {
      equalInConstantTime(digest.hmac(key: $0, signed[...]), made) ? "keygrip" : nil
    }
  }
}
