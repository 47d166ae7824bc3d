/// Writes values as compact JSON. The README says how it writes what JSON cannot express.
///
/// The output is always valid JSON in UTF-8 and safe to print on a terminal: anything that moves a
/// cursor, hides or reorders text is a `\u` escape (see `JSONText`).
public struct JSONWriter {
  /// How to write what JSON cannot express.
  public enum Style: Sendable {
    /// For jq: a tuple is an array, a date a string.
    case plain
    /// Lossless: everything that JSON cannot express is tagged, `{"$tuple":[1,2]}`.
    case typed
  }

  public let style: Style
  let buffer = OutputBuffer()
  /// Working memory of `JSONOutput`, kept as long as the writer.
  let marks = KeyMarks()
  /// Everything written so far. A copy of the writer writes to the same place.
  public var bytes: [UInt8] { buffer.bytes }

  /// Plain style: shared containers that are short enough to be written again, by number.
  private var repeatable: [Int: Range<Int>] = [:]
  /// Bytes written by repeating shared containers.
  private var repeated = 0

  /// The most elements and bytes of a shared container that plain style writes again instead of
  /// referring to it. A point or a pair of names reads better in place, and one level of atoms
  /// cannot grow exponentially.
  private static let repeatableElements = 16
  private static let repeatableBytes = 1 << 10

  public init(_ style: Style = .plain) { self.style = style }

  /// The JSON of one value.
  public static func json(_ value: Value, _ style: Style = .plain) -> [UInt8] {
    var writer = JSONWriter(style)
    writer.write(value)
    return writer.bytes
  }

  /// Starts a new document: forgets what was written and keeps the memory.
  public mutating func reset() {
    buffer.removeAll()
    repeatable.removeAll(keepingCapacity: true)
    repeated = 0
  }

  /// Appends the JSON of a value.
  public mutating func write(_ value: Value) {
    switch value {
    case .null: put("null")
    case .bool(let flag): put(flag ? "true" : "false")
    case .integer(let number): buffer.append(digits: number)
    case .number(let literal): buffer.append(raw: literal)
    case .double(let number): write(number)
    case .string(let text): JSONText.append(text, to: buffer)
    case .bytes(let data): write(base64: data.span, tag: "bytes")
    case .list(let elements): write(list: elements)
    case .map(let pairs): write(map: pairs)
    case .tagged(let tag, let inner): write(tag, inner)
    case .object(let object): write(object)
    case .shared(let number, let inner): write(shared: number, inner)
    case .reference(let number): write(reference: number)
    }
  }

  @inline(__always)
  func put(_ text: StaticString) { buffer.append(text) }

  @inline(__always)
  func put(_ byte: UInt8) { buffer.append(byte) }

