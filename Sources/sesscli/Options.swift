import RedisClient

/// What the command line and the environment ask for.
struct Options {
  var endpoint = Endpoint()
  /// nil: formatted on a terminal, raw in a pipe.
  var style: ReplyStyle?
  /// `-d`: what stands between the elements of a raw reply.
  var delimiter: [UInt8] = [10]
  /// `-D`: what ends a raw reply.
  var replyDelimiter: [UInt8] = [10]
  /// `-2`, `-3`: the version of Redis' protocol; nil is what the server begins with.
  var protocolVersion: Int?
  /// `--show-pushes`: whether messages that nobody asked for are printed; nil: on a terminal.
  var showsPushes: Bool?
  /// `-c`: the server is one of a cluster, which is used as one database.
  var cluster = false
  /// What is done instead of running commands.
  var work: Work = .commands
  /// `--pattern`: the keys that `work` looks at; nil is all.
  var pattern: [UInt8]?
  /// `--count`: keys that the server looks at for one page of SCAN.
  var scanCount: Int?
  /// `--cursor`: where SCAN begins.
  var cursor: UInt64?
  /// `--memkeys-samples`, `--keystats-samples`: elements of a key that the server looks at to tell
  /// its size; 0 is all.
  var memKeysSamples: Int?
  /// `--top`: the largest keys that --keystats lists.
  var top: Int?
  /// `--pipe-timeout`: seconds to wait for the last reply; 0 is for ever.
  var pipeTimeout = 30.0
  /// `--mono`: no colours in --latency-dist.
  var isMono = false
  var verbose = false
  /// `-r`: how often a command is run; negative is without end. nil when not given: once.
  var repeats: Int?
  /// `-i`: seconds between repeats, and what `work` makes of it.
  var interval: Double?
  /// `-x`: the last argument is read from standard input.
  var takesInput = false
  /// `-X`: the argument equal to this is replaced by standard input.
  var inputTag: [UInt8]?
  /// `--quoted-input`: the command's words are quoted as at the prompt.
  var quotedInput = false
  /// `-e`: an error is a failure (one-shot) and stops the script.
  var stopsAtError = false
  var yes = false
  var readOnly = false
  var allowsColour = true
  var demo = false
  var askpass = false
  /// `-t`: seconds.
  var timeout: Double?
  /// Whether text may be shown as UTF-8: yes, unless the locale names another character set.
  var isUTF8 = true
  /// Whether a password stood on the command line, where everybody on the machine can read it.
  var warnsOfPassword = false
  /// Whether a URI named the server.
  var namesURI = false
  /// The command to run once, as bytes.
  var command: [[UInt8]] = []

  /// What one run of the program does.
  enum Work: Equatable {
    /// Runs commands: one, a script's, or a person's.
    case commands
    case scan, bigKeys, memKeys, hotKeys, keyStats
    case stat, latency, latencyHistory, latencyDistribution
    case pipe
    /// Copies the server's data to a file; `-` is standard output.
    case rdb(String)
    /// Runs a Lua script from a file.
    case eval(String)
  }
}

/// What a command line comes to.
enum Invocation {
  case run(Options)
  /// Text for standard output and success: `--help`, `--version`, `--generate`.
  case say(String)
  /// A wrong command line.
  case usage(String)
}

extension Options {
  static let version = "0.1.0"

  /// Reads the command line. Options end at the first word that is none: that is the command, with
  /// everything behind it.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name, as bytes: neither a key given to a command nor a
  ///     password need be UTF-8.
  ///   - environment: a variable's value.
  static func parse(
    _ arguments: [[UInt8]], environment: (String) -> [UInt8]?
  ) -> Invocation {
    var draft = CommandLineDraft()
    var rest = arguments[...]
    do {
      while let word = rest.first, word.count > 1, word[0] == UInt8(ascii: "-") {
        rest.removeFirst()
        if word == Array("--".utf8) { break }
        switch String(decoding: word, as: UTF8.self) {
        case "--help": return .say(help)
        case "-h" where rest.isEmpty: return .say(help)
        case "--version", "-v": return .say("sesscli \(version)\n")
        default: try take(word, &rest, into: &draft)
        }
      }
      if let document = draft.document { return .say(document.text) }
      return .run(try draft.finish(command: Array(rest), environment: environment))
    } catch {
      return .usage(error.message)
    }
  }

  private static func take(
    _ word: [UInt8], _ rest: inout ArraySlice<[UInt8]>, into draft: inout CommandLineDraft
  ) throws(CommandError) {
    guard let (option, value) = CommandLineOption.spelled(word) else {
      throw CommandLineOption.unknown(word)
    }
    guard let placeholder = option.placeholder else {
      if value != nil { throw CommandError("\(option.names[0]) takes no value") }
      return try option.take(&draft, [])
    }
    guard let value = value ?? rest.popFirst() else {
      throw CommandError("Missing value for '\(option.names[0]) \(placeholder)'")
    }
    try option.take(&draft, value)
  }
}

extension CommandLineOption {
  /// The error for a word that is no option. It never repeats what may be a password: `-aSECRET`,
  /// `--passwd=SECRET`.
  static func unknown(_ word: [UInt8]) -> CommandError {
    var name = String(decoding: word.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    for option in ["-a", "-u", "--pass", "--sentinel-pass"] where name.hasPrefix(option) {
      name = option + "..."
    }
    let similar =
      name.hasPrefix("--")
      ? all.lazy.flatMap(\.names).first { $0.hasPrefix(name) || isSimilar($0, name) } : nil
    let advice = similar.map { "; did you mean \($0)?" } ?? ""
    return CommandError("Unknown option '\(escaped(Array(name.utf8)))'\(advice)")
  }

  /// Whether one letter is missing, added, changed or two are swapped.
  private static func isSimilar(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard abs(a.count - b.count) <= 1 else { return false }
    let start = zip(a, b).prefix { $0 == $1 }.count
    let (restA, restB) = (a[start...], b[start...])
    return restA.dropFirst().elementsEqual(restB.dropFirst())
      || restA.dropFirst().elementsEqual(restB) || restA.elementsEqual(restB.dropFirst())
      || (restA.prefix(2).elementsEqual(restB.prefix(2).reversed())
        && restA.dropFirst(2).elementsEqual(restB.dropFirst(2)))
  }
}
