/// Class descriptions: `newClassDesc` of the grammar.
extension JavaMachine {
  /// The class of what begins at byte `at`.
  @inline(__always)
  mutating func describedClass(_ at: Int, _ code: UInt8? = nil) throws(PayloadError) -> Int {
    let type = try classDescription(code)
    if type < 0 { throw reader.error("null where a class description should be", at: at) }
    return type
  }

  /// A description with those of its superclasses, which follow one behind the other; -1 for null.
  private mutating func classDescription(_ first: UInt8?) throws(PayloadError) -> Int {
    let base = chain.count
    var code = first
    var end = -1
    while true {
      let at = code == nil ? reader.offset : reader.offset - 1
      let byte: UInt8
      if let code { byte = code } else { byte = try reader.byte() }
      code = nil
      switch JavaCode(rawValue: byte) {
      case .classDesc: try ordinary(at)
      case .proxyClassDesc: try proxy(at)
      case .null:
        try reader.count()
        log(at, "TC_NULL")
        end = -1
      case .reference:
        try reader.count()
        let target = try handle(at)
        if target >= 0 { throw reader.error("a handle of no class description", at: at) }
        end = Int(~target)
        try requireComplete(end, at)
      default:
        throw reader.error("a class description should be here, not \(hexByte(byte))", at: at)
      }
      if let code = JavaCode(rawValue: byte), code == .null || code == .reference { break }
      if chain.count - base > Limits.depth {
        throw reader.exceeded("a class with more than \(Limits.depth) superclasses")
      }
    }
    return try complete(from: base, end)
  }

  /// Links the descriptions read since `base`, each to its superclass.
  @inline(__always)
  private mutating func complete(from base: Int, _ end: Int) throws(PayloadError) -> Int {
    var parent = end
    while chain.count > base {
      let index = Int(chain.removeLast())
      classes[index].parent = parent
      classes[index].levels = parent < 0 ? 1 : classes[parent].levels + 1
      if classes[index].levels > Limits.depth {
        throw reader.exceeded("a class with more than \(Limits.depth) superclasses")
      }
      parent = index
    }
    return parent
  }

  func incomplete(_ at: Int) -> PayloadError {
    PayloadError(at: at, "an instance of a class whose description has not ended")
  }

  mutating func requireComplete(_ index: Int, _ at: Int) throws(PayloadError) {
    if classes[index].levels == 0 { throw incomplete(at) }
  }

  /// TC_CLASSDESC className serialVersionUID newHandle classDescFlags fields classAnnotation.
  @inline(__always)
  private mutating func ordinary(_ at: Int) throws(PayloadError) {
    var type = JavaClass()
    type.name = try name(Int(reader.big(UInt16.self)))
    type.version = try reader.big(Int64.self)
    let index = begin(type)
    let flags = JavaClass.Flags(rawValue: try reader.byte() & 0x1F)
    if flags.contains([.serializable, .externalizable]) {
      throw reader.error("a class that is both Serializable and Externalizable", at: at)
    }
    let count = Int(try reader.big(UInt16.self))
    classes[index].flags = flags
    classes[index].firstField = fields.count
    classes[index].fieldCount = count
    classes[index].known = known(classes[index].name)
    if isLogging { append(line: describe(index), at) }
    var hasObjects = false
    for _ in 0..<count {
      let place = reader.offset
      let code = try reader.byte()
      let isObject = code == UInt8(ascii: "L") || code == UInt8(ascii: "[")
      guard isObject || Self.isPrimitive(code) else {
        throw reader.error("\(hexByte(code)) is no type code of a field", at: place)
      }
      if hasObjects && !isObject {
        throw reader.error("a primitive field behind one of objects", at: place)
      }
      hasObjects = hasObjects || isObject
      let name = try name(Int(reader.big(UInt16.self)))
      if isLogging {
        let type = Character(Unicode.Scalar(code))
        append(line: "field \(type) \(legible(string(name), limit: 60))", place)
      }
      try reader.count()
      if isObject {
        // Reading a type must not put another class's fields between these.
        _ = try plainText("the type of a field")
      }
      fields.append(JavaField(code: code, name: name))
    }
    try classAnnotation(at)
    chain.append(Int32(truncatingIfNeeded: index))
  }

