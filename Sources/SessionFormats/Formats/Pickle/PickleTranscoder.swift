/// Pickles to plain JSON from the machine's table of nodes, which keeps its memory from one pickle to the next.
///
/// The bytes are those of `JSONWriter` over what `Format.pickle` reads.
final class PickleTranscoder {
  private var machine = PickleMachine()

  /// Appends a pickle's JSON, part of it if it throws. True if loading the pickle would call something outside the
  /// harmless names, which `remarks` then gives.
  func transcode(
    _ payload: ByteReader, into writer: inout JSONWriter
  ) throws(PayloadError) -> Bool {
    let root = try machine.run(payload)
    try machine.write(root, to: &writer)
    return machine.hasDanger
  }

  /// What `Format.pickle` finds and notes in the pickle that was transcoded last; made when asked for.
  func remarks() -> (findings: [Finding], notes: [String]) { machine.remarks() }
}
