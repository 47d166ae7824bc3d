// https://github.com/bottlepy/bottle/blob/master/bottle.py (BaseResponse.set_cookie)

extension Layer {
  /// Bottle's signed cookie, `!signature?pickle`; the pickle holds the cookie's name and value.
  /// Signed with MD5 up to 0.12.
  static let bottle = Layer(
    name: "bottle",
    summary: "signed cookie of Bottle: signature and pickle",
    isSelfEvident: true,
    recognizes: { BottleParts($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let parts = BottleParts(bytes) else {
        throw PayloadError(at: 0, "expected !signature?pickle in base64")
      }
      let check = context.signature { secret in
        equalInConstantTime(parts.digest.hmac(key: secret, parts.message), parts.signature)
          ? "" : nil
      }
      return Unwrapped(parts.pickle, label: "Bottle", facts: [check])
    })
}

private struct BottleParts {
  let signature: [UInt8]
  let message: ArraySlice<UInt8>
  let pickle: [UInt8]
  let digest: Digest

  init?(_ bytes: [UInt8]) {
    guard bytes.first == UInt8(ascii: "!"), let text = cookieText(bytes)?.dropFirst(),
      let mark = text.firstIndex(of: UInt8(ascii: "?")),
      let signature = try? Base64.decode(text[..<mark], .standard),
      let pickle = try? Base64.decode(text[(mark + 1)...], .standard), !pickle.isEmpty,
      let digest = signature.count == 16 ? .md5 : Digest(size: signature.count)
    else { return nil }
    (self.signature, self.pickle, self.digest) = (signature, pickle, digest)
    message = text[(mark + 1)...]
  }
}
