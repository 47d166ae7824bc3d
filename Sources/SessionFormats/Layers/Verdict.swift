/// What the given secrets show. They are named by position and never printed.
extension Context {
  /// Whether a secret makes a signature.
  ///
  /// - Parameter fits: nil when it does not; otherwise what to add ("salt x"), usually nothing.
  func signature(_ fits: (_ secret: [UInt8]) -> String?) -> Fact {
    if secrets.isEmpty { return Fact(signature: .unchecked, "not checked, no --secret given") }
    for (position, secret) in secrets.enumerated() {
      guard let remark = fits(secret) else { continue }
      return Fact(signature: .valid, "valid, " + name(position, remark))
    }
    return Fact(signature: .invalid, "invalid for \(given)")
  }

  /// What a secret decrypts, and the fact that it does; nil when none does.
  func opened(
    _ cipher: String, _ open: (_ secret: [UInt8]) -> (bytes: [UInt8], remark: String)?
  ) -> (bytes: [UInt8], fact: Fact)? {
    for (position, secret) in secrets.enumerated() {
      guard let (bytes, remark) = open(secret) else { continue }
      return (bytes, Fact("decrypted", "\(cipher), " + name(position, remark)))
    }
    return nil
  }

  /// Reported for encrypted text that no secret opens.
  func sealed(_ cipher: String) -> Fact {
    Fact("encrypted", cipher + (secrets.isEmpty ? ", no --secret given" : ", not by \(given)"))
  }

  private var given: String {
    secrets.count == 1 ? "the secret given" : "the \(secrets.count) secrets given"
  }

  private func name(_ position: Int, _ remark: String) -> String {
    "secret \(position + 1)" + (remark.isEmpty ? "" : " (\(remark))")
  }

  /// A secret that was given as another's salt, since Phoenix and gorilla need two. More pairs than
  /// these are not tried, since each costs a derivation.
  var salts: ArraySlice<[UInt8]> { secrets.prefix(6) }

  /// `2023-11-14T22:13:20Z, 3 d ago`; nil after the year 9999.
  func moment(_ seconds: Int64) -> String? {
    guard let time = isoTime(seconds: seconds) else { return nil }
    if now <= 0 { return time }
    // Both are within the years 0 to 9999.
    let age = spanText(seconds: (now - seconds).magnitude)
    return time + (now < seconds ? ", in \(age)" : ", \(age) ago")
  }

  /// When something ends or ended.
  func expiry(_ seconds: Int64) -> Fact? {
    moment(seconds).map { Fact(now > seconds ? "expired" : "expires", $0) }
  }

  /// When something was signed or made.
  func time(_ name: String, _ seconds: Int64) -> Fact? { moment(seconds).map { Fact(name, $0) } }
}

/// The secret as given, and the bytes that it may encode in base64 or hexadecimal, as keys are
/// often passed on.
func keys(from secret: [UInt8]) -> [[UInt8]] {
  var keys = [secret]
  var text = secret[...]
  if secret.starts(with: "base64:".utf8) { text = secret.dropFirst(7) }
  let isURL = text.contains { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  if text.count >= 16, let bytes = try? Base64.decode(text, isURL ? .url : .standard) {
    keys.append(bytes)
  }
  if secret.count >= 32, secret.count % 2 == 0,
    let bytes = try? Layer.hex.unwrap(secret, Context(), secret.count).bytes
  {
    keys.append(bytes)
  }
  return keys
}

/// The text of a possible cookie, without a line break at its end; nil for anything that no browser
/// would send. Browsers keep 4 KiB per cookie, and frameworks that write more use a handful of
/// cookies.
func cookieText(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
  guard bytes.count >= 8, bytes.count <= 64 << 10 else { return nil }
  let text = withoutLineBreak(bytes)
  return text.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
}

extension ArraySlice<UInt8> {
  /// The parts between separators, including empty ones. They are slices, so that indices remain
  /// offsets.
  func pieces(_ separator: Character) -> [ArraySlice<UInt8>] {
    split(separator: separator.asciiValue ?? 0, omittingEmptySubsequences: false)
  }

  /// What comes before the last separator, and what comes after it.
  func splitLast(_ separator: Character) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard let at = lastIndex(of: separator.asciiValue ?? 0) else { return nil }
    return (self[..<at], self[(at + 1)...])
  }

  /// The bytes that the text encodes in base64, in either alphabet; nil when it is not base64.
  var fromBase64: [UInt8]? { (try? Base64.decode(self, .standard)) ?? fromBase64URL }
  var fromBase64URL: [UInt8]? { try? Base64.decode(self, .url) }

  /// The bytes that the text encodes in hexadecimal, in small letters as every signer writes them.
  var fromHex: [UInt8]? {
    guard count % 2 == 0, !contains(where: { (0x41...0x5A).contains($0) }) else { return nil }
    return try? Layer.hex.unwrap(Array(self), Context(), count).bytes
  }

  /// The number that the text is, in decimal digits.
  var decimal: Int64? {
    allSatisfy { $0 &- 0x30 < 10 } ? Int64(String(decoding: self, as: UTF8.self)) : nil
  }

  var text: String { String(decoding: self, as: UTF8.self) }
}
