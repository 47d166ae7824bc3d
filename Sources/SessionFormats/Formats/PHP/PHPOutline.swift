/// A line for each value of a payload, for `decode --explain`: where it stands, what it is, and the
/// number by which references name it.
///
///        0  a:2             #1
///        9    "user"
///       19    O:4 User:1    #2
struct PHPOutline {
  private let bytes: [UInt8]
  private let outline: Outline
  private let document: PHPDocument
  private var lines: [String] = []
  private var slots = 0
  /// For each entry where the key of its next part begins, and how deep its parts stand.
  private var ends: [Int]
  private var indents: [Int]

  /// Lines that are shown; more than a reader reads.
  private static let limit = 2_000

  static func lines(_ bytes: [UInt8], _ document: PHPDocument) -> [String] {
    var decoder = PHPDecoder(ByteReader(bytes), OutlineOutput())
    decoder.isListing = true
    var failure: PayloadError?
    do throws(PayloadError) {
      _ = try decoder.document(document)
    } catch {
      failure = error
    }
    var listing = PHPOutline(bytes, decoder.output.outline, document)
    let start = listing.list()
    if let start { failure = PayloadError(at: start, "the rest is not listed") }
    if let failure, listing.lines.count <= limit { listing.lines.append("\(failure)") }
    return listing.lines
  }

  private init(_ bytes: [UInt8], _ outline: Outline, _ document: PHPDocument) {
    self.bytes = bytes
    self.outline = outline
    self.document = document
    ends = Array(repeating: 0, count: outline.entries.count)
    indents = ends
  }

  /// Lists all entries, up to one that is not looked into: where that begins.
  private mutating func list() -> Int? {
    for (index, entry) in outline.entries.enumerated() where lines.count <= Self.limit {
      let start = entry.range.lowerBound
      guard entry.parent >= 0 else {
        if document == .value, !value(index, start, 0) { return start }
        continue
      }
      let key = ends[entry.parent]
      ends[entry.parent] = entry.range.upperBound
      if document != .value, entry.parent == 0 {
        guard variable(index, key, start) else { return start }
        continue
      }
      let indent = indents[entry.parent] + 1
      guard bytes[key] != UInt8(ascii: "S") else {
        line(key, indent, "S")
        return key
      }
      let name = lengthAndText(at: key).map { text($0) }
      line(key, indent, name ?? "i \(word(at: key + 2, to: UInt8(ascii: ";")))")
      guard value(index, start, indent + 1) else { return start }
    }
    return nil
  }

  private mutating func variable(_ index: Int, _ name: Int, _ start: Int) -> Bool {
    let isBinary = document == .binarySession
    line(name, 0, "variable \(text(isBinary ? name + 1..<start : name..<start - 1))")
    let isDefined = isBinary ? bytes[name] & 0x80 == 0 : PHP.isHead(bytes, at: start)
    return !isDefined || value(index, start, 1)
  }

  /// A line for a value, if so much of it is there; false for one that is not looked into: a body
  /// of its own, and what PHP does not write.
  private mutating func value(_ index: Int, _ start: Int, _ indent: Int) -> Bool {
    guard PHP.isHead(bytes, at: start) else { return true }
    let letter = bytes[start]
    let name = String(Unicode.Scalar(letter))
    var number = ""
    if letter != UInt8(ascii: "R") {
      slots += 1
      number = "  #\(slots)"
    }
    indents[index] = indent
    switch letter {
    case UInt8(ascii: "N"): line(start, indent, "N" + number)
    case UInt8(ascii: "s"), UInt8(ascii: "E"):
      guard let range = lengthAndText(at: start) else { return true }
      line(start, indent, "\(name) \(text(range))\(number)")
    case UInt8(ascii: "a"):
      let count = word(at: start + 2, to: UInt8(ascii: ":"))
      ends[index] = offset(after: UInt8(ascii: "{"), from: start)
      line(start, indent, "a:\(count)\(number)")
    case UInt8(ascii: "O"):
      guard let range = lengthAndText(at: start) else { return true }
      let count = word(at: range.upperBound + 2, to: UInt8(ascii: ":"))
      ends[index] = offset(after: UInt8(ascii: "{"), from: range.upperBound)
      line(start, indent, "O \(text(range)):\(count)\(number)")
    case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "d"), UInt8(ascii: "r"),
      UInt8(ascii: "R"):
      line(start, indent, "\(name) \(word(at: start + 2, to: UInt8(ascii: ";")))\(number)")
    default:
      line(start, indent, name + number)
      return false
    }
    return true
  }

  private mutating func line(_ start: Int, _ indent: Int, _ text: String) {
    if lines.count == Self.limit { lines.append("... more") }
    if lines.count > Self.limit { return }
    let offset = String(start)
    let blanks = String(repeating: " ", count: max(0, 8 - offset.utf8.count))
    lines.append(blanks + offset + "  " + String(repeating: "  ", count: indent) + text)
  }

  // MARK: - The payload's words

  private func text(_ range: Range<Int>) -> String {
    "\"\(legible(String(decoding: bytes[range], as: UTF8.self), limit: 60))\""
  }

  private func offset(after byte: UInt8, from start: Int) -> Int {
    bytes.span.firstOffset(of: byte, from: start).map { $0 + 1 } ?? bytes.count
  }

  private func word(at start: Int, to end: UInt8) -> String {
    let text = bytes.dropFirst(start).prefix { $0 != end }
    return legible(String(decoding: text, as: UTF8.self), limit: 40)
  }

  /// The bytes in the quotes of `s:5:"hello"` and `O:5:"Basket"`; nil where there are none.
  private func lengthAndText(at start: Int) -> Range<Int>? {
    guard bytes[start] != UInt8(ascii: "i") else { return nil }
    var text = PHPDecoder(ByteReader(bytes), OutlineOutput())
    guard (try? text.reader.skip(start + 1)) != nil else { return nil }
    return try? text.quotedBytes()
  }
}
