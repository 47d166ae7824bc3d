import Glibc
import RedisClient

/// The secrets that `decode` and `cookie` check signatures and decrypt with: options, files, the
/// prompt, the environment. Which one fits is told by its position here.
struct SecretSources {
  private(set) var secrets: [[UInt8]] = []

  static let words: [Command.Option] = [
    .init(name: "--secret", value: "KEY", summary: "check and decrypt with it; may be repeated"),
    .init(name: "--secret-file", value: "FILE", summary: "the same with each line of a file"),
    .init(name: "--ask-secret", summary: "ask for it, without echo"),
  ]

  /// Secrets of one command: each costs time for every layer.
  private static let most = 1_000

  /// Takes over an option.
  ///
  /// - Parameter value: its value, asked for when it needs one.
  /// - Returns: whether it was one of these.
  mutating func take(
    _ option: String, value: () throws(CommandError) -> [UInt8]
  ) throws(CommandError) -> Bool {
    switch option {
    case "--secret": secrets.append(try value())
    case "--secret-file": try read(try value())
    case "--ask-secret":
      guard let secret = SecretPrompt.read("Secret: ") else {
        throw CommandError("no secret was entered")
      }
      secrets.append(secret)
    default: return false
    }
    return true
  }

  /// Adds SESSCLI_SECRET, as the last one.
  mutating func addEnvironment() {
    guard let secret = getenv("SESSCLI_SECRET"), strlen(secret) > 0 else { return }
    secrets.append(Array(UnsafeRawBufferPointer(start: secret, count: strlen(secret))))
  }

  private mutating func read(_ path: [UInt8]) throws(CommandError) {
    let name = (path + [0]).map { CChar(bitPattern: $0) }
    let file = open(name, O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, let bytes = readAll(file) else {
      throw CommandError(
        "--secret-file \(escaped(path)): \(String(cString: strerror(errno)))")
    }
    for line in bytes.split(separator: 0x0A) {
      let secret = line.last == 0x0D ? line.dropLast() : line
      if !secret.isEmpty { secrets.append(Array(secret)) }
    }
    if secrets.count > Self.most {
      throw CommandError("--secret-file \(escaped(path)): more than \(Self.most) secrets")
    }
  }
}

/// The words behind a command's name, taken one after the other.
struct CommandWords {
  private let command: String
  private var rest: ArraySlice<[UInt8]>
  /// Behind `=` in the option's own word.
  private var attached: [UInt8]?

  init(_ command: String, _ words: ArraySlice<[UInt8]>) {
    self.command = command
    rest = words
  }

  enum Word {
    case option(String)
    case operand([UInt8])
  }

  /// The next word; after `--` there are no more options. nil at the end.
  mutating func next() throws(CommandError) -> Word? {
    if attached != nil { throw CommandError.usage("\(command): an option takes no value") }
    guard let word = rest.popFirst() else { return nil }
    guard !hasOptionsEnded, word.starts(with: "--".utf8) else { return .operand(word) }
    if word.count == 2 {
      hasOptionsEnded = true
      return try next()
    }
    let equals = word.firstIndex(of: UInt8(ascii: "="))
    if let equals { attached = Array(word[(equals + 1)...]) }
    return .option(String(decoding: word[..<(equals ?? word.endIndex)], as: UTF8.self))
  }
  private var hasOptionsEnded = false

  /// The value of the option at hand.
  mutating func value(of option: String) throws(CommandError) -> [UInt8] {
    if let value = attached {
      attached = nil
      return value
    }
    guard let value = rest.popFirst() else {
      throw CommandError.usage("\(command): \(option) needs a value")
    }
    return value
  }

  /// The error of an option that is none of the command's. Its value is not shown: it may be a
  /// secret.
  func unknown(_ option: String, of words: [Command.Option]) -> CommandError {
    let known = words.map(\.name).joined(separator: " ")
    return .usage(
      "\(command): unknown option \(escaped(Array(option.utf8))); there are \(known)")
  }
}
