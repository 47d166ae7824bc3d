/// Dates and times: java.util, and java.time as its `Ser` writes it
/// (https://docs.oracle.com/en/java/javase/17/docs/api/serialized-form.html#java.time.Ser).
extension JavaMachine {
  /// The time that eight bytes of block data say; nil beyond the calendar.
  mutating func milliseconds(_ place: Int) -> Value? {
    let block = nodes[Int(pool[place])]
    guard block.kind == .block, block.b - block.a == 8 else { return nil }
    return Self.time(milliseconds: Int64(bitPattern: bits(block.a, 8)))
  }

  static func time(milliseconds: Int64) -> Value? {
    var (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1000) }
    return isoTime(seconds: seconds, nanoseconds: UInt32(rest) * 1_000_000).map {
      .tagged(.datetime, .string($0))
    }
  }

  /// java.util.GregorianCalendar: its time and its zone.
  mutating func calendar(_ index: Int) throws(PayloadError) -> JavaShape? {
    guard let time = integer(index, "time"), let zone = field(index, "zone"),
      let moment = Self.time(milliseconds: Int64(time)), nodes[zone].kind == .object
    else { return nil }
    return .pair(try className(nodes[index].a), moment, zone)
  }

  /// java.util.Date and java.sql.Timestamp.
  mutating func moment(_ index: Int, _ known: JavaKnown) -> Value? {
    guard let annotation = annotation(of: index, .date), let contents = contents(annotation),
      contents.count == 1
    else { return nil }
    let first = contents.lowerBound
    guard known == .timestamp else { return milliseconds(first) }
    let block = nodes[Int(pool[first])]
    guard let nanos = integer(index, "nanos"), block.kind == .block, block.b - block.a == 8,
      0..<1_000_000_000 ~= nanos
    else { return nil }
    // The superclass keeps whole seconds.
    let (seconds, rest) = Int64(bitPattern: bits(block.a, 8)).quotientAndRemainder(dividingBy: 1000)
    guard rest == 0 else { return nil }
    return isoTime(seconds: seconds, nanoseconds: UInt32(nanos)).map {
      .tagged(.datetime, .string($0))
    }
  }

  /// An object of java.time; nil when it is none that is known.
  mutating func javaTime(_ index: Int) -> Value? {
    guard let annotation = annotation(of: index, .time), let contents = contents(annotation),
      contents.count == 1
    else { return nil }
    let block = nodes[Int(pool[contents.lowerBound])]
    guard block.kind == .block else { return nil }
    var time = JavaTime(reader: ByteReader(Array(reader.bytes[block.a..<block.b])))
    do throws(PayloadError) {
      let value = try time.value()
      return time.reader.isAtEnd ? value : nil
    } catch {
      return nil
    }
  }
}

/// Reads what `java.time.Ser.writeExternal` wrote.
private struct JavaTime {
  var reader: ByteReader

  mutating func value() throws(PayloadError) -> Value {
    switch try reader.byte() {
    case 1: return .tagged(.timedelta, .string(try duration()))
    case 2:
      let seconds = try reader.big(Int64.self)
      let nanos = try nanoseconds()
      guard let time = isoTime(seconds: seconds, nanoseconds: nanos) else { throw invalid() }
      return .tagged(.datetime, .string(time))
    case 3: return .tagged(.date, .string(try date()))
    case 4: return .tagged(.time, .string(try time()))
    case 5: return .tagged(.datetime, .string(try dateTime()))
    case 6:
      let text = try dateTime() + offset()
      let zone = try zone()
      return .tagged(.datetime, .string(zone.isName ? "\(text)[\(zone.text)]" : text))
    case 7: return .tagged(.timezone, .string(try name()))
    case 8: return .tagged(.timezone, .string(try offset()))
    case 9: return .tagged(.time, .string(try time() + offset()))
    case 10: return .tagged(.datetime, .string(try dateTime() + offset()))
    case 11: return .tagged(.date, .string(year(Int(try reader.big(Int32.self)))))
    case 12:
      let year = year(Int(try reader.big(Int32.self)))
      return .tagged(.date, .string(year + "-" + padded(Int(try reader.byte()))))
    case 13:
      let month = Int(try reader.byte())
      return .tagged(.date, .string("--\(padded(month))-\(padded(Int(try reader.byte())))"))
    case 14: return .tagged(.timedelta, .string(try period()))
    default: throw invalid()
    }
  }

