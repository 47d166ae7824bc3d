/// Why a payload could not be read: the byte where reading stopped, and what was expected there.
public struct PayloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Offset in bytes from the start of the bytes that the failing format or layer was given.
  public let offset: Int
  /// What was expected and what was found, with numbers: "need 9 bytes, 5 left".
  public let reason: String
  /// Whether one of `Limits` stopped the reading, so that the payload may well be what it was read as.
  public var isLimit = false
  /// Kept behind one pointer, so that a thrown error stays small on the paths that throw nothing.
  private var details: Details?

  private indirect enum Details: Equatable, Sendable {
    case details(format: String?, bytes: [UInt8]?, findings: [Finding])
  }

  public init(at offset: Int, _ reason: String, isLimit: Bool = false) {
    self.offset = offset
    self.reason = reason
    self.isLimit = isLimit
  }

  /// The layers that were removed and the format or layer that failed: `zlib > pickle`. Set by `Decoded`.
  public var format: String? {
    if case .details(let format, _, _) = details { format } else { nil }
  }

  /// The bytes that `offset` counts in. Set by `Decoded`.
  public var bytes: [UInt8]? {
    if case .details(_, let bytes, _) = details { bytes } else { nil }
  }

  /// What loading the payload would do all the same: whoever loads it may read less strictly, and has done what stands
  /// before the error when he meets it.
  public var findings: [Finding] {
    if case .details(_, _, let findings) = details { findings } else { [] }
  }

  /// The error with findings, in the place of those it had.
  func finding(_ findings: [Finding]) -> PayloadError {
    if findings.isEmpty && self.findings.isEmpty { return self }
    var error = self
    error.details =
      findings.isEmpty && format == nil
      ? nil : .details(format: format, bytes: bytes, findings: findings)
    return error
  }

  /// The error with who was reading what.
  func attributed(to format: String, _ bytes: [UInt8]) -> PayloadError {
    var error = self
    error.details = .details(format: format, bytes: bytes, findings: findings)
    return error
  }

  public var description: String {
    let place = "byte \(offset): \(reason)"
    return if let format { "\(format): \(place)" } else { place }
  }
}
