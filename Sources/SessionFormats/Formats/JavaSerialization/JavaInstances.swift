/// Instances, arrays and constants: `newObject`, `newArray` and `newEnum` of the grammar.
///
/// Few frames and small ones lie between a content and one inside it: 128 levels must fit on a small stack.
extension JavaMachine {
  mutating func object(_ at: Int) throws(PayloadError) -> Int {
    let index = try beginObject(at)
    let base = stack.count
    var step = classes[nodes[index].a].plan
    let end = step + classes[nodes[index].a].planCount
    while step < end {
      switch plans[step] {
      case UInt8(ascii: "L"), UInt8(ascii: "["): try pushContent()
      case JavaClass.annotation:
        stack.append(Int32(truncatingIfNeeded: try annotation(at)))
      case JavaClass.mayHide:
        if hidesFields() {
          while plans[step + 1] != JavaClass.annotation {
            stack.append(Int32(truncatingIfNeeded: Self.absent))
            step += 1
          }
        }
      case JavaClass.unreadable: throw unreadable(nodes[index].a)
      case let code: stack.append(Int32(truncatingIfNeeded: try primitive(code)))
      }
      step += 1
    }
    nodes[index].b = collect(from: base, counted: false)
    reader.leave()
    return index
  }

  /// The node, the handle and the plan of an instance that begins.
  private mutating func beginObject(_ at: Int) throws(PayloadError) -> Int {
    log(at, JavaCode.object.name)
    let type = try describedClass(at)
    let index = try add(JavaNode(.object, at: at, a: type))
    handles.append(Int32(truncatingIfNeeded: index))
    try reader.enter()
    if classes[type].planCount < 0 { makePlan(type) }
    if classes[type].isSuspect {
      suspects.append(index)
      nodes[index].flags.insert(.isDangerous)
    }
    if classes[type].known == .url { hasURL = true }
    return index
  }

  /// Lays down in which order an instance of a class has its values: class by class from the topmost one down.
  private mutating func makePlan(_ type: Int) {
    let base = stackClasses(of: type)
    let start = plans.count
    while chain.count > base {
      let level = classes[Int(chain.removeLast())]
      if level.known.isGadget { classes[type].isSuspect = true }
      if level.flags.contains(.externalizable) {
        if !level.hasAnnotation { plans.append(JavaClass.unreadable) }
      } else if !level.flags.contains(.proxy) {
        if level.fieldCount > 0, level.hasAnnotation,
          !Self.isPrimitive(fields[level.firstField].code)
        {
          plans.append(JavaClass.mayHide)
        }
        for place in level.firstField..<level.firstField + level.fieldCount {
          plans.append(fields[place].code)
        }
      }
      if level.hasAnnotation { plans.append(JavaClass.annotation) }
    }
    classes[type].plan = start
    classes[type].planCount = plans.count - start
  }

  private mutating func unreadable(_ type: Int) -> PayloadError {
    var level = type
    while !classes[level].flags.contains(.externalizable) || classes[level].hasAnnotation {
      level = classes[level].parent
    }
    return reader.error(
      "\(legible(string(classes[level].name))) wrote itself in a form of its own (Externalizable of protocol 1), whose "
        + "end nobody else can find")
  }

  /// Whether a class wrote something else in the stead of its fields: the first one is an object, and what is there
  /// is none. The protocol forbids it; classes do it.
  private mutating func hidesFields() -> Bool {
    switch reader.peek().flatMap(JavaCode.init) {
    case .blockData, .blockDataLong, .endBlockData: true
    default: false
    }
  }

  /// Reads the object of a field or an element.
  @inline(__always)
  private mutating func pushContent() throws(PayloadError) {
    let index = try content()
    if nodes[index].kind == .block { throw blockForObject(index) }
    stack.append(Int32(truncatingIfNeeded: index))
  }

  private mutating func blockForObject(_ index: Int) -> PayloadError {
    reader.error("block data where a field's object should be", at: Int(nodes[index].offset))
  }

  private mutating func primitive(_ code: UInt8) throws(PayloadError) -> Int {
    let at = reader.offset
    let node: JavaNode
    switch code {
    case UInt8(ascii: "I"): node = JavaNode(.integer, at: at, a: Int(try reader.big(Int32.self)))
    case UInt8(ascii: "J"): node = JavaNode(.integer, at: at, a: Int(try reader.big(Int64.self)))
    case UInt8(ascii: "Z"): node = JavaNode(.bool, at: at, a: try reader.byte() == 0 ? 0 : 1)
    case UInt8(ascii: "B"):
      node = JavaNode(.integer, at: at, a: Int(Int8(bitPattern: try reader.byte())))
    case UInt8(ascii: "S"): node = JavaNode(.integer, at: at, a: Int(try reader.big(Int16.self)))
    case UInt8(ascii: "C"): node = JavaNode(.character, at: at, a: Int(try reader.big(UInt16.self)))
    case UInt8(ascii: "F"): node = JavaNode(.float, at: at, a: Int(try reader.big(UInt32.self)))
    default:
      node = JavaNode(.double, at: at, a: Int(truncatingIfNeeded: try reader.big(UInt64.self)))
    }
    return try add(node)
  }

