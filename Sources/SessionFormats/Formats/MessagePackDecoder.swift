/// Who defines the extension types.
enum MessagePackDialect {
  case plain, rails
}

/// Reads one value after the other, by the specification's table of first bytes.
struct MessagePackDecoder<Output: PayloadOutput> {
  var reader: ByteReader
  var output: Output
  var notes: [String] = []
  let dialect: MessagePackDialect
  /// Where the maps begin whose first key is nil, which is how PHP marks what MessagePack cannot
  /// express.
  private(set) var marked: [Int] = []
  /// Whether the root is PHP's `$_SESSION`; integers are then keys just as text is.
  private var isSession = false
  /// Whether there is text, without which the bytes could be anything.
  private var hasText = false

  init(_ reader: ByteReader, _ output: Output, _ dialect: MessagePackDialect = .plain) {
    self.reader = reader
    self.output = output
    self.dialect = dialect
  }

  /// Reads a whole payload for an output that keeps no values, so there is no going back over them;
  /// false if that would be needed, or if there is a note.
  mutating func document() throws(PayloadError) -> Bool {
    guard let first = reader.peek(), isRoot(first) else { return false }
    // PHP's session is a reference to an array: its first entry is nil and 1.
    let ahead = first == 0xDE ? 3 : first == 0xDF ? 5 : 1
    isSession =
      dialect == .plain && first & 0xF0 != 0x90 && first != 0x81
      && reader.peek(ahead: ahead) == 0xC0 && reader.peek(ahead: ahead + 1) == 0x01
    _ = try value()
    return reader.isAtEnd && (hasText || dialect == .rails) && notes.isEmpty
  }

  /// Whether a payload may begin like this: with a container, or in Rails' dialect with anything
  /// but a number.
  private func isRoot(_ first: UInt8) -> Bool {
    switch first {
    case 0x80...0x9F, 0xDC...0xDF: true
    case 0xA0...0xBF, 0xC4...0xC9, 0xD4...0xD8, 0xD9...0xDB: dialect == .rails
    default: false
    }
  }

  mutating func value() throws(PayloadError) -> Output.Item {
    let start = reader.offset
    output.open(at: start)
    let item = try bare(start)
    output.close(at: reader.offset)
    return item
  }

  @inline(__always)
  private mutating func bare(_ start: Int) throws(PayloadError) -> Output.Item {
    try reader.count()
    let first = try reader.byte()
    switch first {
    case 0x00...0x7F: return try output.integer(Int64(first))
    case 0x80...0x8F: return try map(UInt32(first & 0x0F), start)
    case 0x90...0x9F: return try array(UInt32(first & 0x0F))
    case 0xA0...0xBF: return try string(UInt64(first & 0x1F))
    case 0xC0: return try output.null()
    case 0xC2: return try output.bool(false)
    case 0xC3: return try output.bool(true)
    case 0xC4: return try binary(UInt64(reader.byte()))
    case 0xC5: return try binary(UInt64(reader.big(UInt16.self)))
    case 0xC6: return try binary(UInt64(reader.big(UInt32.self)))
    case 0xC7: return try ext(UInt64(reader.byte()))
    case 0xC8: return try ext(UInt64(reader.big(UInt16.self)))
    case 0xC9: return try ext(UInt64(reader.big(UInt32.self)))
    case 0xCA:
      return try output.double(shortest(Float(bitPattern: try reader.big(UInt32.self))))
    case 0xCB: return try output.double(Double(bitPattern: try reader.big(UInt64.self)))
    case 0xCC: return try output.integer(Int64(try reader.byte()))
    case 0xCD: return try output.integer(Int64(try reader.big(UInt16.self)))
    case 0xCE: return try output.integer(Int64(try reader.big(UInt32.self)))
    case 0xCF: return try unsigned(reader.big(UInt64.self))
    case 0xD0: return try output.integer(Int64(Int8(bitPattern: try reader.byte())))
    case 0xD1: return try output.integer(Int64(try reader.big(Int16.self)))
    case 0xD2: return try output.integer(Int64(try reader.big(Int32.self)))
    case 0xD3: return try output.integer(try reader.big(Int64.self))
    case 0xD4...0xD8: return try ext(1 << UInt64(first - 0xD4))
    case 0xD9: return try string(UInt64(reader.byte()))
    case 0xDA: return try string(UInt64(reader.big(UInt16.self)))
    case 0xDB: return try string(UInt64(reader.big(UInt32.self)))
    case 0xDC: return try array(UInt32(reader.big(UInt16.self)))
    case 0xDD: return try array(reader.big(UInt32.self))
    case 0xDE: return try map(UInt32(reader.big(UInt16.self)), start)
    case 0xDF: return try map(reader.big(UInt32.self), start)
    case 0xE0...0xFF: return try output.integer(Int64(Int8(bitPattern: first)))
    default: throw reader.error("c1 is never used in MessagePack", at: start)
    }
  }

