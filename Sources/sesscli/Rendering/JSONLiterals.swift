import RedisClient
import SessionFormats

extension JSONLiterals {
  /// As `decode` writes them.
  static let decoded = JSONLiterals(
    appendSafe: { text, out in
      var writer = JSONWriter()
      writer.write(.string(String(decoding: text, as: UTF8.self)))
      out.append(contentsOf: writer.bytes.dropFirst().dropLast())
    },
    appendBytes: { bytes, out in
      var writer = JSONWriter()
      writer.write(.bytes([UInt8](bytes)))
      out.append(contentsOf: writer.bytes)
    })
}

extension ReplyPrinter {
  convenience init(_ output: Output, style: ReplyStyle, palette: Palette, text: Escaping.Text) {
    self.init(output, style: style, palette: palette, text: text, literals: .decoded)
  }
}
