import Glibc

/// Times and durations for people.
enum Moment {
  /// Seconds since 1970.
  static var now: Int64 { Int64(time(nil)) }

  /// The two largest units: `30d 23h`, `5m 10s`, `0s`.
  static func duration(_ seconds: Int64) -> String {
    let units: [(Int64, String)] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")]
    var rest = seconds
    var parts: [String] = []
    for (size, name) in units where rest >= size && parts.count < 2 {
      parts.append("\(rest / size)\(name)")
      rest %= size
    }
    return parts.isEmpty ? "0s" : parts.joined(separator: " ")
  }

  /// Local time to the minute: `2026-12-24 14:05`.
  static func minute(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return "@\(seconds)" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(Int64(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + " \(two(parts.tm_hour)):\(two(parts.tm_min))"
  }

  /// What a header says of PTTL's answer.
  static func expiry(milliseconds: Int64) -> String {
    if milliseconds < 0 { return "never expires" }
    let seconds = milliseconds / 1000
    return "expires in \(duration(seconds)) (\(minute(now + seconds)))"
  }
}