  /// Writes a number from 0 to 99 in two digits.
  @inline(__always)
  mutating func put2(_ number: Int) {
    put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10))
    put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
  }

  /// Writes a finite number in the shortest form that reads back the same, `1.0` included; JSON has
  /// no others.
  public func write(_ number: Double) {
    if number.isFinite {
      buffer.append(raw: number.description)
    } else if number.isNaN {
      put("{\"$float\":\"nan\"}")
    } else {
      put(number < 0 ? "{\"$float\":\"-inf\"}" : "{\"$float\":\"inf\"}")
    }
  }

  func write(base64 data: Span<UInt8>, tag: String) {
    open(tag)
    put(UInt8(ascii: "\""))
    JSONText.append(base64: data, to: buffer)
    put("\"}")
  }

  /// `{"$tag":`, which the caller closes.
  private func open(_ tag: String) {
    put("{\"$")
    buffer.append(raw: tag)
    put("\":")
  }

  private mutating func write(list elements: [Value]) {
    put(UInt8(ascii: "["))
    for index in elements.indices {
      if index > 0 { put(UInt8(ascii: ",")) }
      write(elements[index])
    }
    put(UInt8(ascii: "]"))
  }

  // MARK: - Maps

  /// A map is an object if its keys are distinct strings (and in typed style none can be taken for
  /// a tag); otherwise it is a list of pairs under `$map`.
  private mutating func write(map pairs: [Pair]) {
    if JSONKeys.areDistinct(pairs, allowingTags: style == .plain) {
      put(UInt8(ascii: "{"))
      write(members: pairs, first: true)
      put(UInt8(ascii: "}"))
      return
    }
    put("{\"$map\":[")
    for index in pairs.indices {
      put(index == 0 ? "[" : ",[")
      write(pairs[index].key)
      put(UInt8(ascii: ","))
      write(pairs[index].value)
      put(UInt8(ascii: "]"))
    }
    put("]}")
  }

  private mutating func write(members pairs: [Pair], first: Bool) {
    var isFirst = first
    for pair in pairs {
      if !isFirst { put(UInt8(ascii: ",")) }
      isFirst = false
      write(pair.key)
      put(UInt8(ascii: ":"))
      write(pair.value)
    }
  }

  // MARK: - Tagged values

  private mutating func write(_ tag: Tag, _ inner: Value) {
    switch (tag, inner) {
    case (.surrogates, .bytes(let text)):
      // JSON's own escapes can express a lone surrogate, so both styles write a string.
      JSONText.append(text.span, to: buffer)
    case (.bytearray, .bytes(let data)):
      write(base64: data.span, tag: style == .plain ? "bytes" : tag.rawValue)
    case (.regex, .list(let parts)) where style == .plain && parts.count == 2:
      if case .string(let pattern) = parts[0], case .string(let flags) = parts[1] {
        JSONText.append("/\(pattern)/\(flags)", to: buffer)
      } else {
        write(list: parts)
      }
    case (.ext, _), (.persistent, _):
      tagged(tag, inner)
    default:
      if style == .plain { write(inner) } else { tagged(tag, inner) }
    }
  }

  private mutating func tagged(_ tag: Tag, _ inner: Value) {
    open(tag.rawValue)
    write(inner)
    put(UInt8(ascii: "}"))
  }

  // MARK: - Objects

  private mutating func write(_ object: Object) {
    let prefix: String
    if style == .plain {
      put(object.isDangerous ? "{\"$danger\":" : "{\"$class\":")
      prefix = "$"
    } else {
      put(object.isDangerous ? "{\"$danger\":{\"class\":" : "{\"$object\":{\"class\":")
      prefix = ""
    }
    JSONText.append(object.name, to: buffer)
    if !object.arguments.isEmpty {
      member("args", prefix)
      write(list: object.arguments)
    }
    if !object.fields.isEmpty {
      // Attributes stand next to `$class` unless one of them could be taken for a tag.
      if style == .plain && JSONKeys.areDistinct(object.fields, allowingTags: false) {
        write(members: object.fields, first: false)
      } else {
        member("fields", prefix)
        write(map: object.fields)
      }
    }
    if !object.items.isEmpty {
      member("items", prefix)
      write(list: object.items)
    }
    if !object.entries.isEmpty {
      member("entries", prefix)
      write(map: object.entries)
    }
    if let state = object.state {
      member("state", prefix)
      write(state)
    }
    put(style == .plain ? "}" : "}}")
  }

  private mutating func member(_ name: StaticString, _ prefix: String) {
    put(",\"")
    buffer.append(raw: prefix)
    put(name)
    put("\":")
  }

  // MARK: - Shared values

  private mutating func write(shared number: Int, _ inner: Value) {
    if style == .typed {
      put("{\"$shared\":[")
      buffer.append(digits: Int64(number))
      put(UInt8(ascii: ","))
      write(inner)
      put("]}")
      return
    }
    let start = buffer.count
    write(inner)
    if buffer.count - start <= Self.repeatableBytes && Self.isRepeatable(inner) {
      repeatable[number] = start..<buffer.count
    }
  }

  private mutating func write(reference number: Int) {
    if let range = repeatable[number], repeated + range.count <= Limits.output {
      repeated += range.count
      buffer.append(buffer[range])
      return
    }
    put("{\"$ref\":")
    buffer.append(digits: Int64(number))
    put(UInt8(ascii: "}"))
  }

  /// Whether a container holds only a few atoms.
  private static func isRepeatable(_ value: Value) -> Bool {
    switch value {
    case .list(let elements):
      return elements.count <= repeatableElements && elements.allSatisfy(isAtom)
    case .map(let pairs):
      return pairs.count <= repeatableElements
        && pairs.allSatisfy { isAtom($0.key) && isAtom($0.value) }
    case .tagged(_, let inner): return isAtom(value) || isRepeatable(inner)
    default: return isAtom(value)
    }
  }

  private static func isAtom(_ value: Value) -> Bool {
    switch value {
    case .list, .map, .object, .shared, .reference: false
    case .tagged(_, let inner): isAtom(inner)
    default: true
    }
  }
}
