import Glibc
import RedisClient
import SessionFormats

/// Decodes payloads one after the other and shows each: a header and a tree for people, a line of
/// JSON for programs.
final class Decoding {
  /// What is known of a key beside its value.
  struct Header {
    /// nil for a payload that has none.
    var key: [UInt8]?
    var type: String
    /// Bytes of a string, elements of everything else.
    var size: Int
    /// PTTL's answer, milliseconds; negative when it never expires, nil where that is not known.
    var ttl: Int64?
  }

  let session: Session
  let request: DecodeOptions
  /// Whether programs read the output.
  let writesJSON: Bool
  private let secrets: [[UInt8]]
  /// A tree is for people in a pipe as well: `decode ... --no-raw | less`.
  private var text: Escaping.Text { session.options.isUTF8 ? .utf8 : .ascii }
  /// Trees drawn so far, for the blank line between two.
  private var drawn = 0
  private let transcoder = JSONTranscoder()
  private var payload: [UInt8] = []
  private(set) var hasFindings = false

  init(_ session: Session, _ request: DecodeOptions) {
    self.session = session
    self.request = request
    let isFormatted =
      (session.options.style ?? (session.console.output.isTerminal ? .formatted : .raw))
      == .formatted
    writesJSON = (request.json || request.typed || !isFormatted) && !request.explains
    var secrets = request.secrets
    secrets.addEnvironment()
    self.secrets = secrets.secrets
  }

  /// To be called after the last payload.
  func finish() {
    if hasFindings, request.strict { session.console.fail(.danger) }
  }

  // MARK: Decoding

  func context(
    key: [UInt8]? = nil, field: [UInt8]? = nil, cookie: [UInt8]? = nil
  ) -> Context {
    Context(key: key, field: field, cookie: cookie, secrets: secrets, now: Moment.now)
  }

  func decode(
    _ bytes: [UInt8], key: [UInt8]?, field: [UInt8]? = nil, cookie: [UInt8]? = nil
  ) throws(PayloadError) -> Decoded {
    let context = context(key: key, field: field, cookie: cookie)
    if let chain = request.chain { return try Decoded(reading: bytes, as: chain, context: context) }
    return try Decoded(detecting: bytes, context: context, tracing: request.explains)
  }

  /// A payload that has no key. A text file ends with a line feed that its payload never had, so
  /// what cannot be read whole, or only as text, is tried without.
  func show(_ bytes: [UInt8], isInput: Bool) {
    let bytes = isInput ? trimmed(bytes) : bytes
    let header = Header(key: nil, type: "", size: bytes.count, ttl: -1)
    show(bytes, header)
  }

