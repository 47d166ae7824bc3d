import Glibc
import RedisClient

/// `--eval`: runs a Lua script from a file, with keys and, behind a comma of its own, arguments.
struct EvalMode {
  private let shell: Shell

  init(_ shell: Shell) { self.shell = shell }

  func run(_ file: String) {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    let script = descriptor >= 0 ? readAll(descriptor) : nil
    let error = errno
    if descriptor >= 0 { close(descriptor) }
    guard let script else {
      let reason = String(cString: strerror(error))
      shell.console.complain("Can't open file '\(escaped(Array(file.utf8)))': \(reason)")
      return shell.console.fail(.commandFailed)
    }
    OneShot(shell: shell).run(Self.command(script, shell.options.command))
  }

  /// EVAL of a script with the words of the command line.
  static func command(_ script: [UInt8], _ words: [[UInt8]]) -> [[UInt8]] {
    let comma = words.firstIndex(of: [UInt8(ascii: ",")])
    let keys = words[..<(comma ?? words.count)]
    let arguments = comma.map { words[($0 + 1)...] } ?? []
    return [Array("EVAL".utf8), script, Array(String(keys.count).utf8)] + keys + arguments
  }
}
