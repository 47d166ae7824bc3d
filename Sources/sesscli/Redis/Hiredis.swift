import CHiredis
import Glibc

/// What receives the elements of replies, each as soon as it was parsed.
///
/// `depth` is 0 for a reply itself, 1 for the elements of an array, and so on; `index` counts siblings from 0. The
/// bytes are valid during the call only.
protocol ReplySink: AnyObject {
  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int)
  /// `count` elements of the next depth follow.
  func array(count: Int, depth: Int, index: Int)
  func integer(_ value: Int64, depth: Int, index: Int)
  func null(depth: Int, index: Int)
  /// The reply is complete.
  func endReply()
  /// Why no more of the reply is taken, which ends the connection; nil while all is well.
  var refusal: String? { get }
}

extension ReplySink {
  var refusal: String? { nil }
}

/// Redis' kinds of text.
enum StringKind { case bulk, status, error }

/// hiredis' reader, driven over bytes that we read: parsing only, nothing is built.
final class ReplyReader {
  /// Bytes of a reply that may wait for their rest. Redis' own limit of a bulk string is 512 MiB
  /// (`proto-max-bulk-len`); twice that leaves room for servers where it was raised.
  static let pendingLimit = 1 << 30
  /// A line (a status, an error, a length) is short; an endless one would be searched again and again for its end.
  static let lineLimit = 64 << 10

  private let handle: UnsafeMutablePointer<redisReader>
  private let context: UnsafeMutablePointer<sesscli_sink>
  private let box = Box()

  private final class Box { unowned(unsafe) var sink: (any ReplySink)? }

  init() {
    context = .allocate(capacity: 1)
    context.initialize(
      to: sesscli_sink(
        callbacks: sesscli_callbacks(
          string: { sink, type, depth, index, bytes, count in
            let kind: StringKind =
              switch type {
              case REDIS_REPLY_STATUS: .status
              case REDIS_REPLY_ERROR: .error
              default: .bulk
              }
            ReplyReader.sink(sink)?.string(
              kind, UnsafeRawBufferPointer(start: bytes, count: count), depth: Int(depth),
              index: index)
          },
          array: { sink, _, depth, index, count in
            ReplyReader.sink(sink)?.array(count: Int(count), depth: Int(depth), index: index)
          },
          integer: { sink, depth, index, value in
            ReplyReader.sink(sink)?.integer(value, depth: Int(depth), index: index)
          },
          nil: { sink, depth, index in
            ReplyReader.sink(sink)?.null(depth: Int(depth), index: index)
          }),
        sink: Unmanaged.passUnretained(box).toOpaque(), reader: nil, is_too_deep: 0))
    guard let reader = sesscli_reader(context) else { exitOutOfMemory() }
    handle = reader
    // Keeping the buffer between reads saves an allocation for each; one that a huge value left behind is freed.
    handle.pointee.maxbuf = 1 << 20
  }

  deinit {
    redisReaderFree(handle)
    context.deallocate()
  }

  private static func sink(_ raw: UnsafeMutableRawPointer?) -> (any ReplySink)? {
    guard let raw else { return nil }
    return Unmanaged<Box>.fromOpaque(raw)._withUnsafeGuaranteedRef { $0.sink }
  }

  /// Bytes received that belong to no complete reply yet.
  var pending: Int { sesscli_pending(handle) }

  /// Whether the beginning of a reply was received and its end was not.
  var isInReply: Bool { pending > 0 || sesscli_in_array(handle) != 0 }

  /// Adds received bytes.
  func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
    guard pending + bytes.count <= Self.pendingLimit else {
      throw RedisError(
        .protocolError, "one element of a reply is larger than \(Self.pendingLimit) bytes")
    }
    if redisReaderFeed(handle, bytes.baseAddress, bytes.count) != REDIS_OK { throw failure() }
  }

  /// Hands the elements parsed so far to `sink`; true when they complete a reply.
  func next(into sink: any ReplySink) throws(RedisError) -> Bool {
    box.sink = sink
    defer { box.sink = nil }
    var token: UnsafeMutableRawPointer?
    guard redisReaderGetReply(handle, &token) == REDIS_OK else { throw failure() }
    if token != nil {
      sink.endReply()
      return true
    }
    if pending > Self.lineLimit, sesscli_in_line(handle) != 0 {
      throw RedisError(
        .protocolError, "a line of more than \(Self.lineLimit) bytes: this is not Redis' protocol")
    }
    return false
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
