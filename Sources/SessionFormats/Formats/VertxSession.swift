// https://github.com/vert-x3/vertx-web: io.vertx.ext.web.sstore.impl.SharedDataSessionImpl, numbers
// are big-endian

extension Format {
  /// A session as Vert.x Web's RedisSessionStore writes it.
  static let vertxSession = Format(
    name: "vertx", labels: ["vert.x-session"],
    summary: "Vert.x Web session: values of Java's basic types by name",
    recognizes: { bytes in
      // The length of an id, then its first character.
      bytes.count >= 33 && bytes.starts(with: [0, 0, 0]) && bytes[3] >= 8 && bytes[4] > 0x20
        && bytes[4] < 0x7F
    },
    read: { reader throws(PayloadError) in
      var session = VertxDecoder(reader: reader)
      return try session.read()
    })
}

private struct VertxDecoder {
  var reader: ByteReader
  private var notes: [String] = []

  init(reader: ByteReader) { self.reader = reader }

  mutating func read() throws(PayloadError) -> Reading {
    let id = try text()
    guard !id.isEmpty, id.utf8.count < 256, id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw reader.error("expected the id of a session", at: 4)
    }
    let timeout = try reader.big(Int64.self)
    let accessed = try reader.big(Int64.self)
    try reader.skip(4)
    let start = reader.offset
    let count = Int(try reader.big(Int32.self))
    if count < 0 || count > reader.remaining / 6 {
      throw reader.error("\(count) entries, \(reader.remaining) bytes left", at: start)
    }
    var entries: [Pair] = []
    for at in 0..<count {
      try reader.count(2)
      let name = try text()
      guard let value = try value() else {
        let object = try rest(of: name, count - at - 1)
        entries.append(Pair(.string(name), object))
        break
      }
      entries.append(Pair(.string(name), value))
    }
    try reader.expectEnd()
    var facts = [Fact("session", word: id)]
    if timeout >= 0 { facts.append(Fact("timeout", spanText(seconds: UInt64(timeout) / 1000))) }
    if let time = isoTime(seconds: accessed / 1000) { facts.append(Fact("last access", time)) }
    return Reading(.map(entries), label: "Vert.x session", notes: notes, facts: facts)
  }

  /// nil for an object that writes itself.
  private mutating func value() throws(PayloadError) -> Value? {
    let at = reader.offset
    switch try reader.byte() {
    case 1: return .integer(try reader.big(Int64.self))
    case 2: return .integer(Int64(try reader.big(Int32.self)))
    case 3: return .integer(Int64(try reader.big(Int16.self)))
    case 4: return .integer(Int64(Int8(bitPattern: try reader.byte())))
    case 5: return .double(Double(bitPattern: try reader.big(UInt64.self)))
    case 6:
      let float = Float(bitPattern: try reader.big(UInt32.self))
      return .double(float.isFinite ? Double(float.description) ?? Double(float) : Double(float))
    case 7:
      let unit = try reader.big(UInt16.self)
      return .string(String(decoding: [unit], as: UTF16.self))
    case 8:
      let flag = try reader.byte()
      if flag > 1 { throw reader.error("expected 0 or 1, found \(hexByte(flag))", at: at + 1) }
      return .bool(flag == 1)
    case 9: return .string(try text())
    case 10, 11: return .bytes(Array(reader.bytes[try length()]))
    case 13: return nil
    case let type: throw reader.error("\(type) is no type of a value", at: at)
    }
  }

  /// A ClusterSerializable. JSON's own are a length and the text; only its class knows how to read
  /// any other, which takes the rest.
  private mutating func rest(of name: String, _ more: Int) throws(PayloadError) -> Value {
    var object = Object(name: legible(try text()))
    let body = try reader.slice(reader.remaining)
    object.state = .bytes(body)
    if more > 0 {
      notes.append(
        "\"\(legible(name))\" is written by its class; \(more) more entries stand behind it")
    }
    return .object(object)
  }

  private mutating func text() throws(PayloadError) -> String { try reader.text(length()) }

  private mutating func length() throws(PayloadError) -> Range<Int> {
    try reader.range(Int(reader.big(Int32.self)))
  }
}
