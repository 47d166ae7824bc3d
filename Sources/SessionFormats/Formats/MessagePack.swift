// https://github.com/msgpack/msgpack/blob/master/spec.md

extension Format {
  /// MessagePack, as Flask-Session from 0.7 on writes it, and PHP's dialect of it.
  public static let messagePack = Format(
    name: "msgpack", labels: ["messagepack", "php-messagepack"],
    summary: "MessagePack, with timestamps and extension types; PHP's with objects and references",
    recognizes: { bytes in
      guard let first = bytes.first else { return false }
      return first & 0xE0 == 0x80 || first >= 0xDC && first <= 0xDF
    },
    read: { reader throws(PayloadError) in
      var decoder = MessagePackDecoder(reader: reader)
      let value = try decoder.value()
      let reading = PHPMessagePack.read(value, decoder)
      do throws(PayloadError) {
        try decoder.reader.expectEnd()
      } catch {
        throw error.finding(reading?.findings ?? [])
      }
      if let reading { return reading }
      return Reading(value, label: "MessagePack", notes: decoder.notes)
    },
    isPlausible: { value in
      // Small integers are one byte each, so that three random bytes easily are an array of two. Text is what
      // chance does not write.
      switch value.unshared {
      case .map(let pairs): pairs.count >= countedElements || holdsText(value)
      case .list(let items): items.count >= countedElements || holdsText(value)
      case .object: true
      default: false
      }
    },
    isConvincing: { value in
      guard case .map(let pairs) = value.unshared else { return false }
      var letters = 0
      for pair in pairs {
        guard case .string(let key) = pair.key, isReadable(key) else { return false }
        letters += key.utf8.count
      }
      return letters > 2
    },
    transcode: { reader, writer throws(PayloadError) in
      MessagePackTranscoder.transcode(reader, to: &writer)
    })
}

/// Elements from which on an array or map says how many they are in bytes of their own: that the last of so many is also
/// the last in the payload, chance does not write.
private let countedElements = 16

/// Whether a readable key, or text of two or more characters, stands anywhere in the value.
private func holdsText(_ value: Value) -> Bool {
  switch value.unshared {
  case .string(let text): text.utf8.count > 1 && isReadable(text)
  case .object: true
  case .list(let items): items.contains(where: holdsText)
  case .map(let pairs):
    pairs.contains { pair in
      if case .string(let key) = pair.key, isReadable(key) { return true }
      return holdsText(pair.value)
    }
  default: false
  }
}

private func isReadable(_ text: String) -> Bool {
  !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
}

/// Reads one value after the other, as the specification's table of first bytes says.
struct MessagePackDecoder {
  /// Whose extension types they are.
  enum Dialect {
    case plain, rails
  }

  var reader: ByteReader
  var notes: [String] = []
  let dialect: Dialect
  /// Where the maps begin whose first key is nil, which is how PHP marks what MessagePack has no word for.
  private(set) var marked: [Int] = []

  init(reader: ByteReader, dialect: Dialect = .plain) {
    self.reader = reader
    self.dialect = dialect
  }

  mutating func value() throws(PayloadError) -> Value {
    try reader.count()
    let start = reader.offset
    let first = try reader.byte()
    switch first {
    case 0x00...0x7F: return .integer(Int64(first))
    case 0x80...0x8F: return try map(UInt32(first & 0x0F), start)
    case 0x90...0x9F: return try array(UInt32(first & 0x0F))
    case 0xA0...0xBF: return try string(UInt64(first & 0x1F))
    case 0xC0: return .null
    case 0xC2: return .bool(false)
    case 0xC3: return .bool(true)
    case 0xC4: return try binary(UInt64(reader.byte()))
    case 0xC5: return try binary(UInt64(reader.big(UInt16.self)))
    case 0xC6: return try binary(UInt64(reader.big(UInt32.self)))
    case 0xC7: return try ext(UInt64(reader.byte()))
    case 0xC8: return try ext(UInt64(reader.big(UInt16.self)))
    case 0xC9: return try ext(UInt64(reader.big(UInt32.self)))
    case 0xCA: return .double(Self.shortest(Float(bitPattern: try reader.big(UInt32.self))))
    case 0xCB: return .double(Double(bitPattern: try reader.big(UInt64.self)))
    case 0xCC: return .integer(Int64(try reader.byte()))
    case 0xCD: return .integer(Int64(try reader.big(UInt16.self)))
    case 0xCE: return .integer(Int64(try reader.big(UInt32.self)))
    case 0xCF:
      let number = try reader.big(UInt64.self)
      return Int64(exactly: number).map(Value.integer) ?? .number(String(number))
    case 0xD0: return .integer(Int64(Int8(bitPattern: try reader.byte())))
    case 0xD1: return .integer(Int64(try reader.big(Int16.self)))
    case 0xD2: return .integer(Int64(try reader.big(Int32.self)))
    case 0xD3: return .integer(try reader.big(Int64.self))
    case 0xD4...0xD8: return try ext(1 << UInt64(first - 0xD4))
    case 0xD9: return try string(UInt64(reader.byte()))
    case 0xDA: return try string(UInt64(reader.big(UInt16.self)))
    case 0xDB: return try string(UInt64(reader.big(UInt32.self)))
    case 0xDC: return try array(UInt32(reader.big(UInt16.self)))
    case 0xDD: return try array(reader.big(UInt32.self))
    case 0xDE: return try map(UInt32(reader.big(UInt16.self)), start)
    case 0xDF: return try map(reader.big(UInt32.self), start)
    case 0xE0...0xFF: return .integer(Int64(Int8(bitPattern: first)))
    default: throw reader.error("c1 is never used in MessagePack", at: start)
    }
  }

