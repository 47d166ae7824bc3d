/// The limits for every payload. Exceeding one is a `PayloadError`, never a partial value.
public enum Limits {
  /// Nested containers. Real sessions stay under 20. A debug build on a 512 KiB thread stack
  /// overflows near 246 levels of recursive decoding, and freeing and printing a value recurse as
  /// well.
  public static let depth = 128
  /// Wrappings around a payload (base64 in zlib in a signature ...). The longest chain known in
  /// real stores is 4.
  public static let layers = 8
  /// Bytes that all layers of one payload may produce together, whatever its size. Redis limits
  /// values to 512 MiB; real sessions stay under 1 MiB.
  public static let output = 64 << 20
  /// Nodes of one value: bounds memory (about 100 bytes each) and time. No session has 5 million
  /// zero-filled entries.
  public static let nodes = 5_000_000

  /// Bytes that all layers around `stored` bytes may produce together. Sessions compress to a
  /// twentieth at best, bombs to a thousandth.
  public static func output(stored: Int) -> Int {
    stored >= output / 64 ? output : min(output, (4 << 20) + 64 * stored)
  }

  /// Bytes that a layer which nothing marks may produce from `count` unless it was asked for:
  /// enough for any session, and little work for bytes that happen to look like it.
  static func guess(_ count: Int) -> Int { (256 << 10) + 16 * count }

  /// Nodes of a value that is stored in `stored` bytes, layers included. A value takes at least a
  /// byte, except where compression or runs of equal values make much from little; then this bounds
  /// the memory.
  public static func nodes(stored: Int) -> Int {
    stored >= nodes ? nodes : min(nodes, 250_000 + stored)
  }
  /// Bytes of one binary integer. Its decimal text takes quadratic time; 4 KiB is 9,864 digits,
  /// more than the 4,300 that CPython itself prints.
  public static let integerBytes = 4 << 10
  /// Notes about one payload ("duplicate key"). More would tell the reader nothing new.
  public static let notes = 20

  /// The error for a layer whose output exceeds the rest of `output`.
  static func outputExceeded(_ limit: Int, at offset: Int) -> PayloadError {
    PayloadError(
      at: offset,
      "more than the \(limit) bytes inside that the limit for all layers leaves "
        + "(4 MiB and 64 for each stored byte, 64 MiB at most)",
      isLimit: true)
  }
}
