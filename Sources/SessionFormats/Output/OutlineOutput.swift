/// Makes an `Outline` of a payload.
///
/// Nothing here is inlined: the compiler copies each decoder for it, and the copies should be
/// small.
struct OutlineOutput: PayloadOutput {
  static var keepsPlaces: Bool { true }

  private(set) var outline = Outline()
  /// The entry of the open value; -1 for none.
  private var current = -1
  /// How the next value is reached.
  private var step = Outline.Step.root

  static var showsReferences: Bool { true }

  struct List {
    fileprivate var count = 0
  }

  struct Map {
    fileprivate var count = 0
    /// The number of entries before the key that is being read.
    fileprivate var kept = 0
  }

  @inline(never)
  mutating func open(at offset: Int) {
    outline.entries.append(
      Outline.Entry(parent: current, step: step, kind: .null, range: offset..<offset))
    current = outline.entries.count - 1
  }

  @inline(never)
  mutating func close(at offset: Int) {
    let start = outline.entries[current].range.lowerBound
    outline.entries[current].range = start..<max(start, offset)
    current = outline.entries[current].parent
  }

  @inline(never)
  private mutating func keep(_ bytes: Span<UInt8>) -> Range<Int> {
    let start = outline.texts.count
    for index in bytes.indices { outline.texts.append(bytes[index]) }
    return start..<outline.texts.count
  }

  @inline(never)
  private mutating func atom(_ kind: Outline.Kind, _ text: String = "") {
    guard current >= 0 else { return }
    outline.entries[current].kind = kind
    outline.entries[current].text = keep(text.utf8.span)
  }

  // MARK: - Atoms

  mutating func null() { atom(.null) }
  mutating func bool(_ flag: Bool) { atom(.bool, flag ? "true" : "false") }
  mutating func integer(_ number: Int64) { atom(.integer, String(number)) }
  mutating func double(_ number: Double) { atom(.double, number.description) }

  mutating func number(_ bytes: [UInt8], _ range: Range<Int>) {
    value(JSON.number(bytes, range))
  }

  @inline(never)
  mutating func text(_ bytes: [UInt8], _ range: Range<Int>) -> Void? {
    let text = bytes.span.extracting(range)
    guard (try? UTF8Span(validating: text)) != nil else { return nil }
    atom(.string)
    if current >= 0 { outline.entries[current].text = keep(text) }
    return ()
  }

  @inline(never)
  mutating func text(_ bytes: [UInt8], _ range: Range<Int>, as tag: Tag) -> Void? {
    guard text(bytes, range) != nil else { return nil }
    if current >= 0 { outline.entries[current].kind = .tagged(tag) }
    return ()
  }

  mutating func binary(_ bytes: [UInt8], _ range: Range<Int>) { atom(.bytes) }

  @inline(never)
  mutating func value(_ value: Value) {
    switch value {
    case .null: null()
    case .bool(let flag): bool(flag)
    case .integer(let number): integer(number)
    case .double(let number): double(number)
    case .number(let literal): atom(.number, literal)
    case .string(let text): atom(.string, text)
    case .bytes: atom(.bytes)
    case .list: atom(.list)
    case .map: atom(.map)
    case .tagged(let tag, .string(let text)): atom(.tagged(tag), text)
    case .tagged(let tag, _): atom(.tagged(tag))
    case .object(let object): atom(.object, object.name)
    case .shared(_, let inner): self.value(inner)
    case .reference: atom(.reference)
    }
  }

  // MARK: - Containers

  @inline(never)
  mutating func beginList(_ count: Int) -> List {
    atom(.list)
    return List()
  }

  @inline(never)
  mutating func nextElement(of list: inout List) {
    step = .index(list.count)
    list.count += 1
  }

  func end(_ list: List) {}
  mutating func end(_ list: List, as tag: Tag) { atom(.tagged(tag)) }

  @inline(never)
  mutating func beginMap(_ count: Int) -> Map {
    atom(.map)
    return Map()
  }

  mutating func beginMap(after list: List) -> Map {
    for index in outline.entries.indices.dropFirst(current) {
      let entry = outline.entries[index]
      guard entry.parent == current, case .index(let number) = entry.step else { continue }
      let key = keep(String(number).utf8.span)
      outline.entries[index].step = .key(key)
    }
    atom(.map)
    return Map(count: list.count)
  }

  @inline(never)
  mutating func beginObject(_ name: String) -> Map {
    atom(.object, name)
    return Map()
  }

  @inline(never)
  mutating func key(_ bytes: [UInt8], _ range: Range<Int>, in map: inout Map) -> Void? {
    let text = bytes.span.extracting(range)
    guard (try? UTF8Span(validating: text)) != nil else { return nil }
    step = .key(keep(text))
    map.count += 1
    return ()
  }

  @inline(never)
  mutating func key(_ number: Int64, in map: inout Map) {
    step = .key(keep(String(number).utf8.span))
    map.count += 1
  }

  mutating func beginKey(in map: inout Map) { map.kept = outline.entries.count }

  @inline(never)
  mutating func endKey(in map: inout Map) {
    outline.entries.removeLast(outline.entries.count - map.kept)
    step = .entry(map.count)
    map.count += 1
  }

  func isEmpty(_ map: Map) -> Bool { map.count == 0 }

  func end(_ map: Map) {}
  func end(object: Map, _ name: String) {}
}
