/// Writes messages that a server of RESP3 sends unasked: as any reply, and for people the keys that
/// a tracked connection must forget in one line, as redis-cli does: `-> invalidate: 'a', 'b'`.
package final class PushPrinter: ReplySink {
  private let printer: ReplyPrinter
  private let output: Output
  private let text: Escaping.Text
  private var state = State.ordinary

  private enum State {
    case ordinary
    /// A push of two elements has begun.
    case begun
    /// Its first element says "invalidate"; what follows decides.
    case named
    /// Keys follow.
    case keys(Int)
  }

  package init(_ printer: ReplyPrinter, _ output: Output, _ text: Escaping.Text) {
    self.printer = printer
    self.output = output
    self.text = text
  }

  package func aggregate(_ kind: AggregateKind, count: Int, depth: Int, index: Int) {
    switch state {
    case .named where kind == .array && depth == 1 && count > 0:
      output.buffer.append(contentsOf: "-> invalidate: ".utf8)
      state = .keys(count)
      return
    case _ where depth == 0 && count == 2 && printer.style == .formatted:
      printer.begin()
      state = .begun
      return
    case _ where depth == 0:
      printer.begin()
      state = .ordinary
    default: settle()
    }
    printer.aggregate(kind, count: count, depth: depth, index: index)
  }

  package func array(count: Int, depth: Int, index: Int) {
    aggregate(.array, count: count, depth: depth, index: index)
  }

  package func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    switch state {
    case .begun where kind == .bulk && bytes.elementsEqual("invalidate".utf8): state = .named
    case .keys:
      if depth != 2 { return }
      output.buffer.append(contentsOf: (index > 0 ? ", '" : "'").utf8)
      Escaping.append(bytes, as: text, to: &output.buffer)
      output.buffer.append(UInt8(ascii: "'"))
    default:
      settle()
      printer.string(kind, bytes, depth: depth, index: index)
    }
  }

  package func integer(_ value: Int64, depth: Int, index: Int) {
    settle()
    if case .keys = state { return }
    printer.integer(value, depth: depth, index: index)
  }

  package func boolean(_ value: Bool, depth: Int, index: Int) {
    settle()
    if case .keys = state { return }
    printer.boolean(value, depth: depth, index: index)
  }

  package func null(depth: Int, index: Int) {
    settle()
    if case .keys = state { return }
    printer.null(depth: depth, index: index)
  }

  package func endReply() {
    if case .keys = state {
      output.buffer.append(10)
      output.flushIfFull()
    } else {
      printer.endReply()
    }
    state = .ordinary
  }

  package var refusal: String? { printer.refusal }

  /// Writes what was held back: the message is an ordinary one.
  private func settle() {
    switch state {
    case .begun: printer.aggregate(.push, count: 2, depth: 0, index: 0)
    case .named:
      printer.aggregate(.push, count: 2, depth: 0, index: 0)
      let name: StaticString = "invalidate"
      name.withUTF8Buffer {
        printer.string(.bulk, UnsafeRawBufferPointer($0), depth: 1, index: 0)
      }
    case .ordinary, .keys: return
    }
    state = .ordinary
  }
}
