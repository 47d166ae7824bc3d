// Each entry of the list has its specification's address next to it.

extension Format {
  /// Formats that hold sessions, or that appear next to them in Redis, and are not decoded. One is
  /// named when its header or its whole structure cannot be anything else; then its bytes are
  /// shown.
  static let named = Format(
    name: "named", labels: NamedFormat.all.map(\.label).map(chainName),
    summary:
      "named and shown as a hexdump: Go gob, Kryo 5, Erlang terms, Storable, BSON, images ...",
    recognizes: { bytes in NamedFormat.all.contains { $0.hasHead(bytes) } },
    read: { reader throws(PayloadError) in
      var failure: PayloadError?
      for format in NamedFormat.all where format.hasHead(reader.bytes) {
        var reader = reader
        do throws(PayloadError) {
          let facts = try format.check(&reader)
          return Reading(
            .bytes(reader.bytes), label: format.label, isOpaque: true, facts: facts)
        } catch {
          failure =
            failure
            ?? PayloadError(
              at: error.offset, "not \(format.label): \(error.reason)", isLimit: error.isLimit)
        }
      }
      throw failure ?? PayloadError(at: 0, "no head of a format that is named and not decoded")
    })

  /// A label in the form that `--as` accepts.
  private static func chainName(_ label: String) -> String {
    var words = label.lowercased().split(separator: " ")
    if let last = words.last, last.utf8.allSatisfy({ $0 &- 0x30 < 10 }) { words.removeLast() }
    return words.joined(separator: "-")
  }
}

/// A format recognised by its marks.
struct NamedFormat: Sendable {
  /// The name in the header line.
  let label: String
  /// Whether the payload begins like this format.
  let hasHead: @Sendable ([UInt8]) -> Bool
  /// Throws if the bytes turn out to be something else, and returns what is worth saying.
  let check: Check

  typealias Check = @Sendable (inout ByteReader) throws(PayloadError) -> [Fact]

  init(
    _ label: String, hasHead: @escaping @Sendable ([UInt8]) -> Bool,
    check: @escaping Check = { (_) throws(PayloadError) in [] }
  ) {
    self.label = label
    self.hasHead = hasHead
    self.check = check
  }

  /// A format that begins with these bytes.
  init(
    _ label: String, head: [UInt8], atLeast size: Int,
    check: @escaping Check = { (_) throws(PayloadError) in [] }
  ) {
    self.init(
      label, hasHead: { $0.count >= max(size, head.count) && $0.starts(with: head) }, check: check)
  }

  static let all: [NamedFormat] = serializers + files

  private static let serializers = [
    // https://pkg.go.dev/encoding/gob
    NamedFormat(
      "Go gob", hasHead: { $0.count >= 8 && GobSkim.hasHead($0) }, check: GobSkim.check),
    // https://github.com/EsotericSoftware/kryo
    NamedFormat("Kryo 5", head: [1, 0], atLeast: 6, check: kryoClass),
    // https://learn.microsoft.com/openspecs/windows_protocols/ms-nrbf
    NamedFormat(
      ".NET BinaryFormatter",
      head: [0, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 0, 0, 0, 0], atLeast: 19,
      check: binaryFormatterLibrary),
    // https://www.erlang.org/doc/apps/erts/erl_ext_dist.html
    NamedFormat("Erlang terms", head: [131], atLeast: 3, check: ErlangSkim.check),
    // https://metacpan.org/pod/Storable, a file
    NamedFormat(
      "Perl Storable", head: Array("pst0".utf8), atLeast: 7, check: StorableSkim.checkFile),
    // The same in memory, in network order and in the machine's order.
    NamedFormat(
      "Perl Storable",
      hasHead: { $0.count >= 4 && ($0[0] == 5 || $0[0] == 4) && 2...15 ~= $0[1] },
      check: StorableSkim.check),
    // https://github.com/FasterXML/smile-format-specification: version 0, and an object or array up
    // to the end
    NamedFormat(
      "SMILE",
      hasHead: { bytes in
        bytes.count >= 6 && bytes.starts(with: [0x3A, 0x29, 0x0A]) && bytes[3] < 8
          && (bytes[4] == 0xFA || bytes[4] == 0xF8)
      }),
    // https://bsonspec.org/spec.html
    NamedFormat("BSON", hasHead: BSONSkim.hasHead, check: BSONSkim.check),
    // https://www.rfc-editor.org/rfc/rfc8949: with the tag that describes itself
    NamedFormat("CBOR", head: [0xD9, 0xD9, 0xF7], atLeast: 4, check: CBORSkim.check),
    // https://amazon-ion.github.io/ion-docs/docs/binary.html
    NamedFormat("Ion", head: [0xE0, 1, 0, 0xEA], atLeast: 5),
    // https://avro.apache.org/docs/current/specification/: an object container file
    NamedFormat("Avro", head: [0x4F, 0x62, 0x6A, 1], atLeast: 16),
    // https://github.com/taoensso/nippy
    NamedFormat("Nippy", hasHead: { $0.count >= 5 && $0.starts(with: "NPY".utf8) && $0[3] < 32 }),
  ]

