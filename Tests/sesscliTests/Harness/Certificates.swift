import Foundation

/// Certificates and keys in PEM, made by openssl(1) for one run of the tests: `NAME.crt` and
/// `NAME.key`.
///
/// `ca` signed `server` (for localhost), `elsewhere` (for redis.example), `early`, `late` and
/// `client`; `alien-ca` signed `alien`; `self` signed itself. `locked.key` is `client.key` behind
/// the passphrase "open sesame". The folder `authorities` holds `ca` under its hashed name.
struct Certificates {
  private let folder: TemporaryFolder

  /// Made when first used; removed when the run ends.
  static let shared = Result {
    let certificates = try Certificates()
    atexit { try? FileManager.default.removeItem(atPath: Certificates.sharedPath) }
    return certificates
  }
  private static var sharedPath: String { (try? shared.get().folder.path) ?? "" }

  /// The path of a file.
  static func path(_ name: String) throws -> String { try shared.get().folder.path + "/" + name }

  private init() throws {
    folder = try TemporaryFolder()
    let run = try Run.program("/bin/bash", ["-c", Self.script, "bash", folder.path], merged: true)
    guard run.exitCode == 0 else { throw HarnessError("openssl: \(run.out)") }
  }

  private static let script = """
    set -euo pipefail
    cd "$1"
    key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
    authority() {
      key "$1"
      openssl req -x509 -new -key "$1.key" -subj "/O=Tests/CN=$2" -days 30 -out "$1.crt"
    }
    # NAME AUTHORITY ALTERNATIVE-NAMES [BEGIN END]
    sign() {
      key "$1"
      openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
      cat >"$1.conf" <<END
    [ca]
    default_ca=own
    [own]
    database=$1.index
    new_certs_dir=.
    serial=$1.serial
    certificate=$2.crt
    private_key=$2.key
    default_md=sha256
    default_days=30
    policy=any
    x509_extensions=names
    [any]
    commonName=supplied
    [names]
    subjectAltName=$3
    END
      : >"$1.index"; openssl rand -hex 8 >"$1.serial"
      openssl ca -batch -notext -config "$1.conf" -in "$1.csr" -out "$1.crt" \\
        ${4:+-startdate "$4" -enddate "$5"}
    }
    authority ca "Test Authority"
    authority alien-ca "Alien Authority"
    sign server ca DNS:localhost,IP:127.0.0.1,IP:::1
    sign elsewhere ca DNS:redis.example,DNS:a.example,DNS:b.example,DNS:c.example,DNS:d.example
    sign late ca DNS:localhost,IP:127.0.0.1 20010203040506Z 20020304050607Z
    sign early ca DNS:localhost,IP:127.0.0.1 21010203040506Z 21020304050607Z
    sign client ca DNS:client
    sign alien alien-ca DNS:localhost,IP:127.0.0.1
    key self
    openssl req -x509 -new -key self.key -subj /CN=localhost -addext basicConstraints=CA:FALSE \\
      -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -out self.crt
    openssl ec -in client.key -aes256 -passout 'pass:open sesame' -out locked.key
    mkdir authorities
    cp ca.crt authorities/ca.pem
    openssl rehash authorities
    """
}
