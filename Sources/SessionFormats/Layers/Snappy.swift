// https://github.com/google/snappy/blob/main/format_description.txt

import CSnappy

extension Layer {
  /// A bare Snappy block: its size, then elements. Nothing else marks it.
  static let snappy = Layer(
    name: "snappy",
    summary: "Snappy block without a frame",
    isSelfEvident: false, isUnmarked: true,
    recognizes: { bytes in
      guard bytes.count > 2, let size = try? Snappy.size(bytes[...]) else { return false }
      return size.value > 0 && size.value / 22 < bytes.count
    },
    unwrap: { bytes, _, limit throws(PayloadError) in
      Unwrapped(try Snappy.block(bytes[...], limit: limit), label: "snappy")
    })
}

/// The parts of libsnappy that the layers use.
enum Snappy {
  /// The bytes in a block that may make `limit` of them.
  static func block(_ bytes: ArraySlice<UInt8>, limit: Int) throws(PayloadError) -> [UInt8] {
    let size = try measure(bytes, limit: limit)
    var status = SNAPPY_OK
    let inside = [UInt8](unsafeUninitializedCapacity: size) { room, count in
      count = 0
      // The library needs an address even for an empty buffer.
      var nothing: CChar = 0
      var found = size
      status = bytes.withUnsafeBytes { input in
        withUnsafeMutablePointer(to: &nothing) { nothing in
          snappy_uncompress(
            input.baseAddress?.assumingMemoryBound(to: CChar.self) ?? UnsafePointer(nothing),
            input.count,
            room.baseAddress.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: CChar.self) }
              ?? nothing,
            &found)
        }
      }
      if status == SNAPPY_OK { count = min(found, size) }
    }
    if status != SNAPPY_OK { throw PayloadError(at: bytes.startIndex, "corrupt Snappy block") }
    return inside
  }

  /// The size in front, a varint of 32 bits, and the offset after it.
  static func size(
    _ bytes: ArraySlice<UInt8>
  ) throws(PayloadError) -> (value: Int, end: Int) {
    var value = 0
    for (position, byte) in bytes.prefix(5).enumerated() {
      value |= Int(byte & 0x7F) << (7 * position)
      if byte & 0x80 != 0 { continue }
      if value >> 32 != 0 { break }
      return (value, bytes.startIndex + position + 1)
    }
    throw bytes.count < 5
      ? endsEarly(bytes.endIndex)
      : PayloadError(at: bytes.startIndex, "a size of more than 32 bits")
  }

  /// How many bytes a block makes. Walks its elements and writes nothing. For a corrupt block, the
  /// library says only that it is corrupt.
  private static func measure(
    _ bytes: ArraySlice<UInt8>, limit: Int
  ) throws(PayloadError) -> Int {
    let claimed = try size(bytes)
    var at = claimed.end
    var made = 0
    while at < bytes.endIndex {
      let start = at
      let tag = bytes[at]
      at += 1
      // A literal of up to 60 bytes has its length in the tag; a longer one, after it.
      let isLiteral = tag & 3 == 0
      let extra = isLiteral ? max(0, Int(tag >> 2) - 59) : [0, 1, 2, 4][Int(tag & 3)]
      guard bytes.endIndex - at >= extra else { throw endsEarly(bytes.endIndex) }
      let number = bytes[at..<(at + extra)].reversed().reduce(0) { $0 << 8 | Int($1) }
      at += extra
      if isLiteral {
        let length = (extra == 0 ? Int(tag >> 2) : number) + 1
        if length > bytes.endIndex - at { throw endsEarly(bytes.endIndex) }
        at += length
        made += length
      } else {
        let isShort = tag & 3 == 1
        let offset = isShort ? Int(tag >> 5) << 8 | number : number
        if offset == 0 || offset > made {
          throw PayloadError(at: start, "refers \(offset) bytes back, \(made) are there")
        }
        made += isShort ? Int(tag >> 2 & 7) + 4 : Int(tag >> 2) + 1
      }
      if made > claimed.value { throw PayloadError(at: start, tooMuch(claimed.value)) }
      if made > limit { throw Limits.outputExceeded(limit, at: start) }
    }
    if made != claimed.value { throw endsEarly(bytes.endIndex) }
    return made
  }

  private static func tooMuch(_ claimed: Int) -> String {
    "more than the \(claimed) bytes that the head says"
  }
}
