// https://github.com/dotnet/aspnetcore/blob/main/src/Middleware/Session/src/DistributedSession.cs

extension Format {
  /// What ASP.NET Core's session middleware stores in the distributed cache.
  static let aspNetSession = Format(
    name: "aspnet", labels: ["asp.net-core-session"],
    summary: "ASP.NET Core session, version 2: texts, numbers, JSON and bytes by name",
    recognizes: { $0.count >= 20 && $0[0] == 2 },
    hasSignature: { bytes in
      // A third byte other than 0 means a session of 256 or more entries.
      bytes.count >= 20 && bytes[0] == 2 && bytes[1] == 0 && bytes[2] == 0
    },
    read: { reader throws(PayloadError) in
      var session = AspNetSessionDecoder(reader: reader)
      return try session.read()
    })
}

private struct AspNetSessionDecoder {
  var reader: ByteReader
  private var notes: [String] = []

  init(reader: ByteReader) { self.reader = reader }

  /// Revision, count, id, then the entries, up to the last byte: their lengths add up to the whole.
  mutating func read() throws(PayloadError) -> Reading {
    let revision = try reader.byte()
    if revision != 2 { throw reader.error("revision \(revision) of a session, not 2", at: 0) }
    let count = try Int(reader.byte()) << 16 | Int(reader.big(UInt16.self))
    let id = dotNetGUID(try reader.slice(16))
    if count > reader.remaining / 6 {
      throw reader.error(
        "\(count) entries need \(6 * count) bytes or more, \(reader.remaining) left", at: 1)
    }
    var entries: [Pair] = []
    entries.reserveCapacity(min(count, 32))
    for _ in 0..<count {
      try reader.count(2)
      let name = try reader.text(reader.range(Int(reader.big(UInt16.self))))
      let range = try reader.range(UInt64(reader.big(UInt32.self)))
      entries.append(Pair(.string(name), value(Array(reader.bytes[range]), of: name)))
    }
    try reader.expectEnd()
    return Reading(
      .map(entries), label: "ASP.NET Core session", notes: notes, facts: [Fact("session", word: id)]
    )
  }

  /// To the session, values are bytes. `SetString` writes UTF-8, `SetInt32` four bytes in network
  /// order, and the usual extension methods write JSON.
  private mutating func value(_ bytes: [UInt8], of name: String) -> Value {
    if bytes.first == UInt8(ascii: "{") || bytes.first == UInt8(ascii: "["),
      let json = try? Format.json.read(bytes)
    {
      // The depth limit is for the whole, not for the part.
      if json.value.depth < Limits.depth { return json.value }
    }
    if let text = String(validating: bytes, as: UTF8.self), isText(text) {
      if let number = int32(bytes), !text.utf8.allSatisfy(isWord) {
        note("\"\(legible(name))\" is \(number) when SetInt32 wrote it")
      }
      return .string(text)
    }
    return int32(bytes).map { .integer(Int64($0)) } ?? .bytes(bytes)
  }

  private func int32(_ bytes: [UInt8]) -> Int32? {
    guard bytes.count == 4 else { return nil }
    return Int32(bitPattern: bytes.reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// Text has no control characters, small numbers do.
  private func isText(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: true
      case 0..<0x20, 0x7F..<0xA0: false
      default: true
      }
    }
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  private mutating func note(_ text: String) {
    if notes.count < Limits.notes { notes.append(text) }
  }
}

extension Value {
  /// The levels of containers, for values that formats without objects read.
  fileprivate var depth: Int {
    switch self {
    case .list(let items): 1 + (items.lazy.map(\.depth).max() ?? 0)
    case .map(let pairs):
      1 + (pairs.lazy.map { max($0.key.depth, $0.value.depth) }.max() ?? 0)
    case .tagged(_, let inner), .shared(_, let inner): 1 + inner.depth
    default: 0
    }
  }
}

/// The text of a GUID as .NET stores it: the first three groups are little-endian.
func dotNetGUID(_ bytes: [UInt8]) -> String {
  guard bytes.count == 16 else { return hexText(bytes) }
  let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  let digits = hexText(order.map { bytes[$0] })
  var text = ""
  for (at, digit) in digits.enumerated() {
    if at == 8 || at == 12 || at == 16 || at == 20 { text += "-" }
    text.append(digit)
  }
  return text
}
