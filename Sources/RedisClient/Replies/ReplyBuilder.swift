/// Builds a `Reply` of limited size. Nothing is reserved by a claimed count.
package final class ReplyBuilder: ReplySink {
  /// Bytes that a tree may take: Redis' largest string. SCAN's pages and most values are far
  /// smaller.
  package static let limit = 512 << 20
  /// Bytes that an element takes beside its text: its box, and its place in an array that grows by
  /// doubling.
  private static let elementSize = 48

  private let limit: Int
  /// Bytes that the tree takes, about.
  private var size = 0
  private var open: [(left: Int, elements: [Reply])] = []
  package private(set) var reply: Reply = .null

  package init(limit: Int = limit) { self.limit = limit }

  package var refusal: String? {
    size > limit ? "a reply that should be small is without end" : nil
  }

  package func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    size += bytes.count
    guard size <= limit else { return }
    let copy = [UInt8](bytes)
    switch kind {
    case .bulk, .verbatim, .double, .bigNumber: add(.bulk(copy))
    case .status: add(.status(copy))
    case .error: add(.error(copy))
    }
  }
  package func integer(_ value: Int64, depth: Int, index: Int) { add(.integer(value)) }
  package func null(depth: Int, index: Int) { add(.null) }
  package func array(count: Int, depth: Int, index: Int) {
    if count <= 0 { add(.array([])) } else { open.append((count, [])) }
  }
  package func endReply() {}

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
package final class ReplyDiscard: ReplySink {
  package private(set) var error: [UInt8]?

  package init() {}

  package func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if kind == .error, error == nil { error = [UInt8](bytes) }
  }
  package func array(count: Int, depth: Int, index: Int) {}
  package func integer(_ value: Int64, depth: Int, index: Int) {}
  package func null(depth: Int, index: Int) {}
  package func endReply() {}
}
