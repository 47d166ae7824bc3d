/// Makes a `Value` of a payload.
struct TreeOutput: PayloadOutput {
  static var keepsValues: Bool { true }
  static var showsReferences: Bool { true }

  /// Room for this many elements from the start, whatever the payload claims.
  private static let room = 32

  @inline(__always)
  func open(at offset: Int) {}
  @inline(__always)
  func close(at offset: Int) {}

  func null() -> Value { .null }
  func bool(_ flag: Bool) -> Value { .bool(flag) }
  func integer(_ number: Int64) -> Value { .integer(number) }
  func double(_ number: Double) -> Value { .double(number) }

  func number(_ bytes: [UInt8], _ range: Range<Int>) -> Value {
    JSON.number(bytes, range)
  }

  @inline(__always)
  func text(_ bytes: [UInt8], _ range: Range<Int>) -> Value? {
    // Twice as fast as String(validating:as:), and sessions consist of short texts.
    guard let text = try? UTF8Span(validating: bytes.span.extracting(range)) else { return nil }
    return .string(String(copying: text))
  }

  @inline(__always)
  func text(_ bytes: [UInt8], _ range: Range<Int>, as tag: Tag) -> Value? {
    text(bytes, range).map { .tagged(tag, $0) }
  }

  func binary(_ bytes: [UInt8], _ range: Range<Int>) -> Value { .bytes(Array(bytes[range])) }

  @inline(__always)
  func value(_ value: Value) -> Value { value }
  func shared(_ item: Value, _ number: Int) -> Value { .shared(number, item) }

  func beginList(_ count: Int) -> [Value] {
    var list: [Value] = []
    list.reserveCapacity(min(count, Self.room))
    return list
  }

  @inline(__always)
  func nextElement(of list: inout [Value]) {}

  @inline(__always)
  func add(_ element: Value, to list: inout [Value]) { list.append(element) }

  func end(_ list: [Value]) -> Value { .list(list) }
  func end(_ list: [Value], as tag: Tag) -> Value { .tagged(tag, .list(list)) }

  func beginMap(_ count: Int) -> [Pair] {
    var map: [Pair] = []
    map.reserveCapacity(min(count, Self.room))
    return map
  }

  func beginMap(after list: [Value]) -> [Pair] {
    list.enumerated().map { Pair(.string(String($0)), $1) }
  }

  func beginObject(_ name: String) -> [Pair] { [] }

  @inline(__always)
  func key(_ bytes: [UInt8], _ range: Range<Int>, in map: inout [Pair]) -> Value? {
    text(bytes, range)
  }

  func key(_ number: Int64, in map: inout [Pair]) -> Value { .integer(number) }

  @inline(__always)
  func beginKey(in map: inout [Pair]) {}
  @inline(__always)
  func endKey(in map: inout [Pair]) {}

  func onlyEntry(of map: [Pair]) -> Pair? { map.count == 1 ? map[0] : nil }
  func repeatedKeys(of map: [Pair]) -> [String] { JSONKeys.repeated(map) }
  func isEmpty(_ map: [Pair]) -> Bool { map.isEmpty }

  @inline(__always)
  func add(_ key: Value, _ value: Value, to map: inout [Pair]) { map.append(Pair(key, value)) }

  func end(_ map: [Pair]) -> Value { .map(map) }

  func end(object map: [Pair], _ name: String) -> Value {
    var object = Object(name: name)
    object.fields = map
    return .object(object)
  }
}