  /// The double that prints as the shortest text of a float 32: 0.1, not 0.10000000149011612.
  static func shortest(_ float: Float) -> Double {
    float.isFinite ? Double(float.description) ?? Double(float) : Double(float)
  }

  private mutating func array(_ count: UInt32) throws(PayloadError) -> Value {
    try reader.enter()
    try expectRoom(for: UInt64(count), "an array of \(count) elements")
    var items: [Value] = []
    items.reserveCapacity(min(Int(count), 32))
    for _ in 0..<count { items.append(try value()) }
    reader.leave()
    return .list(items)
  }

  private mutating func map(_ count: UInt32, _ start: Int) throws(PayloadError) -> Value {
    if count > 0, reader.peek() == 0xC0 { marked.append(start) }
    try reader.enter()
    try expectRoom(for: 2 * UInt64(count), "a map of \(count) entries")
    var pairs: [Pair] = []
    pairs.reserveCapacity(min(Int(count), 32))
    for _ in 0..<count {
      let key = try value()
      pairs.append(Pair(key, try value()))
    }
    reader.leave()
    return .map(pairs)
  }

  /// Every element takes at least one byte, so a count above what is left fails before anything is read.
  private func expectRoom(
    for values: UInt64, _ what: @autoclosure () -> String
  ) throws(PayloadError) {
    if values > UInt64(reader.remaining) {
      throw reader.error("\(what()) needs \(values) bytes or more, \(reader.remaining) left")
    }
  }

  private mutating func string(_ count: UInt64) throws(PayloadError) -> Value {
    let start = reader.offset
    let range = try reader.range(count)
    if let text = try? reader.text(range) { return .string(text) }
    if notes.count < Limits.notes {
      notes.append(
        "byte \(start): a str that is not UTF-8, as writers older than MessagePack's bin type make")
    }
    return .bytes(Array(reader.bytes[range]))
  }

  private mutating func binary(_ count: UInt64) throws(PayloadError) -> Value {
    .bytes(Array(reader.bytes[try reader.range(count)]))
  }

  private mutating func ext(_ count: UInt64) throws(PayloadError) -> Value {
    let type = Int8(bitPattern: try reader.byte())
    let start = reader.offset
    if dialect == .rails, let value = try rails(type, count) { return value }
    let range = try reader.range(count)
    if type == -1, let time = Self.timestamp(Array(reader.bytes[range])) {
      return .tagged(.datetime, .string(time))
    }
    if type == 5, let time = Self.goTime(Array(reader.bytes[range])) {
      if notes.count < Limits.notes {
        notes.append(
          "byte \(start): extension 5 shown as the time that Go's tinylib/msgp writes so")
      }
      return .tagged(.datetime, .string(time))
    }
    if type == -1, notes.count < Limits.notes {
      notes.append(
        "byte \(start): a timestamp outside of what the specification or a calendar allows")
    }
    return .tagged(.ext, .list([.integer(Int64(type)), .bytes(Array(reader.bytes[range]))]))
  }

  /// The time of https://github.com/tinylib/msgp, an extension of its own: 8 bytes of seconds, 4 of nanoseconds. Twelve
  /// bytes of anything else do not fall between 1970 and 2514 by chance.
  private static func goTime(_ bytes: [UInt8]) -> String? {
    var body = ByteReader(bytes)
    guard bytes.count == 12, let seconds = try? body.big(Int64.self),
      0..<(1 << 34) ~= seconds, let nanoseconds = try? body.big(UInt32.self)
    else { return nil }
    return isoTime(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// The time in the body of extension -1: 4 bytes of seconds, 8 of nanoseconds (30 bits) and seconds (34 bits),
  /// or 12 of nanoseconds (32 bits) and signed seconds.
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
