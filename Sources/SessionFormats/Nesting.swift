extension Reading {
  /// The bytes of the one text or byte string that the payload is, in which there may be another payload; nil when it is
  /// anything else, and when its loading has effects, which must be shown as they are.
  var nested: [UInt8]? {
    guard findings.isEmpty, !isOpaque else { return nil }
    switch value.unshared {
    // A shorter one holds nothing that would be believed.
    case .string(let text): return text.utf8.count >= 4 ? Array(text.utf8) : nil
    case .bytes(let bytes), .tagged(.bytearray, .bytes(let bytes)):
      return bytes.count >= 4 ? bytes : nil
    default: return nil
    }
  }
}

extension Format {
  /// Whether there are stores that keep a payload in a text of this format: Beaker in a pickle, Laravel's cache in one of
  /// PHP, and whoever hands text to a store that writes JSON.
  var nests: Bool { ["pickle", "json", "php"].contains(name) }
}

extension Layer {
  /// A format as the wrapping of what its one text holds, for `--as pickle,base64,pickle`.
  convenience init(around name: String, _ format: Format) {
    self.init(
      name: format.name, labels: format.labels, summary: format.summary, isSelfEvident: false,
      recognizes: format.recognizes,
      unwrap: { bytes, _, limit throws(PayloadError) in
        let reading = try format.read(bytes, nodeLimit: Limits.nodes(stored: bytes.count))
        guard let inside = reading.nested else {
          throw PayloadError(
            at: 0, "not one text with \(name) inside; --as \(format.name) shows what it is")
        }
        if inside.count > limit { throw Limits.outputExceeded(limit, at: 0) }
        return Unwrapped(inside, label: reading.label)
      })
  }
}
