/// A payload, read: the layers around it, its format and its value.
public struct Decoded: Sendable {
  /// The layers that were removed, outermost first.
  public var layers: [Unwrapped]
  /// Which format read the innermost bytes.
  public var format: Format
  public var reading: Reading
  /// Why each candidate was taken or rejected, in the order tried, for `decode --explain`.
  public var trace: [String]
  /// The innermost bytes, which `format` read.
  public var payload: [UInt8]

  public var value: Value { reading.value }

  /// The chain as shown to people and accepted by `--as`: `zlib > pickle 4`.
  public var chain: String { (layers.map(\.label) + [reading.label]).joined(separator: " > ") }
}
