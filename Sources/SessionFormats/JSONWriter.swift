/// Writes values as compact JSON. The mapping of what JSON cannot say stands in the README.
public struct JSONWriter {
  /// How what JSON cannot say is written.
  public enum Style: Sendable {
    /// For jq: a tuple is an array, a date a string.
    case plain
    /// Lossless: everything that JSON cannot say is tagged, `{"$tuple":[1,2]}`.
    case typed
  }

  public let style: Style
  /// What was written so far.
  public var bytes: [UInt8] = []

  public init(_ style: Style = .plain) { self.style = style }
}
