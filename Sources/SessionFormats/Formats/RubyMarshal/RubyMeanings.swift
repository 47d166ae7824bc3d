/// Instances of the common classes as what they mean. Each gives nil for an instance that is not as its class makes
/// it, and before anything of it was read, so that it is shown as the object it is.
extension RubyMachine {
  mutating func meaning(of index: Int) throws(PayloadError) -> Value? {
    switch (known(index), nodes[index].kind) {
    case (.time, .userDefined): return try time(index)
    case (.date, .userMarshal): return date(index + 1, isDateTime: false)
    case (.dateTime, .userMarshal): return date(index + 1, isDateTime: true)
    case (.timeWithZone, .userMarshal): return timeWithZone(index + 1)
    case (.timeZone, .object): return zone(index)
    case (.zoneData, .userDefined):
      return text(resolved(index + 1)).map { .tagged(.timezone, .string($0)) }
    case (.duration, .object): return duration(index)
    case (.bigDecimal, .userDefined): return decimal(index)
    case (.rational, .userMarshal): return rational(index + 1)
    case (.complex, .userMarshal): return complex(index + 1)
    case (.set, .object): return try set(index)
    case (.openStruct, .userMarshal): return try openStruct(index)
    case (.pathname, .object):
      guard let only = variables(of: index, ["path"])?[0], let text = text(only) else {
        return nil
      }
      return .tagged(.path, .string(text))
    case (.uri, .object): return uri(index)
    case (.ipAddress, .object): return address(index)
    case (.version, .userMarshal):
      guard let parts = elements(index + 1), parts.count == 1, let text = text(parts[0]) else {
        return nil
      }
      var object = Object(name: className(index))
      object.arguments = [.string(text)]
      return .object(object)
    default: return nil
    }
  }

  // MARK: - Looking at parts

  /// The text of a short string; nil for anything else.
  mutating func text(_ index: Int) -> String? {
    let index = resolved(index)
    let node = nodes[index]
    guard node.kind == .string, node.range.count <= 4096, canCopy(node.range.count) else {
      return nil
    }
    return text(node.range, node.encoding)
  }

  /// The elements of a small array, links resolved. Links may lead from many places to a large one.
  func elements(_ index: Int) -> [Int]? {
    let index = resolved(index)
    guard nodes[index].kind == .array, Int(nodes[index].end) - index <= 128 else { return nil }
    return parts(of: index).map(resolved)
  }

  /// A small integer, or a large one that fits.
  func integer(_ index: Int) -> Int64? {
    let node = nodes[resolved(index)]
    switch node.kind {
    case .integer: return Int64(node.a)
    case .big:
      if case .integer(let number) = big(node) { return number }
      return nil
    default: return nil
    }
  }

  /// Values of the instance variables with those names, links resolved, when there are these and no others but
  /// `optional` ones. Names are without `@`.
  func variables(
    of index: Int, _ names: [String], optional: Set<String> = []
  ) -> [Int]? {
    var found = [Int](repeating: -1, count: names.count)
    for place in pairs(of: index) {
      guard let name = shortText(place), name.hasPrefix("@") else { return nil }
      let bare = String(name.dropFirst())
      if let at = names.firstIndex(of: bare) {
        if found[at] >= 0 { return nil }
        found[at] = resolved(partner(of: place))
      } else if !optional.contains(bare) {
        return nil
      }
    }
    return found.contains(-1) ? nil : found
  }

  // MARK: - Numbers

  /// An integer's digits.
  private func digits(_ index: Int) -> String? {
    let node = nodes[resolved(index)]
    switch node.kind {
    case .integer: return String(node.a)
    case .big: return big(node).word
    default: return nil
    }
  }

  private func rational(_ index: Int) -> Value? {
    guard let parts = elements(index), parts.count == 2, let over = digits(parts[0]),
      let under = digits(parts[1])
    else { return nil }
    return .tagged(.fraction, .string("\(over)/\(under)"))
  }

  private mutating func complex(_ index: Int) -> Value? {
    guard let parts = elements(index), parts.count == 2, let real = number(parts[0]),
      let imaginary = number(parts[1])
    else { return nil }
    return .tagged(.complex, .list([real, imaginary]))
  }

