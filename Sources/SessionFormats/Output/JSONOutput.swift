/// Writes a payload as plain JSON while reading it, byte for byte what `JSONWriter` makes of its
/// `Value`. Declines maps that are not JSON objects: those with a key that is not text, or with the
/// same key twice.
struct JSONOutput: PayloadOutput {
  /// Receives everything that is written; it uses the plain style.
  let writer: JSONWriter
  private let buffer: OutputBuffer
  private let marks: KeyMarks

  struct List {
    fileprivate var isEmpty = true
  }

  struct Map {
    fileprivate var count = 0
    /// Whether its entries stand next to `$class`.
    fileprivate var isObject = false
  }

  static var showsReferences: Bool { false }

  init(_ writer: JSONWriter) {
    self.writer = writer
    buffer = writer.buffer
    marks = writer.marks
    marks.removeAll()
  }

  @inline(__always)
  func open(at offset: Int) {}
  @inline(__always)
  func close(at offset: Int) {}

  // MARK: - Atoms

  @inline(__always)
  func null() { buffer.append("null") }

  @inline(__always)
  func bool(_ flag: Bool) { flag ? buffer.append("true") : buffer.append("false") }

  @inline(__always)
  func integer(_ number: Int64) { buffer.append(digits: number) }

  func double(_ number: Double) { writer.write(number) }

  func number(_ bytes: [UInt8], _ range: Range<Int>) {
    buffer.append(bytes.span.extracting(range))
  }

  @inline(__always)
  func text(_ bytes: [UInt8], _ range: Range<Int>) -> Void? {
    let text = bytes.span.extracting(range)
    return buffer.appendPlain(text) ? () : unusual(text)
  }

  @inline(__always)
  func text(_ bytes: [UInt8], _ range: Range<Int>, as tag: Tag) -> Void? { text(bytes, range) }

  /// Text with characters that are escaped or not ASCII.
  @inline(never)
  private func unusual(_ text: Span<UInt8>) -> Void? {
    guard (try? UTF8Span(validating: text)) != nil else { return nil }
    JSONText.append(text, to: buffer)
    return ()
  }

  func binary(_ bytes: [UInt8], _ range: Range<Int>) {
    writer.write(base64: bytes.span.extracting(range), tag: "bytes")
  }

  mutating func value(_ value: Value) {
    var writer = writer
    writer.write(value)
  }

  // MARK: - Containers

  @inline(__always)
  func beginList(_ count: Int) -> List {
    buffer.append(UInt8(ascii: "["))
    return List()
  }

  @inline(__always)
  func nextElement(of list: inout List) {
    if !list.isEmpty { buffer.append(UInt8(ascii: ",")) }
    list.isEmpty = false
  }

  @inline(__always)
  func end(_ list: List) { buffer.append(UInt8(ascii: "]")) }

  @inline(__always)
  func end(_ list: List, as tag: Tag) { end(list) }

  @inline(__always)
  func beginMap(_ count: Int) -> Map {
    buffer.append(UInt8(ascii: "{"))
    return Map()
  }

  func beginMap(after list: List) throws(PayloadError) -> Map { throw .declined }

  func beginObject(_ name: String) -> Map {
    buffer.append("{\"$class\":")
    JSONText.append(name, to: buffer)
    return Map(isObject: true)
  }

  @inline(__always)
  mutating func key(
    _ bytes: [UInt8], _ range: Range<Int>, in map: inout Map
  ) throws(PayloadError) -> Void? {
    let text = bytes.span.extracting(range)
    let needsComma = map.count > 0 || map.isObject
    // In an object it could be taken for a tag.
    if map.isObject, !text.isEmpty, text[0] == UInt8(ascii: "$") { throw .declined }
    if !buffer.appendPlainKey(text, afterComma: needsComma) {
      if needsComma { buffer.append(UInt8(ascii: ",")) }
      guard unusual(text) != nil else { return nil }
      buffer.append(UInt8(ascii: ":"))
    }
    marks.append(PlainText.mark(text))
    map.count &+= 1
    return ()
  }

  mutating func key(_ number: Int64, in map: inout Map) throws(PayloadError) {
    let digits = Array(number.description.utf8)
    _ = try key(digits, digits.indices, in: &map)
  }

  func beginKey(in map: inout Map) throws(PayloadError) { throw .declined }
  func endKey(in map: inout Map) {}

  func isEmpty(_ map: Map) -> Bool { map.count == 0 }

  @inline(__always)
  mutating func end(_ map: Map) throws(PayloadError) {
    buffer.append(UInt8(ascii: "}"))
    // Equal keys have the same mark. If other keys share it, that only costs time.
    if !marks.removeLast(map.count) { throw .declined }
  }

  mutating func end(object map: Map, _ name: String) throws(PayloadError) { try end(map) }
}
