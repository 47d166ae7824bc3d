/// Pickles to plain JSON, one after the other, in memory that is used again: for scans over many sessions.
///
/// The bytes are those of `JSONWriter` over what `Format.pickle` reads.
public final class JSONTranscoder {
  private var machine = PickleMachine()
  private var writer = JSONWriter(.plain)

  public init() {}

  /// Appends a pickle's JSON to the output, and nothing if it throws. True if loading the pickle would call
  /// something outside the harmless names, which `Format.pickle` then names.
  public func transcode(
    _ payload: [UInt8], into output: inout [UInt8]
  ) throws(PayloadError) -> Bool {
    writer.reset()
    let root = try machine.run(payload)
    try machine.write(root, to: &writer)
    output.append(contentsOf: writer.bytes)
    return machine.hasDanger
  }

  /// What `Format.pickle` finds and notes in the payload that was transcoded last; made when asked for.
  public func remarks() -> (findings: [Finding], notes: [String]) { machine.remarks() }
}
