// https://github.com/dotnet/aspnetcore

extension Framework {
  static let dotNet = [aspNetCore, aspNetTicket, aspNetState]

  /// Sessions in the distributed cache: a hash with the session's bytes and two times, in ticks of
  /// 100 ns.
  static let aspNetCore = Framework(
    name: "ASP.NET Core", summary: "a hash absexp, sldexp, data under <instance name><uuid>",
    keys: ["*<uuid>"], writes: ["aspnet"]
  ) { stored in
    guard stored.isHash, let fields = stored.entries, fields.count <= 4 else { return nil }
    // One development version used short names.
    guard let data = fields["data"] ?? fields["dv"],
      case .integer(let absolute)? = fields["absexp"] ?? fields["aev"],
      case .integer(let sliding)? = fields["sldexp"] ?? fields["swv"]
    else { return nil }
    var facts: [Fact] = []
    if let entries = data.entries {
      for name in ["UserId", "userId", "UserID", "userid", "user_id"] {
        guard let user = entries[name]?.word else { continue }
        facts.append(Fact("user", word: user))
        break
      }
    }
    if sliding >= 0 {
      let span = spanText(seconds: UInt64(sliding) / DotNetTicks.second)
      facts.append(Fact("sliding expiry", span))
    }
    if absolute >= 0, let seconds = DotNetTicks.seconds(absolute),
      let moment = stored.moment(seconds: seconds)
    {
      facts.append(Fact("absolute expiry", moment))
    }
    return Sighting("ASP.NET Core", facts: facts)
  }

  /// Sessions of classic ASP.NET through RedisSessionStateProvider.
  static let aspNetState = Framework(
    name: "ASP.NET session state", summary: "{<app>_<id>}_SessionStateItemCollection",
    keys: ["*_SessionStateItemCollection", "*_Data"], writes: ["aspnet-items", "named"]
  ) { stored in
    stored.format == "aspnet-items" ? Sighting("ASP.NET session state") : nil
  }

  /// A login kept by an `ITicketStore`.
  static let aspNetTicket = Framework(
    name: "ASP.NET Core", summary: "authentication tickets of an ITicketStore",
    keys: ["AuthSessionStore-*"], writes: ["aspnet-ticket"]
  ) { stored in
    guard stored.format == "aspnet-ticket", let ticket = stored.entries else { return nil }
    var facts: [Fact] = []
    if case .list(let identities)? = ticket["identities"], let entries = identities.first?.entries {
      let nameType = entries["nameClaimType"]?.word ?? TicketNames.name
      var claims: [String: String] = [:]
      if case .list(let list)? = entries["claims"] {
        for claim in list {
          guard let parts = claim.entries, let type = parts["type"]?.word else { continue }
          if claims[type] == nil { claims[type] = parts["value"]?.word }
        }
      }
      if let id = claims[TicketNames.id] ?? claims["sub"] { facts.append(Fact("user", word: id)) }
      if let name = claims[nameType] ?? claims["name"] { facts.append(Fact("name", word: name)) }
    }
    let properties = ticket["properties"]?.entries ?? []
    for (name, key) in [("issued", ".issued"), ("expires", ".expires")] {
      guard let text = properties[key]?.word else { continue }
      let moment = httpTime(text).flatMap { stored.moment(seconds: $0) }
      facts.append(Fact(name, moment ?? text))
    }
    return Sighting("ASP.NET Core", facts: facts)
  }
}

/// .NET's time: ticks of 100 ns since the year 1.
enum DotNetTicks {
  static let second: UInt64 = 10_000_000

  /// Seconds since 1970.
  static func seconds(_ ticks: Int64) -> Int64? {
    ticks < 0 ? nil : ticks / Int64(second) - 62_135_596_800
  }

  /// A time without a zone, in ISO 8601; nil beyond the calendar.
  static func time(_ ticks: Int64) -> String? {
    guard let seconds = seconds(ticks) else { return nil }
    let rest = UInt32(truncatingIfNeeded: UInt64(ticks) % second * 100)
    return isoTime(seconds: seconds, nanoseconds: rest).map { String($0.dropLast()) }
  }

  /// A duration in ISO 8601: `P1DT2H3M4.5S`.
  static func span(_ ticks: Int64) -> String {
    let all = ticks.magnitude
    let seconds = all / second
    var text = ticks < 0 ? "-P" : "P"
    if seconds >= 86_400 { text += "\(seconds / 86_400)D" }
    var time = ""
    if seconds / 3600 % 24 > 0 { time += "\(seconds / 3600 % 24)H" }
    if seconds / 60 % 60 > 0 { time += "\(seconds / 60 % 60)M" }
    if all % (60 * second) > 0 || all == 0 {
      time += "\(seconds % 60)"
      if all % second > 0 {
        var fraction = String(all % second + second).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        time += ".\(fraction)"
      }
      time += "S"
    }
    return time.isEmpty ? text : text + "T" + time
  }
}

/// Seconds since 1970 of `Tue, 14 Nov 2023 22:13:20 GMT`; nil for anything else.
func httpTime(_ text: String) -> Int64? {
  let words = text.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x3A }).map { Substring($0) }
  let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  guard words.count == 8, words[0].utf8.last == 0x2C, words[7] == "GMT",
    let month = months.firstIndex(of: String(words[2])),
    let day = Int64(words[1]), let year = Int64(words[3]), let hour = Int64(words[4]),
    let minute = Int64(words[5]), let second = Int64(words[6]),
    (1...31).contains(day), (1...9999).contains(year), (0...23).contains(hour),
    (0...59).contains(minute), (0...60).contains(second)
  else { return nil }
  // Days since 0000-03-01, in years that begin in March.
  let shifted = month < 2 ? year - 1 : year
  let fromMarch = Int64((month + 10) % 12)
  let days =
    shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (153 * fromMarch + 2) / 5 + day
    - 1 - 719_468
  return days * 86_400 + hour * 3600 + minute * 60 + second
}
