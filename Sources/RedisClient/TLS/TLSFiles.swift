import Glibc

/// Files of certificates and keys: the system's, and those that options name.
enum TLSFiles {
  /// Where systems keep the certificate authorities that they trust. A static binary's OpenSSL
  /// looks where the machine that it was built on keeps them.
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

  /// Says why a file cannot be read: OpenSSL's own words tell neither the file nor the reason.
  static func check(
    _ path: String, _ option: String, isDirectory: Bool = false
  ) throws(CommandError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path, option, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, option, errno) }
    let found = status.st_mode & S_IFMT == S_IFDIR
    if found != isDirectory { throw failure(path, option, isDirectory ? ENOTDIR : EISDIR) }
  }

  private static func failure(_ path: String, _ option: String, _ number: Int32) -> CommandError {
    CommandError("\(option) \(escaped(Array(path.utf8))): \(errorText(number))")
  }
}
