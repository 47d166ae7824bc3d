/// NumPy's numbers and arrays, and `array.array`.
extension PickleMachine {
  /// The longest name of a unit of time, `generic`, with room.
  private static let unitBytes = 8

  /// How the numbers of an array are stored.
  struct ElementType {
    enum Kind { case signed, unsigned, float, bool }
    let kind: Kind
    /// Bytes.
    let size: Int
    let isBigEndian: Bool

    /// From NumPy's code (`i8`, `f4`, `b1`) or nil for what is no plain number.
    init?(code: String, isBigEndian: Bool) {
      let sizes = ["1": 1, "2": 2, "4": 4, "8": 8]
      guard code.utf8.count == 2, let size = sizes[String(code.suffix(1))] else { return nil }
      switch code.prefix(1) {
      case "i": kind = .signed
      case "u": kind = .unsigned
      case "f" where size >= 4: kind = .float
      case "b" where size == 1: kind = .bool
      default: return nil
      }
      self.size = size
      self.isBigEndian = isBigEndian
    }

    /// The number at the start of some bytes.
    func read(_ bytes: ArraySlice<UInt8>) -> Value {
      var bits: UInt64 = 0
      for byte in isBigEndian ? Array(bytes.prefix(size)) : bytes.prefix(size).reversed() {
        bits = bits << 8 | UInt64(byte)
      }
      switch kind {
      case .bool: return .bool(bits != 0)
      case .float where size == 4:
        return .double(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
      case .float: return .double(Double(bitPattern: bits))
      case .unsigned:
        return bits > UInt64(Int64.max) ? .number(String(bits)) : .integer(Int64(bits))
      case .signed:
        let shift = UInt64(64 - 8 * size)
        return .integer(Int64(bitPattern: bits << shift) >> Int64(shift))
      }
    }
  }

  /// NumPy's type of elements: its code, byte order and, for a datetime, its unit.
  private struct DType {
    let code: String
    let isBigEndian: Bool
    var unit: String?

    var name: String { code + (unit.map { "[\($0)]" } ?? "") }
  }

  /// `numpy.dtype('f8', ...)` with the state `(3, '<', ...)`.
  private mutating func dtype(_ index: Int) throws(PayloadError) -> DType? {
    guard nodes[index].kind == .call else { return nil }
    let call = calls[nodes[index].a]
    guard nodes[call.callee].kind == .global,
      globals[nodes[call.callee].a].known == .numpyDtype,
      let first = firstItem(call.arguments), let code = shortText(first)
    else { return nil }
    guard call.states.count == 1, nodes[list(call.states)[0]].count <= 9,
      let state = tuple(list(call.states)[0]), state.count >= 2, let order = shortText(state[1])
    else { return DType(code: code, isBigEndian: false) }
    var dtype = DType(code: code, isBigEndian: order == ">")
    if state.count == 9, let metadata = tuple(state[8], of: 2),
      let unit = firstItem(metadata[1])
    {
      if let name = try rawBytes(unit), name.count <= Self.unitBytes {
        dtype.unit = String(decoding: name, as: UTF8.self)
      }
    }
    return dtype
  }

  /// `scalar(dtype, bytes)`.
  mutating func numpyScalar(_ arguments: [Int]) throws(PayloadError) -> Value? {
    guard arguments.count == 2, let dtype = try dtype(arguments[0]),
      let raw = try rawBytes(arguments[1])
    else { return nil }
    if dtype.code == "M8", raw.count == 8,
      let count = ElementType(code: "i8", isBigEndian: dtype.isBigEndian)?.read(raw[...])
    {
      guard case .integer(let number) = count else { return nil }
      return Self.datetime64(number, dtype.unit)
    }
    guard let type = ElementType(code: dtype.code, isBigEndian: dtype.isBigEndian),
      raw.count == type.size
    else { return nil }
    return type.read(raw[...])
  }

