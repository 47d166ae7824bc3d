import COpenSSLTLS
import Glibc

/// A socket inside TLS.
final class TLSSocket: Transport {
  /// What to say of a server that has no TLS.
  static let isMissing = "the server does not speak TLS on this port: try without --tls (redis://)"

  private let socket: PlainSocket
  private let ssl: OpaquePointer
  private let context: TLSContext
  private(set) var readEvents = Int16(POLLIN)
  private(set) var writeEvents = Int16(POLLOUT)
  private(set) var hasReceived = false
  /// Whether the server wants to know who we are. In TLS 1.3 it judges our answer after the
  /// handshake.
  var isJudged = false
  /// Whether OpenSSL may not be asked to say farewell.
  private var isBroken = false
  /// What is wrong with the server's certificate, once that is known.
  private var objection: TLSObjection?
  /// The name that the certificate must have, nil for any.
  private let expected: String?

  var descriptor: Int32 { socket.descriptor }

  /// Takes over a connected socket. The next step is `shakeHands`.
  ///
  /// - Parameter host: whom to expect, unless the settings name somebody; nil where nobody is
  ///   expected by name.
  init(_ socket: PlainSocket, _ context: TLSContext, host: String?) throws(RedisError) {
    guard let ssl = SSL_new(context.handle) else {
      throw RedisError(.connect, "TLS: \(OpenSSLError.first.text)")
    }
    self.socket = socket
    self.ssl = ssl
    self.context = context
    expected = context.settings.serverName.flatMap { $0.isEmpty ? nil : $0 } ?? host
    SSL_set_fd(ssl, socket.descriptor)
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    if let expected { try expect(expected) }
  }

  deinit {
    ERR_clear_error()
    if !isBroken { SSL_shutdown(ssl) }
    SSL_free(ssl)
    ERR_clear_error()
  }

  /// The socket that OpenSSL calls back for.
  static func of(_ ssl: OpaquePointer) -> TLSSocket? {
    SSL_get_ex_data(ssl, 0).map { Unmanaged<TLSSocket>.fromOpaque($0).takeUnretainedValue() }
  }

  static func of(store: OpaquePointer) -> TLSSocket? {
    X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
      .flatMap { of(OpaquePointer($0)) }
  }

  /// Keeps the first of the certificate's faults, the one that is told.
  func note(_ objection: TLSObjection) {
    self.objection = self.objection ?? objection
  }

  private func expect(_ name: String) throws(RedisError) {
    // An IPv6 address may name its interface, a host name may end in a dot; certificates have
    // neither.
    let isIPv6 = name.utf8.contains(UInt8(ascii: ":"))
    let plain =
      isIPv6
      ? String(name.prefix { $0 != "%" }) : name.hasSuffix(".") ? String(name.dropLast()) : name
    // For OpenSSL an empty name is any.
    guard !plain.isEmpty else { throw RedisError(.connect, "TLS: the host has no name to verify") }
    let parameters = SSL_get0_param(ssl)
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, plain) == 1 { return }
    X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    guard X509_VERIFY_PARAM_set1_host(parameters, plain, 0) == 1,
      sesscli_tls_set_server_name(ssl, plain) == 1
    else {
      throw RedisError(.connect, "TLS: not a host's name: \(escaped(Array(name.utf8)))")
    }
  }

  /// Agrees with the server on a key and on who it is.
  ///
  /// - Parameter deadline: in seconds of `monotonicSeconds()`.
  /// - Returns: false when it came before the end; then this may be called again.
  func shakeHands(until deadline: Double) throws(RedisError) -> Bool {
    while true {
      begin()
      let result = SSL_connect(ssl)
      let number = errno
      if result == 1 {
        readEvents = Int16(POLLIN)
        hasReceived = SSL_has_pending(ssl) == 1
        return true
      }
      switch SSL_get_error(ssl, result) {
      case SSL_ERROR_WANT_READ: readEvents = Int16(POLLIN)
      case SSL_ERROR_WANT_WRITE: readEvents = Int16(POLLOUT)
      default:
        isBroken = true
        // The files may have been renewed since they were read.
        TLSContext.forget()
        throw RedisError(.connect, handshakeFailure(number))
      }
      guard try waitFor(readEvents, on: descriptor, until: deadline) else { return false }
    }
  }

  /// - Parameter number: `errno`, 0 when no system call failed.
  private func handshakeFailure(_ number: Int32) -> String {
    if let objection {
      return objection.text(expected: expected, hasAuthorities: context.hasAuthorities)
    }
    if let text = failureText { return text }
    return number == 0
      ? "the server closed the connection instead of answering the TLS handshake"
      : "the server broke off the TLS handshake: \(errorText(number))"
  }

  /// What OpenSSL says, in words that tell what to do; nil when it is silent.
  private var failureText: String? {
    let error = OpenSSLError.first
    let (certificate, isAsked) = (context.settings.certificate, isJudged)
    switch error.reason {
    case nil: return nil
    case SSL_R_WRONG_VERSION_NUMBER, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_HTTP_REQUEST:
      return Self.isMissing
    case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return "the server speaks neither TLS 1.2 nor 1.3"
    case SSL_R_NO_CIPHERS_AVAILABLE: return "no cipher is left to offer: see --tls-ciphers"
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
      SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE where isAsked && certificate == nil:
      return "the server wants a client certificate: --cert FILE --key FILE"
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return "the server refused the TLS handshake: perhaps it takes other ciphers"
    case let reason?:
      let text = error.text
      // Alerts have the names of the protocol that first had them.
      guard reason > SSL_AD_REASON_OFFSET, let mark = text.firstRange(of: "alert ") else {
        return "TLS: \(text)"
      }
      let alert = text[mark.upperBound...]
      return isAsked && certificate != nil
        ? "the server does not accept the client certificate: \(alert)"
        : "the server ended TLS: \(alert)"
    }
  }

  // MARK: Transport

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    var count = 0
    begin()
    let result = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
    let outcome = transfer(result, count)
    if case .blocked(let events) = outcome {
      readEvents = events
    } else {
      readEvents = Int16(POLLIN)
    }
    // A record that is not whole yet also counts as pending, but then reading was blocked.
    hasReceived = result == 1 && SSL_has_pending(ssl) == 1
    return outcome
  }

  func peek() -> Transfer {
    var byte: UInt8 = 0
    var count = 0
    begin()
    let result = SSL_peek_ex(ssl, &byte, 1, &count)
    return transfer(result, count)
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
    var count = 0
    begin()
    let result = SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count)
    let outcome = transfer(result, count)
    if case .blocked(let events) = outcome {
      writeEvents = events
    } else {
      writeEvents = Int16(POLLOUT)
    }
    return outcome
  }

  /// OpenSSL tells a failure by what is left behind, so nothing of an earlier one may be.
  private func begin() {
    ERR_clear_error()
    errno = 0
  }

  private func transfer(_ result: Int32, _ count: Int) -> Transfer {
    if result == 1 { return .bytes(count) }
    let number = errno
    switch SSL_get_error(ssl, result) {
    case SSL_ERROR_WANT_READ: return .blocked(Int16(POLLIN))
    case SSL_ERROR_WANT_WRITE: return .blocked(Int16(POLLOUT))
    case SSL_ERROR_ZERO_RETURN: return .ended
    case SSL_ERROR_SYSCALL where number == EPIPE || number == ECONNRESET || number == 0:
      return .ended
    case SSL_ERROR_SYSCALL: return .broken(number)
    default:
      isBroken = true
      return .failed(failureText ?? "TLS failed")
    }
  }
}

