import RedisClient
import SessionFormats

extension Command {
  static let decode = Command(
    name: "decode", arguments: "[options] KEY|PATTERN ...",
    summary: "what a stored session holds; never executes it",
    options: DecodeOptions.words, takesKeys: true
  ) { shell, words in
    let request = try DecodeOptions(words.dropFirst())
    let decoding = Decoding(shell.session, request)
    // Also when a later key fails: what an earlier one would call stays known.
    defer { decoding.finish() }
    switch request.source {
    case .keys(let keys): try DecodeKeys(shell.session, decoding).run(keys)
    case .input:
      guard shell.mode == .oneShot else {
        throw CommandError(
          "decode --stdin belongs on the command line: sesscli decode --stdin < blob")
      }
      guard let bytes = readAll(0) else { throw CommandError("standard input cannot be read") }
      decoding.show(try request.unwrapped(bytes), isInput: true)
    case .literals(let texts):
      for text in texts { decoding.show(try request.unwrapped(text), isInput: true) }
    }
  }
}

/// What the words after `decode` ask for.
struct DecodeOptions {
  enum Source: Equatable {
    case keys([[UInt8]])
    /// Standard input, no Redis at all.
    case input
    /// Payloads typed as text, with --hex or --base64.
    case literals([[UInt8]])
  }
  enum Encoding { case hex, base64 }

  var source: Source = .keys([])
  /// `--as`: the chain of layers and the format.
  var chain: String?
  var json = false
  var typed = false
  var explains = false
  var strict = false
  var secrets = SecretSources()
  var encoding: Encoding?

  static let words: [Command.Option] =
    [
      .init(name: "--as", value: "FORMAT", summary: "read as this, or as a chain: zlib,pickle"),
      .init(
        name: "--json", summary: "one line of JSON for each key, for jq; the default in a pipe"),
      .init(name: "--typed", summary: "JSON that keeps what JSON cannot say, tagged"),
      .init(name: "--explain", summary: "each layer, how it was recognised, and a disassembly"),
      .init(name: "--strict", summary: "exit with 4 when a payload would call something"),
      .init(name: "--stdin", summary: "the payload from standard input, without Redis"),
      .init(name: "--hex", summary: "the payload as hexadecimal text, typed or from --stdin"),
      .init(name: "--base64", summary: "the payload as base64 text, typed or from --stdin"),
    ] + SecretSources.words

  /// Of another command.
  init() {}

  init(_ words: ArraySlice<[UInt8]>) throws(CommandError) {
    var rest = CommandWords("decode", words)
    var operands: [[UInt8]] = []
    var stdin = false
    while let word = try rest.next() {
      guard case .option(let option) = word else {
        if case .operand(let operand) = word { operands.append(operand) }
        continue
      }
      switch option {
      case "--as": try take(chain: rest.value(of: option))
      case "--json": json = true
      case "--typed": typed = true
      case "--explain": explains = true
      case "--strict": strict = true
      case "--stdin": stdin = true
      case "--hex": try take(.hex)
      case "--base64": try take(.base64)
      default:
        let isSecret = try secrets.take(option) { () throws(CommandError) in
          try rest.value(of: option)
        }
        if !isSecret { throw rest.unknown(option, of: Self.words) }
      }
    }
    if stdin {
      guard operands.isEmpty else { throw CommandError.usage("decode: --stdin takes no keys") }
      source = .input
    } else if operands.isEmpty {
      throw CommandError.usage("usage: decode [options] KEY|PATTERN ..., or decode --stdin")
    } else {
      source = encoding == nil ? .keys(operands) : .literals(operands)
    }
  }

  /// Sees at once that the names are known: nothing is asked for or read in vain.
  mutating func take(chain word: [UInt8]) throws(CommandError) {
    let chain = String(decoding: word, as: UTF8.self)
    do throws(PayloadError) {
      try Decoded.check(chain: chain)
    } catch {
      throw .usage("--as: \(escaped(Array(error.reason.utf8)))")
    }
    self.chain = chain
  }

  private mutating func take(_ encoding: Encoding) throws(CommandError) {
    guard self.encoding == nil || self.encoding == encoding else {
      throw .usage("decode: the payload is text in one encoding, --hex or --base64")
    }
    self.encoding = encoding
  }

  /// The payload's bytes when it was given as text.
  func unwrapped(_ bytes: [UInt8]) throws(CommandError) -> [UInt8] {
    switch encoding {
    case nil: return bytes
    case .hex:
      var text = bytes.filter { !Self.isSpace($0) }
      if text.starts(with: "0x".utf8) { text.removeFirst(2) }
      var out: [UInt8] = []
      out.reserveCapacity(text.count / 2)
      for at in stride(from: 0, to: text.count, by: 2) {
        guard let high = hexadecimalValue(text[at]), at + 1 < text.count,
          let low = hexadecimalValue(text[at + 1])
        else { throw CommandError("decode --hex: digit \(at + 1): expected pairs of 0-9, a-f") }
        out.append(high << 4 | low)
      }
      return out
    case .base64:
      do throws(PayloadError) {
        return try Layer.base64.unwrap(bytes, Context(), Limits.output).bytes
      } catch {
        throw CommandError("decode --base64: \(error)")
      }
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }
}
