// https://github.com/rails/rails/tree/main/activesupport/lib/active_support/message_pack:
// extensions.rb, serializer.rb

extension Format {
  /// ActiveSupport's MessagePack: cached values and cookies of Rails since 7.1, if configured. Two
  /// bytes before one value distinguish it: 128, written in two bytes where one would do.
  static let railsMessagePack = Format(
    name: "rails-msgpack", labels: ["rails-messagepack"],
    summary: "MessagePack of Rails from 7.1 on, with its extension types",
    recognizes: { $0.count >= 3 && $0.starts(with: [0xCC, 0x80]) },
    hasSignature: { $0.starts(with: [0xCC, 0x80]) },
    read: { reader throws(PayloadError) in
      var decoder = try railsDecoder(reader, TreeOutput())
      let value = try decoder.value()
      try decoder.reader.expectEnd()
      return Reading(value, label: "Rails MessagePack", notes: decoder.notes)
    },
    isPlausible: { value in
      switch value {
      case .null, .bool, .integer, .number, .double: false
      default: true
      }
    },
    transcode: { reader, writer throws(PayloadError) in
      var decoder = try railsDecoder(reader, JSONOutput(writer))
      return try decoder.document()
    },
    outline: { reader throws(PayloadError) in
      var decoder = try railsDecoder(reader, OutlineOutput())
      return try decoder.document() ? decoder.output.outline : nil
    })
}

/// A decoder for what follows the signature.
private func railsDecoder<Output: PayloadOutput>(
  _ reader: ByteReader, _ output: Output
) throws(PayloadError) -> MessagePackDecoder<Output> {
  var reader = reader
  if try reader.big(UInt16.self) != 0xCC80 {
    throw PayloadError(at: 0, "expected Rails' signature, cc 80")
  }
  return MessagePackDecoder(reader, output, .rails)
}

extension MessagePackDecoder where Output == TreeOutput {
  /// One of Rails' extensions, with the next `count` bytes; nil, with nothing read, if it is not
  /// one.
  mutating func railsValue(_ type: Int8, _ count: UInt64) throws(PayloadError) -> Value? {
    let start = reader.offset
    guard count <= UInt64(reader.remaining) else { return nil }
    let end = start + Int(count)
    if let text = try railsText(type, Int(count)) { return text }
    guard 3...17 ~= type || type == 127 else { return nil }
    try reader.enter()
    let value = try recursive(type)
    reader.leave()
    if reader.offset != end {
      throw reader.error(
        "extension \(type) of \(count) bytes has \(reader.offset - start) bytes of content",
        at: start)
    }
    return value
  }

  /// Types whose content is text.
  private mutating func railsText(_ type: Int8, _ count: Int) throws(PayloadError) -> Value? {
    switch type {
    case 0, 2, 9, 13, 15, 16: break
    case 1: return try bigInteger(count)
    case 18: break
    default: return nil
    }
    let start = reader.offset
    let text = try reader.text(try reader.range(count))
    switch type {
    case 0: return .tagged(.symbol, .string(text))
    case 2:
      // As `_dump` writes it: the precision, a colon, the digits.
      let digits = text.drop { $0 != ":" }.dropFirst()
      guard let plain = RubyDecimal.plain(digits) else {
        throw reader.error("not a decimal number: \"\(legible(text, limit: 40))\"", at: start)
      }
      return .tagged(.decimal, .string(plain))
    case 9: return .tagged(.timezone, .string(text))
    case 13:
      // `URI.parse` goes by the scheme.
      let scheme = text.prefix { $0 != ":" }.lowercased()
      var uri = Object(name: RubyKnown.uriClasses[scheme] ?? "URI::Generic")
      uri.arguments = [.string(text)]
      return .object(uri)
    case 15: return .tagged(.path, .string(text))
    case 16: return .tagged(.regex, .list([.string(text), .string("")]))
    default: return .tagged(.html, .string(text))
    }
  }

  /// A sign byte, then words of 32 bits, the most significant first, as msgpack-ruby's Bigint packs
  /// them.
  private mutating func bigInteger(_ count: Int) throws(PayloadError) -> Value {
    let start = reader.offset
    guard count >= 1, (count - 1) % 4 == 0 else {
      throw reader.error("a big integer of \(count) bytes", at: start)
    }
    if count > Limits.integerBytes {
      throw reader.exceeded("an integer of \(count) bytes, \(Limits.integerBytes) at most")
    }
    let isNegative = try reader.byte() != 0
    let magnitude: [UInt8] = try reader.slice(count - 1).reversed() + [0]
    var digits: [UInt8] = []
    if let number = IntegerDigits.decode(magnitude, magnitude.indices, into: &digits) {
      return .integer(Int64(isNegative ? -number : number))
    }
    return .number((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self))
  }

