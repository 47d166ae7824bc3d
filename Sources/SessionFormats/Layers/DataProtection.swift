// https://learn.microsoft.com/aspnet/core/security/data-protection/implementation/authenticated-encryption-details

extension Layer {
  /// A payload of ASP.NET Core's Data Protection. The key ring that opens it is a set of XML files;
  /// the id says which file.
  static let dataProtection = Layer(
    name: "data-protection",
    summary: "ASP.NET Core Data Protection, named with the id of its key",
    isSelfEvident: true,
    recognizes: { $0.starts(with: "CfDJ8".utf8) && dataProtectionBytes($0) != nil },
    unwrap: { bytes, _, _ throws(PayloadError) in
      guard let inside = dataProtectionBytes(bytes) else {
        throw PayloadError(at: 0, "expected 09 F0 C9 F0, a key's id and cipher text in base64")
      }
      // .NET stores the first three groups of a GUID in little-endian order.
      let id = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { inside[4 + $0] }
      var text = ""
      for (at, byte) in id.enumerated() {
        if [4, 6, 8, 10].contains(at) { text += "-" }
        text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
      return Unwrapped(
        Array(inside[20...]), label: "Data Protection",
        facts: [
          Fact("key id", word: text), Fact("encrypted", "with a key of the server's key ring"),
        ],
        isSealed: true)
    })
}

private func dataProtectionBytes(_ bytes: [UInt8]) -> [UInt8]? {
  guard let inside = cookieText(bytes)?.fromBase64, inside.count > 84,
    inside.starts(with: [0x09, 0xF0, 0xC9, 0xF0])
  else { return nil }
  return inside
}
