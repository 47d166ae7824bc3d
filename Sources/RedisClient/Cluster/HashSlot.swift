/// Redis Cluster's hash slots: each key belongs to one, and each slot to one master.
///
/// https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
package enum HashSlot {
  static let count = 16_384

  /// The slot of a key: CRC16 of the part between the first `{` and the first `}` behind it, when
  /// there is one, else of the whole key.
  package static func of(_ key: [UInt8]) -> Int {
    key.withUnsafeBytes { bytes in
      var hashed = bytes[...]
      if let open = bytes.firstIndex(of: UInt8(ascii: "{")),
        let close = bytes[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
      {
        hashed = bytes[(open + 1)..<close]
      }
      return Int(crc16(UnsafeRawBufferPointer(rebasing: hashed))) & (count - 1)
    }
  }

  /// CRC16 as XMODEM has it: polynomial 0x1021, from 0, nothing reflected.
  private static func crc16(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
    var crc: UInt16 = 0
    for byte in bytes { crc = crc << 8 ^ table[Int(UInt8(crc >> 8) ^ byte)] }
    return crc
  }

  private static let table: [UInt16] = (0..<256).map { byte in
    (0..<8).reduce(UInt16(byte) << 8) { crc, _ in
      crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1
    }
  }
}

/// Some of the slots.
package struct SlotSet: Equatable {
  private var words: [UInt64]

  private init(words: [UInt64]) { self.words = words }

  static let none = SlotSet(words: [UInt64](repeating: 0, count: HashSlot.count / 64))
  static let all = SlotSet(words: [UInt64](repeating: .max, count: HashSlot.count / 64))

  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  var first: Int? {
    words.firstIndex { $0 != 0 }.map { $0 * 64 + words[$0].trailingZeroBitCount }
  }
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  func contains(_ slot: Int) -> Bool { words[slot / 64] & 1 << UInt64(slot % 64) != 0 }
  mutating func insert(_ slot: Int) { words[slot / 64] |= 1 << UInt64(slot % 64) }
  mutating func subtract(_ other: SlotSet) {
    for i in words.indices { words[i] &= ~other.words[i] }
  }
  func intersection(_ other: SlotSet) -> SlotSet {
    SlotSet(words: zip(words, other.words).map { $0 & $1 })
  }

  /// `slots 0-5460, 10923`; no more than a line.
  package var description: String {
    var ranges: [ClosedRange<Int>] = []
    for slot in 0..<HashSlot.count where contains(slot) {
      if let last = ranges.last, last.upperBound == slot - 1 {
        ranges[ranges.count - 1] = last.lowerBound...slot
      } else {
        ranges.append(slot...slot)
      }
    }
    let shown = ranges.prefix(8).map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }
    return (count == 1 ? "slot " : "slots ") + shown.joined(separator: ", ")
      + (ranges.count > 8 ? ", ..." : "")
  }
}