  private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.last == 10 else { return bytes }
    if let whole = try? decode(bytes, key: nil), whole.format.name != "text" { return bytes }
    var shorter = bytes
    shorter.removeLast()
    if shorter.last == 13 { shorter.removeLast() }
    return (try? decode(shorter, key: nil)) == nil ? bytes : shorter
  }

  /// A string's value for programs, as fast as possible: most stored sessions have no layers around
  /// them and nothing to say beside the value, and of those the JSON is written without building
  /// it. The others go the usual way.
  func line(_ bytes: UnsafeRawBufferPointer, key: [UInt8]) {
    payload.removeAll(keepingCapacity: true)
    payload.append(contentsOf: bytes)
    if request.chain == nil, !request.typed,
      transcoder.transcode(payload, into: &session.console.output.buffer)
    {
      session.console.output.buffer.append(10)
      return session.console.output.flushIfFull()
    }
    show(payload, Header(key: key, type: "string", size: bytes.count, ttl: -1))
  }

  /// A string's value, or a payload without a key.
  func show(_ bytes: [UInt8], _ header: Header) {
    do {
      let decoded = try decode(bytes, key: header.key)
      if !writesJSON {
        draw(header, Stored(decoded, key: header.key, now: Moment.now), decoded)
      }
      if request.explains { explain(decoded) }
      warn(of: decoded.reading.findings, header.key)
      if decoded.reading.isOpaque {
        showOpaque(decoded, header)
      } else {
        write(decoded.value)
      }
    } catch {
      report(error, header, bytes)
    }
  }

  /// What was named and cannot be decoded: its bytes, and one line that says so.
  func showOpaque(_ decoded: Decoded, _ header: Header, writesValue: Bool = true) {
    if !writesValue {
      // A summary says it.
    } else if writesJSON {
      write(decoded.value)
    } else {
      session.console.output.write(Hexdump.head(of: decoded.payload))
    }
    if decoded.layers.last?.isSealed == true {
      // Whether a secret could help, the facts of the layer say.
      let chain = decoded.layers.map(\.label).joined(separator: " > ")
      session.console.complain("\(name(header.key)): \(chain) is encrypted")
    } else {
      session.console.complain(
        "\(name(header.key)): recognised as \(decoded.chain), which is not decoded")
    }
    session.console.fail(.commandFailed)
  }

  /// A value composed of the decoded parts of a hash, list, set, sorted set or stream.
  func show(_ parts: DecodedParts, _ header: Header) {
    if !writesJSON {
      // Other types are nobody's session; their value is no map of fields.
      let fields = header.type == Collection.hash.rawValue ? parts.value.fields : []
      draw(
        header, Stored(fields: fields, key: header.key, now: Moment.now), chain: parts.chain,
        facts: [parts.facts], notes: [])
    }
    warn(of: parts.findings, header.key)
    write(parts.value)
    for failure in parts.failures {
      session.console.complain("\(name(header.key)) \(escaped(Array(failure.utf8)))")
      session.console.fail(.commandFailed)
    }
  }

  /// One element of a larger value.
  func part(_ bytes: [UInt8], key: [UInt8], field: [UInt8]?) throws(PayloadError) -> Decoded {
    try decode(bytes, key: key, field: field)
  }

  // MARK: Showing

  func write(_ value: Value) {
    if writesJSON {
      var writer = JSONWriter(request.typed ? .typed : .plain)
      writer.write(value)
      session.console.output.write(writer.bytes + [10])
    } else {
      session.console.output.write(
        Tree.draw(value, palette: session.console.palette, text: text, width: terminalWidth()))
    }
  }

  /// The header, and a line for what each layer, the format and the framework say.
  ///
  /// - Parameters:
  ///   - owner: said in the first line when nothing in the payload shows the framework.
  ///   - remarks: facts that none of them knows.
  func draw(
    _ header: Header, _ stored: Stored, _ decoded: Decoded, owner: String? = nil,
    remarks: [Fact] = []
  ) {
    draw(
      header, stored, chain: decoded.chain,
      facts: decoded.layers.map(\.facts) + [decoded.reading.facts], notes: decoded.reading.notes,
      owner: owner, remarks: remarks)
  }

  private func draw(
    _ header: Header, _ stored: Stored, chain: String, facts: [[Fact]], notes: [String],
    owner: String? = nil, remarks: [Fact] = []
  ) {
    let palette = session.console.palette
    if drawn > 0 { session.console.output.write("\n") }
    drawn += 1
    var parts: [(text: String, role: Palette.Role?)] = []
    if header.key != nil { parts.append((name(header.key), .prompt)) }
    if !header.type.isEmpty { parts.append((header.type, nil)) }
    let unit = ["", "string", "cookie"].contains(header.type) ? "byte" : "element"
    parts.append(("\(grouped(Int64(header.size))) \(unit)\(header.size == 1 ? "" : "s")", nil))
    if header.key != nil, let ttl = header.ttl {
      parts.append((Moment.expiry(milliseconds: ttl), nil))
    }
    parts.append((chain, .type))
    // What each layer says on a line of its own, then what the framework says.
    var facts = facts
    if let sighting = Framework.sighting(of: stored) {
      parts.append((sighting.name, nil))
      facts.append(sighting.facts)
    } else if let owner {
      parts.append((owner, nil))
    }
    facts.append(remarks)
    let separator = text == .utf8 ? " · " : " | "
    let length = parts.reduce(0) { $0 + $1.text.count } + (parts.count - 1) * separator.count
    let words = parts.map { part in part.role.map { palette.paint(part.text, $0) } ?? part.text }
    if session.console.output.isTerminal, length > terminalWidth(), header.key != nil {
      // A terminal would break the line in the middle of a word.
      session.console.output.write(
        words[0] + "\n  " + words[1...].joined(separator: separator) + "\n")
    } else {
      session.console.output.write(words.joined(separator: separator) + "\n")
    }
    for facts in facts where !facts.isEmpty {
      let line = facts.map { escaped(Array($0.phrase.utf8)) }.joined(separator: ", ")
      session.console.output.write(palette.paint("  " + line, .dim) + "\n")
    }
    for note in notes {
      session.console.output.write(
        palette.paint("  note: " + escaped(Array(note.utf8)), .dim) + "\n")
    }
  }

  /// Names what loading the payload would call. Nothing was called.
  ///
  /// - Parameter isRead: whether the payload is shown; else the findings stand beside the error.
  func warn(of findings: [Finding], _ key: [UInt8]?, isRead: Bool = true) {
    guard !findings.isEmpty else { return }
    hasFindings = true
    for finding in findings {
      let effect = "would \(finding.effect.rawValue) \(description(of: finding))"
      if writesJSON || !isRead {
        session.console.complain("\(name(key)) \(effect)")
      } else {
        session.console.output.write(session.console.palette.paint(effect, .danger) + "\n")
      }
    }
  }

  private func description(of finding: Finding) -> String {
    let words = escaped(Array(finding.name.utf8))
    let remark = finding.remark.map { " (\(escaped(Array($0.utf8))))" } ?? ""
    switch finding.effect {
    case .call:
      let arguments = finding.arguments.map {
        String(decoding: Tree.line($0, text: text, width: 200), as: UTF8.self)
      }
      return "\(words)(\(arguments.joined(separator: ", ")))\(remark)"
    case .create: return words + remark
    case .lookUp, .evaluate: return "\"\(words)\"\(remark)"
    }
  }

  func explain(_ decoded: Decoded) {
    for line in decoded.trace { session.console.output.write("  \(escaped(Array(line.utf8)))\n") }
    guard let explain = decoded.format.explain else { return }
    for line in explain(decoded.payload) {
      session.console.output.write("  \(escaped(Array(line.utf8)))\n")
    }
  }

  func report(_ error: PayloadError, _ header: Header, _ bytes: [UInt8]) {
    let dump = Hexdump.around(error.offset, of: error.bytes ?? bytes)
    let kind = header.key == nil ? "" : "\(name(header.key)): "
    // Names of the payload may be part of the reason.
    session.console.complain(kind + escaped(Array("\(error)".utf8)))
    session.console.errors.write(dump)
    warn(of: error.findings, header.key, isRead: false)
    session.console.errors.flush()
    session.console.fail(.commandFailed)
  }

  /// An empty key is a key.
  func name(_ key: [UInt8]?) -> String {
    key.map { $0.isEmpty ? "\"\"" : escaped($0) } ?? "the payload"
  }

  private func terminalWidth() -> Int {
    var size = winsize()
    guard session.console.output.isTerminal, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0
    else {
      return 80
    }
    return Int(size.ws_col)
  }
}

