/// Why a payload could not be read: the byte where reading stopped, and what was expected there.
public struct PayloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The offset in bytes within the bytes that the failing format or layer was given.
  public let offset: Int
  /// What was expected and what was found, with numbers: "need 9 bytes, 5 left".
  public let reason: String
  /// Whether one of `Limits` stopped the reading, so that the payload may still be in that format.
  public var isLimit = false
  /// Kept in a separate object, so that a thrown error stays small for code that throws nothing.
  private var details: Details?

  private indirect enum Details: Equatable, Sendable {
    case details(format: String?, bytes: [UInt8]?, findings: [Finding])
  }

  public init(at offset: Int, _ reason: String, isLimit: Bool = false) {
    self.offset = offset
    self.reason = reason
    self.isLimit = isLimit
  }

  /// The layers that were removed and the format or layer that failed: `zlib > pickle`. Set by
  /// `Decoded`.
  public var format: String? {
    if case .details(let format, _, _) = details { format } else { nil }
  }

  /// The bytes that `offset` counts in. Set by `Decoded`.
  public var bytes: [UInt8]? {
    if case .details(_, let bytes, _) = details { bytes } else { nil }
  }

  /// What loading the payload would do in spite of the error: a loader may be less strict, and does
  /// everything before the error before it meets it.
  public var findings: [Finding] {
    if case .details(_, _, let findings) = details { findings } else { [] }
  }

  /// The error with these findings instead of its own.
  func finding(_ findings: [Finding]) -> PayloadError {
    if findings.isEmpty && self.findings.isEmpty { return self }
    var error = self
    error.details =
      findings.isEmpty && format == nil
      ? nil : .details(format: format, bytes: bytes, findings: findings)
    return error
  }

  /// The error, with what was being read and as which format.
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
