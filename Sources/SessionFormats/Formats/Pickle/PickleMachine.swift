/// The first phase of reading a pickle: runs its instructions over a flat table of nodes.
///
/// Nothing is ever looked up, imported or called: an instruction that would call becomes the description of a
/// call. The stack and the memo hold indices of nodes. All memory is kept for the next payload.
///
/// Nearly all methods are `mutating`, those too that change nothing: a method that is not gets a copy of the whole
/// struct on the stack, which takes longer than most instructions.
struct PickleMachine: ~Copyable {
  var reader = ByteReader([])
  private let opcodes = PickleOpcode.byByte
  /// Bytes that do not stand in the payload as they are needed: decoded texts, digits, full names.
  var scratch: [UInt8] = []
  var nodes = GrowingArray<PickleNode>()
  var pool = GrowingArray<Int32>()
  var calls = GrowingArray<PickleCall>()
  var globals = GrowingArray<PickleGlobal>()

  var stack = GrowingArray<Int32>()
  /// Heights of the stack at each open MARK.
  var marks = GrowingArray<Int>()
  /// Height below which the stack must not be popped: that of the innermost open MARK.
  var fence = 0
  var memo = PickleMemo()

  /// Offset of the current instruction.
  var at = 0
  var opcode = PickleOpcode.stop
  /// The protocol that PROTO named, or that of the newest instruction.
  var version: UInt8 = 0
  var hasHeader = false
  /// End of the current frame, or `Int.max`.
  var frameEnd = Int.max
  /// Whether a container or a call was pushed more than once.
  var hasShared = false
  /// Nodes pushed; see `Limits.nodes`.
  var pushes = 0
  /// Out-of-band buffers referred to.
  var buffers = 0
  var notes: [String] = []

  // The second phase.

  var depth = 0
  var values = 0
  var copied = 0
  var sharing = SharedValues()
  /// Values that may be produced; see `Limits.nodes`.
  var valueLimit = Limits.nodes
  /// Shared states that were searched for special methods, and whether they have one.
  var specialStates: [Int: Bool] = [:]
  /// Nodes of functions that calls get hold of; see `PickleMachine.expose`.
  var exposed: [Int] = []

  /// Runs a payload and returns the node of its result.
  mutating func run(_ payload: ByteReader) throws(PayloadError) -> Int {
    reset(payload)
    do {
      return try loop()
    } catch {
      throw described(error)
    }
  }

  private mutating func reset(_ payload: ByteReader) {
    reader = payload
    scratch.removeAll(keepingCapacity: true)
    nodes.removeAll()
    pool.removeAll()
    calls.removeAll()
    globals.removeAll()
    stack.removeAll()
    marks.removeAll()
    fence = 0
    memo.reset()
    at = 0
    opcode = .stop
    version = 0
    hasHeader = false
    frameEnd = Int.max
    hasShared = false
    pushes = 0
    buffers = 0
    notes = []
    depth = 0
    values = 0
    copied = 0
    sharing.removeAll()
    valueLimit = payload.nodeLimit
    if !specialStates.isEmpty { specialStates = [:] }
    if !exposed.isEmpty { exposed = [] }
  }

  /// Puts the instruction's name in front of what the cursor says, and behind it what was asked for so far: a
  /// pickle that breaks after a call has made its call.
  private mutating func described(_ error: PayloadError) -> PayloadError {
    var reason = error.reason
    // Before an instruction is begun there is none to name.
    if reader.offset > at && !reason.hasPrefix(opcode.name) {
      reason = "\(opcode.name): \(reason)"
    }
    judge()
    let before = remarks().findings
    if let first = before.first {
      let name = legible(first.name)
      reason +=
        "; before that, loading it would "
        + (hasDangerousCall ? "call \(name)" : "hand \(name) to a call")
    }
    let described = PayloadError(at: error.offset, reason, isLimit: error.isLimit)
    let findings = before + rest(but: before)
    // Without a header any text may begin with instructions: names that are none do not count.
    if !hasHeader, !findings.contains(where: { Self.isFullName($0.name) }) { return described }
    return described.finding(findings)
  }

