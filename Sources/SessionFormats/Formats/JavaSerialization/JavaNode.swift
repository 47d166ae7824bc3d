/// One content of a stream, as an entry of the machine's flat table. Whatever it holds is an index or a range of
/// bytes, so that any nesting and any cycle costs one entry per object.
struct JavaNode: BitwiseCopyable {
  enum Kind: UInt8 {
    case null
    /// Primitive values: `a` is the number, the character or the bits.
    case bool, integer, character, float, double
    /// UTF-8 from `a` to `b`, generalised where there are lone surrogates.
    case text
    /// Block data: bytes from `a` to `b`.
    case block
    /// An instance: `a` is its class, `b` where its slots begin in the pool, class by class from the topmost one
    /// down: the fields, then the node of the annotation if the class has one.
    case object
    /// An array of objects: `a` is its class, `b` where its length and then its elements stand in the pool.
    case array
    /// An array of primitive values: `a` is its class, `b` where its first and last offset stand in the pool.
    case primitives
    /// A constant of an enumeration: `a` is its class, `b` the node of its name.
    case constant
    /// A class as a value: `a` is the class.
    case classObject
    /// A class description as a value: `a` is the class.
    case description
    /// What a class's own `writeObject` wrote: `b` is where the number of contents and then these stand in the pool.
    case annotation
  }

  struct Flags: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    /// The range is one of the scratch bytes and not of the payload.
    static let inScratch = Flags(rawValue: 1)
    /// Text that can be written into JSON as it is.
    static let isPlain = Flags(rawValue: 2)
    /// Text that holds lone surrogates.
    static let hasSurrogates = Flags(rawValue: 4)
    /// Something that a handle refers to again.
    static let isShared = Flags(rawValue: 8)
    /// An instance that does more than hold data when it is loaded.
    static let isDangerous = Flags(rawValue: 16)
  }

  let kind: Kind
  var flags: Flags
  /// Offset of the content's first byte.
  let offset: UInt32
  var a: Int
  var b: Int

  @inline(__always)
  init(_ kind: Kind, at offset: Int, a: Int = 0, b: Int = 0, flags: Flags = []) {
    self.kind = kind
    self.flags = flags
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.a = a
    self.b = b
  }
}

/// A name: UTF-8 in the payload or in the scratch bytes.
struct JavaName: BitwiseCopyable {
  var start = 0
  var end = 0
  var flags: JavaNode.Flags = []

  var count: Int { end - start }
}

/// A field of a class description.
struct JavaField: BitwiseCopyable {
  /// `B C D F I J S Z` for primitive values, `[` and `L` for arrays and objects.
  let code: UInt8
  let name: JavaName
}

/// A class description: of an ordinary class, or of a proxy.
struct JavaClass: BitwiseCopyable {
  var name = JavaName()
  var version: Int64 = 0
  var flags: Flags = []
  /// Where its fields, or a proxy's interfaces, begin among the machine's, and how many they are.
  var firstField = 0
  var fieldCount = 0
  /// The superclass that is described as well, or -1.
  var parent = -1
  /// Classes from here up, itself included; 0 while the description is being read.
  var levels = 0
  var known = JavaKnown.other
  /// Where in the machine's `plans` the order of an instance's values stands: type codes of fields and the codes below.
  var plan = 0
  /// -1 until there is an instance.
  var planCount = -1
  /// Whether it, or one of its superclasses, is a gadget; known with the plan.
  var isSuspect = false
  /// Whether its fields can be members of a JSON object as they are; nil until that was looked at.
  var hasDistinctFields: Bool?
  /// The number of its handle; Java writes it from `0x7e0000` on.
  var handle = 0

  /// In a plan: the annotation of a class.
  static let annotation = UInt8(ascii: "a")
  /// In a plan: the fields until the annotation may not have been written.
  static let mayHide = UInt8(ascii: "h")
  /// In a plan: what Externalizable wrote under protocol 1.
  static let unreadable = UInt8(ascii: "x")

  struct Flags: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    static let writeMethod = Flags(rawValue: 0x01)
    static let serializable = Flags(rawValue: 0x02)
    static let externalizable = Flags(rawValue: 0x04)
    static let blockData = Flags(rawValue: 0x08)
    static let enumeration = Flags(rawValue: 0x10)
    /// Not of the stream: a TC_PROXYCLASSDESC.
    static let proxy = Flags(rawValue: 0x80)
  }

  /// Whether an annotation follows the fields.
  var hasAnnotation: Bool {
    flags.contains(.externalizable)
      ? flags.contains(.blockData) : flags.contains([.serializable, .writeMethod])
  }

  /// Slots that an instance has for this class.
  var slots: Int {
    (flags.contains(.proxy) || flags.contains(.externalizable) ? 0 : fieldCount)
      + (hasAnnotation ? 1 : 0)
  }
}

/// The type codes of the stream: `java.io.ObjectStreamConstants`.
enum JavaCode: UInt8 {
  case null = 0x70
  case reference, classDesc, object, string, array, classObject, blockData, endBlockData, reset
  case blockDataLong, exception, longString, proxyClassDesc, enumConstant

  /// The name in the specification: `TC_OBJECT`.
  var name: String {
    switch self {
    case .null: "TC_NULL"
    case .reference: "TC_REFERENCE"
    case .classDesc: "TC_CLASSDESC"
    case .object: "TC_OBJECT"
    case .string: "TC_STRING"
    case .array: "TC_ARRAY"
    case .classObject: "TC_CLASS"
    case .blockData: "TC_BLOCKDATA"
    case .endBlockData: "TC_ENDBLOCKDATA"
    case .reset: "TC_RESET"
    case .blockDataLong: "TC_BLOCKDATALONG"
    case .exception: "TC_EXCEPTION"
    case .longString: "TC_LONGSTRING"
    case .proxyClassDesc: "TC_PROXYCLASSDESC"
    case .enumConstant: "TC_ENUM"
    }
  }
}
