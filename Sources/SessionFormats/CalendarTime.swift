/// A time in UTC in ISO 8601, `2023-11-14T22:13:20.5Z`, exact to the nanosecond; nil outside the
/// years 0 to 9999, and if the nanoseconds make a full second.
///
/// Days are counted in eras of 400 years, as in
/// https://howardhinnant.github.io/date_algorithms.html.
func isoTime(seconds: Int64, nanoseconds: UInt32 = 0) -> String? {
  // 0000-01-01 and 10000-01-01.
  guard seconds >= -62_167_219_200, seconds < 253_402_300_800, nanoseconds < 1_000_000_000 else {
    return nil
  }
  var day = seconds / 86_400
  var second = seconds % 86_400
  if second < 0 {
    second += 86_400
    day -= 1
  }
  // Days since 0000-03-01, shifted by one era so that they are never negative.
  let shifted = day + 719_468 + 146_097
  let era = shifted / 146_097
  let dayOfEra = shifted % 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  let year = yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0)

  var text = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(dayOfMonth, 2)
  text += "T" + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2)
  text += ":" + padded(second % 60, 2)
  if nanoseconds > 0 {
    var fraction = padded(Int64(nanoseconds), 9)
    while fraction.last == "0" { fraction.removeLast() }
    text += "." + fraction
  }
  return text + "Z"
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// A span of time in its largest unit and the next smaller one: `3 d 4 h`, `12 min 5 s`, `0 s`.
func spanText(seconds: UInt64) -> String {
  let units: [(name: String, size: UInt64)] = [
    ("y", 31_536_000), ("d", 86_400), ("h", 3600), ("min", 60), ("s", 1),
  ]
  guard let first = units.firstIndex(where: { seconds >= $0.size }) else { return "0 s" }
  let large = "\(seconds / units[first].size) \(units[first].name)"
  guard first + 1 < units.count else { return large }
  let rest = seconds % units[first].size / units[first + 1].size
  return rest == 0 ? large : large + " \(rest) \(units[first + 1].name)"
}
