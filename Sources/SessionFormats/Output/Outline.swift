/// Where each value of a payload is: its kind, the path to it, and its bytes.
///
/// For uses that need places and no tree: `decode --explain`, facts by path, and edits, which
/// replace the bytes of one value.
public struct Outline: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case null, bool, integer, number, double, string, bytes, list, map
    /// An instance of a class, or a call.
    case object
    case tagged(Tag)
    /// Another appearance of a value that is defined elsewhere.
    case reference
  }

  /// How a value is reached from the container around it.
  public enum Step: Equatable, Sendable {
    /// The value is the whole payload.
    case root
    /// An element of a list, counted from 0.
    case index(Int)
    /// An entry of a map or a member of an object, by its name: a range of `texts`.
    case key(Range<Int>)
    /// An entry of a map whose key is not text, counted from 0.
    case entry(Int)
  }

  public struct Entry: Equatable, Sendable {
    /// The entry of the container around it; -1 for the root.
    public let parent: Int
    public internal(set) var step: Step
    public internal(set) var kind: Kind
    /// Offsets of its bytes in the payload.
    public internal(set) var range: Range<Int>
    /// The text of an atom, or the name of an object's class: a range of `texts`.
    public internal(set) var text = 0..<0
  }

  /// In the payload's order: a container comes before what it holds.
  public internal(set) var entries: [Entry] = []
  /// The texts that entries refer to, one after the other.
  public internal(set) var texts: [UInt8] = []

  /// The names on the way to an entry, from the root on: `["cart", "0", "sku"]`.
  public func path(of entry: Int) -> [String] {
    var names: [String] = []
    var index = entry
    while index >= 0 {
      switch entries[index].step {
      case .root: break
      case .index(let number), .entry(let number): names.append(String(number))
      case .key(let name): names.append(text(name))
      }
      index = entries[index].parent
    }
    return names.reversed()
  }

  /// The text in a range of `texts`.
  public func text(_ range: Range<Int>) -> String {
    String(decoding: texts[range], as: UTF8.self)
  }
}
