/// igbinary straight to plain JSON, in one pass over the bytes and without a `Value`: arrays of scalars and arrays. It
/// declines objects, references and whatever else is unusual, which then goes by way of `IgbinaryDecoder`.
struct IgbinaryTranscoder {
  private var stream: PayloadStream
  private var strings: [(range: Range<Int>, kind: PayloadStream.Text)] = []
  private var repeated: Int
  /// Arrays and references so far, and which are empty arrays: PHP keeps one for all that are equal.
  private var slots = 0
  private var empty: [Int] = []

  /// Appends the JSON; false when the payload needs the usual way, whatever was appended.
  static func transcode(_ reader: ByteReader, to writer: inout JSONWriter) throws(PayloadError)
    -> Bool
  {
    // A scalar alone may be bytes of anybody's.
    guard Igbinary.hasHeader(reader.bytes), reader.bytes[4] >= IgbinaryType.array8.rawValue,
      reader.bytes[4] <= IgbinaryType.array32.rawValue
    else { return false }
    return reader.bytes.withUnsafeBufferPointer { bytes in
      var transcoder = IgbinaryTranscoder(bytes, nodeLimit: reader.nodeLimit)
      do throws(Declined) {
        try transcoder.value(&writer)
        return transcoder.stream.peek() == nil
      } catch {
        return false
      }
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, nodeLimit: Int) {
    stream = PayloadStream(bytes, nodeLimit: nodeLimit)
    stream.skip(4)
    strings.reserveCapacity(32)
    repeated = Limits.output(stored: bytes.count)
  }

  @inline(__always)
  private mutating func type() throws(Declined) -> IgbinaryType {
    guard let type = IgbinaryType(rawValue: try stream.byte()) else { throw Declined() }
    return type
  }

  private mutating func value(_ writer: inout JSONWriter) throws(Declined) {
    try stream.count()
    var type = try type()
    // A reference that nothing refers to is a value like any other; what refers to it is declined.
    if type == .ref {
      try stream.count()
      type = try self.type()
      guard type.isScalar else { throw Declined() }
      slots &+= 1
    }
    switch type {
    case .null: writer.put("null")
    case .boolFalse: writer.put("false")
    case .boolTrue: writer.put("true")
    case .array8: try array(Int(stream.byte()), &writer)
    case .array16: try array(Int(stream.big(UInt16.self)), &writer)
    case .array32: try array(Int(stream.big(UInt32.self)), &writer)
    case .double: writer.write(Double(bitPattern: try stream.big(UInt64.self)))
    case .ref8: try reference(Int(stream.byte()), &writer)
    case .ref16: try reference(Int(stream.big(UInt16.self)), &writer)
    case .stringEmpty: writer.put("\"\"")
    case .string8, .string16, .string32, .stringID8, .stringID16, .stringID32:
      let text = try string(type)
      stream.write(text.range, text.kind, to: &writer)
    default: writer.buffer.append(digits: try integer(type))
    }
  }

  @inline(__always)
  private mutating func integer(_ type: IgbinaryType) throws(Declined) -> Int64 {
    switch type {
    case .long8p: Int64(try stream.byte())
    case .long8n: -Int64(try stream.byte())
    case .long16p: Int64(try stream.big(UInt16.self))
    case .long16n: -Int64(try stream.big(UInt16.self))
    case .long32p: Int64(try stream.big(UInt32.self))
    case .long32n: -Int64(try stream.big(UInt32.self))
    case .long64p, .long64n: try long(type == .long64n)
    default: throw Declined()
    }
  }

  private mutating func long(_ isNegative: Bool) throws(Declined) -> Int64 {
    let magnitude = try stream.big(UInt64.self)
    guard magnitude <= (isNegative ? 1 << 63 : 1 << 63 - 1) else { throw Declined() }
    let number = Int64(truncatingIfNeeded: magnitude)
    return isNegative ? 0 &- number : number
  }

  @inline(__always)
  private mutating func string(
    _ type: IgbinaryType
  ) throws(Declined) -> (range: Range<Int>, kind: PayloadStream.Text) {
    let number: Int
    switch type {
    case .string8: return try newString(UInt64(stream.byte()))
    case .string16: return try newString(UInt64(stream.big(UInt16.self)))
    case .string32: return try newString(UInt64(stream.big(UInt32.self)))
    case .stringID8: number = Int(try stream.byte())
    case .stringID16: number = Int(try stream.big(UInt16.self))
    case .stringID32: number = Int(try stream.big(UInt32.self))
    default: throw Declined()
    }
    guard number < strings.count else { throw Declined() }
    let text = strings[number]
    repeated &-= text.range.count
    if repeated < 0 { throw Declined() }
    return text
  }

  @inline(__always)
  private mutating func newString(
    _ count: UInt64
  ) throws(Declined) -> (range: Range<Int>, kind: PayloadStream.Text) {
    let range = try stream.range(count)
    let text = (range, stream.kind(of: range))
    strings.append(text)
    return text
  }

  // MARK: - Arrays

  private mutating func array(_ count: Int, _ writer: inout JSONWriter) throws(Declined) {
    try stream.enter()
    guard count <= stream.end &- stream.at else { throw Declined() }
    slots &+= 1
    if count == 0 {
      writer.put("[]")
      if empty.count < Self.emptyListed { empty.append(slots &- 1) }
    } else if stream.peek() == IgbinaryType.long8p.rawValue && stream.peek(ahead: 1) == 0 {
      try list(count, &writer)
    } else {
      try map(count, &writer)
    }
    stream.leave()
  }

  /// PHP writes one empty array; more are somebody else's.
  private static let emptyListed = 4

  private func reference(_ slot: Int, _ writer: inout JSONWriter) throws(Declined) {
    guard empty.contains(slot) else { throw Declined() }
    writer.put("[]")
  }

  /// Elements under the keys 0, 1, 2 ...; an array that only begins so is declined.
  private mutating func list(_ count: Int, _ writer: inout JSONWriter) throws(Declined) {
    writer.put(UInt8(ascii: "["))
    for index in 0..<count {
      guard try integer(type()) == Int64(index) else { throw Declined() }
      if index > 0 { writer.put(UInt8(ascii: ",")) }
      try value(&writer)
    }
    writer.put(UInt8(ascii: "]"))
  }

  private mutating func map(_ count: Int, _ writer: inout JSONWriter) throws(Declined) {
    writer.put(UInt8(ascii: "{"))
    for index in 0..<count {
      if index > 0 { writer.put(UInt8(ascii: ",")) }
      let type = try type()
      switch type {
      case .string8, .string16, .string32, .stringID8, .stringID16, .stringID32:
        let text = try string(type)
        guard text.kind != .bytes else { throw Declined() }
        stream.write(text.range, text.kind, to: &writer)
        stream.mark(text.range)
      default:
        let key = try integer(type)
        // Written otherwise than igbinary does, it may still be a list.
        if index == 0 && key == 0 { throw Declined() }
        writer.put(UInt8(ascii: "\""))
        let start = writer.buffer.count
        writer.buffer.append(digits: key)
        stream.mark(writer.bytes[start...])
        writer.put(UInt8(ascii: "\""))
      }
      writer.put(UInt8(ascii: ":"))
      try value(&writer)
    }
    writer.put(UInt8(ascii: "}"))
    try stream.expectDistinct(count)
  }
}
