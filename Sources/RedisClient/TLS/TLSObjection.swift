import Glibc

/// Why a server's certificate is not accepted.
struct TLSObjection {
  enum Fault: Equatable {
    case wrongName, expired, notYetValid, selfSigned, unknownIssuer
    /// In OpenSSL's words.
    case other(String)
  }

  let fault: Fault
  /// Whether the fault is in the server's own certificate, not in one of those that vouch for it.
  let isServers: Bool
  /// Whom the certificate is for, and who says so; both safe to print.
  let subject: String
  let issuer: String
  /// When it ends or, where it is not valid yet, begins.
  let date: String
  /// The hosts that it is for; safe to print.
  let names: [String]

  /// Names that a message lists. Shared certificates have hundreds.
  private static let listed = 4

  /// One line for the person.
  ///
  /// - Parameters:
  ///   - expected: the name that the certificate should have.
  ///   - hasAuthorities: whether any authority is trusted.
  func text(expected: String?, hasAuthorities: Bool) -> String {
    let certificate = isServers ? "the server's certificate" : "the certificate of \(subject)"
    switch fault {
    case .wrongName:
      let all = names.isEmpty ? [subject] : names
      let rest = all.count > Self.listed ? " and \(all.count - Self.listed) more" : ""
      let list = all.prefix(Self.listed).joined(separator: ", ")
      let name = escaped(Array((expected ?? "").utf8))
      return "\(certificate) is for \(list)\(rest), not for \(name) (--sni NAME: whom to expect)"
    case .expired: return "\(certificate) expired on \(date)"
    case .notYetValid: return "\(certificate) is not valid before \(date)"
    case .selfSigned:
      return "\(certificate) is self-signed, and not trusted here (--cacert FILE: whom to trust)"
    case .unknownIssuer:
      let reason =
        hasAuthorities ? "who is not trusted here" : "and no authorities are installed here"
      let chain = isServers ? "is issued by" : "leads back to"
      return "the server's certificate \(chain) \(issuer), \(reason) (--cacert FILE: whom to trust)"
    case .other(let text): return "\(certificate) is not accepted: \(text)"
    }
  }

  /// `2026-11-28 13:05 UTC`.
  static func text(_ time: tm) -> String {
    func digits(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    return "\(time.tm_year + 1900)-\(digits(time.tm_mon + 1))-\(digits(time.tm_mday))"
      + " \(digits(time.tm_hour)):\(digits(time.tm_min)) UTC"
  }
}
