/// What loading a stream would do, beyond making objects.
extension JavaMachine {
  /// Findings listed: one red line each.
  private static let maximumFindings = 20

  /// The findings, in the order of the stream.
  mutating func findings() -> [Finding] {
    var parts: [Finding] = []
    var findings: [Finding] = []
    for index in suspects where findings.count < Self.maximumFindings {
      guard let (name, gadget) = gadget(of: index) else { continue }
      let finding = finding(index, name, gadget)
      if case .part = gadget.action { parts.append(finding) } else { findings.append(finding) }
    }
    // A part that leads nowhere is named once.
    if findings.isEmpty, let part = parts.first { findings.append(part) }
    if hasURL { findings += lookUps() }
    return findings.sorted { $0.offset < $1.offset }
  }

  /// The gadgets among the class descriptions, when the stream broke off and there may be no whole instances.
  mutating func gadgets() -> [Finding] {
    var parts: [Finding] = []
    var findings: [Finding] = []
    for index in 0..<classes.count where findings.count < Self.maximumFindings {
      let type = classes[index]
      let name = string(type.name)
      guard let gadget = JavaGadget.all[name] else { continue }
      let offset = type.name.flags.contains(.inScratch) ? 0 : type.name.start
      let finding = Finding(
        .create, name: name, offset: offset, remark: "gadget: \(gadget.chain)")
      if case .part = gadget.action { parts.append(finding) } else { findings.append(finding) }
    }
    return findings.isEmpty ? Array(parts.prefix(1)) : findings
  }

  /// The gadget class of an instance: its own or the next of its superclasses.
  private mutating func gadget(of index: Int) -> (String, JavaGadget)? {
    var level = nodes[index].a
    while level >= 0 {
      let name = string(classes[level].name)
      if let gadget = JavaGadget.all[name] { return (name, gadget) }
      level = classes[level].parent
    }
    return nil
  }

  private mutating func finding(_ index: Int, _ name: String, _ gadget: JavaGadget) -> Finding {
    let offset = Int(nodes[index].offset)
    let remark = "gadget: \(gadget.chain)"
    func create(_ what: String) -> Finding {
      Finding(.create, name: name, offset: offset, remark: "\(remark), \(what)")
    }
    switch gadget.action {
    case .part: return Finding(.create, name: name, offset: offset, remark: remark)
    case .create(let what):
      if gadget.chain == "JRMPClient", let address = remoteAddress(index) {
        return Finding(.lookUp, name: address, offset: offset, remark: remark)
      }
      return create(what)
    case .evaluate: return create("runs program text")
    case .method(let method, let arguments):
      guard let text = shown(index, method) else { return create("calls a method") }
      return Finding(
        .call, name: text, arguments: values(index, arguments), offset: offset, remark: remark)
    case .getter(let property):
      guard let text = shown(index, property), let first = text.first else {
        return create("calls getters")
      }
      return Finding(
        .call, name: "get\(first.uppercased())\(text.dropFirst())", offset: offset, remark: remark)
    case .instance(let type, let arguments):
      guard let field = field(index, type), nodes[field].kind == .classObject else {
        return create("creates instances")
      }
      return Finding(
        .create, name: string(classes[nodes[field].a].name), arguments: values(index, arguments),
        offset: offset, remark: remark)
    case .bytecode(let field): return create(bytecode(index, field))
    case .nested(let field):
      guard let field = self.field(index, field), nodes[field].kind == .primitives else {
        return create("deserializes what is inside")
      }
      let size = Int(pool[nodes[field].b + 1]) - Int(pool[nodes[field].b])
      return create("deserializes \(size) bytes inside")
    case .lookUp(let fields):
      for field in fields {
        if let address = shown(index, field) {
          return Finding(.lookUp, name: address, offset: offset, remark: "\(remark), \(name)")
        }
      }
      return create("looks up a name")
    }
  }

  /// A text in a field, for one line.
  private mutating func shown(_ index: Int, _ name: StaticString) -> String? {
    guard let field = field(index, name), nodes[field].kind == .text else { return nil }
    return string(self.name(of: nodes[field]))
  }

