// https://github.com/actix/actix-extras/blob/master/actix-session/src/storage/interface.rs and
// https://docs.rs/async-session/latest/async_session/struct.Session.html

extension Format {
  /// A JSON object whose values are texts in JSON themselves, `{"user_id":"42","name":"\"Ada\""}`:
  /// actix-session and async-session store every value this way. To leave alone texts that are JSON
  /// by chance, all must be JSON, and one of them a quoted text or a container, which no session
  /// contains by accident.
  static let jsonValues = Format(
    name: "json-values", labels: ["json-of-json-texts"],
    summary: "a JSON object of JSON texts, as actix-session writes",
    recognizes: JSONValues.recognizes,
    read: { reader throws(PayloadError) in
      var reading = try Format.json.body(reader)
      reading.value = try JSONValues.unfold(reading.value)
      reading.label = "JSON of JSON texts"
      return reading
    })
}

private enum JSONValues {
  /// Whether all values are texts that begin like JSON and one of them clearly is JSON, or the
  /// object begins like async-session's. Usually the first or second value rules it out.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: "{\"".utf8) else { return false }
    if bytes.starts(with: "{\"id\":\"".utf8) { return true }
    var at = 1
    var isEvident = false
    while skipText(bytes, &at), at + 2 < bytes.count, bytes[at] == UInt8(ascii: ":") {
      at += 1
      guard bytes[at] == UInt8(ascii: "\"") else { return false }
      let first = bytes[at + 1]
      guard "\\{[-0123456789tfn".utf8.contains(first) else { return false }
      isEvident = isEvident || "\\{[".utf8.contains(first)
      guard skipText(bytes, &at), at < bytes.count else { return false }
      if bytes[at] == UInt8(ascii: "}") { return isEvident }
      guard bytes[at] == UInt8(ascii: ",") else { return false }
      at += 1
    }
    return false
  }

  /// Moves past the text that begins at the cursor.
  private static func skipText(_ bytes: [UInt8], _ at: inout Int) -> Bool {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return false }
    at += 1
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "\"") {
        at += 1
        return true
      }
      at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
    }
    return false
  }

  static func unfold(_ root: Value) throws(PayloadError) -> Value {
    guard case .map(var pairs) = root else { throw refusal }
    // async-session has the texts under `data`, next to the session's id.
    if pairs["id"] != nil, let at = pairs.firstIndex(where: { $0.key == .string("data") }),
      case .map(let data) = pairs[at].value
    {
      pairs[at] = Pair(pairs[at].key, .map(try unfold(data, depth: 2)))
      return .map(pairs)
    }
    return .map(try unfold(pairs, depth: 1))
  }

  private static func unfold(_ pairs: [Pair], depth: Int) throws(PayloadError) -> [Pair] {
    var isEvident = false
    var unfolded: [Pair] = []
    unfolded.reserveCapacity(pairs.count)
    for pair in pairs {
      guard case .string(let text) = pair.value else { throw refusal }
      // The content is as deep as the object around it.
      var reader = ByteReader(Array(text.utf8))
      for _ in 0..<depth { try reader.enter() }
      do throws(PayloadError) {
        let value = try Format.json.body(reader).value
        switch value {
        case .string, .list, .map: isEvident = true
        default: break
        }
        unfolded.append(Pair(pair.key, value))
      } catch {
        if error.isLimit { throw error }
        throw refusal
      }
    }
    if !isEvident { throw refusal }
    return unfolded
  }

  private static let refusal = PayloadError(at: 0, "the values are not all texts of JSON")
}
