/// A whole reply as a tree, for the small replies that sesscli itself looks into.
indirect enum Reply: Equatable {
  case status([UInt8])
  case error([UInt8])
  case bulk([UInt8])
  case integer(Int64)
  case null
  case array([Reply])
}

extension Reply {
  /// The bytes of a bulk or a status.
  var bytes: [UInt8]? {
    switch self {
    case .bulk(let bytes), .status(let bytes): bytes
    default: nil
    }
  }

  /// The number, also when it came as text (SCAN's cursor does).
  var number: Int64? {
    switch self {
    case .integer(let value): value
    case .bulk(let bytes), .status(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
    default: nil
    }
  }

  var elements: [Reply]? {
    if case .array(let elements) = self { return elements }
    return nil
  }
}

/// Builds a `Reply` of limited size. Nothing is reserved by a claimed count.
final class ReplyBuilder: ReplySink {
  /// Bytes that a tree may take: Redis' largest string. SCAN's pages and most values are far smaller.
  static let limit = 512 << 20
  /// Bytes that an element takes beside its text: its box, and its place in an array that grows by doubling.
  private static let elementSize = 48

  private let limit: Int
  /// Bytes that the tree takes, about.
  private var size = 0
  private var open: [(left: Int, elements: [Reply])] = []
  private(set) var reply: Reply = .null

  init(limit: Int = limit) { self.limit = limit }

  var refusal: String? { size > limit ? "a reply that should be small is without end" : nil }

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    size += bytes.count
    guard size <= limit else { return }
    let copy = [UInt8](bytes)
    switch kind {
    case .bulk, .verbatim, .double, .bigNumber: add(.bulk(copy))
    case .status: add(.status(copy))
    case .error: add(.error(copy))
    }
  }
  func integer(_ value: Int64, depth: Int, index: Int) { add(.integer(value)) }
  func null(depth: Int, index: Int) { add(.null) }
  func array(count: Int, depth: Int, index: Int) {
    if count <= 0 { add(.array([])) } else { open.append((count, [])) }
  }
  func endReply() {}

  private func add(_ element: Reply) {
    size += Self.elementSize
    guard size <= limit else { return }
    var element = element
    while let last = open.indices.last {
      open[last].elements.append(element)
      open[last].left -= 1
      if open[last].left > 0 { return }
      element = .array(open.removeLast().elements)
    }
    reply = element
  }
}

/// Forgets what it receives, but for the first error.
final class ReplyDiscard: ReplySink {
  private(set) var error: [UInt8]?

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if kind == .error, error == nil { error = [UInt8](bytes) }
  }
  func array(count: Int, depth: Int, index: Int) {}
  func integer(_ value: Int64, depth: Int, index: Int) {}
  func null(depth: Int, index: Int) {}
  func endReply() {}
}
