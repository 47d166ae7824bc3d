import SessionFormats

/// Strings of replies in JSON.
enum JSONReply {
  /// Appends bytes as a JSON string; bytes that are not UTF-8 as `{"$bytes":"<base64>"}`, or, where JSON allows
  /// a string only, as a string in redis-cli's escapes.
  static func append(_ bytes: UnsafeRawBufferPointer, isKey: Bool, to out: inout [UInt8]) {
    var writer = JSONWriter()
    if let text = String(validating: bytes, as: UTF8.self) {
      writer.write(.string(text))
    } else if isKey {
      var text: [UInt8] = []
      Escaping.append(bytes, as: .ascii, to: &text)
      writer.write(.string(String(decoding: text, as: UTF8.self)))
    } else {
      writer.write(.bytes([UInt8](bytes)))
    }
    out.append(contentsOf: writer.bytes)
  }
}
