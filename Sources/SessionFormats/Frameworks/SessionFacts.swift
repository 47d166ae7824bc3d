/// Collects what a framework keeps in a session under its own names, in the order in which header
/// lines show it. Nothing here is inlined: it is called from many places, but seldom.
struct SessionFacts {
  private(set) var facts: [Fact] = []
  private let stored: Stored

  init(_ stored: Stored) { self.stored = stored }

  /// A string or a number of the payload.
  @inline(never)
  mutating func add(_ name: String, _ word: String?) {
    if let word, !word.isEmpty { facts.append(Fact(name, word: word)) }
  }

  /// A count; zero is not worth a fact.
  @inline(never)
  mutating func add(_ name: String, count: Int?) {
    if let count, count > 0 { facts.append(Fact(name, String(count))) }
  }

  /// A time, however the framework writes it: seconds since 1970, a date in ISO 8601, a datetime.
  @inline(never)
  mutating func add(_ name: String, moment value: Value?) {
    add(name, seconds: value?.moment)
  }

  @inline(never)
  mutating func add(_ name: String, seconds: Int64?) {
    if let seconds, let moment = stored.moment(seconds: seconds) {
      facts.append(Fact(name, moment))
    }
  }

  @inline(never)
  mutating func add(_ name: String, milliseconds: Int64?) {
    if let milliseconds, let moment = stored.moment(milliseconds: milliseconds) {
      facts.append(Fact(name, moment))
    }
  }

  /// When the session ends or ended.
  @inline(never)
  mutating func add(expiry seconds: Int64?) {
    guard let seconds else { return }
    add(stored.now > 0 && seconds <= stored.now ? "expired" : "expires", seconds: seconds)
  }

  /// A span of time.
  @inline(never)
  mutating func add(_ name: String, span: Int64?) {
    if let span, span > 0 { facts.append(Fact(name, spanText(seconds: span.magnitude))) }
  }

  /// The logged-in user, under the names that applications use where their framework has none.
  @inline(never)
  mutating func addUser(in entries: [Pair]) {
    for name in ["user_id", "userId", "userid", "uid", "username", "user"] {
      if let value = entries[name], let user = value.user { return add("user", user) }
    }
  }
}

extension Value {
  /// The user that the value names: an id, or a record that has one.
  var user: String? {
    if let entries {
      for name in ["id", "_id", "user_id", "userId", "username", "email", "name"] {
        if let word = entries[name]?.word, !word.isEmpty { return word }
      }
      return nil
    }
    return word.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A whole number, including one written with a fraction; nil for anything else.
  var whole: Int64? {
    switch self {
    case .integer(let number): number
    case .double(let number): Int64(exactly: number.rounded(.down))
    default: nil
    }
  }

  /// Seconds since 1970, when the value is a time in any of the usual forms.
  var moment: Int64? {
    switch self {
    case .string(let text), .tagged(.datetime, .string(let text)): isoSeconds(text)
    default: whole
    }
  }

  /// The elements of a list or a tuple.
  var elements: [Value]? {
    switch unshared {
    case .list(let items): items
    case .tagged(.tuple, let inner): inner.elements
    default: nil
    }
  }

  /// The value of a string that holds JSON; some frameworks keep such strings in their values.
  var embeddedJSON: Value? {
    guard case .string(let text) = self else { return nil }
    do throws(PayloadError) {
      return try Format.json.read(Array(text.utf8)).value
    } catch {
      return nil
    }
  }
}

/// Seconds since 1970 of a date and time in ISO 8601, `2023-11-14T22:13:20.5+01:00`. One without a
/// zone is in UTC. Fractions are cut off. Nil for anything else.
func isoSeconds(_ text: String) -> Int64? {
  var rest = text.utf8[...]
  func number(_ digits: Int) -> Int64? {
    var number: Int64 = 0
    for _ in 0..<digits {
      guard let digit = rest.first, digit &- 0x30 < 10 else { return nil }
      number = number * 10 + Int64(digit - 0x30)
      rest = rest.dropFirst()
    }
    return number
  }
  func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }
  guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2),
    skip("T") || skip(" "), let hour = number(2), skip(":"), let minute = number(2),
    (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60
  else { return nil }
  var second: Int64 = 0
  if skip(":") {
    guard let number = number(2), number <= 60 else { return nil }
    second = number
  }
  if skip(".") { rest = rest.drop { $0 &- 0x30 < 10 } }
  var offset: Int64 = 0
  if !skip("Z"), let sign = rest.first {
    rest = rest.dropFirst()
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = number(2) else {
      return nil
    }
    _ = skip(":")
    offset = (hours * 60 + (number(2) ?? 0)) * (sign == UInt8(ascii: "-") ? -60 : 60)
  }
  guard rest.isEmpty else { return nil }
  return daysSince1970(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60
    + second - offset
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, counted as in `isoTime`.
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
  let shifted = (month <= 2 ? year - 1 : year) + 400
  let yearOfEra = shifted % 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return (shifted / 400 - 1) * 146_097 + dayOfEra - 719_468
}

/// Seconds since 1970 for the nth day of a year.
func ordinalSeconds(year: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) -> Int64? {
  guard (0...9999).contains(year), (1...366).contains(day), (0...23).contains(hour),
    (0...59).contains(minute), (0...60).contains(second)
  else { return nil }
  let days = daysSince1970(year: year, month: 1, day: 1) + day - 1
  return days * 86_400 + hour * 3600 + minute * 60 + second
}
