/// What receives the elements of replies, each as soon as it was parsed.
///
/// `depth` is 0 for a reply itself, 1 for the elements of an array, and so on; `index` counts
/// siblings from 0. The bytes are valid during the call only.
package protocol ReplySink: AnyObject {
  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int)
  /// `count` elements of the next depth follow.
  func array(count: Int, depth: Int, index: Int)
  /// As `array`, with what RESP3 calls it; of a map, names and values count as elements.
  func aggregate(_ kind: AggregateKind, count: Int, depth: Int, index: Int)
  func integer(_ value: Int64, depth: Int, index: Int)
  func boolean(_ value: Bool, depth: Int, index: Int)
  func null(depth: Int, index: Int)
  /// The reply is complete.
  func endReply()
  /// Why no more of the reply is taken, which ends the connection; nil while all is well.
  var refusal: String? { get }
}

extension ReplySink {
  package var refusal: String? { nil }

  /// A map is what RESP2 sends instead, names and values in turn.
  package func aggregate(_ kind: AggregateKind, count: Int, depth: Int, index: Int) {
    array(count: count, depth: depth, index: index)
  }
  package func boolean(_ value: Bool, depth: Int, index: Int) {
    integer(value ? 1 : 0, depth: depth, index: index)
  }
}

/// Redis' kinds of text; the last three are RESP3's.
package enum StringKind { case bulk, status, error, verbatim, double, bigNumber }

/// What RESP3 tells apart; in RESP2 all are arrays.
package enum AggregateKind { case array, map, set, push }
