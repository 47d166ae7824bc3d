/// What a pickle asks for behind the instruction at which the machine gave up.
///
/// Its loader may be less strict: CPython takes ` 5` for an integer, sets the items of a list, and keeps values of any size.
/// So the rest is read as well, without asking whether the instructions fit together.
struct PickleScan {
  /// What matters of an item on the stack.
  private enum Item {
    /// A text that stands in the payload as it is.
    case text(Range<Int>)
    /// What only a loader knows: the result of a call, a text with escapes.
    case computed
    case other
  }

  /// A name that an instruction looks up; nil for one that only a loader knows.
  struct Name {
    let offset: Int
    let parts: (module: Range<Int>, name: Range<Int>)?
  }

  /// All names that are looked up.
  private(set) var names: [Name] = []
  /// Where the last call is made; negative without any.
  private(set) var lastCall = -1

  private var reader: ByteReader
  private var stack: [Item] = []
  private var marks: [Int] = []
  private var memo: [Int: Item] = [:]

  init(_ bytes: [UInt8]) {
    reader = ByteReader(bytes)
    // The machine says what is wrong with the instruction at which this ends.
    try? run()
  }

  private mutating func run() throws(PayloadError) {
    while let byte = reader.peek(), let opcode = PickleOpcode.byByte[Int(byte)] {
      let at = reader.offset
      try reader.skip(1)
      let (first, second) = try argument(of: opcode)
      step(opcode, at, first, second)
      if opcode == .stop { return }
    }
  }

  /// The bytes that follow an instruction, without a count in front of them.
  private mutating func argument(
    of opcode: PickleOpcode
  ) throws(PayloadError) -> (Range<Int>, Range<Int>) {
    let none = reader.offset..<reader.offset
    switch opcode.description.argument {
    case .none: return (none, none)
    case .line: return (try reader.line(), none)
    case .pair: return (try reader.line(), try reader.line())
    case .uint8: return (try reader.range(1), none)
    case .uint16: return (try reader.range(2), none)
    case .int32, .uint32: return (try reader.range(4), none)
    case .uint64, .float64: return (try reader.range(8), none)
    case .counted8: return (try reader.range(Int(reader.byte())), none)
    case .counted32: return (try reader.range(Int(reader.little(UInt32.self))), none)
    case .countedSigned32: return (try reader.range(Int(reader.little(Int32.self))), none)
    case .counted64: return (try reader.range(reader.little(UInt64.self)), none)
    }
  }

  private mutating func step(
    _ opcode: PickleOpcode, _ at: Int, _ first: Range<Int>, _ second: Range<Int>
  ) {
    switch opcode {
    case .shortBinUnicode, .binUnicode, .binUnicode8, .shortBinString, .binString:
      stack.append(.text(first))
    case .unicode: stack.append(text(first))
    case .string: stack.append(text(first.dropFirst().dropLast()))
    case .mark: marks.append(stack.count)
    case .pop: _ = stack.popLast()
    case .popMark: unmark()
    case .dup: stack.append(stack.last ?? .other)
    case .put: memo[number(first)] = stack.last
    case .binPut, .longBinPut: memo[integer(first)] = stack.last
    case .memoize: memo[memo.count] = stack.last ?? .other
    case .get: stack.append(memo[number(first)] ?? .other)
    case .binGet, .longBinGet: stack.append(memo[integer(first)] ?? .other)
    case .list, .dict, .tuple, .frozenSet:
      unmark()
      stack.append(.other)
    case .tuple1: replace(1, .other)
    case .tuple2: replace(2, .other)
    case .tuple3: replace(3, .other)
    case .append: drop(1)
    case .setItem: drop(2)
    case .appends, .setItems, .addItems: unmark()
    case .global:
      names.append(Name(offset: at, parts: (first, second)))
      stack.append(.other)
    case .stackGlobal: lookUp(at)
    case .inst:
      names.append(Name(offset: at, parts: (first, second)))
      unmark()
      call(at)
    case .obj:
      unmark()
      call(at)
    case .reduce, .newObj:
      drop(2)
      call(at)
    case .newObjEx:
      drop(3)
      call(at)
    case .build:
      drop(1)
      lastCall = at
    case .proto, .frame, .stop, .readonlyBuffer: break
    case .persid: stack.append(.computed)
    case .binPersid: replace(1, .computed)
    case .ext1, .ext2, .ext4: stack.append(.computed)
    default: stack.append(.other)
    }
  }

  private mutating func call(_ at: Int) {
    lastCall = at
    stack.append(.computed)
  }

  private mutating func lookUp(_ at: Int) {
    let name = stack.popLast()
    let module = stack.popLast()
    switch (module, name) {
    case (.text(let module), .text(let name)):
      names.append(Name(offset: at, parts: (module, name)))
    case (.computed, _), (_, .computed): names.append(Name(offset: at, parts: nil))
    default: break
    }
    stack.append(.other)
  }

  private mutating func drop(_ count: Int) { stack.removeLast(min(count, stack.count)) }

  private mutating func replace(_ count: Int, _ item: Item) {
    drop(count)
    stack.append(item)
  }

  private mutating func unmark() {
    let height = marks.popLast() ?? 0
    if stack.count > height { stack.removeLast(stack.count - height) }
  }

  private func text(_ range: Range<Int>) -> Item {
    reader.bytes[range].contains(UInt8(ascii: "\\")) ? .computed : .text(range)
  }

  private func integer(_ range: Range<Int>) -> Int {
    var value = 0
    for index in range.reversed() { value = value << 8 | Int(reader.bytes[index]) }
    return value
  }

  /// A number in digits, blanks around it or not.
  private func number(_ range: Range<Int>) -> Int {
    var value = 0
    for index in range {
      let digit = Int(reader.bytes[index]) - 0x30
      if 0...9 ~= digit { value = value &* 10 &+ digit }
    }
    return value
  }
}
