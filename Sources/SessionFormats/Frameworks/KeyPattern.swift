/// The shape of a framework's keys: `session:<uuid>`, `rack:session:2::<64 hex>`,
/// `*:django.contrib.sessions.cache<32 id>`.
///
/// An id stands in angle brackets: `<uuid>`, or a length and a class: `hex` (0-9 a-f),
/// `id` (0-9 a-z), `alnum` (0-9 A-Z a-z), `base32` (A-Z 2-7), `token` (0-9 A-Z a-z - _),
/// `session` (0-9 A-Z a-z - ,), `word` (any but `:`). `<+ hex>` is one of any length. `*` is any
/// text, including none. Everything else stands for itself.
public struct KeyPattern: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  private enum Part: Equatable {
    case literal([UInt8])
    case anything
    case uuid
    /// nil means one or more.
    case id(count: Int?, Class)
  }

  private enum Class: String {
    case hex, id, alnum, base32, token, session, word

    func contains(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        self != .base32 || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): self != .base32
      case UInt8(ascii: "g")...UInt8(ascii: "z"): self != .base32 && self != .hex
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): self != .hex && self != .id
      case UInt8(ascii: "-"): self == .token || self == .session || self == .word
      case UInt8(ascii: "_"): self == .token || self == .word
      case UInt8(ascii: ","): self == .session || self == .word
      case UInt8(ascii: ":"): false
      default: self == .word
      }
    }
  }

  public let description: String
  private let parts: [Part]

  public init(stringLiteral text: String) {
    description = text
    var parts: [Part] = []
    var rest = text.utf8[...]
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "*"):
        rest = rest.dropFirst()
        parts.append(.anything)
      case UInt8(ascii: "<"):
        let end = rest.firstIndex(of: UInt8(ascii: ">")) ?? rest.endIndex
        let words = (Substring(rest[..<end].dropFirst())).split(separator: " ")
        rest = end < rest.endIndex ? rest[end...].dropFirst() : rest[end...]
        if words.count == 2, let idClass = Class(rawValue: String(words[1])) {
          parts.append(.id(count: Int(words[0]), idClass))
        } else {
          parts.append(.uuid)
        }
      default:
        let end = rest.firstIndex { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "<") }
        parts.append(.literal(Array(rest[..<(end ?? rest.endIndex)])))
        rest = rest[(end ?? rest.endIndex)...]
      }
    }
    self.parts = parts
  }

  /// Whether the key has the shape.
  public func matches(_ key: [UInt8]) -> Bool { id(in: key) != nil }

  /// The part of the key that matches the pattern's last id; nil when the key has another shape.
  public func id(in key: [UInt8]) -> ArraySlice<UInt8>? {
    // Keys are short, and patterns have one or two `*`; longer keys are no framework's sessions.
    key.count > 1024 ? nil : match(parts[...], key[...], key[key.endIndex...])
  }

  private func match(
    _ parts: ArraySlice<Part>, _ key: ArraySlice<UInt8>, _ id: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    guard let part = parts.first else { return key.isEmpty ? id : nil }
    let rest = parts.dropFirst()
    switch part {
    case .literal(let text):
      return key.starts(with: text) ? match(rest, key.dropFirst(text.count), id) : nil
    case .uuid:
      let head = key.prefix(36)
      guard case .uuid? = SessionID(head) else { return nil }
      return match(rest, key.dropFirst(36), head)
    case .id(let count?, let idClass):
      let head = key.prefix(count)
      guard head.count == count, head.allSatisfy(idClass.contains) else { return nil }
      return match(rest, key.dropFirst(count), head)
    case .id(nil, let idClass):
      let head = key.prefix(while: idClass.contains)
      return head.isEmpty ? nil : match(rest, key.dropFirst(head.count), head)
    case .anything:
      if rest.isEmpty { return id }
      var tail = key
      while true {
        if let found = match(rest, tail, id) { return found }
        if tail.popFirst() == nil { return nil }
      }
    }
  }
}
