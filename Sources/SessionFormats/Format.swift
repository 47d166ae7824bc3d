/// One payload format, as a value in `Format.all`.
public struct Format: Sendable {
  /// What a user types after `--as`: pickle, msgpack, json.
  public let name: String
  /// One line for the help and the README.
  public let summary: String
  /// A cheap look at the bytes: false means that `read` need not be tried when detecting.
  /// It may be wrong in the other direction; `read` is the judge.
  public let recognizes: @Sendable ([UInt8]) -> Bool
  /// Whether the first bytes are a signature of the format, so that when nothing reads the payload the error to
  /// show is this format's, however early it came.
  public let hasSignature: @Sendable ([UInt8]) -> Bool
  /// Reads the whole payload; trailing bytes are an error.
  public let read: @Sendable ([UInt8]) throws(PayloadError) -> Reading
  /// Whether a value that was read without being asked for by name could be the root of a session or of a
  /// cached value, rather than bytes of something else that happen to parse.
  public let isPlausible: @Sendable (Value) -> Bool
  /// As `isPlausible`, for a value that was found inside an encoding which any word may be (base64, hex): then
  /// both must be there by chance, which takes more to believe.
  public let isConvincing: @Sendable (Value) -> Bool
  /// A line for each step of the payload (for pickle a disassembly), for `decode --explain`.
  public let explain: (@Sendable ([UInt8]) -> [String])?

  init(
    name: String, summary: String,
    recognizes: @escaping @Sendable ([UInt8]) -> Bool,
    hasSignature: @escaping @Sendable ([UInt8]) -> Bool = { _ in false },
    read: @escaping @Sendable ([UInt8]) throws(PayloadError) -> Reading,
    isPlausible: @escaping @Sendable (Value) -> Bool = { _ in true },
    isConvincing: (@Sendable (Value) -> Bool)? = nil,
    explain: (@Sendable ([UInt8]) -> [String])? = nil
  ) {
    self.name = name
    self.summary = summary
    self.recognizes = recognizes
    self.hasSignature = hasSignature
    self.read = read
    self.isPlausible = isPlausible
    self.isConvincing = isConvincing ?? isPlausible
    self.explain = explain
  }
}

/// What a format found in a payload.
public struct Reading: Sendable {
  public var value: Value
  /// The format with its version, as shown in the header line: `pickle 4`.
  public var label: String
  /// Calls that the payload's owner would make when loading it, outside the harmless ones.
  public var findings: [Finding] = []
  /// What the reader should know: "duplicate key \"a\"", "NaN is not JSON".
  public var notes: [String] = []

  public init(_ value: Value, label: String, findings: [Finding] = [], notes: [String] = []) {
    self.value = value
    self.label = label
    self.findings = findings
    self.notes = notes
  }
}

/// A call outside the harmless ones that loading the payload would make. sesscli makes none.
public struct Finding: Equatable, Sendable {
  /// The callable's full name: `posix.system`.
  public let name: String
  /// Its positional arguments.
  public let arguments: [Value]
  /// Offset of the instruction that would call it.
  public let offset: Int

  public init(name: String, arguments: [Value], offset: Int) {
    self.name = name
    self.arguments = arguments
    self.offset = offset
  }
}