  private func invalid() -> PayloadError { reader.error("no java.time") }

  private func padded(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
    return (number < 0 ? "-" : "") + zeros + digits
  }

  private func year(_ year: Int) -> String { (year > 9999 ? "+" : "") + padded(year, 4) }

  private mutating func nanoseconds() throws(PayloadError) -> UInt32 {
    let nanos = try reader.big(UInt32.self)
    guard nanos < 1_000_000_000 else { throw invalid() }
    return nanos
  }

  private func fraction(_ nanos: UInt32) -> String {
    if nanos == 0 { return "" }
    var digits = padded(Int(nanos), 9)
    while digits.hasSuffix("0") { digits.removeLast() }
    return "." + digits
  }

  private mutating func date() throws(PayloadError) -> String {
    let year = Int(try reader.big(Int32.self))
    let month = Int(try reader.byte())
    let day = Int(try reader.byte())
    guard 1...12 ~= month, 1...31 ~= day else { throw invalid() }
    return "\(self.year(year))-\(padded(month))-\(padded(day))"
  }

  /// Hour, minute, second and nanosecond; what is zero at the end is left out, and what stands last is complemented.
  private mutating func time() throws(PayloadError) -> String {
    var parts = [0, 0, 0]
    var nanos: UInt32 = 0
    for place in 0..<3 {
      let part = Int(Int8(bitPattern: try reader.byte()))
      parts[place] = part < 0 ? ~part : part
      if part < 0 { break }
      if place == 2 { nanos = try nanoseconds() }
    }
    guard parts[0] < 24, parts[1] < 60, parts[2] < 60 else { throw invalid() }
    return parts.map { padded($0) }.joined(separator: ":") + fraction(nanos)
  }

  private mutating func dateTime() throws(PayloadError) -> String {
    let date = try date()
    return try date + "T" + time()
  }

  /// Quarters of an hour in a byte, or 127 and seconds.
  private mutating func offset() throws(PayloadError) -> String {
    let byte = Int(Int8(bitPattern: try reader.byte()))
    let total = byte == 127 ? Int(try reader.big(Int32.self)) : byte * 900
    guard total.magnitude <= 18 * 3600 else { throw invalid() }
    if total == 0 { return "Z" }
    let seconds = Int(total.magnitude)
    let text = "\(padded(seconds / 3600)):\(padded(seconds / 60 % 60))"
    return (total < 0 ? "-" : "+") + text + (seconds % 60 > 0 ? ":\(padded(seconds % 60))" : "")
  }

  private mutating func zone() throws(PayloadError) -> (text: String, isName: Bool) {
    switch try reader.byte() {
    case 7: return (try name(), true)
    case 8: return (try offset(), false)
    default: throw invalid()
    }
  }

  private mutating func name() throws(PayloadError) -> String {
    try reader.text(reader.range(Int(reader.big(UInt16.self))))
  }

  /// java.time.Duration.toString: hours are the largest unit.
  private mutating func duration() throws(PayloadError) -> String {
    let seconds = try reader.big(Int64.self)
    let nanos = try nanoseconds()
    if seconds == 0 && nanos == 0 { return "PT0S" }
    // Nanoseconds count upwards from a negative number of seconds as well.
    let isRaised = seconds < 0 && nanos > 0
    let whole = isRaised ? seconds + 1 : seconds
    let rest = isRaised ? 1_000_000_000 - nanos : nanos
    let (hours, minutes, last) = (whole / 3600, whole / 60 % 60, whole % 60)
    var text = "PT"
    if hours != 0 { text += "\(hours)H" }
    if minutes != 0 { text += "\(minutes)M" }
    if last != 0 || rest != 0 {
      text += (last == 0 && seconds < 0 ? "-0" : "\(last)") + fraction(rest) + "S"
    }
    return text
  }

  private mutating func period() throws(PayloadError) -> String {
    var text = "P"
    for unit in ["Y", "M", "D"] {
      let number = try reader.big(Int32.self)
      if number != 0 { text += "\(number)\(unit)" }
    }
    return text == "P" ? "P0D" : text
  }
}
