/// One payload format, as a value in `Format.all`.
///
/// An object, since a copy of that many closures would take longer than a look at short bytes.
public final class Format: Sendable {
  /// What a user types after `--as`: pickle, msgpack, json.
  public let name: String
  /// What header lines show in its stead, in small letters with `-` for blanks and without a version at the end, so that
  /// `--as` takes a chain as it was shown: `messagepack`.
  let labels: [String]
  /// One line for the help and the README.
  public let summary: String
  /// A cheap look at the bytes: false means that `read` need not be tried when detecting.
  /// It may be wrong in the other direction; `read` is the judge.
  public let recognizes: @Sendable ([UInt8]) -> Bool
  /// Whether the first bytes are a signature of the format, so that when nothing reads the payload the error to
  /// show is this format's, however early it came.
  public let hasSignature: @Sendable ([UInt8]) -> Bool
  /// Reads the whole payload; trailing bytes are an error.
  let body: @Sendable (ByteReader) throws(PayloadError) -> Reading
  /// Appends the plain JSON of what `read` gives, `JSONWriter`'s bytes exactly, without building the value; false when
  /// the payload needs `read` (it has references, findings, a root that is not plausible ...), whatever was appended.
  let transcode: (@Sendable (ByteReader, inout JSONWriter) throws(PayloadError) -> Bool)?
  /// Where each value stands; nil when the payload needs `read`, as for `transcode`.
  let outline: (@Sendable (ByteReader) throws(PayloadError) -> Outline?)?
  /// Whether a value that was read without being asked for by name could be the root of a session or of a
  /// cached value, rather than bytes of something else that happen to parse.
  public let isPlausible: @Sendable (Value) -> Bool
  /// As `isPlausible`, for a value that was found inside an encoding which any word may be (base64, hex): then
  /// both must be there by chance, which takes more to believe.
  public let isConvincing: @Sendable (Value) -> Bool
  /// A line for each step of the payload (for pickle a disassembly), for `decode --explain`.
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
  /// - Parameter nodeLimit: how many values it may have; see `Limits.nodes(stored:)`.
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
  /// What loading the payload would do that is not harmless.
  public var findings: [Finding] = []
  /// What the reader should know: "duplicate key \"a\"", "NaN is not JSON".
  public var notes: [String] = []
  /// Whether the format is named and not decoded: the value is the bytes.
  public var isOpaque = false
  /// Whether it is JSON in which objects stand for other values, as Flask writes them.
  var isTagged = false
  /// What the format says beside the value, as layers do: ("session", "3f1c0a9e-...").
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

/// Something that is not harmless and that loading the payload would do. sesscli does none of it.
public struct Finding: Equatable, Sendable {
  /// What would be done.
  public enum Effect: String, Sendable {
    /// Call a function.
    case call
    /// Create an instance of a class that runs code on the way, or later: a part of a known gadget chain.
    case create
    /// Ask a name service: JNDI, DNS.
    case lookUp = "look up"
    /// Run program text.
    case evaluate
  }

  public let effect: Effect
  /// The callable's or the class's full name: `posix.system`; the address or the text of the other effects.
  public let name: String
  /// Positional arguments of a call.
  public let arguments: [Value]
  /// Offset of the instruction that would do it.
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
