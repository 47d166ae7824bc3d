/// The instructions that fill containers.
extension PickleMachine {
  /// Appends what the stack holds from a height on to a chain of children.
  @inline(__always)
  private mutating func chain(_ children: PickleChildren, from mark: Int) -> PickleChildren {
    let count = stack.count - mark
    if count == 0 { return children }
    var children = children
    children.count += count
    if children.last >= 0 && children.last + 2 + Int(pool[children.last]) == pool.count {
      pool[children.last] += Int32(truncatingIfNeeded: count)
    } else {
      let segment = pool.count
      pool.append(Int32(truncatingIfNeeded: count))
      pool.append(-1)
      if children.last >= 0 {
        pool[children.last + 1] = Int32(truncatingIfNeeded: segment)
      } else {
        children.first = segment
      }
      children.last = segment
    }
    for index in mark..<stack.count { pool.append(stack[index]) }
    stack.truncate(to: mark)
    return children
  }

  @inline(__always)
  private mutating func fill(_ node: Int, from mark: Int) {
    let children = chain(nodes[node].children, from: mark)
    nodes[node].a = children.first
    nodes[node].b = children.last
    nodes[node].count = Int32(truncatingIfNeeded: children.count)
  }

  /// Replaces the items from a height on by a container of them.
  mutating func collect(_ kind: PickleNode.Kind, from mark: Int) throws(PayloadError) {
    let node = nodes.count
    nodes.append(PickleNode(container: kind))
    fill(node, from: mark)
    stack.append(Int32(truncatingIfNeeded: node))
    try countPush()
  }

  @inline(__always)
  mutating func collectTuple(_ count: Int) throws(PayloadError) {
    try need(count, "as many items as its name says")
    try collect(.tuple, from: stack.count - count)
  }

  mutating func collectPairs() throws(PayloadError) {
    let mark = try popMark()
    try checkPairs(from: mark)
    try collect(.dict, from: mark)
  }

  private mutating func checkPairs(from mark: Int) throws(PayloadError) {
    let count = stack.count - mark
    if count % 2 != 0 {
      throw error("\(opcode.name) needs keys and values in pairs, found \(count) items")
    }
  }

  mutating func append() throws(PayloadError) {
    try need(2, "a list below its value")
    try extend(from: stack.count - 1)
  }

  /// APPEND and APPENDS: the items from a height on go into the list below.
  @inline(__always)
  mutating func extend(from mark: Int) throws(PayloadError) {
    let target = try receiver(below: mark, "a list")
    switch nodes[target].kind {
    case .list: fill(target, from: mark)
    case .call: calls[nodes[target].a].items = chain(calls[nodes[target].a].items, from: mark)
    default: try change(target, from: mark, "a list")
    }
  }

  mutating func addItems(from mark: Int) throws(PayloadError) {
    let target = try receiver(below: mark, "a set")
    switch nodes[target].kind {
    case .set: fill(target, from: mark)
    case .call: calls[nodes[target].a].items = chain(calls[nodes[target].a].items, from: mark)
    default: try change(target, from: mark, "a set")
    }
  }

  mutating func setItem() throws(PayloadError) {
    try need(3, "a dict below its key and value")
    try setItems(from: stack.count - 2)
  }

  @inline(__always)
  mutating func setItems(from mark: Int) throws(PayloadError) {
    try checkPairs(from: mark)
    let target = try receiver(below: mark, "a dict")
    switch nodes[target].kind {
    case .dict: fill(target, from: mark)
    case .call: calls[nodes[target].a].entries = chain(calls[nodes[target].a].entries, from: mark)
    default: try change(target, from: mark, "a dict")
    }
  }

  @inline(__always)
  private mutating func receiver(below mark: Int, _ what: StaticString) throws(PayloadError) -> Int
  {
    guard mark > fence else { throw underflow("\(what) below what it puts in") }
    return Int(stack[mark - 1])
  }

  /// Records that the pickle changes something that it did not make: `os.environ['PATH'] = ...`.
  private mutating func change(
    _ target: Int, from mark: Int, _ what: StaticString
  ) throws(PayloadError) {
    switch nodes[target].kind {
    case .global, .persistent, .ext:
      try collect(.tuple, from: mark)
      record(.change, callee: target, arguments: pop())
    default:
      throw error("\(opcode.name) needs \(what) below what it puts in, found \(nodes[target].noun)")
    }
  }

  /// Adds a call to the table and returns its index.
  @discardableResult
  mutating func record(
    _ style: PickleCall.Style, callee: Int, arguments: Int, keywords: Int = -1
  ) -> Int {
    calls.append(
      PickleCall(
        style: style, callee: callee, arguments: arguments, keywords: keywords, offset: at,
        opcode: opcode))
    return calls.count - 1
  }

  /// BUILD: hands a state to the object below it.
  mutating func build() throws(PayloadError) {
    try need(2, "an object below its state")
    let mark = stack.count - 1
    let target = Int(stack[mark - 1])
    if nodes[target].kind == .call {
      calls[nodes[target].a].states = chain(calls[nodes[target].a].states, from: mark)
    } else {
      try change(target, from: mark, "an object")
    }
  }

  /// The nodes of a chain of children.
  mutating func list(_ children: PickleChildren) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(children.count)
    var segment = children.first
    while segment >= 0 {
      for index in 0..<Int(pool[segment]) { result.append(Int(pool[segment + 2 + index])) }
      segment = Int(pool[segment + 1])
    }
    return result
  }

  /// The children of a node that is a tuple, or nil.
  mutating func tuple(_ node: Int) -> [Int]? {
    nodes[node].kind == .tuple ? list(nodes[node].children) : nil
  }

  /// The children of a tuple of this size, or nil: a shared tuple of another size is not walked each time.
  mutating func tuple(_ node: Int, of count: Int) -> [Int]? {
    nodes[node].count == count ? tuple(node) : nil
  }

  /// The first child of a tuple, or nil.
  mutating func firstItem(_ node: Int) -> Int? {
    guard nodes[node].kind == .tuple, nodes[node].count > 0 else { return nil }
    return Int(pool[nodes[node].a + 2])
  }
}
