/// Writes replies as JSON while they arrive: maps as objects where RESP3 has them, or where a
/// `ReplyShape` says that RESP2's arrays are some.
///
/// What comes is always JSON, whatever the server sends: an error is `{"error":...}`, bytes that
/// are not UTF-8 `{"$bytes":...}`, a number that JSON has not `{"$float":...}`, and a name that is
/// no string becomes one.
final class JSONReplyPrinter {
  private let output: Output
  private let literals: JSONLiterals
  private var isQuoted = false
  /// The shape of the reply to come.
  private var shape: ReplyShape = .plain
  /// Arrays and maps that are open, outermost first.
  private var levels: [Level] = []
  /// Arrays that are names in a map and open. What they hold is written into a string.
  private var names = 0

  private enum Kind {
    case list
    /// Names and values in turn.
    case object
    /// The same by its shape alone: it is an object when its first element is a name, and then has
    /// its bracket.
    case perhapsObject
    /// Names and values in turn, written as arrays of two.
    case pairs
    /// An object whose elements are `entry`s.
    case entries
    /// Two elements, a name and a value.
    case entry
  }

  private struct Level {
    var kind: Kind
    let count: Int
    var shape: ReplyShape
    /// Whether it stands where a name stands.
    let isName: Bool
    /// Elements that have ended.
    var done = 0
    /// The shape of the value that follows a name.
    var value: ReplyShape = .plain
  }

  /// What the next element is.
  private enum Place {
    case value(ReplyShape)
    case name
  }

  init(_ output: Output, _ literals: JSONLiterals) {
    self.output = output
    self.literals = literals
  }

  /// Forgets the reply before.
  func begin(isQuoted: Bool, shape: ReplyShape) {
    self.isQuoted = isQuoted
    self.shape = shape
    levels.removeAll(keepingCapacity: true)
    names = 0
  }

