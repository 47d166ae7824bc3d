/// A whole reply as a tree, for the small replies that sesscli itself looks into.
package indirect enum Reply: Equatable {
  case status([UInt8])
  case error([UInt8])
  case bulk([UInt8])
  case integer(Int64)
  case null
  case array([Reply])
}

extension Reply {
  /// The bytes of a bulk or a status.
  package var bytes: [UInt8]? {
    switch self {
    case .bulk(let bytes), .status(let bytes): bytes
    default: nil
    }
  }

  /// The number, also when it came as text (SCAN's cursor does).
  package var number: Int64? {
    switch self {
    case .integer(let value): value
    case .bulk(let bytes), .status(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
    default: nil
    }
  }

  package var elements: [Reply]? {
    if case .array(let elements) = self { return elements }
    return nil
  }
}

extension Reply {
  /// Hands a tree to a sink as if it arrived.
  func replay(into sink: any ReplySink, depth: Int = 0, index: Int = 0) {
    switch self {
    case .status(let bytes):
      bytes.withUnsafeBytes { sink.string(.status, $0, depth: depth, index: index) }
    case .error(let bytes):
      bytes.withUnsafeBytes { sink.string(.error, $0, depth: depth, index: index) }
    case .bulk(let bytes):
      bytes.withUnsafeBytes { sink.string(.bulk, $0, depth: depth, index: index) }
    case .integer(let value): sink.integer(value, depth: depth, index: index)
    case .null: sink.null(depth: depth, index: index)
    case .array(let elements):
      sink.array(count: elements.count, depth: depth, index: index)
      for (place, element) in elements.enumerated() {
        element.replay(into: sink, depth: depth + 1, index: place)
      }
    }
  }
}
