/// What a decoder makes of a payload: a `Value`, JSON, or an outline.
///
/// There is one decoder for each format, generic over this. It reads the payload once and reports
/// here what it meets, in the payload's order. The compiler makes a copy of the decoder for each
/// output, so that work which an output does not need costs nothing.
///
///     output.open(at: 0)
///     var map = try output.beginMap(1)
///     let key = try output.key(bytes, 2..<6, in: &map)
///     output.open(at: 6)
///     let value = try output.integer(42)
///     output.close(at: 8)
///     output.add(key, value, to: &map)
///     let item = try output.end(map)
///     output.close(at: 9)
///
/// An output that cannot express what it is given throws `PayloadError.declined`. The payload then
/// has to be read into a `Value`.
protocol PayloadOutput {
  /// A complete value: a `Value`, or nothing if it is already written.
  associatedtype Item
  /// A list that is not complete yet.
  associatedtype List
  /// A map that is not complete yet.
  associatedtype Map

  /// Whether items are values that the decoder may inspect and change later.
  static var keepsValues: Bool { get }
  /// Whether `open` and `close` are of use. A decoder that has to look up where a value ends need
  /// not do so for the other outputs.
  static var keepsPlaces: Bool { get }
  /// Whether it can say that a value stands elsewhere, by `Value.reference`.
  static var showsReferences: Bool { get }

  /// A value begins at this offset of the payload.
  mutating func open(at offset: Int)
  /// The value that was opened last ends before this offset.
  mutating func close(at offset: Int)

  mutating func null() throws(PayloadError) -> Item
  mutating func bool(_ flag: Bool) throws(PayloadError) -> Item
  mutating func integer(_ number: Int64) throws(PayloadError) -> Item
  mutating func double(_ number: Double) throws(PayloadError) -> Item
  /// A number whose text is a JSON number.
  mutating func number(_ bytes: [UInt8], _ range: Range<Int>) throws(PayloadError) -> Item
  /// Text. If it is not UTF-8, writes nothing and returns nil.
  mutating func text(_ bytes: [UInt8], _ range: Range<Int>) throws(PayloadError) -> Item?
  /// Text with a tag that plain JSON leaves out, as a symbol's; nil if it is not UTF-8.
  mutating func text(
    _ bytes: [UInt8], _ range: Range<Int>, as tag: Tag
  ) throws(PayloadError) -> Item?
  /// Bytes that are not text.
  mutating func binary(_ bytes: [UInt8], _ range: Range<Int>) throws(PayloadError) -> Item
  /// Any complete value, whatever made it.
  mutating func value(_ value: Value) throws(PayloadError) -> Item
  /// A value to which references with this number refer.
  func shared(_ item: Item, _ number: Int) -> Item

  /// - Parameter count: how many elements the payload claims; 0 where it does not say.
  mutating func beginList(_ count: Int) throws(PayloadError) -> List
  /// An element of the list follows.
  mutating func nextElement(of list: inout List) throws(PayloadError)
  mutating func add(_ element: Item, to list: inout List)
  mutating func end(_ list: List) throws(PayloadError) -> Item
  /// Ends a list that stands for a tuple, a set, a frozenset or a deque.
  mutating func end(_ list: List, as tag: Tag) throws(PayloadError) -> Item

  /// - Parameter count: how many entries the payload claims; 0 where it does not say.
  mutating func beginMap(_ count: Int) throws(PayloadError) -> Map
  /// The list turns out to be a map, in which its elements so far have the keys 0, 1, 2 ...: PHP
  /// has one kind of array for both.
  mutating func beginMap(after list: List) throws(PayloadError) -> Map
  /// An instance of a harmless class, whose members are the entries of the map.
  mutating func beginObject(_ name: String) throws(PayloadError) -> Map
  /// The key of the next entry, as text; nil if it is not UTF-8, and is then a value of its own.
  mutating func key(
    _ bytes: [UInt8], _ range: Range<Int>, in map: inout Map
  ) throws(PayloadError) -> Item?
  /// The key of the next entry as a number, which becomes text where only text can be a key.
  mutating func key(_ number: Int64, in map: inout Map) throws(PayloadError) -> Item
  /// The key of the next entry is a value like any other; `endKey` ends it.
  mutating func beginKey(in map: inout Map) throws(PayloadError)
  mutating func endKey(in map: inout Map) throws(PayloadError)
  /// The map's only entry; nil if the output does not keep it.
  func onlyEntry(of map: Map) -> Pair?
  /// Keys that the map has more than once, for a note. An output that keeps no values returns none:
  /// it declines such a map where it matters.
  func repeatedKeys(of map: Map) -> [String]
  /// Whether the map has no entries yet.
  func isEmpty(_ map: Map) -> Bool
  mutating func add(_ key: Item, _ value: Item, to map: inout Map)
  mutating func end(_ map: Map) throws(PayloadError) -> Item
  mutating func end(object map: Map, _ name: String) throws(PayloadError) -> Item
}

extension PayloadOutput {
  static var keepsPlaces: Bool { false }
}

extension PayloadOutput where Item == Void {
  static var keepsValues: Bool { false }
  @inline(__always)
  func shared(_ item: Void, _ number: Int) {}
  func onlyEntry(of map: Map) -> Pair? { nil }
  @inline(__always)
  func repeatedKeys(of map: Map) -> [String] { [] }
  @inline(__always)
  func add(_ element: Void, to list: inout List) {}
  @inline(__always)
  func add(_ key: Void, _ value: Void, to map: inout Map) {}
}

extension PayloadError {
  /// The output has no way to write the payload. Never shown.
  static let declined = PayloadError(at: 0, "declined")
}
