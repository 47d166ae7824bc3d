/// One call of a library's decompressor: how far it got, and what it reported.
struct DecompressionStep {
  enum Outcome: Equatable {
    case more
    case end
    /// The reason in words; `isLimit` when one of our limits stopped it.
    case failed(String, isLimit: Bool = false)
  }

  var read: Int
  var written: Int
  var outcome: Outcome
}

/// Runs a decompressor over the stream that begins at `start` and appends the result to `output`,
/// up to `limit` bytes. The output grows as data comes, never by a size that the stream claims.
///
/// - Parameter step: one call of the library, with the bytes that are left and room for the next
///   piece of output.
/// - Returns: the offset of the first byte after the stream.
func decompress(
  _ bytes: [UInt8], from start: Int, into output: inout [UInt8], limit: Int,
  step: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> DecompressionStep
) throws(PayloadError) -> Int {
  // Large enough for nearly every session in one go.
  let chunk = 16 << 10
  // From here on, reserve everything at once: memory that is never written costs nothing, while
  // doubling would need twice what there is.
  let large = 1 << 20
  var at = start
  var outcome = DecompressionStep.Outcome.more
  bytes.withUnsafeBufferPointer { input in
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunk) { room in
      while outcome == .more && at < input.count + 1 && output.count <= limit {
        let step = step(UnsafeBufferPointer(rebasing: input[at...]), room)
        at += step.read
        if output.count < large && output.count + step.written >= large {
          output.reserveCapacity(limit + chunk)
        }
        output.append(contentsOf: room.prefix(step.written))
        outcome = step.outcome
        if step.read == 0 && step.written == 0 { break }
      }
    }
  }
  if output.count > limit { throw Limits.outputExceeded(limit, at: at) }
  switch outcome {
  case .end: return at
  case .more: throw endsEarly(bytes.count)
  case .failed(let reason, let isLimit): throw PayloadError(at: at, reason, isLimit: isLimit)
  }
}

/// The error for a stream that was cut off.
func endsEarly(_ offset: Int) -> PayloadError {
  PayloadError(at: offset, "the compressed stream ends before its end")
}

/// The error for bytes after the last stream.
func trailing(_ count: Int, at offset: Int) -> PayloadError {
  PayloadError(at: offset, "\(count) trailing byte\(count == 1 ? "" : "s") after the stream")
}

/// The error for a stored size that differs from what the stream produces.
func differentSize(_ found: Int, claimed: Int) -> PayloadError {
  PayloadError(at: 0, "the head says \(claimed) bytes, the stream makes \(found)")
}

/// A library's message in our style: "Corrupted block detected" begins a sentence there, but not
/// here.
func lowercasedStart(_ message: String) -> String {
  message.prefix(1).lowercased() + message.dropFirst()
}

/// Consecutive streams of one kind, as `cat` joins them. With more than one, the facts say how
/// many.
struct StreamsInARow {
  private(set) var inside: [UInt8] = []
  private(set) var count = 0
  private let bytes: [UInt8]
  private let limit: Int
  private(set) var at = 0

  init(_ bytes: [UInt8], limit: Int) {
    self.bytes = bytes
    self.limit = limit
  }

  /// Reads streams up to the last byte. After the first one, bytes that do not begin as `isHead`
  /// requires are trailing.
  mutating func read(
    isHead: (ArraySlice<UInt8>) -> Bool,
    stream: (_ from: Int, _ into: inout [UInt8], _ limit: Int) throws(PayloadError) -> Int
  ) throws(PayloadError) {
    repeat {
      if count > 0 && !isHead(bytes[at...]) { throw trailing(bytes.count - at, at: at) }
      at = try stream(at, &inside, limit)
      count += 1
    } while at < bytes.count
  }

  func unwrapped(_ label: String, unit: String) -> Unwrapped {
    Unwrapped(inside, label: label, facts: count == 1 ? [] : [Fact(unit, String(count))])
  }
}

/// Whether the bytes begin like a skippable frame, which zstd and LZ4 have in common.
func isSkippableFrame(_ bytes: ArraySlice<UInt8>) -> Bool {
  bytes.first.map { $0 & 0xF0 } == 0x50 && bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
}

/// The offset of the first byte after skippable frames; nil when the last one is cut off.
func endOfSkippableFrames(_ bytes: [UInt8], from start: Int = 0) -> Int? {
  var at = start
  while bytes.count - at >= 8, isSkippableFrame(bytes[at...]) {
    let size = bytes[(at + 4)..<(at + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
    if size > bytes.count - at - 8 { return nil }
    at += 8 + size
  }
  return at
}
