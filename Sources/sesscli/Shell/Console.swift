import RedisClient

/// The way sesscli is used.
enum RunMode { case interactive, script, oneShot }

/// What a run says and what has come of it: both outputs, messages with their line of the script,
/// the exit code.
final class Console {
  let mode: RunMode
  let output: Output
  let errors: Output
  let palette: Palette
  /// The characters that the output may show as they are.
  let text: Escaping.Text
  /// How replies are written: as asked for, else for people on a terminal and for programs
  /// elsewhere.
  let style: ReplyStyle
  /// The line of the script that is being run.
  var line = 0
  /// The worst that happened so far.
  private(set) var status: ExitCode = .success
  /// Whether nothing more is run: after `quit`, and after a failure that ends the run.
  var isOver = false
  private let errorPalette: Palette

  init(_ options: Options, mode: RunMode, output: Output, errors: Output) {
    self.mode = mode
    self.output = output
    self.errors = errors
    palette = Palette(isColoured: output.isTerminal && options.allowsColour)
    errorPalette = Palette(isColoured: errors.isTerminal && options.allowsColour)
    style = options.style ?? (output.isTerminal ? .formatted : .raw)
    text = output.isTerminal && options.isUTF8 ? .utf8 : .ascii
  }

  /// Remembers the worst exit code.
  func fail(_ code: ExitCode) { status = max(status, code) }

  /// Says something beside the data: on standard error, dim on a terminal.
  func note(_ message: String) {
    endLine()
    errors.write(errorPalette.paint(message, .dim) + "\n")
    errors.flush()
  }

  /// Says what failed, with the line of the script.
  func complain(_ message: String) {
    endLine()
    let place = mode == .script && line > 0 ? "line \(line): " : ""
    errors.write(place + errorPalette.paint(message, .error) + "\n")
    errors.flush()
  }

  /// Puts out what there is. On a terminal, half a reply does not share its line with a message.
  private func endLine() {
    if output.isTerminal { output.endLine() }
    output.flush()
  }

  /// A key as redis-cli shows it in its reports: `"session:1"`.
  func quoted(_ key: [UInt8]) -> String {
    var out: [UInt8] = [UInt8(ascii: "\"")]
    key.withUnsafeBytes { Escaping.append($0, as: text, to: &out) }
    out.append(UInt8(ascii: "\""))
    return String(decoding: out, as: UTF8.self)
  }
}