  // MARK: Elements

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer) {
    switch nextPlace(isName: kind != .error) {
    case .name:
      noteName(bytes)
      appendText(bytes, isName: true)
    case .value(let shape):
      switch kind {
      case .error:
        append("{\"error\":")
        appendText(bytes, isName: true)
        append("}")
      case .double, .bigNumber: appendNumber(bytes)
      case .bulk where shape == .double: appendNumber(bytes)
      case .bulk, .status, .verbatim: appendText(bytes, isName: false)
      }
    }
    ended()
  }

  func integer(_ value: Int64) { word(String(value), isName: true) }
  func boolean(_ value: Bool) { word(value ? "true" : "false", isName: true) }
  func null() { word("null", isName: false) }

  private func word(_ text: String, isName: Bool) {
    if case .name = nextPlace(isName: isName) {
      setValueShape(text)
      append("\"")
      append(text)
      append("\"")
    } else {
      append(text)
    }
    ended()
  }

  func aggregate(_ kind: AggregateKind, count: Int) {
    let place = nextPlace(isName: false, startsArrayOf: kind == .map ? nil : count)
    var shape = ReplyShape.plain
    var isName = false
    switch place {
    case .name: isName = true
    case .value(let given): shape = given
    }
    var level = Level(
      kind: layout(kind, count, shape, isName), count: count, shape: shape, isName: isName)
    if case .map(let value) = shape { level.value = value }
    if isName {
      append("\"")
      names += 1
    }
    if let bracket = Self.opening(level.kind) { append(bracket) }
    levels.append(level)
    if count == 0 { close() }
  }

  /// Ends an array whose length was not known.
  func endList() {
    levels.removeAll(keepingCapacity: true)
    append("]")
  }

  private func layout(
    _ kind: AggregateKind, _ count: Int, _ shape: ReplyShape, _ isName: Bool
  ) -> Kind {
    if kind == .map { return .object }
    if levels.last?.kind == .entries, !isName { return .entry }
    switch shape {
    case .map, .fields:
      return count == 0 ? .object : count.isMultiple(of: 2) ? .perhapsObject : .list
    case .pairs: return count.isMultiple(of: 2) ? .pairs : .list
    case .entries: return .entries
    case .plain, .double, .list, .tuple: return .list
    }
  }

  private static func opening(_ kind: Kind) -> String? {
    switch kind {
    case .object, .entries: "{"
    case .list, .pairs: "["
    case .entry, .perhapsObject: nil
    }
  }

  // MARK: Between the elements

  /// Writes what stands before an element and says what the element is.
  ///
  /// - Parameters:
  ///   - isName: whether it can be a name that RESP2 sends.
  ///   - elements: how many an array has; nil for what is none.
  private func nextPlace(isName: Bool, startsArrayOf elements: Int? = nil) -> Place {
    if levels.last?.kind == .perhapsObject { decide(isName) }
    guard let level = levels.last else { return .value(shape) }
    let isOdd = !level.done.isMultiple(of: 2)
    let comma = level.done > 0 ? "," : ""
    switch level.kind {
    case .list:
      append(comma)
      return .value(level.shape.element(level.done))
    case .object, .perhapsObject:
      append(isOdd ? ":" : comma)
      return isOdd ? .value(level.value) : .name
    case .pairs:
      append(isOdd ? "," : comma + "[")
      if isOdd, case .pairs(let value) = level.shape { return .value(value) }
      return .value(.plain)
    case .entries:
      append(comma)
      // What is no entry is a name without a value.
      return elements == 2 ? .value(level.shape) : .name
    case .entry:
      append(isOdd ? ":" : "")
      guard isOdd else { return .name }
      if case .entries(let value) = level.shape { return .value(value) }
      return .value(.plain)
    }
  }

  /// Begins what its first element makes an object or an array.
  private func decide(_ isObject: Bool) {
    let last = levels.count - 1
    levels[last].kind = isObject ? .object : .list
    if !isObject { levels[last].shape = .plain }
    append(isObject ? "{" : "[")
  }

  /// Notes which shape the value of this name has.
  private func noteName(_ bytes: UnsafeRawBufferPointer) {
    guard let last = levels.last, case .fields = last.shape else { return }
    setValueShape(bytes.count <= 64 ? String(decoding: bytes, as: UTF8.self) : "")
  }

  private func setValueShape(_ name: String) {
    guard let last = levels.indices.last, case .fields(let shapes, let others) = levels[last].shape
    else { return }
    levels[last].value = shapes[name] ?? others
  }

  /// Writes what stands after an element, and after the arrays that it ends.
  private func ended() {
    guard let last = levels.indices.last else { return output.flushIfFull() }
    if levels[last].kind == .entries { append(":null") }
    finishElement()
    output.flushIfFull()
  }

  private func finishElement() {
    guard let last = levels.indices.last else { return }
    levels[last].done += 1
    if levels[last].kind == .pairs, levels[last].done.isMultiple(of: 2) { append("]") }
    if levels[last].done == levels[last].count { close() }
  }

  /// Ends the innermost array, which is an element of the one around it.
  private func close() {
    let level = levels.removeLast()
    switch level.kind {
    case .object, .entries: append("}")
    case .list, .pairs: append("]")
    case .entry, .perhapsObject: break
    }
    if level.isName {
      names -= 1
      append("\"")
      if levels.last?.kind == .entries { append(":null") }
    }
    finishElement()
  }

  // MARK: Text

  private func append(_ text: String) {
    if names == 0 { return output.buffer.append(contentsOf: text.utf8) }
    for byte in text.utf8 { appendInName(byte) }
  }

  private func appendInName(_ byte: UInt8) {
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      output.buffer.append(UInt8(ascii: "\\"))
    }
    output.buffer.append(byte)
  }

  /// A number as it came when JSON has it.
  private func appendNumber(_ bytes: UnsafeRawBufferPointer) {
    if Self.isNumber(bytes) {
      if names == 0 { return output.buffer.append(contentsOf: bytes) }
      for byte in bytes { appendInName(byte) }
    } else {
      let word = bytes.count <= 4 ? String(decoding: bytes, as: UTF8.self) : ""
      let isFloat = ["inf", "-inf", "nan", "-nan"].contains(word)
      if isFloat { append("{\"$float\":") }
      appendText(bytes, isName: true)
      if isFloat { append("}") }
    }
  }

  /// Whether the bytes are a number in JSON (RFC 8259, section 6).
  static func isNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    func digits() -> Int {
      let start = at
      while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
      return at - start
    }
    func take(_ characters: UInt8...) -> Bool {
      guard at < bytes.count, characters.contains(bytes[at]) else { return false }
      at += 1
      return true
    }
    _ = take(UInt8(ascii: "-"))
    let leadsWithZero = at < bytes.count && bytes[at] == UInt8(ascii: "0")
    let whole = digits()
    if whole == 0 || (leadsWithZero && whole > 1) { return false }
    if take(UInt8(ascii: ".")), digits() == 0 { return false }
    if take(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      _ = take(UInt8(ascii: "+"), UInt8(ascii: "-"))
      if digits() == 0 { return false }
    }
    return at == bytes.count
  }

  /// Appends a string. Bytes that are not UTF-8 become an object, or redis-cli's escapes where only
  /// a string can stand.
  private func appendText(_ bytes: UnsafeRawBufferPointer, isName: Bool) {
    let isUTF8 = isQuoted || JSONReplyText.isUTF8(bytes)
    if !isUTF8, !isName, names == 0 {
      return literals.appendBytes(bytes, &output.buffer)
    }
    let style: JSONReplyText.Style =
      isQuoted || !isUTF8 ? .quoted : output.isTerminal ? .safe : .plain
    append("\"")
    if names > 0 {
      var text: [UInt8] = []
      literals.append(bytes, style, to: &text)
      for byte in text { appendInName(byte) }
    } else {
      output.appendInPieces(bytes) { literals.append($0, style, to: &$1) }
    }
    append("\"")
  }
}
