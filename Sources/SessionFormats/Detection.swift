/// One search for what a payload is.
struct Detection {
  let context: Context
  let isTracing: Bool
  /// Bytes that layers may still produce, in all branches of the search together. This bounds the
  /// time as well.
  private var budget: Int
  private var trace: [String] = []
  private var failure: Failure?
  /// Whether the bytes come from a layer that nothing marks.
  private var isGuessing = false
  /// Whether they come from an encoding that any word could be. A limit that a format without a
  /// signature meets then means nothing.
  private var isSpeculating = false

  /// The most values allowed; see `Limits.nodes(stored:)`.
  private let nodeLimit: Int
  /// What to try, in this order.
  private let candidates: [Candidate]

  /// One attempt at the bytes.
  private enum Candidate {
    case format(Format)
    case layer(Layer)
    /// A layer of text in one line.
    case cookie(Layer)

    var name: String {
      switch self {
      case .format(let format): format.name
      case .layer(let layer), .cookie(let layer): layer.name
      }
    }

    static let all =
      Format.structured.map(Candidate.format)
      + Layer.all.map { layer in
        Layer.cookies.contains { $0.name == layer.name } ? .cookie(layer) : .layer(layer)
      }

    /// Formats and layers of the frameworks whose keys look like this one come first. The key
    /// decides nothing: reading does.
    static func ranked(by context: Context) -> [Candidate] {
      guard let key = context.key else { return all }
      var names: [String] = []
      for framework in Framework.all where framework.keys.contains(where: { $0.matches(key) }) {
        for name in framework.writes where !names.contains(name) { names.append(name) }
      }
      if names.isEmpty { return all }
      let first = names.compactMap { name in all.first { $0.name == name } }
      return first + all.filter { !names.contains($0.name) }
    }
  }

  /// - Parameter stored: bytes of the payload with all its layers.
  init(stored: Int, context: Context, isTracing: Bool, budget: Int? = nil) {
    self.context = context
    self.isTracing = isTracing
    self.budget = budget ?? Limits.output(stored: stored)
    nodeLimit = Limits.nodes(stored: stored)
    candidates = Candidate.ranked(by: context)
  }

  /// A candidate's error. The one to show found a danger, else met a limit, else is in the
  /// innermost layer, else means the most, else got to the highest offset.
  private struct Failure {
    let error: PayloadError
    let rank: (danger: Int, limit: Int, layers: Int, weight: Weight.RawValue, offset: Int)

    var isDangerous: Bool { rank.danger > 0 }
  }

  /// How much a candidate's failure means.
  private enum Weight: Int {
    /// Random bytes make a few steps in any format.
    case fewSteps, nothingFits, someWay, signature
  }

  /// What it takes to accept a value.
  private enum Belief {
    /// The bytes stand for themselves, or are in a layer that proves itself.
    case plausible
    /// The bytes come from base64 or hex, which any word could be.
    case convincing
  }

  mutating func run(
    _ bytes: [UInt8], inside layers: [Unwrapped]
  ) throws(PayloadError) -> Decoded {
    if let decoded = detect(bytes, layers, .plausible) { return decoded }
    throw explanation(of: bytes, layers)
  }

  mutating func run(_ bytes: [UInt8], as chain: Chain) throws(PayloadError) -> Decoded {
    var bytes = bytes
    var layers: [Unwrapped] = []
    for layer in chain.layers {
      do throws(PayloadError) {
        let unwrapped = try layer.unwrap(bytes, context, budget)
        budget -= unwrapped.bytes.count
        note(layer.name, layers, "asked for, \(unwrapped.bytes.count) bytes inside")
        layers.append(unwrapped)
        bytes = unwrapped.bytes
        if unwrapped.isSealed { return sealed(layers) }
      } catch {
        throw attributed(error, to: layer.name, layers, bytes)
      }
    }
    guard let format = chain.format else { return try run(bytes, inside: layers) }
    do throws(PayloadError) {
      let reading = try format.read(bytes, nodeLimit: nodeLimit)
      note(format.name, layers, "asked for")
      return decoded(format, reading, layers, bytes)
    } catch {
      throw attributed(error, to: format.name, layers, bytes)
    }
  }

