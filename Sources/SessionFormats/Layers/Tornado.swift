// https://www.tornadoweb.org/en/stable/web.html#tornado.web.create_signed_value

extension Layer {
  /// Tornado's signed value, version 2: `2|1:0|10:time|length:name|length:value|signature`.
  static let tornado = Layer(
    name: "tornado",
    summary: "signed cookie of Tornado, versions 1 and 2",
    isSelfEvident: true,
    recognizes: { TornadoValue($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let value = TornadoValue(bytes), let signed = context.time("signed", value.seconds)
      else { throw PayloadError(at: 0, "expected 2|1:0|10:time|... or value|time|signature") }
      var facts = [signed]
      if value.keyVersion != "0" { facts.append(Fact("key version", word: value.keyVersion)) }
      if let name = value.name { facts.append(Fact("name", word: legible(name))) }
      facts.append(
        context.signature { secret in
          equalInConstantTime(value.made(secret, cookie: context.cookie), value.signature)
            ? "" : nil
        })
      return Unwrapped(value.value, label: "Tornado", facts: facts)
    })
}

private struct TornadoValue {
  let seconds: Int64
  /// Nil in version 1, which signs the name but does not contain it.
  let name: String?
  let keyVersion: String
  let value: [UInt8]
  let signature: [UInt8]
  private let signed: ArraySlice<UInt8>
  private let encoded: ArraySlice<UInt8>
  private let time: ArraySlice<UInt8>

  init?(_ bytes: [UInt8]) {
    guard let text = cookieText(bytes), let (signed, made) = text.splitLast("|"),
      let signature = made.fromHex
    else { return nil }
    if text.starts(with: "2|".utf8) {
      guard signature.count == 32 else { return nil }
      var rest = text.dropFirst(2)
      var fields: [ArraySlice<UInt8>] = []
      for _ in 0..<4 {
        guard let colon = rest.firstIndex(of: UInt8(ascii: ":")), colon - rest.startIndex <= 6,
          let length = rest[..<colon].decimal, let size = Int(exactly: length),
          size < rest.endIndex - colon - 1, rest[colon + 1 + size] == UInt8(ascii: "|")
        else { return nil }
        fields.append(rest[(colon + 1)..<(colon + 1 + size)])
        rest = rest[(colon + 2 + size)...]
      }
      guard rest.elementsEqual(made), let seconds = fields[1].decimal,
        let value = fields[3].fromBase64
      else { return nil }
      keyVersion = fields[0].text
      self.seconds = seconds
      name = fields[2].text
      self.value = value
      time = fields[1]
      encoded = fields[3]
      // Up to and including the last bar.
      self.signed = text[...signed.endIndex]
    } else {
      let parts = text.pieces("|")
      guard parts.count == 3, signature.count == 20, parts[1].count == 10,
        let seconds = parts[1].decimal, let value = parts[0].fromBase64
      else { return nil }
      keyVersion = "0"
      self.seconds = seconds
      name = nil
      self.value = value
      time = parts[1]
      encoded = parts[0]
      self.signed = signed
    }
    self.signature = signature
  }

  func made(_ secret: [UInt8], cookie: [UInt8]?) -> [UInt8] {
    if name != nil { return Digest.sha256.hmac(key: secret, signed) }
    return Digest.sha1.hmac(key: secret, ((cookie ?? []) + encoded + time)[...])
  }
}
