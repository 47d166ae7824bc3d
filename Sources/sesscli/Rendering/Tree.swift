import RedisClient
import SessionFormats

/// Draws a value for people: like JSON, but indented, coloured, and keeping visible what JSON
/// cannot say.
///
///     {
///       "user_id": 42
///       "point": (1, 2)
///       "seen": datetime 2026-01-01 00:00:00
///       "user": app.models.User { id: 7 }
///     }
struct Tree {
  private let palette: Palette
  private let text: Escaping.Text
  /// Columns that a line may take before a container is spread over lines.
  private let width: Int
  private var out: [UInt8] = []
  /// Columns used in the current line; colours do not count.
  private var column = 0
  /// While something is tried on one line: the column that ends the attempt.
  private var limit = Int.max

  /// The drawing, ending with a line feed.
  static func draw(
    _ value: Value, palette: Palette, text: Escaping.Text, width: Int
  ) -> [UInt8] {
    var tree = Tree(palette: palette, text: text, width: max(20, width))
    tree.draw(value, indent: 0)
    tree.out.append(10)
    return tree.out
  }

  /// One line, cut off with `...` when longer than `width` columns.
  static func line(_ value: Value, text: Escaping.Text, width: Int) -> [UInt8] {
    var tree = Tree(palette: .plain, text: text, width: width)
    tree.limit = width
    return tree.inline(value) ? tree.out : Array(tree.out.prefix(width)) + Array("...".utf8)
  }

  private init(palette: Palette, text: Escaping.Text, width: Int) {
    self.palette = palette
    self.text = text
    self.width = width
  }

  // MARK: Over lines

  private mutating func draw(_ value: Value, indent: Int) {
    if fits(value) { return }
    switch value {
    case .list(let elements): spread(elements, "[", "]", indent)
    case .map(let pairs): spread(pairs, indent, isObject: false)
    case .tagged(let tag, .list(let elements)):
      let (head, open, close) = Self.brackets(tag)
      put(head, .type)
      spread(elements, open, close, indent)
    case .tagged(let tag, let inner):
      put(Self.name(tag) + " ", .type)
      draw(inner, indent: indent)
    case .object(let object): draw(object, indent)
    case .shared(let number, let inner):
      put("&\(number) ", .dim)
      draw(inner, indent: indent)
    // What has no parts is too long for a line as it is; the terminal breaks it.
    default: _ = inline(value)
    }
  }

  private mutating func draw(_ object: Object, _ indent: Int) {
    put(name(of: object), object.isDangerous ? .danger : .type)
    if !object.arguments.isEmpty || object.isDangerous {
      spread(object.arguments, "(", ")", indent)
    }
    if !object.items.isEmpty {
      put(" ")
      spread(object.items, "[", "]", indent)
    }
    if !object.entries.isEmpty {
      put(" ")
      spread(object.entries, indent, isObject: false)
    }
    if !object.fields.isEmpty {
      put(" ")
      spread(object.fields, indent, isObject: true)
    }
    if let state = object.state {
      put(" state ", .dim)
      draw(state, indent: indent)
    }
  }

  private mutating func spread(
    _ elements: [Value], _ open: String, _ close: String, _ indent: Int
  ) {
    put(open)
    for element in elements {
      newline(indent + 2)
      draw(element, indent: indent + 2)
    }
    if !elements.isEmpty { newline(indent) }
    put(close)
  }

  private mutating func spread(_ pairs: [Pair], _ indent: Int, isObject: Bool) {
    put("{")
    for pair in pairs {
      newline(indent + 2)
      key(pair.key, isObject: isObject)
      put(": ")
      draw(pair.value, indent: indent + 2)
    }
    if !pairs.isEmpty { newline(indent) }
    put("}")
  }

  /// Writes the value on the rest of the line if it fits there.
  private mutating func fits(_ value: Value) -> Bool {
    let before = (out.count, column)
    limit = width
    defer { limit = Int.max }
    if inline(value) { return true }
    out.removeLast(out.count - before.0)
    column = before.1
    return false
  }

  // MARK: On one line

  /// Writes the value without a line feed; false as soon as the line is longer than the limit.
  private mutating func inline(_ value: Value) -> Bool {
    switch value {
    case .null: put("null", .dim)
    case .bool(let flag): put(flag ? "true" : "false", .number)
    case .integer(let number): put(String(number), .number)
    case .number(let literal): put(literal, .number)
    case .double(let number): put(number.isNaN ? "nan" : String(number), .number)
    case .string(let string): quoted(string)
    case .bytes(let bytes): quoted(bytes)
    case .list(let elements): return inline(elements, "[", "]")
    case .map(let pairs): return inline(pairs, isObject: false)
    case .tagged(let tag, let inner): return inline(tag, inner)
    case .object(let object): return inline(object)
    case .shared(let number, let inner):
      put("&\(number) ", .dim)
      return inline(inner)
    case .reference(let number): put("*\(number)", .dim)
    }
    return column <= limit
  }

  private mutating func inline(_ elements: [Value], _ open: String, _ close: String) -> Bool {
    put(open)
    for (i, element) in elements.enumerated() {
      if i > 0 { put(", ") }
      guard inline(element) else { return false }
    }
    // Python's way to tell a tuple of one from a parenthesis.
    put(open == "(" && elements.count == 1 ? ",)" : close)
    return column <= limit
  }

  private mutating func inline(_ pairs: [Pair], isObject: Bool) -> Bool {
    put(pairs.isEmpty ? "{" : "{ ")
    for (i, pair) in pairs.enumerated() {
      if i > 0 { put(", ") }
      key(pair.key, isObject: isObject)
      put(": ")
      guard inline(pair.value) else { return false }
    }
    put(pairs.isEmpty ? "}" : " }")
    return column <= limit
  }