  /// Contents until TC_ENDBLOCKDATA, as a node; the null node when there are none.
  mutating func annotation(_ at: Int) throws(PayloadError) -> Int {
    let base = stack.count
    while true {
      guard let code = reader.peek() else {
        throw reader.error("need TC_ENDBLOCKDATA of the object at byte \(at), none left")
      }
      if code == JavaCode.endBlockData.rawValue { break }
      stack.append(Int32(truncatingIfNeeded: try content()))
    }
    log(reader.offset, "TC_ENDBLOCKDATA")
    try reader.skip(1)
    if stack.count == base { return Self.null }
    let start = collect(from: base, counted: true)
    return try add(JavaNode(.annotation, at: at, b: start))
  }

  // MARK: - Arrays, constants, exceptions

  mutating func array(_ at: Int) throws(PayloadError) -> Int {
    let (index, count) = try beginArray(at)
    if nodes[index].kind == .primitives { return index }
    try reader.enter()
    let base = stack.count
    for _ in 0..<count { try pushContent() }
    nodes[index].b = collect(from: base, counted: true)
    reader.leave()
    return index
  }

  /// The node, the handle and the number of elements of an array that begins; one of primitive values is then read.
  private mutating func beginArray(_ at: Int) throws(PayloadError) -> (Int, Int) {
    log(at, JavaCode.array.name)
    let type = try describedClass(at)
    guard let code = elementCode(classes[type].name) else {
      throw reader.error(
        "an array of the class \(legible(string(classes[type].name))), which is no array's", at: at)
    }
    let isPrimitive = Self.isPrimitive(code)
    let index = try add(JavaNode(isPrimitive ? .primitives : .array, at: at, a: type))
    handles.append(Int32(truncatingIfNeeded: index))
    let count = Int(try reader.big(Int32.self))
    log(reader.offset - 4, "\(count) elements")
    if isPrimitive {
      let (bytes, overflows) = count.multipliedReportingOverflow(by: Self.width(code))
      let range = try reader.range(overflows ? Int.max : bytes)
      nodes[index].b = pool.count
      pool.append(Int32(truncatingIfNeeded: range.lowerBound))
      pool.append(Int32(truncatingIfNeeded: range.upperBound))
    } else if count < 0 || count > reader.remaining {
      throw reader.error("an array of \(count) elements, \(reader.remaining) bytes left", at: at)
    }
    return (index, count)
  }

  /// The type code of an array's elements by the name of its class: `[I`, `[Ljava.lang.String;`, `[[B`.
  mutating func elementCode(_ name: JavaName) -> UInt8? {
    let name = raw(name)
    guard name.count >= 2, name[0] == UInt8(ascii: "[") else { return nil }
    switch name[1] {
    case UInt8(ascii: "L"), UInt8(ascii: "["): return name.count > 2 ? name[1] : nil
    default: return name.count == 2 && Self.isPrimitive(name[1]) ? name[1] : nil
    }
  }

  @inline(__always)
  static func isPrimitive(_ code: UInt8) -> Bool {
    switch code {
    case UInt8(ascii: "B"), UInt8(ascii: "C"), UInt8(ascii: "D"), UInt8(ascii: "F"),
      UInt8(ascii: "I"), UInt8(ascii: "J"), UInt8(ascii: "S"), UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  /// Bytes of a primitive value.
  static func width(_ code: UInt8) -> Int {
    switch code {
    case UInt8(ascii: "B"), UInt8(ascii: "Z"): 1
    case UInt8(ascii: "C"), UInt8(ascii: "S"): 2
    case UInt8(ascii: "I"), UInt8(ascii: "F"): 4
    default: 8
    }
  }

  mutating func constant(_ at: Int) throws(PayloadError) -> Int {
    log(at, "TC_ENUM")
    let type = try describedClass(at)
    let index = try add(JavaNode(.constant, at: at, a: type))
    handles.append(Int32(truncatingIfNeeded: index))
    nodes[index].b = try plainText("a constant's name")
    return index
  }

  /// A text or a reference to one.
  mutating func plainText(_ what: String) throws(PayloadError) -> Int {
    let at = reader.offset
    switch reader.peek().flatMap(JavaCode.init) {
    case .string, .longString, .reference:
      let index = try content()
      if nodes[index].kind == .text { return index }
    default: break
    }
    throw reader.error("\(what) should be here, a text", at: at)
  }
}
