// https://github.com/adonisjs/encryption/tree/4.x/src

extension Layer {
  /// A signed cookie of AdonisJS: `s:`, JSON in base64, a dot, and base64 of the *hexadecimal
  /// digits* of the HMAC.
  static let adonisSigned = Layer(
    name: "adonis-signed",
    summary: "signed cookie of AdonisJS: `s:` base64 JSON and signature",
    isSelfEvident: true,
    recognizes: { $0.starts(with: "s:".utf8) && AdonisMessage($0)?.isSigned == true },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let message = AdonisMessage(bytes), message.isSigned else {
        throw PayloadError(at: bytes.count, "expected s:message.signature")
      }
      let check = context.signature { message.isMade(by: Digest.sha256.hash($0)) ? "" : nil }
      return Unwrapped(message.parts[0], label: "Adonis signed", facts: [check])
    })

  /// An encrypted cookie of AdonisJS: `e:` text, initialization vector and HMAC.
  static let adonisEncrypted = Layer(
    name: "adonis-encrypted",
    summary: "encrypted cookie of AdonisJS, decrypted with the app key",
    isSelfEvident: true,
    recognizes: { $0.starts(with: "e:".utf8) && AdonisMessage($0)?.isEncrypted == true },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let message = AdonisMessage(bytes), message.isEncrypted else {
        throw PayloadError(at: bytes.count, "expected e:text.iv.signature")
      }
      let cipher = "AES-256-CBC"
      let opened = context.opened(cipher) { secret in
        let key = Digest.sha256.hash(secret)
        guard message.isMade(by: key),
          let plain = Cipher.cbc.decrypt(message.parts[0][...], key: key, nonce: message.parts[1])
        else { return nil }
        return (plain, "")
      }
      guard let opened else {
        return Unwrapped(
          message.parts[0], label: "Adonis encrypted", facts: [context.sealed(cipher)],
          isSealed: true)
      }
      return Unwrapped(opened.bytes, label: "Adonis encrypted", facts: [opened.fact])
    })
}

private struct AdonisMessage {
  /// Without the last part, the signature.
  let parts: [[UInt8]]
  private let signature: [UInt8]
  private let signed: ArraySlice<UInt8>

  init?(_ bytes: [UInt8]) {
    guard let text = cookieText(bytes)?.dropFirst(2), let (signed, made) = text.splitLast("."),
      made.count == 86, let digits = made.fromBase64URL, let signature = digits[...].fromHex
    else { return nil }
    var parts: [[UInt8]] = []
    for piece in signed.pieces(".") {
      guard let part = piece.fromBase64URL else { return nil }
      parts.append(part)
    }
    (self.parts, self.signature, self.signed) = (parts, signature, signed)
  }

  var isSigned: Bool { parts.count == 1 && parts[0].first == UInt8(ascii: "{") }
  var isEncrypted: Bool { parts.count == 2 && parts[1].count == 16 && parts[0].count % 16 == 0 }

  func isMade(by key: [UInt8]) -> Bool {
    equalInConstantTime(Digest.sha256.hmac(key: key, signed), signature)
  }
}