  private static let files = [
    // https://www.w3.org/Graphics/JPEG/itu-t81.pdf: start of image, then a segment
    NamedFormat(
      "JPEG image",
      hasHead: { bytes in
        bytes.count >= 6 && bytes.starts(with: [0xFF, 0xD8, 0xFF])
          && (0xC0...0xFE).contains(bytes[3]) && !(0xD0...0xD9).contains(bytes[3])
      }),
    // https://www.w3.org/TR/png/
    NamedFormat("PNG image", head: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], atLeast: 8),
    // https://www.w3.org/Graphics/GIF/spec-gif89a.txt: pixels are square, which makes byte 12 zero
    NamedFormat(
      "GIF image",
      hasHead: { bytes in
        bytes.count >= 14 && bytes[12] == 0
          && (bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8))
      }),
    // https://www.rfc-editor.org/rfc/rfc9649
    NamedFormat(
      "WebP image",
      hasHead: { bytes in
        bytes.count >= 16 && bytes.starts(with: "RIFF".utf8)
          && bytes[8...].starts(with: "WEBPVP8".utf8)
      }),
    // https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf: `%PDF-1.7`
    // is a line
    NamedFormat(
      "PDF document",
      hasHead: { bytes in
        bytes.count >= 9 && bytes.starts(with: "%PDF-".utf8) && bytes[5] &- 0x30 < 10
          && bytes[6] == 0x2E && bytes[7] &- 0x30 < 10 && (bytes[8] == 0x0A || bytes[8] == 0x0D)
      }),
    // https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
    NamedFormat(
      "ELF binary",
      hasHead: { bytes in
        bytes.count >= 16 && bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) && 1...2 ~= bytes[4]
          && 1...2 ~= bytes[5] && bytes[6] == 1
      }),
    // https://www.sqlite.org/fileformat.html
    NamedFormat("SQLite database", head: Array("SQLite format 3\0".utf8), atLeast: 32),
    // https://www.lua.org/source/5.4/lundump.h.html
    NamedFormat(
      "Lua bytecode",
      hasHead: { $0.count >= 12 && $0.starts(with: [0x1B, 0x4C, 0x75, 0x61]) && $0[4] >> 4 == 5 }),
    // https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT: the header of a file, or the end
    // of an archive without files
    NamedFormat(
      "ZIP archive",
      hasHead: { bytes in
        bytes.count >= 14 && bytes.starts(with: [0x50, 0x4B])
          && (bytes[2] == 3 && bytes[3] == 4 || bytes[2] == 5 && bytes[3] == 6)
      }),
  ]
}

/// `writeClassAndObject` of an unregistered class: tag 1, name 0, then the class's name.
@Sendable private func kryoClass(_ reader: inout ByteReader) throws(PayloadError) -> [Fact] {
  try reader.skip(2)
  let start = reader.offset
  var name: [UInt8] = []
  if let first = reader.peek(), first >= 0x80 {
    // The length plus one: six bits, then groups of seven.
    var length = Int(try reader.byte() & 0x3F)
    if first & 0x40 != 0 { length |= Int(try reader.byte() & 0x7F) << 6 }
    name = try reader.slice(length - 1)
  } else {
    // Bit 7 of the last character ends it.
    while name.count < 64 {
      let byte = try reader.byte()
      name.append(byte & 0x7F)
      if byte >= 0x80 { break }
    }
  }
  guard isJavaClass(name) else {
    throw reader.error("expected the name of a Java class", at: start)
  }
  return [Fact("class", word: String(decoding: name, as: UTF8.self))]
}

/// A class in a package: two or more names with dots between them, the first in small letters.
private func isJavaClass(_ name: [UInt8]) -> Bool {
  let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  guard parts.count >= 2, let first = parts[0].first, first &- UInt8(ascii: "a") < 26 else {
    return false
  }
  return parts.allSatisfy { part in
    guard let first = part.first, !(first &- 0x30 < 10) else { return false }
    return part.allSatisfy { byte in
      byte &- 0x30 < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "$")
    }
  }
}

/// The record after the header, one of MS-NRBF's types, and MessageEnd at the end.
@Sendable private func binaryFormatterLibrary(_ reader: inout ByteReader) throws(PayloadError)
  -> [Fact]
{
  try reader.skip(17)
  let type = try reader.byte()
  guard 1...22 ~= type, type != 18, type != 19, type != 20 else {
    throw reader.error("\(hexByte(type)) is no type of a record", at: 17)
  }
  if reader.bytes.last != 11 {
    throw reader.error("expected MessageEnd, 0x0b", at: reader.end - 1)
  }
  guard type == 12 else { return [] }
  try reader.skip(4)
  return [Fact("library", word: legible(try reader.dotNetText()))]
}
