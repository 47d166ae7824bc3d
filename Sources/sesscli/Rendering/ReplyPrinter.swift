/// How replies are written.
enum ReplyStyle: Equatable {
  /// For people, as redis-cli writes to a terminal: `1) "a"`.
  case formatted
  /// For programs: the bytes alone.
  case raw
  case csv
  case json
  /// JSON in ASCII: strings in redis-cli's escapes.
  case quotedJSON
}

/// Writes a reply while it arrives: each element as soon as it is parsed, so memory stays flat whatever the size.
final class ReplyPrinter: ReplySink {
  /// What a printer of one style does differently.
  private let output: Output
  private let palette: Palette
  private let text: Escaping.Text

  /// The style of the reply to come.
  var style: ReplyStyle
  /// With the style raw on a terminal, everything that the terminal would obey is escaped, but for line ends.
  private var isTame: Bool { output.isTerminal }
  /// Whether JSON shows a flat array of names and values as an object. The reply may turn out not to be one.
  var isMap = false
  /// Elements of the reply whose errors are noted in the outcome.
  var watched: Set<Int> = []
  /// Where the reply itself goes when it is an error: nil is the output, with its style.
  var errors: ((_ message: [UInt8]) -> Void)?
  /// What the formatted style adds to an error, in brackets.
  var advice: ((_ message: [UInt8]) -> String?)?

  /// What the last reply was.
  private(set) var outcome = ReplyOutcome()
  /// Arrays that are open, outermost first: elements still to come, the width of their numbers, the indentation.
  private var open: [(left: Int, width: Int, indent: Int)] = []
  /// Set when the beginning of an object was written and a name is none.
  private(set) var refusal: String?
  /// Whether the reply put out anything; an empty array in raw style does not.
  private var isSilent = false

  /// Bytes of a large string that are written at once.
  private static let piece = 1 << 16

  init(_ output: Output, style: ReplyStyle, palette: Palette, text: Escaping.Text) {
    self.output = output
    self.style = style
    self.palette = palette
    self.text = text
  }

  /// Forgets the reply before.
  func begin() {
    outcome = ReplyOutcome()
    open.removeAll(keepingCapacity: true)
    isSilent = false
    refusal = nil
  }

  // MARK: Elements

  func string(_ kind: StringKind, _ bytes: UnsafeRawBufferPointer, depth: Int, index: Int) {
    if kind == .error {
      if outcome.errors == 0 { outcome.error = [UInt8](bytes) }
      outcome.errors += 1
      if depth == 1, watched.contains(index) { outcome.failedElements.insert(index) }
      if depth == 0 {
        outcome.isError = true
        if let errors {
          errors(outcome.error)
          isSilent = true
          return
        }
      }
    }
    separate(depth, index, isName: kind != .error)
    switch style {
    case .formatted:
      switch kind {
      case .bulk:
        output.buffer.append(UInt8(ascii: "\""))
        appendInPieces(bytes) { Escaping.append($0, as: text, to: &$1) }
        output.buffer.append(UInt8(ascii: "\""))
      case .status: Escaping.appendPlain(bytes, as: text, to: &output.buffer)
      case .error:
        palette.start(.error, in: &output.buffer)
        output.buffer.append(contentsOf: "(error) ".utf8)
        Escaping.appendPlain(bytes, as: text, to: &output.buffer)
        palette.end(in: &output.buffer)
        if let advice = advice?([UInt8](bytes)) { output.write(" (\(advice))") }
      }
    case .raw:
      if isTame {
        appendInPieces(bytes) { Escaping.appendPlain($0, as: text, lines: true, to: &$1) }
      } else if bytes.count > Self.piece {
        output.writeThrough(bytes)
      } else {
        output.buffer.append(contentsOf: bytes)
      }
    case .csv:
      if kind == .error { output.buffer.append(contentsOf: "ERROR,".utf8) }
      output.buffer.append(UInt8(ascii: "\""))
      appendInPieces(bytes) { Escaping.append($0, as: .ascii, to: &$1) }
      output.buffer.append(UInt8(ascii: "\""))
    case .json, .quotedJSON:
      if kind == .error { output.buffer.append(contentsOf: "{\"error\":".utf8) }
      JSONReply.append(bytes, isKey: isKey(depth, index), to: &output.buffer)
      if kind == .error { output.buffer.append(UInt8(ascii: "}")) }
    }
    ended(depth)
  }

  func integer(_ value: Int64, depth: Int, index: Int) {
    separate(depth, index, isName: true)
    if style == .formatted { output.buffer.append(contentsOf: "(integer) ".utf8) }
    let isKey = isKey(depth, index)
    if isKey { output.buffer.append(UInt8(ascii: "\"")) }
    output.buffer.append(contentsOf: String(value).utf8)
    if isKey { output.buffer.append(UInt8(ascii: "\"")) }
    ended(depth)
  }

  func null(depth: Int, index: Int) {
    if depth == 0 { outcome.isNull = true }
    separate(depth, index)
    switch style {
    case .formatted:
      palette.start(.dim, in: &output.buffer)
      output.buffer.append(contentsOf: "(nil)".utf8)
      palette.end(in: &output.buffer)
    case .raw: break
    case .csv: output.buffer.append(contentsOf: "NULL".utf8)
    case .json, .quotedJSON: output.buffer.append(contentsOf: "null".utf8)
    }
    ended(depth)
  }

