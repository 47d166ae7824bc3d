/// Dates, times, zones and durations as ISO 8601 text. A zone's name follows in brackets, as in RFC 9557.
extension RubyMachine {
  // MARK: - Time

  /// A moment and how far from UTC it is shown.
  struct Moment {
    /// Seconds since 1970.
    var seconds: Int64
    var nanoseconds: UInt32
    var offset: Int64?

    /// `2023-11-14T23:13:20.5+01:00`, with `Z` where the time is UTC's.
    var text: String? {
      let (local, isOver) = seconds.addingReportingOverflow(offset ?? 0)
      if isOver { return nil }
      guard var text = isoTime(seconds: local, nanoseconds: nanoseconds) else { return nil }
      guard let offset else { return text }
      text.removeLast()
      return text + RubyCalendar.offset(offset)
    }
  }

  /// A Time: 8 bytes of fields in UTC and instance variables for what did not fit. Other variables make it an object.
  mutating func time(_ index: Int) throws(PayloadError) -> Value? {
    guard let moment = moment(index), let text = moment.text else { return nil }
    let time = Value.tagged(.datetime, .string(text))
    let content = index + 1
    let known: Set<String> = ["offset", "zone", "nano_num", "nano_den", "submicro"]
    let others = pairs(of: index, from: Int(nodes[content].end)).filter { place in
      shortText(place).map { !known.contains($0) } ?? true
    }
    if others.isEmpty { return time }
    var object = Object(name: "Time")
    object.arguments = [time]
    for place in others {
      let name = try legibleText(symbols[Int(nodes[place].a)].range)
      object.fields.append(Pair(.string(name), try value(partner(of: place))))
    }
    return .object(object)
  }

  /// As `time_mdump` in https://github.com/ruby/ruby/blob/master/time.c packs it.
  func moment(_ index: Int) -> Moment? {
    let content = nodes[index + 1]
    guard nodes[index].kind == .userDefined, content.range.count >= 8 else { return nil }
    let start = content.range.lowerBound
    func word(_ at: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
    }
    let (first, second) = (word(start), word(start + 4))
    if first & 0x8000_0000 == 0 {
      // Ruby before 1.8: seconds since 1970 and microseconds.
      guard content.range.count == 8, second < 1_000_000 else { return nil }
      return Moment(seconds: Int64(first), nanoseconds: second * 1000)
    }
    var year = Int64(first >> 14 & 0xFFFF) + 1900
    if content.range.count > 8 {
      // Years that 16 bits do not reach: how far beyond, behind its packed length.
      guard content.range.count <= 13, bytes[start + 8] == UInt8(content.range.count - 9 + 5)
      else { return nil }
      let distance = bytes[(start + 9)..<content.range.upperBound].reversed()
        .reduce(Int64(0)) { $0 << 8 | Int64($1) }
      year += year == 1900 ? -distance : distance
    }
    let (month, day) = (Int64(first >> 10 & 0xF) + 1, Int64(first >> 5 & 0x1F))
    let (hour, minute) = (Int64(first & 0x1F), Int64(second >> 26))
    let (secondOfMinute, micros) = (Int64(second >> 20 & 0x3F), second & 0xFFFFF)
    guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
      minute < 60, secondOfMinute <= 60, micros < 1_000_000
    else { return nil }
    let days = RubyCalendar.days(year, month, day)
    var moment = Moment(
      seconds: days * 86_400 + hour * 3600 + minute * 60 + secondOfMinute,
      nanoseconds: micros * 1000)
    let isUTC = first & 0x4000_0000 != 0
    return refine(&moment, index, isUTC: isUTC) ? moment : nil
  }

  /// Applies a Time's instance variables; false if they are not as Time makes them.
  private func refine(_ moment: inout Moment, _ index: Int, isUTC: Bool) -> Bool {
    var over: Int64 = 0
    var under: Int64 = 1
    for place in pairs(of: index, from: Int(nodes[index + 1].end)) {
      let value = resolved(partner(of: place))
      switch shortText(place) {
      case "nano_num":
        guard let number = integer(value), number >= 0 else { return false }
        over = number
      case "nano_den":
        guard let number = integer(value), number > 0 else { return false }
        under = number
      case "offset":
        guard let seconds = integer(value), seconds.magnitude < 86_400 * 2 else { return false }
        if !isUTC { moment.offset = seconds }
      default: break
      }
    }
    // Parts of a nanosecond are beyond what is shown.
    let nanoseconds = over / under
    if nanoseconds >= 1000 { return false }
    moment.nanoseconds += UInt32(nanoseconds)
    return true
  }

  /// ActiveSupport's TimeWithZone: the moment, the zone's name, and what clocks show there as if it were UTC.
  func timeWithZone(_ index: Int) -> Value? {
    guard let parts = elements(index), parts.count == 3, isTime(parts[0]), isTime(parts[2]),
      var moment = moment(parts[0]), let local = self.moment(parts[2]),
      let zone = shortText(parts[1])
    else { return nil }
    if zone == "UTC" || zone == "Etc/UTC" {
      return moment.text.map { .tagged(.datetime, .string($0)) }
    }
    moment.offset = local.seconds - moment.seconds
    guard abs(local.seconds - moment.seconds) < 86_400 * 2, let text = moment.text else {
      return nil
    }
    return .tagged(.datetime, .string("\(text)[\(zone)]"))
  }

  private func isTime(_ index: Int) -> Bool {
    nodes[index].kind == .userDefined && className(index) == "Time"
  }

  func zone(_ index: Int) -> Value? {
    guard
      let name = variables(
        of: index, ["name"], optional: ["utc_offset", "tzinfo", "current_period"])?[0],
      let text = shortText(name)
    else { return nil }
    return .tagged(.timezone, .string(text))
  }

