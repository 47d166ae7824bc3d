// https://github.com/dotnet/aspnetcore/blob/main/src/Security/Authentication/Core/src/TicketSerializer.cs,
// and PropertiesSerializer.cs next to it. Numbers are little-endian, as .NET's BinaryWriter writes
// them.

extension Format {
  /// A login of ASP.NET Core, as an `ITicketStore` stores it in Redis and as the login cookie holds
  /// it, encrypted.
  static let aspNetTicket = Format(
    name: "aspnet-ticket", labels: ["asp.net-core-ticket"],
    summary: "ASP.NET Core authentication ticket: identities with their claims, properties",
    recognizes: { $0.count >= 17 && $0.starts(with: [5, 0, 0, 0]) },
    hasSignature: { $0.starts(with: [5, 0, 0, 0]) },
    read: { reader throws(PayloadError) in
      var ticket = TicketDecoder(reader: reader)
      return Reading(try ticket.read(), label: "ASP.NET Core ticket")
    })
}

/// Stands for the default text of its field.
private let usual = "\0"

private struct TicketDecoder {
  var reader: ByteReader

  mutating func read() throws(PayloadError) -> Value {
    let version = try reader.little(Int32.self)
    if version != 5 { throw reader.error("version \(version) of a ticket, not 5", at: 0) }
    let scheme = try reader.dotNetText()
    var identities: [Value] = []
    for _ in 0..<(try count("identities", least: 9)) {
      identities.append(try identity())
    }
    let properties = try properties()
    try reader.expectEnd()
    return .map([
      entry("scheme", .string(scheme)), entry("identities", .list(identities)),
      entry("properties", properties),
    ])
  }

  /// A count of the things that follow, each of at least `least` bytes.
  private mutating func count(_ what: String, least: Int) throws(PayloadError) -> Int32 {
    let start = reader.offset
    let count = try reader.little(Int32.self)
    if count < 0 || Int(count) > reader.remaining / least {
      throw reader.error("\(count) \(what), \(reader.remaining) bytes left", at: start)
    }
    return count
  }

  private mutating func identity() throws(PayloadError) -> Value {
    try reader.enter()
    try reader.count(4)
    var entries = [entry("authenticationType", .string(try reader.dotNetText()))]
    let nameType = try reader.dotNetText()
    if nameType != usual { entries.append(entry("nameClaimType", .string(nameType))) }
    let roleType = try reader.dotNetText()
    if roleType != usual { entries.append(entry("roleClaimType", .string(roleType))) }
    var claims: [Value] = []
    for _ in 0..<(try count("claims", least: 9)) {
      claims.append(try claim(nameType == usual ? TicketNames.name : nameType))
    }
    entries.append(entry("claims", .list(claims)))
    if try flag() {
      entries.append(entry("bootstrapContext", .string(try reader.dotNetText())))
    }
    if try flag() { entries.append(entry("actor", try identity())) }
    reader.leave()
    return .map(entries)
  }

  private mutating func claim(_ nameType: String) throws(PayloadError) -> Value {
    try reader.count(3)
    let type = try reader.dotNetText()
    var entries = [
      entry("type", .string(type == usual ? nameType : type)),
      entry("value", .string(try reader.dotNetText())),
    ]
    for name in ["valueType", "issuer", "originalIssuer"] {
      let text = try reader.dotNetText()
      if text != usual { entries.append(entry(name, .string(text))) }
    }
    let properties = try pairs()
    if !properties.isEmpty { entries.append(entry("properties", .map(properties))) }
    return .map(entries)
  }

  private mutating func properties() throws(PayloadError) -> Value {
    let start = reader.offset
    let version = try reader.little(Int32.self)
    if version != 1 { throw reader.error("version \(version) of properties, not 1", at: start) }
    return .map(try pairs())
  }

  private mutating func pairs() throws(PayloadError) -> [Pair] {
    var pairs: [Pair] = []
    for _ in 0..<(try count("properties", least: 2)) {
      try reader.count(2)
      let name = try reader.dotNetText()
      pairs.append(entry(name, .string(try reader.dotNetText())))
    }
    return pairs
  }

  private mutating func flag() throws(PayloadError) -> Bool {
    let byte = try reader.byte()
    if byte > 1 {
      throw reader.error("expected 0 or 1, found \(hexByte(byte))", at: reader.offset - 1)
    }
    return byte == 1
  }

  private func entry(_ name: String, _ value: Value) -> Pair { Pair(.string(name), value) }
}

/// Claim types that identify a person.
enum TicketNames {
  static let name = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
  static let id = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"
}

extension ByteReader {
  /// Text of .NET's BinaryWriter: its length in groups of 7 bits, the lowest first, then UTF-8.
  mutating func dotNetText() throws(PayloadError) -> String {
    var count: UInt64 = 0
    let start = offset
    for shift in stride(from: UInt64(0), through: 28, by: 7) {
      let byte = try byte()
      count |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        if byte == 0 && shift > 0 { throw error("a length with a needless byte", at: start) }
        return try text(range(count))
      }
    }
    throw error("a length of more than 5 bytes", at: start)
  }
}
