import Glibc
import RedisClient

/// Runs the command of the command line, `-r` times.
struct OneShot {
  let shell: Shell

  func run(_ command: [[UInt8]]) {
    var words = command
    if shell.options.takesInput || shell.options.inputTag != nil {
      guard let input = readAll(0) else {
        shell.console.complain("standard input cannot be read: \(String(cString: strerror(errno)))")
        shell.console.fail(.commandFailed)
        return
      }
      if let tag = shell.options.inputTag {
        for index in words.indices where words[index] == tag { words[index] = input }
      } else {
        words.append(input)
      }
    }
    if words.count == 1, CommandFacts.of(words).role == .keys { words.append([UInt8(ascii: "*")]) }
    if shell.options.stopsAtError {
      shell.exchange.printer.errors = { message in shell.console.complain(escaped(message)) }
    }
    var left = shell.options.repeats ?? 1
    while left != 0, !shell.console.isOver {
      shell.execute(words)
      shell.console.output.flush()
      if shell.console.output.failure != 0 { return }
      if shell.options.stopsAtError, shell.console.status != .success { return }
      if left > 0 { left -= 1 }
      if left != 0, let interval = shell.options.interval, !Interrupt.pause(interval) { return }
    }
  }
}