  /// The first reading that is accepted; nil when there is none.
  private mutating func detect(
    _ bytes: [UInt8], _ layers: [Unwrapped], _ belief: Belief
  ) -> Decoded? {
    let isText = isLegible(bytes)
    for candidate in candidates {
      let decoded: Decoded?
      switch candidate {
      case .format(let format):
        decoded = attempt(format, bytes, layers, belief).map {
          alsoReadable($0, by: format, bytes, belief)
        }
      // Saves thirty checks of bytes that no browser sends; see `cookieText`.
      case .cookie(let layer) where !isText || bytes.count > 64 << 10:
        note(layer.name, layers, isText ? "longer than any cookie" : "not tried on binary data")
        continue
      case .cookie(let layer): decoded = peel(layer, bytes, layers)
      case .layer(let layer) where !layer.isUnmarked: decoded = peel(layer, bytes, layers)
      case .layer(let layer) where isGuessing || isText:
        note(layer.name, layers, isText ? "not tried on text" : "not tried inside such a layer")
        continue
      case .layer(let layer): decoded = guess(layer, bytes, layers)
      }
      if let decoded { return decoded }
    }
    if let decoded = searchDanger(bytes, layers) { return decoded }
    // A payload that a limit stopped, or that runs code, is not text just because it is legible.
    if belief == .convincing || failure?.error.isLimit == true || failure?.isDangerous == true {
      return nil
    }
    // Nor is one that begins with a format's signature and has control characters that only that
    // format uses.
    if !isText, let failure, failure.rank.weight == Weight.signature.rawValue,
      failure.error.bytes == bytes
    {
      return nil
    }
    for format in Format.plain {
      guard var decoded = attempt(format, bytes, layers, belief, isMeaningful: false) else {
        continue
      }
      // A session that was cut off deserves a note.
      if let failure, failure.rank.weight > Weight.fewSteps.rawValue,
        case let error = failure.error,
        error.bytes == bytes, error.offset > bytes.count / 2
      {
        decoded.reading.notes.append("not \(error)")
      }
      return decoded
    }
    remember(nothingFits(bytes), of: "payload", layers, bytes, .nothingFits)
    return nil
  }

  /// Formats whose `recognizes` asks for more than their loaders do: which byte is the last and,
  /// for a pickle without a header, which is the first.
  private static let narrow: [Format] = [.pickle, .php, .phpBinary]

  /// Looks for anything that would run, even if the bytes are not recognised or nothing reads them
  /// to the end.
  private mutating func searchDanger(_ bytes: [UInt8], _ layers: [Unwrapped]) -> Decoded? {
    for format in Self.narrow where !format.recognizes(bytes) {
      do throws(PayloadError) {
        let reading = try format.read(bytes, nodeLimit: nodeLimit)
        if !reading.findings.isEmpty { return decoded(format, reading, layers, bytes) }
      } catch {
        if !error.findings.isEmpty { remember(error, of: format.name, layers, bytes, .someWay) }
      }
    }
    return nil
  }

  private func nothingFits(_ bytes: [UInt8]) -> PayloadError {
    var at = 0
    do throws(PayloadError) { _ = try Format.text.read(bytes) } catch { at = error.offset }
    return PayloadError(at: at, "neither text nor any known format")
  }

  /// Reads with one format. `isMeaningful` is false where a failure means nothing, as for plain
  /// text.
  private mutating func attempt(
    _ format: Format, _ bytes: [UInt8], _ layers: [Unwrapped], _ belief: Belief,
    isMeaningful: Bool = true
  ) -> Decoded? {
    guard format.recognizes(bytes) else {
      if isTracing {
        let reason = unrecognised { () throws(PayloadError) in
          _ = try format.read(bytes, nodeLimit: nodeLimit)
        }
        note(format.name, layers, reason)
      }
      return nil
    }
    do throws(PayloadError) {
      let reading = try format.read(bytes, nodeLimit: nodeLimit)
      if format.nests, let decoded = look(into: reading, of: format, layers) { return decoded }
      if belief == .plausible
        ? format.isPlausible(reading.value) : format.isConvincing(reading.value)
      {
        note(format.name, layers, "taken, all \(bytes.count) bytes read")
        return decoded(format, reading, layers, bytes)
      }
      note(format.name, layers, "readable, but other bytes are by chance as well")
      if !isMeaningful { return nil }
      let error = PayloadError(
        at: 0, "readable, but so are other bytes by chance; --as \(format.name) shows it")
      remember(error.finding(reading.findings), of: format.name, layers, bytes, .someWay)
    } catch {
      note(format.name, layers, "rejected, \(error)")
      if isMeaningful { remember(error, of: format, layers, bytes) }
    }
    return nil
  }

