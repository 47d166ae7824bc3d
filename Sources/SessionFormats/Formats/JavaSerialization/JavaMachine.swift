/// The first phase of reading a stream: its contents as a flat table of nodes.
///
/// No class is ever looked up: a class is what its description in the stream says. All methods are `mutating`: one
/// that is not gets a copy of the whole struct.
struct JavaMachine: ~Copyable {
  var reader: ByteReader
  /// Text that does not stand in the payload in UTF-8.
  var scratch: [UInt8] = []
  var nodes = GrowingArray<JavaNode>()
  var classes = GrowingArray<JavaClass>()
  var fields = GrowingArray<JavaField>()
  var pool = GrowingArray<Int32>()
  /// What handles stand for, from 0x7e0000 on: the index of a node, or that of a class as its complement.
  var handles = GrowingArray<Int32>()
  /// Contents of what is being read.
  var stack = GrowingArray<Int32>()
  /// For each class with instances, in which order they have their values; see `JavaClass.plan`.
  var plans = GrowingArray<UInt8>()
  /// Classes on the way from one to its topmost superclass.
  var chain = GrowingArray<Int32>()

  /// Whether a handle refers to an object or an array again.
  var hasShared = false
  /// Instances of classes that are known to run code when they are loaded.
  var suspects: [Int] = []
  /// Whether there is an instance of java.net.URL, which a hash map looks up.
  var hasURL = false
  /// Whether the root values need more than their own words.
  var notes: [String] = []
  /// The exception that ended the writing, while the reader gets back to the top level.
  var aborted: Int?
  /// One past the last value of the top level that was read whole.
  private(set) var rootEnd = 0
  /// Lines of the disassembly; nil unless it was asked for.
  var lines: [String]?

  // The second phase.

  var depth = 0
  var values = 0
  var copied = 0
  var sharing = SharedValues()

  static let magic: [UInt8] = [0xAC, 0xED, 0x00, 0x05]
  static let firstHandle = 0x7E0000
  /// The node of every TC_NULL.
  static let null = 0
  /// The node of every field that its class did not write.
  static let absent = 1

  init(_ payload: ByteReader) {
    reader = payload
    nodes.append(JavaNode(.null, at: 0))
    nodes.append(JavaNode(.null, at: 0))
  }

  // MARK: - Contents

  /// Reads the whole stream; returns the nodes of the values at its top level.
  mutating func run() throws(PayloadError) -> [Int] {
    for byte in Self.magic {
      let at = reader.offset
      guard try reader.byte() == byte else {
        throw reader.error("no Java stream: it begins with ac ed 00 05", at: at)
      }
    }
    log(0, "STREAM_MAGIC, STREAM_VERSION 5")
    var roots: [Int] = []
    while let code = reader.peek() {
      if code == JavaCode.reset.rawValue {
        log(reader.offset, JavaCode.reset.name)
        try reader.skip(1)
        try reader.count()
        handles.removeAll()
        continue
      }
      roots.append(try root())
      rootEnd = reader.offset
    }
    if roots.isEmpty { throw reader.error("a stream without a value") }
    return roots
  }

  /// One value of the top level. An exception ends it wherever it stands, and the stream goes on behind it.
  private mutating func root() throws(PayloadError) -> Int {
    let before = reader
    do throws(PayloadError) {
      return try content()
    } catch {
      guard let exception = aborted else { throw error }
      aborted = nil
      let (end, count) = (reader.offset, reader.nodes)
      reader = before
      try reader.skip(end - before.offset)
      try reader.count(count - before.nodes)
      stack.removeAll()
      chain.removeAll()
      if let index = classIndex(exception) {
        note("the writing was stopped by \(legible(string(classes[index].name)))")
      }
      return exception
    }
  }

  /// The content at the cursor: `object` or `blockdata` of the grammar.
  mutating func content() throws(PayloadError) -> Int {
    let at = reader.offset
    switch try reader.byte() {
    case JavaCode.string.rawValue: return try text(at, Int(reader.big(UInt16.self)))
    case JavaCode.object.rawValue: return try object(at)
    case JavaCode.array.rawValue: return try array(at)
    case let code: return try other(code, at)
    }
  }

