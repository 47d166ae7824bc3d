import CHiredis
import Glibc

/// What the reader has come to.
enum Received {
  /// More bytes are needed.
  case nothing
  case reply
  /// A message that answers no command.
  case push
}

/// hiredis' reader, driven over bytes that we read: parsing only, nothing is built.
package final class ReplyReader {
  /// Bytes of a reply that may wait for their rest. Redis' own limit of a bulk string is 512 MiB
  /// (`proto-max-bulk-len`); twice that leaves room for servers where it was raised.
  static let pendingLimit = 1 << 30
  /// A line (a status, an error, a length) is short; an endless one would be searched again and
  /// again for its end.
  static let lineLimit = 64 << 10

  private let handle: UnsafeMutablePointer<redisReader>
  private let context: UnsafeMutablePointer<sesscli_sink>
  private let box = Box()

  private final class Box {
    unowned(unsafe) var sink: (any ReplySink)?
    unowned(unsafe) var pushes: (any ReplySink)?
    /// Whether what is being read is a push for `pushes`.
    var isInPush = false
  }

  /// The version of Redis' protocol up to which replies can be read: 2 with hiredis 0.14, 3 with
  /// 1.0 and newer.
  package static let protocolVersion = Int(sesscli_protocol)
  /// Why it is 2.
  package static let noRESP3 =
    "RESP3 needs hiredis 1.0 or newer, and this sesscli was built with "
    + "\(HIREDIS_MAJOR).\(HIREDIS_MINOR)"

  init() {
    context = .allocate(capacity: 1)
    context.initialize(to: sesscli_sink())
    context.pointee.callbacks = Self.callbacks
    context.pointee.sink = Unmanaged.passUnretained(box).toOpaque()
    guard let reader = sesscli_reader(context) else { exitOutOfMemory() }
    handle = reader
    // Keeping the buffer between reads saves an allocation for each; one that a huge value left
    // behind is freed.
    handle.pointee.maxbuf = 1 << 20
  }

  deinit {
    redisReaderFree(handle)
    context.deallocate()
  }

  /// Hands what hiredis parsed to the sink.
  private static let callbacks = sesscli_callbacks(
    string: { sink, type, depth, index, bytes, count in
      let kind: StringKind =
        switch type {
        case REDIS_REPLY_STATUS: .status
        case REDIS_REPLY_ERROR: .error
        case REDIS_REPLY_VERB: .verbatim
        case REDIS_REPLY_DOUBLE: .double
        case REDIS_REPLY_BIGNUM: .bigNumber
        default: .bulk
        }
      ReplyReader.sink(sink)?.string(
        kind, UnsafeRawBufferPointer(start: bytes, count: count), depth: Int(depth), index: index)
    },
    array: { sink, type, depth, index, count in
      let kind: AggregateKind =
        switch type {
        case REDIS_REPLY_MAP: .map
        case REDIS_REPLY_SET: .set
        case REDIS_REPLY_PUSH: .push
        default: .array
        }
      if kind == .push, depth == 0 { ReplyReader.beginPush(sink) }
      ReplyReader.sink(sink)?.aggregate(kind, count: Int(count), depth: Int(depth), index: index)
    },
    integer: { sink, depth, index, value in
      ReplyReader.sink(sink)?.integer(value, depth: Int(depth), index: index)
    },
    boolean: { sink, depth, index, value in
      ReplyReader.sink(sink)?.boolean(value != 0, depth: Int(depth), index: index)
    },
    nil: { sink, depth, index in
      ReplyReader.sink(sink)?.null(depth: Int(depth), index: index)
    })

  private static func sink(_ raw: UnsafeMutableRawPointer?) -> (any ReplySink)? {
    guard let raw else { return nil }
    return Unmanaged<Box>.fromOpaque(raw)._withUnsafeGuaranteedRef { $0.sink }
  }

  /// A push begins: until it ends, its elements go where pushes go.
  private static func beginPush(_ raw: UnsafeMutableRawPointer?) {
    guard let raw else { return }
    Unmanaged<Box>.fromOpaque(raw)._withUnsafeGuaranteedRef { box in
      guard let pushes = box.pushes else { return }
      box.isInPush = true
      box.sink = pushes
    }
  }

  /// Bytes received that belong to no complete reply yet.
  var pending: Int { sesscli_pending(handle) }

  /// Whether the beginning of a reply was received and its end was not.
  var isInReply: Bool { pending > 0 || sesscli_in_array(context) != 0 }

  /// Adds received bytes.
  func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
    guard pending + bytes.count <= Self.pendingLimit else {
      throw RedisError(
        .protocolError, "one element of a reply is larger than \(Self.pendingLimit) bytes")
    }
    if redisReaderFeed(handle, bytes.baseAddress, bytes.count) != REDIS_OK { throw failure() }
  }

  /// Whether what was received last and is not whole is, or begins, a push.
  var isInPush: Bool { box.isInPush || sesscli_at_push(handle) != 0 }

  /// Hands the elements parsed so far to `sink`, up to the end of a reply.
  ///
  /// - Parameter pushes: where a push goes; nil: a push is a reply like others.
  func next(
    into sink: any ReplySink, pushes: (any ReplySink)? = nil
  ) throws(RedisError) -> Received {
    box.pushes = pushes
    box.sink = box.isInPush ? pushes ?? sink : sink
    defer {
      box.sink = nil
      box.pushes = nil
    }
    var isWhole: Int32 = 0
    guard sesscli_next(context, &isWhole) == REDIS_OK else { throw failure() }
    if isWhole != 0 {
      box.sink?.endReply()
      defer { box.isInPush = false }
      return box.isInPush ? .push : .reply
    }
    if pending > Self.lineLimit, sesscli_in_line(handle) != 0 {
      throw RedisError(
        .protocolError, "a line of more than \(Self.lineLimit) bytes: this is not Redis' protocol")
    }
    return .nothing
  }

  private func failure() -> RedisError {
    if context.pointee.is_too_deep != 0 {
      return RedisError(
        .protocolError, "a reply's arrays are nested more than \(sesscli_depth_limit) deep")
    }
    let text = withUnsafeBytes(of: &handle.pointee.errstr) { raw in
      escaped(Array(raw.prefix { $0 != 0 }))
    }
    return RedisError(.protocolError, text)
  }
}

private func exitOutOfMemory() -> Never {
  _ = "sesscli: out of memory\n".withCString { write(2, $0, strlen($0)) }
  exit(1)
}
