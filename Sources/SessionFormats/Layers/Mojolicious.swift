// https://docs.mojolicious.org/Mojolicious/Sessions

extension Layer {
  /// Mojolicious' session: base64 with `-` for `=`, `--`, HMAC-SHA256 of `name=value` in
  /// hexadecimal digits. The JSON inside is padded with Z to 1025 bytes, which distinguishes it
  /// from Rails' cookies.
  static let mojolicious = Layer(
    name: "mojolicious",
    summary: "session cookie of Mojolicious (Perl)",
    isSelfEvident: true,
    recognizes: { MojoliciousParts($0)?.isTelling == true },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let parts = MojoliciousParts(bytes) else {
        throw PayloadError(at: bytes.count, "expected base64--signature")
      }
      let name = context.cookie ?? Array("mojolicious".utf8)
      let check = context.signature { secret in
        let made = parts.digest.hmac(
          key: secret, (name + [UInt8(ascii: "=")] + parts.value)[...])
        return equalInConstantTime(made, parts.signature) ? "" : nil
      }
      var facts = [check]
      if let entries = (try? Format.json.read(parts.json))?.value.entries,
        case .integer(let end) = entries["expires"], let fact = context.expiry(end)
      {
        facts.insert(fact, at: 0)
      }
      return Unwrapped(parts.json, label: "Mojolicious", facts: facts)
    })
}

private struct MojoliciousParts {
  let value: ArraySlice<UInt8>
  let json: [UInt8]
  let signature: [UInt8]
  let digest: Digest
  /// Whether the JSON was padded, or the padding of the base64 replaced.
  let isTelling: Bool

  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: "ey".utf8), let text = cookieText(bytes),
      let (head, made) = text.splitLast("-"), head.last == UInt8(ascii: "-"),
      let signature = made.fromHex, let digest = Digest(size: signature.count)
    else { return nil }
    value = head.dropLast()
    let base64 = value.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "=") : $0 }
    guard var json = try? Base64.decode(base64[...], .standard) else { return nil }
    let size = json.count
    while json.last == UInt8(ascii: "Z") { json.removeLast() }
    guard json.last == UInt8(ascii: "}") else { return nil }
    isTelling = json.count < size || value.last == UInt8(ascii: "-")
    (self.json, self.signature, self.digest) = (json, signature, digest)
  }
}