  func array(count: Int, depth: Int, index: Int) {
    separate(depth, index)
    if count > 0 {
      let width = String(count).utf8.count
      let indent = open.last.map { $0.indent + $0.width + 2 } ?? 0
      open.append((count, width, depth == 0 ? 0 : indent))
      if depth == 0, count % 2 == 1 { isMap = false }
      // A map's bracket depends on its first element.
      if style == .json, depth > 0 || !isMap { output.buffer.append(UInt8(ascii: "[")) }
      return
    }
    switch style {
    case .formatted: output.buffer.append(contentsOf: "(empty array)".utf8)
    case .raw: isSilent = depth == 0
    case .csv: break
    case .json, .quotedJSON:
      output.buffer.append(contentsOf: (isMap && depth == 0 ? "{}" : "[]").utf8)
    }
    ended(depth)
  }

  func endReply() {
    // The formatted style ends its lines itself.
    if style != .formatted, !isSilent { output.buffer.append(UInt8(ascii: "\n")) }
    output.flushIfFull()
  }

  /// Writes one key of a list whose length is not known yet, as an array's element.
  func listed(_ bytes: UnsafeRawBufferPointer, number: Int, of total: Int64) {
    if number == 1 {
      begin()
      if style == .json { output.buffer.append(UInt8(ascii: "[")) }
    }
    open = [(Int.max, String(total).utf8.count, 0)]
    string(.bulk, bytes, depth: 1, index: number - 1)
  }

  /// Ends such a list.
  func endList(count: Int) {
    open.removeAll(keepingCapacity: true)
    if count == 0 {
      begin()
      array(count: 0, depth: 0, index: 0)
    } else if style == .json {
      output.buffer.append(UInt8(ascii: "]"))
    }
    endReply()
  }

  /// Appends a string, in pieces when it is large: beside the received bytes no second copy is kept.
  @inline(__always)
  private func appendInPieces(
    _ bytes: UnsafeRawBufferPointer, _ append: (UnsafeRawBufferPointer, inout [UInt8]) -> Void
  ) {
    if bytes.count <= Self.piece { return append(bytes, &output.buffer) }
    var rest = bytes
    while rest.count > Self.piece, output.failure == 0, !Interrupt.isPending {
      var end = Self.piece
      // Neither a character of UTF-8 nor a line end, CR LF, is cut.
      while end > Self.piece - 4, rest[end] & 0xC0 == 0x80 || rest[end] == 10 { end -= 1 }
      append(UnsafeRawBufferPointer(rebasing: rest[..<end]), &output.buffer)
      output.flush()
      rest = UnsafeRawBufferPointer(rebasing: rest[end...])
    }
    if rest.count <= Self.piece { append(rest, &output.buffer) }
  }

  // MARK: Between the elements

  private func isKey(_ depth: Int, _ index: Int) -> Bool {
    isMap && depth == 1 && index % 2 == 0 && style == .json
  }

  /// What stands before an element.
  ///
  /// - Parameter isName: whether the element can be a name in a JSON object.
  @inline(__always)
  private func separate(_ depth: Int, _ index: Int, isName: Bool = false) {
    guard depth > 0, let last = open.last else { return }
    switch style {
    case .formatted:
      if index > 0 {
        for _ in 0..<last.indent { output.buffer.append(UInt8(ascii: " ")) }
      }
      palette.start(.dim, in: &output.buffer)
      appendNumber(index + 1, width: last.width)
      output.buffer.append(UInt8(ascii: ")"))
      palette.end(in: &output.buffer)
      output.buffer.append(UInt8(ascii: " "))
    case .raw: if index > 0 { output.buffer.append(UInt8(ascii: "\n")) }
    case .csv: if index > 0 { output.buffer.append(UInt8(ascii: ",")) }
    case .json, .quotedJSON:
      if index > 0 {
        output.buffer.append(UInt8(ascii: isMap && depth == 1 && index % 2 == 1 ? ":" : ","))
      }
      if isMap, depth == 1, index % 2 == 0 {
        if index == 0 {
          isMap = isName
          output.buffer.append(UInt8(ascii: isName ? "{" : "["))
        } else if !isName {
          refusal = "element \(index + 1) of the reply should be a name"
        }
      }
    }
  }

  /// What stands after an element, and after the arrays that it ends.
  @inline(__always)
  private func ended(_ depth: Int) {
    if style == .formatted { output.buffer.append(UInt8(ascii: "\n")) }
    output.flushIfFull()
    while let last = open.indices.last {
      open[last].left -= 1
      if open[last].left > 0 { return }
      open.removeLast()
      if style == .json {
        output.buffer.append(UInt8(ascii: isMap && open.isEmpty ? "}" : "]"))
      }
    }
  }

  @inline(__always)
  private func appendNumber(_ number: Int, width: Int) {
    // Written from the right into a gap of the final width; `String(number)` would allocate for each element.
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
