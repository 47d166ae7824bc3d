extension Format {
  /// Formats with a structure, the most specific first. A layer is only removed when none of them
  /// reads the whole payload.
  static let structured: [Format] = [
    pickle, java, ruby, igbinary, aspNetSession, aspNetTicket, aspNetItems, vertxSession, php,
    phpSession, railsMessagePack, messagePack, jsonValues, json, pickledForm, phpBinary, named,
  ]
  /// What remains when nothing else fits.
  static let plain: [Format] = [empty, number, text, bytes]
  /// Every format, in the order in which detection tries them.
  public static let all: [Format] = structured + plain
}

extension Layer {
  /// Every layer, in the order in which detection tries them.
  public static let all: [Layer] = compressions + cookies + encodings + unmarked

  /// Compressions with a header or a checksum that proves them.
  static let compressions: [Layer] = [
    zlib, gzip, zstd, lz4, xz, bzip2, lzma, snappyFrame, phpredisLZ4, cm, railsCache,
  ]

  /// What servers send to browsers. Each is recognised by its grammar.
  static let cookies: [Layer] = [
    laravel, jwt, jwe, flaskCookie, signedSessionID, itsDangerousSerializer, djangoSigned,
    djangoSigner, djangoSession,
    adonisSigned, adonisEncrypted, expressCookie, jsonCookie, remixCookie, signedID,
    clientSessions, secureSession, iron, fernet, tornado, oauth2Proxy, bottle, plugSigned,
    plugEncrypted, gorilla, mojolicious, encryptedRailsCookie, signedRubyCookie, cookieRsSigned,
    play, dataProtection, luaResty, litestar, beakerID, cookieRsPrivate,
  ]

  /// Any text may look like these, so their content must be something known.
  static let encodings: [Layer] = [
    hex, secureCookie, hexSigned, webobSigned, rackEncrypted, base64, percent, form,
  ]

  /// Compressions without a header or a checksum: tried last, on anything.
  static let unmarked: [Layer] = [lz4Block, snappy, lzf, deflate, brotli]
}
