/// The bounds that hold for every payload. Exceeding one is a `PayloadError`, never a partial value.
public enum Limits {
  /// Nested containers. Real sessions stay under 20; a debug build on a 512 KiB thread stack overflows
  /// near 246 levels of recursive decoding, and freeing and printing a value recurse as well.
  public static let depth = 128
  /// Wrappings around a payload (base64 in zlib in a signature ...). The longest chain known in real stores is 4.
  public static let layers = 8
  /// Bytes that all layers of one payload may produce together, whatever its size. Redis' own limit of a value is
  /// 512 MiB; real sessions stay under 1 MiB.
  public static let output = 64 << 20
  /// Nodes of one value: bounds memory (about 100 bytes each) and time. 5 million zero-filled entries are
  /// no session.
  public static let nodes = 5_000_000

  /// Bytes that all layers around `stored` bytes may produce together. Sessions shrink to a twentieth at best, a
  /// bomb to a thousandth.
  public static func output(stored: Int) -> Int {
    stored >= output / 64 ? output : min(output, (4 << 20) + 64 * stored)
  }

  /// Bytes that a layer which nothing marks may produce of `count` when nobody asked for it: enough for any session, and
  /// little work for bytes that happen to look like it.
  static func guess(_ count: Int) -> Int { (256 << 10) + 16 * count }

  /// Nodes of a value that is kept in `stored` bytes, layers included: a value takes at least a byte, unless
  /// compression or runs of equal values make much of little, and then this bounds the memory.
  public static func nodes(stored: Int) -> Int {
    stored >= nodes ? nodes : min(nodes, 250_000 + stored)
  }
  /// Bytes of one binary integer. Its decimal text takes time quadratic in the size; 4 KiB is 9,864 digits, more
  /// than the 4,300 that CPython itself agrees to print.
  public static let integerBytes = 4 << 10
  /// Notes about one payload ("duplicate key"): after these the reader has got the message.
  public static let notes = 20

  /// The error of a layer whose output does not fit into what is left of `output`.
  static func outputExceeded(_ limit: Int, at offset: Int) -> PayloadError {
    PayloadError(
      at: offset,
      "more than the \(limit) bytes inside that the limit for all layers leaves "
        + "(4 MiB and 64 for each stored byte, 64 MiB at most)",
      isLimit: true)
  }
}
