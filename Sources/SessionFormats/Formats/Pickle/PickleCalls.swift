/// The instructions by which a pickle names classes and functions and asks for calls of them.
extension PickleMachine {
  /// The longest name of a class or function with its module: the deepest modules known stay under 200 bytes, and
  /// a name is copied for each instruction that says it, so it must not be large.
  static let nameBytes = 1 << 10

  mutating func pushGlobal() throws(PayloadError) {
    let module = try reader.line()
    let name = try reader.line()
    try push(global(module, false, name, false))
  }

  mutating func pushStackGlobal() throws(PayloadError) {
    try need(2, "a module and a name")
    let name = nodes[pop()]
    let module = nodes[pop()]
    guard module.kind == .text && name.kind == .text else {
      throw error("STACK_GLOBAL needs two str, found \(module.noun) and \(name.noun)")
    }
    try push(
      global(
        module.a..<module.b, module.flags.contains(.inScratch),
        name.a..<name.b, name.flags.contains(.inScratch)))
  }

  private mutating func global(
    _ module: Range<Int>, _ isModuleInScratch: Bool, _ name: Range<Int>, _ isNameInScratch: Bool
  ) throws(PayloadError) -> PickleNode {
    let size = module.count + name.count
    guard size <= Self.nameBytes else {
      throw beyond("\(opcode.name): a name of \(size) bytes, at most \(Self.nameBytes)")
    }
    try charge(size)
    let start = scratch.count
    copy(module, isModuleInScratch)
    scratch.append(UInt8(ascii: "."))
    copy(name, isNameInScratch)
    let known = PickleKnown.table.find(scratch, start)
    globals.append(
      PickleGlobal(
        start: start, end: scratch.count, module: module.count, known: known, offset: at))
    return PickleNode(.global, a: globals.count - 1)
  }

  private mutating func copy(_ range: Range<Int>, _ isInScratch: Bool) {
    for index in range { scratch.append(isInScratch ? scratch[index] : reader.bytes[index]) }
  }

  mutating func reduce() throws(PayloadError) {
    try need(2, "a callable below its arguments")
    let arguments = pop()
    let callee = pop()
    try checkCallee(callee)
    try checkArguments(arguments, "a tuple")
    let call = record(.call, callee: callee, arguments: arguments)
    try push(PickleNode(.call, a: call))
  }

  mutating func newObject(withKeywords: Bool) throws(PayloadError) {
    try need(withKeywords ? 3 : 2, "a class below its arguments")
    let keywords = withKeywords ? pop() : -1
    let arguments = pop()
    let callee = pop()
    try checkCallee(callee)
    try checkArguments(arguments, "a tuple")
    if withKeywords && nodes[keywords].kind != .dict && nodes[keywords].kind != .call {
      throw error("NEWOBJ_EX needs a dict of keyword arguments, found \(nodes[keywords].noun)")
    }
    let call = record(.new, callee: callee, arguments: arguments, keywords: keywords)
    try push(PickleNode(.call, a: call))
  }

  mutating func inst() throws(PayloadError) {
    let module = try reader.line()
    let name = try reader.line()
    let mark = try popMark()
    nodes.append(try global(module, false, name, false))
    let callee = nodes.count - 1
    try collect(.tuple, from: mark)
    let call = record(.call, callee: callee, arguments: pop())
    try push(PickleNode(.call, a: call))
  }

  mutating func object() throws(PayloadError) {
    let mark = try popMark()
    guard stack.count > mark else { throw underflow("a class above MARK") }
    try collect(.tuple, from: mark + 1)
    let arguments = pop()
    let callee = pop()
    try checkCallee(callee)
    let call = record(.call, callee: callee, arguments: arguments)
    try push(PickleNode(.call, a: call))
  }

  private mutating func checkCallee(_ node: Int) throws(PayloadError) {
    switch nodes[node].kind {
    case .global, .call, .persistent, .ext: break
    default: throw error("\(opcode.name) needs something to call, found \(nodes[node].noun)")
    }
  }

  /// Arguments may be computed: `tuple(['id'])` is as good a tuple as `('id',)`.
  private mutating func checkArguments(_ node: Int, _ what: StaticString) throws(PayloadError) {
    switch nodes[node].kind {
    case .tuple, .call, .persistent, .ext: break
    default: throw error("\(opcode.name) needs \(what) of arguments, found \(nodes[node].noun)")
    }
  }

  mutating func persistent() throws(PayloadError) {
    try need(1, "an identifier")
    try push(PickleNode(.persistent, a: pop()))
  }

  mutating func pushExtension(_ code: Int) throws(PayloadError) {
    guard code > 0 else { throw error("\(opcode.name) \(code): codes are positive") }
    try push(PickleNode(.ext, a: code))
  }

  mutating func pushBuffer() throws(PayloadError) {
    try push(PickleNode(.buffer, a: buffers))
    buffers += 1
  }
}
