// https://www.rfc-editor.org/rfc/rfc7515 (JWS), https://www.rfc-editor.org/rfc/rfc7519 (JWT)

extension Layer {
  /// A JSON Web Token, `header.claims.signature`. Its `alg` is only the sender's claim: it is
  /// shown, and decides nothing except whether there is anything to check.
  static let jwt = Layer(
    name: "jwt",
    summary: "JSON Web Token: algorithm, times, signature (HS256, HS384, HS512)",
    isSelfEvident: true,
    recognizes: { JSONWebToken.parts($0, count: 3) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let parts = JSONWebToken.parts(bytes, count: 3),
        let header = JSONWebToken.header(parts[0])
      else { throw PayloadError(at: 0, "expected header.claims.signature with \"alg\" inside") }
      let claims = try Base64.decode(parts[1], .url)
      guard claims.first == UInt8(ascii: "{") else {
        throw PayloadError(at: parts[1].startIndex, "the claims are not a JSON object")
      }
      var facts = [Fact("algorithm", JSONWebToken.algorithm(header))]
      if let id = header["kid"]?.word { facts.append(Fact("key id", word: id)) }
      if let reading = try? Format.json.read(claims), let entries = reading.value.entries {
        facts += JSONWebToken.times(entries, context)
      }
      let signed = bytes[..<parts[1].endIndex]
      facts.append(try JSONWebToken.check(parts[2], of: signed, header, context))
      return Unwrapped(claims, label: "JWT", facts: facts)
    })
}

enum JSONWebToken {
  /// The parts between dots, if there are that many and the first begins like base64 of a JSON
  /// object.
  static func parts(_ bytes: [UInt8], count: Int) -> [ArraySlice<UInt8>]? {
    guard bytes.starts(with: "ey".utf8), let text = cookieText(bytes) else { return nil }
    let parts = text.pieces(".")
    guard parts.count == count, header(parts[0]) != nil else { return nil }
    return parts
  }

  /// The header's entries; nil when it is not a header.
  static func header(_ part: ArraySlice<UInt8>) -> [Pair]? {
    guard let bytes = part.fromBase64URL, bytes.count <= 4096,
      let entries = (try? Format.json.read(bytes))?.value.entries, case .string = entries["alg"]
    else { return nil }
    return entries
  }

  static func algorithm(_ header: [Pair]) -> String { legible(header["alg"]?.word ?? "") }

  /// The registered claims that are times.
  static func times(_ claims: [Pair], _ context: Context) -> [Fact] {
    var facts: [Fact] = []
    if let issued = seconds(claims["iat"]) {
      facts += [context.time("issued", issued)].compactMap(\.self)
    }
    if let begin = seconds(claims["nbf"]), begin > context.now || context.now == 0 {
      facts += [context.time("not before", begin)].compactMap(\.self)
    }
    if let end = seconds(claims["exp"]) { facts += [context.expiry(end)].compactMap(\.self) }
    return facts
  }

  private static func seconds(_ value: Value?) -> Int64? {
    switch value {
    case .integer(let seconds): seconds
    case .double(let seconds): Int64(exactly: seconds.rounded(.down))
    default: nil
    }
  }

  fileprivate static func check(
    _ part: ArraySlice<UInt8>, of signed: ArraySlice<UInt8>, _ header: [Pair], _ context: Context
  ) throws(PayloadError) -> Fact {
    let signature = try Base64.decode(part, .url)
    let algorithm = algorithm(header)
    if signature.isEmpty { return Fact(signature: .unchecked, "none: anybody can have written it") }
    let digests: [String: Digest] = ["HS256": .sha256, "HS384": .sha384, "HS512": .sha512]
    guard let digest = digests[algorithm] else {
      return Fact(signature: .unchecked, "not checked, \(algorithm) needs a public key")
    }
    if signature.count != digest.size {
      return Fact(
        signature: .invalid, "invalid, \(signature.count) bytes instead of \(digest.size)")
    }
    return context.signature { secret in
      for (at, key) in keys(from: secret).enumerated()
      where equalInConstantTime(digest.hmac(key: key, signed), signature) {
        return at == 0 ? "" : "decoded"
      }
      // itsdangerous' token serializers, up to 2.0, derive the key.
      let derived = Digest.sha1.hash(Array("itsdangeroussigner".utf8) + secret)
      return equalInConstantTime(digest.hmac(key: derived, signed), signature)
        ? "salt itsdangerous" : nil
    }
  }
}
