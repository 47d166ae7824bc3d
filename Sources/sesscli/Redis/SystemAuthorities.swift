import Glibc

/// Where systems keep the certificate authorities that they trust. A static binary's OpenSSL looks where the machine that it
/// was built on keeps them.
enum SystemAuthorities {
  static let bundles = [
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine with ca-certificates
    "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 10
    "/etc/ssl/ca-bundle.pem",  // SUSE
    "/etc/ssl/cert.pem",  // Alpine without
  ]

  /// Whether anything is in the folder.
  static func holdsFiles(_ path: UnsafePointer<CChar>?) -> Bool {
    guard let path, let folder = opendir(path) else { return false }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      if entry.pointee.d_name.0 != UInt8(ascii: ".") { return true }
    }
    return false
  }
}
