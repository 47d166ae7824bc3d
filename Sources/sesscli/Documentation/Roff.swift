import RedisClient

/// A manual page as it is written, in the macros of man(7).
struct Roff {
  private(set) var text: String
  /// Whether nothing stands under the last heading yet, where text needs no request for a
  /// paragraph.
  private var isUnderHeading = false

  /// - Parameter title: the words of its title line: name, section, date, source, manual.
  init(title: [String]) {
    text = ".TH " + title.map(Self.quoted).joined(separator: " ") + "\n"
  }

  mutating func section(_ name: String) { heading(".SH", name) }

  mutating func subsection(_ name: String) { heading(".SS", name) }

  private mutating func heading(_ macro: String, _ name: String) {
    text += macro + " " + Self.quoted(name) + "\n"
    isUnderHeading = true
  }

  /// A paragraph of running text.
  mutating func paragraph(_ words: String) {
    text += (isUnderHeading ? "" : ".PP\n") + Self.filled(words) + "\n"
    isUnderHeading = false
  }

  /// An entry of a list: what it is about, then what there is to say.
  ///
  /// - Parameter tag: formatted by `bold` and `italic`.
  mutating func entry(_ tag: String, _ words: String) {
    text += ".TP\n" + tag + "\n" + Self.filled(words) + "\n"
    isUnderHeading = false
  }

  /// Entries that belong to the one before.
  mutating func nested(_ write: (inout Roff) -> Void) {
    text += ".RS\n"
    write(&self)
    text += ".RE\n"
  }

  /// Lines to be typed, as they are.
  mutating func example(_ explanation: String, _ lines: [String]) {
    paragraph(explanation)
    text += ".RS 4\n.nf\n" + lines.map { Self.bold($0) + "\n" }.joined() + ".fi\n.RE\n"
  }

  /// A line of formatted pieces.
  mutating func formatted(_ line: String) { text += line + "\n" }

  // MARK: Pieces

  /// What is typed as it stands.
  static func bold(_ literal: String) -> String {
    "\\fB" + escaped(literal, isTyped: true) + "\\fR"
  }

  /// What stands for something else.
  static func italic(_ placeholder: String) -> String {
    "\\fI" + escaped(placeholder, isTyped: true) + "\\fR"
  }

  /// Text for anywhere within a line.
  ///
  /// - Parameter isTyped: whether each hyphen is the character `-`, to be copied to a command line;
  ///   else those of options are, and one between letters or digits is a hyphen.
  static func escaped(_ text: String, isTyped: Bool = false) -> String {
    var out = ""
    // Whether the word being read began with a hyphen: an option's other hyphens are typed as well.
    var isOption = false
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if scalar == " " { isOption = false }
      switch scalar {
      case "-":
        if !isOption, !isTyped,
          !(previous.properties.isAlphabetic || ("0"..."9").contains(previous))
        {
          isOption = true
          // Not to be divided at a line's end.
          out += "\\%"
        }
        out += isTyped || isOption ? "\\-" : "-"
      case "\\": out += "\\e"
      case "'": out += "\\(aq"
      case "`": out += "\\(ga"
      case "^": out += "\\(ha"
      case "~": out += "\\(ti"
      case "\n": out += " "
      default:
        out +=
          scalar.isASCII
          ? String(scalar) : "\\[u" + hexadecimal(scalar.value) + "]"
      }
      previous = scalar
    }
    return out
  }

  /// Four digits at least, as roff names characters.
  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Lines of text; one that began with a dot would be a request.
  private static func filled(_ words: String) -> String {
    escaped(words).split(separator: " ").map(String.init).wrapped(indent: 0, width: 80)
      .split(separator: "\n").map { $0.hasPrefix(".") ? "\\&" + $0 : String($0) }
      .joined(separator: "\n")
  }

  /// A macro's argument.
  private static func quoted(_ word: String) -> String {
    "\"" + escaped(word).replacing("\"", with: "\\(dq") + "\""
  }
}
