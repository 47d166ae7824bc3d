// https://github.com/bungle/lua-resty-session

extension Layer {
  /// The header of lua-resty-session 4, 82 bytes: what it says of the session in Redis, which is
  /// encrypted with it.
  static let luaResty = Layer(
    name: "lua-resty-session",
    summary: "session head of lua-resty-session 4 (Kong, APISIX, OpenResty)",
    isSelfEvident: true, writer: .luaResty,
    recognizes: { luaRestyHead($0) != nil },
    unwrap: { bytes, context, _ throws(PayloadError) in
      guard let head = luaRestyHead(bytes) else {
        throw PayloadError(at: 0, "expected 82 bytes in base64, the first of them 1")
      }
      let created = head[35..<40].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
      var facts = [context.time("created", created)].compactMap(\.self)
      facts.append(Fact("encrypted", "session in Redis, with a key made from its id"))
      return Unwrapped(
        Array(head[3..<35]), label: "lua-resty-session", facts: facts, isSealed: true)
    })
}

/// The header's fields in order: type 1, flags 2, id 32, creation 5, rolling 4, size 3, tag 16,
/// idling 3, mac 16.
private func luaRestyHead(_ bytes: [UInt8]) -> [UInt8]? {
  guard bytes.starts(with: "AQ".utf8), bytes.count >= 110, let text = cookieText(bytes) else {
    return nil
  }
  // Sessions in the cookie continue after the header.
  let whole = text.prefix(110)
  guard let head = whole.prefix(108).fromBase64URL, head.count == 81, head[0] == 1 else {
    return nil
  }
  let created = head[35..<40].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
  // From 2017 to 2100; random bytes fall there once in a hundred thousand.
  return (1_500_000_000..<4_102_444_800).contains(created) ? head : nil
}
