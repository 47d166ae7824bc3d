// https://www.rfc-editor.org/rfc/rfc2104

import COpenSSL

/// The hash functions that sign session cookies.
enum Digest: String {
  case md5, sha1, sha256, sha384, sha512

  var method: OpaquePointer? {
    switch self {
    case .md5: EVP_md5()
    case .sha1: EVP_sha1()
    case .sha256: EVP_sha256()
    case .sha384: EVP_sha384()
    case .sha512: EVP_sha512()
    }
  }

  /// The size of a result in bytes.
  var size: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  /// The function whose results have that many bytes.
  init?(size: Int) {
    switch size {
    case 20: self = .sha1
    case 32: self = .sha256
    case 48: self = .sha384
    case 64: self = .sha512
    default: return nil
    }
  }

  func hash(_ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    guard EVP_Digest(bytes, bytes.count, &result, &size, method, nil) == 1 else { return [] }
    return Array(result.prefix(Int(size)))
  }

  func hmac(key: [UInt8], _ message: ArraySlice<UInt8>) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var size: UInt32 = 0
    // OpenSSL takes a nil key for "the previous one", and an empty array may be passed as nil.
    let key = key.isEmpty ? [0] : key
    let length = Int32(clamping: key.count)
    let code = message.withUnsafeBufferPointer { message in
      HMAC(method, key, length, message.baseAddress, message.count, &result, &size)
    }
    return code == nil ? [] : Array(result.prefix(Int(size)))
  }
}

/// Compares in a time that does not depend on how many leading bytes agree.
func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  a.count == b.count && !a.isEmpty && CRYPTO_memcmp(a, b, a.count) == 0
}
