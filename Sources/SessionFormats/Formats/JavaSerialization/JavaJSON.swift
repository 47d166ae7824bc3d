/// The other exit of the second phase: the table of nodes straight to plain JSON.
///
/// It writes the same bytes, and fails with the same errors, as making the `Value` and writing that; it only leaves
/// out the tree for what every session consists of. What is unusual goes by way of its `Value`.
extension JavaMachine {
  mutating func write(_ index: Int, to writer: inout JSONWriter) throws(PayloadError) {
    writer.write(try value(index))
  }
}
