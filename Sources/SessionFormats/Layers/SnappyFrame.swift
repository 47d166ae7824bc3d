// https://github.com/google/snappy/blob/main/framing_format.txt

extension Layer {
  /// Snappy's stream of chunks, each with a CRC-32C.
  static let snappyFrame = Layer(
    name: "snappy-frame",
    summary: "Snappy in its framing format",
    isSelfEvident: true,
    recognizes: { $0.starts(with: SnappyFrame.identifier) },
    unwrap: { bytes, _, limit throws(PayloadError) in
      Unwrapped(try SnappyFrame.unwrap(bytes, limit: limit), label: "snappy frame")
    })
}

private enum SnappyFrame {
  static let identifier: [UInt8] = [0xFF, 0x06, 0x00, 0x00] + Array("sNaPpY".utf8)
  /// "a Snappy framing format stream must never contain a chunk with more than 65536 bytes of
  /// uncompressed data".
  static let chunk = 65536

  static func unwrap(_ bytes: [UInt8], limit: Int) throws(PayloadError) -> [UInt8] {
    var reader = ByteReader(bytes)
    var inside: [UInt8] = []
    do throws(PayloadError) {
      if !identifier.starts(with: bytes.prefix(identifier.count)) || bytes.isEmpty {
        throw reader.error("the stream identifier is missing")
      }
      while !reader.isAtEnd {
        let start = reader.offset
        let type = try reader.byte()
        let size = Int(try reader.little(UInt16.self)) | Int(try reader.byte()) << 16
        let body = try reader.range(size)
        switch type {
        case 0xFF:
          if bytes[body] != identifier[4...] {
            throw reader.error("a wrong stream identifier", at: start)
          }
        case 0x00, 0x01:
          inside += try data(bytes[body], type, at: start, left: limit - inside.count)
        case 0x80...0xFE: continue
        default: throw reader.error("a chunk of the unknown type \(hexByte(type))", at: start)
        }
      }
    } catch {
      throw error.reason.hasPrefix("need ") ? endsEarly(bytes.count) : error
    }
    return inside
  }

  /// A chunk of compressed (0x00) or uncompressed (0x01) data, after its checksum.
  private static func data(
    _ body: ArraySlice<UInt8>, _ type: UInt8, at start: Int, left: Int
  ) throws(PayloadError) -> [UInt8] {
    guard body.count >= 4 else { throw PayloadError(at: start, "a chunk without its checksum") }
    let claimed = body.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    let rest = body.dropFirst(4)
    let size = type == 0x00 ? try Snappy.size(rest).value : rest.count
    if size > chunk { throw PayloadError(at: start, "a chunk of \(size) bytes, \(chunk) at most") }
    if size > left { throw Limits.outputExceeded(left, at: start) }
    let data = type == 0x00 ? try Snappy.block(rest, limit: left) : Array(rest)
    if masked(crc32c(data)) != claimed {
      throw PayloadError(at: start + 4, "the checksum of a chunk is wrong")
    }
    return data
  }

  /// "rotate right by 15 bits, then add 0xa282ead8"
  private static func masked(_ crc: UInt32) -> UInt32 {
    (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  private static func crc32c(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
  }

  /// Castagnoli's polynomial, reversed.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 != 0 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }
}