  private mutating func inline(_ tag: Tag, _ inner: Value) -> Bool {
    switch (tag, inner) {
    case (.datetime, .string(let string)):
      put("datetime ", .type)
      // ISO 8601's T separates for machines; the zone behind may have others.
      put(escaped(Array(string.utf8)).replacing("T", with: " ", maxReplacements: 1), .number)
    case (.date, .string(let string)), (.time, .string(let string)),
      (.timedelta, .string(let string)), (.timezone, .string(let string)),
      (.uuid, .string(let string)), (.ip, .string(let string)), (.fraction, .string(let string)):
      put(Self.name(tag) + " ", .type)
      put(escaped(Array(string.utf8)), .number)
    case (.global, .string(let string)):
      put("<" + escaped(Array(string.utf8)) + ">", .type)
    case (.complex, .list(let parts)) where parts.count == 2:
      put("complex ", .type)
      return inline(parts, "(", ")")
    case (.regex, .list(let parts)) where parts.count == 2:
      // A pattern of bytes, or flags of another kind, stay a list.
      if case .string(let pattern) = parts[0], case .string(let flags) = parts[1] {
        put("/\(escaped(Array(pattern.utf8)))/\(escaped(Array(flags.utf8)))", .text)
      } else {
        put("regex ", .type)
        return inline(parts, "[", "]")
      }
    case (.surrogates, .bytes(let bytes)): quoted(bytes)
    case (.symbol, .string(let string)): symbol(string)
    // `{}` would be an empty map.
    case (.set, .list(let elements)) where elements.isEmpty: put("set()", .type)
    case (_, .list(let elements)):
      let (head, open, close) = Self.brackets(tag)
      put(head, .type)
      return inline(elements, open, close)
    default:
      put(Self.name(tag) + " ", .type)
      return inline(inner)
    }
    return column <= limit
  }

  private mutating func inline(_ object: Object) -> Bool {
    put(name(of: object), object.isDangerous ? .danger : .type)
    if !object.arguments.isEmpty || object.isDangerous {
      put("(")
      for (i, argument) in object.arguments.enumerated() {
        if i > 0 { put(", ") }
        guard inline(argument) else { return false }
      }
      put(")")
    }
    if !object.items.isEmpty {
      put(" ")
      guard inline(object.items, "[", "]") else { return false }
    }
    if !object.entries.isEmpty {
      put(" ")
      guard inline(object.entries, isObject: false) else { return false }
    }
    if !object.fields.isEmpty {
      put(" ")
      guard inline(object.fields, isObject: true) else { return false }
    }
    if let state = object.state {
      put(" state ", .dim)
      guard inline(state) else { return false }
    }
    return column <= limit
  }

  // MARK: Words

  private func name(of object: Object) -> String { escaped(Array(object.name.utf8)) }

  private mutating func key(_ key: Value, isObject: Bool) {
    guard case .string(let string) = key else {
      _ = inline(key)
      return
    }
    if isObject {
      put(escaped(Array(string.utf8)), .key)
    } else {
      palette.start(.key, in: &out)
      quote(Array(string.utf8), text)
      palette.end(in: &out)
    }
  }

  /// As Ruby writes it: `:name`, `:"two words"`.
  private mutating func symbol(_ string: String) {
    put(":", .type)
    let isWord = string.utf8.first.map { $0 &- 0x30 >= 10 } ?? false
    let isPlain = string.utf8.allSatisfy {
      $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F || $0 == 0x3F || $0 == 0x21
    }
    if isWord && isPlain { put(string, .type) } else { quoted(string) }
  }

  private mutating func quoted(_ string: String) {
    palette.start(.text, in: &out)
    quote(Array(string.utf8), text)
    palette.end(in: &out)
  }

  private mutating func quoted(_ bytes: [UInt8]) {
    put("b", .type)
    palette.start(.text, in: &out)
    quote(bytes, .ascii)
    palette.end(in: &out)
  }

  private mutating func quote(_ bytes: [UInt8], _ text: Escaping.Text) {
    out.append(UInt8(ascii: "\""))
    let start = out.count
    // An attempt at one line need not escape a megabyte to see that it does not fit.
    let shown = limit == Int.max ? bytes[...] : bytes.prefix(limit * 4)
    Array(shown).withUnsafeBytes { Escaping.append($0, as: text, to: &out) }
    column += 2 + Self.columns(out[start...]) + (shown.count < bytes.count ? limit : 0)
    out.append(UInt8(ascii: "\""))
  }

  private mutating func put(_ string: String, _ role: Palette.Role? = nil) {
    if let role { palette.start(role, in: &out) }
    out.append(contentsOf: string.utf8)
    if role != nil { palette.end(in: &out) }
    column += Self.columns(string.utf8)
  }

  private mutating func newline(_ indent: Int) {
    out.append(10)
    out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    column = indent
  }

  /// Characters, near enough to columns for breaking lines.
  private static func columns(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  private static func brackets(_ tag: Tag) -> (head: String, open: String, close: String) {
    switch tag {
    case .tuple: ("", "(", ")")
    case .set: ("", "{", "}")
    default: (name(tag) + " ", "[", "]")
    }
  }

  private static func name(_ tag: Tag) -> String {
    switch tag {
    case .decimal: "Decimal"
    case .fraction: "Fraction"
    case .uuid: "UUID"
    case .html: "Markup"
    default: tag.rawValue
    }
  }
}