/// A hash, list, set, sorted set or stream with every element decoded.
struct DecodedParts {
  var value: Value = .null
  /// How many elements.
  var count = 0
  /// The distinct chains of the elements.
  var chains: [String] = []
  var findings: [Finding] = []
  /// What the formats say beside the values, of the first few elements.
  var facts: [Fact] = []
  /// Elements that nothing reads: where they stand, and why. They appear in the value as bytes.
  var failures: [String] = []

  var chain: String { chains.joined(separator: ", ") }

  /// Decodes one element.
  mutating func add(
    _ bytes: [UInt8], at place: String, _ decoding: Decoding, key: [UInt8], field: [UInt8]? = nil
  ) -> Value {
    do {
      let decoded = try decoding.part(bytes, key: key, field: field)
      // A few kinds say what is in there; a list of hundreds does not.
      if chains.count < 4, !chains.contains(decoded.chain) { chains.append(decoded.chain) }
      findings += decoded.reading.findings
      if facts.count < 4 { facts += decoded.reading.facts }
      if decoded.reading.isOpaque {
        failures.append("\(place): recognised as \(decoded.chain), which is not decoded")
      }
      return decoded.value
    } catch {
      findings += error.findings
      failures.append("\(place): \(error)")
      return .bytes(bytes)
    }
  }
}
