// https://csrc.nist.gov/pubs/sp/800/38/a/final (CBC, CTR),
// https://csrc.nist.gov/pubs/sp/800/38/d/final (GCM) https://www.rfc-editor.org/rfc/rfc8439
// (ChaCha20-Poly1305), https://www.rfc-editor.org/rfc/rfc8018#section-5.2 (PBKDF2),
// https://www.rfc-editor.org/rfc/rfc5869 (HKDF),
// https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03

import COpenSSL

/// The ciphers that encrypt session cookies. Decryption only: sesscli makes no cookies.
enum Cipher {
  /// AES with a key of 16, 24 or 32 bytes and an initialization vector of 16. `cbc` ends in PKCS #7
  /// padding.
  case cbc, cbcUnpadded, ctr
  /// AES with a nonce of 1 to 64 bytes, usually 12, and a tag of 16.
  case gcm
  /// A key of 32 bytes, a nonce of 12 (24 for X), and a tag of 16.
  case chaCha20Poly1305, xChaCha20Poly1305

  private var isAuthenticated: Bool {
    switch self {
    case .gcm, .chaCha20Poly1305, .xChaCha20Poly1305: true
    case .cbc, .cbcUnpadded, .ctr: false
    }
  }

  /// The plain text; nil when the sizes do not fit the cipher, or when the tag or the padding is
  /// wrong: another key.
  func decrypt(
    _ text: ArraySlice<UInt8>, key: [UInt8], nonce: [UInt8], tag: [UInt8] = [],
    authenticating data: [UInt8] = []
  ) -> [UInt8]? {
    if self == .xChaCha20Poly1305 {
      guard nonce.count == 24, let subkey = Self.hChaCha20(key, nonce[..<16]) else { return nil }
      return Cipher.chaCha20Poly1305.decrypt(
        text, key: subkey, nonce: [0, 0, 0, 0] + nonce[16...], tag: tag, authenticating: data)
    }
    guard let method = method(keySize: key.count), text.count < Int(Int32.max) - 64,
      data.count < Int(Int32.max),
      self == .gcm ? (1...64).contains(nonce.count) : nonce.count == ivSize,
      isAuthenticated ? tag.count == 16 : tag.isEmpty && data.isEmpty,
      let state = EVP_CIPHER_CTX_new()
    else { return nil }
    defer { EVP_CIPHER_CTX_free(state) }
    guard EVP_DecryptInit_ex(state, method, nil, nil, nil) == 1 else { return nil }
    if isAuthenticated {
      guard
        EVP_CIPHER_CTX_ctrl(state, EVP_CTRL_AEAD_SET_IVLEN, Int32(nonce.count), nil) == 1
      else { return nil }
    }
    guard EVP_DecryptInit_ex(state, nil, nil, key, nonce) == 1 else { return nil }
    EVP_CIPHER_CTX_set_padding(state, self == .cbc ? 1 : 0)
    if isAuthenticated {
      var tag = tag
      guard EVP_CIPHER_CTX_ctrl(state, EVP_CTRL_AEAD_SET_TAG, 16, &tag) == 1 else { return nil }
      var size: Int32 = 0
      if !data.isEmpty,
        EVP_DecryptUpdate(state, nil, &size, data, Int32(data.count)) != 1
      {
        return nil
      }
    }
    // OpenSSL may write up to one block more than the input.
    var output = [UInt8](repeating: 0, count: text.count + 32)
    var written: Int32 = 0
    var last: Int32 = 0
    let isRight = output.withUnsafeMutableBufferPointer { output in
      text.withUnsafeBufferPointer { text in
        guard let start = output.baseAddress else { return false }
        if !text.isEmpty,
          EVP_DecryptUpdate(state, start, &written, text.baseAddress, Int32(text.count)) != 1
        {
          return false
        }
        return EVP_DecryptFinal_ex(state, start + Int(written), &last) == 1
      }
    }
    guard isRight else { return nil }
    return Array(output.prefix(Int(written) + Int(last)))
  }