  private mutating func loop() throws(PayloadError) -> Int {
    if reader.isAtEnd { throw reader.error("an empty payload is no pickle") }
    while true {
      at = reader.offset
      if at >= frameEnd { leaveFrame() }
      guard let byte = reader.peek() else {
        throw reader.error("the payload ends without STOP", at: at)
      }
      guard let opcode = opcodes[Int(byte)] else {
        throw PayloadError(at: at, "\(hexByte(byte)) is no opcode")
      }
      try reader.skip(1)
      self.opcode = opcode
      switch opcode {
      case .stop: return try stop()
      case .mark:
        marks.append(stack.count)
        fence = stack.count

      // Atoms.
      case .noneValue: try push(PickleNode(.none))
      case .newTrue: try push(PickleNode(.bool, a: 1))
      case .newFalse: try push(PickleNode(.bool, a: 0))
      case .binInt: try push(PickleNode(.integer, a: Int(reader.little(Int32.self))))
      case .binInt1: try push(PickleNode(.integer, a: Int(reader.byte())))
      case .binInt2: try push(PickleNode(.integer, a: Int(reader.little(UInt16.self))))
      case .int: try pushInt(reader.line())
      case .long: try pushLong(reader.line())
      case .long1: try pushBinary(Int(reader.byte()))
      case .long4: try pushBinary(Int(reader.little(Int32.self)))
      case .float: try pushFloat(reader.line())
      case .binFloat:
        let bits = try reader.big(UInt64.self)
        try push(PickleNode(.double, a: Int(truncatingIfNeeded: bits)))

      // Text and bytes.
      case .shortBinUnicode: try pushText(reader.range(Int(reader.byte())))
      case .binUnicode: try pushText(reader.range(Int(reader.little(UInt32.self))))
      case .binUnicode8: try pushText(reader.range(reader.little(UInt64.self)))
      case .unicode: try pushRawUnicodeEscape(reader.line())
      case .shortBinString: try pushPython2(reader.range(Int(reader.byte())))
      case .binString: try pushPython2(reader.range(Int(reader.little(Int32.self))))
      case .string: try pushQuoted(reader.line())
      case .shortBinBytes: try pushBytes(reader.range(Int(reader.byte())))
      case .binBytes: try pushBytes(reader.range(Int(reader.little(UInt32.self))))
      case .binBytes8: try pushBytes(reader.range(reader.little(UInt64.self)))
      case .bytearray8:
        let range = try reader.range(reader.little(UInt64.self))
        try push(PickleNode(.bytearray, a: range.lowerBound, b: range.upperBound))

      // Containers.
      case .emptyList: try push(PickleNode(container: .list))
      case .emptyDict: try push(PickleNode(container: .dict))
      case .emptyTuple: try push(PickleNode(container: .tuple))
      case .emptySet: try push(PickleNode(container: .set))
      case .list: try collect(.list, from: popMark())
      case .dict: try collectPairs()
      case .tuple: try collect(.tuple, from: popMark())
      case .frozenSet: try collect(.frozenset, from: popMark())
      case .tuple1: try collectTuple(1)
      case .tuple2: try collectTuple(2)
      case .tuple3: try collectTuple(3)
      case .append: try append()
      case .appends: try extend(from: popMark())
      case .addItems: try addItems(from: popMark())
      case .setItem: try setItem()
      case .setItems: try setItems(from: popMark())

      // Stack and memo.
      case .pop: try popOrUnmark()
      case .popMark: try stack.truncate(to: popMark())
      case .dup: try pushAgain(top("an item to push again"))
      case .put: try memo.set(index(reader.line()), top("an item to remember"))
      case .binPut: try memo.set(Int(reader.byte()), top("an item to remember"))
      case .longBinPut: try memo.set(Int(reader.little(UInt32.self)), top("an item to remember"))
      case .memoize: try memo.set(memo.count, top("an item to remember"))
      case .get: try recall(index(reader.line()))
      case .binGet: try recall(Int(reader.byte()))
      case .longBinGet: try recall(Int(reader.little(UInt32.self)))

      // What a loader would look up, and call.
      case .global: try pushGlobal()
      case .stackGlobal: try pushStackGlobal()
      case .reduce: try reduce()
      case .newObj: try newObject(withKeywords: false)
      case .newObjEx: try newObject(withKeywords: true)
      case .inst: try inst()
      case .obj: try object()
      case .build: try build()
      case .persid:
        try pushLine(reader.line())
        try persistent()
      case .binPersid: try persistent()
      case .ext1: try pushExtension(Int(reader.byte()))
      case .ext2: try pushExtension(Int(reader.little(UInt16.self)))
      case .ext4: try pushExtension(Int(reader.little(Int32.self)))
      case .nextBuffer: try pushBuffer()
      case .readonlyBuffer: _ = try top("a buffer")

      case .proto: try header(reader.byte())
      case .frame: try enterFrame(reader.little(UInt64.self))
      }
      if !hasHeader { version = max(version, opcode.description.introduced) }
    }
  }

  // MARK: - Header, frames, end

