/// How the members of objects are shown: properties by name and visibility, dates as dates, the containers of PHP's
/// standard library (SPL) as containers.
enum PHPShape {
  /// Gives an object the members that were read for it.
  static func fill(_ object: inout Object, _ members: [Pair]) {
    if fillDate(&object, members) || fillContainer(&object, members) { return }
    if members.contains(where: { $0.key.isInteger }) {
      // What __serialize returned, which only the class can name.
      object.state = PHPArray(members).value
    } else {
      object.fields = members.map { Pair(propertyName($0.key, of: object.name), $0.value) }
    }
  }

  // MARK: - Properties

  /// PHP writes a protected property as `\0*\0name` and a private one as `\0Class\0name`; shown as `print_r` does:
  /// `name:protected`, `name:private`, `name:Parent:private`.
  static func propertyName(_ key: Value, of className: String) -> Value {
    guard case .string(let name) = key, name.utf8.first == 0 else { return key }
    // An anonymous class has a NUL in its own name, so that the last one counts.
    guard let end = name.utf8.lastIndex(of: 0), end > name.utf8.startIndex else { return key }
    let owner = String(name[name.utf8.index(after: name.utf8.startIndex)..<end])
    let plain = String(name[name.utf8.index(after: end)...])
    switch owner {
    case "*": return .string(plain + ":protected")
    case className: return .string(plain + ":private")
    default: return .string("\(plain):\(owner):private")
    }
  }

  // MARK: - Dates

  /// DateTime, DateTimeImmutable and what extends them (Carbon, Chronos), DateTimeZone, DateInterval: told by their
  /// properties. What they hold beside these stays a property.
  private static func fillDate(_ object: inout Object, _ members: [Pair]) -> Bool {
    let shown: Value
    let taken: Set<String>
    if let date = members.text("date"), let zone = zone(members), let text = isoDate(date) {
      shown = .tagged(.datetime, .string(text + zone))
      taken = ["date", "timezone_type", "timezone"]
    } else if members.count == 2, let zone = zone(members) {
      let name = zone.first == "[" ? String(zone.dropFirst().dropLast()) : zone
      shown = .tagged(.timezone, .string(name))
      taken = ["timezone_type", "timezone"]
    } else if object.name.hasSuffix("Interval"), let interval = PHPInterval(members) {
      shown = .tagged(.timedelta, .string(interval.text))
      taken = interval.taken
    } else {
      return false
    }
    object.arguments = [shown]
    for member in members {
      if case .string(let name) = member.key, taken.contains(name) { continue }
      object.fields.append(Pair(propertyName(member.key, of: object.name), member.value))
    }
    return true
  }

  /// A zone as it follows a time: `+02:00`, or `[Europe/Berlin]` as in RFC 9557, for the offset stands in the
  /// zone's tables and not in the payload.
  private static func zone(_ members: [Pair]) -> String? {
    guard case .integer(let type)? = members.value("timezone_type"),
      let zone = members.text("timezone"), !zone.isEmpty, zone.utf8.count <= 64,
      zone.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    switch type {
    case 1:
      return zone.utf8.first == UInt8(ascii: "+") || zone.utf8.first == UInt8(ascii: "-")
        ? zone : nil
    case 2, 3: return zone == "UTC" || zone == "Z" ? "+00:00" : "[\(zone)]"
    default: return nil
    }
  }

  /// `2023-11-14 22:13:20.250000` in ISO 8601, nil if it is anything else.
  private static func isoDate(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    let start = bytes.first == UInt8(ascii: "-") ? 1 : 0
    guard let dash = bytes[start...].firstIndex(of: UInt8(ascii: "-")), dash - start >= 4,
      dash - start <= 9, bytes.count >= dash + 15
    else { return nil }
    for (offset, byte) in zip(0..., bytes[dash...]) {
      let isRight =
        switch offset {
        case 0, 3: byte == UInt8(ascii: "-")
        case 6: byte == UInt8(ascii: " ")
        case 9, 12: byte == UInt8(ascii: ":")
        case 15: byte == UInt8(ascii: ".")
        default: byte &- 0x30 < 10
        }
      if !isRight { return nil }
    }
    guard bytes[start..<dash].allSatisfy({ $0 &- 0x30 < 10 }), bytes.count <= dash + 22 else {
      return nil
    }
    var shown = bytes
    shown[dash + 6] = UInt8(ascii: "T")
    if shown.count > dash + 15, shown[(dash + 16)...].allSatisfy({ $0 == UInt8(ascii: "0") }) {
      shown.removeSubrange((dash + 15)...)
    }
    return String(decoding: shown, as: UTF8.self)
  }

  // MARK: - Containers

