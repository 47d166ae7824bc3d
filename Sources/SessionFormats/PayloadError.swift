/// Why a payload could not be read: the byte where reading stopped, and what was expected there.
public struct PayloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Offset in bytes from the start of the bytes that the failing format or layer was given.
  public let offset: Int
  /// What was expected and what was found, with numbers: "need 9 bytes, 5 left".
  public let reason: String

  public init(at offset: Int, _ reason: String) {
    self.offset = offset
    self.reason = reason
  }

  public var description: String { "byte \(offset): \(reason)" }
}