  /// The elements of an array in a field, as far as they are short and plain.
  private mutating func values(_ index: Int, _ name: StaticString) -> [Value] {
    guard let field = field(index, name) else { return [] }
    if nodes[field].kind == .text { return [.string(string(self.name(of: nodes[field])))] }
    guard nodes[field].kind == .array else { return [] }
    let start = nodes[field].b + 1
    var list: [Value] = []
    for place in start..<start + min(8, Int(pool[start - 1])) {
      let node = nodes[Int(pool[place])]
      switch node.kind {
      case .text: list.append(.string(string(self.name(of: node))))
      case .null: list.append(.null)
      case .classObject: list.append(.tagged(.global, .string(string(classes[node.a].name))))
      case .array: list.append(.list(strings(node)))
      case .object:
        if let number = self.field(Int(pool[place]), "value"), nodes[number].kind == .integer {
          list.append(.integer(Int64(nodes[number].a)))
        } else {
          list.append(.object(Object(name: string(classes[node.a].name))))
        }
      default: list.append(.list([]))
      }
    }
    return list
  }

  private mutating func strings(_ array: JavaNode) -> [Value] {
    var list: [Value] = []
    for place in array.b + 1..<array.b + 1 + min(8, Int(pool[array.b])) {
      let node = nodes[Int(pool[place])]
      list.append(node.kind == .text ? .string(string(name(of: node))) : .null)
    }
    return list
  }

  /// How many classes of how many bytes TemplatesImpl would define.
  private mutating func bytecode(_ index: Int, _ name: StaticString) -> String {
    guard let field = field(index, name), nodes[field].kind == .array else {
      return "runs bytecode"
    }
    let start = nodes[field].b + 1
    let count = Int(pool[start - 1])
    var size = 0
    for place in start..<start + count {
      let node = nodes[Int(pool[place])]
      if node.kind == .primitives { size += Int(pool[node.b + 1]) - Int(pool[node.b]) }
    }
    return "runs \(count) class\(count == 1 ? "" : "es") of \(size) bytes of bytecode"
  }

  /// The host and port of a UnicastRef: what java.rmi.server.RemoteObject wrote.
  private mutating func remoteAddress(_ index: Int) -> String? {
    var level = nodes[index].a
    var end = nodes[index].b + slots(of: level)
    while level >= 0 {
      let type = classes[level]
      if type.hasAnnotation, let contents = contents(Int(pool[end - 1])),
        let first = contents.first, nodes[Int(pool[first])].kind == .block
      {
        let block = nodes[Int(pool[first])]
        var reader = ByteReader(Array(reader.bytes[block.a..<block.b]))
        return try? Self.remoteAddress(&reader, type.flags.contains(.externalizable))
      }
      end -= type.slots
      level = type.parent
    }
    return nil
  }

  private static func remoteAddress(
    _ reader: inout ByteReader, _ isReference: Bool
  ) throws(PayloadError) -> String {
    if !isReference {
      let kind = try reader.text(reader.range(Int(reader.big(UInt16.self))))
      // UnicastRef2 says first whether a socket factory follows.
      if kind == "UnicastRef2" { try reader.skip(1) }
    }
    let host = try reader.text(reader.range(Int(reader.big(UInt16.self))))
    return "rmi://\(host):\(try reader.big(UInt32.self))"
  }

  // MARK: - URLs

  /// Hash maps with URLs as keys: to compare them, java.net.URL asks the name service for their hosts.
  private mutating func lookUps() -> [Finding] {
    var findings: [Finding] = []
    for index in 0..<nodes.count where nodes[index].kind == .object {
      guard findings.count < Self.maximumFindings else { break }
      let known = classes[nodes[index].a].known
      let step: Int
      switch known {
      case .hashMap, .linkedHashMap, .hashtable, .concurrentMap: step = 2
      case .hashSet, .linkedHashSet: step = 1
      default: continue
      }
      findings += lookUps(index, step)
    }
    return findings
  }

  private mutating func lookUps(_ index: Int, _ step: Int) -> [Finding] {
    let bases: [JavaKnown] = [.hashMap, .hashtable, .concurrentMap, .hashSet]
    var found: Range<Int>?
    for base in bases {
      if let annotation = annotation(of: index, base) { found = contents(annotation) }
    }
    guard let contents = found, let first = contents.first else { return [] }
    let start = nodes[Int(pool[first])].kind == .block ? first + 1 : first
    var findings: [Finding] = []
    for place in stride(from: start, to: contents.upperBound, by: step) {
      let key = Int(pool[place])
      guard nodes[key].kind == .object, classes[nodes[key].a].known == .url else { continue }
      guard let address = try? url(key), findings.count < 4 else { continue }
      nodes[key].flags.insert(.isDangerous)
      findings.append(
        Finding(
          .lookUp, name: address, offset: Int(nodes[key].offset),
          remark: "gadget: URLDNS, a key of a hash map"))
    }
    return findings
  }
}
