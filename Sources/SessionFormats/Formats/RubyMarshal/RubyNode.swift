/// One value of a payload. Nodes stand in the order of the payload: a node's parts follow it, and `end` is the place
/// behind the last of them.
struct RubyNode {
  enum Kind: UInt8 {
    case null, `true`, `false`
    /// `a`: the number.
    case integer
    /// Its magnitude's bytes, least first.
    case big
    /// Its text.
    case float
    /// Its bytes; parts: instance variables but for the encoding's, each a symbol and a value.
    case string
    /// The source's bytes, `extra`: the options; parts as a string's.
    case regexp
    /// `a`: place among the symbols.
    case symbol
    /// Parts: the elements.
    case array
    /// Parts: keys and values; with a default one value more.
    case hash, hashWithDefault
    /// `a`: the symbol of the class; parts: names and values.
    case object, structure
    /// `_dump`: `a`: the class; parts: a string, then instance variables.
    case userDefined
    /// `marshal_dump` and an extension's data: `a`: the class; part: what it returned.
    case userMarshal, data
    /// A class or module as a value: its name's bytes.
    case `class`, module
    /// `a`: the node that is meant.
    case link
    /// `a`: the module or class; part: the value that has it.
    case extended, subclass
    /// Parts: a value of another kind, then its instance variables.
    case withVariables
  }

  struct Flags: OptionSet {
    let rawValue: UInt8
    static let isNegative = Flags(rawValue: 1)
    /// A link leads here.
    static let isLinked = Flags(rawValue: 2)
    /// A hash that compares keys by identity.
    static let isByIdentity = Flags(rawValue: 4)
  }

  var kind: Kind
  var flags: Flags = []
  var encoding: RubyEncoding = .binary
  var extra: UInt8 = 0
  /// A range of the payload, or what the kind says.
  var a: Int32 = 0
  var b: Int32 = 0
  /// Place behind the last part.
  var end: Int32 = 0
  /// Where the value begins in the payload.
  var offset: Int32 = 0

  var range: Range<Int> { Range(uncheckedBounds: (Int(a), Int(b))) }
}

/// An entry of the table of symbols, which also are the names of classes and of instance variables.
struct RubySymbol {
  var start: Int32
  var end: Int32
  /// Whether the symbol says by an instance variable that it is no plain ASCII.
  var isEncoded = false
  /// What the class of that name is, when it was looked up.
  var known: RubyKnown?

  var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(end))) }
}

/// In what a string is encoded, as its instance variable says.
enum RubyEncoding: UInt8 {
  /// It says nothing: bytes (ASCII-8BIT), or any string of Ruby 1.8.
  case binary
  case utf8, ascii
  case latin1, utf16Little, utf16Big, utf32Little, utf32Big
  /// Another one in which ASCII is ASCII.
  case other

  init(name: ArraySlice<UInt8>) {
    switch String(decoding: name, as: UTF8.self).uppercased() {
    case "UTF-8", "UTF8-MAC", "UTF-8-MAC", "CESU-8": self = .utf8
    case "US-ASCII": self = .ascii
    case "ASCII-8BIT", "BINARY": self = .binary
    case "ISO-8859-1": self = .latin1
    case "UTF-16LE": self = .utf16Little
    case "UTF-16BE": self = .utf16Big
    case "UTF-32LE": self = .utf32Little
    case "UTF-32BE": self = .utf32Big
    default: self = .other
    }
  }
}