  private mutating func number(_ index: Int) -> Value? {
    let node = nodes[index]
    switch node.kind {
    case .integer: return .integer(Int64(node.a))
    case .big: return big(node)
    case .float: return (try? double(node)).map(Value.double)
    case .userMarshal where known(index) == .rational: return rational(index + 1)
    default: return nil
    }
  }

  /// `18:0.129e2`: the precision, and the digits as a fraction of one with a power of ten.
  private mutating func decimal(_ index: Int) -> Value? {
    guard Int(nodes[index].end) == index + 2, let whole = text(index + 1),
      let colon = whole.firstIndex(of: ":")
    else { return nil }
    return RubyDecimal.plain(whole[whole.index(after: colon)...]).map {
      .tagged(.decimal, .string($0))
    }
  }

  // MARK: - Containers

  /// A Set keeps its elements as the keys of a hash.
  private mutating func set(_ index: Int) throws(PayloadError) -> Value? {
    guard let hash = variables(of: index, ["hash"])?[0],
      // A link could lead to a hash that holds this set.
      partner(of: index + 1) == hash
    else { return nil }
    guard nodes[hash].kind == .hash || nodes[hash].kind == .hashWithDefault,
      !nodes[hash].flags.contains(.isByIdentity)
    else { return nil }
    let places = parts(of: hash)
    for at in stride(from: 0, to: 2 * Int(nodes[hash].a), by: 2) {
      guard nodes[places[at + 1]].kind == .true else { return nil }
    }
    if nodes[hash].kind == .hashWithDefault, let last = places.last, nodes[last].kind != .false {
      return nil
    }
    var items: [Value] = []
    for at in stride(from: 0, to: 2 * Int(nodes[hash].a), by: 2) {
      items.append(try value(places[at]))
    }
    return .tagged(.set, .list(items))
  }

  private mutating func openStruct(_ index: Int) throws(PayloadError) -> Value? {
    let table = index + 1
    guard nodes[table].kind == .hash, !nodes[table].flags.contains(.isByIdentity),
      !nodes[table].flags.contains(.isLinked)
    else { return nil }
    let places = parts(of: table)
    for at in stride(from: 0, to: places.count, by: 2) where nodes[places[at]].kind != .symbol {
      return nil
    }
    var object = Object(name: try name(index))
    for at in stride(from: 0, to: places.count, by: 2) {
      let name = try legibleText(symbols[Int(nodes[places[at]].a)].range)
      object.fields.append(Pair(.string(name), try value(places[at + 1])))
    }
    return .object(object)
  }

  // MARK: - Addresses

  /// A URI put together again from its parts, as the argument that would make it.
  private mutating func uri(_ index: Int) -> Value? {
    let names = [
      "scheme", "user", "password", "host", "port", "path", "query", "opaque", "fragment",
    ]
    let others: Set<String> = [
      "parser", "arglist", "registry", "to", "headers", "typecode", "dn", "attributes", "scope",
      "filter", "extensions",
    ]
    guard let parts = variables(of: index, names, optional: others) else { return nil }
    var texts: [String?] = []
    for (name, part) in zip(names, parts) {
      if nodes[part].kind == .null {
        texts.append(nil)
      } else if name == "port" {
        guard let port = integer(part) else { return nil }
        texts.append(String(port))
      } else {
        guard let text = text(part) else { return nil }
        texts.append(text)
      }
    }
    var uri = texts[0].map { $0 + ":" } ?? ""
    if let opaque = texts[7] {
      uri += opaque
    } else {
      if let host = texts[3] {
        let user = texts[1].map { $0 + (texts[2].map { ":" + $0 } ?? "") + "@" } ?? ""
        let ports = [
          "http": "80", "https": "443", "ftp": "21", "ldap": "389", "ldaps": "636",
          "ws": "80", "wss": "443",
        ]
        let port = texts[4] == ports[texts[0] ?? ""] ? nil : texts[4]
        uri += "//" + user + host + (port.map { ":" + $0 } ?? "")
      }
      uri += (texts[5] ?? "") + (texts[6].map { "?" + $0 } ?? "")
    }
    var object = Object(name: className(index))
    object.arguments = [.string(uri + (texts[8].map { "#" + $0 } ?? ""))]
    return .object(object)
  }