extension TLSObjection {
  /// What OpenSSL found wrong, and the certificate that it found it in.
  init(_ store: OpaquePointer) {
    let code = X509_STORE_CTX_get_error(store)
    let certificate = X509_STORE_CTX_get_current_cert(store)
    fault =
      switch code {
      case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongName
      case X509_V_ERR_CERT_HAS_EXPIRED: .expired
      case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        .unknownIssuer
      default: .other(String(cString: X509_verify_cert_error_string(Int(code))))
      }
    isServers = X509_STORE_CTX_get_error_depth(store) == 0
    subject = Self.name(X509_get_subject_name(certificate))
    issuer = Self.name(X509_get_issuer_name(certificate))
    let time =
      fault == .notYetValid
      ? X509_get0_notBefore(certificate) : X509_get0_notAfter(certificate)
    var parts = tm()
    date = ASN1_TIME_to_tm(time, &parts) == 1 ? TLSObjection.text(parts) : "an unknown time"
    names = fault == .wrongName ? Self.alternativeNames(certificate) : []
  }

  /// A common name or, where there is none, an organization.
  private static func name(_ name: OpaquePointer?) -> String {
    var text = [CChar](repeating: 0, count: 256)
    for kind in [NID_commonName, NID_organizationName] {
      let count = X509_NAME_get_text_by_NID(name, kind, &text, Int32(text.count))
      if count > 0 { return escaped(text.prefix(Int(count)).map { UInt8(bitPattern: $0) }) }
    }
    return "nobody by name"
  }

  /// The hosts that the certificate is for.
  private static func alternativeNames(_ certificate: OpaquePointer?) -> [String] {
    let list = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil)
    guard let list = list.map({ OpaquePointer($0) }) else { return [] }
    defer { GENERAL_NAMES_free(list) }
    var found: [String] = []
    for i in 0..<max(0, OPENSSL_sk_num(list)) {
      guard let entry = OPENSSL_sk_value(list, i)?.assumingMemoryBound(to: GENERAL_NAME.self)
      else { continue }
      switch entry.pointee.type {
      case GEN_DNS: found.append(escaped(bytes(entry.pointee.d.dNSName)))
      case GEN_IPADD: found.append(address(bytes(entry.pointee.d.iPAddress)))
      default: break
      }
    }
    return found
  }

  private static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
    Array(
      UnsafeBufferPointer(
        start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
  }

  private static func address(_ bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard bytes.count == 4 || bytes.count == 16,
      inet_ntop(
        bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil
    else { return "an address of \(bytes.count) bytes" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
