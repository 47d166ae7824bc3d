/// Why a payload could not be read: the byte where reading stopped, and what was expected there.
public struct PayloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Offset in bytes from the start of the bytes that the failing format or layer was given.
  public let offset: Int
  /// What was expected and what was found, with numbers: "need 9 bytes, 5 left".
  public let reason: String
  /// Whether one of `Limits` stopped the reading, so that the payload may well be what it was read as.
  public var isLimit = false
  /// Who was reading what; set by `Decoded`. Kept behind one pointer, so that a thrown error stays small
  /// on the paths that throw nothing.
  public var origin: Origin?

  public indirect enum Origin: Equatable, Sendable {
    case reading(by: String, bytes: [UInt8])
  }

  public init(at offset: Int, _ reason: String, isLimit: Bool = false) {
    self.offset = offset
    self.reason = reason
    self.isLimit = isLimit
  }

  /// The layers that were removed and the format or layer that failed: `zlib > pickle`.
  public var format: String? {
    if case .reading(let name, _) = origin { name } else { nil }
  }

  /// The bytes that `offset` counts in.
  public var bytes: [UInt8]? {
    if case .reading(_, let bytes) = origin { bytes } else { nil }
  }

  public var description: String {
    let place = "byte \(offset): \(reason)"
    return if let format { "\(format): \(place)" } else { place }
  }
}