  private mutating func address(_ index: Int) -> Value? {
    guard
      let parts = variables(of: index, ["family", "addr", "mask_addr"], optional: ["zone_id"]),
      let family = integer(parts[0]), let address = unsigned(parts[1]),
      let mask = unsigned(parts[2])
    else { return nil }
    // AF_INET is 2 everywhere, AF_INET6 10 on Linux, 30 on macOS, 28 on FreeBSD and 23 on Windows.
    switch family {
    case 2:
      return RubyAddress.text(address.suffix(4), mask.suffix(4), extra: 12, address, mask)
        .map { .tagged(.ip, .string($0)) }
    case 10, 23, 28, 30:
      return RubyAddress.text(address[...], mask[...], extra: 0, address, mask)
        .map { .tagged(.ip, .string($0)) }
    default: return nil
    }
  }

  /// An integer that is not negative, in 16 bytes, most significant first.
  private func unsigned(_ index: Int) -> [UInt8]? {
    let node = nodes[index]
    var least: [UInt8]
    switch node.kind {
    case .integer where node.a >= 0:
      least = (0..<4).map { UInt8(truncatingIfNeeded: node.a >> (8 * Int32($0))) }
    case .big where !node.flags.contains(.isNegative) && node.range.count <= 16:
      least = Array(bytes[node.range])
    default: return nil
    }
    least += [UInt8](repeating: 0, count: 16 - least.count)
    return least.reversed()
  }
}

enum RubyAddress {
  /// The address, with the number of the mask's bits where they are not all set.
  static func text(
    _ address: ArraySlice<UInt8>, _ mask: ArraySlice<UInt8>, extra: Int, _ whole: [UInt8],
    _ wholeMask: [UInt8]
  ) -> String? {
    guard whole.prefix(extra).allSatisfy({ $0 == 0 }),
      wholeMask.prefix(extra).allSatisfy({ $0 == 0 })
    else { return nil }
    var length = 0
    var isOver = false
    for byte in mask {
      let ones = (~byte).leadingZeroBitCount
      if isOver && byte != 0 || byte << UInt8(ones) != 0 && ones < 8 { return nil }
      length += ones
      isOver = isOver || ones < 8
    }
    let text =
      address.count == 4 ? address.map { String($0) }.joined(separator: ".") : six(Array(address))
    return length == mask.count * 8 ? text : "\(text)/\(length)"
  }

  /// RFC 5952: the longest run of two or more zeros is `::`.
  private static func six(_ bytes: [UInt8]) -> String {
    let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8 && groups[end] == 0 { end += 1 }
      if end - start > max(best.count, 1) { best = start..<end }
      start = end + 1
    }
    func text(_ range: Range<Int>) -> String {
      range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty
      ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
  }
}

enum RubyDecimal {
  /// `0.129e2` as `12.9`; numbers of many zeros keep their exponent.
  static func plain(_ text: Substring) -> String? {
    if ["NaN", "Infinity", "-Infinity"].contains(text) { return String(text) }
    var digits = text.utf8
    let sign = digits.first == UInt8(ascii: "-") ? "-" : ""
    if !sign.isEmpty || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    let parts = digits.split(separator: UInt8(ascii: "e"), omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    guard let exponent = parts.count == 2 ? Int(Substring(parts[1])) : 0 else { return nil }
    let numbers = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard numbers.count <= 2, numbers.allSatisfy({ $0.allSatisfy { $0 &- 0x30 < 10 } }),
      let whole = numbers.first.map({ String(Substring($0)) }), !whole.isEmpty
    else { return nil }
    let fraction = numbers.count == 2 ? String(Substring(numbers[1])) : ""
    if Int(whole) == 0 && fraction.allSatisfy({ $0 == "0" }) { return sign + "0" }
    guard Int(whole) == 0, exponent.magnitude <= 40 else {
      return sign + String(text.drop { $0 == "-" })
    }
    if exponent <= 0 {
      return sign + "0." + String(repeating: "0", count: -exponent) + fraction
    }
    if exponent >= fraction.utf8.count {
      return sign + fraction + String(repeating: "0", count: exponent - fraction.utf8.count)
    }
    return sign + fraction.prefix(exponent) + "." + fraction.dropFirst(exponent)
  }
}
