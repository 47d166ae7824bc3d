/// JSON straight to plain JSON, in one pass over the bytes and without a `Value`: whitespace goes, numbers keep their text,
/// strings are escaped as `JSONText` does. It declines Flask's tags, Jackson's classes, repeated keys and whatever there
/// is a note about, which then goes by way of `JSONDecoder`.
struct JSONRewriter {
  private var stream: PayloadStream
  /// A string with escapes, without them.
  private var scratch: [UInt8] = []

  /// Appends the JSON; false when the payload needs the usual way, whatever was appended.
  static func rewrite(_ reader: ByteReader, to writer: inout JSONWriter) -> Bool {
    reader.bytes.withUnsafeBufferPointer { bytes in
      var rewriter = JSONRewriter(bytes, nodeLimit: reader.nodeLimit)
      do throws(Declined) {
        guard let first = rewriter.next(),
          first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return false }
        try rewriter.value(first, &writer)
        return rewriter.next() == nil
      } catch {
        return false
      }
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, nodeLimit: Int) {
    stream = PayloadStream(bytes, nodeLimit: nodeLimit)
  }

  /// The next byte that is no whitespace, left in place.
  @inline(__always)
  private mutating func next() -> UInt8? {
    while let byte = stream.peek() {
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      stream.skip(1)
    }
    return nil
  }

  @inline(__always)
  private mutating func required() throws(Declined) -> UInt8 {
    guard let byte = next() else { throw Declined() }
    return byte
  }

  private mutating func value(_ first: UInt8, _ writer: inout JSONWriter) throws(Declined) {
    try stream.count()
    switch first {
    case UInt8(ascii: "\""): try string(&writer, isKey: false)
    case UInt8(ascii: "{"): try object(&writer)
    case UInt8(ascii: "["): try array(&writer)
    case UInt8(ascii: "t"): try name("true", &writer)
    case UInt8(ascii: "f"): try name("false", &writer)
    case UInt8(ascii: "n"): try name("null", &writer)
    default: try number(&writer)
    }
  }

  private mutating func name(
    _ name: StaticString, _ writer: inout JSONWriter
  ) throws(Declined) {
    for at in 0..<name.utf8CodeUnitCount where stream.peek(ahead: at) != name.utf8Start[at] {
      throw Declined()
    }
    stream.skip(name.utf8CodeUnitCount)
    writer.put(name)
  }

  // MARK: - Containers

  private mutating func array(_ writer: inout JSONWriter) throws(Declined) {
    try stream.enter()
    stream.skip(1)
    writer.put(UInt8(ascii: "["))
    var byte = try required()
    if byte == UInt8(ascii: "\"") { try expectNoClass() }
    if byte != UInt8(ascii: "]") {
      while true {
        try value(byte, &writer)
        byte = try required()
        if byte == UInt8(ascii: "]") { break }
        guard byte == UInt8(ascii: ",") else { throw Declined() }
        stream.skip(1)
        writer.put(byte)
        byte = try required()
      }
    }
    stream.skip(1)
    writer.put(UInt8(ascii: "]"))
    stream.leave()
  }