  private mutating func unsigned(_ number: UInt64) throws(PayloadError) -> Output.Item {
    if let number = Int64(exactly: number) { return try output.integer(number) }
    return try output.value(.number(String(number)))
  }

  /// The double that prints as the shortest text of a float 32: 0.1, not 0.10000000149011612.
  private func shortest(_ float: Float) -> Double {
    float.isFinite ? Double(float.description) ?? Double(float) : Double(float)
  }

  // MARK: - Containers

  private mutating func array(_ count: UInt32) throws(PayloadError) -> Output.Item {
    try reader.enter()
    try expectRoom(for: UInt64(count), "an array of \(count) elements")
    if count >= MessagePack.countedElements, reader.depth == 1 { hasText = true }
    var list = try output.beginList(Int(count))
    for _ in 0..<count {
      try output.nextElement(of: &list)
      output.add(try value(), to: &list)
    }
    reader.leave()
    return try output.end(list)
  }

  private mutating func map(_ count: UInt32, _ start: Int) throws(PayloadError) -> Output.Item {
    try reader.enter()
    try expectRoom(for: 2 * UInt64(count), "a map of \(count) entries")
    if count >= MessagePack.countedElements, reader.depth == 1 { hasText = true }
    var rest = count
    if count > 0, reader.peek() == 0xC0 {
      marked.append(start)
      if !Output.keepsValues {
        // The meaning of PHP's other marks shows only at the end.
        guard isSession, reader.depth == 1 else { throw .declined }
        try reader.skip(2)
        try reader.count(2)
        rest -= 1
      }
    }
    var map = try output.beginMap(Int(rest))
    for _ in 0..<rest {
      let key = try key(&map)
      output.add(key, try value(), to: &map)
    }
    reader.leave()
    return try output.end(map)
  }

  @inline(__always)
  private mutating func key(_ map: inout Output.Map) throws(PayloadError) -> Output.Item {
    let first = reader.peek() ?? 0
    if first & 0xE0 == 0xA0 || 0xD9...0xDB ~= first {
      let before = reader
      try reader.count()
      try reader.skip(1)
      let range: Range<Int>
      switch first {
      case 0xD9: range = try reader.range(UInt64(reader.byte()))
      case 0xDA: range = try reader.range(UInt64(reader.big(UInt16.self)))
      case 0xDB: range = try reader.range(UInt64(reader.big(UInt32.self)))
      default: range = try reader.range(UInt64(first & 0x1F))
      }
      if let key = try output.key(reader.bytes, range, in: &map) {
        if !hasText { hasText = isReadable(range) }
        return key
      }
      reader = before
    }
    return try unusualKey(&map)
  }

  /// A key that is not text. Integers are PHP's.
  @inline(never)
  private mutating func unusualKey(_ map: inout Output.Map) throws(PayloadError) -> Output.Item {
    if isSession, !Output.keepsValues {
      var integers = MessagePackDecoder<TreeOutput>(reader, TreeOutput())
      guard case .integer(let number) = try integers.value() else { throw .declined }
      reader = integers.reader
      // It may be a list.
      if number == 0, output.isEmpty(map) { throw .declined }
      hasText = true
      return try output.key(number, in: &map)
    }
    try output.beginKey(in: &map)
    let key = try value()
    try output.endKey(in: &map)
    return key
  }

  /// Every element takes at least one byte, so a count larger than what is left fails before
  /// anything is read.
  @inline(__always)
  private func expectRoom(
    for values: UInt64, _ what: @autoclosure () -> String
  ) throws(PayloadError) {
    if values > UInt64(reader.remaining) { throw noRoom(for: values, what()) }
  }

