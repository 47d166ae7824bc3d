/// Objects of PHP's classes, whichever of PHP's serializers named them.
enum PHPInstance {
  /// More findings do not help a reader.
  static let findingsListed = 100

  /// A new object of a class, named in the note and, if it is part of a known chain, in the
  /// findings.
  static func make(
    _ name: String, _ start: Int, _ classes: inout PHPClasses, _ findings: inout [Finding]
  ) -> Object {
    classes.add(name)
    var object = Object(name: name)
    if let gadget = PHPGadgets.chain(of: name) {
      object.isDangerous = true
      if findings.count < findingsListed {
        findings.append(
          Finding(.create, name: name, offset: start, remark: "gadget: \(gadget)"))
      }
    }
    return object
  }

  /// The body that `serialize()` of a class returned, if it is one value as PHP's own `serialize`
  /// writes it.
  ///
  /// - Parameters:
  ///   - start: where the object begins, for the findings.
  ///   - depth: containers around the body.
  static func body(
    _ bytes: [UInt8], _ start: Int, depth: Int, nodeLimit: Int, _ classes: inout PHPClasses,
    _ findings: inout [Finding]
  ) -> Value? {
    var reader = ByteReader(bytes, nodeLimit: nodeLimit)
    for _ in 0..<depth { guard (try? reader.enter()) != nil else { return nil } }
    var decoder = PHPDecoder(reader, TreeOutput())
    decoder.record.classes = classes
    guard let value = try? decoder.value(), decoder.reader.isAtEnd,
      decoder.record.slots.referenced.isEmpty
    else { return nil }
    classes = decoder.record.classes
    findings += decoder.record.findings.map {
      Finding(
        $0.effect, name: $0.name, arguments: $0.arguments, offset: start, remark: $0.remark)
    }
    return value
  }

  /// The name of a class or a case, of the characters that names have.
  static func name(
    _ reader: ByteReader, _ range: Range<Int>, _ what: String
  ) throws(PayloadError) -> String {
    if range.isEmpty { throw reader.error("a \(what) without a name", at: range.lowerBound) }
    for at in range where !isNameByte(reader.bytes[at]) {
      throw reader.error("\(hexByte(reader.bytes[at])) in the name of a \(what)", at: at)
    }
    return String(decoding: reader.bytes[range], as: UTF8.self)
  }

  /// Letters, digits, `_`, bytes beyond ASCII, and the backslash of namespaces.
  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "\\"), 0x80...0xFF:
      true
    default: false
    }
  }
}
