/// The instructions of the pickle machine: all 68 of protocols 0 to 5.
///
/// Source: CPython's `Lib/pickletools.py`.
enum PickleOpcode: UInt8 {
  case int = 0x49
  case binInt = 0x4a
  case binInt1 = 0x4b
  case binInt2 = 0x4d
  case long = 0x4c
  case long1 = 0x8a
  case long4 = 0x8b
  case string = 0x53
  case binString = 0x54
  case shortBinString = 0x55
  case binBytes = 0x42
  case shortBinBytes = 0x43
  case binBytes8 = 0x8e
  case bytearray8 = 0x96
  case nextBuffer = 0x97
  case readonlyBuffer = 0x98
  case noneValue = 0x4e
  case newTrue = 0x88
  case newFalse = 0x89
  case unicode = 0x56
  case shortBinUnicode = 0x8c
  case binUnicode = 0x58
  case binUnicode8 = 0x8d
  case float = 0x46
  case binFloat = 0x47
  case emptyList = 0x5d
  case append = 0x61
  case appends = 0x65
  case list = 0x6c
  case emptyTuple = 0x29
  case tuple = 0x74
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyDict = 0x7d
  case dict = 0x64
  case setItem = 0x73
  case setItems = 0x75
  case emptySet = 0x8f
  case addItems = 0x90
  case frozenSet = 0x91
  case pop = 0x30
  case dup = 0x32
  case mark = 0x28
  case popMark = 0x31
  case get = 0x67
  case binGet = 0x68
  case longBinGet = 0x6a
  case put = 0x70
  case binPut = 0x71
  case longBinPut = 0x72
  case memoize = 0x94
  case ext1 = 0x82
  case ext2 = 0x83
  case ext4 = 0x84
  case global = 0x63
  case stackGlobal = 0x93
  case reduce = 0x52
  case build = 0x62
  case inst = 0x69
  case obj = 0x6f
  case newObj = 0x81
  case newObjEx = 0x92
  case proto = 0x80
  case stop = 0x2e
  case frame = 0x95
  case persid = 0x50
  case binPersid = 0x51
}

extension PickleOpcode {
  /// What follows an instruction in the payload.
  enum Argument {
    case none
    /// Text up to a line feed; a pair is two such lines.
    case line, pair
    /// Little-endian numbers; `float64` is big-endian.
    case uint8, uint16, int32, uint32, uint64, float64
    /// As many bytes as a little-endian count in front of them says.
    case counted8, counted32, countedSigned32, counted64
  }

  /// The name in `pickletools`, the protocol that introduced it, and its argument.
  var description: (name: String, introduced: UInt8, argument: Argument) {
    switch self {
    case .int: ("INT", 0, .line)
    case .binInt: ("BININT", 1, .int32)
    case .binInt1: ("BININT1", 1, .uint8)
    case .binInt2: ("BININT2", 1, .uint16)
    case .long: ("LONG", 0, .line)
    case .long1: ("LONG1", 2, .counted8)
    case .long4: ("LONG4", 2, .countedSigned32)
    case .string: ("STRING", 0, .line)
    case .binString: ("BINSTRING", 1, .countedSigned32)
    case .shortBinString: ("SHORT_BINSTRING", 1, .counted8)
    case .binBytes: ("BINBYTES", 3, .counted32)
    case .shortBinBytes: ("SHORT_BINBYTES", 3, .counted8)
    case .binBytes8: ("BINBYTES8", 4, .counted64)
    case .bytearray8: ("BYTEARRAY8", 5, .counted64)
    case .nextBuffer: ("NEXT_BUFFER", 5, .none)
    case .readonlyBuffer: ("READONLY_BUFFER", 5, .none)
    case .noneValue: ("NONE", 0, .none)
    case .newTrue: ("NEWTRUE", 2, .none)
    case .newFalse: ("NEWFALSE", 2, .none)
    case .unicode: ("UNICODE", 0, .line)
    case .shortBinUnicode: ("SHORT_BINUNICODE", 4, .counted8)
    case .binUnicode: ("BINUNICODE", 1, .counted32)
    case .binUnicode8: ("BINUNICODE8", 4, .counted64)
    case .float: ("FLOAT", 0, .line)
    case .binFloat: ("BINFLOAT", 1, .float64)
    case .emptyList: ("EMPTY_LIST", 1, .none)
    case .append: ("APPEND", 0, .none)
    case .appends: ("APPENDS", 1, .none)
    case .list: ("LIST", 0, .none)
    case .emptyTuple: ("EMPTY_TUPLE", 1, .none)
    case .tuple: ("TUPLE", 0, .none)
    case .tuple1: ("TUPLE1", 2, .none)
    case .tuple2: ("TUPLE2", 2, .none)
    case .tuple3: ("TUPLE3", 2, .none)
    case .emptyDict: ("EMPTY_DICT", 1, .none)
    case .dict: ("DICT", 0, .none)
    case .setItem: ("SETITEM", 0, .none)
    case .setItems: ("SETITEMS", 1, .none)
    case .emptySet: ("EMPTY_SET", 4, .none)
    case .addItems: ("ADDITEMS", 4, .none)
    case .frozenSet: ("FROZENSET", 4, .none)
    case .pop: ("POP", 0, .none)
    case .dup: ("DUP", 0, .none)
    case .mark: ("MARK", 0, .none)
    case .popMark: ("POP_MARK", 1, .none)
    case .get: ("GET", 0, .line)
    case .binGet: ("BINGET", 1, .uint8)
    case .longBinGet: ("LONG_BINGET", 1, .uint32)
    case .put: ("PUT", 0, .line)
    case .binPut: ("BINPUT", 1, .uint8)
    case .longBinPut: ("LONG_BINPUT", 1, .uint32)
    case .memoize: ("MEMOIZE", 4, .none)
    case .ext1: ("EXT1", 2, .uint8)
    case .ext2: ("EXT2", 2, .uint16)
    case .ext4: ("EXT4", 2, .int32)
    case .global: ("GLOBAL", 0, .pair)
    case .stackGlobal: ("STACK_GLOBAL", 4, .none)
    case .reduce: ("REDUCE", 0, .none)
    case .build: ("BUILD", 0, .none)
    case .inst: ("INST", 0, .pair)
    case .obj: ("OBJ", 1, .none)
    case .newObj: ("NEWOBJ", 2, .none)
    case .newObjEx: ("NEWOBJ_EX", 4, .none)
    case .proto: ("PROTO", 2, .uint8)
    case .stop: ("STOP", 0, .none)
    case .frame: ("FRAME", 4, .uint64)
    case .persid: ("PERSID", 0, .line)
    case .binPersid: ("BINPERSID", 1, .none)
    }
  }

  var name: String { description.name }

  /// Instructions by their bytes: quicker than `init(rawValue:)`.
  static let byByte: [PickleOpcode?] = (0...255).map { PickleOpcode(rawValue: UInt8($0)) }
}