  /// TC_PROXYCLASSDESC newHandle, the names of the interfaces, classAnnotation.
  private mutating func proxy(_ at: Int) throws(PayloadError) {
    var type = JavaClass()
    type.known = .proxy
    type.flags = .proxy
    let index = begin(type)
    let count = Int(try reader.big(Int32.self))
    if count < 0 || count > reader.remaining / 2 {
      throw reader.error("a proxy of \(count) interfaces, \(reader.remaining) bytes left", at: at)
    }
    if isLogging {
      append(line: "TC_PROXYCLASSDESC \(handleText(index)), \(count) interfaces", at)
    }
    classes[index].firstField = fields.count
    classes[index].fieldCount = count
    for _ in 0..<count {
      try reader.count()
      let place = reader.offset
      let name = try name(Int(reader.big(UInt16.self)))
      if isLogging { append(line: "interface \(legible(string(name), limit: 60))", place) }
      fields.append(JavaField(code: 0, name: name))
    }
    try classAnnotation(at)
    chain.append(Int32(truncatingIfNeeded: index))
  }

  @inline(__always)
  private mutating func begin(_ type: JavaClass) -> Int {
    classes.append(type)
    let index = classes.count - 1
    classes[index].handle = handles.count
    handles.append(~Int32(truncatingIfNeeded: index))
    return index
  }

  /// What `annotateClass` wrote, usually nothing; RMI writes where to load the class from.
  @inline(__always)
  private mutating func classAnnotation(_ at: Int) throws(PayloadError) {
    try reader.count()
    if reader.peek() == JavaCode.endBlockData.rawValue {
      log(reader.offset, "TC_ENDBLOCKDATA")
      try reader.skip(1)
      return
    }
    try reader.enter()
    _ = try annotation(at)
    reader.leave()
  }

  // MARK: - What nodes say of their classes

  func classIndex(_ node: Int) -> Int? {
    nodes[node].kind == .object ? nodes[node].a : nil
  }

  /// The slot of a named field of an instance: the node that stands in it. Java keeps names of a superclass and its
  /// subclass apart; where both have one the subclass's is meant.
  mutating func field(_ node: Int, _ name: StaticString) -> Int? {
    guard nodes[node].kind == .object else { return nil }
    var level = nodes[node].a
    // The slots of the most derived class come last.
    var end = nodes[node].b + slots(of: level)
    while level >= 0 {
      let type = classes[level]
      end -= type.slots
      if !type.flags.contains(.proxy) && !type.flags.contains(.externalizable) {
        for place in 0..<type.fieldCount where equals(fields[type.firstField + place].name, name) {
          return Int(pool[end + place])
        }
      }
      level = type.parent
    }
    return nil
  }

  /// Puts a class and its superclasses on `chain`, the topmost one last.
  ///
  /// - Returns: how long the chain was before.
  mutating func stackClasses(of type: Int) -> Int {
    let base = chain.count
    var level = type
    while level >= 0 {
      chain.append(Int32(truncatingIfNeeded: level))
      level = classes[level].parent
    }
    return base
  }

  /// Slots of an instance of a class, those of its superclasses included.
  mutating func slots(of type: Int) -> Int {
    var count = 0
    var level = type
    while level >= 0 {
      count += classes[level].slots
      level = classes[level].parent
    }
    return count
  }

  /// The annotation that the level with this class wrote, nil when there is none.
  mutating func annotation(of node: Int, _ known: JavaKnown) -> Int? {
    guard nodes[node].kind == .object else { return nil }
    var level = nodes[node].a
    var end = nodes[node].b + slots(of: level)
    while level >= 0 {
      let type = classes[level]
      if type.known == known && type.hasAnnotation { return Int(pool[end - 1]) }
      end -= type.slots
      level = type.parent
    }
    return nil
  }
}
