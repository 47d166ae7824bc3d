/// MessagePack straight to plain JSON, in one pass over the bytes and without a `Value`: maps with strings as keys, arrays and
/// scalars, and PHP's sessions of arrays. It declines extensions other than times, PHP's objects, and whatever
/// else is unusual, which then goes by way of `MessagePackDecoder`.
struct MessagePackTranscoder {
  private var stream: PayloadStream
  /// Whether the root is `$_SESSION`: then integers as keys are PHP's.
  private var isPHP = false
  /// Whether there was text, without which it may be bytes of anything.
  private var hasText = false

  /// Appends the JSON; false when the payload needs the usual way, whatever was appended.
  static func transcode(_ reader: ByteReader, to writer: inout JSONWriter) -> Bool {
    reader.bytes.withUnsafeBufferPointer { bytes in
      var transcoder = MessagePackTranscoder(bytes, nodeLimit: reader.nodeLimit)
      do throws(Declined) {
        try transcoder.root(&writer)
        return transcoder.stream.peek() == nil && transcoder.hasText
      } catch {
        return false
      }
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, nodeLimit: Int) {
    stream = PayloadStream(bytes, nodeLimit: nodeLimit)
  }

  private mutating func root(_ writer: inout JSONWriter) throws(Declined) {
    let first = try stream.byte()
    try stream.count()
    switch first {
    case 0x80...0x8F: try root(map: UInt32(first & 0x0F), &writer)
    case 0x90...0x9F: try array(UInt32(first & 0x0F), &writer)
    case 0xDC: try array(UInt32(stream.big(UInt16.self)), &writer)
    case 0xDD: try array(stream.big(UInt32.self), &writer)
    case 0xDE: try root(map: UInt32(stream.big(UInt16.self)), &writer)
    case 0xDF: try root(map: stream.big(UInt32.self), &writer)
    default: throw Declined()
    }
  }

  /// A map, whose first entry may say that it is `$_SESSION`, a reference to an array.
  private mutating func root(map count: UInt32, _ writer: inout JSONWriter) throws(Declined) {
    isPHP = count > 1 && stream.peek() == 0xC0 && stream.peek(ahead: 1) == 0x01
    if isPHP {
      stream.skip(2)
      try stream.count()
      try stream.count()
    }
    try map(isPHP ? count - 1 : count, &writer)
  }

  private mutating func value(_ writer: inout JSONWriter) throws(Declined) {
    try stream.count()
    let first = try stream.byte()
    switch first {
    case 0x00...0x7F: JSONNumber.append(Int64(first), to: &writer.bytes)
    case 0x80...0x8F: try map(UInt32(first & 0x0F), &writer)
    case 0x90...0x9F: try array(UInt32(first & 0x0F), &writer)
    case 0xA0...0xBF: try string(UInt64(first & 0x1F), &writer)
    case 0xC0: writer.put("null")
    case 0xC2: writer.put("false")
    case 0xC3: writer.put("true")
    case 0xC4: stream.write(base64: try stream.range(UInt64(stream.byte())), to: &writer)
    case 0xC5: stream.write(base64: try stream.range(UInt64(stream.big(UInt16.self))), to: &writer)
    case 0xC6: stream.write(base64: try stream.range(UInt64(stream.big(UInt32.self))), to: &writer)
    case 0xC7, 0xD6, 0xD7: try time(first, &writer)
    case 0xCA:
      let float = Float(bitPattern: try stream.big(UInt32.self))
      writer.write(MessagePackDecoder.shortest(float))
    case 0xCB: writer.write(Double(bitPattern: try stream.big(UInt64.self)))
    case 0xCC: JSONNumber.append(Int64(try stream.byte()), to: &writer.bytes)
    case 0xCD: JSONNumber.append(Int64(try stream.big(UInt16.self)), to: &writer.bytes)
    case 0xCE: JSONNumber.append(Int64(try stream.big(UInt32.self)), to: &writer.bytes)
    case 0xCF:
      guard let number = Int64(exactly: try stream.big(UInt64.self)) else { throw Declined() }
      JSONNumber.append(number, to: &writer.bytes)
    case 0xD0: JSONNumber.append(Int64(Int8(bitPattern: try stream.byte())), to: &writer.bytes)
    case 0xD1: JSONNumber.append(Int64(try stream.big(Int16.self)), to: &writer.bytes)
    case 0xD2: JSONNumber.append(Int64(try stream.big(Int32.self)), to: &writer.bytes)
    case 0xD3: JSONNumber.append(try stream.big(Int64.self), to: &writer.bytes)
    case 0xD9: try string(UInt64(stream.byte()), &writer)
    case 0xDA: try string(UInt64(stream.big(UInt16.self)), &writer)
    case 0xDB: try string(UInt64(stream.big(UInt32.self)), &writer)
    case 0xDC: try array(UInt32(stream.big(UInt16.self)), &writer)
    case 0xDD: try array(stream.big(UInt32.self), &writer)
    case 0xDE: try map(UInt32(stream.big(UInt16.self)), &writer)
    case 0xDF: try map(stream.big(UInt32.self), &writer)
    case 0xE0...0xFF: JSONNumber.append(Int64(Int8(bitPattern: first)), to: &writer.bytes)
    default: throw Declined()
    }
  }

  @inline(__always)
  private mutating func string(_ count: UInt64, _ writer: inout JSONWriter) throws(Declined) {
    let range = try stream.range(count)
    let kind = stream.kind(of: range)
    // There is a note about what is no text.
    if kind == .bytes { throw Declined() }
    if kind == .plain && count > 1 { hasText = true }
    stream.write(range, kind, to: &writer)
  }

  private mutating func array(_ count: UInt32, _ writer: inout JSONWriter) throws(Declined) {
    try stream.enter()
    writer.put(UInt8(ascii: "["))
    for index in 0..<count {
      if index > 0 { writer.put(UInt8(ascii: ",")) }
      try value(&writer)
    }
    writer.put(UInt8(ascii: "]"))
    stream.leave()
  }

  private mutating func map(_ count: UInt32, _ writer: inout JSONWriter) throws(Declined) {
    try stream.enter()
    writer.put(UInt8(ascii: "{"))
    for index in 0..<count {
      if index > 0 { writer.put(UInt8(ascii: ",")) }
      try stream.count()
      try key(index, &writer)
      writer.put(UInt8(ascii: ":"))
      try value(&writer)
    }
    writer.put(UInt8(ascii: "}"))
    try stream.expectDistinct(Int(count))
    stream.leave()
  }

  @inline(__always)
  private mutating func key(_ index: UInt32, _ writer: inout JSONWriter) throws(Declined) {
    let first = try stream.byte()
    let range: Range<Int>
    switch first {
    case 0xA0...0xBF: range = try stream.range(UInt64(first & 0x1F))
    case 0xD9: range = try stream.range(UInt64(stream.byte()))
    case 0xDA: range = try stream.range(UInt64(stream.big(UInt16.self)))
    case 0xDB: range = try stream.range(UInt64(stream.big(UInt32.self)))
    default: return try integerKey(first, index, &writer)
    }
    let kind = stream.kind(of: range)
    if kind == .bytes { throw Declined() }
    if kind == .plain && !range.isEmpty { hasText = true }
    stream.write(range, kind, to: &writer)
    stream.mark(range)
  }

  /// An integer as a key of a PHP array, which is no list.
  private mutating func integerKey(
    _ first: UInt8, _ index: UInt32, _ writer: inout JSONWriter
  ) throws(Declined) {
    guard isPHP else { throw Declined() }
    let key: Int64
    switch first {
    case 0x00...0x7F: key = Int64(first)
    case 0xCC: key = Int64(try stream.byte())
    case 0xCD: key = Int64(try stream.big(UInt16.self))
    case 0xCE: key = Int64(try stream.big(UInt32.self))
    case 0xD0: key = Int64(Int8(bitPattern: try stream.byte()))
    case 0xE0...0xFF: key = Int64(Int8(bitPattern: first))
    default: throw Declined()
    }
    if index == 0 && key == 0 { throw Declined() }
    hasText = true
    writer.put(UInt8(ascii: "\""))
    let start = writer.bytes.count
    JSONNumber.append(key, to: &writer.bytes)
    stream.mark(writer.bytes[start...])
    writer.put(UInt8(ascii: "\""))
  }

  /// Extension -1 of 4, 8 or 12 bytes.
  private mutating func time(_ first: UInt8, _ writer: inout JSONWriter) throws(Declined) {
    if isPHP { throw Declined() }
    let count = first == 0xC7 ? try stream.byte() : first == 0xD6 ? 4 : 8
    guard count == 4 || count == 8 || count == 12, try stream.byte() == 0xFF else {
      throw Declined()
    }
    let range = try stream.range(UInt64(count))
    guard let time = MessagePackDecoder.timestamp(Array(stream.bytes[range])) else {
      throw Declined()
    }
    JSONText.append(time, to: &writer.bytes)
  }
}
