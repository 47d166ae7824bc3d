// https://github.com/FasterXML/jackson-docs/wiki/JacksonPolymorphicDeserialization

/// Jackson's JSON with types in it, as Spring's GenericJackson2JsonRedisSerializer writes it. An
/// object has its class under `@class`; a value that is not a JSON object is a pair of its class
/// and itself, `["java.util.Date",1700000000000]`.
///
/// Objects stay as they are; pairs of Java's own classes become the value.
struct JacksonTypes {
  private(set) var findings: [Finding] = []
  private let bytes: [UInt8]

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The reading of a document that has types; other readings stay as they are.
  ///
  /// - Parameter sawType: whether an object has a class, or an array looks like a gadget.
  static func reading(_ reading: Reading, of bytes: [UInt8], sawType: Bool) -> Reading {
    guard sawType || isPair(reading.value) else { return reading }
    var types = JacksonTypes(bytes)
    let value = types.typed(reading.value)
    switch value {
    case .map, .list, .tagged, .object: break
    // For a root that is one number, the pair says more.
    default: return reading
    }
    var reading = reading
    if value != reading.value || types.sawClass {
      reading.label = "Jackson JSON"
      reading.value = value
    }
    reading.findings += types.findings
    return reading
  }

  private var sawClass = false

  /// Whether the whole document is a pair of one of Java's classes and its value.
  private static func isPair(_ value: Value) -> Bool {
    guard case .list(let items) = value, items.count == 2, case .string(let name) = items[0] else {
      return false
    }
    return name.hasPrefix("java.") && plain(name, items[1]) != nil
  }

  /// Whether a text could be a class name with its package.
  static func isClassName(_ text: String) -> Bool {
    var parts = 1
    var isStart = true
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "."):
        if isStart { return false }
        isStart = true
        parts += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if isStart { return false }
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"), UInt8(ascii: "$"):
        isStart = false
      default: return false
      }
    }
    return parts > 1 && !isStart
  }

  /// Whether Jackson would create something of that name that is known to be harmful.
  static func isGadget(_ name: String) -> Bool {
    JavaGadget.all[name] != nil || JacksonGadget.lookUps[name] != nil
  }

  // MARK: - Values

  private mutating func typed(_ value: Value) -> Value {
    switch value {
    case .map(let pairs): return object(pairs)
    case .list(let items): return list(items)
    default: return value
    }
  }

  private mutating func object(_ pairs: [Pair]) -> Value {
    // Jackson reads the type anywhere in the object; @type is fastjson's.
    let mark = pairs.first { $0.key == .string("@class") || $0.key == .string("@type") }
    let typed = pairs.map { Pair($0.key, self.typed($0.value)) }
    guard case .string(let name) = mark?.value, Self.isClassName(name) else { return .map(typed) }
    if mark?.key == .string("@class") { sawClass = true }
    if Self.isGadget(name) { return gadget(name, typed.filter { $0.key != mark?.key }) }
    return .map(typed)
  }

  private mutating func list(_ items: [Value]) -> Value {
    guard items.count == 2, case .string(let name) = items[0], Self.isClassName(name) else {
      return .list(items.map { typed($0) })
    }
    if Self.isGadget(name) {
      sawClass = true
      if case .map(let pairs) = items[1] {
        return gadget(name, pairs.map { Pair($0.key, typed($0.value)) })
      }
      return gadget(name, [entry("value", typed(items[1]))])
    }
    let inner = typed(items[1])
    return Self.plain(name, inner) ?? .list([items[0], inner])
  }

  private func entry(_ name: String, _ value: Value) -> Pair { Pair(.string(name), value) }

  /// What the pair of a Java class and a value stands for; nil when the two do not fit.
  private static func plain(_ name: String, _ value: Value) -> Value? {
    guard name.hasPrefix("java.") else { return nil }
    switch (name, value) {
    case ("java.lang.Long", .integer), ("java.lang.Short", .integer), ("java.lang.Byte", .integer),
      ("java.lang.Float", .double), ("java.lang.Float", .integer), ("java.lang.Float", .number),
      ("java.math.BigInteger", .integer), ("java.math.BigInteger", .number),
      ("java.util.concurrent.atomic.AtomicLong", .integer),
      ("java.util.concurrent.atomic.AtomicInteger", .integer), ("java.lang.Character", .string):
      return value
    case ("java.math.BigDecimal", .integer(let number)):
      return .tagged(.decimal, .string(String(number)))
    case ("java.math.BigDecimal", .number(let literal)): return .tagged(.decimal, .string(literal))
    case ("java.math.BigDecimal", .double(let number)):
      return .tagged(.decimal, .string(number.description))
    case ("java.util.Date", .integer(let number)), ("java.sql.Timestamp", .integer(let number)),
      ("java.util.GregorianCalendar", .integer(let number)):
      return JavaMachine.time(milliseconds: number)
    case ("java.util.Date", .string(let text)), ("java.sql.Timestamp", .string(let text)),
      ("java.time.Instant", .string(let text)):
      return isoSeconds(text) == nil ? nil : .tagged(.datetime, .string(text))
    case ("java.util.UUID", .string(let text)):
      guard case .uuid? = SessionID(Array(text.utf8)[...]) else { return nil }
      return .tagged(.uuid, value)
    case (_, .list(let items)):
      // All of Java's sets have "Set" in their name, and none of its lists do.
      guard name.hasPrefix("java.util."), !name.hasSuffix("Map") else { return nil }
      return name.contains("Set") ? .tagged(.set, .list(items)) : value
    default: return nil
    }
  }

  // MARK: - Gadgets

  /// The most findings listed, one red line each.
  private static let maximumFindings = 20

  /// A description of the object that Jackson would create, and the finding.
  private mutating func gadget(_ name: String, _ fields: [Pair]) -> Value {
    var object = Object(name: name)
    object.isDangerous = true
    object.fields = fields
    if findings.count == Self.maximumFindings { return .object(object) }
    let offset = offset(of: name)
    var addresses = ["dataSourceName", "jndiName", "url", "userTransactionName", "metricRegistry"]
    if let known = JacksonGadget.lookUps[name] { addresses.insert(known, at: 0) }
    let chain = JavaGadget.all[name]?.chain ?? "Jackson"
    for field in addresses {
      guard let address = fields[field]?.word else { continue }
      findings.append(
        Finding(
          .lookUp, name: address, offset: offset, remark: "gadget: \(chain), \(name)"))
      return .object(object)
    }
    findings.append(
      Finding(.create, name: name, offset: offset, remark: "gadget: \(chain), by its type in JSON"))
    return .object(object)
  }

  /// Where the name first appears in the document.
  private func offset(of name: String) -> Int {
    let name = Array(name.utf8)
    guard let first = name.first, bytes.count >= name.count else { return 0 }
    for at in 0...bytes.count - name.count where bytes[at] == first {
      if bytes[at..<at + name.count].elementsEqual(name) { return at }
    }
    return 0
  }
}