  /// The SPL's containers since PHP 7.4: flags, elements and members under the keys 0, 1, 2; ArrayObject has the class of
  /// its iterators under 3.
  private static func fillContainer(_ object: inout Object, _ members: [Pair]) -> Bool {
    for (index, member) in members.enumerated() where member.key != .integer(Int64(index)) {
      return false
    }
    if object.name == "SplFixedArray" {
      object.items = members.map(\.value)
      return true
    }
    switch members.count {
    case 2:
      // SplObjectStorage: object, data, object, data ...
      guard case .list(let elements) = members[0].value, elements.count.isMultiple(of: 2),
        members[1].value.isArray, object.name.hasSuffix("Storage")
      else { return false }
      let pairs = stride(from: 0, to: elements.count, by: 2).map {
        Pair(elements[$0], elements[$0 + 1])
      }
      setStorage(&object, pairs)
      setMembers(&object, members[1].value)
    case 3, 4:
      guard case .integer(let flags) = members[0].value,
        members[1].value.isArray || members[1].value.isObject, members[2].value.isArray
      else { return false }
      if flags != 0 { object.arguments.append(members[0].value) }
      if members.count == 4 {
        switch members[3].value {
        case .null: break
        case .string: object.arguments.append(members[3].value)
        default: return false
        }
      }
      setElements(&object, members[1].value)
      setMembers(&object, members[2].value)
    default: return false
    }
    return true
  }

  /// Objects with what is attached to them, if anything is.
  static func setStorage(_ object: inout Object, _ pairs: [Pair]) {
    if pairs.allSatisfy({ $0.value == .null }) {
      object.items = pairs.map(\.key)
    } else {
      object.entries = pairs
    }
  }

  static func setElements(_ object: inout Object, _ elements: Value) {
    switch elements {
    case .list(let items): object.items = items
    case .map(let pairs): object.entries = pairs
    default: object.state = elements
    }
  }

  static func setMembers(_ object: inout Object, _ members: Value) {
    switch members {
    case .list(let items) where items.isEmpty: break
    case .map(let pairs):
      object.fields = pairs.map { Pair(propertyName($0.key, of: object.name), $0.value) }
    default: object.fields = [Pair(.string("members"), members)]
    }
  }
}

/// A DateInterval: years to seconds, and microseconds as a fraction of one.
private struct PHPInterval {
  /// `P1Y2M3DT4H5M6S` as DateInterval's constructor takes it, `-` before it when it is inverted.
  let text: String
  /// The properties that `text` tells, and those that say nothing.
  let taken: Set<String>

  init?(_ members: [Pair]) {
    var numbers: [Int64] = []
    for name in ["y", "m", "d", "h", "i", "s"] {
      guard case .integer(let number)? = members.value(name) else { return nil }
      numbers.append(number)
    }
    guard case .integer(let invert)? = members.value("invert"), 0...1 ~= invert else { return nil }
    var taken: Set<String> = ["y", "m", "d", "h", "i", "s", "f", "invert"]
    var seconds = String(numbers[5])
    switch members.value("f") {
    case nil: break
    case .double(let fraction) where fraction >= 0 && fraction < 1:
      // `0.25` behind the whole seconds.
      if fraction > 0 {
        let digits = fraction.description
        if digits.hasPrefix("0.") { seconds += digits.dropFirst() } else { taken.remove("f") }
      }
    default: return nil
    }
    // Older versions write how the interval was made, mostly as zeros.
    for name in [
      "days", "from_string", "weekday", "weekday_behavior", "first_last_day_of", "special_type",
      "special_amount", "have_weekday_relative", "have_special_relative",
    ] {
      let value = members.value(name)
      if value == .bool(false) || value == .integer(0) { taken.insert(name) }
    }
    var text = invert == 1 ? "-P" : "P"
    for (number, unit) in zip(numbers[..<3], ["Y", "M", "D"]) where number != 0 {
      text += "\(number)\(unit)"
    }
    var time = ""
    for (number, unit) in zip(numbers[3..<5], ["H", "M"]) where number != 0 {
      time += "\(number)\(unit)"
    }
    if seconds != "0" { time += seconds + "S" }
    if !time.isEmpty { text += "T" + time }
    if text.last == "P" { text += "T0S" }
    self.text = text
    self.taken = taken
  }
}

extension Value {
  fileprivate var isInteger: Bool {
    if case .integer = self { true } else { false }
  }

  fileprivate var isArray: Bool {
    switch self {
    case .list, .map: true
    default: false
    }
  }

  fileprivate var isObject: Bool {
    switch unshared {
    case .object, .reference: true
    default: false
    }
  }
}

extension [Pair] {
  fileprivate func value(_ name: String) -> Value? { first { $0.key == .string(name) }?.value }

  fileprivate func text(_ name: String) -> String? {
    if case .string(let text)? = value(name) { text } else { nil }
  }
}