  @inline(never)
  private mutating func other(_ byte: UInt8, _ at: Int) throws(PayloadError) -> Int {
    guard let code = JavaCode(rawValue: byte) else {
      throw reader.error("\(hexByte(byte)) is no type code (0x70 to 0x7e)", at: at)
    }
    switch code {
    case .null:
      try reader.count()
      log(at, code.name)
      return Self.null
    case .reference: return try reference(at)
    case .enumConstant: return try constant(at)
    case .blockData: return try block(at, Int(reader.byte()))
    case .blockDataLong: return try block(at, Int(reader.big(Int32.self)))
    case .longString:
      let count = try reader.big(Int64.self)
      guard let count = Int(exactly: count) else { throw reader.error("a text too long", at: at) }
      return try text(at, count)
    case .classObject:
      log(at, code.name)
      let index = try add(JavaNode(.classObject, at: at, a: try describedClass(at)))
      handles.append(Int32(truncatingIfNeeded: index))
      return index
    case .classDesc, .proxyClassDesc:
      // A description that stands for itself.
      return try add(JavaNode(.description, at: at, a: try describedClass(at, byte)))
    case .exception: throw try exception(at)
    case .endBlockData:
      throw reader.error("TC_ENDBLOCKDATA where a value should be", at: at)
    case .reset: throw reader.error("TC_RESET inside a value", at: at)
    // Read by `content`.
    case .string, .object, .array: throw reader.error("\(code.name) twice", at: at)
    }
  }

  @inline(__always)
  mutating func add(_ node: JavaNode) throws(PayloadError) -> Int {
    try reader.count()
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func text(_ at: Int, _ count: Int) throws(PayloadError) -> Int {
    let name = try name(count)
    let index = try add(JavaNode(.text, at: at, a: name.start, b: name.end, flags: name.flags))
    handles.append(Int32(truncatingIfNeeded: index))
    if isLogging {
      let code = count > 0xFFFF ? JavaCode.longString : .string
      append(line: "\(code.name) \"\(legible(string(name), limit: 60))\"", at)
    }
    return index
  }

  private mutating func block(_ at: Int, _ count: Int) throws(PayloadError) -> Int {
    let range = try reader.range(count)
    if isLogging {
      let head = hexText(Array(reader.bytes[range].prefix(32)))
      append(line: "TC_BLOCKDATA \(count) bytes \(head)\(count > 32 ? "..." : "")", at)
    }
    return try add(JavaNode(.block, at: at, a: range.lowerBound, b: range.upperBound))
  }

  private mutating func reference(_ at: Int) throws(PayloadError) -> Int {
    try reader.count()
    let target = try handle(at)
    if target < 0 {
      try requireComplete(Int(~target), at)
      return try add(JavaNode(.description, at: at, a: Int(~target)))
    }
    let index = Int(target)
    switch nodes[index].kind {
    case .object, .array, .primitives:
      nodes[index].flags.insert(.isShared)
      hasShared = true
    default: break
    }
    return index
  }

  /// The entry of the table that the four bytes at the cursor name.
  mutating func handle(_ at: Int) throws(PayloadError) -> Int32 {
    let wire = Int(try reader.big(UInt32.self))
    let index = wire - Self.firstHandle
    guard index >= 0 && index < handles.count else {
      throw reader.error(
        "handle 0x\(String(wire, radix: 16)), but only \(handles.count) are given so far", at: at)
    }
    log(at, "TC_REFERENCE 0x\(String(wire, radix: 16))")
    return handles[index]
  }

  /// Moves the contents that were read since `base` into the pool, behind their number.
  @inline(__always)
  mutating func collect(from base: Int, counted: Bool) -> Int {
    let start = pool.count
    if counted { pool.append(Int32(truncatingIfNeeded: stack.count - base)) }
    for place in base..<stack.count { pool.append(stack[place]) }
    stack.truncate(to: base)
    return start
  }

  /// The exception by which the writer gave up, read to its end. What is thrown leaves whatever was being read.
  private mutating func exception(_ at: Int) throws(PayloadError) -> PayloadError {
    log(at, "TC_EXCEPTION")
    handles.removeAll()
    let place = reader.offset
    try reader.enter()
    let index = try content()
    guard nodes[index].kind == .object else {
      throw reader.error("a Throwable should be here", at: place)
    }
    handles.removeAll()
    aborted = index
    return reader.error("the writing was stopped by an exception", at: at)
  }

  // MARK: - Remarks

  mutating func note(_ text: String) {
    if notes.count < Limits.notes && !notes.contains(text) { notes.append(text) }
  }

  var isLogging: Bool { lines != nil }

  /// Adds a line to the disassembly, if there is one.
  @inline(__always)
  mutating func log(_ at: Int, _ text: @autoclosure () -> String) {
    if isLogging { append(line: text(), at) }
  }
}
