// https://github.com/php/php-src/blob/master/ext/standard/var.c

extension Layer {
  /// A PHP string that is the whole payload: what caches make of a session that was serialized before, as Laravel's,
  /// CakePHP's and ThinkPHP's do.
  static let phpString = Layer(
    name: "php-string",
    summary: "a PHP string with a session in it, as Laravel's and CakePHP's caches keep it",
    isSelfEvident: true,
    recognizes: { $0.starts(with: [0x73, 0x3A]) && $0.last == UInt8(ascii: ";") },
    unwrap: { bytes, _, limit throws(PayloadError) in
      var decoder = PHPDecoder(ByteReader(bytes))
      try decoder.reader.skip(1)
      let range = try decoder.quotedBytes()
      try decoder.expect(UInt8(ascii: ";"), "';' after a string")
      try decoder.reader.expectEnd()
      if range.count > limit { throw Limits.outputExceeded(limit, at: range.lowerBound) }
      return Unwrapped(Array(bytes[range]), label: "PHP string")
    })
}