  /// Declines an array that may be Jackson's pair of a class, `java.util.Date`, and a value.
  private func expectNoClass() throws(Declined) {
    var ahead = 1
    while let byte = stream.peek(ahead: ahead), byte > 0x20, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "\\") { throw Declined() }
      ahead += 1
    }
  }

  private mutating func object(_ writer: inout JSONWriter) throws(Declined) {
    try stream.enter()
    stream.skip(1)
    writer.put(UInt8(ascii: "{"))
    var count = 0
    var isTag = false
    if try required() != UInt8(ascii: "}") {
      while true {
        guard stream.peek() == UInt8(ascii: "\"") else { throw Declined() }
        // All tags of Flask's begin with a blank. Jackson and fastjson name a class under @class or @type.
        let head = stream.peek(ahead: 1)
        if head == UInt8(ascii: "@") || head == UInt8(ascii: "\\") { throw Declined() }
        isTag = head == 0x20
        try string(&writer, isKey: true)
        count += 1
        guard try required() == UInt8(ascii: ":") else { throw Declined() }
        stream.skip(1)
        writer.put(UInt8(ascii: ":"))
        try value(required(), &writer)
        let byte = try required()
        if byte == UInt8(ascii: "}") { break }
        guard byte == UInt8(ascii: ",") else { throw Declined() }
        stream.skip(1)
        writer.put(byte)
        _ = try required()
      }
    }
    if count == 1 && isTag { throw Declined() }
    stream.skip(1)
    writer.put(UInt8(ascii: "}"))
    try stream.expectDistinct(count)
    stream.leave()
  }

  // MARK: - Numbers

  /// A number, whose text stays as it is.
  private mutating func number(_ writer: inout JSONWriter) throws(Declined) {
    let start = stream.at
    if stream.peek() == UInt8(ascii: "-") { stream.skip(1) }
    if stream.peek() == UInt8(ascii: "0") {
      stream.skip(1)
    } else {
      try digits()
    }
    if stream.peek() == UInt8(ascii: ".") {
      stream.skip(1)
      try digits()
    }
    if let byte = stream.peek(), byte | 0x20 == UInt8(ascii: "e") {
      stream.skip(1)
      if let sign = stream.peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        stream.skip(1)
      }
      try digits()
    }
    writer.buffer.append(UnsafeBufferPointer(rebasing: stream.bytes[start..<stream.at]).span)
  }

  @inline(__always)
  private mutating func digits() throws(Declined) {
    let start = stream.at
    while let byte = stream.peek(), byte &- 0x30 < 10 { stream.skip(1) }
    if stream.at == start { throw Declined() }
  }

  // MARK: - Strings

  @inline(__always)
  private mutating func string(_ writer: inout JSONWriter, isKey: Bool) throws(Declined) {
    let start = stream.at &+ 1
    let end = stream.endOfPlain(from: start)
    guard end < stream.end, stream.bytes[end] == UInt8(ascii: "\"") else {
      return try unusualString(start, end, &writer, isKey)
    }
    let range = start..<end
    stream.skip(end &- start &+ 2)
    // With its quotes.
    writer.buffer.append(UnsafeBufferPointer(rebasing: stream.bytes[start &- 1...end]).span)
    if isKey { stream.mark(range) }
  }

  /// A string that is more than plain ASCII from `middle` on.
  private mutating func unusualString(
    _ start: Int, _ middle: Int, _ writer: inout JSONWriter, _ isKey: Bool
  ) throws(Declined) {
    scratch.removeAll(keepingCapacity: true)
    var from = start
    var at = middle
    while true {
      guard at < stream.end else { throw Declined() }
      let byte = stream.bytes[at]
      if byte == UInt8(ascii: "\"") { break }
      if byte < 0x20 { throw Declined() }
      if byte == UInt8(ascii: "\\") {
        scratch.append(contentsOf: UnsafeBufferPointer(rebasing: stream.bytes[from..<at]))
        at = try unescape(at + 1)
        from = at
      } else {
        at += 1
      }
    }
    scratch.append(contentsOf: UnsafeBufferPointer(rebasing: stream.bytes[from..<at]))
    stream.skip(at + 1 - stream.at)
    guard (try? UTF8Span(validating: scratch.span)) != nil else { throw Declined() }
    JSONText.append(scratch, to: writer.buffer)
    if isKey { stream.mark(scratch[...]) }
  }

  /// Appends what an escape behind its backslash stands for; lone surrogates are declined.
  private mutating func unescape(_ at: Int) throws(Declined) -> Int {
    guard at < stream.end else { throw Declined() }
    switch stream.bytes[at] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(stream.bytes[at])
    case UInt8(ascii: "b"): scratch.append(8)
    case UInt8(ascii: "f"): scratch.append(12)
    case UInt8(ascii: "n"): scratch.append(10)
    case UInt8(ascii: "r"): scratch.append(13)
    case UInt8(ascii: "t"): scratch.append(9)
    case UInt8(ascii: "u"):
      let unit = try unit(at + 1)
      if let scalar = Unicode.Scalar(unit) {
        scratch.append(contentsOf: String(scalar).utf8)
        return at + 5
      }
      guard at + 6 < stream.end, stream.bytes[at + 5] == UInt8(ascii: "\\"),
        stream.bytes[at + 6] == UInt8(ascii: "u")
      else { throw Declined() }
      let low = try self.unit(at + 7)
      guard unit < 0xDC00, 0xDC00..<0xE000 ~= low,
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      else { throw Declined() }
      scratch.append(contentsOf: String(scalar).utf8)
      return at + 11
    default: throw Declined()
    }
    return at + 1
  }

  private func unit(_ at: Int) throws(Declined) -> UInt32 {
    guard stream.end - at >= 4 else { throw Declined() }
    var unit: UInt32 = 0
    for byte in stream.bytes[at..<at + 4] {
      guard let digit = hexDigit(byte) else { throw Declined() }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
