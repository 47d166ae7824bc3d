// https://www.rfc-editor.org/rfc/rfc1950 (zlib), https://www.rfc-editor.org/rfc/rfc1952 (gzip)

import CCompression

extension Layer {
  /// A zlib stream, proved by its header and its Adler-32.
  static let zlib = Layer(
    name: "zlib",
    summary: "zlib (deflate with a checksum)",
    isSelfEvident: true,
    recognizes: { bytes in
      // Method 8, a window of 32 KiB or less, and the two bytes as a number are a multiple of 31.
      guard bytes.count >= 8, bytes[0] & 0x0F == 8, bytes[0] <= 0x78,
        (UInt16(bytes[0]) << 8 | UInt16(bytes[1])) % 31 == 0, bytes[1] & 0x20 == 0
      else { return false }
      // Few producers ask for a smaller window, whose header could be the beginning of a text
      // ("8O").
      return bytes[0] == 0x78 || !bytes.prefix(32).allSatisfy { 0x20..<0x7F ~= $0 }
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      var stream = InflateStream(.zlib)
      let inside = try stream.inflate(bytes, limit: limit)
      if stream.consumed < bytes.count {
        throw trailing(bytes.count - stream.consumed, at: stream.consumed)
      }
      return Unwrapped(inside, label: "zlib")
    })

  /// gzip: one or more members, each proved by its CRC-32 and its length.
  static let gzip = Layer(
    name: "gzip",
    summary: "gzip, of one or several members",
    isSelfEvident: true,
    recognizes: { $0.starts(with: [0x1F, 0x8B, 0x08]) },
    unwrap: { bytes, _, limit throws(PayloadError) in
      let facts = try GzipHead.facts(bytes)
      var inside: [UInt8] = []
      var consumed = 0
      var members = 0
      repeat {
        var stream = InflateStream(.gzip)
        do throws(PayloadError) {
          inside += try stream.inflate(bytes, from: consumed, limit: limit - inside.count)
        } catch {
          throw members == 0 || bytes[consumed...].starts(with: [0x1F, 0x8B])
            ? error : trailing(bytes.count - consumed, at: consumed)
        }
        consumed = stream.consumed
        members += 1
      } while consumed < bytes.count
      let many = members == 1 ? [] : [Fact("members", String(members))]
      return Unwrapped(inside, label: "gzip", facts: facts + many)
    })
}

/// The optional fields in the header of a gzip member.
enum GzipHead {
  /// File name and modification time, if present.
  static func facts(_ bytes: [UInt8]) throws(PayloadError) -> [Fact] {
    var reader = ByteReader(bytes)
    try reader.skip(3)
    let flags = try reader.byte()
    if flags & 0xE0 != 0 { throw reader.error("reserved gzip flags are set", at: 3) }
    let modified = try reader.little(UInt32.self)
    try reader.skip(2)
    if flags & 0x04 != 0 { try reader.skip(Int(reader.little(UInt16.self))) }
    var facts: [Fact] = []
    if flags & 0x08 != 0 {
      // ISO 8859-1, whose bytes are the first 256 code points.
      var name = ""
      for byte in reader.bytes[reader.prefix(while: { $0 != 0 })] {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      }
      facts.append(Fact("name", word: name))
    }
    if modified > 0, let time = isoTime(seconds: Int64(modified)) {
      facts.append(Fact("modified", time))
    }
    return facts
  }
}

/// One zlib stream being inflated. The output grows as data comes, never by a size that the stream
/// claims.
struct InflateStream {
  enum Wrapping: Int32 {
    /// zlib's `windowBits`: the largest window, plus 16 for gzip's header, negative for bare
    /// deflate.
    case zlib = 15
    case gzip = 31
    case none = -15
  }

  private let wrapping: Wrapping
  /// The offset of the first byte after the stream.
  private(set) var consumed = 0

  init(_ wrapping: Wrapping) { self.wrapping = wrapping }

  mutating func inflate(
    _ bytes: [UInt8], from start: Int = 0, limit: Int
  ) throws(PayloadError) -> [UInt8] {
    var stream = z_stream()
    guard sesscli_inflate_init(&stream, wrapping.rawValue) == Z_OK else {
      throw PayloadError(at: start, "zlib has no memory")
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    // zlib counts input in 32 bits; values in Redis are at most 512 MiB.
    let available = UInt32(clamping: bytes.count - start)
    // Room for the next piece of output: large enough for nearly every session in one go.
    let chunk = 16 << 10
    var status = Z_OK
    bytes.withUnsafeBufferPointer { input in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunk) { room in
        guard let base = input.baseAddress else { return }
        // zlib only reads there, but may have been built without `const`.
        stream.next_in = UnsafeMutablePointer(mutating: base + start)
        stream.avail_in = available
        while status == Z_OK && output.count <= limit {
          stream.next_out = room.baseAddress
          stream.avail_out = UInt32(chunk)
          status = CCompression.inflate(&stream, Z_NO_FLUSH)
          output.append(contentsOf: room.prefix(chunk - Int(stream.avail_out)))
        }
      }
    }
    consumed = start + Int(available - stream.avail_in)
    if output.count > limit { throw Limits.outputExceeded(limit, at: consumed) }
    switch status {
    case Z_STREAM_END: return output
    case Z_NEED_DICT: throw PayloadError(at: start + 2, "the stream needs a preset dictionary")
    case Z_BUF_ERROR: throw endsEarly(consumed)
    default:
      let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(status)"
      throw PayloadError(at: consumed, reason)
    }
  }
}
