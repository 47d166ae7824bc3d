/// What RESP3 would say of a reply that RESP2 sends as arrays and texts: where its maps and numbers
/// are.
///
/// JSON is written by it. A shape that does not fit what arrives changes nothing: it is a hint,
/// never a demand.
package indirect enum ReplyShape: Equatable, Sendable {
  /// As it comes.
  case plain
  /// A text that is a number.
  case double
  /// An array whose elements all have this shape.
  case list(ReplyShape)
  /// An array whose elements have these shapes by their places; what follows has the last one's.
  case tuple([ReplyShape])
  /// Names and values in turn: an object, whose values all have this shape.
  case map(ReplyShape)
  /// Names and values in turn: an object, whose values have shapes by their names, else `others`.
  case fields([String: ReplyShape], others: ReplyShape = .plain)
  /// Names and values in turn: an array of arrays of two; values have this shape.
  case pairs(ReplyShape)
  /// An array of arrays of two, a name and a value of this shape: an object.
  case entries(ReplyShape)

  /// The shape of a list's or a tuple's element.
  func element(_ index: Int) -> ReplyShape {
    switch self {
    case .list(let shape): shape
    case .tuple(let shapes): index < shapes.count ? shapes[index] : shapes.last ?? .plain
    default: .plain
    }
  }
}
