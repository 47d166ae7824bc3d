/// One payload format, as a value in `Format.all`.
///
/// A class, since copying so many closures would take longer than looking at short bytes.
public final class Format: Sendable {
  /// What a user types after `--as`: pickle, msgpack, json.
  public let name: String
  /// What header lines show instead, in small letters with `-` for spaces and without a version at
  /// the end, so that `--as` accepts a chain as displayed: `messagepack`.
  let labels: [String]
  /// One line for the help and the README.
  public let summary: String
  /// A cheap look at the bytes: false means that detection need not try `read`. It may be wrong in
  /// the other direction; `read` decides.
  public let recognizes: @Sendable ([UInt8]) -> Bool
  /// Whether the payload begins with the format's signature. If nothing reads the payload, the
  /// error to show is then this format's, however early it came.
  public let hasSignature: @Sendable ([UInt8]) -> Bool
  /// Reads the whole payload; trailing bytes are an error.
  let body: @Sendable (ByteReader) throws(PayloadError) -> Reading
  /// Appends the plain JSON of what `read` gives, exactly `JSONWriter`'s bytes, without building
  /// the value. Returns false, with anything appended, when the payload needs `read` (it has
  /// references, findings, an implausible root ...).
  let transcode: (@Sendable (ByteReader, inout JSONWriter) throws(PayloadError) -> Bool)?
  /// Where each value is; nil when the payload needs `read`, as for `transcode`.
  let outline: (@Sendable (ByteReader) throws(PayloadError) -> Outline?)?
  /// Whether a value could be the root of a session or of a cached value, rather than other bytes
  /// that happen to parse. Asked only when detecting.
  public let isPlausible: @Sendable (Value) -> Bool
  /// Like `isPlausible`, for a value inside an encoding that any word could be (base64, hex). Both
  /// would have to occur by chance, so the value must prove more.
  public let isConvincing: @Sendable (Value) -> Bool
  /// A line for each step of the payload (a disassembly for pickle), for `decode --explain`.
  public let explain: (@Sendable ([UInt8]) -> [String])?

  init(
    name: String, labels: [String] = [], summary: String,
    recognizes: @escaping @Sendable ([UInt8]) -> Bool,
    hasSignature: @escaping @Sendable ([UInt8]) -> Bool = { _ in false },
    read: @escaping @Sendable (ByteReader) throws(PayloadError) -> Reading,
    isPlausible: @escaping @Sendable (Value) -> Bool = { _ in true },
    isConvincing: (@Sendable (Value) -> Bool)? = nil,
    transcode: (@Sendable (ByteReader, inout JSONWriter) throws(PayloadError) -> Bool)? = nil,
    outline: (@Sendable (ByteReader) throws(PayloadError) -> Outline?)? = nil,
    explain: (@Sendable ([UInt8]) -> [String])? = nil
  ) {
    self.name = name
    self.labels = labels
    self.summary = summary
    self.recognizes = recognizes
    self.hasSignature = hasSignature
    body = read
    self.isPlausible = isPlausible
    self.isConvincing = isConvincing ?? isPlausible
    self.transcode = transcode
    self.outline = outline
    self.explain = explain
  }

  /// Reads the whole payload.
  ///
  /// - Parameter nodeLimit: the most values it may have; see `Limits.nodes(stored:)`.
  public func read(
    _ bytes: [UInt8], nodeLimit: Int = Limits.nodes
  ) throws(PayloadError) -> Reading {
    try body(ByteReader(bytes, nodeLimit: nodeLimit))
  }
}

/// What a format found in a payload.
public struct Reading: Sendable {
  public var value: Value
  /// The format with its version, as shown in the header line: `pickle 4`.
  public var label: String
  /// The effects of loading the payload that are not harmless.
  public var findings: [Finding] = []
  /// What the reader should know: "duplicate key \"a\"", "NaN is not JSON".
  public var notes: [String] = []
  /// Whether the format is named but not decoded: the value is the bytes.
  public var isOpaque = false
  /// Whether it is JSON in which objects stand for other values, as Flask writes them.
  var isTagged = false
  /// What the format says besides the value, as layers do: ("session", "3f1c0a9e-...").
  public var facts: [Fact] = []

  public init(
    _ value: Value, label: String, findings: [Finding] = [], notes: [String] = [],
    isOpaque: Bool = false, facts: [Fact] = []
  ) {
    self.value = value
    self.label = label
    self.findings = findings
    self.notes = notes
    self.isOpaque = isOpaque
    self.facts = facts
  }
}

/// Something harmful that loading the payload would do. sesscli does none of it.
public struct Finding: Equatable, Sendable {
  /// What would happen.
  public enum Effect: String, Sendable {
    /// Call a function.
    case call
    /// Create an instance of a class that runs code, now or later: a part of a known gadget chain.
    case create
    /// Ask a name service: JNDI, DNS.
    case lookUp = "look up"
    /// Run program text.
    case evaluate
  }

  public let effect: Effect
  /// The full name of the callable or class: `posix.system`. For other effects, the address or the
  /// text.
  public let name: String
  /// Positional arguments of a call.
  public let arguments: [Value]
  /// The offset of the instruction that would do it.
  public let offset: Int
  /// Why: "gadget: CommonsCollections5".
  public let remark: String?

  public init(
    _ effect: Effect = .call, name: String, arguments: [Value] = [], offset: Int,
    remark: String? = nil
  ) {
    self.effect = effect
    self.name = name
    self.arguments = arguments
    self.offset = offset
    self.remark = remark
  }
}