  // MARK: - Date and DateTime

  /// `[period, day, second, nanosecond, offset, start of the Gregorian calendar]`, day and second in UTC.
  func date(_ index: Int, isDateTime: Bool) -> Value? {
    guard let parts = elements(index), parts.count == 6, integer(parts[0]) == 0,
      let day = integer(parts[1]), let second = integer(parts[2]), let offset = integer(parts[4]),
      day.magnitude < 10_000_000, (0..<86_400).contains(second), offset.magnitude < 86_400 * 2,
      let start = try? double(nodes[parts[5]]), nodes[parts[5]].kind == .float
    else { return nil }
    guard let nanoseconds = integer(parts[3]), (0..<1_000_000_000).contains(nanoseconds) else {
      return nil
    }
    let seconds = (day - RubyCalendar.epoch) * 86_400 + second + offset
    let localDay = RubyCalendar.floor(seconds, 86_400)
    guard
      let date = RubyCalendar.date(
        localDay, isJulian: Double(localDay + RubyCalendar.epoch) < start)
    else { return nil }
    if !isDateTime { return .tagged(.date, .string(date)) }
    let ofDay = seconds - localDay * 86_400
    guard let time = isoTime(seconds: ofDay, nanoseconds: UInt32(nanoseconds)) else { return nil }
    // A time of day is that of 1970-01-01 in UTC, whose date and zone are cut off.
    let clock = time.dropFirst(10).dropLast()
    return .tagged(.datetime, .string(date + clock + RubyCalendar.offset(offset)))
  }

  // MARK: - Durations

  /// ActiveSupport's Duration: what was asked for, `{months: 1, days: 3}`, or pairs before Rails 5.1.
  func duration(_ index: Int) -> Value? {
    guard let parts = variables(of: index, ["value", "parts"], optional: ["variable"])?[1] else {
      return nil
    }
    var found: [String: (text: String, number: Double)] = [:]
    func add(_ name: Int, _ amount: Int) -> Bool {
      guard let name = shortText(name), found[name] == nil, RubyCalendar.units.contains(name)
      else { return false }
      let node = nodes[resolved(amount)]
      switch node.kind {
      case .integer: found[name] = (String(node.a), Double(node.a))
      case .float:
        guard let number = try? double(node), number.isFinite else { return false }
        found[name] = (number.description, number)
      default: return false
      }
      return true
    }
    switch nodes[parts].kind {
    case .hash where nodes[parts].a <= RubyCalendar.units.count:
      let places = self.parts(of: parts)
      for at in stride(from: 0, to: 2 * Int(nodes[parts].a), by: 2) {
        guard add(places[at], places[at + 1]) else { return nil }
      }
    case .array:
      for part in elements(parts) ?? [] {
        guard let pair = elements(part), pair.count == 2, add(pair[0], pair[1]) else { return nil }
      }
    default: return nil
    }
    return RubyCalendar.duration(found).map { .tagged(.timedelta, .string($0)) }
  }
}

enum RubyCalendar {
  /// The Julian day number of 1970-01-01.
  static let epoch: Int64 = 2_440_588

  static let units: Set<String> = [
    "years", "months", "weeks", "days", "hours", "minutes", "seconds",
  ]

  static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
  }

  /// Days since 1970-01-01 in the Gregorian calendar; see `isoTime`.
  static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let era = floor(year, 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// A day since 1970-01-01 as `2023-11-14`; nil outside the years 0 to 9999.
  static func date(_ day: Int64, isJulian: Bool) -> String? {
    if !isJulian { return isoTime(seconds: day * 86_400).map { String($0.prefix(10)) } }
    // Years of 365.25 days, counted from March of the year -4800.
    let days = day + epoch + 32_082
    if days < 0 { return nil }
    let year = (4 * days + 3) / 1461
    let dayOfYear = days - 1461 * year / 4
    let month = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
    let shown = year - 4800 + month / 10
    guard (0...9999).contains(shown) else { return nil }
    return
      "\(padded(shown, 4))-\(padded(month + 3 - 12 * (month / 10), 2))-\(padded(dayOfMonth, 2))"
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// `+01:00`, with seconds where there are some.
  static func offset(_ seconds: Int64) -> String {
    let size = Int64(seconds.magnitude)
    let text = "\(padded(size / 3600, 2)):\(padded(size / 60 % 60, 2))"
    let rest = size % 60 == 0 ? "" : ":" + padded(size % 60, 2)
    return (seconds < 0 ? "-" : "+") + text + rest
  }

  /// As Rails' `iso8601` writes it: weeks stand alone, and are days beside other parts of a date.
  static func duration(_ parts: [String: (text: String, number: Double)]) -> String? {
    var parts = parts.filter { $0.value.number != 0 }
    if let weeks = parts["weeks"],
      parts["years"] != nil || parts["months"] != nil || parts["days"] != nil
    {
      parts["weeks"] = nil
      let days = weeks.number * 7 + (parts["days"]?.number ?? 0)
      guard let whole = Int64(exactly: days) else { return nil }
      parts["days"] = (String(whole), days)
    }
    func texts(_ units: [(String, String)]) -> String {
      units.map { unit, letter in parts[unit].map { $0.text + letter } ?? "" }.joined()
    }
    let date = texts([("years", "Y"), ("months", "M"), ("weeks", "W"), ("days", "D")])
    let time = texts([("hours", "H"), ("minutes", "M"), ("seconds", "S")])
    if date.isEmpty && time.isEmpty { return "PT0S" }
    return "P" + date + (time.isEmpty ? "" : "T" + time)
  }
}