  /// Why no format recognises the bytes: where reading them anyway fails. Only for a trace.
  private func unrecognised(_ read: () throws(PayloadError) -> Void) -> String {
    do throws(PayloadError) {
      try read()
      return "rejected, byte 0: readable but without its marks"
    } catch {
      return error.isLimit ? "rejected, byte \(error.offset): not its marks" : "rejected, \(error)"
    }
  }

  /// Names the other formats that also read every byte. Few formats even recognise the bytes.
  private func alsoReadable(
    _ decoded: Decoded, by first: Format, _ bytes: [UInt8], _ belief: Belief
  ) -> Decoded {
    var decoded = decoded
    for format in Format.structured
    where format.name != first.name && format.name != decoded.format.name
      && format.recognizes(bytes)
    {
      guard let reading = try? format.read(bytes, nodeLimit: nodeLimit),
        belief == .plausible
          ? format.isPlausible(reading.value) : format.isConvincing(reading.value)
      else { continue }
      // A dialect is not a second reading: JSON of JSON texts is JSON.
      let words = decoded.reading.label.split(separator: " ")
      if reading.label.split(separator: " ").contains(where: words.contains) { continue }
      decoded.reading.notes.append("also readable as \(reading.label)")
    }
    return decoded
  }

  /// Removes a layer that nothing marks. If it or its content fails, that means nothing.
  private mutating func guess(
    _ layer: Layer, _ bytes: [UInt8], _ layers: [Unwrapped]
  ) -> Decoded? {
    let before = failure
    isGuessing = true
    defer { isGuessing = false }
    if let decoded = peel(layer, bytes, layers) { return decoded }
    if failure?.isDangerous != true { failure = before }
    return nil
  }

  /// Whether the bytes are text that a person could have written. Compressed bytes hardly ever are.
  private func isLegible(_ bytes: [UInt8]) -> Bool {
    let hasNoControls = bytes.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    return hasNoControls && (try? UTF8Span(validating: bytes.span)) != nil
  }

  /// Looks into a text or byte string that is the whole payload, when it clearly is a payload
  /// itself: Beaker pickles base64 of a pickle, Laravel's cache serializes a text that is already
  /// serialized. The outer format then counts as a layer.
  private mutating func look(
    into reading: Reading, of format: Format, _ layers: [Unwrapped]
  ) -> Decoded? {
    guard let bytes = reading.nested, layers.count < Limits.layers, bytes.count <= budget else {
      return nil
    }
    budget -= bytes.count
    // Finding nothing inside is no failure: most texts are just texts.
    let failure = self.failure
    note(format.name, layers, "one text, looked into")
    let decoded = detect(bytes, layers + [Unwrapped(bytes, label: reading.label)], .convincing)
    if decoded == nil { self.failure = failure }
    return decoded
  }

