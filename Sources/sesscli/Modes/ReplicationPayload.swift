import RedisClient

/// What a server sends after SYNC: line ends while it prepares, a head, then its data as an RDB
/// file, whose end a number of bytes or a mark tells.
///
/// Nothing is kept but the head and as many bytes as the mark has.
struct ReplicationPayload {
  enum Head: Equatable {
    case count(UInt64)
    case mark([UInt8])
  }

  /// Bytes of `$EOF:` marks.
  private static let markSize = 40
  /// A head is short, and so is an error.
  private static let headLimit = 4096

  private(set) var head: Head?
  /// Bytes of data passed on.
  private(set) var size: UInt64 = 0
  private(set) var isWhole = false
  private var line: [UInt8] = []
  /// The last bytes received, which may be the mark or its beginning.
  private var tail: [UInt8] = []

  /// Takes received bytes and passes on those that are data.
  ///
  /// - Throws: `CommandError` for what is no payload, and whatever `write` throws.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer,
    _ write: (UnsafeRawBufferPointer) throws(CommandError) -> Void
  ) throws(CommandError) {
    var rest = bytes
    while head == nil, let byte = rest.first {
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
      if byte != 10 {
        line.append(byte)
        if line.count > Self.headLimit { throw CommandError("SYNC: the answer is no RDB file") }
      } else if !line.isEmpty {
        head = try Self.head(line)
        if head == .count(0) { isWhole = true }
      }
    }
    guard !rest.isEmpty, !isWhole else { return }
    switch head {
    case .count(let count):
      let data = UnsafeRawBufferPointer(
        rebasing: rest.prefix(Int(clamping: min(count - size, UInt64(rest.count)))))
      try write(data)
      size += UInt64(data.count)
      isWhole = size == count
    case .mark(let mark):
      // What cannot be the mark is data: all but the last bytes.
      let surplus = tail.count + rest.count - mark.count
      if surplus > 0 {
        let old = min(surplus, tail.count)
        try pass(tail[..<old], write)
        tail.removeFirst(old)
        let new = UnsafeRawBufferPointer(rebasing: rest.prefix(surplus - old))
        try write(new)
        size += UInt64(new.count)
        tail.append(contentsOf: rest.dropFirst(new.count))
      } else {
        tail.append(contentsOf: rest)
      }
      isWhole = tail == mark
    case nil: break
    }
  }

  private mutating func pass(
    _ bytes: ArraySlice<UInt8>, _ write: (UnsafeRawBufferPointer) throws(CommandError) -> Void
  ) throws(CommandError) {
    guard !bytes.isEmpty else { return }
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    try write(UnsafeRawBufferPointer(copy))
    size += UInt64(bytes.count)
  }

  private static func head(_ line: [UInt8]) throws(CommandError) -> Head {
    let text = line.last == 13 ? line.dropLast() : line[...]
    if text.first == UInt8(ascii: "-") {
      throw CommandError("SYNC: (error) \(escaped(Array(text.dropFirst())))")
    }
    let eof = Array("$EOF:".utf8)
    if text.starts(with: eof), text.count == eof.count + markSize {
      return .mark(Array(text.dropFirst(eof.count)))
    }
    guard text.first == UInt8(ascii: "$"),
      let count = UInt64(String(decoding: text.dropFirst(), as: UTF8.self))
    else {
      throw CommandError("SYNC: the answer is no RDB file: \(escaped(Array(text.prefix(80))))")
    }
    return .count(count)
  }
}
