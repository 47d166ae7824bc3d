/// Where something stands in a payload that has to change when only a part of the payload is kept.
struct RubyMark {
  enum Kind {
    case link(Int)
    case symbolLink(Int)
    case symbol(Int)
  }

  let kind: Kind
  let start: Int
  let end: Int

  init(_ kind: Kind, _ start: Int, _ end: Int) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// One value of a payload as a payload of its own: links count from its beginning, and symbols that were named before
/// are named again.
enum RubySlice {
  /// The slice of node `index`. Nil when it refers to a value outside, or to a symbol outside that is no plain ASCII.
  static func payload(of index: Int, _ parser: RubyParser) -> [UInt8]? {
    let node = parser.nodes[index]
    let bytes = parser.reader.bytes
    let start = Int(node.offset)
    let end =
      Int(node.end) < parser.nodes.count ? parser.nodes[Int(node.end)].offset : Int32(bytes.count)
    return payload(start..<Int(end), index..<Int(node.end), parser)
  }

  /// The slice of a range of bytes that is exactly one value, and of its nodes.
  static func payload(
    _ range: Range<Int>, _ nodes: Range<Int>, _ parser: RubyParser
  ) -> [UInt8]? {
    let bytes = parser.reader.bytes
    // Objects are counted in order, so that those of the part are one run, though `_dump`ed ones come late.
    let numbers = parser.objects.indices.filter { nodes.contains(Int(parser.objects[$0])) }
    let first = numbers.first ?? 0
    if numbers.count > 0, numbers.count != numbers[numbers.count - 1] - first + 1 { return nil }
    var output: [UInt8] = [4, 8]
    var renumbered: [Int: Int] = [:]
    var at = range.lowerBound
    for mark in parser.marks where mark.start >= range.lowerBound && mark.end <= range.upperBound {
      // A mark inside another, as of a symbol's encoding, is met after it.
      if mark.start < at { return nil }
      output += bytes[at..<mark.start]
      at = mark.end
      switch mark.kind {
      case .link(let number):
        guard number >= first, number < first + numbers.count else { return nil }
        output.append(UInt8(ascii: "@"))
        append(number - first, to: &output)
      case .symbol(let number):
        renumbered[number] = renumbered.count
        output += bytes[mark.start..<mark.end]
      case .symbolLink(let number):
        if let new = renumbered[number] {
          output.append(UInt8(ascii: ";"))
          append(new, to: &output)
        } else {
          let symbol = parser.symbols[number]
          if symbol.isEncoded { return nil }
          renumbered[number] = renumbered.count
          output.append(UInt8(ascii: ":"))
          append(symbol.range.count, to: &output)
          output += bytes[symbol.range]
        }
      }
    }
    return output + bytes[at..<range.upperBound]
  }

  /// A packed integer that is not negative.
  private static func append(_ number: Int, to output: inout [UInt8]) {
    if number == 0 {
      output.append(0)
    } else if number < 123 {
      output.append(UInt8(number + 5))
    } else {
      let size = number < 0x100 ? 1 : number < 0x1_0000 ? 2 : number < 0x100_0000 ? 3 : 4
      output.append(UInt8(size))
      for place in 0..<size { output.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
  }
}