  private mutating func peel(
    _ layer: Layer, _ bytes: [UInt8], _ layers: [Unwrapped]
  ) -> Decoded? {
    guard layer.recognizes(bytes) else {
      if isTracing {
        let limit = min(budget, 64 << 10)
        let reason = unrecognised { () throws(PayloadError) in
          _ = try layer.unwrap(bytes, context, limit)
        }
        note(layer.name, layers, reason)
      }
      return nil
    }
    do throws(PayloadError) {
      if layers.count == Limits.layers {
        throw PayloadError(
          at: 0, "more than \(Limits.layers) layers", isLimit: layer.isSelfEvident)
      }
      let limit = layer.isUnmarked ? min(budget, Limits.guess(bytes.count)) : budget
      let unwrapped = try layer.unwrap(bytes, context, limit)
      budget -= unwrapped.bytes.count
      note(layer.name, layers, "peeled, \(unwrapped.bytes.count) bytes inside")
      if unwrapped.isSealed { return sealed(layers + [unwrapped]) }
      if unwrapped.isJSON, let reading = try? Format.json.read(unwrapped.bytes) {
        note(Format.json.name, layers + [unwrapped], "taken, as its writer keeps nothing else")
        return self.decoded(.json, reading, layers + [unwrapped], unwrapped.bytes)
      }
      let isBelieved = layer.isSelfEvident || unwrapped.isAuthentic
      let wasSpeculating = isSpeculating
      isSpeculating = !isBelieved
      let decoded = detect(
        unwrapped.bytes, layers + [unwrapped], isBelieved ? .plausible : .convincing)
      isSpeculating = wasSpeculating
      if let decoded { return decoded }
      note(layer.name, layers, "put back, nothing inside is known")
    } catch {
      note(layer.name, layers, "rejected, \(error)")
      var error = error
      // A word that is too long to decode as base64 may still be just a word.
      if !layer.isSelfEvident { error.isLimit = false }
      remember(error, of: layer.name, layers, bytes, layer.isSelfEvident ? .signature : .fewSteps)
    }
    return nil
  }

  /// The content of the last layer cannot be known, so its bytes stand for it.
  private func sealed(_ layers: [Unwrapped]) -> Decoded {
    let bytes = layers.last?.bytes ?? []
    let reading = Reading(.bytes(bytes), label: "sealed", isOpaque: true)
    return decoded(.bytes, reading, layers, bytes)
  }

  private func decoded(
    _ format: Format, _ reading: Reading, _ layers: [Unwrapped], _ bytes: [UInt8]
  ) -> Decoded {
    Decoded(layers: layers, format: format, reading: reading, trace: trace, payload: bytes)
  }

  /// One line of the trace, made only when there is one.
  @inline(__always)
  private mutating func note(
    _ name: String, _ layers: [Unwrapped], _ text: @autoclosure () -> String
  ) {
    if isTracing { trace.append("\(path(name, layers)): \(text())") }
  }

  private func path(_ name: String, _ layers: [Unwrapped]) -> String {
    (layers.map(\.label) + [name]).joined(separator: " > ")
  }

  private func attributed(
    _ error: PayloadError, to name: String, _ layers: [Unwrapped], _ bytes: [UInt8]
  ) -> PayloadError {
    error.attributed(to: path(error.format ?? name, layers), bytes)
  }

  private mutating func remember(
    _ error: PayloadError, of format: Format, _ layers: [Unwrapped], _ bytes: [UInt8]
  ) {
    let isFar = error.offset > 8 || error.offset > 2 && error.offset > bytes.count / 2
    let hasSignature = format.hasSignature(bytes)
    var error = error
    if isSpeculating, !hasSignature { error.isLimit = false }
    remember(
      error, of: format.name, layers, bytes,
      hasSignature ? .signature : isFar ? .someWay : .fewSteps)
  }

  private mutating func remember(
    _ error: PayloadError, of name: String, _ layers: [Unwrapped], _ bytes: [UInt8],
    _ weight: Weight
  ) {
    let rank = (
      error.findings.isEmpty ? 0 : 1, error.isLimit ? 1 : 0, layers.count, weight.rawValue,
      error.offset
    )
    if failure.map({ $0.rank < rank }) ?? true {
      failure = Failure(error: attributed(error, to: name, layers, bytes), rank: rank)
    }
  }

  /// Why nothing reads the bytes. Only now does it pay to try formats that recognise no more than
  /// their signature: a payload that was cut off lacks the end that would identify it.
  private mutating func explanation(of bytes: [UInt8], _ layers: [Unwrapped]) -> PayloadError {
    for format in Format.structured
    where !format.recognizes(bytes) && format.hasSignature(bytes) {
      do throws(PayloadError) {
        _ = try format.read(bytes, nodeLimit: nodeLimit)
      } catch {
        remember(error, of: format, layers, bytes)
      }
    }
    return failure?.error ?? attributed(nothingFits(bytes), to: "payload", layers, bytes)
  }
}
