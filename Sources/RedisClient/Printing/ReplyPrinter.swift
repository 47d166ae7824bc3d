/// How replies are written.
package enum ReplyStyle: Equatable {
  /// For people, as redis-cli writes to a terminal: `1) "a"`.
  case formatted
  /// For programs: the bytes alone.
  case raw
  case csv
  case json
  /// JSON in ASCII: strings in redis-cli's escapes, with their backslashes doubled.
  case quotedJSON
}

/// Writes a reply while it arrives: each element as soon as it is parsed, so memory stays flat
/// whatever the size.
///
/// What is set or asked for each reply is not checked for overlapping access, as in `Connection`.
package final class ReplyPrinter: ReplySink {
  private let output: Output
  private let palette: Palette
  private let text: Escaping.Text
  private let json: JSONReplyPrinter

  /// The style of the reply to come.
  @exclusivity(unchecked)
  package var style: ReplyStyle
  /// Whether the reply is a text for reading: it is written as it is in every style, and ends with
  /// a line end.
  @exclusivity(unchecked)
  package var isText = false
  /// Where JSON has maps and numbers that RESP2 sends as arrays and texts.
  @exclusivity(unchecked)
  package var shape: ReplyShape = .plain
  /// In raw style, what stands between elements and what ends a reply.
  @exclusivity(unchecked)
  package var delimiter: [UInt8] = [10]
  @exclusivity(unchecked)
  package var replyDelimiter: [UInt8] = [10]
  /// Elements of the reply whose errors are noted in the outcome.
  @exclusivity(unchecked)
  package var watched: Set<Int> = []
  /// Where the reply itself goes when it is an error: nil is the output, with its style.
  package var errors: ((_ message: [UInt8]) -> Void)?
  /// What the formatted style adds to an error, in brackets.
  package var advice: ((_ message: [UInt8]) -> String?)?

  /// The host of a cluster that answers: its redirections are noted in the outcome, and not
  /// printed.
  @exclusivity(unchecked)
  package var redirectedBy: String?

  /// What the last reply was.
  @exclusivity(unchecked)
  package private(set) var outcome = ReplyOutcome()
  /// `style` and `isText` for the reply at hand.
  private var current: ReplyStyle
  /// Arrays that are open, outermost first.
  private var open: [Level] = []
  /// Whether the reply put out anything; an empty array in raw style does not.
  private var isSilent = false
  /// Values in maps whose layout depends on an element still to come, of the array at `depth`; nil
  /// when there are none.
  private var undecided: (depth: Int, indents: [Int])?
  /// With the style raw on a terminal, everything that the terminal would obey is escaped, but for
  /// line ends.
  private var isTame: Bool { output.isTerminal }

  private struct Level {
    /// Elements still to come.
    var left: Int
    /// Digits of their numbers.
    let width: Int
    let indent: Int
    /// What stands behind a number.
    let mark: UInt8
    var isMap: Bool { mark == UInt8(ascii: "#") }
  }

  package init(
    _ output: Output, style: ReplyStyle, palette: Palette, text: Escaping.Text,
    literals: JSONLiterals
  ) {
    self.output = output
    self.style = style
    current = style
    self.palette = palette
    self.text = text
    json = JSONReplyPrinter(output, literals)
  }

  /// Says at once what the reply to come is.
  package func expect(
    style: ReplyStyle, isText: Bool, shape: ReplyShape, redirectedBy host: String?,
    watching places: Set<Int>
  ) {
    self.style = style
    self.isText = isText
    self.shape = shape
    redirectedBy = host
    watched = places
  }

  /// Forgets the reply before.
  package func begin() {
    outcome = ReplyOutcome()
    open.removeAll(keepingCapacity: true)
    isSilent = false
    if undecided != nil {
      output.release()
      undecided = nil
    }
    current = isText ? .raw : style
    if style == .json || style == .quotedJSON {
      json.begin(isQuoted: style == .quotedJSON, shape: shape)
    }
  }

  // MARK: Elements

  package func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if kind == .error, note(bytes, depth, index) { return }
    separate(depth, index)
    switch current {
    case .formatted: format(kind, bytes)
    case .raw: appendPlain(bytes, lines: true)
    case .csv:
      if kind == .double || kind == .bigNumber {
        Escaping.appendPlain(bytes, as: .ascii, to: &output.buffer)
        break
      }
      if kind == .error { output.buffer.append(contentsOf: "ERROR,".utf8) }
      output.buffer.append(UInt8(ascii: "\""))
      output.appendInPieces(bytes) { Escaping.append($0, as: .ascii, to: &$1) }
      output.buffer.append(UInt8(ascii: "\""))
    case .json, .quotedJSON: return json.string(kind, bytes)
    }
    ended(depth)
  }

  private func format(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer) {
    switch kind {
    case .bulk:
      output.buffer.append(UInt8(ascii: "\""))
      output.appendInPieces(bytes) { Escaping.append($0, as: text, to: &$1) }
      output.buffer.append(UInt8(ascii: "\""))
    case .status: appendPlain(bytes)
    case .error:
      palette.start(.error, in: &output.buffer)
      output.buffer.append(contentsOf: "(error) ".utf8)
      appendPlain(bytes)
      palette.end(in: &output.buffer)
      if let advice = advice?([UInt8](bytes)) { output.write(" (\(advice))") }
    case .verbatim: appendPlain(bytes, lines: true)
    case .double, .bigNumber:
      output.buffer.append(contentsOf: (kind == .double ? "(double) " : "(big number) ").utf8)
      appendPlain(bytes)
    }
  }

  /// A text that stands for itself, as it is unless a terminal would obey it.
  private func appendPlain(_ bytes: UnsafeRawBufferPointer, lines: Bool = false) {
    if isTame {
      output.appendInPieces(bytes) { Escaping.appendPlain($0, as: text, lines: lines, to: &$1) }
    } else if bytes.count > Output.piece, current == .raw {
      output.writeThrough(bytes)
    } else {
      output.appendInPieces(bytes) { $1.append(contentsOf: $0) }
    }
  }

  /// Notes an error in the outcome; true when it was told elsewhere and is not part of the output.
  private func note(_ bytes: UnsafeRawBufferPointer, _ depth: Int, _ index: Int) -> Bool {
    if depth == 0, let host = redirectedBy, let target = Redirection(bytes, asked: host) {
      outcome.isError = true
      outcome.error = [UInt8](bytes)
      outcome.redirection = target
      isSilent = true
      return true
    }
    if outcome.errors == 0 { outcome.error = [UInt8](bytes) }
    outcome.errors += 1
    if depth == 1, watched.contains(index) { outcome.failedElements.insert(index) }
    guard depth == 0 else { return false }
    outcome.isError = true
    if let errors {
      errors(outcome.error)
      isSilent = true
      return true
    }
    // A program that reads JSON gets its error in JSON, also for a text.
    if isText, style == .json || style == .quotedJSON { current = style }
    return false
  }

  package func integer(_ value: Int64, depth: Int, index: Int) {
    if current == .json || current == .quotedJSON { return json.integer(value) }
    separate(depth, index)
    if current == .formatted { output.buffer.append(contentsOf: "(integer) ".utf8) }
    output.buffer.append(contentsOf: String(value).utf8)
    ended(depth)
  }

  package func boolean(_ value: Bool, depth: Int, index: Int) {
    if current == .json || current == .quotedJSON { return json.boolean(value) }
    separate(depth, index)
    let word = value ? "true" : "false"
    output.buffer.append(contentsOf: (current == .csv ? word : "(\(word))").utf8)
    ended(depth)
  }

  package func null(depth: Int, index: Int) {
    if depth == 0 { outcome.isNull = true }
    if current == .json || current == .quotedJSON { return json.null() }
    separate(depth, index)
    if current == .formatted {
      palette.start(.dim, in: &output.buffer)
      output.buffer.append(contentsOf: "(nil)".utf8)
      palette.end(in: &output.buffer)
    } else if current == .csv {
      output.buffer.append(contentsOf: "NULL".utf8)
    }
    ended(depth)
  }

  package func array(count: Int, depth: Int, index: Int) {
    aggregate(.array, count: count, depth: depth, index: index)
  }

  package func aggregate(_ kind: AggregateKind, count: Int, depth: Int, index: Int) {
    if current == .json || current == .quotedJSON { return json.aggregate(kind, count: count) }
    separate(depth, index, count: kind == .map ? count / 2 : count)
    if count > 0 {
      let indent = open.last.map { $0.indent + $0.width + 2 } ?? 0
      let width = String(kind == .map ? count / 2 : count).utf8.count
      let mark: Unicode.Scalar = kind == .map ? "#" : kind == .set ? "~" : ")"
      open.append(Level(left: count, width: width, indent: indent, mark: UInt8(ascii: mark)))
      return
    }
    if current == .formatted {
      let name =
        switch kind {
        case .array: "array"
        case .map: "hash"
        case .set: "set"
        case .push: "push"
        }
      output.buffer.append(contentsOf: "(empty \(name))".utf8)
    } else if current == .raw {
      isSilent = depth == 0
    }
    ended(depth)
  }

  package func endReply() {
    if isText, current == .raw {
      if !isSilent { output.endLine() }
    } else if current == .raw {
      if !isSilent { output.buffer.append(contentsOf: replyDelimiter) }
    } else if current != .formatted, !isSilent {
      output.buffer.append(UInt8(ascii: "\n"))
    }
    output.flushIfFull()
  }

  /// Writes one key of a list whose length is not known yet, as an array's element.
  package func listed(_ bytes: UnsafeRawBufferPointer, number: Int, of total: Int64) {
    if number == 1 {
      begin()
      aggregate(.array, count: Int.max, depth: 0, index: 0)
    }
    if current == .formatted || current == .raw || current == .csv {
      let width = String(total).utf8.count
      open = [Level(left: Int.max, width: width, indent: 0, mark: UInt8(ascii: ")"))]
    }
    string(.bulk, bytes, depth: 1, index: number - 1)
  }

  /// Ends such a list.
  package func endList(count: Int) {
    open.removeAll(keepingCapacity: true)
    if count == 0 {
      begin()
      aggregate(.array, count: 0, depth: 0, index: 0)
    } else if current == .json || current == .quotedJSON {
      json.endList()
    }
    endReply()
  }

  // MARK: Between the elements

  /// What stands before an element.
  ///
  /// - Parameter count: elements of an array, of a map pairs; 0 for what has none.
  @inline(__always)
  private func separate(_ depth: Int, _ index: Int, count: Int = 0) {
    guard depth > 0, let last = open.last else { return }
    switch current {
    case .formatted:
      if last.isMap, index % 2 == 1 { return beginValue(of: last, depth, count: count) }
      if undecided != nil { decide(depth, last, count: count) }
      if index > 0 {
        for _ in 0..<last.indent { output.buffer.append(UInt8(ascii: " ")) }
      }
      palette.start(.dim, in: &output.buffer)
      appendNumber((last.isMap ? index / 2 : index) + 1, width: last.width)
      output.buffer.append(last.mark)
      palette.end(in: &output.buffer)
      output.buffer.append(UInt8(ascii: " "))
    case .raw:
      if last.isMap, index % 2 == 1 {
        output.buffer.append(UInt8(ascii: " "))
      } else if index > 0 {
        output.buffer.append(contentsOf: delimiter)
      }
    case .csv: if index > 0 { output.buffer.append(UInt8(ascii: ",")) }
    case .json, .quotedJSON: break
    }
  }

  /// What stands between a name and its value. A value of several lines begins on a line of its
  /// own; whether it has several may be known only at an element of its element.
  private func beginValue(of map: Level, _ depth: Int, count: Int) {
    if undecided != nil { decide(depth, map, count: count) }
    output.buffer.append(contentsOf: " => ".utf8)
    let indent = map.indent + map.width + 2
    if count == 1 {
      undecided = (depth, (undecided?.indents ?? []) + [indent])
      output.hold()
    } else if count > 1 {
      output.buffer.append(contentsOf: Self.lineEnd(indent))
    }
  }

  private static func lineEnd(_ indent: Int) -> [UInt8] {
    [10] + [UInt8](repeating: 32, count: indent)
  }

  /// Decides about the layout of the values that wait for it, when this element tells.
  private func decide(_ depth: Int, _ level: Level, count: Int) {
    guard let (valueDepth, indents) = undecided, depth == valueDepth + 1 else { return }
    // Of a map of one pair, the value tells, and not the name.
    if level.isMap, level.left % 2 == 0 { return }
    if count == 1 {
      undecided = (depth, indents)
      return
    }
    undecided = nil
    output.release(inserting: count > 1 ? indents.map(Self.lineEnd) : [])
  }

  /// What stands after an element, and after the arrays that it ends.
  @inline(__always)
  private func ended(_ depth: Int) {
    while let last = open.indices.last {
      open[last].left -= 1
      if open[last].left > 0 { break }
      open.removeLast()
    }
    // A name in a map is followed by its value.
    if current == .formatted, open.last.map({ !$0.isMap || $0.left % 2 == 0 }) ?? true {
      output.buffer.append(UInt8(ascii: "\n"))
    }
    output.flushIfFull()
  }

  @inline(__always)
  private func appendNumber(_ number: Int, width: Int) {
    // Written from the right into a gap of the final width; `String(number)` would allocate for
    // each element.
    var digits = 1
    var bound = 10
    while number >= bound, digits < 18 {
      digits += 1
      bound *= 10
    }
    // A list may turn out longer than was announced when the width was chosen.
    let width = max(width, digits)
    var rest = number
    var at = output.buffer.count + width
    for _ in 0..<width { output.buffer.append(UInt8(ascii: " ")) }
    repeat {
      at -= 1
      output.buffer[at] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    } while rest > 0
  }
}

extension ReplyPrinter {
  /// Prints a tree.
  package func print(_ reply: Reply) {
    begin()
    reply.replay(into: self)
    endReply()
  }
}

extension ReplyPrinter: AnswerSink {
  package var error: [UInt8]? { outcome.isError ? outcome.error : nil }
}
