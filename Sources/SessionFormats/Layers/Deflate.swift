// https://www.rfc-editor.org/rfc/rfc1951

extension Layer {
  /// Deflate without a header or checksum: Symfony's DeflateMarshaller (`gzdeflate`),
  /// lua-resty-session.
  static let deflate = Layer(
    name: "deflate",
    summary: "raw deflate, without a head or a checksum",
    isSelfEvident: false, isUnmarked: true,
    // There is no block type 3.
    recognizes: { $0.count > 1 && $0[0] & 6 != 6 },
    unwrap: { bytes, _, limit throws(PayloadError) in
      var stream = InflateStream(.none)
      let inside = try stream.inflate(bytes, limit: limit)
      if stream.consumed < bytes.count {
        throw trailing(bytes.count - stream.consumed, at: stream.consumed)
      }
      return Unwrapped(inside, label: "deflate")
    })
}
