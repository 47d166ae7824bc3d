import Glibc

/// Runs the command of the command line, `-r` times.
struct OneShot {
  let shell: Shell

  func run(_ command: [[UInt8]]) {
    var words = command
    if shell.options.takesInput || shell.options.inputTag != nil {
      guard let input = readAll(0) else {
        shell.complain("standard input cannot be read: \(String(cString: strerror(errno)))")
        shell.fail(.commandFailed)
        return
      }
      if let tag = shell.options.inputTag {
        for index in words.indices where words[index] == tag { words[index] = input }
      } else {
        words.append(input)
      }
    }
    if words.count == 1, lowercased(words[0]) == "keys" { words.append([UInt8(ascii: "*")]) }
    if shell.options.stopsAtError {
      shell.printer.errors = { message in shell.complain(escaped(message)) }
    }
    var left = shell.options.repeats ?? 1
    while left != 0, !shell.isOver {
      shell.execute(words)
      shell.output.flush()
      if shell.output.failure != 0 { return }
      if shell.options.stopsAtError, shell.status != .success { return }
      if left > 0 { left -= 1 }
      if left != 0, let interval = shell.options.interval, !Interrupt.pause(interval) { return }
    }
  }
}

/// Everything that a descriptor holds; nil when it cannot be read.
func readAll(_ descriptor: Int32) -> [UInt8]? {
  var bytes: [UInt8] = []
  let size = 64 << 10
  while true {
    let old = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: size))
    let count = bytes.withUnsafeMutableBytes { raw in
      read(descriptor, raw.baseAddress.map { $0 + old }, size)
    }
    bytes.removeLast(size - max(0, count))
    if count == 0 { return bytes }
    if count < 0, errno != EINTR || Interrupt.isPending { return nil }
  }
}