  /// Types whose content is values.
  private mutating func recursive(_ type: Int8) throws(PayloadError) -> Value {
    switch type {
    case 3: return .tagged(.fraction, .string(try fraction()))
    case 4:
      let real = try value()
      return .tagged(.complex, .list([real, try value()]))
    case 5: return try dateTime()
    case 6:
      let start = reader.offset
      let day = try integer()
      guard let date = date(day) else { throw reader.error("no date is day \(day)", at: start) }
      return .tagged(.date, .string(date))
    case 7: return .tagged(.datetime, .string(try time()))
    case 8:
      let time = try time()
      guard case .string(let zone) = try value() else {
        throw reader.error("expected the name of a time zone")
      }
      return .tagged(.datetime, .string(zone == "UTC" ? time : "\(time)[\(zone)]"))
    case 10: return try duration()
    case 11:
      var range = Object(name: "Range")
      let (first, last) = (try value(), try value())
      range.fields = [
        Pair(.string("excl"), try value()), Pair(.string("begin"), first),
        Pair(.string("end"), last),
      ]
      return .object(range)
    case 12:
      guard case .list(let items) = try value() else { throw reader.error("expected an array") }
      return .tagged(.set, .list(items))
    case 14:
      guard case .string(let text) = try value() else { throw reader.error("expected an address") }
      return .tagged(.ip, .string(text))
    case 17: return try value()
    default: return try object()
    }
  }

  /// How to make it (0 `from_msgpack_ext`, 1 `json_create`), a class, and its content.
  private mutating func object() throws(PayloadError) -> Value {
    let start = reader.offset
    guard 0...1 ~= (try integer()), case .string(let name) = try value() else {
      throw reader.error("expected 0 or 1 and the name of a class", at: start)
    }
    var object = Object(name: name)
    object.state = try value()
    if notes.count < Limits.notes {
      let remark = RubyGadgets.remark(on: name).map { " (\($0))" } ?? ""
      notes.append("object of \(legible(name))\(remark)")
    }
    return .object(object)
  }

  private mutating func integer() throws(PayloadError) -> Int64 {
    let start = reader.offset
    guard case .integer(let number) = try value() else {
      throw reader.error("expected an integer", at: start)
    }
    return number
  }

  private mutating func fraction() throws(PayloadError) -> String {
    let start = reader.offset
    guard let over = digits(try value()) else {
      throw reader.error("expected an integer", at: start)
    }
    if over == "0" { return "0/1" }
    guard let under = digits(try value()), under != "0" else {
      throw reader.error("expected an integer that is not 0")
    }
    return "\(over)/\(under)"
  }

  private func digits(_ value: Value) -> String? {
    switch value {
    case .integer(let number): String(number)
    case .number(let literal): literal
    default: nil
    }
  }

  // MARK: - Times

  private func date(_ day: Int64) -> String? {
    guard day.magnitude < 10_000_000 else { return nil }
    // Date's own default: the Gregorian calendar from 1582-10-15 on.
    return RubyCalendar.date(day - RubyCalendar.epoch, isJulian: day < 2_299_161)
  }

  /// Seconds, nanoseconds, offset.
  private mutating func time() throws(PayloadError) -> String {
    let start = reader.offset
    let (seconds, nanoseconds, offset) = (try integer(), try integer(), try integer())
    guard 0..<1_000_000_000 ~= nanoseconds, offset.magnitude < 86_400 * 2,
      let text = RubyMachine.Moment(
        seconds: seconds, nanoseconds: UInt32(nanoseconds), offset: offset == 0 ? nil : offset
      ).text
    else { throw reader.error("a time beyond the calendar", at: start) }
    return text
  }

  /// The day, hour, minute and second, then as fractions the part of the second and the offset as a
  /// part of a day.
  private mutating func dateTime() throws(PayloadError) -> Value {
    let start = reader.offset
    let (day, hour, minute, second) = (try integer(), try integer(), try integer(), try integer())
    let (part, offset) = (try numbers(), try numbers())
    let (scaled, isOver) = part.over.multipliedReportingOverflow(by: 1_000_000_000)
    let (seconds, isOverToo) = offset.over.multipliedReportingOverflow(by: 86_400)
    guard let date = date(day), 0..<24 ~= hour, 0..<60 ~= minute, 0...60 ~= second, !isOver,
      !isOverToo, 0..<1_000_000_000 ~= scaled / part.under,
      (seconds / offset.under).magnitude < 86_400 * 2,
      let clock = isoTime(
        seconds: hour * 3600 + minute * 60 + second,
        nanoseconds: UInt32(scaled / part.under))
    else { throw reader.error("a time beyond the calendar", at: start) }
    let zone = RubyCalendar.offset(seconds / offset.under)
    return .tagged(.datetime, .string(date + clock.dropFirst(10).dropLast() + zone))
  }

  private mutating func numbers() throws(PayloadError) -> (over: Int64, under: Int64) {
    let start = reader.offset
    let over = try integer()
    let under = over == 0 ? 1 : try integer()
    if under <= 0 { throw reader.error("expected a fraction", at: start) }
    return (over, under)
  }

  /// Its value in seconds, and the parts in this order; nil for a part that is missing.
  private mutating func duration() throws(PayloadError) -> Value {
    let start = reader.offset
    _ = try value()
    let units = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"]
    guard case .list(let items) = try value(), items.count <= units.count else {
      throw reader.error("expected the parts of a duration", at: start)
    }
    var parts: [String: (text: String, number: Double)] = [:]
    for (unit, item) in zip(units, items) {
      switch item {
      case .null: break
      case .integer(let number): parts[unit] = (String(number), Double(number))
      case .double(let number) where number.isFinite:
        parts[unit] = (number.description, number)
      default: throw reader.error("expected numbers as the parts of a duration", at: start)
      }
    }
    guard let text = RubyCalendar.duration(parts) else {
      throw reader.error("a duration out of bounds", at: start)
    }
    return .tagged(.timedelta, .string(text))
  }
}
