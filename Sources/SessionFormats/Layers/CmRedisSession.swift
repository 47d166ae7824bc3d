// https://github.com/colinmollenhour/php-redis-session-abstract

extension Layer {
  /// The mark with which Cm_RedisSession (Magento) says how it compressed a session, such as
  /// `:gz:`, and the data after it.
  static let cm = Layer(
    name: "cm", labels: Cm.allCases.map { "cm-\($0)" },
    summary: "mark of Cm_RedisSession (Magento) before what it compressed: :gz: :sn: :lz: :l4:",
    isSelfEvident: true,
    recognizes: { Cm($0) != nil },
    unwrap: { bytes, context, limit throws(PayloadError) in
      guard let method = Cm(bytes) else {
        throw PayloadError(at: 0, "expected one of :gz: :sn: :lz: :l4:")
      }
      do throws(PayloadError) {
        let inside = try method.unwrap(Array(bytes.dropFirst(4)), context, limit)
        return Unwrapped(inside, label: "Cm \(method)")
      } catch {
        throw PayloadError(at: error.offset + 4, error.reason, isLimit: error.isLimit)
      }
    })
}

/// The methods, by their marks.
private enum Cm: CaseIterable {
  case gz, sn, lz, l4

  init?(_ bytes: [UInt8]) {
    let mark = bytes.prefix(4)
    guard let method = Cm.allCases.first(where: { mark == Array(":\($0):".utf8)[...] }) else {
      return nil
    }
    self = method
  }

  func unwrap(
    _ bytes: [UInt8], _ context: Context, _ limit: Int
  ) throws(PayloadError) -> [UInt8] {
    switch self {
    // PHP's gzcompress, which writes zlib's format.
    case .gz: return try Layer.zlib.unwrap(bytes, context, limit).bytes
    case .sn: return try Snappy.block(bytes[...], limit: limit)
    case .l4: return try LZ4Framing.php.unwrap(bytes[...], limit: limit)
    case .lz:
      var inside: [UInt8] = []
      try LZF.block(bytes[...], into: &inside, limit: limit)
      return inside
    }
  }
}
