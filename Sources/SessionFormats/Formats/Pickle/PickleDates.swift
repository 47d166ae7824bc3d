/// Dates, times and time zones as ISO 8601 text. A zone that is known by its name alone follows in brackets, as
/// in RFC 9557: its offset stands in the zone's tables and not in the payload.
extension PickleMachine {
  mutating func temporal(
    _ known: PickleKnown, _ arguments: [Int]
  ) throws(PayloadError) -> Value? {
    switch known {
    case .datetime: return try datetime(arguments)
    case .date:
      guard arguments.count == 1, let raw = try rawBytes(arguments[0]), raw.count == 4,
        let date = Self.date(raw[...])
      else { return nil }
      return .tagged(.date, .string(date))
    case .time: return try time(arguments)
    case .timedelta:
      guard arguments.count == 3, let total = microseconds(arguments) else { return nil }
      return .tagged(.timedelta, .string(Self.duration(total)))
    case .pendulumDateTime: return try pendulum(arguments)
    default:
      guard let zone = try zone(known, arguments) else { return nil }
      let name = zone.name.map { zone.offset == nil ? $0 : "[\($0)]" } ?? ""
      return .tagged(.timezone, .string((zone.offset ?? "") + name))
    }
  }

  /// Emits `datetime.datetime(bytes)` without a zone, which nearly every session holds; nil, and
  /// nothing is emitted, if the call is anything else.
  mutating func plainDateTime<Output: PayloadOutput>(
    _ node: PickleNode, to output: inout Output
  ) throws(PayloadError) -> Output.Item? {
    let call = calls[node.a]
    guard call.style == .call, !call.isDangerous, call.entries.count == 0, call.items.count == 0,
      nodes[call.callee].kind == .global,
      globals[nodes[call.callee].a].known == .datetime, nodes[call.arguments].count == 1,
      let argument = firstItem(call.arguments), nodes[argument].kind == .bytes,
      nodes[argument].b - nodes[argument].a == 10, !nodes[argument].flags.contains(.inScratch)
    else { return nil }
    let start = nodes[argument].a
    func number(_ at: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 << 8 | Int(reader.bytes[start + at + $1]) }
    }
    let (year, month, day) = (number(0, 2), number(2, 1), number(3, 1))
    let (hour, minute, second, micros) = (number(4, 1), number(5, 1), number(6, 1), number(7, 3))
    guard Self.isDate(year, month, day), Self.isTime(hour, minute, second, micros) else {
      return nil
    }
    try charge(10)
    let end = scratch.count
    scratch.append(twoDigits: year / 100)
    scratch.append(twoDigits: year % 100, "-")
    scratch.append(twoDigits: month, "-")
    scratch.append(twoDigits: day, "T")
    scratch.append(twoDigits: hour, ":")
    scratch.append(twoDigits: minute, ":")
    scratch.append(twoDigits: second)
    if micros > 0 {
      scratch.append(UInt8(ascii: "."))
      scratch.append(twoDigits: micros / 10_000)
      scratch.append(twoDigits: micros / 100 % 100)
      scratch.append(twoDigits: micros % 100)
    }
    defer { scratch.removeLast(scratch.count - end) }
    return try output.text(scratch, end..<scratch.count, as: .datetime)
  }

  private mutating func datetime(_ arguments: [Int]) throws(PayloadError) -> Value? {
    guard 1...2 ~= arguments.count, let raw = try rawBytes(arguments[0]), raw.count == 10
    else { return nil }
    // The highest bit of the month says that the hour comes a second time when clocks go back.
    let isFolded = raw[2] & 0x80 != 0
    var plain = raw
    plain[2] &= 0x7F
    guard let date = Self.date(plain[0..<4]), let time = Self.time(plain[4..<10]) else {
      return nil
    }
    guard let suffix = try suffix(arguments, isFolded) else { return nil }
    return .tagged(.datetime, .string("\(date)T\(time)\(suffix)"))
  }

  private mutating func time(_ arguments: [Int]) throws(PayloadError) -> Value? {
    guard 1...2 ~= arguments.count, let raw = try rawBytes(arguments[0]), raw.count == 6
    else { return nil }
    var plain = raw
    plain[0] &= 0x7F
    guard let time = Self.time(plain[...]), let suffix = try suffix(arguments, raw[0] & 0x80 != 0)
    else { return nil }
    return .tagged(.time, .string(time + suffix))
  }

  /// The zone, the second argument, as it follows a time; nil if it is something unknown.
  private mutating func suffix(
    _ arguments: [Int], _ isFolded: Bool
  ) throws(PayloadError) -> String? {
    let fold = isFolded ? "[_fold=1]" : ""
    guard arguments.count == 2, nodes[arguments[1]].kind != .none else { return fold }
    guard let zone = try zone(arguments[1]) else { return nil }
    return (zone.offset ?? "") + (zone.name.map { "[\($0)]" } ?? "") + fold
  }

  /// `pendulum.DateTime(year, month, day, hour, minute, second, microsecond, zone, fold)`.
  private mutating func pendulum(_ arguments: [Int]) throws(PayloadError) -> Value? {
    guard 7...9 ~= arguments.count else { return nil }
    var numbers: [Int] = []
    for argument in arguments.prefix(7) {
      guard nodes[argument].kind == .integer else { return nil }
      numbers.append(nodes[argument].a)
    }
    guard let date = Self.date(numbers[0], numbers[1], numbers[2]),
      let time = Self.time(numbers[3], numbers[4], numbers[5], numbers[6])
    else { return nil }
    var zone = Zone()
    if arguments.count > 7, nodes[arguments[7]].kind != .none {
      if let name = try string(arguments[7]) {
        zone = Zone(offset: nil, name: name)
      } else if let known = try self.zone(arguments[7]) {
        zone = known
      } else {
        return nil
      }
    }
    let isFolded = arguments.count == 9 && nodes[arguments[8]].a == 1
    let name = zone.name.map { "[\($0)]" } ?? ""
    let fold = isFolded ? "[_fold=1]" : ""
    return .tagged(.datetime, .string("\(date)T\(time)\(zone.offset ?? "")\(name)\(fold)"))
  }

  // MARK: - Zones

  struct Zone {
    /// `+02:00`
    var offset: String?
    /// `Europe/Berlin`
    var name: String?
  }

  /// The zone that a node stands for, or nil if it is none that is known.
  private mutating func zone(_ index: Int) throws(PayloadError) -> Zone? {
    guard nodes[index].kind == .call else { return nil }
    let call = calls[nodes[index].a]
    guard !call.isDangerous, nodes[call.arguments].count <= 9,
      var arguments = tuple(call.arguments)
    else { return nil }
    if isZoneInfoUnpickle(call.callee) { return try zone(.zoneInfoUnpickle, arguments) }
    guard nodes[call.callee].kind == .global else { return nil }
    var known = globals[nodes[call.callee].a].known
    if known == .newObj || known == .reconstructor {
      guard let first = arguments.first, nodes[first].kind == .global else { return nil }
      known = globals[nodes[first].a].known
      arguments = known == .newObj ? Array(arguments.dropFirst()) : []
    }
    return try zone(known, arguments)
  }

  private mutating func zone(
    _ known: PickleKnown, _ arguments: [Int]
  ) throws(PayloadError) -> Zone? {
    switch known {
    case .utcZone: return Zone(offset: "+00:00")
    case .timezone:
      guard 1...2 ~= arguments.count, let offset = offset(arguments[0]) else { return nil }
      guard arguments.count == 2 else { return Zone(offset: offset) }
      guard let name = try string(arguments[1]) else { return nil }
      return Zone(offset: offset, name: name)
    case .tzoffset:
      guard arguments.count == 2 else { return nil }
      let seconds = nodes[arguments[1]].kind == .integer ? nodes[arguments[1]].a : nil
      let offset =
        seconds == nil ? offset(arguments[1]) : Self.offset(seconds: seconds ?? 0)
      guard let offset else { return nil }
      return Zone(offset: offset, name: try string(arguments[0]))
    case .zoneInfo, .zoneInfoUnpickle:
      guard 1...2 ~= arguments.count, let name = try string(arguments[0]) else { return nil }
      return Zone(name: name)
    case .pytzZone:
      guard let first = arguments.first, let name = try string(first) else { return nil }
      guard arguments.count >= 2, nodes[arguments[1]].kind == .integer,
        let offset = Self.offset(seconds: nodes[arguments[1]].a)
      else { return Zone(name: name) }
      return Zone(offset: offset, name: name)
    case .fixedOffset:
      guard arguments.count == 1, nodes[arguments[0]].kind == .integer,
        -1440 < nodes[arguments[0]].a, nodes[arguments[0]].a < 1440,
        let offset = Self.offset(seconds: nodes[arguments[0]].a * 60)
      else { return nil }
      return Zone(offset: offset)
    case .tzfile:
      guard let last = arguments.last, let path = try string(last) else { return nil }
      let name = path.split(separator: "zoneinfo/").last.map(String.init) ?? path
      return Zone(name: name)
    case .tzfileUnpickle:
      // The class, the name if it was opened by one, the file, and its tables.
      guard arguments.count == 4 else { return nil }
      if let name = try string(arguments[1]) { return Zone(name: name) }
      return try string(arguments[2]).map { Zone(name: $0) }
    case .tzlocal: return Zone(name: "local")
    default: return nil
    }
  }

  /// The offset that a node of a timedelta stands for.
  private mutating func offset(_ index: Int) -> String? {
    guard nodes[index].kind == .call else { return nil }
    let call = calls[nodes[index].a]
    guard nodes[call.callee].kind == .global,
      globals[nodes[call.callee].a].known == .timedelta,
      let arguments = tuple(call.arguments, of: 3), let total = microseconds(arguments),
      total.magnitude < 86_400_000_000
    else { return nil }
    let seconds = total / 1_000_000
    guard total % 1_000_000 == 0 else {
      return nil
    }
    return Self.offset(seconds: Int(seconds))
  }

  private static func offset(seconds: Int) -> String? {
    guard -86_400 < seconds, seconds < 86_400 else { return nil }
    let size = abs(seconds)
    let text = "\(seconds < 0 ? "-" : "+")\(pad(size / 3600)):\(pad(size / 60 % 60))"
    return size % 60 == 0 ? text : text + ":" + pad(size % 60)
  }

  // MARK: - Text

  /// The length of `timedelta(days, seconds, microseconds)`.
  private mutating func microseconds(_ arguments: [Int]) -> Int128? {
    var total: Int128 = 0
    for (argument, unit) in zip(arguments, [86_400_000_000, 1_000_000, 1] as [Int128]) {
      // The bounds of the three are far below this; any three such products fit into 128 bits.
      guard nodes[argument].kind == .integer, abs(Int128(nodes[argument].a)) < 1 << 60
      else { return nil }
      total += Int128(nodes[argument].a) * unit
    }
    return total
  }

  /// An ISO 8601 duration without parts that are zero: `P1DT2H`, `-PT0.5S`.
  private static func duration(_ total: Int128) -> String {
    if total == 0 { return "PT0S" }
    let size = total.magnitude
    let (seconds, micros) = (size / 1_000_000, Int(size % 1_000_000))
    var date = ""
    var time = ""
    if seconds >= 86_400 { date = "\(seconds / 86_400)D" }
    let (hours, minutes, rest) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
    if hours > 0 { time += "\(hours)H" }
    if minutes > 0 { time += "\(minutes)M" }
    if rest > 0 || micros > 0 { time += "\(rest)\(fraction(micros, trimmed: true))S" }
    return (total < 0 ? "-P" : "P") + date + (time.isEmpty ? "" : "T" + time)
  }

  private static func date(_ raw: ArraySlice<UInt8>) -> String? {
    let bytes = Array(raw)
    return date(Int(bytes[0]) << 8 | Int(bytes[1]), Int(bytes[2]), Int(bytes[3]))
  }

  static func date(_ year: Int, _ month: Int, _ day: Int) -> String? {
    guard isDate(year, month, day) else { return nil }
    let digits = String(year)
    let zeros = String(repeating: "0", count: 4 - digits.utf8.count)
    return "\(zeros)\(digits)-\(pad(month))-\(pad(day))"
  }

  static func isDate(_ year: Int, _ month: Int, _ day: Int) -> Bool {
    guard 1...9999 ~= year, 1...12 ~= month, 1...31 ~= day else { return false }
    if day <= 28 { return true }
    switch month {
    case 2: return day == 29 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    case 4, 6, 9, 11: return day <= 30
    default: return true
    }
  }

  static func isTime(_ hour: Int, _ minute: Int, _ second: Int, _ micros: Int) -> Bool {
    0..<24 ~= hour && 0..<60 ~= minute && 0..<60 ~= second && 0..<1_000_000 ~= micros
  }

  private static func time(_ raw: ArraySlice<UInt8>) -> String? {
    let bytes = raw.map(Int.init)
    return time(bytes[0], bytes[1], bytes[2], bytes[3] << 16 | bytes[4] << 8 | bytes[5])
  }

  static func time(_ hour: Int, _ minute: Int, _ second: Int, _ micros: Int) -> String? {
    guard isTime(hour, minute, second, micros) else { return nil }
    return "\(pad(hour)):\(pad(minute)):\(pad(second))\(fraction(micros, trimmed: false))"
  }

  /// Microseconds behind the point; none at all when they are zero, as Python's `isoformat` prints them.
  private static func fraction(_ micros: Int, trimmed: Bool) -> String {
    if micros == 0 { return "" }
    let digits = String(micros)
    var text = String(repeating: "0", count: 6 - digits.utf8.count) + digits
    while trimmed && text.hasSuffix("0") { text.removeLast() }
    return "." + text
  }

  static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension [UInt8] {
  /// Appends a number from 0 to 99 in two digits, and a mark after it.
  @inline(__always)
  fileprivate mutating func append(twoDigits number: Int, _ mark: StaticString = "") {
    append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10))
    append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
    if mark.utf8CodeUnitCount > 0 { append(mark.utf8Start.pointee) }
  }
}
