import RedisClient
import SessionFormats

extension Command {
  static let cookie = Command(
    name: "cookie", arguments: "[options] VALUE|NAME=VALUE|HEADER",
    summary: "what a browser's cookie holds, and the key of its session",
    options: CookieOptions.words
  ) { shell, words in
    let request = try CookieOptions(words.dropFirst())
    let decoding = Decoding(shell.session, request.decoding)
    defer { decoding.finish() }
    let cookies = Cookie.parse(request.text)
    if cookies.isEmpty { throw CommandError("cookie: there is no cookie in the text") }
    var lookup = CookieLookup(shell.session)
    for cookie in cookies {
      let shown = decoding.show(cookie)
      if shell.console.isOver { return }
      let keys = SessionKeys(cookie, shown.decoded)
      let found = try lookup.find(keys)
      if decoding.writesJSON {
        decoding.write(shown.summary(cookie, found))
      } else {
        for line in found.lines {
          shell.console.output.write(shell.console.palette.paint("  \(line)", .dim) + "\n")
        }
      }
      guard request.opens else { continue }
      for key in found.keys.map(\.key) {
        // What the cookie itself opens is encrypted text to everybody else.
        if case .bulk(let stored) = try shell.session.server.ask([Array("GET".utf8), key]),
          let opened = keys.opened(stored)
        {
          let ttl = try shell.session.server.ask([Array("PTTL".utf8), key]).number
          decoding.show(
            opened, .init(key: key, type: "string", size: stored.count, ttl: ttl))
        } else {
          try DecodeKeys(shell.session, decoding).run([key])
        }
      }
    }
  }
}

/// What the words after `cookie` ask for.
private struct CookieOptions {
  /// What they ask of the decoder.
  var decoding = DecodeOptions()
  /// `--open`: the session as well.
  var opens = false
  var text: [UInt8] = []

  static let words: [Command.Option] =
    [
      .init(name: "--open", summary: "decode the session that it points to as well"),
      .init(name: "--as", value: "FORMAT", summary: "read as this, or as a chain: base64,pickle"),
      .init(name: "--json", summary: "one line of JSON for each cookie; the default in a pipe"),
      .init(name: "--explain", summary: "each layer and how it was recognised"),
      .init(name: "--strict", summary: "exit with 4 when a payload would call something"),
    ] + SecretSources.words

  init(_ words: ArraySlice<[UInt8]>) throws(CommandError) {
    var rest = CommandWords("cookie", words)
    var operands: [[UInt8]] = []
    while let word = try rest.next() {
      guard case .option(let option) = word else {
        if case .operand(let operand) = word { operands.append(operand) }
        continue
      }
      switch option {
      case "--open": opens = true
      case "--as": try decoding.take(chain: rest.value(of: option))
      case "--json": decoding.json = true
      case "--explain": decoding.explains = true
      case "--strict": decoding.strict = true
      default:
        let isSecret = try decoding.secrets.take(option) { () throws(CommandError) in
          try rest.value(of: option)
        }
        if !isSecret { throw rest.unknown(option, of: Self.words) }
      }
    }
    if operands.isEmpty {
      throw CommandError.usage(
        "usage: cookie [options] VALUE, NAME=VALUE or a whole Cookie: header")
    }
    // A header that was not quoted comes in several words.
    text = Array(operands.joined(separator: [0x20]))
    // Browsers send a few KiB, servers refuse more than 64.
    if text.count > 1 << 20 { throw CommandError("cookie: more than 1 MiB of text") }
  }
}

extension Decoding {
  /// What was shown of a cookie.
  struct ShownCookie {
    /// Nil when nothing reads it.
    var decoded: Decoded?
    var facts: [Fact] = []

    /// All that is known, for programs.
    func summary(_ cookie: Cookie, _ found: CookieLookup.Found) -> Value {
      func text(_ bytes: [UInt8]) -> Value {
        String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes(bytes)
      }
      var pairs = [Pair(.string("cookie"), cookie.name.map(text) ?? .null)]
      if let decoded {
        pairs.append(Pair(.string("kind"), .string(decoded.chain)))
        let said = decoded.layers.flatMap(\.facts) + facts
        for fact in said { pairs.append(Pair(.string(fact.name), .string(fact.text))) }
        pairs.append(Pair(.string("value"), decoded.value))
      } else {
        pairs.append(Pair(.string("value"), text(cookie.value)))
      }
      if !found.keys.isEmpty {
        pairs.append(Pair(.string("keys"), .list(found.keys.map { text($0.key) })))
      }
      return .map(pairs)
    }
  }

  /// Shows a cookie's header, facts and value; for programs only its errors, as they are shown a
  /// summary.
  func show(_ cookie: Cookie) -> ShownCookie {
    var shown = ShownCookie()
    let header = Header(key: cookie.name, type: "cookie", size: cookie.value.count, ttl: nil)
    if let signature = cookie.signature, let name = cookie.name,
      let fact = Keygrip.fact(
        name: name, value: cookie.value, signature: signature,
        context: context(cookie: cookie.name))
    {
      shown.facts.append(fact)
    }
    do {
      let decoded = try decode(cookie.value, key: nil, cookie: cookie.name)
      shown.decoded = decoded
      if !writesJSON {
        draw(
          header, Stored(decoded, now: Moment.now), decoded, owner: cookie.usualOwner,
          remarks: shown.facts)
      }
      if request.explains { explain(decoded) }
      warn(of: decoded.reading.findings, header.key)
      if decoded.reading.isOpaque {
        showOpaque(decoded, header, writesValue: !writesJSON)
      } else if !writesJSON {
        write(decoded.value)
      }
    } catch {
      report(error, header, cookie.value)
    }
    return shown
  }
}
