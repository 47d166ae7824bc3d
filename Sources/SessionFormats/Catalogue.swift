extension Format {
  /// Formats with a structure of their own, most specific first: a layer is peeled only when none of them reads
  /// the whole payload.
  static let structured: [Format] = [java, pickle, messagePack, json]
  /// What remains when nothing else fits.
  static let plain: [Format] = [empty, number, text, bytes]
  /// Every format, in the order in which detection tries them.
  public static let all: [Format] = structured + plain
}

extension Layer {
  /// Every layer, in the order in which detection tries them.
  public static let all: [Layer] = [zlib, gzip, flaskCookie, signedSessionID, hex, base64]
}
