/// One object of a pickle, as an entry of the machine's flat table. Whatever an object holds is an index into
/// that table or a range of bytes, so that any nesting and any cycle costs one entry per object.
struct PickleNode {
  enum Kind: UInt8 {
    case none, bool, integer, double
    /// Decimal digits in the scratch bytes: an integer beyond 64 bits.
    case bigInteger
    /// Bytes: of generalised UTF-8 for `text`.
    case text, bytes, bytearray
    case list, dict, set, frozenset, tuple
    /// A class or function by name; `a` is an index into `globals`.
    case global
    /// What an instruction asks to be made by a call; `a` is an index into `calls`.
    case call
    /// An identifier for the loader to resolve; `a` is the node of the identifier.
    case persistent
    /// A code of the extension registry, `a`.
    case ext
    /// An out-of-band buffer, by number, which is not part of the payload.
    case buffer
  }

  struct Flags: OptionSet {
    let rawValue: UInt8
    /// The range is one of the scratch bytes and not of the payload.
    static let inScratch = Flags(rawValue: 1)
    /// Text that holds lone surrogates.
    static let hasSurrogates = Flags(rawValue: 4)
    /// A `str` of Python 2, which may be text or bytes.
    static let isPython2 = Flags(rawValue: 8)
    /// Something that was pushed again by GET or DUP.
    static let isShared = Flags(rawValue: 16)
  }

  let kind: Kind
  var flags: Flags
  /// Number of children.
  var count: Int32
  /// Integer, bits of a double, start of a range, first segment of children, or an index: see `Kind`.
  var a: Int
  /// End of a range, or last segment of children.
  var b: Int

  @inline(__always)
  init(_ kind: Kind, a: Int = 0, b: Int = 0, flags: Flags = []) {
    self.kind = kind
    self.flags = flags
    self.count = 0
    self.a = a
    self.b = b
  }

  /// A container without children yet.
  @inline(__always)
  init(container kind: Kind) { self.init(kind, a: -1, b: -1) }

  var children: PickleChildren { PickleChildren(first: a, last: b, count: Int(count)) }

  /// What the node is in the words of Python, for errors.
  var noun: String {
    switch kind {
    case .none: "None"
    case .bool: "a bool"
    case .integer, .bigInteger: "an int"
    case .double: "a float"
    case .text: "a str"
    case .bytes: "bytes"
    case .bytearray: "a bytearray"
    case .list: "a list"
    case .dict: "a dict"
    case .set: "a set"
    case .frozenset: "a frozenset"
    case .tuple: "a tuple"
    case .global: "a global"
    case .call: "the result of a call"
    case .persistent: "a persistent object"
    case .ext: "an extension"
    case .buffer: "a buffer"
    }
  }
}

/// A list of nodes as a chain of segments in the pool; each segment is its length, the index of the next
/// segment (or -1), and the nodes. Appending is O(1) whatever else is appended to in between.
struct PickleChildren {
  var first = -1
  var last = -1
  var count = 0
}

/// A call that a pickle asks for, as a description. It is never made.
struct PickleCall {
  enum Style: UInt8 {
    /// `callable(*arguments)`, by REDUCE, INST or OBJ.
    case call
    /// `class.__new__(class, *arguments, **keywords)`, by NEWOBJ or NEWOBJ_EX.
    case new
    /// A change to something that is not made by the pickle: an attribute of a class, an entry of `os.environ`.
    case change
  }

  let style: Style
  /// The callable's node.
  let callee: Int
  /// The node of the arguments, a tuple unless the pickle computes it.
  let arguments: Int
  /// The node of the keyword arguments of NEWOBJ_EX, or -1.
  let keywords: Int
  /// Offset of the instruction.
  let offset: Int
  /// The instruction.
  let opcode: PickleOpcode
  /// States handed over by BUILD, usually one.
  var states = PickleChildren()
  /// Elements appended, for kinds of lists and sets.
  var items = PickleChildren()
  /// Keys and values in turn, for kinds of dicts.
  var entries = PickleChildren()
  /// Whether the call is outside the harmless ones; see `PickleMachine.judge`.
  var isDangerous = false
}

/// A class or function that a pickle refers to by its module and name.
struct PickleGlobal {
  /// `module.name` in the scratch bytes.
  let start: Int
  let end: Int
  /// Bytes of the module's name.
  let module: Int
  /// Which of the globals with a known meaning it is.
  let known: PickleKnown
  /// Offset of the instruction.
  let offset: Int
  /// What its name says, once it was looked at; see `PickleMachine.power`.
  var power: PicklePower?
}

/// What may happen when something unknown by its name is called.
enum PicklePower: UInt8 {
  /// An application's class: data.
  case data
  /// An application's function, or its class if that is written in lower case: data for NEWOBJ, which takes no function.
  case function
  /// Code that runs at once.
  case powerful
}
