import COpenSSLTLS
import Glibc
import Synchronization

/// OpenSSL's settings for any number of connections: whom to trust, who we are. Nothing of
/// OpenSSL's is touched before the first one is made, which takes some milliseconds.
package final class TLSContext: @unchecked Sendable {
  /// OpenSSL allows its use from any thread.
  let handle: OpaquePointer
  let settings: TLSSettings
  /// Whether there are authorities to trust.
  private(set) var hasAuthorities = true
  /// Whether the key's passphrase was entered; nil when it was not asked for.
  private var passphraseIsKnown: Bool?

  /// The last one: nodes of a cluster share it, and reconnecting reads no files.
  private static let last = Mutex<TLSContext?>(nil)

  /// - Throws: `CommandError` that names the option whose file or list is of no use.
  package static func with(_ settings: TLSSettings) throws(CommandError) -> TLSContext {
    if let context = last.withLock({ $0 }), context.settings == settings { return context }
    let context = try TLSContext(settings)
    last.withLock { $0 = context }
    return context
  }

  /// Makes the next connection read the files again: certificates are renewed.
  static func forget() { last.withLock { $0 = nil } }

  private init(_ settings: TLSSettings) throws(CommandError) {
    guard let handle = SSL_CTX_new(TLS_client_method()) else {
      throw CommandError("TLS: \(OpenSSLError.first.text)")
    }
    self.handle = handle
    self.settings = settings
    sesscli_tls_prepare(handle)
    // As many records as sesscli reads at once.
    SSL_CTX_set_default_read_buffer_len(handle, 64 << 10)
    if settings.verifies {
      try setAuthorities()
      SSL_CTX_set_verify(handle, SSL_VERIFY_PEER) { isAccepted, store in
        if isAccepted == 0, let store { TLSSocket.of(store: store)?.note(TLSObjection(store)) }
        return isAccepted
      }
    }
    try setCertificate()
    SSL_CTX_set_cert_cb(
      handle,
      { ssl, _ in
        if let ssl { TLSSocket.of(ssl)?.isJudged = true }
        return 1
      }, nil)
    if let list = settings.ciphers, SSL_CTX_set_cipher_list(handle, list) != 1 {
      throw CommandError("--tls-ciphers: no cipher of that name: \(escaped(Array(list.utf8)))")
    }
    if let list = settings.cipherSuites, SSL_CTX_set_ciphersuites(handle, list) != 1 {
      throw CommandError("--tls-ciphersuites: no such suite: \(escaped(Array(list.utf8)))")
    }
  }

  deinit { SSL_CTX_free(handle) }

  private func setAuthorities() throws(CommandError) {
    if let file = settings.caFile {
      try TLSFiles.check(file, "--cacert")
      if SSL_CTX_load_verify_file(handle, file) != 1 {
        throw CommandError("--cacert \(escaped(Array(file.utf8))): it holds no certificate in PEM")
      }
    }
    if let directory = settings.caDirectory {
      try TLSFiles.check(directory, "--cacertdir", isDirectory: true)
      SSL_CTX_load_verify_dir(handle, directory)
    }
    guard settings.caFile == nil, settings.caDirectory == nil else { return }
    // Takes what SSL_CERT_FILE and SSL_CERT_DIR name, or what OpenSSL was built to look for, if it
    // is there.
    SSL_CTX_set_default_verify_paths(handle)
    let isNamed =
      getenv(X509_get_default_cert_file_env()) != nil
      || getenv(X509_get_default_cert_dir_env()) != nil
    if !isNamed, access(X509_get_default_cert_file(), R_OK) != 0,
      !TLSFiles.holdsFiles(X509_get_default_cert_dir())
    {
      hasAuthorities = TLSFiles.bundles.contains {
        SSL_CTX_load_verify_file(handle, $0) == 1
      }
    }
    ERR_clear_error()
  }

  private func setCertificate() throws(CommandError) {
    guard let file = settings.certificate, let keyFile = settings.key else { return }
    try TLSFiles.check(file, "--cert")
    try TLSFiles.check(keyFile, "--key")
    let name = "--cert \(escaped(Array(file.utf8)))"
    let keyName = "--key \(escaped(Array(keyFile.utf8)))"
    ERR_clear_error()
    if SSL_CTX_use_certificate_chain_file(handle, file) != 1 {
      throw CommandError(
        "\(name): \(OpenSSLError.first.tlsText ?? "it holds no certificate in PEM")")
    }
    SSL_CTX_set_default_passwd_cb_userdata(handle, Unmanaged.passUnretained(self).toOpaque())
    SSL_CTX_set_default_passwd_cb(handle) { buffer, size, _, context in
      guard let buffer, let context else { return -1 }
      let this = Unmanaged<TLSContext>.fromOpaque(context).takeUnretainedValue()
      return this.passphrase(into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)))
    }
    let isTaken = SSL_CTX_use_PrivateKey_file(handle, keyFile, SSL_FILETYPE_PEM) == 1
    if !isTaken, !OpenSSLError.first.isMismatch {
      let reason =
        switch passphraseIsKnown {
        case nil: "it holds no private key in PEM"
        case false?: "no passphrase was entered"
        case true?: "the passphrase is wrong"
        }
      throw CommandError("\(keyName): \(OpenSSLError.first.tlsText ?? reason)")
    }
    if !isTaken || SSL_CTX_check_private_key(handle) != 1 {
      throw CommandError("\(keyName): the key is not that of \(name)")
    }
  }

  /// Asks by the settings; OpenSSL by itself would show what is typed too early.
  ///
  /// - Returns: the number of bytes, -1 for none.
  private func passphrase(into buffer: UnsafeMutableRawBufferPointer) -> Int32 {
    let answer = settings.passphrase.ask(settings.key ?? "")
    passphraseIsKnown = answer != nil
    guard let answer, answer.count <= buffer.count else { return -1 }
    buffer.copyBytes(from: answer)
    return Int32(answer.count)
  }
}

/// The oldest of OpenSSL's errors for this thread, the cause of those behind it.
struct OpenSSLError {
  let code: UInt

  static var first: OpenSSLError { OpenSSLError(code: ERR_peek_error()) }

  /// One of `SSL_R_...`, nil when the error is not TLS'.
  var reason: Int32? {
    code != 0 && ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : nil
  }

  /// What TLS has against it (a key too short), nil when the error is not TLS'.
  var tlsText: String? { reason == nil ? nil : text }

  var text: String { ERR_reason_error_string(code).map { String(cString: $0) } ?? "unknown error" }

  /// A key that belongs to another certificate.
  var isMismatch: Bool {
    ERR_GET_LIB(code) == ERR_LIB_X509
      && [X509_R_KEY_VALUES_MISMATCH, X509_R_KEY_TYPE_MISMATCH].contains(ERR_GET_REASON(code))
  }
}
