/// Turns payloads into plain JSON, one after the other, and reuses its memory: for scans over many
/// sessions.
///
/// The bytes are those of `JSONWriter` for what `Decoded(detecting:)` finds.
public final class JSONTranscoder {
  private let pickles = PickleTranscoder()
  private var writer = JSONWriter(.plain)

  public init() {}

  /// Appends a payload's JSON to the output and returns true if that says everything: the payload
  /// has no layers, its format has a fast exit, and loading it has no effects to report. Otherwise
  /// appends nothing; the payload then needs `Decoded(detecting:)`.
  public func transcode(_ payload: [UInt8], into output: inout [UInt8]) -> Bool {
    // A span, so that nothing is retained for the many formats that say no.
    let formats = Format.structured
    let candidates = formats.span
    for index in candidates.indices where candidates[index].recognizes(payload) {
      writer.reset()
      do throws(PayloadError) {
        guard try write(payload, as: candidates[index]), !isText else { return false }
        writer.buffer.copy(to: &output)
        return true
      } catch {
        if error == .declined { return false }
        // The next format may read it: a pickle begins like a MessagePack map.
      }
    }
    return false
  }

  /// Whether the JSON is a single text or byte string, which may contain another payload.
  private var isText: Bool {
    writer.buffer.starts(with: "\"") || writer.buffer.starts(with: "{\"$bytes\"")
  }

  private func write(
    _ payload: [UInt8], as format: Format
  ) throws(PayloadError) -> Bool {
    let reader = ByteReader(payload, nodeLimit: Limits.nodes(stored: payload.count))
    if let transcode = format.transcode { return try transcode(reader, &writer) }
    // The machine's memory is worth keeping. Without a header, a pickle's root may be implausible.
    guard format === Format.pickle, Pickle.hasHeader(payload) else { return false }
    return try !pickles.transcode(reader, into: &writer)
  }
}