  private mutating func header(_ number: UInt8) throws(PayloadError) {
    guard number <= 5 else {
      throw error("PROTO \(number) is newer than protocol 5, the last one known")
    }
    if at > 0 { note("PROTO \(number) at byte \(at), not at the start") }
    hasHeader = true
    version = max(version, number)
  }

  /// CPython checks a frame's length alone; that frames also end between instructions is what it writes.
  private mutating func enterFrame(_ length: UInt64) throws(PayloadError) {
    guard length <= UInt64(reader.remaining) else {
      throw error("FRAME of \(length) bytes, \(reader.remaining) left")
    }
    if frameEnd != Int.max { note("a frame at byte \(at) inside another") }
    frameEnd = reader.offset + Int(length)
  }

  private mutating func leaveFrame() {
    if at > frameEnd { note("the frame that ends at byte \(frameEnd) cuts an instruction") }
    frameEnd = Int.max
  }

  /// Adds to the notes, up to their limit: an instruction of one byte may earn one.
  private mutating func note(_ text: String) {
    if notes.count < Limits.notes { notes.append(text) }
  }

  private mutating func stop() throws(PayloadError) -> Int {
    let result = try top("a result")
    if !reader.isAtEnd {
      let count = reader.remaining
      throw reader.error("\(count) trailing byte\(count == 1 ? "" : "s") after STOP")
    }
    if frameEnd != Int.max && reader.offset != frameEnd {
      notes.append("STOP at byte \(at), before the end of its frame at byte \(frameEnd)")
    }
    let extra = stack.count - 1
    if extra > 0 || !marks.isEmpty {
      // Without the header of protocol 2 any text may seem to be instructions, so that sloppy ones are refused.
      guard hasHeader else {
        throw error("STOP leaves \(extra) items and \(marks.count) marks on the stack")
      }
      notes.append("\(extra) items and \(marks.count) marks left on the stack at STOP")
    }
    return result
  }

  // MARK: - Stack

  mutating func error(_ reason: String) -> PayloadError { PayloadError(at: at, reason) }

  /// An error of a payload that may well be a pickle.
  mutating func beyond(_ reason: String) -> PayloadError {
    PayloadError(at: at, reason, isLimit: true)
  }

  mutating func underflow(_ what: String) -> PayloadError {
    let height = stack.count - fence
    let items = height == 0 ? "is empty" : height == 1 ? "has 1 item" : "has \(height) items"
    let above = marks.isEmpty ? "the stack" : "the stack above MARK"
    return error("\(opcode.name) needs \(what), \(above) \(items)")
  }

  @inline(__always)
  mutating func push(_ node: PickleNode) throws(PayloadError) {
    stack.append(Int32(truncatingIfNeeded: nodes.count))
    nodes.append(node)
    try countPush()
  }

  @inline(__always)
  mutating func countPush() throws(PayloadError) {
    pushes &+= 1
    if pushes > reader.nodeLimit { throw beyond("more than \(reader.nodeLimit) values") }
  }

  /// The node on top, which stays there.
  @inline(__always)
  mutating func top(_ what: StaticString) throws(PayloadError) -> Int {
    guard stack.count > fence else { throw underflow("\(what)") }
    return Int(stack[stack.count &- 1])
  }

  @inline(__always)
  mutating func pop() -> Int { Int(stack.removeLast()) }

  @inline(__always)
  mutating func need(_ count: Int, _ what: StaticString) throws(PayloadError) {
    if stack.count &- fence < count { throw underflow("\(what)") }
  }

  /// The height of the stack at the innermost MARK, which is closed.
  @inline(__always)
  mutating func popMark() throws(PayloadError) -> Int {
    if marks.isEmpty { throw error("\(opcode.name) needs a MARK, none is open") }
    let mark = marks.removeLast()
    fence = marks.last ?? 0
    return mark
  }

  private mutating func popOrUnmark() throws(PayloadError) {
    if let mark = marks.last, mark == stack.count {
      _ = try popMark()
    } else {
      try need(1, "an item")
      stack.truncate(to: stack.count - 1)
    }
  }

  /// Pushes a node that is already there.
  @inline(__always)
  mutating func pushAgain(_ node: Int) throws(PayloadError) {
    switch nodes[node].kind {
    case .list, .dict, .set, .frozenset, .tuple, .call, .persistent:
      nodes[node].flags.insert(.isShared)
      hasShared = true
    default: break
    }
    stack.append(Int32(truncatingIfNeeded: node))
    try countPush()
  }

  @inline(__always)
  private mutating func recall(_ index: Int) throws(PayloadError) {
    let node = memo.get(index)
    guard node >= 0 else { throw error("\(opcode.name) \(index): the memo has no such entry") }
    try pushAgain(node)
  }
}
