/// A decoded payload: the layers around it, its format and its value.
public struct Decoded: Sendable {
  /// The layers that were removed, outermost first.
  public var layers: [Unwrapped]
  /// The format that read the innermost bytes.
  public var format: Format
  public var reading: Reading
  /// Why each candidate was accepted or rejected, in the order tried, for `decode --explain`; empty
  /// unless requested.
  public var trace: [String]
  /// The innermost bytes, which `format` read.
  public var payload: [UInt8]

  public var value: Value { reading.value }

  /// The chain as shown to people and accepted by `--as`: `zlib > pickle 4`.
  public var chain: String { (layers.map(\.label) + [reading.label]).joined(separator: " > ") }

  init(
    layers: [Unwrapped], format: Format, reading: Reading, trace: [String], payload: [UInt8]
  ) {
    self.layers = layers
    self.format = format
    self.reading = reading
    self.trace = trace
    self.payload = payload
  }

  /// Finds out what `bytes` are: a format that reads them to the last byte, inside any number of
  /// layers.
  ///
  /// Nothing is guessed. The error is that of the candidate that got furthest, in the innermost
  /// layer.
  public init(
    detecting bytes: [UInt8], context: Context = Context(), tracing: Bool = false
  ) throws(PayloadError) {
    var detection = Detection(stored: bytes.count, context: context, isTracing: tracing)
    self = try detection.run(bytes, inside: [])
  }

  /// Reads `bytes` as the layers and the format that `chain` names, outermost first: `zlib,pickle`.
  /// If the last one is a layer, its content is detected.
  public init(
    reading bytes: [UInt8], as chain: String, context: Context = Context(), tracing: Bool = false
  ) throws(PayloadError) {
    var detection = Detection(stored: bytes.count, context: context, isTracing: tracing)
    self = try detection.run(bytes, as: Chain(chain))
  }
}

extension Decoded {
  /// Throws for a chain that `init(reading:as:)` does not know, regardless of the payload.
  public static func check(chain: String) throws(PayloadError) { _ = try Chain(chain) }
}

/// The names in `zlib,pickle`, or in a header line's way of writing it: `zlib > pickle 4`.
struct Chain {
  var layers: [Layer] = []
  /// Nil when the last name is a layer's.
  var format: Format?

  init(_ text: String) throws(PayloadError) {
    for part in text.split(whereSeparator: { $0 == "," || $0 == ">" }) {
      let name = Chain.name(part)
      if name.isEmpty { break }
      if let outer = format {
        guard Format.structured.contains(where: { $0.name == outer.name }) else {
          throw PayloadError(at: 0, "\(name) cannot be inside \(outer.name)")
        }
        layers.append(Layer(around: name, outer))
        format = nil
      }
      if let layer = Layer.all.first(where: { $0.name == name || $0.labels.contains(name) }) {
        layers.append(layer)
      } else if let found = Format.all.first(where: {
        $0.name == name || $0.labels.contains(name)
      }) {
        format = found
      } else {
        let known = Format.all.map(\.name) + Layer.all.map(\.name)
        throw PayloadError(
          at: 0,
          "no format or layer is named \"\(name)\"; known are \(known.joined(separator: ", "))")
      }
    }
    if layers.isEmpty && format == nil { throw PayloadError(at: 0, "no format is named") }
    if layers.count > Limits.layers {
      throw PayloadError(at: 0, "more than \(Limits.layers) layers", isLimit: true)
    }
  }

  /// A label of a header line as a name: `" Pickle 4 "` is `pickle`, `"Flask cookie"` is
  /// `flask-cookie`.
  private static func name(_ part: Substring) -> String {
    var words = part.lowercased().split(separator: " ")
    if words.count > 1, let last = words.last, last.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
      words.removeLast()
    }
    return words.joined(separator: "-")
  }
}
