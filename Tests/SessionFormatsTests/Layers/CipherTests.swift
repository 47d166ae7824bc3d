import Testing

@testable import SessionFormats

/// Published vectors, and for the modes that have none at hand what Python's `cryptography` 50 and
/// PyNaCl 1.6 made.
@Suite struct CipherTests {
  /// NIST SP 800-38A, F.2.1, F.2.5 and F.5.5.
  private static let iv = hex("000102030405060708090a0b0c0d0e0f")
  private static let plain = hex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")
  private static let key128 = hex("2b7e151628aed2a6abf7158809cf4f3c")
  private static let key256 = hex(
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")

  @Test func cbc() {
    let text = hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2")
    #expect(
      Cipher.cbcUnpadded.decrypt(text[...], key: Self.key128, nonce: Self.iv) == Self.plain)
    let long = hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d")
    #expect(
      Cipher.cbcUnpadded.decrypt(long[...], key: Self.key256, nonce: Self.iv) == Self.plain)
    // The last byte of the plain text is no padding.
    #expect(Cipher.cbc.decrypt(text[...], key: Self.key128, nonce: Self.iv) == nil)
    // Not whole blocks.
    #expect(Cipher.cbc.decrypt(text[..<31], key: Self.key128, nonce: Self.iv) == nil)
  }

  @Test func ctr() {
    let text = hex("601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5")
    let counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    #expect(Cipher.ctr.decrypt(text[...], key: Self.key256, nonce: counter) == Self.plain)
    #expect(Cipher.ctr.decrypt([], key: Self.key256, nonce: counter) == [])
  }

  /// The GCM specification's test case 4.
  @Test func gcm() {
    let key = hex("feffe9928665731c6d6a8f9467308308")
    let nonce = hex("cafebabefacedbaddecaf888")
    let data = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    let text = hex(
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
    )
    let tag = hex("5bc94fbc3221a5db94fae95ae7121a47")
    let plain = Cipher.gcm.decrypt(
      text[...], key: key, nonce: nonce, tag: tag, authenticating: data)
    #expect(plain?.prefix(4) == hex("d9313225")[...])
    #expect(plain?.count == 60)
    var forged = tag
    forged[15] ^= 1
    #expect(
      Cipher.gcm.decrypt(text[...], key: key, nonce: nonce, tag: forged, authenticating: data)
        == nil)
    #expect(Cipher.gcm.decrypt(text[...], key: key, nonce: nonce, tag: tag) == nil)
    // A tag that was cut off authenticates less.
    #expect(
      Cipher.gcm.decrypt(
        text[...], key: key, nonce: nonce, tag: Array(tag[..<4]), authenticating: data) == nil)
  }

  /// RFC 8439, 2.8.2.
  @Test func chaCha20Poly1305() {
    let key = (0x80...0x9F).map { UInt8($0) }
    let nonce = hex("070000004041424344454647")
    let data = hex("50515253c0c1c2c3c4c5c6c7")
    let text = hex(
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116"
    )
    let tag = hex("1ae10b594f09e26a7e902ecbd0600691")
    let plain = Cipher.chaCha20Poly1305.decrypt(
      text[...], key: key, nonce: nonce, tag: tag, authenticating: data)
    #expect(plain?.starts(with: "Ladies and Gentlemen".utf8) == true)
    #expect(
      Cipher.chaCha20Poly1305.decrypt(
        text.dropLast(), key: key, nonce: nonce, tag: tag, authenticating: data) == nil)
  }

  /// draft-irtf-cfrg-xchacha-03, A.3.1.
  @Test func xChaCha20Poly1305() {
    let key = (0x80...0x9F).map { UInt8($0) }
    let nonce = (0x40...0x57).map { UInt8($0) }
    let data = hex("50515253c0c1c2c3c4c5c6c7")
    let text = hex(
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e"
    )
    let tag = hex("c0875924c1c7987947deafd8780acf49")
    let plain = Cipher.xChaCha20Poly1305.decrypt(
      text[...], key: key, nonce: nonce, tag: tag, authenticating: data)
    #expect(plain?.starts(with: "Ladies and Gentlemen".utf8) == true)
  }

  @Test func sizesThatDoNotFit() {
    let sixteen = [UInt8](repeating: 0, count: 16)
    for key in [[], [UInt8](repeating: 0, count: 15), [UInt8](repeating: 0, count: 33)] {
      for cipher in [Cipher.cbc, .ctr, .gcm, .chaCha20Poly1305, .xChaCha20Poly1305] {
        #expect(cipher.decrypt(sixteen[...], key: key, nonce: sixteen, tag: sixteen) == nil)
      }
    }
    #expect(Cipher.cbc.decrypt(sixteen[...], key: sixteen, nonce: []) == nil)
    #expect(Cipher.gcm.decrypt(sixteen[...], key: sixteen, nonce: [], tag: sixteen) == nil)
    #expect(Cipher.cbc.decrypt([], key: sixteen, nonce: sixteen) == nil)
  }

  /// RFC 6070 and RFC 7914, 11.
  @Test func pbkdf2() {
    let password = Array("password".utf8)
    let salt = Array("salt".utf8)
    #expect(
      Digest.sha1.pbkdf2(password, salt: salt, iterations: 4096, length: 20)
        == hex("4b007901b765489abead49d926f721d065a429c1"))
    #expect(
      Digest.sha256.pbkdf2(Array("passwd".utf8), salt: salt, iterations: 1, length: 64)
        == hex(
          "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"
        ))
    #expect(Digest.sha1.pbkdf2(password, salt: salt, iterations: 0, length: 20) == nil)
    #expect(Digest.sha1.pbkdf2(password, salt: salt, iterations: 1 << 30, length: 20) == nil)
    #expect(Digest.sha1.pbkdf2([], salt: [], iterations: 1, length: 20)?.count == 20)
  }

  /// RFC 5869, A.1 and A.3.
  @Test func hkdf() {
    let secret = [UInt8](repeating: 0x0B, count: 22)
    #expect(
      Digest.sha256.hkdf(
        secret, salt: hex("000102030405060708090a0b0c"), info: hex("f0f1f2f3f4f5f6f7f8f9"),
        length: 42)
        == hex(
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
    #expect(
      Digest.sha256.hkdf(secret, salt: [], info: [], length: 42)
        == hex(
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
    #expect(Digest.sha256.hkdf(secret, salt: [], info: [], length: 255 * 32 + 1) == nil)
  }
}