  @inline(never)
  private func noRoom(for values: UInt64, _ what: String) -> PayloadError {
    reader.error("\(what) needs \(values) bytes or more, \(reader.remaining) left")
  }

  // MARK: - Text and bytes

  private mutating func string(_ count: UInt64) throws(PayloadError) -> Output.Item {
    let range = try reader.range(count)
    if let text = try output.text(reader.bytes, range) {
      if !hasText { hasText = count > 1 && isReadable(range) }
      return text
    }
    note(
      "byte \(range.lowerBound): a str that is not UTF-8, "
        + "as writers older than MessagePack's bin type make")
    return try output.binary(reader.bytes, range)
  }

  private func isReadable(_ range: Range<Int>) -> Bool {
    MessagePack.isReadable(reader.bytes[range])
  }

  private mutating func binary(_ count: UInt64) throws(PayloadError) -> Output.Item {
    try output.binary(reader.bytes, reader.range(count))
  }

  private mutating func note(_ text: @autoclosure () -> String) {
    if notes.count < Limits.notes { notes.append(text()) }
  }

  // MARK: - Extensions

  @inline(never)
  private mutating func ext(_ count: UInt64) throws(PayloadError) -> Output.Item {
    let type = Int8(bitPattern: try reader.byte())
    // PHP has no extensions, so this is not a PHP session.
    if isSession, !Output.keepsValues { throw .declined }
    if dialect == .rails, let value = try rails(type, count) { return try output.value(value) }
    let start = reader.offset
    let range = try reader.range(count)
    let body = Array(reader.bytes[range])
    if type == -1, let time = MessagePackTime.timestamp(body) {
      return try output.value(.tagged(.datetime, .string(time)))
    }
    if type == 5, let time = MessagePackTime.goTime(body) {
      note("byte \(start): extension 5 shown as the time that Go's tinylib/msgp writes so")
      return try output.value(.tagged(.datetime, .string(time)))
    }
    if type == -1 {
      note("byte \(start): a timestamp outside of what the specification or a calendar allows")
    }
    return try output.value(.tagged(.ext, .list([.integer(Int64(type)), .bytes(body)])))
  }

  /// One of Rails' extensions that hold values; nil for others.
  private mutating func rails(_ type: Int8, _ count: UInt64) throws(PayloadError) -> Value? {
    var content = MessagePackDecoder<TreeOutput>(reader, TreeOutput(), .rails)
    swap(&content.notes, &notes)
    defer {
      swap(&content.notes, &notes)
      reader = content.reader
    }
    return try content.railsValue(type, count)
  }
}

/// The times that extensions hold.
enum MessagePackTime {
  /// The time of https://github.com/tinylib/msgp, its own extension: 8 bytes of seconds, 4 of
  /// nanoseconds. Twelve bytes of anything else do not fall between 1970 and 2514 by chance.
  static func goTime(_ bytes: [UInt8]) -> String? {
    var body = ByteReader(bytes)
    guard bytes.count == 12, let seconds = try? body.big(Int64.self),
      0..<(1 << 34) ~= seconds, let nanoseconds = try? body.big(UInt32.self)
    else { return nil }
    return isoTime(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// The time in the body of extension -1: 4 bytes of seconds, 8 of nanoseconds (30 bits) and
  /// seconds (34 bits), or 12 of nanoseconds (32 bits) and signed seconds.
  static func timestamp(_ bytes: [UInt8]) -> String? {
    var body = ByteReader(bytes)
    do throws(PayloadError) {
      switch bytes.count {
      case 4: return isoTime(seconds: Int64(try body.big(UInt32.self)))
      case 8:
        let both = try body.big(UInt64.self)
        return isoTime(
          seconds: Int64(both & 0x3_FFFF_FFFF), nanoseconds: UInt32(truncatingIfNeeded: both >> 34))
      case 12:
        let nanoseconds = try body.big(UInt32.self)
        return isoTime(seconds: try body.big(Int64.self), nanoseconds: nanoseconds)
      default: return nil
      }
    } catch {
      return nil
    }
  }
}