  /// A datetime64 in one of the units that sessions use.
  private static func datetime64(_ number: Int64, _ unit: String?) -> Value? {
    let perSecond: Int64
    switch unit {
    case "D":
      let (seconds, overflows) = number.multipliedReportingOverflow(by: 86_400)
      guard !overflows, let time = isoTime(seconds: seconds) else { return nil }
      return .tagged(.date, .string(String(time.prefix { $0 != "T" })))
    case "s": perSecond = 1
    case "ms": perSecond = 1_000
    case "us": perSecond = 1_000_000
    case "ns": perSecond = 1_000_000_000
    default: return nil
    }
    var (seconds, rest) = number.quotientAndRemainder(dividingBy: perSecond)
    if rest < 0 { (seconds, rest) = (seconds - 1, rest + perSecond) }
    let nanoseconds = UInt32(truncatingIfNeeded: rest * (1_000_000_000 / perSecond))
    // NumPy's times are in no zone.
    guard let time = isoTime(seconds: seconds, nanoseconds: nanoseconds) else { return nil }
    return .tagged(.datetime, .string(String(time.dropLast())))
  }

  /// `_reconstruct(ndarray, ...)` with the state `(1, shape, dtype, is_fortran, bytes or list)`.
  mutating func numpyArray(state: Int) throws(PayloadError) -> Value? {
    guard let parts = tuple(state, of: 5), nodes[parts[3]].kind == .bool else { return nil }
    return try numpyArray(
      shape: parts[1], dtype: parts[2], isFortran: nodes[parts[3]].a != 0, data: parts[4])
  }

  /// `_frombuffer(buffer, dtype, shape, order)` of protocol 5.
  mutating func numpyBuffer(_ arguments: [Int]) throws(PayloadError) -> Value? {
    guard arguments.count == 4 else { return nil }
    return try numpyArray(
      shape: arguments[2], dtype: arguments[1], isFortran: shortText(arguments[3]) == "F",
      data: arguments[0])
  }

  /// An array as an object: its shape, the type of its elements, and these in the order in which they are stored.
  private mutating func numpyArray(
    shape: Int, dtype index: Int, isFortran: Bool, data: Int
  ) throws(PayloadError) -> Value? {
    guard nodes[shape].kind == .tuple, let dtype = try dtype(index) else { return nil }
    var object = Object(name: "numpy.ndarray")
    object.fields = [
      Pair(.string("shape"), try value(shape)), Pair(.string("dtype"), .string(dtype.name)),
    ]
    if isFortran { object.fields.append(Pair(.string("order"), .string("F"))) }
    if nodes[data].kind == .list {
      object.items = try valueList(nodes[data].children)
      return .object(object)
    }
    guard let raw = try rawBytes(data) else { return nil }
    guard let type = ElementType(code: dtype.code, isBigEndian: dtype.isBigEndian),
      raw.count % type.size == 0
    else {
      object.state = .bytes(raw)
      return .object(object)
    }
    object.items = try elements(raw, type)
    return .object(object)
  }

  private mutating func elements(
    _ raw: [UInt8], _ type: ElementType
  ) throws(PayloadError) -> [Value] {
    values += raw.count / type.size
    if values > valueLimit { throw limit("more than \(valueLimit) values") }
    return stride(from: 0, to: raw.count, by: type.size).map { type.read(raw[$0...]) }
  }

  /// `_array_reconstructor(array, typecode, machine format, bytes)`: an array with its typecode and numbers.
  mutating func describeArray(
    _ call: PickleCall, _ object: inout Object
  ) throws(PayloadError) -> Bool {
    // The machine formats of CPython's `Modules/arraymodule.c`; odd ones are big-endian from 2 on.
    let codes = [
      "u1", "i1", "u2", "u2", "i2", "i2", "u4", "u4", "i4", "i4", "u8", "u8", "i8", "i8", "f4",
      "f4",
      "f8", "f8",
    ]
    guard let arguments = tuple(call.arguments, of: 4), nodes[arguments[0]].kind == .global,
      nodes[arguments[2]].kind == .integer, codes.indices ~= nodes[arguments[2]].a,
      let type = ElementType(
        code: codes[nodes[arguments[2]].a], isBigEndian: nodes[arguments[2]].a % 2 == 1),
      let raw = try rawBytes(arguments[3]), raw.count % type.size == 0
    else { return false }
    object.name = name(of: arguments[0])
    object.arguments = [try value(arguments[1])]
    object.items = try elements(raw, type)
    return true
  }
}
