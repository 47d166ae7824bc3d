// There is no specification; the table of types and the reader are https://github.com/igbinary/igbinary: src/php7/igbinary.c.

extension Format {
  /// igbinary: PHP sessions of the handler `igbinary`, and what phpredis, object caches and WordPress keep with it.
  public static let igbinary = Format(
    name: "igbinary",
    summary: "igbinary, PHP's compact serializer, versions 1 and 2",
    recognizes: Igbinary.hasHeader, hasSignature: Igbinary.hasHeader, read: Igbinary.read,
    isPlausible: Igbinary.isPlausible, isConvincing: Igbinary.isConvincing,
    transcode: { reader, writer throws(PayloadError) in
      try IgbinaryTranscoder.transcode(reader, to: &writer)
    },
    explain: IgbinaryOutline.lines)
}

enum Igbinary {
  /// The version in four bytes and a type that is known; of version 1, which is history, an array or an object.
  static func hasHeader(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 4, bytes[0] == 0, bytes[1] == 0, bytes[2] == 0 else { return false }
    let types =
      bytes[3] == 2
      ? IgbinaryType.null.rawValue...IgbinaryType.enumCase.rawValue
      : IgbinaryType.array8.rawValue...IgbinaryType.objectID32.rawValue
    return 1...2 ~= bytes[3] && types.contains(bytes[4])
  }

  /// `00 00 00 02 06 2a` is 42, and also two bytes behind their length.
  static func isPlausible(_ value: Value) -> Bool {
    if case .integer(let number) = value { !(-255...255).contains(number) } else { true }
  }

  /// Reads a payload twice if it has references: which values are referred to is known at its end.
  static func read(_ reader: ByteReader) throws(PayloadError) -> Reading {
    var decoder = IgbinaryDecoder(reader)
    var value: Value
    do throws(PayloadError) {
      value = try decoder.document()
    } catch {
      throw error.finding(decoder.findings)
    }
    if !decoder.referenced.isEmpty {
      decoder = IgbinaryDecoder(reader, sharing: decoder.referenced)
      value = try decoder.document()
    }
    return Reading(
      value, label: "igbinary \(decoder.version)", findings: decoder.findings,
      notes: decoder.notes + decoder.classes.notes)
  }

  /// `0000000200` is a number's digits as well as igbinary's null in hexadecimal digits: inside an encoding it takes text.
  static func isConvincing(_ value: Value) -> Bool {
    switch value.unshared {
    case .list(let items): items.contains(where: isConvincing)
    case .map(let pairs): pairs.contains { isText($0.key) || isConvincing($0.value) }
    case .object: true
    default: isText(value)
    }
  }

  private static func isText(_ value: Value) -> Bool {
    if case .string(let text) = value { text.utf8.count > 1 } else { false }
  }
}

/// The byte before each value, by igbinary's own names (`igbinary_type_long8p`).
enum IgbinaryType: UInt8 {
  case null
  case ref8, ref16, ref32
  case boolFalse, boolTrue
  case long8p, long8n, long16p, long16n, long32p, long32n
  case double
  case stringEmpty
  case stringID8, stringID16, stringID32
  case string8, string16, string32
  case array8, array16, array32
  case object8, object16, object32
  case objectID8, objectID16, objectID32
  case objectSer8, objectSer16, objectSer32
  case long64p, long64n
  case objref8, objref16, objref32
  case ref
  case string64
  case enumCase

  /// Whether a value of this type gets a number only when a reference variable holds it.
  var isScalar: Bool {
    switch self {
    case .null, .boolFalse, .boolTrue, .double, .stringEmpty, .long8p, .long8n, .long16p, .long16n,
      .long32p, .long32n, .long64p, .long64n, .stringID8, .stringID16, .stringID32, .string8,
      .string16, .string32, .string64:
      true
    default: false
    }
  }
}
