extension Reading {
  /// The bytes of the single text or byte string that is the whole payload, which may contain
  /// another payload. Nil for anything else, and for payloads whose loading has effects, which must
  /// be shown as they are.
  var nested: [UInt8]? {
    guard findings.isEmpty, !isOpaque else { return nil }
    switch value.unshared {
    // A shorter one holds nothing that would be accepted.
    case .string(let text): return text.utf8.count >= 4 ? Array(text.utf8) : nil
    case .bytes(let bytes), .tagged(.bytearray, .bytes(let bytes)):
      return bytes.count >= 4 ? bytes : nil
    default: return nil
    }
  }
}

extension Format {
  /// Whether stores keep a payload in a text of this format: Beaker in a pickle, Laravel's cache in
  /// PHP's, and applications that hand text to a store that writes JSON.
  var nests: Bool { ["pickle", "json", "php"].contains(name) }
}

extension Layer {
  /// A format as the wrapping of its single text's content, for `--as pickle,base64,pickle`.
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