  private var ivSize: Int { self == .chaCha20Poly1305 ? 12 : 16 }

  private func method(keySize: Int) -> OpaquePointer? {
    switch (self, keySize) {
    case (.cbc, 16), (.cbcUnpadded, 16): EVP_aes_128_cbc()
    case (.cbc, 24), (.cbcUnpadded, 24): EVP_aes_192_cbc()
    case (.cbc, 32), (.cbcUnpadded, 32): EVP_aes_256_cbc()
    case (.ctr, 16): EVP_aes_128_ctr()
    case (.ctr, 24): EVP_aes_192_ctr()
    case (.ctr, 32): EVP_aes_256_ctr()
    case (.gcm, 16): EVP_aes_128_gcm()
    case (.gcm, 24): EVP_aes_192_gcm()
    case (.gcm, 32): EVP_aes_256_gcm()
    case (.chaCha20Poly1305, 32): EVP_chacha20_poly1305()
    default: nil
    }
  }

  /// A key derived from the first half of the nonce. OpenSSL has only ChaCha20, whose block is this
  /// plus the words that it started with.
  private static func hChaCha20(_ key: [UInt8], _ nonce: ArraySlice<UInt8>) -> [UInt8]? {
    guard key.count == 32, nonce.count == 16, let state = EVP_CIPHER_CTX_new() else { return nil }
    defer { EVP_CIPHER_CTX_free(state) }
    let nonce = Array(nonce)
    var block = [UInt8](repeating: 0, count: 64 + 32)
    var size: Int32 = 0
    guard EVP_EncryptInit_ex(state, EVP_chacha20(), nil, key, nonce) == 1,
      EVP_EncryptUpdate(state, &block, &size, [UInt8](repeating: 0, count: 64), 64) == 1
    else { return nil }
    func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
    }
    let constants = Array("expand 32-byte k".utf8)
    var subkey: [UInt8] = []
    for (row, begun) in [(0, constants), (48, nonce)] {
      for at in stride(from: 0, to: 16, by: 4) {
        let difference = word(block, row + at) &- word(begun, at)
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
          subkey.append(UInt8(truncatingIfNeeded: difference >> shift))
        }
      }
    }
    return subkey
  }
}

extension Digest {
  /// The most rounds of PBKDF2. Frameworks use 1 to 65,536; this many take a tenth of a second.
  static let longestDerivation = 100_000

  /// PBKDF2 with HMAC; nil for more than any framework needs.
  func pbkdf2(_ password: [UInt8], salt: [UInt8], iterations: Int, length: Int) -> [UInt8]? {
    guard (1...Self.longestDerivation).contains(iterations), (1...256).contains(length),
      let size = Int32(exactly: password.count), let saltSize = Int32(exactly: salt.count)
    else { return nil }
    var key = [UInt8](repeating: 0, count: length)
    let code = password.withUnsafeBytes { password in
      PKCS5_PBKDF2_HMAC(
        password.baseAddress?.assumingMemoryBound(to: CChar.self), size, salt, saltSize,
        Int32(iterations), method, Int32(length), &key)
    }
    return code == 1 ? key : nil
  }

  /// HKDF, extract and expand; nil for more than 255 outputs of the hash function.
  func hkdf(_ secret: [UInt8], salt: [UInt8], info: [UInt8], length: Int) -> [UInt8]? {
    let extracted = hmac(key: salt, secret[...])
    guard !extracted.isEmpty, (1...(255 * extracted.count)).contains(length) else { return nil }
    var key: [UInt8] = []
    var block: [UInt8] = []
    var counter: UInt8 = 1
    while key.count < length {
      block = hmac(key: extracted, (block + info + [counter])[...])
      key += block
      counter &+= 1
    }
    return Array(key.prefix(length))
  }
}
